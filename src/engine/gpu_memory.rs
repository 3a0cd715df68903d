//! A graphics device that has no memory left: what is done instead is reported, and it is asked again now and then.
//!
//! | there is no memory for | meanwhile |
//! |---|---|
//! | the textures of a layer | the layer shows nothing, with the reason; the others go on |
//! | frames to be decoded into | the layers that lack it repeat their last picture, with the reason |
//! | the canvas | it is drawn at half its size, a quarter or an eighth |
//! | a crossfade, or what a blend mode needs | it is drawn without |
//!
//! Each is asked for again after 1, 2, 4 up to 16 seconds. Whatever else a device refuses to take of a frame is an error
//! of its layer in the same way.

use super::Engine;
use super::deck::Deck;
use super::render_target::RenderTarget;
use super::tick::TickContext;
use crate::gpu::GpuError;
use crate::library::backoff::Backoff;
use crate::playback::DeckId;
use crate::playback::{FrameKey, Player, SourceId};
use crate::time::Time;

/// Why the graphics device does not take a deck's frames.
#[derive(Clone, Debug)]
pub struct Refusal {
    source: SourceId,
    text: String,
    backoff: Backoff,
}

impl Deck {
    /// Whether the device refused a frame of this file so lately that it is offered none yet.
    pub(super) fn rests(&self, source: SourceId, now: Time) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.source == source && now < refusal.backoff.at())
    }

    /// Why the device does not take the frame that is due.
    pub(super) fn refused(&self) -> Option<&str> {
        let due = self.due?.key.source;
        let refusal = self.refusal.as_ref();
        refusal
            .filter(|refusal| refusal.source == due)
            .map(|refusal| refusal.text.as_str())
    }
}

impl Engine {
    /// Whether a frame cannot be shown on a deck for now: it failed, the device does not take it, or has no memory to
    /// decode it into.
    pub(super) fn is_hopeless(&self, index: usize, key: FrameKey) -> bool {
        let refusal = self.decks[index].refusal.as_ref();
        self.player.has_failed(DeckId(index), key)
            || refusal.is_some_and(|refusal| refusal.source == key.source)
            || (self.target.staging_shortage().is_some() && !is_coming(&self.player, index, key))
    }

    /// Notes that the device did not take a frame of a deck, which shows nothing from now on.
    pub(super) fn note_refusal(&mut self, index: usize, source: SourceId, error: &GpuError) {
        let now = self.clock.now();
        let deck = &mut self.decks[index];
        (deck.shown, deck.shown_clip) = (None, None);
        self.state.is_picture_stale = true;
        if matches!(error, GpuError::Lost) {
            // That is reported of the device, and another one takes the frames.
            return;
        }
        // The jump did not land: from now on the frames that are missing count as such.
        deck.awaiting = None;
        let file = self.library.by_source(source);
        let text = file.map_or_else(
            || error.to_string(),
            |file| format!("{error}: {}", file.media.facts.path.display()),
        );
        let before = deck.refusal.take();
        let before = before.filter(|refusal| refusal.source == source);
        deck.refusal = Some(Refusal {
            source,
            text: text.clone(),
            backoff: before
                .map_or_else(|| Backoff::begin(now), |refusal| refusal.backoff.again(now)),
        });
        self.log_device(text);
    }

    /// Tells what there was no memory for, and asks for it again when it is time.
    pub(super) fn follow_memory(&mut self, context: &TickContext) {
        let shortage = self.target.take_shortage();
        let staging = self.target.staging_shortage();
        for error in shortage.iter().chain(&staging) {
            self.log_error(error);
        }
        if self.target.is_short() {
            let retry = &mut self.state.memory_retry;
            let backoff = *retry.get_or_insert_with(|| Backoff::begin(context.clock));
            if context.clock >= backoff.at() {
                *retry = Some(backoff.again(context.clock));
                if let Err(error) = self.target.try_again(&self.project.canvas) {
                    self.log_error(&error);
                }
                self.state.is_picture_stale = true;
            }
        } else {
            self.state.memory_retry = None;
        }
        self.snapshot_builder.snapshot.canvas_divisor = self.target.divisor();
    }
}

/// Why the frame that is due on a deck does not come, if that is for lack of memory to decode it into.
pub(super) fn starved(
    target: &RenderTarget,
    player: &Player,
    deck: &Deck,
    index: usize,
) -> Option<String> {
    let shortage = target.staging_shortage()?;
    let due = deck.due?.key;
    let is_missing = deck.shown != Some(due) && !is_coming(player, index, due);
    is_missing.then(|| shortage.to_string())
}

/// Whether a frame is ready or on its way.
fn is_coming(player: &Player, index: usize, key: FrameKey) -> bool {
    player.stage(DeckId(index), key).is_some() || player.ring(DeckId(index)).is_ready(key)
}
