//! The headless driver: settles and plays without a window, in real time.
//!
//! `play --headless` drives a [`Controller`] with it. Benches drive the bare [`Engine`], since their figures are of
//! that alone; both are driven by the same functions.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};

use super::controller::{Controller, ControllerError, ControllerOptions};
use super::random::Random;
use crate::engine::{Engine, EngineError};
use crate::gpu::Gpu;
use crate::project::Project;
use crate::stats::Report;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Time that opening files and filling prebuffers may take before playing starts all the same.
pub(crate) const SETTLE_LIMIT: Time = Time::from_seconds(30);

/// Longest wait for a picture before a run checks whether it is over: no longer than a user notices.
const LONGEST_WAIT: Time = Time::from_flicks(FLICKS_PER_SECOND / 10);

/// Seed of the places that a run jumps to.
const JUMP_SEED: u64 = 0x5EED;

/// A program, or a bare engine, that the functions here drive.
pub(crate) trait Drive {
    /// Does all that is due.
    fn tick(&mut self);
    /// The engine.
    fn engine(&mut self) -> &mut Engine;

    /// Waits for so long at most, while nothing plays, for a reason to tick; false if there can be none, and the run is
    /// over.
    fn wait_while_paused(&mut self, _at_most: Time) -> bool {
        false
    }

    /// True if somebody asked for the end.
    fn is_ended(&self) -> bool {
        false
    }
}

impl Drive for Engine {
    fn tick(&mut self) {
        Self::tick(self);
    }

    fn engine(&mut self) -> &mut Engine {
        self
    }
}

/// A controller without a window, which remotes may pause and play again.
pub(crate) struct RemotePlayer {
    controller: Controller,
    /// Woken when a tick has something to do; none without remotes, which alone could play on.
    woken: Option<Receiver<()>>,
}

impl RemotePlayer {
    /// A player of these options.
    ///
    /// # Errors
    /// As of [`Controller::new`].
    pub fn new(options: ControllerOptions, gpu: Option<Gpu>) -> Result<Self, ControllerError> {
        let has_remotes = !options.remotes.is_empty();
        let (wake, woken) = bounded(1);
        // A full channel wakes all the same.
        let wake = Arc::new(move || _ = wake.try_send(()));
        Ok(Self {
            controller: Controller::new(options, gpu, wake)?,
            woken: has_remotes.then_some(woken),
        })
    }

    /// The controller.
    pub fn controller(&mut self) -> &mut Controller {
        &mut self.controller
    }
}

impl Drive for RemotePlayer {
    fn tick(&mut self) {
        self.controller.tick();
    }

    fn engine(&mut self) -> &mut Engine {
        self.controller.engine_mut()
    }

    fn wait_while_paused(&mut self, at_most: Time) -> bool {
        let Some(woken) = &self.woken else {
            return false;
        };
        let at_most = at_most.to_duration();
        let wait = self.controller.next_tick_in();
        let wait = wait.map_or(at_most, |wait| wait.min(at_most));
        // A tick too many does no harm.
        woken.recv_timeout(wait).ok();
        true
    }

    fn is_ended(&self) -> bool {
        self.controller.is_close_granted()
    }
}

/// Waits until every file is open and every prebuffer full, for so long at most, and until an interrupt.
pub(crate) fn settle(driven: &mut impl Drive, limit: Time, is_interrupted: impl Fn() -> bool) {
    let clock = Clock::system();
    driven.tick();
    while !driven.engine().is_settled() && clock.now() < limit && !is_interrupted() {
        driven.engine().wait_a_moment();
        driven.tick();
    }
}

