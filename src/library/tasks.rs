//! Tasks for the threads `index-N` and `picture-N`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::Sender;

use super::proxy_maker::ProxyJob;
use crate::media::{FileIdentity, Video};
use crate::playback::SourceId;
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// A task of one of the threads.
pub(super) enum Task {
    Open(OpenRequest),
    Preview(PreviewRequest),
    Thumbnails(ThumbnailRequest),
    Proxy(ProxyRequest),
}

impl Task {
    /// The number of the file that it is about.
    pub(super) fn source(&self) -> SourceId {
        match self {
            Self::Open(request) => request.source,
            Self::Preview(request) => request.source,
            Self::Thumbnails(request) => request.source,
            Self::Proxy(request) => request.job.source,
        }
    }
}

/// A file to be opened.
pub(super) struct OpenRequest {
    pub(super) source: SourceId,
    pub(super) path: PathBuf,
    pub(super) io: IoMode,
    /// If the file is still this one, it is left as it is.
    pub(super) unless: Option<FileIdentity>,
    pub(super) is_unwanted: Arc<AtomicBool>,
}

/// A picture to be made of one frame.
pub(super) struct PreviewRequest {
    pub(super) source: SourceId,
    pub(super) video: Box<Video>,
    pub(super) frame: FrameIndex,
    pub(super) is_unwanted: Arc<AtomicBool>,
}

/// Thumbnails to be made of an open file.
pub(super) struct ThumbnailRequest {
    pub(super) source: SourceId,
    pub(super) video: Box<Video>,
    pub(super) is_unwanted: Arc<AtomicBool>,
}

/// A proxy to be found, or else made by the thread for that.
pub(super) struct ProxyRequest {
    pub(super) job: ProxyJob,
    /// One that is to be discarded first.
    pub(super) damaged: Option<Video>,
    pub(super) maker: Sender<ProxyJob>,
}
