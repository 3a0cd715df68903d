//! Prefetching: asking for frames before they are due.

use super::deck::Deck;
use super::due::timing;
use super::options::Pace;
use super::parts::Parts;
use super::proxy_display::has_proxy;
use super::tick_state::TickContext;
use crate::playback::{FrameKey, PrefetchRequest, ScheduledFrame, Urgency};
use crate::project::{FramePolicy, Layer};
use crate::time::Time;
use crate::transport::schedule::{self, Lookahead};

/// Longest time before its being due at which a frame has to be begun, however slow the disk.
const MAX_LEAD: Time = Time::from_seconds(1);

/// Time by which the deadline of a frame that is waited for lies back: before everything that is merely due soon.
const AWAITED_FIRST: Time = Time::from_seconds(1);

/// Asks for what a deck needs next.
pub(super) fn prefetch(deck: &mut Deck, context: &TickContext, parts: &mut Parts) {
    let Some(layer) = context.layer(deck) else {
        return;
    };
    if !parts.options.playback.io.reads_ahead() {
        return;
    }
    let is_awaited = is_awaited_at_once(deck, layer, context, parts.options.pace);
    // Where every frame is waited for none is left out for coming too late.
    let lead = if is_awaited {
        Time::ZERO
    } else {
        parts.player.lead(deck.id).min(MAX_LEAD)
    };
    if !context.is_scrubbing {
        look_ahead(deck, layer, lead, context, parts);
    }
    let mut wanted = std::mem::take(&mut deck.wanted);
    wanted.clear();
    let mut urgency = Urgency::Ahead;
    if let Some(key) = deck.missing()
        && let Some(deadline) = missing_deadline(deck, key, is_awaited, lead, context, parts)
    {
        wanted.push(ScheduledFrame { key, deadline });
        urgency = if is_awaited {
            Urgency::Awaited
        } else {
            Urgency::Missed
        };
    }
    // A drag may go anywhere: what follows its position is not worth reading.
    if !context.is_scrubbing {
        add_upcoming(deck, lead, context, parts, &mut wanted);
    }
    let request = PrefetchRequest {
        wanted: &wanted,
        urgency,
        late: deck.ledger.overdue(),
        lead,
        // Of a live source nothing waits to be read: what comes is taken at once.
        is_pressed: lead > context.interval || deck.is_live,
        // Where a proxy follows the drag, only the newest exact frame is worth finishing.
        is_scrubbing: context.is_scrubbing && !has_proxy(deck, parts),
    };
    let library = &parts.library;
    let find = |id| library.by_source(id).cloned();
    parts
        .player
        .prefetch(deck.id, request, &find, parts.target.pool());
    deck.wanted = wanted;
}

/// The deadline of the missing frame; `None` where it cannot be had while it is still due, and its slot is for one
/// that can.
fn missing_deadline(
    deck: &Deck,
    key: FrameKey,
    is_awaited: bool,
    lead: Time,
    context: &TickContext,
    parts: &Parts,
) -> Option<Time> {
    if is_awaited {
        return Some(context.presentation_time - AWAITED_FIRST);
    }
    // By what was found to come next, it is due until then.
    let next = parts.state.upcoming.first();
    let is_due_for_longer = next.is_none_or(|next| next.due_in > lead);
    // What a worker has begun comes sooner than anything begun anew.
    let is_possible = is_due_for_longer || parts.player.ring(deck.id).is_begun(key);
    is_possible.then(|| context.presentation_time + context.interval)
}

/// True if a deck waits for the frame that is due, rather than going on with a later one: at rest and after a jump, where
/// nothing is skipped, and where a tick stands for the next frame whenever it comes.
fn is_awaited_at_once(deck: &Deck, layer: &Layer, context: &TickContext, pace: Pace) -> bool {
    !context.is_playing
        || context.is_scrubbing
        || pace == Pace::EveryFrame
        || deck.awaiting.is_some()
        || deck.hold.is_some()
        || layer.frame_policy == FramePolicy::NeverSkip
}

/// Finds the frames that a deck shows next: as many as it has slots, from where reading can be in time.
fn look_ahead(deck: &Deck, layer: &Layer, lead: Time, context: &TickContext, parts: &mut Parts) {
    let slots = parts.player.slots(deck.id);
    // On a display slower than the canvas only every second frame, say, is ever shown.
    let stride = parts.state.stride.steady_frames();
    let skipped = if stride > 1 || !context.is_playing {
        0
    } else {
        skipped_ahead(parts.state.stride.usual_frames(), slots)
    };
    let ahead = Lookahead {
        course: parts
            .transport
            .course(context.presentation_time - deck.lag, &context.bounds),
        stride,
        skipped,
    };
    // Frames nearer than the lead are found too, and left out later but for those on their way.
    let out_of_reach = context.project.canvas.frame_rate.frame_at(lead);
    let (library, upcoming) = (&parts.library, &mut parts.state.upcoming);
    schedule::upcoming(
        layer,
        deck.plays,
        &ahead,
        slots + usize::try_from(out_of_reach).unwrap_or(0),
        &|media| timing(library, media),
        upcoming,
    );
    if deck.due.is_none() {
        // A deck whose clip is not on yet has its share of the memory from here on, one with none to come has none.
        let first = upcoming.first().map(|next| next.frame.media);
        let source = first.and_then(|media| library.source(media));
        let bytes = source.map_or(0, |source| source.video.layout.bytes);
        parts.player.set_frame_bytes(deck.id, bytes);
    }
}

/// Adds what was found to come next, but for what no worker has begun that can be there in time no more: its slot is for
/// something that can.
fn add_upcoming(
    deck: &Deck,
    lead: Time,
    context: &TickContext,
    parts: &Parts,
    wanted: &mut Vec<ScheduledFrame>,
) {
    let ring = parts.player.ring(deck.id);
    for next in &parts.state.upcoming {
        let Some(source) = parts.library.source(next.frame.media) else {
            continue;
        };
        let key = FrameKey {
            source: source.id,
            frame: next.frame.frame,
        };
        let is_in_reach = next.due_in >= lead || ring.is_begun(key);
        // What the texture holds need not be fetched, unless something else is shown in between.
        let is_needed = deck.shown != Some(key) || !wanted.is_empty();
        if is_in_reach && is_needed && wanted.iter().all(|wanted| wanted.key != key) {
            wanted.push(ScheduledFrame {
                key,
                deadline: context.presentation_time + next.due_in,
            });
        }
    }
}

/// Pictures from now on that need not be had: none; or, where drawing is slower than the canvas and skips frames
/// unevenly, so many that the next tick lies in the middle of the `slots` that are.
fn skipped_ahead(usual_frames: i64, slots: usize) -> u32 {
    let ahead = usual_frames - 1 - slots as i64 / 2;
    u32::try_from(ahead).unwrap_or(0)
}
