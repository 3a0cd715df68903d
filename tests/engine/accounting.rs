//! Numbers of a run against what happened in it: outcomes, causes and read times.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::scripted::{DECODED, SequentialStep, Step, nothing, pooled, sequential};
use crate::scripted_engine::{FRAMES_PER_LAYER, Gate, Rig, at, project};
use proptest::prelude::*;
use sextet::engine::{Engine, PlaybackSettings};
use sextet::library::OpenMedia;
use sextet::media::OpenOptions;
use sextet::project::{FramePolicy, MediaId};
use sextet::settings::{IoMode, PrebufferDepth};
use sextet::status::MediaState;
use sextet::time::{FrameIndex, FrameRate, ManualClock, MediaTiming, Time};
use sextet::transport::Direction;

#[test]
fn a_stall_of_300_ms_is_that_many_repeated_frames_with_cause_read_and_nothing_else() {
    let gate = Arc::new(Gate::default());
    let mut project = project(2);
    for layer in &mut project.layers {
        layer.frame_policy = FramePolicy::Hold;
    }
    let mut rig = Rig::new(project, gate.step());
    rig.settle();
    rig.engine.play();
    for _ in 0..60 {
        rig.step(1);
        rig.settle();
    }
    gate.close();
    // What is in memory already covers the beginning; the picture on screen is among it.
    let covered = [0, 1].map(|layer| rig.engine.snapshot().layers[layer].in_memory.len() - 1);
    for _ in 0..18 {
        rig.step(1);
        rig.verify_counts();
    }
    gate.open();
    rig.settle();
    for _ in 0..60 {
        rig.step(1);
        rig.settle();
    }
    // So that the last frame has met its fate.
    rig.engine.pause();
    rig.engine.tick();
    rig.verify_counts();
    for layer in [0, 1] {
        let counts = rig.counts(layer);
        let missed = 18 - covered[layer] as u64;
        assert!(missed > 10, "the prebuffer is short");
        // The last of them arrives while it is due.
        assert_eq!(
            (counts.repeated, counts.late),
            (missed - 1, 1),
            "{counts:?}"
        );
        assert_eq!(counts.causes.read, missed, "{counts:?}");
        assert_eq!((counts.lost(), counts.dropped), (missed, 0), "{counts:?}");
        assert_eq!(counts.asked - counts.hits, missed, "{counts:?}");
    }
}

#[test]
fn a_file_that_opens_while_the_show_plays_begins_without_blame() {
    let [opening, reading] = [(); 2].map(|()| Arc::new(Gate::default()));
    opening.close();
    reading.close();
    let (opens, reads) = (opening.step(), reading.step());
    let open: OpenMedia = Arc::new(move |_: &Path, _: &OpenOptions| {
        opens(FrameIndex(0))?;
        Ok(pooled(0, Arc::clone(&reads), nothing()).video.into())
    });
    let mut rig = Rig::with_media(project(1), open, ManualClock::new());
    rig.engine.play();
    for _ in 0..10 {
        rig.step(1);
    }
    opening.open();
    rig.tick_until(|engine| matches!(engine.snapshot().media[0].state, MediaState::Ready(_)));
    assert_eq!(rig.shown(0), None, "it is open, and nothing is read yet");
    reading.open();
    rig.settle();
    assert_eq!(rig.shown(0), Some(10), "it comes on where the show is");
    for _ in 0..10 {
        rig.step(1);
        rig.settle();
    }
    let counts = rig.counts(0);
    assert_eq!((counts.presented, counts.lost()), (11, 0), "{counts:?}");
    rig.verify_counts();
}

#[test]
fn a_decoder_that_is_too_slow_costs_its_own_layer_frames_and_is_named_as_the_cause() {
    let gate = Arc::new(Gate::default());
    let decode = gate.step();
    let decode: SequentialStep = Arc::new(move |frame, _| decode(frame).map(|()| DECODED));
    // The first layer has a decoder of its own; frames of the others stand alone.
    let source = move |number| match number {
        0 => sequential(number, Arc::clone(&decode)),
        _ => pooled(number, nothing(), nothing()),
    };
    let mut rig = Rig::with_sources(project(4), ManualClock::new(), source);
    rig.settle();
    rig.engine.play();
    let others_are_ready = |engine: &Engine| {
        let mut others = engine.snapshot().layers.iter().skip(1);
        others.all(|layer| layer.in_flight.is_empty())
    };
    for _ in 0..5 {
        gate.close();
        for _ in 0..20 {
            rig.step(1);
            rig.tick_until(others_are_ready);
        }
        gate.open();
        rig.settle();
    }
    rig.engine.pause();
    rig.engine.tick();
    rig.verify_counts();
    let slow = rig.counts(0);
    assert!(slow.lost() > 30, "the prebuffer is short: {slow:?}");
    assert_eq!(slow.causes.decode, slow.lost(), "{slow:?}");
    for layer in 1..4 {
        let counts = rig.counts(layer);
        assert_eq!(
            (counts.lost(), counts.hits),
            (0, counts.asked),
            "{counts:?}"
        );
        assert!(counts.due >= 100, "{counts:?}");
    }
}

