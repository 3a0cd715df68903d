//! One deck of a layer: what is due, what is on screen, and what that says about the prebuffer.

use super::events::LogState;
use super::frame_ledger::FrameLedger;
use super::gpu_memory::Refusal;
use crate::playback::{FrameKey, ScheduledFrame, SourceId};
use crate::project::{ClipId, LayerId, LayerValues};
use crate::stats::cadence::CadenceMeter;
use crate::stats::{Cause, LayerRecorder};
use crate::time::{FrameIndex, FrameRate, Time};
use crate::transport::DeckSide;

/// How long a file must have played without a failure for the next one to be reported of again: longer than the loops in
/// which a bad frame comes back.
const QUIET: Time = Time::from_seconds(10);

/// The state of one deck of a layer. Its place in the engine's list is its deck in the player, and the key of
/// its texture.
#[derive(Default)]
pub struct Deck {
    /// The layer, while there is one.
    pub layer: Option<LayerId>,
    /// Which of the layer's decks it is. One that plays or will play shortly counts as a layer in the sharing of memory.
    pub side: DeckSide,
    /// The layer's deck of side A, whose recorder takes the numbers of all.
    pub first_deck: usize,
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
    pub ledger: FrameLedger,
    /// What the log knows of the layer, on its first deck.
    pub log_state: LogState,
    /// How evenly its pictures were shown.
    pub cadence: CadenceMeter,
    /// What was on screen at the end of the last tick, while it plays steadily.
    pub cadence_sample: Option<CadenceSample>,
    /// Whether the frame due was on screen or ready when asked for, before any waiting.
    pub is_hit: bool,
    /// How long it is behind the playhead, where it skips nothing.
    pub lag: Time,
    /// Why it fell behind.
    pub lag_cause: Cause,
    /// What made the frame due unforeseeable, until it is on screen; meanwhile nothing is blamed on the prebuffer.
    pub awaiting: Option<AwaitReason>,
    /// What is wrong with it.
    pub error: Option<DeckError>,
    /// Why the graphics device does not take its frames.
    pub refusal: Option<Refusal>,
    /// The file of which a frame failed last, and when.
    pub last_failure: Option<(SourceId, Time)>,
    /// The file it played last, for the report.
    pub last_source: Option<SourceId>,
    /// Sum over ticks of the number of ready frames, and the number of ticks.
    pub fill: (u64, u64),
    /// The frames to have next; kept to be used again.
    pub wanted: Vec<ScheduledFrame>,
}

/// A picture on screen, and how often it should change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CadenceSample {
    /// The frame of its media file.
    pub frame: FrameIndex,
    /// The rate of that file.
    pub media: FrameRate,
    /// Media time per clock time.
    pub speed: f64,
}

/// Why a frame that is due could not be foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwaitReason {
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
pub struct DeckError {
    /// The file.
    pub source: SourceId,
    /// What happened.
    pub text: String,
    /// Whether the system refused to read, so that the file itself may be as it was.
    pub is_refused: bool,
}

impl Deck {
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
        self.ledger.finish(recorder);
        self.awaiting = Some(AwaitReason::Jump(now));
    }

    /// Playing took another direction or speed, or its file opened: the frame due next is waited for without blame.
    pub fn turn(&mut self, recorder: &mut LayerRecorder) {
        self.ledger.give_up_overdue(recorder);
        self.awaiting.get_or_insert(AwaitReason::Turn);
    }

    /// Notes that the frame due is on screen at last, after a seek, a turn or a miss.
    pub fn landed(&mut self, now: Time, recorder: &mut LayerRecorder) {
        match self.awaiting.take() {
            Some(AwaitReason::Jump(since)) => recorder.seek.record(now - since),
            // Until the frame due is counted, the ledger is about the one before it.
            None if self.ledger.current() == self.due.map(|due| due.key) => {
                self.ledger.shown_at_last(recorder);
            }
            Some(AwaitReason::Turn) | None => {}
        }
    }

    /// Notes that a frame of a file failed. Says whether it is worth a line: a file that goes on failing gets one, not
    /// one for each of its frames.
    pub fn is_news(&mut self, source: SourceId, now: Time) -> bool {
        let last = self.last_failure.replace((source, now));
        last.is_none_or(|(failed, at)| failed != source || now - at >= QUIET)
    }

    /// Notes that a frame became due while playing.
    pub fn became_due(&mut self, key: FrameKey, outcome: DueOutcome, recorder: &mut LayerRecorder) {
        match outcome {
            DueOutcome::Shown { late } => {
                self.ledger.due_shown(key, late, recorder);
            }
            DueOutcome::Missing {
                cause,
                stays_overdue,
            } => {
                self.ledger.due_missing(key, cause, stays_overdue, recorder);
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
pub fn error_of(decks: &[Deck], first_deck: usize) -> Option<&str> {
    let mut of_layer = decks.iter().filter(|deck| deck.first_deck == first_deck);
    of_layer.find_map(|deck| {
        let error = deck.error.as_ref().map(|error| error.text.as_str());
        error.or_else(|| deck.refused())
    })
}

/// Whether a frame that became due is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueOutcome {
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
        stays_overdue: bool,
    },
}
