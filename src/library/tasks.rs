//! Tasks for the threads `index-N`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::Sender;

use super::proxy_maker::ProxyJob;
use crate::media::{FileIdentity, Video};
use crate::playback::SourceId;
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// A task of a thread `index-N`.
pub(super) enum Task {
    Open(OpenRequest),
    Preview(PreviewRequest),
    Proxy(ProxyRequest),
}

/// A file to be opened.
pub(super) struct OpenRequest {
    pub(super) source: SourceId,
    pub(super) path: PathBuf,
    pub(super) io: IoMode,
    /// True if it is open already, and only to be read in another way.
    pub(super) is_again: bool,
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

/// A proxy to be found, or else made by the thread for that.
pub(super) struct ProxyRequest {
    pub(super) job: ProxyJob,
    /// One that is to be discarded first.
    pub(super) damaged: Option<Video>,
    pub(super) maker: Sender<ProxyJob>,
}