#[test]
fn read_times_are_those_of_the_disk() {
    for millis in [2_i64, 8, 20, 50] {
        let hand = ManualClock::new();
        let disk = hand.clone();
        let on_read: Step = Arc::new(move |_: FrameIndex| {
            disk.advance(Time::from_nanos(millis * 1_000_000));
            Ok(())
        });
        // A project of one frame, so that there is one read at a time.
        let mut project = project(1);
        project.is_looping = false;
        project.layers[0].clips[0].duration = at(1);
        let mut rig = Rig::with_clock(project.clone(), on_read, hand);
        rig.settle();
        for frame in 1..100 {
            project.layers[0].clips[0].media_in = at(frame * 17);
            rig.engine.set_project(Arc::new(project.clone()));
            rig.settle();
        }
        let report = rig.engine.report();
        assert_eq!(report.layers[0].read_bytes, 100 * 16, "a read for each");
        let read = report.layers[0].read_ms;
        let is_near = |value: f64| (value / millis as f64 - 1.0).abs() < 0.1;
        assert!(
            is_near(read.p50) && is_near(read.p95) && is_near(read.max),
            "{millis} ms: {read:?}"
        );
    }
}

#[derive(Clone, Debug)]
enum Op {
    Frames(i64),
    FramesInARow(i64),
    Play,
    Pause,
    Stop,
    Seek(i64),
    Scrub(i64),
    ScrubEnd(i64),
    Step(i64),
    Speed(f64),
    Shuttle(bool),
    Loop(bool),
    Settings(usize, bool),
    Gate(bool),
    Settle,
}

fn op() -> impl Strategy<Value = Op> {
    let frame = 0_i64..600;
    let speed = prop::sample::select(&[1.0, -1.0, 4.0, -2.0, 0.5, 8.0][..]);
    prop_oneof![
        4 => (1_i64..6).prop_map(Op::Frames),
        4 => (1_i64..12).prop_map(Op::FramesInARow),
        2 => Just(Op::Play),
        1 => Just(Op::Pause),
        1 => Just(Op::Stop),
        2 => frame.clone().prop_map(Op::Seek),
        2 => frame.clone().prop_map(Op::Scrub),
        1 => frame.prop_map(Op::ScrubEnd),
        1 => (-30_i64..30).prop_map(Op::Step),
        2 => speed.prop_map(Op::Speed),
        1 => any::<bool>().prop_map(Op::Shuttle),
        1 => any::<bool>().prop_map(Op::Loop),
        1 => (3_usize..17, any::<bool>()).prop_map(|(frames, ahead)| Op::Settings(frames, ahead)),
        2 => any::<bool>().prop_map(Op::Gate),
        3 => Just(Op::Settle),
    ]
}

/// A run of the engine, and what each layer was asked to show so far.
struct Run {
    rig: Rig,
    gate: Arc<Gate>,
    is_closed: bool,
    asked: HashSet<i64>,
    due: u64,
}

impl Run {
    fn new() -> Self {
        let gate = Arc::new(Gate::default());
        let mut project = project(3);
        let policies = [
            FramePolicy::Hold,
            FramePolicy::Nearest,
            FramePolicy::NeverSkip,
        ];
        for (layer, policy) in project.layers.iter_mut().zip(policies) {
            layer.frame_policy = policy;
        }
        let mut rig = Rig::new(project, gate.step());
        rig.settle();
        Self {
            rig,
            gate,
            is_closed: false,
            asked: HashSet::from([0]),
            due: 0,
        }
    }

    fn apply(&mut self, op: &Op) {
        let engine = &mut self.rig.engine;
        match *op {
            Op::Frames(frames) => self.rig.hand.advance(at(frames)),
            Op::FramesInARow(frames) => {
                for _ in 0..frames {
                    self.rig.step(1);
                    self.verify();
                }
            }
            Op::Play => engine.play(),
            Op::Pause => engine.pause(),
            Op::Stop => engine.stop(),
            Op::Seek(frame) => engine.seek(at(frame)),
            Op::Scrub(frame) => engine.scrub(at(frame)),
            Op::ScrubEnd(frame) => engine.scrub_end(at(frame)),
            Op::Step(frames) => engine.step_frames(frames),
            Op::Speed(speed) => engine.set_speed(speed),
            Op::Shuttle(is_forwards) => engine.shuttle(if is_forwards {
                Direction::Forwards
            } else {
                Direction::Backwards
            }),
            Op::Loop(is_looping) => {
                let mut project = (**engine.project()).clone();
                project.is_looping = is_looping;
                engine.set_project(Arc::new(project));
            }
            Op::Settings(prebuffer, reads_ahead) => {
                // Nothing can be read in place while the disk does not answer.
                let reads_ahead = reads_ahead || self.is_closed;
                engine.set_playback_settings(PlaybackSettings {
                    prebuffer: PrebufferDepth::Frames(prebuffer),
                    io: if reads_ahead {
                        IoMode::Auto
                    } else {
                        IoMode::Sync
                    },
                    ..engine.playback_settings()
                });
            }
            Op::Gate(is_closed) => {
                if is_closed == self.is_closed {
                    return;
                }
                // A thread that reads in place would wait for ever.
                self.is_closed = is_closed && engine.playback_settings().io.reads_ahead();
                if self.is_closed {
                    // Reading ahead may not have taken over yet.
                    self.rig.settle();
                    self.verify();
                    self.gate.close();
                } else {
                    self.gate.open();
                }
            }
            Op::Settle if self.is_closed => {}
            Op::Settle => {
                self.rig.settle();
                self.verify_settled();
            }
        }
        self.rig.engine.tick();
        self.verify();
    }

