//! One deck of a layer: what is due, what is on screen, and what that says about the prebuffer.

use super::frame_ledger::FrameLedger;
use crate::library::backoff::Backoff;
use crate::playback::{Channel, DeckId, FrameKey, ScheduledFrame, SourceId};
use crate::project::{ClipId, LayerValues};
use crate::stats::cadence::CadenceMeter;
use crate::stats::{Cause, LayerRecorder};
use crate::time::{FrameIndex, FrameRate, Time};
use crate::transport::DeckSide;

/// Time for which a file must have played without a failure for the next one to be logged again: longer than the loops in
/// which a bad frame comes back.
const QUIET: Time = Time::from_seconds(10);

/// One deck of a layer. A layer has one for each of its clips that can be on screen at once: two, or one where it has no
/// more than one clip.
#[derive(Default)]
pub struct Deck {
    /// Its place in the engine and in the player.
    pub id: DeckId,
    /// The place of its layer in the project, while there is one.
    pub layer: Option<usize>,
    /// Which of the layer's decks it is.
    pub side: DeckSide,
    /// Which of the layer's clips it plays: those of its own side, or of the other while they are swapped.
    pub plays: DeckSide,
    /// What is due at the playhead, if anything.
    pub due: Option<Due>,
    /// Opacity at the playhead, fades included, 0 to 1; 0 between clips.
    pub opacity: f32,
    /// The parameters of its layer at the playhead.
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
    /// Whether its picture was the foremost of its layer when the canvas was composed last.
    pub is_foremost: bool,
    /// The outcomes of its due frames.
    pub ledger: FrameLedger,
    /// The picture that stands still instead of what is due.
    pub stall: Stall,
    /// The evenness with which its pictures are shown.
    pub cadence: CadenceMeter,
    /// What was on screen at the end of the last tick, while it plays steadily.
    pub cadence_sample: Option<CadenceSample>,
    /// Whether the frame due was on screen or ready when asked for, before any waiting.
    pub is_hit: bool,
    /// Time that it is behind the playhead, where it skips nothing.
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
    /// The frames to have next; reused from tick to tick.
    pub wanted: Vec<ScheduledFrame>,
}

/// A picture on screen, and the rate at which it should change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CadenceSample {
    /// The frame of its media file.
    pub frame: FrameIndex,
    /// The rate of that file.
    pub media: FrameRate,
    /// Media time per clock time.
    pub speed: f64,
}

/// A picture that stays although another is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stall {
    /// The picture.
    pub shown: Option<FrameKey>,
    /// Time for which it has stayed.
    pub lasted: Time,
}

/// Why a frame that is due could not be foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwaitReason {
    /// The playhead jumped, at this time on the clock.
    Jump(Time),
    /// Playing took another direction or speed, or came to a file that opened only then.
    Turn,
}

/// What a deck should show now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The clip under the playhead.
    pub clip: ClipId,
    /// Where on the timeline it begins.
    pub start: Time,
    /// The frame of its media file.
    pub key: FrameKey,
}

/// What is wrong with a deck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeckError {
    /// The file.
    pub source: SourceId,
    /// What happened.
    pub text: String,
    /// What that says of the file.
    pub kind: DeckErrorKind,
}

/// What an error of a deck says of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeckErrorKind {
    /// It is damaged: a frame could not be decoded, or was not where it should be.
    Damaged,
    /// The system refused to read, so that the file itself may be as it was.
    Refused,
    /// A frame that was waited for did not come in time, which says nothing yet.
    TimedOut,
}

/// Why the graphics device does not take a deck's frames.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The file that they are of.
    pub source: SourceId,
    /// What the device said.
    pub text: String,
    /// When it is offered one again.
    pub backoff: Backoff,
}

impl Deck {
    /// A deck without a layer.
    pub fn new(id: DeckId) -> Self {
        Self {
            id,
            ..Self::default()
        }
    }

    /// Makes room for another layer.
    pub fn clear(&mut self) {
        *self = Self::new(self.id);
    }

    /// Where its exact frames go; also the key of their texture.
    pub fn exact(&self) -> Channel {
        Channel::Exact(self.id)
    }

    /// Where the frames of proxies go; also the key of their texture.
    pub fn proxies(&self) -> Channel {
        Channel::Proxy(self.id)
    }

    /// The frame that is due and not in its texture.
    pub fn missing(&self) -> Option<FrameKey> {
        let due = self.due.map(|due| due.key);
        due.filter(|key| self.shown != Some(*key))
    }

    /// The frame on screen, if it is one of the file itself.
    pub fn exact_shown(&self) -> Option<FrameKey> {
        self.shown.filter(|_| self.proxy.is_none())
    }

    /// Whether the picture that is due is on screen, or none is due.
    pub fn is_exact(&self) -> bool {
        self.missing().is_none()
    }

    /// Whether the picture in its texture is of the clip that is due.
    pub fn has_picture(&self) -> bool {
        let is_there = self.shown.is_some() || self.proxy.is_some();
        self.due
            .is_some_and(|due| is_there && self.shown_clip == Some(due.clip))
    }

    /// Notes that an exact frame is in its texture, for the clip that is due.
    pub fn show(&mut self, key: FrameKey) {
        self.shown = Some(key);
        self.shown_clip = self.due.map(|due| due.clip);
        (self.proxy, self.refusal) = (None, None);
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
    pub fn is_worth_logging(&mut self, source: SourceId, now: Time) -> bool {
        let last = self.last_failure.replace((source, now));
        last.is_none_or(|(failed, at)| failed != source || now - at >= QUIET)
    }

    /// Whether the device refused a frame of this file so lately that it is offered none yet.
    pub fn is_backing_off(&self, source: SourceId, now: Time) -> bool {
        let refusal = self.refusal_of(source);
        refusal.is_some_and(|refusal| now < refusal.backoff.at())
    }

    /// Why the device does not take frames of this file.
    pub fn refusal_of(&self, source: SourceId) -> Option<&Refusal> {
        let refusal = self.refusal.as_ref();
        refusal.filter(|refusal| refusal.source == source)
    }

    /// What is wrong with it, if anything is: a frame failed, or the device does not take the one that is due.
    pub fn error_text(&self) -> Option<&str> {
        let error = self.error.as_ref().map(|error| error.text.as_str());
        error.or_else(|| {
            let refusal = self.refusal_of(self.due?.key.source)?;
            Some(refusal.text.as_str())
        })
    }
}
