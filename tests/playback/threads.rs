//! The player's threads under a scripted source: storms of seeks, stalls, failures, panics, and stopping.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::player_rig::{How, IO_THREADS, PATIENCE, Rig, SLOTS, gated};
use crate::scripted::{DECODED, Numbers, Step, failure, key, nothing, pooled, sequential, window};
use crossbeam_channel::{Receiver, bounded};
use sextet::media::source::DecodeOutcome;
use sextet::playback::{DeckId, PrefetchRequest, Urgency};
use sextet::time::{Clock, FrameIndex, ManualClock, Time};

#[test]
fn a_storm_of_seeks_shows_no_wrong_frame_and_loses_no_buffer() {
    let sources = (0..3)
        .map(|id| pooled(id, nothing(), nothing()))
        .chain([sequential(3, Arc::new(|_, _| Ok(DECODED)))])
        .collect();
    let mut rig = Rig::new(sources);
    let mut numbers = Numbers(0x5EED);
    let mut targets = [0; 4];
    let mut taken = 0;
    for _ in 0..8000 {
        let deck = numbers.below(4) as usize;
        match numbers.below(8) {
            0 => targets[deck] = numbers.below(50_000),
            1 => targets[deck] += 1,
            2 => targets[deck] = targets[deck].saturating_sub(1),
            3 if numbers.below(4) == 0 => {
                rig.plan(deck, targets[deck], How::Due);
                let key = key(deck as u64, targets[deck]);
                rig.wait_for_target(deck, key);
                assert!(rig.take(deck, key), "the target of a seek arrives");
            }
            _ => {}
        }
        rig.poll();
        rig.verify_memory();
        if rig.take(deck, key(deck as u64, targets[deck])) {
            taken += 1;
            targets[deck] += 1;
        }
        let how = [How::Ahead, How::Due, How::Dragged][numbers.below(3) as usize];
        rig.plan(deck, targets[deck], how);
    }
    assert!(taken > 500, "frames were shown on the way: {taken}");
    assert!(rig.failures.is_empty(), "nothing fails");
    rig.finish();
}

#[test]
fn a_source_that_stalls_does_not_hold_the_other_decks() {
    let (stalled, begins, go) = gated();
    let mut rig = Rig::new(vec![
        pooled(0, stalled, nothing()),
        pooled(1, nothing(), nothing()),
        pooled(2, nothing(), nothing()),
    ]);
    rig.plan(0, 0, How::Due);
    for _ in 1..IO_THREADS {
        begins.recv_timeout(PATIENCE).expect("a read begins");
    }
    for frame in 0..200 {
        for deck in 1..3 {
            rig.plan(deck, frame, How::Ahead);
            let key = key(deck as u64, frame);
            rig.wait_until_ready(deck, key);
            assert!(rig.take(deck, key), "ready");
        }
    }
    assert!(begins.is_empty(), "one reader is kept free of the deck");
    drop(go);
    rig.wait_until_ready(0, key(0, SLOTS as u64 - 1));
    rig.finish();
}

#[test]
fn five_sources_of_six_that_stall_do_not_hold_the_sixth() {
    let (stalled, begins, go) = gated();
    let mut sources: Vec<_> = (0..5)
        .map(|id| pooled(id, Arc::clone(&stalled), nothing()))
        .collect();
    sources.push(pooled(5, nothing(), nothing()));
    let mut rig = Rig::new(sources);
    for deck in 0..5 {
        rig.plan(deck, 0, How::Due);
    }
    for _ in 0..IO_THREADS {
        begins.recv_timeout(PATIENCE).expect("a read begins");
    }
    // All readers are kept. The frames of the last deck come all the same, a moment later: as soon as it is clear that
    // the others are stuck, one after the other.
    for frame in 1000..1100 {
        rig.plan(5, frame, How::Due);
        let key = key(5, frame);
        let began = Clock::system();
        while !rig.player.ring(DeckId(5)).is_ready(key) {
            assert!(began.now() < Time::from_seconds(120), "frame {frame} comes");
            rig.poll();
            std::thread::yield_now();
        }
        assert!(rig.take(5, key), "ready");
    }
    let stuck = IO_THREADS + begins.len();
    assert!(
        stuck <= 5 + IO_THREADS,
        "{stuck} reads wait, each deck has few"
    );
    assert!(rig.player.readers() > IO_THREADS, "others came");
    drop(go);
    for deck in 0..5 {
        rig.wait_until_ready(deck, key(deck as u64, 0));
    }
    // Now that all answer, those that came have nothing to stay for.
    let began = Clock::system();
    let mut frame = 2000;
    while rig.player.readers() > IO_THREADS {
        assert!(began.now() < Time::from_seconds(120), "they go again");
        rig.plan(5, frame, How::Due);
        let key = key(5, frame);
        rig.wait_until_ready(5, key);
        assert!(rig.take(5, key), "ready");
        rig.poll();
        frame += 1;
    }
    rig.finish();
}

