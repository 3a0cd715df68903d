//! A media file of the project: being opened, open, or failed and waiting to be tried again.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::backoff::Backoff;
use super::events::{LibraryChanges, OpenFile};
use super::file_proxy::FileProxy;
use super::opener::Opener;
use crate::media::{FileIdentity, Sound, Video, VideoSource, is_live_address};
use crate::playback::{Source, SourceId};
use crate::project::MediaId;
use crate::settings::IoMode;
use crate::status::Thumbnail;
use crate::status::snapshot::MediaSummary;
use crate::time::{FrameIndex, Time};

/// A media file of the project.
pub(crate) struct Entry {
    /// The ids under which the project lists it.
    pub(crate) media: Vec<MediaId>,
    pub(crate) path: PathBuf,
    pub(crate) source: SourceId,
    pub(crate) state: State,
    /// The sound of the file, once it is open.
    pub(crate) sound: Option<Sound>,
    pub(crate) thumbnails: Vec<Arc<Thumbnail>>,
    /// The picture of a frame that was asked for last.
    pub(crate) preview: Option<Arc<Thumbnail>>,
    /// A frame of which no picture can be made.
    pub(crate) no_preview: Option<FrameIndex>,
    /// The frame of which a picture is on its way, and how to say that it is not wanted any more.
    pub(crate) previewing: Option<(FrameIndex, Arc<AtomicBool>)>,
    pub(crate) is_unwanted: Arc<AtomicBool>,
    /// While it is being opened once more, to be read in another way: how to say that this is not wanted any more.
    pub(crate) reopening: Option<Arc<AtomicBool>>,
    /// Identity of the file when it was opened or failed to open.
    pub(crate) identity: Option<FileIdentity>,
    pub(crate) retry: Retry,
    /// Progress of indexing, in percent, while that takes long.
    pub(crate) opening_percent: Option<u8>,
    /// True while it is not open because its disk does not answer.
    pub(crate) is_silent: bool,
    pub(crate) proxy: FileProxy,
}

/// The next attempt after a failure.
///
/// ```text
/// None ── it fails ──► At(moment) ── it is time ──► Now ── opened ──► None
///                          ▲                         │
///                          └── failed or unchanged ──┘
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    None,
    At(Backoff),
    Now(Backoff),
}

/// State of the opening.
pub(crate) enum State {
    Opening,
    Open(Source),
    Failed(String),
}

impl Entry {
    /// True while it is a file that is being opened for the first time; a live source is none.
    pub(crate) fn is_opening(&self) -> bool {
        matches!(self.state, State::Opening) && !is_live_address(&self.path)
    }

    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    /// True if a file opened to be read by `io` is waited for, where now `wanted` is asked for: a file that is not
    /// open yet is welcome in any case.
    pub(crate) fn is_awaiting(&self, io: IoMode, wanted: IoMode) -> bool {
        !matches!(self.state, State::Open(_)) || (self.reopening.is_some() && io == wanted)
    }

    /// Takes up the file, open for the first time or once more. Frames of a file that is as before keep their names, so
    /// that those in memory and on their way stay good. Says whether it has become another file.
    pub(crate) fn receive(&mut self, file: OpenFile, next_source: &mut u64) -> bool {
        let OpenFile {
            video,
            sound,
            identity,
            ..
        } = file;
        self.sound = sound;
        self.reopening = None;
        self.retry = Retry::None;
        let is_this_file = self.identity == identity;
        self.identity = identity;
        let is_known = match &self.state {
            State::Open(known) => {
                let is_same = is_this_file
                    && known.video.facts == video.facts
                    && known.video.layout == video.layout;
                if !is_same {
                    self.source = SourceId(*next_source);
                    *next_source += 1;
                }
                is_same
            }
            State::Opening | State::Failed(_) => false,
        };
        let id = self.source;
        self.state = State::Open(Source { id, video });
        !is_known
    }

    /// Has it opened once more if it is open, to be read in another way. What FFmpeg reads stays as it is.
    pub(crate) fn open_again(&mut self, opener: &Opener, io: IoMode) {
        let State::Open(Source { video, .. }) = &self.state else {
            return;
        };
        if matches!(video.source, VideoSource::Pooled(_)) {
            let request = opener.open_again(self.source, self.path.clone(), io);
            if let Some(flag) = self.reopening.replace(request) {
                // Relaxed: the flag only saves work.
                flag.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Notes that it cannot be opened. What is open goes on being shown, with its own error, until it can.
    pub(crate) fn fail(
        &mut self,
        error: String,
        identity: Option<FileIdentity>,
        now: Time,
        changes: &mut LibraryChanges,
    ) {
        self.rest(now);
        if matches!(self.state, State::Open(_)) {
            return;
        }
        self.identity = identity;
        if !matches!(&self.state, State::Failed(known) if *known == error) {
            changes.errors.push(error.clone());
        }
        self.state = State::Failed(error);
    }

    /// Leaves it alone for a while, longer each time.
    pub(crate) fn rest(&mut self, now: Time) {
        self.reopening = None;
        self.retry = Retry::At(match self.retry {
            Retry::None => Backoff::begin(now),
            Retry::At(backoff) | Retry::Now(backoff) => backoff.again(now),
        });
    }

    /// Tries again what failed, once it has rested.
    pub(crate) fn try_again(&mut self, opener: &Opener, io: IoMode, now: Time) {
        let Retry::At(backoff) = self.retry else {
            return;
        };
        if now < backoff.at() || self.reopening.is_some() {
            return;
        }
        let flag = opener.retry(self.source, self.path.clone(), io, self.identity);
        if matches!(self.state, State::Open(_)) {
            self.reopening = Some(flag);
        } else {
            self.is_unwanted = flag;
        }
        self.retry = Retry::Now(backoff);
    }

    /// Says that nothing more is wanted of it.
    pub(crate) fn give_up(&self) {
        self.proxy.give_up();
        let preview = self.previewing.as_ref().map(|(_, flag)| flag);
        let flags = std::iter::once(&self.is_unwanted);
        for flag in flags.chain(&self.reopening).chain(preview) {
            // Relaxed: the flag only saves work.
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// Summary of an open file, to show.
pub(crate) fn summary(media: &Video) -> MediaSummary {
    let facts = &media.facts;
    let [width_px, height_px] = facts.shape.seen_px(facts.width_px, facts.height_px);
    MediaSummary {
        codec: facts.codec.clone(),
        width_px,
        height_px,
        frame_rate: facts.timing.rate(),
        frames: facts.timing.frames(),
        duration: facts.timing.duration(),
        mean_mb_per_s: facts.mean_mb_per_s,
        played_by: facts.played_by,
        why: facts.why.clone(),
    }
}
