//! A graphics device that has no memory left: what is done instead is logged, and it is asked again now and then.
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

use super::deck::{Deck, Refusal};
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::gpu::GpuError;
use crate::library::backoff::Backoff;
use crate::playback::{FrameKey, SourceId};
use crate::status::events::EventKind;

/// True if a frame cannot be shown on a deck for now: it failed, the device does not take it, or has no memory to decode
/// it into.
pub(super) fn is_hopeless(deck: &Deck, key: FrameKey, parts: &Parts) -> bool {
    parts.player.has_failed(deck.id, key)
        || deck.refusal_of(key.source).is_some()
        || (parts.target.staging_shortage().is_some() && !parts.player.holds(deck.id, key))
}

/// Notes that the device did not take a frame of a deck, which shows nothing from now on.
pub(super) fn note_refusal(deck: &mut Deck, source: SourceId, error: &GpuError, parts: &mut Parts) {
    let now = parts.clock.now();
    (deck.shown, deck.shown_clip) = (None, None);
    parts.state.is_picture_stale = true;
    if matches!(error, GpuError::Lost) {
        // That is logged of the device, and another one takes the frames.
        return;
    }
    // The jump did not land: from now on the frames that are missing count as such.
    deck.awaiting = None;
    let file = parts.library.by_source(source);
    let text = file.map_or_else(
        || error.to_string(),
        |file| format!("{error}: {}", file.video.facts.path.display()),
    );
    let before = deck.refusal_of(source);
    let backoff = before.map_or_else(|| Backoff::begin(now), |refusal| refusal.backoff.again(now));
    deck.refusal = Some(Refusal {
        source,
        text: text.clone(),
        backoff,
    });
    parts.log_gpu_text(text);
}

/// Logs that the memory budget is too small, once, when all files are open and it is known by how much.
pub(super) fn note_budget(context: &TickContext, parts: &mut Parts) {
    let shortage = parts.player.budget_shortage();
    match shortage.filter(|_| !parts.state.is_shortage_logged) {
        Some(shortage) if !parts.library.is_opening() => {
            parts.state.is_shortage_logged = true;
            let text = shortage.to_string();
            parts.snapshot.log(context.clock, EventKind::Error, text);
        }
        _ => parts.state.is_shortage_logged &= shortage.is_some(),
    }
}

/// Logs what there was no memory for, and asks for it again when it is time.
pub(super) fn follow_memory(context: &TickContext, parts: &mut Parts) {
    let shortage = parts.target.take_shortage();
    let staging = parts.target.staging_shortage();
    for error in shortage.iter().chain(&staging) {
        parts.log_gpu_error(error);
    }
    if parts.target.is_short() {
        let retry = &mut parts.state.memory_retry;
        let backoff = *retry.get_or_insert_with(|| Backoff::begin(context.clock));
        if context.clock >= backoff.at() {
            *retry = Some(backoff.again(context.clock));
            if let Err(error) = parts.target.try_again(&context.project.canvas) {
                parts.log_gpu_error(&error);
            }
            parts.state.is_picture_stale = true;
        }
    } else {
        parts.state.memory_retry = None;
    }
}
