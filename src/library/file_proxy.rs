//! State of the proxy of one file in the library.
//!
//! ```text
//! None ── the file opens ──► Coming ── found, or made ──► Ready
//!   ▲                        │  │  ▲                          │
//!   └────── needs none ──────┘  │  └── its frames are damaged ┘ (once)
//! Refused ◄──── cannot be made ─┘
//! ```

use super::events::ProxyEvent;
use super::opener::Opener;
use super::proxy_maker::ProxyWish;
use crate::media::Video;
use crate::media::proxy::may_need_proxy;
use crate::playback::{Source, SourceId};
use crate::status::snapshot::ProxyStatus;

/// The proxy of a file.
#[derive(Default)]
pub struct FileProxy {
    state: State,
    /// True if one was damaged already: a second time the disk is to blame, and it is left alone.
    was_damaged: bool,
}

#[derive(Default)]
enum State {
    #[default]
    None,
    /// It is looked for, or being made; how much of it is made.
    Coming(ProxyWish, Option<u8>),
    Ready(Source),
    /// There will be none, for this reason.
    Refused(String),
}

impl FileProxy {
    /// Has a proxy found or made for a file that was opened.
    pub fn ask(&mut self, opener: &Opener, source: SourceId, video: &Video) {
        self.give_up();
        self.state = State::None;
        if may_need_proxy(video) {
            let wish = opener.proxy(source, video, None);
            self.state = wish.map_or(State::None, |wish| State::Coming(wish, None));
        }
    }

    /// Receives an event of it; a proxy that has come gets the number `id`.
    pub fn receive(&mut self, event: ProxyEvent, id: SourceId) {
        if !matches!(self.state, State::Coming(..)) {
            return;
        }
        match event {
            ProxyEvent::Percent(percent) => {
                if let State::Coming(_, share) = &mut self.state {
                    *share = Some(percent);
                }
            }
            ProxyEvent::Found(video) => self.state = State::Ready(Source { id, video: *video }),
            ProxyEvent::None => self.state = State::None,
            ProxyEvent::Refused(reason) | ProxyEvent::Broken(reason) => {
                self.state = State::Refused(reason);
            }
        }
    }

    /// The proxy, once it is there.
    pub fn source(&self) -> Option<&Source> {
        match &self.state {
            State::Ready(source) => Some(source),
            State::None | State::Coming(..) | State::Refused(_) => None,
        }
    }

    /// Has it discarded, since its frames are damaged, and made anew.
    pub fn renew(&mut self, opener: &Opener, source: SourceId, video: &Video) {
        let State::Ready(damaged) = std::mem::take(&mut self.state) else {
            return;
        };
        if std::mem::replace(&mut self.was_damaged, true) {
            return;
        }
        let wish = opener.proxy(source, video, Some(damaged.video));
        self.state = wish.map_or(State::None, |wish| State::Coming(wish, None));
    }

    /// Says that nothing more is wanted of it.
    pub fn give_up(&self) {
        if let State::Coming(wish, _) = &self.state {
            wish.withdraw();
        }
    }

    /// Its status, to show.
    pub fn status(&self) -> ProxyStatus {
        match &self.state {
            State::None | State::Coming(_, None) => ProxyStatus::None,
            State::Coming(_, Some(percent)) => ProxyStatus::Making { percent: *percent },
            State::Ready(_) => ProxyStatus::Ready,
            State::Refused(reason) => ProxyStatus::Refused(reason.clone()),
        }
    }

    /// True while it is looked for or made.
    pub fn is_coming(&self) -> bool {
        matches!(self.state, State::Coming(..))
    }
}