#[test]
fn what_fails_and_what_panics_becomes_an_error_of_its_deck_alone() {
    let fails: Step = Arc::new(|frame| Err(failure(frame)));
    let panics: Step = Arc::new(|frame| panic!("scripted panic at {frame}"));
    let breaks: crate::scripted::SequentialStep = Arc::new(|frame, _| panic!("broken at {frame}"));
    let mut rig = Rig::new(vec![
        pooled(0, fails, nothing()),
        pooled(1, panics.clone(), nothing()),
        pooled(2, nothing(), panics),
        sequential(3, breaks),
        pooled(4, nothing(), nothing()),
    ]);
    for frame in 0..100 {
        for deck in 0..4 {
            rig.plan(deck, frame, How::Due);
        }
        rig.plan(4, frame, How::Ahead);
        rig.wait_until_ready(4, key(4, frame));
        assert!(rig.take(4, key(4, frame)), "the good deck goes on");
    }
    loop {
        let has_failed = |deck| rig.failures.iter().any(|(failed, _)| *failed == deck);
        let waiting: Vec<_> = (0..4).filter(|deck| !has_failed(*deck)).collect();
        if waiting.is_empty() {
            break;
        }
        // While all slots of a deck were on their way with frames of before, nothing was asked for.
        for deck in waiting {
            rig.plan(deck, 99, How::Due);
        }
        rig.wait();
    }
    let text = |deck| {
        let mut of_deck = rig.failures.iter().filter(|(failed, _)| *failed == deck);
        of_deck.next().map_or("", |(_, text)| text.as_str())
    };
    assert!(text(0).contains("beyond the end"), "{}", text(0));
    assert!(text(1).contains("scripted panic at"), "{}", text(1));
    assert!(text(2).contains("scripted panic at"), "{}", text(2));
    assert!(text(3).contains("broken at"), "{}", text(3));
    assert_eq!(text(4), "");
    rig.finish();
}

#[test]
fn a_frame_that_failed_is_left_alone_for_a_second_and_then_tried_again() {
    let is_broken = Arc::new(AtomicBool::new(true));
    let attempts = Arc::new(AtomicUsize::new(0));
    let step: Step = Arc::new({
        let (is_broken, attempts) = (Arc::clone(&is_broken), Arc::clone(&attempts));
        move |frame| {
            if frame != FrameIndex(7) {
                return Ok(());
            }
            attempts.fetch_add(1, Ordering::SeqCst);
            if is_broken.load(Ordering::SeqCst) {
                Err(failure(frame))
            } else {
                Ok(())
            }
        }
    });
    let hand = ManualClock::new();
    let (wake, woken) = bounded(1024);
    let mut rig = Rig::with_clock(vec![pooled(0, step, nothing())], hand.clock());
    rig.player.set_waker(Arc::new(move || {
        // A full channel wakes all the same.
        let _is_full = wake.try_send(()).is_err();
    }));
    // A manual clock's deadlines are over, so the waker is what is waited for.
    let settle = |rig: &mut Rig| {
        loop {
            rig.plan(0, 7, How::Due);
            if rig.player.ring(DeckId(0)).filling_keys().next().is_none() {
                return;
            }
            if rig.player.wake_me() {
                woken.recv_timeout(PATIENCE).expect("a frame comes back");
            }
            rig.poll();
        }
    };
    for _ in 0..10 {
        settle(&mut rig);
    }
    assert_eq!(attempts.load(Ordering::SeqCst), 1, "left alone");
    assert!(
        rig.player.has_failed(DeckId(0), key(0, 7)),
        "known as failed"
    );
    assert_eq!(
        rig.player.ring(DeckId(0)).ready_keys().count(),
        SLOTS - 1,
        "those after it are read ahead"
    );
    is_broken.store(false, Ordering::SeqCst);
    hand.advance(Time::from_seconds(1));
    settle(&mut rig);
    assert_eq!(attempts.load(Ordering::SeqCst), 2, "tried once more");
    assert!(rig.take(0, key(0, 7)), "and there");
}

