//! Six layers, and a disk that fails under one of them: the other five lose nothing, the sixth says what is wrong, and
//! plays on once the disk is well again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use crate::card_rig::{Rig, clip};
use crate::cards::{Cards, NUMBERS_PER_CARD};
use crossbeam_channel::{Receiver, Sender, bounded};
use rustix::io::Errno;
use sextet::engine::{Engine, EngineOptions};
use sextet::media::fault_injection::{Access, Fault, FaultPlan, Injection, inject};
use sextet::project::MediaId;
use sextet::time::Clock;

const LENGTH: i64 = 60;

/// The layer whose disk fails.
const BAD: usize = 2;

/// Six layers of one card each, with a plan under one of them.
fn show(plan: FaultPlan) -> (Cards, Rig, Injection) {
    let mut cards = Cards::new();
    let layers = (0..6).map(|_| vec![clip(cards.add(60, 60), 0, LENGTH)]);
    let layers = layers.collect();
    let injection = inject(cards.path(MediaId(BAD as u32)), plan);
    let mut rig = Rig::new(cards.project(layers), true);
    rig.engine.play();
    rig.settle();
    (cards, rig, injection)
}

/// Numbers that the layers should show at a canvas frame.
fn expected(frame: i64) -> Vec<u64> {
    let number =
        |layer| layer * NUMBERS_PER_CARD + u64::try_from(frame % LENGTH).expect("not negative");
    (0..6).map(number).collect()
}

fn assert_others_right(rig: &mut Rig, frame: i64) {
    let (shown, right) = (rig.numbers(6), expected(frame));
    for layer in (0..6).filter(|&layer| layer != BAD) {
        assert_eq!(shown[layer], right[layer], "layer {layer} at {frame}");
        assert_eq!(rig.counts(layer).lost(), 0, "layer {layer} at {frame}");
    }
}

/// Plays with a fault that can be switched on and off; checks that its layer tells of it in these words, and recovers.
fn plays_on_through(fault: Fault, words: &str) {
    let state = Arc::new(AtomicI32::new(0));
    let plan: FaultPlan = Arc::new({
        let state = Arc::clone(&state);
        move |access| match (state.load(Ordering::Relaxed), access) {
            (1, Access::Read { .. }) => fault,
            _ => Fault::None,
        }
    });
    let (_cards, mut rig, _injection) = show(plan);
    let mut frame = 0;
    let mut play = |rig: &mut Rig, frames: i64| {
        for _ in 0..frames {
            frame += 1;
            rig.advance(1);
            assert_others_right(rig, frame);
        }
        frame
    };
    play(&mut rig, 20);
    assert_eq!(rig.counts(BAD).lost(), 0, "while all is well");
    state.store(1, Ordering::Relaxed);
    play(&mut rig, 50);
    let error = rig.engine.snapshot().layers[BAD].error.clone();
    let error = error.expect("the layer tells");
    assert!(error.contains(words), "{error}");
    assert!(rig.counts(BAD).lost() > 20, "{:?}", rig.counts(BAD));
    state.store(0, Ordering::Relaxed);
    // What failed is left alone for a second.
    let frame = play(&mut rig, 150);
    assert_eq!(rig.numbers(6), expected(frame), "all is well again");
    let error = &rig.engine.snapshot().layers[BAD].error;
    assert_eq!(*error, None, "nothing is wrong any more");
    let errors = rig.errors();
    assert_eq!(errors.len(), 1, "told once: {errors:?}");
    rig.verify_counts();
}

#[test]
fn a_disk_that_refuses_to_read_is_an_error_of_its_layer_until_it_reads_again() {
    plays_on_through(
        Fault::Refused(Errno::IO.raw_os_error()),
        "cannot read the file",
    );
}

#[test]
fn a_file_that_ends_too_soon_is_an_error_of_its_layer_until_it_is_whole() {
    plays_on_through(Fault::End, "cut short");
}

#[test]
fn short_and_interrupted_reads_are_nothing_to_speak_of() {
    let turn = AtomicI32::new(0);
    let plan: FaultPlan = Arc::new(move |access| match access {
        Access::Open => Fault::None,
        Access::Read { bytes } => match turn.fetch_add(1, Ordering::Relaxed) % 3 {
            0 => Fault::Refused(Errno::INTR.raw_os_error()),
            1 => Fault::Short(bytes / 3 + 1),
            _ => Fault::None,
        },
    });
    let (_cards, mut rig, _injection) = show(plan);
    for frame in 1..=90 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at {frame}");
    }
    rig.verify_no_loss();
    assert!(rig.errors().is_empty(), "{:?}", rig.errors());
}

