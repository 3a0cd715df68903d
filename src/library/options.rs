//! Options of the opener.

use std::path::Path;
use std::sync::Arc;

use crate::media::proxy::ProxyStore;
use crate::media::thumbnail_cache::ThumbnailCache;
use crate::media::{Media, MediaError, OpenOptions};

/// What opens a media file.
pub type OpenMedia = Arc<dyn Fn(&Path, &OpenOptions) -> Result<Media, MediaError> + Send + Sync>;

/// How a file is opened.
#[derive(Clone)]
pub struct OpenerOptions {
    /// What opens it.
    pub open_media: OpenMedia,
    /// What the adapter can sample, and how files are decoded; how they are read is said for each.
    pub open: OpenOptions,
    /// Whether to make thumbnails.
    pub has_thumbnails: bool,
    /// Where thumbnails are kept, if they are.
    pub thumbnail_cache: Option<ThumbnailCache>,
    /// Where proxies are kept, if there are any.
    pub proxies: Option<ProxyStore>,
    /// Called when there is something to take up.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}