#[test]
fn a_full_ring_makes_room_for_the_due_frame_that_failed_before() {
    let is_broken = Arc::new(AtomicBool::new(true));
    let step: Step = Arc::new({
        let is_broken = Arc::clone(&is_broken);
        move |frame| match frame {
            FrameIndex(7) if is_broken.load(Ordering::SeqCst) => Err(failure(frame)),
            _ => Ok(()),
        }
    });
    let hand = ManualClock::new();
    let mut rig = Rig::with_clock(vec![pooled(0, step, nothing())], hand.clock());
    // As a paused engine asks: the due frame, and as many as there are slots after it.
    let wanted = window(0, 7, SLOTS as u64 + 1);
    let plan = PrefetchRequest {
        wanted: &wanted,
        urgency: Urgency::Awaited,
        ..PrefetchRequest::default()
    };
    let settle = |rig: &mut Rig| {
        rig.plan_as(0, plan);
        while rig.player.ring(DeckId(0)).filling_keys().next().is_some() {
            rig.poll();
            rig.plan_as(0, plan);
            std::thread::yield_now();
        }
    };
    settle(&mut rig);
    assert_eq!(
        rig.player.ring(DeckId(0)).ready_keys().count(),
        SLOTS,
        "full"
    );
    is_broken.store(false, Ordering::SeqCst);
    hand.advance(Time::from_seconds(1));
    settle(&mut rig);
    assert!(rig.take(0, key(0, 7)), "the due frame got a slot");
}

#[test]
fn a_decoder_ends_early_when_its_frame_is_not_wanted_any_more() {
    let (began, begins) = bounded(64);
    let ended_early = Arc::new(AtomicUsize::new(0));
    let step: crate::scripted::SequentialStep = Arc::new({
        let ended_early = Arc::clone(&ended_early);
        move |frame, is_stale| {
            began.send(frame).expect("the test listens");
            // A long way from the keyframe: it ends only when it is told to.
            while frame < FrameIndex(1000) {
                if is_stale() {
                    ended_early.fetch_add(1, Ordering::SeqCst);
                    return Ok(DecodeOutcome::Stale);
                }
                std::thread::yield_now();
            }
            Ok(DECODED)
        }
    });
    let mut rig = Rig::new(vec![sequential(0, step)]);
    rig.plan(0, 0, How::Due);
    assert_eq!(begins.recv_timeout(PATIENCE), Ok(FrameIndex(0)));
    rig.plan(0, 5000, How::Due);
    rig.wait_for_target(0, key(0, 5000));
    assert!(rig.take(0, key(0, 5000)), "the new target");
    assert_eq!(
        ended_early.load(Ordering::SeqCst),
        1,
        "the frames behind the first were not begun"
    );
    rig.finish();
}

/// Drops a player on a thread of its own, and says when it is gone.
fn dropped(rig: Rig) -> Receiver<()> {
    let (done, is_done) = bounded(1);
    std::thread::Builder::new()
        .name("drop".to_owned())
        .spawn(move || {
            drop(rig.player);
            done.send(()).expect("the test listens");
        })
        .expect("a thread");
    is_done
}

#[test]
fn stopping_waits_for_the_reads_at_hand_and_begins_no_other() {
    let (step, begins, go) = gated();
    // A decoder on the last deck tells when stopping has begun.
    let (is_told, told) = bounded(1);
    let (is_begun, begun) = bounded(1);
    let waits_for_the_end: crate::scripted::SequentialStep = Arc::new(move |_, is_stale| {
        is_begun.send(()).expect("the test listens");
        while !is_stale() {
            std::thread::yield_now();
        }
        is_told.send(()).expect("the test listens");
        Ok(DecodeOutcome::Stale)
    });
    let sources = (0..4)
        .map(|id| pooled(id, Arc::clone(&step), nothing()))
        .chain([sequential(4, waits_for_the_end)])
        .collect();
    let mut rig = Rig::new(sources);
    for deck in 0..4 {
        rig.plan(deck, 0, How::Due);
    }
    for _ in 0..IO_THREADS {
        begins.recv_timeout(PATIENCE).expect("a read begins");
    }
    rig.plan(4, 0, How::Due);
    begun.recv_timeout(PATIENCE).expect("decoding begins");
    let is_gone = dropped(rig);
    told.recv_timeout(PATIENCE).expect("stopping begins");
    // Exactly the reads at hand are let go; were another one begun, it would wait for ever.
    for _ in 0..IO_THREADS {
        go.send(()).expect("a reader waits");
    }
    is_gone.recv_timeout(PATIENCE).expect("the player stops");
    assert!(begins.is_empty(), "the rest is left unread");
}