#[test]
fn a_file_that_cannot_be_opened_for_want_of_descriptors_is_opened_when_there_are_some() {
    let is_full = Arc::new(AtomicI32::new(1));
    let plan: FaultPlan = Arc::new({
        let is_full = Arc::clone(&is_full);
        move |access| match access {
            Access::Open if is_full.load(Ordering::Relaxed) == 1 => {
                Fault::Refused(Errno::MFILE.raw_os_error())
            }
            _ => Fault::None,
        }
    });
    let (_cards, mut rig, _injection) = show(plan);
    for frame in 1..=30 {
        rig.advance(1);
        assert_others_right(&mut rig, frame);
    }
    let errors = rig.errors();
    assert!(errors[0].contains("limit of open files"), "{errors:?}");
    is_full.store(0, Ordering::Relaxed);
    for frame in 31..=260 {
        rig.advance(1);
        assert_others_right(&mut rig, frame);
    }
    assert_eq!(rig.numbers(6), expected(260), "it is there");
    assert_eq!(rig.errors().len(), 1, "told once: {:?}", rig.errors());
}

#[test]
fn a_file_that_was_missing_plays_once_it_is_there() {
    let mut cards = Cards::new();
    let good = cards.add(60, 60);
    let late = cards.add(60, 60);
    let (path, aside) = (
        cards.path(late).to_owned(),
        cards.path(late).with_extension("aside"),
    );
    std::fs::rename(&path, &aside).expect("renamed");
    let layers = [good, late].map(|media| vec![clip(media, 0, LENGTH)]);
    let mut rig = Rig::new(cards.project(layers.into()), true);
    rig.engine.play();
    rig.settle();
    rig.advance(30);
    assert!(rig.errors()[0].contains("not found"), "{:?}", rig.errors());
    std::fs::rename(&aside, &path).expect("renamed");
    for _ in 0..200 {
        rig.advance(1);
    }
    assert_eq!(rig.numbers(2), expected(230)[..2], "both play");
    assert_eq!(rig.errors().len(), 1, "told once: {:?}", rig.errors());
}

/// A disk that answers nothing while the gate is shut.
fn gate() -> (FaultPlan, Arc<AtomicI32>, Sender<()>) {
    let (open, opened): (Sender<()>, Receiver<()>) = bounded(64);
    let is_shut = Arc::new(AtomicI32::new(0));
    let plan: FaultPlan = Arc::new({
        let is_shut = Arc::clone(&is_shut);
        move |_access| {
            if is_shut.load(Ordering::Relaxed) == 1 {
                // Longer than the test, if it never opens: then the test has failed.
                opened.recv_timeout(Duration::from_mins(5)).ok();
            }
            Fault::None
        }
    });
    (plan, is_shut, open)
}

#[test]
fn a_disk_that_answers_nothing_holds_up_its_own_layer_only() {
    let (plan, is_shut, open) = gate();
    let (_cards, mut rig, _injection) = show(plan);
    for frame in 1..=20 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "while all is well");
    }
    is_shut.store(1, Ordering::Relaxed);
    for frame in 21..=70 {
        rig.advance_but(1, BAD);
        assert_others_right(&mut rig, frame);
    }
    assert!(rig.counts(BAD).lost() > 20, "{:?}", rig.counts(BAD));
    is_shut.store(0, Ordering::Relaxed);
    while open.try_send(()).is_ok() {}
    for _ in 0..10 {
        rig.advance(1);
    }
    assert_eq!(rig.numbers(6), expected(80), "all is well again");
    rig.verify_counts();
}

