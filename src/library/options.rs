//! Options of the opener.

use std::path::Path;
use std::sync::Arc;

use crate::media::proxy::ProxyStore;
use crate::media::thumbnail_cache::ThumbnailCache;
use crate::media::{Media, MediaError, OpenOptions};
use crate::time::Clock;

/// A function that opens a media file.
pub type OpenMedia = Arc<dyn Fn(&Path, &OpenOptions) -> Result<Media, MediaError> + Send + Sync>;

/// Options of opening a file.
#[derive(Clone)]
pub struct OpenerOptions {
    /// The function that opens files.
    pub open_media: OpenMedia,
    /// Texture support and decoder for all files; the I/O mode is given with each.
    pub open: OpenOptions,
    /// True if thumbnails are to be made.
    pub has_thumbnails: bool,
    /// Cache of thumbnails, if there is one.
    pub thumbnail_cache: Option<ThumbnailCache>,
    /// Store of proxies, if there is one.
    pub proxies: Option<ProxyStore>,
    /// The clock by which disks that do not answer are told.
    pub clock: Clock,
    /// Called when there is something to take up.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}