#[test]
fn stopping_ends_a_decoder_in_the_middle_of_a_long_way() {
    let (began, begins) = bounded(64);
    let step: crate::scripted::SequentialStep = Arc::new(move |frame, is_stale| {
        began.send(frame).expect("the test listens");
        while !is_stale() {
            std::thread::yield_now();
        }
        Ok(DecodeOutcome::Stale)
    });
    let sources = (0..2).map(|id| sequential(id, Arc::clone(&step))).collect();
    let mut rig = Rig::new(sources);
    for deck in 0..2 {
        rig.plan(deck, 0, How::Due);
        begins.recv_timeout(PATIENCE).expect("a decode begins");
    }
    let is_gone = dropped(rig);
    is_gone.recv_timeout(PATIENCE).expect("the player stops");
}

#[test]
fn stopping_waits_for_all_that_a_disk_keeps_as_long_as_for_one() {
    let (began, begins) = bounded(64);
    let (release, kept) = bounded::<()>(0);
    let wait = move || {
        began.send(()).expect("the test listens");
        // As a disk does that does not answer, whatever is wanted meanwhile.
        kept.recv().ok();
    };
    let decode: crate::scripted::SequentialStep = Arc::new({
        let wait = wait.clone();
        move |_, _| {
            wait();
            Ok(DecodeOutcome::Stale)
        }
    });
    let read: Step = Arc::new(move |_| {
        wait();
        Ok(())
    });
    let sources = (0..3)
        .map(|id| sequential(id, Arc::clone(&decode)))
        .chain([pooled(3, read, nothing())])
        .collect();
    let mut rig = Rig::new(sources);
    for deck in 0..4 {
        rig.plan(deck, 0, How::Due);
        begins.recv_timeout(PATIENCE).expect("it begins");
    }
    let clock = Clock::system();
    let begin = clock.now();
    drop(rig.player);
    let taken = clock.now() - begin;
    // Three seconds are what one is waited for.
    assert!(taken < Time::from_seconds(6), "{} s", taken.seconds());
    drop(release);
}

#[test]
fn while_dragging_what_is_on_its_way_is_finished_and_then_the_newest() {
    let (step, begins, go) = gated();
    let mut rig = Rig::new(vec![pooled(0, step, nothing())]);
    rig.plan(0, 10, How::Dragged);
    assert_eq!(begins.recv_timeout(PATIENCE), Ok(FrameIndex(10)));
    for frame in 11..500 {
        rig.plan(0, frame, How::Dragged);
    }
    assert!(begins.is_empty(), "one at a time");
    go.send(()).expect("a reader waits");
    rig.wait();
    assert_eq!(
        rig.player.ready_scrubbed(DeckId(0)),
        Some(key(0, 10)),
        "shown"
    );
    assert!(rig.take(0, key(0, 10)), "and whole");
    rig.plan(0, 500, How::Dragged);
    assert_eq!(begins.recv_timeout(PATIENCE), Ok(FrameIndex(500)));
    go.send(()).expect("a reader waits");
    rig.wait_until_ready(0, key(0, 500));
    drop(go);
    rig.finish();
}

#[test]
fn a_drag_never_shows_what_was_read_ahead_for_playing() {
    let mut rig = Rig::new(vec![pooled(0, nothing(), nothing())]);
    rig.plan(0, 0, How::Ahead);
    rig.wait_until_ready(0, key(0, 4));
    assert_eq!(
        rig.player.ready_scrubbed(DeckId(0)),
        None,
        "not asked for by a drag"
    );
    rig.plan(0, 300, How::Dragged);
    rig.wait_until_ready(0, key(0, 300));
    assert_eq!(rig.player.ready_scrubbed(DeckId(0)), Some(key(0, 300)));
    rig.finish();
}
