//! The whole engine on scripted media and a clock set by hand, without a GPU.

use std::path::Path;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use sextet::engine::{Engine, EngineOptions};
use sextet::library::OpenMedia;
use sextet::media::{MediaError, OpenOptions};
use sextet::playback::Source;
use sextet::project::{Clip, ClipId, Layer, LayerId, MediaId, MediaRef, Project};
use sextet::stats::Counts;
use sextet::time::{FrameIndex, FrameRate, ManualClock, Time};

use super::scripted::{Step, nothing, pooled};
use super::ticking::Bell;

/// Layer number `n` begins with this many times `n` of its media's frames.
pub const FRAMES_PER_LAYER: i64 = 1000;

/// A door that reads wait at while it is closed.
#[derive(Default)]
pub struct Gate {
    is_closed: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Lets nothing through from now on.
    pub fn close(&self) {
        *self.is_closed.lock() = true;
    }

    /// Lets everything through.
    pub fn open(&self) {
        *self.is_closed.lock() = false;
        self.opened.notify_all();
    }

    /// A step that passes it.
    pub fn step(self: &Arc<Self>) -> Step {
        let gate = Arc::clone(self);
        Arc::new(move |_: FrameIndex| {
            let mut is_closed = gate.is_closed.lock();
            while *is_closed {
                gate.opened.wait(&mut is_closed);
            }
            Ok(())
        })
    }
}

/// The time of a canvas frame.
pub fn at(frame: i64) -> Time {
    FrameRate::FPS_60.time_of(frame)
}

/// Layers with a clip each that goes on for long, all of 60 frames per second.
pub fn project(layers: u32) -> Project {
    let mut project = Project {
        is_looping: true,
        ..Project::default()
    };
    for number in 0..layers {
        project.media.push(MediaRef {
            id: MediaId(number),
            path: format!("/scripted/{number}").into(),
            absolute_hint: None,
            fingerprint: None,
        });
        let mut layer = Layer::new(LayerId(number), format!("{number}"), 0);
        layer.clips.push(Clip {
            media_in: at(i64::from(number) * FRAMES_PER_LAYER),
            ..Clip::new(ClipId(number), MediaId(number), Time::ZERO, at(600))
        });
        project.layers.push(layer);
    }
    project
}

/// An engine, the hand of its clock, and what wakes it.
pub struct Rig {
    /// The engine.
    pub engine: Engine,
    /// The hand of its clock.
    pub hand: ManualClock,
    /// The bell that it rings.
    pub bell: Bell,
}

impl Rig {
    /// An engine that plays a project of media that read in this way.
    pub fn new(project: Project, on_read: Step) -> Self {
        let hand = ManualClock::new();
        Self::with_clock(project, on_read, hand)
    }

    /// The same with a clock that the steps have too.
    pub fn with_clock(project: Project, on_read: Step, hand: ManualClock) -> Self {
        let source = move |number| pooled(number, Arc::clone(&on_read), nothing());
        Self::with_sources(project, hand, source)
    }

    /// An engine whose media are what `source` makes of their number.
    pub fn with_sources(
        project: Project,
        hand: ManualClock,
        source: impl Fn(u64) -> Source + Send + Sync + 'static,
    ) -> Self {
        let open: OpenMedia = Arc::new(
            move |path: &Path, _: &OpenOptions| -> Result<_, MediaError> {
                let name = path.file_name().and_then(|name| name.to_str());
                let number = name.and_then(|name| name.parse().ok()).expect("a number");
                Ok(source(number).video.into())
            },
        );
        Self::with_media(project, open, hand)
    }

    /// The same with media that open in this way.
    pub fn with_media(project: Project, open: OpenMedia, hand: ManualClock) -> Self {
        let options = EngineOptions::default();
        let mut engine = Engine::with_media(options, hand.clock(), None, open).expect("an engine");
        let bell = Bell::of(&engine);
        engine.set_project(Arc::new(project));
        Self { engine, hand, bell }
    }

    /// Ticks until `is_done`.
    pub fn tick_until(&mut self, is_done: impl Fn(&Engine) -> bool) {
        self.bell
            .tick_until(&mut self.engine, &self.hand, |engine| is_done(engine));
    }

    /// Ticks until every layer shows what is due and nothing is on its way.
    pub fn settle(&mut self) {
        self.tick_until(Engine::is_settled);
    }

    /// Lets this many canvas frames pass, with one tick at the end of them.
    pub fn step(&mut self, frames: i64) {
        self.hand.advance(at(frames));
        self.engine.tick();
    }

    /// The counts of one layer.
    pub fn counts(&self, layer: usize) -> Counts {
        self.engine.snapshot().layers[layer].counts
    }

    /// The frame of its media that a layer shows.
    pub fn shown(&self, layer: usize) -> Option<i64> {
        let shown = self.engine.snapshot().layers[layer].shown;
        shown.map(|frame| i64::try_from(frame.0).expect("small"))
    }

    /// Checks that each due frame met one fate, with a cause where it was not shown on time.
    pub fn verify_counts(&self) {
        let snapshot = self.engine.snapshot();
        let mut sum = Counts::default();
        for counts in snapshot.layers.iter().map(|layer| layer.counts) {
            assert_eq!(counts.due, counts.presented + counts.lost(), "{counts:?}");
            let blamed = counts.causes.total();
            assert_eq!(counts.lost(), blamed, "{counts:?}");
            assert!(counts.hits <= counts.asked, "{counts:?}");
            sum.add(&counts);
        }
        assert_eq!(snapshot.totals, sum, "layers add up");
    }
}

impl Rig {
    /// Asks for a preview until it is the exact one.
    pub fn wait_for_preview(&mut self, frame: i64) {
        let wanted = FrameIndex(u64::try_from(frame).expect("a frame"));
        self.bell
            .tick_until(&mut self.engine, &self.hand, |engine| {
                let picture = engine.request_preview(MediaId(0), at(frame));
                picture.is_some_and(|picture| picture.frame == wanted)
            });
    }
}
