//! The threads `index-N`: what they do, and whether they come on with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Receiver;
use parking_lot::Mutex;

use super::opener::{Opened, OpenerOptions, Outbox, PreviewRequest, ProxyRequest, Request, Task};
use super::proxy_maker::ProxyNews;
use super::thumbnails::{THUMBNAIL_WIDTH_PX, THUMBNAILS, ThumbnailReader, thumbnail};
use crate::media::fault_injection;
use crate::media::progress::{self, Watch};
use crate::media::thumbnail_cache::{PicturePlace, Pictures};
use crate::media::{self, FileIdentity, Media, MediaError, OpenOptions};
use crate::playback::guarded;
use crate::playback::thread::NamedThread;
use crate::time::{Clock, FrameIndex, Time};

/// How long a thread may be at one step of its task before it counts as stuck: a disk in order takes milliseconds for
/// one, but a busy machine may leave a thread of the lowest priority waiting.
const STUCK_AFTER: Time = Time::from_seconds(3);

/// How long a thread stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stay {
    /// Until the opener goes.
    Always,
    /// Until nothing waits.
    WhileNeeded,
}

/// One of the threads.
pub(crate) struct IndexThread {
    thread: NamedThread,
    /// Since when it is at the step at hand, if it has work. The lock protects this alone.
    busy_since: BusySince,
}

type BusySince = Arc<Mutex<Option<Time>>>;

impl IndexThread {
    /// Whether it has ended.
    pub(crate) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Whether it does not come on with what it is at.
    pub(crate) fn is_stuck(&self, now: Time) -> bool {
        let since = *self.busy_since.lock();
        since.is_some_and(|since| now - since >= STUCK_AFTER)
    }

    /// The thread, to be joined.
    pub(crate) fn into_thread(self) -> NamedThread {
        self.thread
    }
}

/// What each of the threads has.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) inbox: Receiver<Task>,
    outbox: Outbox,
    options: OpenerOptions,
    wants_to_stop: Arc<AtomicBool>,
    pub(crate) clock: Clock,
    busy_since: BusySince,
}

impl Worker {
    /// One that takes tasks from `inbox` and gives what became of them to `outbox`.
    pub(crate) fn new(inbox: Receiver<Task>, outbox: Outbox, options: OpenerOptions) -> Self {
        Self {
            inbox,
            outbox,
            options,
            wants_to_stop: Arc::new(AtomicBool::new(false)),
            clock: Clock::system(),
            busy_since: BusySince::default(),
        }
    }

    /// Begins a thread of this name.
    ///
    /// # Errors
    /// What the system says when it has no thread to give.
    pub(crate) fn spawn(&self, name: String, stay: Stay) -> std::io::Result<IndexThread> {
        let busy_since = BusySince::default();
        let worker = Self {
            busy_since: Arc::clone(&busy_since),
            ..self.clone()
        };
        let thread = NamedThread::spawn(name, move || worker.run(stay))?;
        Ok(IndexThread { thread, busy_since })
    }

    /// Has all threads end early what they are at.
    pub(crate) fn stop(&self) {
        // Relaxed: the flag orders nothing; closing the channel wakes who waits.
        self.wants_to_stop.store(true, Ordering::Relaxed);
    }

    fn run(&self, stay: Stay) {
        lower_priority();
        media::cores::work_in_background();
        while let Some(task) = self.next_task(stay) {
            self.begin_step();
            match task {
                Task::Open(request) => self.open_and_tell(&request),
                Task::Preview(request) => self.make_preview(&request),
                Task::Proxy(request) => self.find_proxy(request),
            }
            *self.busy_since.lock() = None;
        }
    }

    fn begin_step(&self) {
        *self.busy_since.lock() = Some(self.clock.now());
    }

    fn next_task(&self, stay: Stay) -> Option<Task> {
        match stay {
            Stay::Always => self.inbox.recv().ok(),
            Stay::WhileNeeded => self.inbox.try_recv().ok(),
        }
    }

    fn open_and_tell(&self, request: &Request) {
        if self.is_over(&request.is_unwanted) {
            return;
        }
        // Looked at before it is opened: what changes meanwhile shows as a change later.
        let identity = FileIdentity::of(&request.path);
        if request.unless.is_some() && request.unless == identity {
            self.send(Opened::Unchanged(request.source));
            return;
        }
        let opened = guarded(|| {
            fault_injection::step("index");
            progress::watched(self.watch(request), || self.open(request))
        });
        match opened {
            Err(MediaError::Unwanted { .. }) => {}
            Ok(media) => {
                let opened = Box::new(media.clone());
                let (source, read_by) = (request.source, request.read_by);
                self.send(Opened::Media(source, read_by, opened, identity));
                self.begin_step();
                let is_wanted = !request.is_again && !media.facts.is_live();
                if self.options.has_thumbnails && is_wanted {
                    self.make_thumbnails(request, &media);
                }
            }
            Err(error) => {
                // Where the system refused, the same file may be opened later.
                let identity = identity.filter(|_| !error.is_refusal());
                self.send(Opened::Failed(request.source, error.to_string(), identity));
            }
        }
    }