/// An event of a run.
pub(crate) enum PlayEvent {
    /// A tick, this long after the start.
    Tick(Time),
    /// The graphics device was lost; another one draws, or nothing does.
    GpuReplaced(Result<(), EngineError>),
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlayEnd {
    /// The time is over, or a project that does not loop.
    Over,
    /// An interrupt came this long after the start.
    Interrupted(Time),
}

/// Plays for `seconds`, or until the end of a project that does not loop, or until an interrupt. Where a remote may play
/// on, the end of the project is not the end of the run. `follow` is called with each event.
pub(crate) fn play<D: Drive>(
    driven: &mut D,
    seconds: Time,
    is_interrupted: impl Fn() -> bool,
    mut follow: impl FnMut(PlayEvent, &mut D),
) -> PlayEnd {
    driven.engine().reset_stats();
    driven.engine().play();
    let clock = Clock::system();
    let is_over = || clock.now() >= seconds || is_interrupted();
    while !is_over() {
        driven.tick();
        if driven.engine().has_lost_gpu() {
            let replaced = replace_gpu(driven.engine());
            follow(PlayEvent::GpuReplaced(replaced), driven);
        }
        // As presenting to a display would: a picture counts once it is drawn.
        driven.engine().finish_picture();
        follow(PlayEvent::Tick(clock.now()), driven);
        if driven.is_ended() {
            break;
        }
        if !driven.engine().transport().is_playing() {
            if driven.wait_while_paused(LONGEST_WAIT) {
                continue;
            }
            break;
        }
        // At a low rate the end of the run may come long before the next picture.
        while !is_over() && !driven.engine().wait_for_next_tick(LONGEST_WAIT) {}
    }
    driven.engine().pause();
    if is_interrupted() {
        PlayEnd::Interrupted(clock.now())
    } else {
        PlayEnd::Over
    }
}

/// Draws with another device in the place of one that is gone; without, if there is none any more.
fn replace_gpu(engine: &mut Engine) -> Result<(), EngineError> {
    let another = Gpu::headless().map_err(EngineError::from);
    let replaced = another.and_then(|gpu| engine.set_gpu(Some(gpu.forgiving())));
    if replaced.is_err() {
        // Without a device nothing can be refused.
        drop(engine.set_gpu(None));
    }
    replaced
}

/// The errors of a run, each given once.
#[derive(Default)]
pub(crate) struct Errors {
    given: BTreeSet<String>,
    /// Time of the last line of the log that was read.
    seen: Time,
}

impl Errors {
    /// Errors of a run in which these were given before.
    pub fn after(given: BTreeSet<String>) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    /// The errors in the log since the last call.
    pub fn in_log(&mut self, engine: &Engine) -> Vec<String> {
        let log = &engine.snapshot().log;
        // Lines of one moment may come in two calls.
        let new = log.iter().rev().take_while(|line| line.time >= self.seen);
        let mut errors: Vec<_> = new
            .filter(|line| line.is_error && !self.given.contains(&line.text))
            .map(|line| line.text.clone())
            .collect();
        errors.reverse();
        errors.retain(|error| self.given.insert(error.clone()));
        if let Some(line) = log.back() {
            self.seen = line.time;
        }
        errors
    }

    /// The errors that stand at the end.
    pub fn in_report(&mut self, report: &Report) -> Vec<String> {
        let errors = report.layers.iter();
        let mut errors: Vec<_> = errors.filter_map(|layer| layer.error.clone()).collect();
        errors.retain(|error| self.given.insert(error.clone()));
        errors
    }
}

/// Jumps while playing, as an operator does who moves on in a show.
pub(crate) struct Jumps {
    every: Time,
    next: Time,
    random: Random,
}

impl Jumps {
    /// Jumps at this interval.
    pub fn new(every: Time) -> Self {
        Self {
            every,
            next: every,
            random: Random::new(JUMP_SEED),
        }
    }

    /// The place to jump to, if it is time to, `elapsed` after the start.
    pub fn due(&mut self, elapsed: Time, project: &Project) -> Option<Time> {
        if elapsed < self.next {
            return None;
        }
        self.next = elapsed + self.every;
        let rate = project.canvas.frame_rate;
        let frames = rate.frame_at(project.duration()).max(1);
        Some(rate.time_of(self.random.below(frames)))
    }
}
