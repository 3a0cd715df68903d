//! Events of the threads that open files, and what the library makes of them.

use std::sync::Arc;

use crossbeam_channel::Sender;

use crate::media::{FileIdentity, Sound, Video};
use crate::playback::SourceId;
use crate::settings::IoMode;
use crate::status::Thumbnail;
use crate::status::events::EventKind;
use crate::time::FrameIndex;

/// The outcome of a task, or progress of it.
pub enum OpenerEvent {
    /// It is open.
    Open(SourceId, Box<OpenFile>),
    /// It cannot be opened; the file was this one.
    Failed(SourceId, String, Option<FileIdentity>),
    /// It is still the file that it was when it failed.
    Unchanged(SourceId),
    /// One more of its thumbnails.
    Thumbnail(SourceId, Thumbnail),
    /// The picture of a frame that was asked for.
    Preview(SourceId, Thumbnail),
    /// No such picture can be made.
    NoPreview(SourceId, FrameIndex),
    /// So much of it was looked through, in percent.
    Percent(SourceId, u8),
    /// An event of its proxy.
    Proxy(SourceId, ProxyEvent),
}

/// A file that was opened.
pub struct OpenFile {
    /// Its pictures.
    pub video: Video,
    /// Its sound.
    pub sound: Option<Sound>,
    /// The I/O mode asked for.
    pub io: IoMode,
    /// Identity of the file.
    pub identity: Option<FileIdentity>,
}

impl OpenerEvent {
    /// The number that it was asked for under.
    pub fn source(&self) -> SourceId {
        match self {
            Self::Open(source, _)
            | Self::Failed(source, ..)
            | Self::Unchanged(source)
            | Self::Thumbnail(source, _)
            | Self::Preview(source, _)
            | Self::NoPreview(source, _)
            | Self::Percent(source, _)
            | Self::Proxy(source, _) => *source,
        }
    }
}

/// The way of events to the library.
#[derive(Clone)]
pub(super) struct Outbox {
    results: Sender<OpenerEvent>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outbox {
    /// An outbox into `results`, which calls `wake` for each.
    pub(super) fn new(results: Sender<OpenerEvent>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { results, wake }
    }

    /// Hands over what became of a task.
    pub(super) fn send(&self, result: OpenerEvent) {
        if self.results.send(result).is_ok() {
            (self.wake)();
        }
    }

    /// Hands over an event of a proxy.
    pub(super) fn send_proxy(&self, source: SourceId, event: ProxyEvent) {
        self.send(OpenerEvent::Proxy(source, event));
    }
}

/// An event in the making of a file's proxy.
pub enum ProxyEvent {
    /// So much of it is made.
    Percent(u8),
    /// It is there.
    Found(Box<Video>),
    /// There will be none, since none is needed or wanted.
    None,
    /// There will be none, for this reason.
    Refused(String),
    /// There will be none, because making it broke down for this reason.
    Broken(String),
}

/// Changes in the library since it was asked last.
#[derive(Default)]
pub struct LibraryChanges {
    /// True if anything changed.
    pub has_changed: bool,
    /// The files that were opened and were not open before.
    pub opened: Vec<SourceId>,
    /// Notes for the log: how the files that were opened are read, why there are no proxies.
    pub notes: Vec<(EventKind, String)>,
    /// Reasons that files could not be opened.
    pub errors: Vec<String>,
}
