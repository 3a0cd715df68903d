//! The frame due on a deck.

use super::deck::{Deck, Due};
use super::live_follow::{follows_source, hold_unforeseen};
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::library::Library;
use crate::playback::FrameKey;
use crate::project::{Layer, MediaId};
use crate::time::{MediaTiming, Time};
use crate::transport::{opacity_at, schedule};

/// Finds what is due on a deck, and its opacity. Says whether the picture changes by that alone: something comes on or
/// goes off, or fades.
pub(super) fn find_due(deck: &mut Deck, context: &TickContext, parts: &mut Parts) -> bool {
    let Some(layer) = context.layer(deck) else {
        return false;
    };
    let playhead = playhead_behind(deck.lag, context, parts);
    let due = due_at(deck, layer, playhead, &parts.library);
    if let Some(due) = due
        && let Some(source) = parts.library.by_source(due.key.source)
    {
        let bytes = source.video.layout.bytes;
        parts.player.set_frame_bytes(deck.id, bytes);
    }
    note_unforeseen(deck, due, context, parts);
    deck.is_live = due.is_some_and(|due| follows_source(due.key, parts));
    hold_unforeseen(deck);
    let opacity = opacity_at(layer, deck.plays, context.playhead);
    let values = layer.at(context.playhead);
    let has_other_clip = deck.due.map(|due| due.clip) != due.map(|due| due.clip);
    let Some(recorder) = parts.recorder(deck) else {
        return false;
    };
    if has_other_clip {
        // What was due of another clip does not come back.
        deck.ledger.give_up_overdue(recorder);
    }
    let has_changed = has_other_clip || deck.opacity != opacity || deck.values != values;
    (deck.opacity, deck.values, deck.due) = (opacity, values, due);
    if let Some(due) = due {
        deck.last_source = Some(due.key.source);
    } else {
        deck.ledger.finish(recorder);
        deck.shown_clip = None;
        // A jump into a gap has nothing to wait for.
        deck.awaiting = None;
    }
    has_changed
}

/// Notes where nobody could foresee what is due now: after a jump, or where the file opened only just now.
fn note_unforeseen(deck: &mut Deck, due: Option<Due>, context: &TickContext, parts: &mut Parts) {
    let has_just_opened =
        due.is_some_and(|due| deck.due.is_none() && parts.state.opened.contains(&due.key.source));
    let Some(recorder) = parts.recorder(deck) else {
        return;
    };
    if context.is_jump {
        deck.jump(context.clock, recorder);
    } else if has_just_opened {
        deck.turn(recorder);
    }
}

/// The playhead of a deck that is behind by this much: the transport's, or an earlier one.
pub(super) fn playhead_behind(lag: Time, context: &TickContext, parts: &Parts) -> Time {
    if lag == Time::ZERO {
        return context.playhead;
    }
    let at = context.presentation_time - lag;
    let playhead = parts.transport.playhead_at(at, &context.bounds);
    context.bounds.snap(playhead)
}

/// The frame due on a deck at a playhead; `None` between its clips and while their files are not open.
pub(super) fn due_at(deck: &Deck, layer: &Layer, playhead: Time, library: &Library) -> Option<Due> {
    let timing = |media| timing(library, media);
    let due = schedule::due(layer, deck.plays, playhead, &timing)?;
    Some(Due {
        clip: due.clip,
        start: due.start,
        key: FrameKey {
            source: library.source(due.media)?.id,
            frame: due.frame,
        },
    })
}

/// The times of the frames of a media file, while it is open.
pub(super) fn timing(library: &Library, media: MediaId) -> Option<&MediaTiming> {
    let source = library.source(media)?;
    Some(&source.video.facts.timing)
}
