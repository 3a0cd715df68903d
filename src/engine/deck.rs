//! One voice of a layer at play: what is due, what is on screen, and what that says about the prebuffer.

use super::events::Told;
use super::frame_ledger::Account;
use super::gpu_memory::Refusal;
use crate::playback::{FrameKey, SourceId, Wanted};
use crate::project::{ClipId, LayerId, LayerValues};
use crate::stats::cadence::CadenceMeter;
use crate::stats::{Cause, LayerRecorder};
use crate::time::{FrameIndex, FrameRate, Time};

/// How long a file must have played without a failure for the next one to be told of again: longer than the loops in
/// which a bad frame comes back.
const QUIET: Time = Time::from_seconds(10);

/// The state of one voice of a layer at play. Its place in the engine's list is its lane in the player, and the key of
/// its texture.
#[derive(Default)]
pub struct Lane {
    /// The layer, while there is one.
    pub layer: Option<LayerId>,
    /// Which of the layer's voices it is. One that plays or will play shortly counts as a layer in the sharing of memory.
    pub voice: usize,
    /// The lane of the layer's first voice, whose recorder takes the numbers of all.
    pub home: usize,
    /// What is due at the playhead, if anything.
    pub due: Option<Due>,
    /// How opaque it is at the playhead, fades included, 0 to 1; 0 between clips.
    pub opacity: f32,
    /// What its layer's parameters are at the playhead.
    pub values: LayerValues,
    /// The frame that its texture holds.
    pub shown: Option<FrameKey>,
    /// The frame of a proxy that is on screen instead, in a texture of its own.
    pub proxy: Option<FrameKey>,
    /// A frame that the proxy does not have.
    pub lost_proxy: Option<FrameKey>,
    /// A proxy whose frames are damaged.
    pub broken_proxy: Option<SourceId>,
    /// The clip that this frame was shown for.
    pub shown_clip: Option<ClipId>,
    /// The fates of its due frames.
    pub account: Account,
    /// What the log knows of the layer, on its first voice.
    pub told: Told,
    /// How evenly its pictures were shown.
    pub cadence: CadenceMeter,
    /// What was on screen at the end of the last tick, while it plays steadily.
    pub seen: Option<Seen>,
    /// Whether the frame due was on screen or ready when asked for, before any waiting.
    pub is_hit: bool,
    /// How long it is behind the playhead, where it skips nothing.
    pub lag: Time,
    /// Why it fell behind.
    pub lag_cause: Cause,
    /// What made the frame due unforeseeable, until it is on screen; meanwhile nothing is blamed on the prebuffer.
    pub awaiting: Option<Awaiting>,
    /// What is wrong with it.
    pub error: Option<LaneError>,
    /// Why the graphics device does not take its frames.
    pub refusal: Option<Refusal>,
    /// The file of which a frame failed last, and when.
    pub last_failure: Option<(SourceId, Time)>,
    /// The file it played last, for the report.
    pub last_source: Option<SourceId>,
    /// Sum over ticks of the number of ready frames, and the number of ticks.
    pub fill: (u64, u64),
    /// The frames to have next; kept to be used again.
    pub wanted: Vec<Wanted>,
}

/// A picture on screen, and how often it should change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The frame of its media file.
    pub frame: FrameIndex,
    /// The rate of that file.
    pub media: FrameRate,
    /// Media time per clock time.
    pub speed: f64,
}

/// Why a frame that is due could not be foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaiting {
    /// The playhead jumped, at this time on the clock.
    Jump(Time),
    /// Playing took another direction or speed, or came to a file that opened only then.
    Turn,
}

/// What a layer should show now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The clip under the playhead.
    pub clip: ClipId,
    /// Where on the timeline it begins.
    pub start: Time,
    /// The frame of its media file.
    pub key: FrameKey,
}

/// What is wrong with a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneError {
    /// The file.
    pub source: SourceId,
    /// What happened.
    pub text: String,
    /// Whether the system refused to read, so that the file itself may be as it was.
    pub is_refused: bool,
}

impl Lane {
    /// The frame on screen, if it is one of the file itself.
    pub fn exact_shown(&self) -> Option<FrameKey> {
        self.shown.filter(|_| self.proxy.is_none())
    }

    /// Whether the picture that is due is on screen, or none is due.
    pub fn is_exact(&self) -> bool {
        self.due.is_none_or(|due| self.shown == Some(due.key))
    }

    /// The playhead jumped: what was due is interrupted, and the new frame is waited for without blame.
    pub fn jump(&mut self, now: Time, recorder: &mut LayerRecorder) {
        self.account.finish(recorder);
        self.awaiting = Some(Awaiting::Jump(now));
    }

    /// Playing took another direction or speed, or its file opened: the frame due next is waited for without blame.
    pub fn turn(&mut self, recorder: &mut LayerRecorder) {
        self.account.give_up_owed(recorder);
        self.awaiting.get_or_insert(Awaiting::Turn);
    }

    /// Notes that the frame due is on screen at last, after a seek, a turn or a miss.
    pub fn landed(&mut self, now: Time, recorder: &mut LayerRecorder) {
        match self.awaiting.take() {
            Some(Awaiting::Jump(since)) => recorder.seek.record(now - since),
            // Until the frame due is counted, the account is about the one before it.
            None if self.account.current() == self.due.map(|due| due.key) => {
                self.account.shown_at_last(recorder);
            }
            Some(Awaiting::Turn) | None => {}
        }
    }

    /// Notes that a frame of a file failed. Says whether it is worth a line: a file that goes on failing gets one, not
    /// one for each of its frames.
    pub fn is_news(&mut self, source: SourceId, now: Time) -> bool {
        let last = self.last_failure.replace((source, now));
        last.is_none_or(|(failed, at)| failed != source || now - at >= QUIET)
    }

    /// Notes that a frame became due while playing.
    pub fn became_due(&mut self, key: FrameKey, fate: Fate, recorder: &mut LayerRecorder) {
        match fate {
            Fate::Shown { late } => {
                self.account.due_shown(key, late, recorder);
            }
            Fate::Missing { cause, stays_owed } => {
                self.account.due_missing(key, cause, stays_owed, recorder);
            }
        }
    }

    /// Whether the picture in its texture is of the clip that is due.
    pub fn has_picture(&self) -> bool {
        let is_there = self.shown.is_some() || self.proxy.is_some();
        self.due
            .is_some_and(|due| is_there && self.shown_clip == Some(due.clip))
    }

    /// Makes room for another layer.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// What is wrong with a layer, if anything is.
pub fn error_of(lanes: &[Lane], home: usize) -> Option<&str> {
    let mut of_layer = lanes.iter().filter(|lane| lane.home == home);
    of_layer.find_map(|lane| {
        let error = lane.error.as_ref().map(|error| error.text.as_str());
        error.or_else(|| lane.refused())
    })
}

/// Whether a frame that became due is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is.
    Shown {
        /// Why it is later than it should be, if it is.
        late: Option<Cause>,
    },
    /// It is not.
    Missing {
        /// Why.
        cause: Cause,
        /// Whether it, and those before it, are still shown if they come later.
        stays_owed: bool,
    },
}