    /// The canvas frame under the playhead.
    fn playhead(&self) -> i64 {
        let canvas = self.rig.engine.project().canvas.frame_rate;
        canvas.frame_at(self.rig.engine.playhead())
    }

    fn verify(&mut self) {
        self.rig.verify_counts();
        let due = self.rig.engine.snapshot().totals.due;
        assert!(due >= self.due, "what was counted stays counted");
        self.due = due;
        self.asked.insert(self.playhead());
        for layer in 0..2 {
            if let Some(shown) = self.rig.shown(layer) {
                let frame = shown - layer as i64 * FRAMES_PER_LAYER;
                assert!(self.asked.contains(&frame), "layer {layer} shows {frame}");
            }
        }
    }

    /// With all read, the layers show what belongs to the playhead; one that skips nothing may be behind.
    fn verify_settled(&self) {
        let playhead = self.playhead();
        for layer in 0..2 {
            let expected = layer as i64 * FRAMES_PER_LAYER + playhead;
            assert_eq!(self.rig.shown(layer), Some(expected), "layer {layer}");
        }
        if !self.rig.engine.transport().is_playing() {
            let expected = 2 * FRAMES_PER_LAYER + playhead;
            assert_eq!(self.rig.shown(2), Some(expected), "level at rest");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_every_due_frame_meets_one_fate_and_none_is_stale(
        ops in prop::collection::vec(op(), 1..50),
    ) {
        let mut run = Run::new();
        for op in &ops {
            run.apply(op);
        }
        run.gate.open();
        run.rig.settle();
        run.verify_settled();
        run.rig.engine.pause();
        run.rig.engine.tick();
        run.verify();
    }
}

#[test]
fn a_preview_is_the_nearest_picture_at_once_and_the_exact_one_soon() {
    let mut rig = Rig::new(project(1), nothing());
    rig.settle();
    assert!(rig.engine.request_preview(MediaId(0), at(50)).is_none());
    rig.wait_for_preview(50);
    for frame in [51, 70, 52] {
        let nearest = rig.engine.request_preview(MediaId(0), at(frame));
        assert!(
            nearest.is_some_and(|picture| picture.frame.0 >= 50),
            "at once"
        );
        rig.wait_for_preview(frame);
    }
    assert!(
        rig.engine.request_preview(MediaId(9), at(0)).is_none(),
        "no such file"
    );
}

#[test]
fn the_report_says_how_even_the_file_is_and_counts_the_time_of_every_picture() {
    let hand = ManualClock::new();
    let interval = at(1);
    // Two frames between every other pair of pictures: the first of them is never due.
    let begin =
        |frame: i64| interval.scaled((frame / 2) as f64 * 2.0 - [0.5, 0.25][(frame % 2) as usize]);
    let begins: Arc<[Time]> = (0..600).map(|frame| begin(frame).max(Time::ZERO)).collect();
    let uneven = MediaTiming::table(FrameRate::FPS_60, begins, at(600));
    let source = move |number| {
        let mut source = pooled(number, nothing(), nothing());
        if number == 0 {
            Arc::make_mut(&mut source.video.facts).timing = uneven.clone();
        }
        source
    };
    let mut rig = Rig::with_sources(project(2), hand, source);
    rig.settle();
    rig.engine.play();
    rig.settle();
    for _ in 0..59 {
        rig.step(1);
        rig.settle();
    }
    rig.engine.pause();
    rig.engine.tick();
    rig.verify_counts();
    let [uneven, even] = [0, 1].map(|layer| rig.counts(layer));
    assert_eq!(even.due, 60, "one for each picture");
    assert_eq!(even.due_evenly, even.due);
    assert_eq!(uneven.due, 30, "of each two the second");
    // A step's worth is only known from the second on.
    assert_eq!(uneven.due_evenly, 59);
    let report = rig.engine.report();
    assert!((report.seconds - 1.0).abs() < 1e-6, "{} s", report.seconds);
    for layer in &report.layers {
        assert!(
            layer.cadence_error_ms.max < 1e-3,
            "each stays as long as its stamps say: {layer:?}"
        );
    }
    assert!(
        report.to_text().contains("119 frames would have been due"),
        "{}",
        report.to_text()
    );
}