#[test]
fn files_that_never_come_to_be_open_do_not_keep_the_others_closed() {
    let mut cards = Cards::new();
    let layers = (0..6).map(|_| vec![clip(cards.add(60, 60), 0, LENGTH)]);
    let layers = layers.collect();
    // As many as there are threads that open.
    let silent = [MediaId(0), MediaId(1)];
    let (plan, is_shut, open) = gate();
    let _injections = silent.map(|media| inject(cards.path(media), Arc::clone(&plan)));
    is_shut.store(1, Ordering::Relaxed);
    let mut engine =
        Engine::new(EngineOptions::default(), Clock::system(), None).expect("an engine");
    let (wake, woken) = bounded(1);
    engine.set_waker(Arc::new(move || {
        // A full channel wakes all the same.
        let _is_full = wake.try_send(()).is_err();
    }));
    engine.set_project(Arc::new(cards.project(layers)));
    let is_open = |engine: &Engine, media: u32| engine.media_facts(MediaId(media)).is_some();
    while !(2..6).all(|media| is_open(&engine, media)) {
        engine.tick();
        // At rest, where nothing arrives that would wake it.
        let wait = engine.time_to_next_tick().expect("it looks again");
        woken.recv_timeout(wait).ok();
    }
    assert!(!(0..2).any(|media| is_open(&engine, media)), "still shut");
    is_shut.store(0, Ordering::Relaxed);
    while open.try_send(()).is_ok() {}
    while !(0..6).all(|media| is_open(&engine, media)) {
        woken.recv().expect("they open");
        engine.tick();
    }
}

/// Six layers whose files can be changed under them.
fn show_of_files() -> (Cards, Rig) {
    let (cards, rig, _injection) = show(Arc::new(|_| Fault::None));
    (cards, rig)
}

/// Six files that play, and a seventh that none of them shows.
fn show_beside_another() -> (Cards, Rig, MediaId) {
    let mut cards = Cards::new();
    let layers: Vec<_> = (0..6)
        .map(|_| vec![clip(cards.add(60, 60), 0, LENGTH)])
        .collect();
    let other = cards.add(60, 60);
    let mut rig = Rig::new(cards.project(layers), true);
    rig.engine.play();
    rig.settle();
    (cards, rig, other)
}

/// Plays on, frame by frame, while the other five are right and lose nothing.
fn play_to(rig: &mut Rig, frames: std::ops::RangeInclusive<i64>) {
    for frame in frames {
        rig.advance(1);
        assert_others_right(rig, frame);
    }
}

fn error_of_bad(rig: &Rig) -> Option<&str> {
    rig.engine.snapshot().layers[BAD].error.as_deref()
}

#[test]
fn a_disk_that_takes_its_time_holds_up_its_own_layer_only() {
    let is_slow = Arc::new(AtomicI32::new(0));
    let (_never, wait): (Sender<()>, Receiver<()>) = bounded(0);
    let plan: FaultPlan = Arc::new({
        let is_slow = Arc::clone(&is_slow);
        move |access| {
            if is_slow.load(Ordering::Relaxed) == 1 && access != Access::Open {
                // Several frames' time for each read.
                wait.recv_timeout(Duration::from_millis(30)).ok();
            }
            Fault::None
        }
    });
    let (_cards, mut rig, _injection) = show(plan);
    play_to(&mut rig, 1..=20);
    is_slow.store(1, Ordering::Relaxed);
    for frame in 21..=80 {
        rig.advance_but(1, BAD);
        assert_others_right(&mut rig, frame);
    }
    assert_eq!(error_of_bad(&rig), None, "slow is no error");
    is_slow.store(0, Ordering::Relaxed);
    play_to(&mut rig, 81..=120);
    assert_eq!(rig.numbers(6), expected(120), "all is well again");
    rig.verify_counts();
}

#[test]
fn a_file_that_shrinks_and_grows_again_is_an_error_of_its_layer_meanwhile() {
    let (cards, mut rig) = show_of_files();
    play_to(&mut rig, 1..=10);
    let path = cards.path(MediaId(BAD as u32));
    let whole = std::fs::read(path).expect("readable");
    let file = std::fs::OpenOptions::new().write(true).open(path);
    let mut file = file.expect("opens");
    file.set_len(whole.len() as u64 / 4).expect("shrinks");
    play_to(&mut rig, 11..=45);
    let error = error_of_bad(&rig).expect("the layer tells");
    assert!(error.contains("cut short"), "{error}");
    std::io::Write::write_all(&mut file, &whole).expect("grows");
    play_to(&mut rig, 46..=260);
    assert_eq!(rig.numbers(6), expected(260), "all is well again");
    assert_eq!(error_of_bad(&rig), None);
    assert_eq!(rig.errors().len(), 1, "told once: {:?}", rig.errors());
    rig.verify_counts();
}

