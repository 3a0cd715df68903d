//! Proxies on screen: what is shown while the exact frame is on its way after a jump or in a drag.
//!
//! A proxy has a texture of its own beside its lane's, and nothing counts it: the frame due stays missing until it is
//! there itself, and then takes its place. While frames are counted there are no proxies.

use std::sync::Arc;

use super::Engine;
use super::options::Pace;
use super::tick::Now;
use crate::playback::{FrameKey, Source};
use crate::project::MediaId;
use crate::status::snapshot::ProxyStatus;
use crate::time::Time;

/// How long before the moment of the tick a proxy's frame is due: before the exact frames, which take longer.
const LEAD: Time = Time::from_seconds(2);

impl Engine {
    /// Shows the proxy of the frame that is due on a lane if it has come, and asks for it if it is missing. Says whether
    /// there is a new picture.
    pub(super) fn stand_in(&mut self, index: usize, now: &Now) -> bool {
        let wanted = self.wanted_proxy(index, now);
        let mut is_new = false;
        if let Some((key, memory)) = self.player.take_aside(index) {
            // While it came the playhead may have moved on; it is nearer than what is on screen all the same.
            let proxy = wanted.as_ref().filter(|(_, proxy)| proxy.id == key.source);
            if let Some((_, proxy)) = proxy {
                let layout = Arc::clone(&proxy.media.layout);
                match self.drawing.upload_proxy(index, &layout, memory) {
                    Ok(()) => {
                        let lane = &mut self.lanes[index];
                        lane.proxy = Some(key);
                        lane.shown_clip = lane.due.map(|due| due.clip);
                        is_new = true;
                    }
                    Err(error) => {
                        self.log_error(&error);
                        self.lanes[index].lost_proxy = Some(key);
                    }
                }
            } else {
                self.drawing.pool().give_back(memory);
            }
        }
        if let Some((key, proxy)) = wanted
            && self.lanes[index].proxy != Some(key)
        {
            let deadline = now.moment - LEAD;
            let pool = self.drawing.pool();
            self.player
                .call_detached(index, key, &proxy, deadline, pool);
        }
        is_new
    }

    /// The proxy of the frame that is due on a lane, if it is to be shown meanwhile.
    fn wanted_proxy(&self, index: usize, now: &Now) -> Option<(FrameKey, Source)> {
        let lane = &self.lanes[index];
        let is_uncounted = !now.is_playing || now.is_scrubbing || lane.awaiting.is_some();
        if !is_uncounted || self.options.pace == Pace::EveryFrame || self.reads_in_place() {
            return None;
        }
        let missing = self.missing(index)?;
        let proxy = self.library.proxy(missing.source)?;
        let key = FrameKey {
            source: proxy.id,
            frame: missing.frame,
        };
        let is_there = lane.lost_proxy != Some(key);
        is_there.then(|| (key, proxy.clone()))
    }

    /// Whether a lane's file has a proxy, so that a drag need not wait for exact frames that are out of date.
    pub(super) fn has_stand_in(&self, index: usize) -> bool {
        let due = self.lanes[index].due;
        due.is_some_and(|due| self.library.proxy(due.key.source).is_some())
    }

    /// Has proxies made while there is nothing else to do, and those made anew whose frames are damaged.
    pub(super) fn follow_proxies(&mut self, now: &Now) {
        let is_at_rest = !now.is_playing && !now.is_scrubbing;
        let is_there = |index: usize| {
            let missing = self.missing(index);
            missing.is_none_or(|key| self.is_hopeless(index, key))
        };
        let is_idle = is_at_rest && (0..self.lanes.len()).all(is_there);
        self.library.set_idle(is_idle);
        for index in 0..self.lanes.len() {
            let Some(proxy) = self.lanes[index].broken_proxy.take() else {
                continue;
            };
            self.library.renew_proxy(proxy);
            self.observer.snapshot.media = self.library.status();
            // What is on screen of it is not known to be right.
            for lane in &mut self.lanes {
                lane.proxy.take_if(|shown| shown.source == proxy);
            }
            self.state.is_picture_stale = true;
        }
    }

    /// What there is of the proxy of a media file.
    pub fn proxy_status(&self, media: MediaId) -> ProxyStatus {
        self.library.proxy_status(media)
    }

    /// Whether proxies are looked for or being made, which goes on for as long as nothing plays.
    pub fn is_making_proxies(&self) -> bool {
        self.library.is_making_proxies()
    }
}
