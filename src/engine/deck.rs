//! One deck of a layer: what is due, what is on screen, and what that says about the prebuffer.

use super::frame_ledger::FrameLedger;
use crate::library::backoff::Backoff;
use crate::media::Backend;
use crate::playback::{Channel, DeckId, FrameKey, ScheduledFrame, SourceId};
use crate::project::{ClipId, LayerValues};
use crate::stats::cadence::{CadenceMeter, CadencePicture, EvenReading};
use crate::stats::{Cause, LayerRecorder};
use crate::time::{FrameRate, Time};
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
    /// Its side among the layer's decks.
    pub side: DeckSide,
    /// The side whose clips it plays: its own, or the other while they are swapped.
    pub plays: DeckSide,
    /// The frame due at the playhead, if any.
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
    /// True if its picture was the foremost of its layer when the canvas was composed last.
    pub is_foremost: bool,
    /// The outcomes of its due frames.
    pub ledger: FrameLedger,
    /// The picture that stands still instead of what is due.
    pub stall: Stall,
    /// The evenness with which its pictures are shown.
    pub cadence: CadenceMeter,
    /// The frames that would be due at an even rate.
    pub even_reading: EvenReading,
    /// The clip of which a frame became due last.
    pub counted_clip: Option<ClipId>,
    /// The picture on screen at the end of the last tick, while it plays steadily.
    pub cadence_sample: Option<CadenceSample>,
    /// True if the frame due was on screen or ready when asked for, before any waiting.
    pub is_hit: bool,
    /// Time that it is behind the playhead, where it skips nothing.
    pub lag: Time,
    /// The cause of that.
    pub lag_cause: Cause,
    /// The reason for which the frame due could not be foreseen, until it is on screen; meanwhile nothing is blamed on
    /// the prebuffer.
    pub awaiting: Option<AwaitReason>,
    /// Its error.
    pub error: Option<DeckError>,
    /// The refusal of the graphics device to take its frames.
    pub refusal: Option<Refusal>,
    /// The file of which a frame failed last, and when.
    pub last_failure: Option<(SourceId, Time)>,
    /// The file it played last, for the report.
    pub last_source: Option<SourceId>,
    /// The file whose way of reading was looked at last, and that way.
    pub reading: Option<(SourceId, Backend)>,
    /// Sum over ticks of the number of ready frames, and the number of ticks.
    pub fill: (u64, u64),
    /// Fewest and most slots that it had meanwhile.
    pub depth: Option<(usize, usize)>,
    /// The frames to have next; reused from tick to tick.
    pub wanted: Vec<ScheduledFrame>,
}

/// A picture on screen, and the rate at which it should change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CadenceSample {
    /// The frame of its media file, and its time in it.
    pub picture: CadencePicture,
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

/// The reason for which a frame that is due could not be foreseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwaitReason {
    /// The playhead jumped, at this time on the clock.
    Jump(Time),
    /// Playing took another direction or speed, or came to a file that opened only then.
    Turn,
}

/// The frame that a deck should show now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The clip under the playhead.
    pub clip: ClipId,
    /// Its start on the timeline.
    pub start: Time,
    /// The frame of its media file.
    pub key: FrameKey,
}

/// An error of a deck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeckError {
    /// The file.
    pub source: SourceId,
    /// Its message.
    pub text: String,
    /// Its kind.
    pub kind: DeckErrorKind,
}

/// The kind of an error, by what it says of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeckErrorKind {
    /// It is damaged: a frame could not be decoded, or was not where it should be.
    Damaged,
    /// The system refused to read, so that the file itself may be as it was.
    Refused,
    /// A frame that was waited for did not come in time, which says nothing yet.
    TimedOut,
}

/// A refusal of the graphics device to take a deck's frames.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The file that they are of.
    pub source: SourceId,
    /// The device's message.
    pub text: String,
    /// Time of the next offer.
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

    /// The channel of its exact frames; also the key of their texture.
    pub fn exact(&self) -> Channel {
        Channel::Exact(self.id)
    }

    /// The channel of the frames of proxies; also the key of their texture.
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

    /// True if the picture that is due is on screen, or none is due.
    pub fn is_exact(&self) -> bool {
        self.missing().is_none()
    }

    /// True if the picture in its texture is of the clip that is due.
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

    /// True if the device refused a frame of this file so lately that it is offered none yet.
    pub fn is_backing_off(&self, source: SourceId, now: Time) -> bool {
        let refusal = self.refusal_of(source);
        refusal.is_some_and(|refusal| now < refusal.backoff.at())
    }

    /// The refusal of the device to take frames of this file.
    pub fn refusal_of(&self, source: SourceId) -> Option<&Refusal> {
        let refusal = self.refusal.as_ref();
        refusal.filter(|refusal| refusal.source == source)
    }

    /// Its error, if there is one: a frame failed, or the device does not take the one that is due.
    pub fn error_text(&self) -> Option<&str> {
        let error = self.error.as_ref().map(|error| error.text.as_str());
        error.or_else(|| {
            let refusal = self.refusal_of(self.due?.key.source)?;
            Some(refusal.text.as_str())
        })
    }
}
