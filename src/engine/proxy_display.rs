//! Proxies on screen: what is shown while the exact frame is on its way after a jump or in a drag.
//!
//! A proxy has a texture of its own beside its deck's, and nothing counts it: the frame due stays missing until it is
//! there itself, and then takes its place. While frames are counted there are no proxies.

use std::sync::Arc;

use super::deck::Deck;
use super::gpu_memory::is_hopeless;
use super::options::Pace;
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::playback::{FrameKey, ScheduledFrame, Source};
use crate::time::Time;

/// Time before that of the tick at which a proxy's frame is due: before the exact frames, which take longer.
const LEAD: Time = Time::from_seconds(2);

/// Shows the proxy of the frame that is due on a deck if it has come, and asks for it if it is missing. Says whether
/// there is a new picture.
pub(super) fn show_proxy(deck: &mut Deck, context: &TickContext, parts: &mut Parts) -> bool {
    let wanted = wanted_proxy(deck, context, parts);
    let mut is_new = false;
    if let Some((key, memory)) = parts.player.take_proxy(deck.id) {
        // While it came the playhead may have moved on; it is nearer than what is on screen all the same.
        let proxy = wanted.as_ref().filter(|(_, proxy)| proxy.id == key.source);
        if let Some((_, proxy)) = proxy {
            let layout = Arc::clone(&proxy.video.layout);
            match parts.target.upload(deck.proxies(), &layout, memory) {
                Ok(()) => {
                    deck.proxy = Some(key);
                    deck.shown_clip = deck.due.map(|due| due.clip);
                    is_new = true;
                }
                Err(error) => {
                    parts.log_gpu_error(&error);
                    deck.lost_proxy = Some(key);
                }
            }
        } else {
            parts.target.pool().give_back(memory);
        }
    }
    if let Some((key, proxy)) = wanted
        && deck.proxy != Some(key)
    {
        let wanted = ScheduledFrame {
            key,
            deadline: context.presentation_time - LEAD,
        };
        let pool = parts.target.pool();
        parts.player.request_proxy(deck.id, wanted, &proxy, pool);
    }
    is_new
}

/// The proxy of the frame that is due on a deck, if it is to be shown meanwhile.
fn wanted_proxy(deck: &Deck, context: &TickContext, parts: &Parts) -> Option<(FrameKey, Source)> {
    let is_uncounted = !context.is_playing || context.is_scrubbing || deck.awaiting.is_some();
    if !is_uncounted || parts.options.pace == Pace::EveryFrame || parts.reads_in_place() {
        return None;
    }
    let missing = deck.missing()?;
    let proxy = parts.library.proxy(missing.source)?;
    let key = FrameKey {
        source: proxy.id,
        frame: missing.frame,
    };
    let is_there = deck.lost_proxy != Some(key);
    is_there.then(|| (key, proxy.clone()))
}

/// True if a deck's file has a proxy, so that a drag need not wait for exact frames that are out of date.
pub(super) fn has_proxy(deck: &Deck, parts: &Parts) -> bool {
    deck.due
        .is_some_and(|due| parts.library.proxy(due.key.source).is_some())
}

/// Has proxies made while there is nothing else to do, and those made anew whose frames are damaged.
pub(super) fn follow_proxies(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) {
    let is_at_rest = !context.is_playing && !context.is_scrubbing;
    let is_done = |deck: &Deck| {
        let missing = deck.missing();
        missing.is_none_or(|key| is_hopeless(deck, key, parts))
    };
    let is_idle = is_at_rest && decks.iter().all(is_done);
    parts.library.set_idle(is_idle);
    for index in 0..decks.len() {
        let Some(proxy) = decks[index].broken_proxy.take() else {
            continue;
        };
        parts.library.renew_proxy(proxy);
        parts.refresh_media();
        // What is on screen of it is not known to be right.
        for deck in &mut *decks {
            deck.proxy.take_if(|shown| shown.source == proxy);
        }
        parts.state.is_picture_stale = true;
    }
}
