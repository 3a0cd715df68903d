//! The threads `index-N` and `picture-N`: what they do, and whether they come on with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Receiver;
use parking_lot::Mutex;

use super::background::{Priority, work_in_background};
use super::events::{OpenFile, OpenerEvent, Outbox, ProxyEvent};
use super::options::OpenerOptions;
use super::tasks::{OpenRequest, PreviewRequest, ProxyRequest, Task, ThumbnailRequest};
use super::thumbnails::{THUMBNAIL_WIDTH_PX, THUMBNAILS, ThumbnailReader, thumbnail};
use crate::media::fault_injection;
use crate::media::progress::{self, ProgressMeter};
use crate::media::thumbnail_cache::{ThumbnailKey, Thumbnails};
use crate::media::{FileIdentity, MediaError, OpenOptions, Sound, Video};
use crate::playback::SourceId;
use crate::playback::guarded;
use crate::playback::thread::NamedThread;
use crate::time::{Clock, FrameIndex, Time};

/// Time limit for one step of a task, after which the thread counts as stuck: a disk in order takes milliseconds for
/// one, but a busy machine may leave a thread of the lowest priority waiting.
const STUCK_AFTER: Time = Time::from_seconds(3);

/// Time for one step of opening a file, after which its disk counts as silent: one that was asleep, or a share that is
/// connected anew, answers within that.
const SILENT_AFTER: Time = Time::from_seconds(10);

/// Lifetime of an idle thread.
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
    /// The step at hand, if it has work. The lock protects this alone.
    step: CurrentStep,
}

type CurrentStep = Arc<Mutex<Option<Step>>>;

/// A step of a task.
#[derive(Clone, Copy, Debug)]
struct Step {
    source: SourceId,
    since: Time,
}

impl IndexThread {
    /// True once it has ended.
    pub(crate) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// True while it is stuck in a step.
    pub(crate) fn is_stuck(&self, now: Time) -> bool {
        let step = *self.step.lock();
        step.is_some_and(|step| now - step.since >= STUCK_AFTER)
    }

    /// The file whose disk has not answered for so long that it is to be reported.
    pub(crate) fn silent_on(&self, now: Time) -> Option<SourceId> {
        let step = *self.step.lock();
        let silent = step.filter(|step| now - step.since >= SILENT_AFTER);
        silent.map(|step| step.source)
    }

    /// The thread, to be joined.
    pub(crate) fn into_thread(self) -> NamedThread {
        self.thread
    }
}

/// State of each of the threads.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) inbox: Receiver<Task>,
    outbox: Outbox,
    options: OpenerOptions,
    wants_to_stop: Arc<AtomicBool>,
    pub(crate) clock: Clock,
    priority: Priority,
    step: CurrentStep,
}

impl Worker {
    /// One that takes tasks from `inbox` and gives what became of them to `outbox`.
    pub(crate) fn new(
        inbox: Receiver<Task>,
        outbox: Outbox,
        options: OpenerOptions,
        priority: Priority,
    ) -> Self {
        Self {
            inbox,
            outbox,
            wants_to_stop: Arc::new(AtomicBool::new(false)),
            clock: options.clock.clone(),
            options,
            priority,
            step: CurrentStep::default(),
        }
    }

    /// Begins a thread of this name.
    ///
    /// # Errors
    /// The system's error when it has no thread to give.
    pub(crate) fn spawn(&self, name: String, stay: Stay) -> std::io::Result<IndexThread> {
        let step = CurrentStep::default();
        let worker = Self {
            step: Arc::clone(&step),
            ..self.clone()
        };
        let thread = NamedThread::spawn(name, move || worker.run(stay))?;
        Ok(IndexThread { thread, step })
    }

    /// Has all threads end early what they are at.
    pub(crate) fn stop(&self) {
        // Relaxed: the flag orders nothing; closing the channel wakes who waits.
        self.wants_to_stop.store(true, Ordering::Relaxed);
    }

    fn run(&self, stay: Stay) {
        work_in_background(self.priority);
        while let Some(task) = self.next_task(stay) {
            self.begin_step(task.source());
            match task {
                Task::Open(request) => self.open_and_tell(&request),
                Task::Preview(request) => self.make_preview(&request),
                Task::Thumbnails(request) => self.make_thumbnails(&request),
                Task::Proxy(request) => self.find_proxy(request),
            }
            *self.step.lock() = None;
        }
    }

    fn begin_step(&self, source: SourceId) {
        let since = self.clock.now();
        *self.step.lock() = Some(Step { source, since });
    }

    fn next_task(&self, stay: Stay) -> Option<Task> {
        match stay {
            Stay::Always => self.inbox.recv().ok(),
            Stay::WhileNeeded => self.inbox.try_recv().ok(),
        }
    }

