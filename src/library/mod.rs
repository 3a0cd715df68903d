//! The library: the media files of the project, opened in the background, with their thumbnails and proxies.

pub(crate) mod backoff;
pub(crate) mod entry;
pub(crate) mod file_proxy;
mod index_thread;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod library;
pub(crate) mod opener;
pub(crate) mod proxy_maker;
pub(crate) mod thumbnails;

pub use library::*;
pub use opener::OpenMedia;
