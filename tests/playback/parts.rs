//! One frame on several decode workers: when they help each other, and when they do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use crate::player_rig::{How, PATIENCE, Rig, gated};
use crate::scripted::{Numbers, PartStep, Step, in_parts, key, nothing, pooled};
use crossbeam_channel::{Sender, bounded};
use parking_lot::Mutex;
use sextet::playback::DeckId;
use sextet::time::{Clock, FrameIndex};

/// Time that a worker waits for another one that may not come, because it was not idle yet when the frame was split.
const A_MOMENT: Duration = Duration::from_millis(200);

/// Frames to try until all workers were idle when one of them came, for as long as a test has patience.
fn attempts() -> impl Iterator<Item = u64> {
    let clock = Clock::system();
    (0..).take_while(move |_| clock.now().to_duration() < PATIENCE)
}

/// Workers that decode in a [`Rig`].
const DECODERS: usize = 2;

fn no_part() -> PartStep {
    Arc::new(|frame, part| panic!("frame {frame} was split: part {part}"))
}

#[test]
fn two_workers_decode_one_frame_at_the_same_time() {
    let (here, there) = bounded::<()>(0);
    let met = Arc::new(AtomicBool::new(false));
    let on_part: PartStep = Arc::new({
        let met = Arc::clone(&met);
        move |_, part| {
            // Nobody waits in this channel: both sides are there at once, or it runs out.
            let has_met = match part {
                0 => here.send_timeout((), A_MOMENT).is_ok(),
                _ => there.recv_timeout(A_MOMENT).is_ok(),
            };
            met.fetch_or(has_met, Ordering::SeqCst);
            Ok(())
        }
    });
    let mut rig = Rig::new(vec![in_parts(0, 2, nothing(), nothing(), on_part)]);
    for frame in attempts() {
        rig.plan(0, frame, How::Dragged);
        rig.wait_until_ready(0, key(0, frame));
        assert!(rig.take(0, key(0, frame)), "whole, both shares of it");
        if met.load(Ordering::SeqCst) {
            break;
        }
    }
    assert!(met.load(Ordering::SeqCst), "two workers met in a frame");
    rig.finish();
}

#[test]
fn a_frame_is_not_split_while_the_others_have_frames_of_their_own() {
    let (stalled, begins, go) = gated();
    let mut rig = Rig::new(vec![
        pooled(0, nothing(), stalled),
        in_parts(1, 4, nothing(), nothing(), no_part()),
    ]);
    rig.plan(0, 0, How::Dragged);
    begins.recv_timeout(PATIENCE).expect("a worker is busy");
    for frame in 0..300 {
        rig.plan(1, frame, How::Ahead);
        rig.wait_until_ready(1, key(1, frame));
        assert!(rig.take(1, key(1, frame)), "decoded by the other worker");
    }
    drop(go);
    rig.wait_until_ready(0, key(0, 0));
    rig.finish();
}

/// Channel on which a part hands over the gate that it waits at: open once that is dropped, or nobody listens any more.
///
/// This channel, unlike the others here, throws away what is in it as soon as nobody listens, and so opens those gates.
type Begins = SyncSender<Sender<()>>;

#[test]
fn who_helps_goes_away_for_a_frame_that_is_due_earlier() {
    const PARTS: usize = 64;
    let listener = Arc::new(Mutex::new(None::<Begins>));
    let on_part: PartStep = Arc::new({
        let listener = Arc::clone(&listener);
        move |_, _| {
            let listener = listener.lock().clone();
            if let Some(begins) = listener {
                let (gate, opens) = bounded(0);
                if begins.send(gate).is_ok() {
                    let _is_open = opens.recv().is_err();
                }
            }
            Ok(())
        }
    });
    let mut rig = Rig::new(vec![
        in_parts(0, PARTS, nothing(), nothing(), on_part),
        pooled(1, nothing(), nothing()),
    ]);
    for attempt in attempts() {
        let (begins, begun) = sync_channel(PARTS);
        *listener.lock() = Some(begins);
        let late = key(0, 1000 + attempt);
        rig.plan(0, late.frame.0, How::Dragged);
        // Two parts are begun: one by the worker that has the frame, one by the other, which helps.
        let gates: Vec<_> = (0..DECODERS)
            .map_while(|_| begun.recv_timeout(A_MOMENT).ok())
            .collect();
        if gates.len() < DECODERS {
            drop((gates, begun));
            rig.wait_until_ready(0, late);
            continue;
        }
        let early = key(1, 0);
        rig.plan(1, early.frame.0, How::Due);
        wait_until(|| rig.player.is_decoding_behind(DeckId(1)));
        drop(gates);
        let held = begun.recv_timeout(PATIENCE).expect("its owner goes on");
        rig.wait_until_ready(1, early);
        assert!(begun.try_recv().is_err(), "nobody but its owner goes on");
        assert!(!rig.player.ring(DeckId(0)).is_ready(late), "not done yet");
        drop((held, begun));
        rig.wait_until_ready(0, late);
        assert!(rig.take(0, late), "and whole in the end");
        rig.finish();
        return;
    }
    panic!("two workers never met in a frame");
}

