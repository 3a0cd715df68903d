//! Proxies: small HAP movies in the cache folder that stand in for files that are slow to seek.
//!
//! A proxy has one frame for each frame of its file, by index, whatever their times; each stands alone, so that any of
//! them is read and decoded within a millisecond or two. It is shown while the exact frame is on its way, and never
//! counts as that.
//!
//! ```text
//! decoder of the file ─► shrink: means over boxes, plane by plane ─► cpu: colour ─► hap::encode ─► ffmpeg::mux
//!     the movie, then a seal: whose proxy it is, and a hash of each frame ─► cache folder, under its name once whole
//! ```
//!
//! * [`ProxyStore`]: the folder; finds proxies, discards those that are damaged or of another file.
//! * [`ProxyBuild`]: a proxy being made, a frame at a time; dropped, it leaves nothing behind.
//! * `size`: how large a proxy is, and which files get one. `shrink`: a frame made smaller. `seal`: what vouches for a
//!   proxy. `source`: its frames, each checked against its hash before it is decoded.
//!
//! Colours are those of the file as the CPU converts them, in BC1, or BC3 where the file has alpha. A proxy is stored
//! as its file is, turned and stretched to be seen in the same way.

mod build;
mod seal;
mod shrink;
mod size;
mod source;
mod store;

pub use build::{ProxyBuild, ProxyError};
pub use size::{is_slow_to_seek, may_need_proxy};
pub use store::ProxyStore;
