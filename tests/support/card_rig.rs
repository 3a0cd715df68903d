//! Projects of test cards, and an engine that plays them and is driven tick by tick.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use image::RgbaImage;
use image::imageops::crop_imm;
use sextet::engine::{Engine, EngineOptions};
use sextet::gpu::Gpu;
use sextet::media::hap::testcard::read_index_grid;
use sextet::project::{Canvas, Clip, ClipId, Fit, Layer, LayerId, MediaId, Project, Transform};
use sextet::stats::Counts;
use sextet::time::{FrameRate, ManualClock, Time};

use super::cards::{CARD_PX, Cards};

/// Longest wait for something that must happen; a test that gets here has failed.
const PATIENCE: Duration = Duration::from_mins(2);

impl Cards {
    /// Notes a path that nothing is at.
    pub fn add_missing(&mut self) -> MediaId {
        self.add_path(self.folder.path().join("not there.mov"))
    }

    /// A looping project of these layers, given as the clips of each, side by side in a grid of three columns and two
    /// rows. The canvas has 60 pictures per second.
    pub fn project(&self, layers: Vec<Vec<Clip>>) -> Project {
        let (width, height) = CARD_PX;
        let layers = layers.into_iter().enumerate().map(|(index, mut clips)| {
            for (place, clip) in clips.iter_mut().enumerate() {
                clip.id = ClipId((index * 100 + place) as u32);
            }
            let mut layer = Layer::new(LayerId(index as u32), format!("layer {index}"), 0);
            layer.clips = clips;
            layer.transform = Transform {
                position_px: [
                    (index % 3) as f32 * width as f32 - width as f32,
                    (index / 3) as f32 * height as f32 - height as f32 / 2.0,
                ],
                fit: Fit::None,
                ..Transform::default()
            };
            layer
        });
        Project {
            canvas: Canvas {
                width_px: width * 3,
                height_px: height * 2,
                ..Canvas::default()
            },
            layers: layers.collect(),
            media: self.media.clone(),
            is_looping: true,
            ..Project::default()
        }
    }
}

/// The time of a canvas frame.
pub fn at(frame: i64) -> Time {
    FrameRate::FPS_60.time_of(frame)
}

/// A clip of a whole card, looped, from one canvas frame for a number of them.
pub fn clip(media: MediaId, start: i64, frames: i64) -> Clip {
    Clip::new(ClipId(0), media, at(start), at(frames))
}

/// An engine, the hand of its clock, and what wakes it.
pub struct Rig {
    /// The engine.
    pub engine: Engine,
    hand: ManualClock,
    woken: Receiver<()>,
}

impl Rig {
    /// An engine that plays this project, with a software GPU or without.
    pub fn new(project: Project, has_gpu: bool) -> Self {
        Self::with_options(EngineOptions::default(), project, has_gpu)
    }

    /// The same with other options.
    pub fn with_options(options: EngineOptions, project: Project, has_gpu: bool) -> Self {
        let gpu = has_gpu.then(|| Gpu::headless().expect("lavapipe is installed"));
        Self::with_gpu(options, project, gpu)
    }

    /// The same with this device.
    pub fn with_gpu(options: EngineOptions, project: Project, gpu: Option<Gpu>) -> Self {
        let hand = ManualClock::new();
        let mut engine = Engine::new(options, hand.clock(), gpu).expect("an engine");
        let (wake, woken) = bounded(1);
        engine.set_waker(Arc::new(move || {
            // A full channel wakes all the same.
            let _is_full = wake.try_send(()).is_err();
        }));
        engine.set_project(Arc::new(project));
        let mut rig = Self {
            engine,
            hand,
            woken,
        };
        rig.settle();
        rig
    }

    /// Ticks until every layer shows what is due and nothing is on its way.
    pub fn settle(&mut self) {
        loop {
            // Only what comes after this tick is waited for: a wake from before must not stand in for one that is missing.
            let _is_empty = self.woken.try_recv();
            self.engine.tick();
            let has_news = self
                .engine
                .next_tick()
                .is_some_and(|next| next <= self.hand.clock().now());
            if self.engine.is_settled() {
                return;
            }
            if !has_news && self.woken.recv_timeout(PATIENCE).is_err() {
                let layers = &self.engine.snapshot().layers;
                panic!("neither a frame nor a file arrives: {layers:#?}");
            }
        }
    }

    /// Lets this many canvas frames pass, with one tick at the end of them, and settles. What was drawn before is done by
    /// then, so that the memory it was copied from is free again however slow the device is.
    pub fn advance(&mut self, frames: i64) {
        self.engine.finish_picture();
        self.hand.advance(at(frames));
        self.settle();
    }

    /// Lets this many canvas frames pass, with one tick at the end of them, and waits for nothing.
    pub fn pass(&mut self, frames: i64) {
        self.hand.advance(at(frames));
        self.engine.tick();
    }

    /// As [`Self::advance`], without waiting for this layer.
    pub fn advance_but(&mut self, frames: i64, layer: usize) {
        self.engine.finish_picture();
        self.hand.advance(at(frames));
        loop {
            self.engine.tick();
            let layers = self.engine.snapshot().layers.iter().enumerate();
            let mut others = layers.filter(|(index, _)| *index != layer);
            if others.all(|(_, layer)| layer.in_flight.is_empty()) {
                return;
            }
            // Asking for the next tick asks to be woken, too.
            let next = self.engine.next_tick();
            if next.is_none_or(|next| next > self.hand.clock().now()) {
                self.woken
                    .recv_timeout(PATIENCE)
                    .expect("a frame of another layer arrives");
            }
        }
    }

    /// The picture of one layer.
    pub fn layer_picture(&mut self, layer: u32) -> RgbaImage {
        let canvas = self.engine.read_canvas().expect("a canvas");
        let (width, height) = CARD_PX;
        crop_imm(
            &canvas,
            layer % 3 * width,
            layer / 3 * height,
            width,
            height,
        )
        .to_image()
    }

    /// The numbers that the layers' pictures carry; black reads as zero.
    pub fn numbers(&mut self, layers: u32) -> Vec<u64> {
        let number = |picture| read_index_grid(&picture).expect("cells are black or white");
        (0..layers)
            .map(|layer| number(self.layer_picture(layer)))
            .collect()
    }

    /// The counts of one layer.
    pub fn counts(&self, layer: usize) -> Counts {
        self.engine.snapshot().layers[layer].counts
    }

    /// Checks that each due frame met one fate, with a cause where it was not shown on time.
    pub fn verify_counts(&self) {
        let snapshot = self.engine.snapshot();
        let mut due = 0;
        for counts in snapshot.layers.iter().map(|layer| layer.counts) {
            assert_eq!(counts.due, counts.presented + counts.lost(), "{counts:?}");
            let blamed = counts.causes.total();
            assert_eq!(counts.lost(), blamed, "{counts:?}");
            due += counts.due;
        }
        assert_eq!(snapshot.totals.due, due, "layers add up");
    }

    /// Checks that all due frames were shown on time.
    pub fn verify_no_loss(&self) {
        self.verify_counts();
        let totals = self.engine.snapshot().totals;
        assert_eq!(totals.lost(), 0, "{totals:?}");
        assert!((totals.hit_rate() - 1.0).abs() < 1e-9, "{totals:?}");
        assert!(totals.due > 0, "something was due");
    }

    /// The errors in the log.
    pub fn errors(&self) -> Vec<String> {
        let errors = self.engine.snapshot().log.iter();
        errors
            .filter(|line| line.is_error)
            .map(|line| line.text.clone())
            .collect()
    }
}
