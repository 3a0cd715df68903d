//! Jumps of one layer while others play on: `bench seek --beside`.
//!
//! Moving the playhead would move all layers. So the clip of the measured layer is moved within its file instead, as
//! slipping it on the timeline does: what is due at once is a frame that nothing could have read ahead, while the other
//! layers play on and are counted.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use serde::Serialize;

use super::seek::LIMIT;
use crate::cli::play;
use crate::control::headless::{self, SETTLE_LIMIT};
use crate::control::random::Random;
use crate::engine::{Engine, EngineOptions};
use crate::media::Video;
use crate::project::{Clip, ClipId, Layer, LayerId, MediaId, MediaRef, Project};
use crate::stats::Counts;
use crate::time::{Clock, FrameIndex, Time};

/// Time that the layer plays on between two jumps, in canvas frames.
const FRAMES_BETWEEN: f64 = 4.0;

/// Lead of the clip's start before the playhead after a jump, in canvas frames.
const LEAD_FRAMES: i64 = 2;

/// Longer than any run.
const LONG: Time = Time::from_seconds(30 * 86_400);

/// The layer that jumps; those beside it have the numbers after it.
const JUMPING: u32 = 1;

/// Outcome of the layers beside the one that jumped.
#[derive(Clone, Copy, Serialize)]
pub struct BesideReport {
    layers: usize,
    due: u64,
    lost: u64,
    hit_rate: f64,
}

impl BesideReport {
    /// True if more frames were lost than a run may lose.
    pub fn fell_short(&self) -> bool {
        self.lost as f64 > play::LOSS_BOUND * self.due as f64
    }

    /// It in a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} layers beside it: {} frames due, {} lost, hit rate {:.2} %",
            self.layers,
            self.due,
            self.lost,
            self.hit_rate * 100.0
        )
    }
}

/// Layers at play, of which the first jumps.
pub struct Playing<'a> {
    engine: Engine,
    project: Project,
    media: &'a Video,
    clock: Clock,
}

impl<'a> Playing<'a> {
    /// Plays a file and, beside it, others.
    ///
    /// # Errors
    /// If a file cannot be opened.
    pub fn begin(media: &'a Video, beside: &[PathBuf]) -> anyhow::Result<Self> {
        let mut project = Project::default();
        let paths = std::iter::once(&media.facts.path).chain(beside);
        for (number, path) in (JUMPING..).zip(paths) {
            let id = MediaId(number);
            project.media.push(MediaRef {
                id,
                path: path.clone(),
                absolute_hint: None,
                fingerprint: None,
            });
            let mut layer = Layer::new(LayerId(number), number.to_string(), 0);
            let clip = Clip::new(ClipId(number), id, Time::ZERO, LONG);
            layer.clips.push(clip);
            project.layers.push(layer);
        }
        let mut engine = Engine::new(EngineOptions::default(), Clock::system(), None)?;
        engine.set_project(Arc::new(project.clone()));
        headless::settle(&mut engine, SETTLE_LIMIT, || false);
        let mut listed = project.media.iter();
        if let Some(error) = listed.find_map(|media| engine.media_error(media.id)) {
            bail!("{error}");
        }
        engine.reset_stats();
        engine.play();
        Ok(Self {
            engine,
            project,
            media,
            clock: Clock::system(),
        })
    }

    /// Jumps to a random frame; gives how long it took until the frame due was on screen, and whether it is the one
    /// that follows from the jump. Nothing if it did not come.
    pub fn jump(&mut self, random: &mut Random) -> Option<(Time, bool)> {
        self.play_on();
        let timing = &self.media.facts.timing;
        let frames = timing.frames();
        let target = random.below(i64::try_from(frames).unwrap_or(i64::MAX));
        let target = FrameIndex(u64::try_from(target).unwrap_or(0));
        let rate = self.project.canvas.frame_rate;
        let clip = &mut self.project.layers[0].clips[0];
        // A little before, since the next tick may stand for a moment before this one.
        clip.start = rate.time_of((rate.frame_at(self.engine.playhead()) - LEAD_FRAMES).max(0));
        clip.media_in = timing.time_of(target);
        let begin = self.clock.now();
        self.engine.set_project(Arc::new(self.project.clone()));
        loop {
            self.engine.tick();
            let taken = self.clock.now() - begin;
            if let Some(shown) = self.exact() {
                // Meanwhile it may have played on by as many frames as there was time for.
                let lead = rate.time_of(LEAD_FRAMES + 1);
                let played = timing.rate().frame_at(taken + lead) + 1;
                let after = (shown.0 + frames - target.0) % frames;
                return Some((
                    taken,
                    i64::try_from(after).is_ok_and(|after| after <= played),
                ));
            }
            if taken > LIMIT {
                return None;
            }
            self.engine.wait_a_moment();
        }
    }

    /// Lets a few frames pass, so that the next jump finds the layer as playing has it.
    fn play_on(&mut self) {
        let interval = self.project.canvas.frame_rate.frame_duration();
        let end = self.clock.now() + interval.scaled(FRAMES_BETWEEN);
        while self.clock.now() < end {
            self.engine.tick();
            self.engine.wait_for_next_tick(interval);
        }
    }

    /// The frame on screen of the layer that jumps, if it is the one due.
    fn exact(&self) -> Option<FrameIndex> {
        let layer = self.engine.snapshot().layers.first()?;
        layer
            .shown
            .filter(|_| self.engine.is_exact(LayerId(JUMPING)))
    }

    /// Outcome of the other layers.
    pub fn finish(mut self) -> BesideReport {
        self.engine.pause();
        let report = self.engine.report();
        let mut counts = Counts::default();
        let beside = &report.layers[1..];
        for layer in beside {
            counts.add(&layer.counts.counts);
        }
        BesideReport {
            layers: beside.len(),
            due: counts.due,
            lost: counts.lost(),
            hit_rate: counts.hit_rate(),
        }
    }
}
