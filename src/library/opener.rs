//! Opening media files, finding their proxies, and making thumbnails and previews of them, in the background.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::events::{OpenerEvent, Outbox};
use super::index_thread::{IndexThread, Stay, Worker};
use super::options::OpenerOptions;
use super::proxy_maker::{ProxyJob, ProxyMaker, ProxyWish};
use super::tasks::{OpenRequest, PreviewRequest, ProxyRequest, Task};
use crate::media::ffmpeg::live_from_here;
use crate::media::{FileIdentity, Video};
use crate::playback::SourceId;
use crate::playback::thread::join_together;
use crate::project::is_address;
use crate::settings::IoMode;
use crate::time::FrameIndex;

/// Files that wait to be opened; more than a project is likely to add at once. Beyond it, adding waits.
const CAPACITY: usize = 4096;

/// Threads that open: two, so that one slow disk does not hold up the rest.
const THREADS: usize = 2;

/// Most threads that open while disks do not answer: as many files of such disks as a show is likely to have.
const MAX_THREADS: usize = 16;

/// The threads `index-N` and `proxy`, at the lowest priority.
pub struct Opener {
    requests: Option<Sender<Task>>,
    results: Receiver<OpenerEvent>,
    threads: Vec<IndexThread>,
    /// Threads begun so far, for their names.
    threads_begun: usize,
    /// Parts that one more thread needs.
    worker: Worker,
    proxies: Option<ProxyMaker>,
}

impl Opener {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system's error when it has no threads to give.
    pub fn start(options: &OpenerOptions) -> std::io::Result<Self> {
        let (requests, inbox) = bounded::<Task>(CAPACITY);
        let (sender, results) = bounded(CAPACITY);
        let outbox = Outbox::new(sender, Arc::clone(&options.wake));
        let textures = options.open.textures;
        let proxies = (options.proxies.clone())
            .map(|store| ProxyMaker::start(store, textures, outbox.clone()))
            .transpose()?;
        let worker = Worker::new(inbox, outbox, options.clone());
        // Whole before its threads start: if the system has not enough of them, dropping it ends those that run.
        let mut opener = Self {
            requests: Some(requests),
            results,
            threads: Vec::with_capacity(THREADS),
            threads_begun: 0,
            worker,
            proxies,
        };
        for _ in 0..THREADS {
            opener.add_thread(Stay::Always)?;
        }
        Ok(opener)
    }

    fn add_thread(&mut self, stay: Stay) -> std::io::Result<()> {
        let name = format!("index-{}", self.threads_begun);
        self.threads.push(self.worker.spawn(name, stay)?);
        self.threads_begun += 1;
        Ok(())
    }

    /// True if a task waits to begin.
    pub fn has_waiting(&self) -> bool {
        !self.worker.inbox.is_empty()
    }

    /// Adds a thread if all there are wait for disks that do not answer while something else is to be opened, up to
    /// sixteen. Those added go again once nothing waits. To be called now and then.
    pub fn relieve_stuck(&mut self) {
        self.threads.retain(|thread| !thread.is_finished());
        if !self.has_waiting() || self.threads.len() >= MAX_THREADS {
            return;
        }
        let now = self.worker.clock.now();
        if self.threads.iter().all(|thread| thread.is_stuck(now)) {
            let threads = self.threads.len();
            tracing::warn!("{threads} files do not come to be open; another thread goes on");
            if let Err(error) = self.add_thread(Stay::WhileNeeded) {
                tracing::error!("no thread for opening another file: {error}");
            }
        }
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
        let requests = self.requests.as_ref()?;
        requests.try_send(Task::Proxy(request)).ok()?;
        Some(wish)
    }

    /// Says whether the engine has nothing else to do, so that proxies may be made.
    pub fn set_idle(&mut self, is_idle: bool) {
        if let Some(proxies) = &mut self.proxies {
            proxies.set_idle(is_idle);
        }
    }

    /// Has a file opened under this number. Set the flag returned when it is not wanted any more.
    pub fn open(&self, source: SourceId, path: PathBuf, io: IoMode) -> Arc<AtomicBool> {
        self.request(source, path, io, false, None)
    }

    /// Has a file that failed opened once more, unless it is still the one that it was then.
    pub fn retry(
        &self,
        source: SourceId,
        path: PathBuf,
        io: IoMode,
        unless: Option<FileIdentity>,
    ) -> Arc<AtomicBool> {
        self.request(source, path, io, false, unless)
    }

    /// Has a file that is open opened once more, to be read in another way.
    pub fn open_again(&self, source: SourceId, path: PathBuf, io: IoMode) -> Arc<AtomicBool> {
        self.request(source, path, io, true, None)
    }

    fn request(
        &self,
        source: SourceId,
        path: PathBuf,
        io: IoMode,
        is_again: bool,
        unless: Option<FileIdentity>,
    ) -> Arc<AtomicBool> {
        if is_address(&path) {
            // The threads that open files would have it run at their own, lowest priority.
            live_from_here();
        }
        let is_unwanted = Arc::new(AtomicBool::new(false));
        let request = OpenRequest {
            source,
            path,
            io,
            is_again,
            unless,
            is_unwanted: Arc::clone(&is_unwanted),
        };
        if let Some(requests) = &self.requests
            && requests.try_send(Task::Open(request)).is_err()
        {
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
        if let Some(requests) = &self.requests
            && requests.try_send(Task::Preview(request)).is_err()
        {
            tracing::debug!("too much waits to be opened for a preview");
        }
        is_unwanted
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
        self.worker.stop();
        self.requests = None;
        // A thread that waits to hand over a result must not wait for ever.
        self.results = crossbeam_channel::never();
        self.proxies = None;
        join_together(self.threads.drain(..).map(IndexThread::into_thread));
    }
}