    /// Tells of an opening that takes long, and ends it once it is not wanted any more.
    fn watch(&self, request: &Request) -> Watch {
        let (worker, source) = (self.clone(), request.source);
        let wants_to_stop = Arc::clone(&self.wants_to_stop);
        let is_unwanted = Arc::clone(&request.is_unwanted);
        Watch::new(
            Box::new(move |percent| {
                worker.begin_step();
                worker.send(Opened::Percent(source, percent));
            }),
            // Relaxed: the flags only save work.
            Box::new(move || {
                wants_to_stop.load(Ordering::Relaxed) || is_unwanted.load(Ordering::Relaxed)
            }),
        )
    }

    fn open(&self, request: &Request) -> Result<Media, MediaError> {
        let options = OpenOptions {
            read_by: request.read_by,
            ..self.options.open
        };
        let media = (self.options.open_media)(&request.path, &options)?;
        Ok(match &self.options.slow_disk {
            Some(disk) => media.on_slow_disk(disk),
            None => media,
        })
    }

    /// Finds the proxy of a file, or passes the wish for it on.
    fn find_proxy(&self, request: ProxyRequest) {
        let ProxyRequest {
            job,
            damaged,
            maker,
        } = request;
        let Some(store) = &self.options.proxies else {
            return;
        };
        if self.wants_to_stop.load(Ordering::Relaxed) || job.wish.is_withdrawn() {
            return;
        }
        if let Some(damaged) = damaged {
            store.discard(&damaged);
        }
        let source = job.source;
        if let Some(proxy) = store.find(&job.media, self.options.open.textures) {
            let news = ProxyNews::Found(Box::new(proxy));
            self.outbox.send_proxy(source, news);
        } else if maker.try_send(job).is_err() {
            self.outbox.send_proxy(source, ProxyNews::None);
        }
    }

    fn make_preview(&self, request: &PreviewRequest) {
        if self.is_over(&request.is_unwanted) {
            return;
        }
        let (source, frame) = (request.source, request.frame);
        let made = usize::try_from(request.media.layout.bytes)
            .ok()
            .and_then(|bytes| {
                let mut reader = ThumbnailReader::new(&request.media, bytes);
                guarded(|| reader.picture(frame)).ok()
            });
        self.send(made.map_or(Opened::NoPreview(source, frame), |picture| {
            Opened::Preview(source, thumbnail(frame, picture))
        }));
    }

    fn is_over(&self, is_unwanted: &AtomicBool) -> bool {
        // Relaxed: the flags only save work.
        self.wants_to_stop.load(Ordering::Relaxed) || is_unwanted.load(Ordering::Relaxed)
    }

    fn send(&self, result: Opened) {
        self.outbox.send(result);
    }

    /// Sends the thumbnails of a file: those kept from an earlier opening, or else new ones, which are then kept.
    fn make_thumbnails(&self, request: &Request, media: &Media) {
        let frames = media.facts.timing.frames();
        let store = self.options.pictures.as_ref();
        let place =
            store.and_then(|_| PicturePlace::of(&media.facts.path, frames, THUMBNAIL_WIDTH_PX));
        let kept = store.zip(place.as_ref());
        if let Some(pictures) = kept.and_then(|(store, place)| store.find(place)) {
            for (frame, picture) in pictures {
                self.send(Opened::Thumbnail(request.source, thumbnail(frame, picture)));
            }
            return;
        }
        let count = THUMBNAILS.min(frames);
        let Ok(bytes) = usize::try_from(media.layout.bytes) else {
            return;
        };
        let mut reader = ThumbnailReader::new(media, bytes);
        let mut pictures = Pictures::new();
        for index in 0..count {
            if self.is_over(&request.is_unwanted) {
                return;
            }
            // The middle of each stretch, so that black first frames do not stand for the whole.
            let frame = FrameIndex((2 * index + 1) * frames / (2 * count));
            self.begin_step();
            match guarded(|| reader.picture(frame)) {
                Ok(picture) => {
                    if kept.is_some() {
                        pictures.push((frame, picture.clone()));
                    }
                    self.send(Opened::Thumbnail(request.source, thumbnail(frame, picture)));
                }
                Err(error) => tracing::debug!("no thumbnail of frame {frame}: {error}"),
            }
        }
        if let Some((store, place)) = kept.filter(|_| pictures.len() as u64 == count) {
            store.keep(place, &pictures);
        }
    }
}

/// Lets everything else go first. On Linux a thread's priority is its own (setpriority(2), notes).
pub(crate) fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::debug!("background work runs at normal priority: {error}");
    }
}