#[test]
fn the_error_of_a_file_goes_when_another_is_written_in_its_place() {
    let (cards, mut rig, other) = show_beside_another();
    play_to(&mut rig, 1..=10);
    let path = cards.path(MediaId(BAD as u32)).to_owned();
    std::fs::write(&path, b"no movie").expect("spoilt");
    play_to(&mut rig, 11..=45);
    assert!(error_of_bad(&rig).is_some(), "the layer tells");
    std::fs::copy(cards.path(other), &path).expect("mended");
    play_to(&mut rig, 46..=260);
    let mut right = expected(260);
    right[BAD] = u64::from(other.0) * NUMBERS_PER_CARD + 260 % 60;
    assert_eq!(rig.numbers(6), right, "the new one");
    assert_eq!(error_of_bad(&rig), None);
    rig.verify_counts();
}

#[test]
fn a_file_that_is_still_being_written_plays_once_it_is_whole() {
    let mut cards = Cards::new();
    let layers: Vec<_> = (0..6)
        .map(|_| vec![clip(cards.add(60, 60), 0, LENGTH)])
        .collect();
    let path = cards.path(MediaId(BAD as u32)).to_owned();
    let whole = std::fs::read(&path).expect("readable");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("half of it");
    let mut rig = Rig::new(cards.project(layers), true);
    rig.engine.play();
    rig.settle();
    play_to(&mut rig, 1..=30);
    assert!(!rig.errors().is_empty(), "it cannot be played yet");
    std::fs::write(&path, &whole).expect("the rest");
    play_to(&mut rig, 31..=260);
    assert_eq!(rig.numbers(6), expected(260), "all six play");
    rig.verify_counts();
}

#[test]
fn a_disk_that_is_pulled_out_is_an_error_of_its_layer_until_it_is_back() {
    let is_out = Arc::new(AtomicI32::new(0));
    let plan: FaultPlan = Arc::new({
        let is_out = Arc::clone(&is_out);
        move |access| match (is_out.load(Ordering::Relaxed), access) {
            (0, _) => Fault::None,
            (_, Access::Open) => Fault::Refused(Errno::NOENT.raw_os_error()),
            (_, Access::Read { .. }) => Fault::Refused(Errno::NODEV.raw_os_error()),
        }
    });
    let (cards, mut rig, _injection) = show(plan);
    play_to(&mut rig, 1..=20);
    let path = cards.path(MediaId(BAD as u32)).to_owned();
    let aside = path.with_extension("aside");
    is_out.store(1, Ordering::Relaxed);
    std::fs::rename(&path, &aside).expect("gone");
    play_to(&mut rig, 21..=200);
    let error = error_of_bad(&rig).map(ToOwned::to_owned);
    assert!(error.is_some() || !rig.errors().is_empty(), "it is told");
    assert!(rig.counts(BAD).lost() > 100, "{:?}", rig.counts(BAD));
    is_out.store(0, Ordering::Relaxed);
    std::fs::rename(&aside, &path).expect("back");
    // It is tried at most sixteen seconds after the last time.
    play_to(&mut rig, 201..=1220);
    assert_eq!(rig.numbers(6), expected(1220), "all is well again");
    assert_eq!(error_of_bad(&rig), None);
    rig.verify_counts();
}

#[test]
fn a_file_that_vanishes_plays_on_as_long_as_the_system_keeps_it() {
    let (cards, mut rig) = show_of_files();
    play_to(&mut rig, 1..=10);
    std::fs::remove_file(cards.path(MediaId(BAD as u32))).expect("removed");
    for frame in 11..=130 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at {frame}");
    }
    rig.verify_no_loss();
    assert!(rig.errors().is_empty(), "{:?}", rig.errors());
}

#[test]
fn a_file_that_is_replaced_plays_on_and_the_new_one_once_it_is_asked_for() {
    let (cards, mut rig, other) = show_beside_another();
    play_to(&mut rig, 1..=10);
    std::fs::rename(cards.path(other), cards.path(MediaId(BAD as u32))).expect("replaced");
    for frame in 11..=30 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at {frame}");
    }
    rig.verify_no_loss();
    // The window hears of the change and asks for this.
    rig.engine.reload_media(MediaId(BAD as u32));
    play_to(&mut rig, 31..=50);
    let mut right = expected(50);
    right[BAD] = u64::from(other.0) * NUMBERS_PER_CARD + 50;
    assert_eq!(rig.numbers(6), right, "the new one");
    rig.verify_counts();
}
