//! Opening media files, and behind that finding their proxies and making thumbnails and previews of them, in the
//! background.
//!
//! ```text
//! open, retry, open_again ─► index-N, soon ──► Open ─► library ─┐
//! preview, thumbnails, proxy ─► picture-N, last ◄───────────────┘
//! ```
//!
//! Files are opened by threads of their own, so that no picture of one holds up the opening of another.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::{Receiver, bounded};

use super::background::Priority;
use super::events::{OpenerEvent, Outbox};
use super::options::OpenerOptions;
use super::pool::{CAPACITY, Pool};
use super::proxy_maker::{ProxyJob, ProxyMaker, ProxyWish};
use super::tasks::{OpenRequest, PreviewRequest, ProxyRequest, Task, ThumbnailRequest};
use crate::media::{FileIdentity, Video};
use crate::playback::SourceId;
use crate::playback::thread::join_together;
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// The threads `index-N`, which open, `picture-N` and `proxy`.
pub struct Opener {
    opening: Pool,
    pictures: Pool,
    results: Receiver<OpenerEvent>,
    has_thumbnails: bool,
    proxies: Option<ProxyMaker>,
}

impl Opener {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system's error when it has no threads to give.
    pub fn start(options: &OpenerOptions) -> std::io::Result<Self> {
        let (sender, results) = bounded(CAPACITY);
        let outbox = Outbox::new(sender, Arc::clone(&options.wake));
        let textures = options.open.textures;
        let proxies = (options.proxies.clone())
            .map(|store| ProxyMaker::start(store, textures, outbox.clone()))
            .transpose()?;
        Ok(Self {
            opening: Pool::start("index", Priority::Soon, outbox.clone(), options)?,
            pictures: Pool::start("picture", Priority::Last, outbox, options)?,
            results,
            has_thumbnails: options.has_thumbnails,
            proxies,
        })
    }

    /// True if a task waits to begin.
    pub fn has_waiting(&self) -> bool {
        self.opening.has_waiting() || self.pictures.has_waiting()
    }

    /// The files being opened whose disks do not answer.
    pub fn silent(&self) -> impl Iterator<Item = SourceId> {
        self.opening.silent()
    }

    /// Adds threads where all there are wait for disks that do not answer. To be called now and then.
    pub fn relieve_stuck(&mut self) {
        self.opening.relieve_stuck();
        self.pictures.relieve_stuck();
    }

    /// Has the proxy of an open file found or made, the `damaged` one being discarded first. Withdraw the wish returned
    /// when it is not wanted any more; there is none where there are no proxies.
    pub fn proxy(
        &self,
        source: SourceId,
        media: &Video,
        damaged: Option<Video>,
    ) -> Option<ProxyWish> {
        let proxies = self.proxies.as_ref()?;
        let wish = proxies.wish();
        let job = ProxyJob {
            source,
            video: Box::new(media.clone()),
            wish: wish.clone(),
        };
        let request = ProxyRequest {
            job,
            damaged,
            maker: proxies.jobs()?,
        };
        self.pictures.submit(Task::Proxy(request)).then_some(wish)
    }

    /// Says whether the engine has nothing else to do, so that proxies may be made.
    pub fn set_idle(&mut self, is_idle: bool) {
        if let Some(proxies) = &mut self.proxies {
            proxies.set_idle(is_idle);
        }
    }

    /// Has a file opened under this number. Set the flag returned when it is not wanted any more.
    pub fn open(&self, source: SourceId, path: PathBuf, io: IoMode) -> Arc<AtomicBool> {
        self.request(source, path, io, None)
    }

    /// Has a file that failed opened once more, unless it is still the one that it was then.
    pub fn retry(
        &self,
        source: SourceId,
        path: PathBuf,
        io: IoMode,
        unless: Option<FileIdentity>,
    ) -> Arc<AtomicBool> {
        self.request(source, path, io, unless)
    }

    /// Has a file that is open opened once more, to be read in another way.
    pub fn open_again(&self, source: SourceId, path: PathBuf, io: IoMode) -> Arc<AtomicBool> {
        self.request(source, path, io, None)
    }

    fn request(
        &self,
        source: SourceId,
        path: PathBuf,
        io: IoMode,
        unless: Option<FileIdentity>,
    ) -> Arc<AtomicBool> {
        let is_unwanted = Arc::new(AtomicBool::new(false));
        let request = OpenRequest {
            source,
            path,
            io,
            unless,
            is_unwanted: Arc::clone(&is_unwanted),
        };
        if !self.opening.submit(Task::Open(request)) {
            tracing::error!("more than {CAPACITY} files wait to be opened; this one is left out");
        }
        is_unwanted
    }

    /// Has a small picture made of one frame of an open file. Set the flag returned when it is not wanted any more.
    pub fn preview(&self, source: SourceId, media: &Video, frame: FrameIndex) -> Arc<AtomicBool> {
        let is_unwanted = Arc::new(AtomicBool::new(false));
        let request = PreviewRequest {
            source,
            video: Box::new(media.clone()),
            frame,
            is_unwanted: Arc::clone(&is_unwanted),
        };
        if !self.pictures.submit(Task::Preview(request)) {
            tracing::debug!("too much waits for a preview");
        }
        is_unwanted
    }

    /// Has thumbnails made of an open file, until the flag says that it is not wanted any more.
    pub fn thumbnails(&self, source: SourceId, media: &Video, is_unwanted: &Arc<AtomicBool>) {
        if !self.has_thumbnails || media.facts.is_live() {
            return;
        }
        let request = ThumbnailRequest {
            source,
            video: Box::new(media.clone()),
            is_unwanted: Arc::clone(is_unwanted),
        };
        if !self.pictures.submit(Task::Thumbnails(request)) {
            tracing::debug!("too much waits for thumbnails");
        }
    }

    /// Results since the last call.
    pub fn finished(&self) -> impl Iterator<Item = OpenerEvent> + '_ {
        self.results.try_iter()
    }

    /// True if there are results.
    pub fn has_finished(&self) -> bool {
        !self.results.is_empty()
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        let threads: Vec<_> = self.opening.stop().chain(self.pictures.stop()).collect();
        // A thread that waits to hand over a result must not wait for ever.
        self.results = crossbeam_channel::never();
        self.proxies = None;
        join_together(threads);
    }
}