    fn open_and_tell(&self, request: &OpenRequest) {
        if self.is_over(&request.is_unwanted) {
            return;
        }
        // Looked at before it is opened: what changes meanwhile shows as a change later.
        let identity = FileIdentity::of(&request.path);
        if request.unless.is_some() && request.unless == identity {
            self.send(OpenerEvent::Unchanged(request.source));
            return;
        }
        let opened = guarded(|| {
            fault_injection::step("index");
            progress::with_meter(self.watch(request), || self.open(request))
        });
        match opened {
            Err(MediaError::Unwanted { .. }) => {}
            Ok((video, sound)) => {
                let opened = Box::new(OpenFile {
                    video,
                    sound,
                    io: request.io,
                    identity,
                });
                self.send(OpenerEvent::Open(request.source, opened));
            }
            Err(error) => {
                // Where the system refused, the same file may be opened later.
                let identity = identity.filter(|_| !error.is_refusal());
                self.send(OpenerEvent::Failed(
                    request.source,
                    error.to_string(),
                    identity,
                ));
            }
        }
    }

    /// The meter of an opening: reports one that takes long, and ends it once it is not wanted any more.
    fn watch(&self, request: &OpenRequest) -> ProgressMeter {
        let (worker, source) = (self.clone(), request.source);
        let wants_to_stop = Arc::clone(&self.wants_to_stop);
        let is_unwanted = Arc::clone(&request.is_unwanted);
        ProgressMeter::new(
            Box::new(move |percent| {
                worker.begin_step(source);
                worker.send(OpenerEvent::Percent(source, percent));
            }),
            // Relaxed: the flags only save work.
            Box::new(move || {
                wants_to_stop.load(Ordering::Relaxed) || is_unwanted.load(Ordering::Relaxed)
            }),
        )
    }

    fn open(&self, request: &OpenRequest) -> Result<(Video, Option<Sound>), MediaError> {
        let options = OpenOptions {
            io: request.io,
            ..self.options.open.clone()
        };
        let mut media = (self.options.open_media)(&request.path, &options)?;
        let sound = media.sound.take();
        Ok((media.into_video()?, sound))
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
        if let Some(proxy) = store.find(&job.video, self.options.open.textures) {
            let event = ProxyEvent::Found(Box::new(proxy));
            self.outbox.send_proxy(source, event);
        } else if maker.try_send(job).is_err() {
            self.outbox.send_proxy(source, ProxyEvent::None);
        }
    }

    fn make_preview(&self, request: &PreviewRequest) {
        if self.is_over(&request.is_unwanted) {
            return;
        }
        let (source, frame) = (request.source, request.frame);
        let made = usize::try_from(request.video.layout.bytes)
            .ok()
            .and_then(|bytes| {
                let mut reader = ThumbnailReader::new(&request.video, bytes);
                guarded(|| reader.picture(frame)).ok()
            });
        self.send(
            made.map_or(OpenerEvent::NoPreview(source, frame), |picture| {
                OpenerEvent::Preview(source, thumbnail(frame, picture))
            }),
        );
    }

    fn is_over(&self, is_unwanted: &AtomicBool) -> bool {
        // Relaxed: the flags only save work.
        self.wants_to_stop.load(Ordering::Relaxed) || is_unwanted.load(Ordering::Relaxed)
    }

    fn send(&self, result: OpenerEvent) {
        self.outbox.send(result);
    }

    /// Sends the thumbnails of a file: those kept from an earlier opening, or else new ones, which are then kept.
    fn make_thumbnails(&self, request: &ThumbnailRequest) {
        if self.is_over(&request.is_unwanted) {
            return;
        }
        let media = &*request.video;
        let frames = media.facts.timing.frames();
        let store = self.options.thumbnail_cache.as_ref();
        let place =
            store.and_then(|_| ThumbnailKey::of(&media.facts.path, frames, THUMBNAIL_WIDTH_PX));
        let kept = store.zip(place.as_ref());
        if let Some(pictures) = kept.and_then(|(store, place)| store.find(place)) {
            for (frame, picture) in pictures {
                self.send(OpenerEvent::Thumbnail(
                    request.source,
                    thumbnail(frame, picture),
                ));
            }
            return;
        }
        let count = THUMBNAILS.min(frames);
        let Ok(bytes) = usize::try_from(media.layout.bytes) else {
            return;
        };
        let mut reader = ThumbnailReader::new(media, bytes);
        let mut pictures = Thumbnails::new();
        for index in 0..count {
            if self.is_over(&request.is_unwanted) {
                return;
            }
            // The middle of each stretch, so that black first frames do not stand for the whole.
            let frame = FrameIndex((2 * index + 1) * frames / (2 * count));
            self.begin_step(request.source);
            let made = guarded(|| {
                fault_injection::step("picture");
                reader.picture(frame)
            });
            match made {
                Ok(picture) => {
                    if kept.is_some() {
                        pictures.push((frame, picture.clone()));
                    }
                    self.send(OpenerEvent::Thumbnail(
                        request.source,
                        thumbnail(frame, picture),
                    ));
                }
                Err(error) => tracing::debug!("no thumbnail of frame {frame}: {error}"),
            }
        }
        if let Some((store, place)) = kept.filter(|_| pictures.len() as u64 == count) {
            store.keep(place, &pictures);
        }
    }
}