/// Waits for something that other threads bring about.
fn wait_until(is_so: impl Fn() -> bool) {
    let clock = Clock::system();
    while !is_so() {
        assert!(clock.now().to_duration() < PATIENCE, "it comes about");
        std::thread::yield_now();
    }
}

#[test]
fn a_part_that_panics_is_an_error_of_its_deck_alone() {
    let on_part: PartStep = Arc::new(|frame, part| {
        assert!(part != 2, "scripted panic in a part of {frame}");
        Ok(())
    });
    let mut rig = Rig::new(vec![
        in_parts(0, 4, nothing(), nothing(), on_part),
        pooled(1, nothing(), nothing()),
    ]);
    for frame in attempts() {
        rig.plan(0, frame, How::Dragged);
        while rig.player.ring(DeckId(0)).filling_keys().next().is_some() {
            rig.wait();
        }
        rig.plan(1, frame, How::Dragged);
        rig.wait_until_ready(1, key(1, frame));
        assert!(rig.take(1, key(1, frame)), "the good deck goes on");
        if !rig.failures.is_empty() {
            break;
        }
        // The workers were not idle: it was decoded whole.
        rig.take(0, key(0, frame));
    }
    let (deck, text) = rig.failures.first().expect("a frame was split");
    assert_eq!(*deck, 0);
    assert!(text.contains("scripted panic in a part"), "{text}");
    rig.finish();
}

#[test]
fn in_a_storm_no_more_work_is_done_at_once_than_there_are_workers() {
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let split = Arc::new(AtomicUsize::new(0));
    let count = Arc::new({
        let most = Arc::clone(&most);
        move || {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
        }
    });
    let on_decode: Step = Arc::new({
        let count = Arc::clone(&count);
        move |_| {
            count();
            Ok(())
        }
    });
    let on_part: PartStep = Arc::new({
        let split = Arc::clone(&split);
        move |_: FrameIndex, _| {
            split.fetch_add(1, Ordering::SeqCst);
            count();
            Ok(())
        }
    });
    let sources = (0..3).map(|id| {
        let (on_decode, on_part) = (Arc::clone(&on_decode), Arc::clone(&on_part));
        in_parts(id, 1 + 3 * id as usize, nothing(), on_decode, on_part)
    });
    let mut rig = Rig::new(sources.collect());
    let mut numbers = Numbers(0x5EED);
    let mut targets = [0; 3];
    let mut taken = 0;
    // So many steps, and more until both workers were idle once.
    let has_split = || split.load(Ordering::SeqCst) > 0;
    for _ in attempts().take_while(|step| *step < 4000 || !has_split()) {
        let deck = numbers.below(3) as usize;
        if numbers.below(6) == 0 {
            targets[deck] = numbers.below(50_000);
        }
        let how = [How::Ahead, How::Due, How::Dragged][numbers.below(3) as usize];
        rig.plan(deck, targets[deck], how);
        if numbers.below(8) == 0 && how != How::Dragged {
            rig.wait_for_target(deck, key(deck as u64, targets[deck]));
        }
        rig.poll();
        rig.verify_memory();
        if rig.take(deck, key(deck as u64, targets[deck])) {
            taken += 1;
            targets[deck] += 1;
        }
    }
    assert!(taken > 100, "frames were taken on the way: {taken}");
    assert!(has_split(), "some of them were split");
    assert!(most.load(Ordering::SeqCst) <= DECODERS, "{most:?}");
    assert!(rig.failures.is_empty(), "{:?}", rig.failures);
    rig.finish();
}
