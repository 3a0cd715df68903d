//! The library: the media files of the project, opened in the background, with their thumbnails and proxies.
//!
//! ```text
//! Library ─ one Entry per file ─► Opener ─ tasks ─► index-N
//!    ▲                                  └── tasks ─► picture-N ─ jobs ─► proxy
//!    └───── events, through the Outbox ────────┴────────────┴──────────────┘
//! ```
//!
//! * [`Library`], `entry`, `file_proxy`: the files, and what there is of each.
//! * `opener`, `pool`, `index_thread`, `proxy_maker`: the threads. `options`: how they open; `background`: their
//!   priority.
//! * `tasks`, `events`: what goes to them and comes from them.
//! * `thumbnails`: small pictures. `backoff`: when to try again.

mod background;
pub(crate) mod backoff;
mod entry;
mod events;
mod file_proxy;
mod index_thread;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod library;
pub(crate) mod opener;
mod options;
mod pool;
mod proxy_maker;
mod tasks;
mod thumbnails;

pub(crate) use background::{Priority, give_way};
pub use library::Library;
pub use options::{OpenMedia, OpenerOptions};
