//! What is to be heard when: the scene, and how the playhead moves.

use std::sync::Arc;

use crate::audio::mix::Scene;
use crate::time::Time;
use crate::transport::{Course, TimelinePosition};

/// What the engine says of sound. Another one replaces it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Time on the clock from which it holds.
    pub from: Time,
    /// What there is to hear.
    pub scene: Arc<Scene>,
    /// How the playhead moves.
    pub motion: Motion,
    /// Count of jumps of the playhead.
    pub jumps: u64,
    /// Gain of the master.
    pub master_gain: f32,
}

/// How the playhead moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Motion {
    /// It stands.
    Still {
        /// Project time.
        at: Time,
    },
    /// It follows the clock.
    Rolling {
        /// Its course from `Plan::from` on.
        course: Course,
    },
    /// It was put there by hand: the sound of this place is heard once.
    Glimpse {
        /// Project time.
        at: Time,
        /// Length of the sound.
        length: Time,
    },
}

impl Plan {
    /// Nothing to hear.
    pub fn silent() -> Self {
        Self {
            from: Time::ZERO,
            scene: Arc::default(),
            motion: Motion::Still { at: Time::ZERO },
            jumps: 0,
            master_gain: 1.0,
        }
    }

    /// The playhead at a time of the clock; `None` while it does not move, and after the end.
    pub(super) fn position_at(&self, clock: Time) -> Option<Time> {
        let Motion::Rolling { course } = self.motion else {
            return None;
        };
        match course.position_after(clock - self.from) {
            TimelinePosition::At { time, .. } => Some(time),
            TimelinePosition::Ended { .. } => None,
        }
    }

    /// Project time per clock time.
    pub(super) fn speed(&self) -> f64 {
        match self.motion {
            Motion::Rolling { course } => course.speed(),
            Motion::Still { .. } | Motion::Glimpse { .. } => 0.0,
        }
    }
}
