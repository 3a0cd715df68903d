//! Opening media files, finding their proxies, and making thumbnails and previews of them, in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::proxy_maker::{ProxyJob, ProxyMaker, ProxyNews, ProxyWish};
use super::thumbnails::{THUMBNAIL_WIDTH_PX, THUMBNAILS, ThumbnailReader, thumbnail};
use crate::media::faults;
use crate::media::io::ReadBy;
use crate::media::kept_pictures::{PicturePlace, PictureStore, Pictures};
use crate::media::progress::{self, Watch};
use crate::media::proxy::ProxyStore;
use crate::media::slow_disk::SlowDisk;
use crate::media::{self, FileIdentity, Media, MediaError, OpenOptions};
use crate::playback::SourceId;
use crate::playback::thread::NamedThread;
use crate::playback::workers::guarded;
use crate::stats::Thumbnail;
use crate::time::FrameIndex;

/// Files that wait to be opened; more than a project is likely to add at once. Beyond it, adding waits.
const CAPACITY: usize = 4096;

/// Threads that open: two, so that one slow disk does not hold up the rest.
const THREADS: usize = 2;

/// A file to be opened.
struct Request {
    source: SourceId,
    path: PathBuf,
    read_by: ReadBy,
    /// Whether it is open already, and only to be read in another way.
    is_again: bool,
    /// If the file is still this one, it is left as it is.
    unless: Option<FileIdentity>,
    is_unwanted: Arc<AtomicBool>,
}

/// A picture to be made of one frame.
struct PreviewRequest {
    source: SourceId,
    media: Box<Media>,
    frame: FrameIndex,
    is_unwanted: Arc<AtomicBool>,
}

/// A proxy to be found, or else made by the thread for that.
struct ProxyRequest {
    job: ProxyJob,
    /// One that is to be discarded first.
    damaged: Option<Media>,
    maker: Sender<ProxyJob>,
}

enum Task {
    Open(Request),
    Preview(PreviewRequest),
    Proxy(ProxyRequest),
}

/// What became of it.
pub enum Opened {
    /// It is open, to be read in this way; the file was this one.
    Media(SourceId, ReadBy, Box<Media>, Option<FileIdentity>),
    /// It cannot be opened; the file was this one.
    Failed(SourceId, String, Option<FileIdentity>),
    /// It is still the file that it was when it failed.
    Unchanged(SourceId),
    /// One more of its thumbnails.
    Thumbnail(SourceId, Thumbnail),
    /// The picture of a frame that was asked for.
    Preview(SourceId, Thumbnail),
    /// No such picture can be made.
    NoPreview(SourceId, FrameIndex),
    /// So much of it was looked through, in percent.
    Percent(SourceId, u8),
    /// News of its proxy.
    Proxy(SourceId, ProxyNews),
}

impl Opened {
    /// The number that it was asked for under.
    pub fn source(&self) -> SourceId {
        match self {
            Self::Media(source, ..)
            | Self::Failed(source, ..)
            | Self::Unchanged(source)
            | Self::Thumbnail(source, _)
            | Self::Preview(source, _)
            | Self::NoPreview(source, _)
            | Self::Percent(source, _)
            | Self::Proxy(source, _) => *source,
        }
    }
}

/// Where what was finished goes.
#[derive(Clone)]
pub(super) struct Outbox {
    results: Sender<Opened>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outbox {
    fn send(&self, result: Opened) {
        if self.results.send(result).is_ok() {
            (self.wake)();
        }
    }

    /// Hands over news of a proxy.
    pub fn send_proxy(&self, source: SourceId, news: ProxyNews) {
        self.send(Opened::Proxy(source, news));
    }
}

/// The threads `index-N` and `proxy`, at the lowest priority.
pub struct Opener {
    requests: Option<Sender<Task>>,
    results: Receiver<Opened>,
    wants_to_stop: Arc<AtomicBool>,
    threads: Vec<NamedThread>,
    proxies: Option<ProxyMaker>,
}

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
    pub pictures: Option<PictureStore>,
    /// Where proxies are kept, if there are any.
    pub proxies: Option<ProxyStore>,
    /// A disk made slower, if one is.
    pub slow_disk: Option<SlowDisk>,
    /// Called when there is something to take up.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

impl Opener {
    /// Starts the threads.
    ///
    /// # Errors
    /// What the system says when it has no threads to give.
    pub fn start(options: &OpenerOptions) -> std::io::Result<Self> {
        let (requests, inbox) = bounded::<Task>(CAPACITY);
        let (sender, results) = bounded(CAPACITY);
        let outbox = Outbox {
            results: sender,
            wake: Arc::clone(&options.wake),
        };
        let textures = options.open.textures;
        let proxies = (options.proxies.clone())
            .map(|store| ProxyMaker::start(store, textures, outbox.clone()))
            .transpose()?;
        // Whole before its threads start: if the system has not enough of them, dropping it ends those that run.
        let mut opener = Self {
            requests: Some(requests),
            results,
            wants_to_stop: Arc::new(AtomicBool::new(false)),
            threads: Vec::with_capacity(THREADS),
            proxies,
        };
        for index in 0..THREADS {
            let worker = Worker {
                inbox: inbox.clone(),
                outbox: outbox.clone(),
                options: options.clone(),
                wants_to_stop: Arc::clone(&opener.wants_to_stop),
            };
            let name = format!("index-{index}");
            let thread = NamedThread::spawn(name, move || worker.run())?;
            opener.threads.push(thread);
        }
        Ok(opener)
    }

    /// Has the proxy of an open file found or made, the `damaged` one being discarded first. Withdraw the wish returned
    /// when it is not wanted any more; there is none where there are no proxies.
    pub fn proxy(
        &self,
        source: SourceId,
        media: &Media,
        damaged: Option<Media>,
    ) -> Option<ProxyWish> {
        let proxies = self.proxies.as_ref()?;
        let wish = proxies.wish();
        let job = ProxyJob {
            source,
            media: Box::new(media.clone()),
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
    pub fn open(&self, source: SourceId, path: PathBuf, read_by: ReadBy) -> Arc<AtomicBool> {
        self.request(source, path, read_by, false, None)
    }

    /// Has a file that failed opened once more, unless it is still the one that it was then.
    pub fn retry(
        &self,
        source: SourceId,
        path: PathBuf,
        read_by: ReadBy,
        unless: Option<FileIdentity>,
    ) -> Arc<AtomicBool> {
        self.request(source, path, read_by, false, unless)
    }

    /// Has a file that is open opened once more, to be read in another way.
    pub fn open_again(&self, source: SourceId, path: PathBuf, read_by: ReadBy) -> Arc<AtomicBool> {
        self.request(source, path, read_by, true, None)
    }

    fn request(
        &self,
        source: SourceId,
        path: PathBuf,
        read_by: ReadBy,
        is_again: bool,
        unless: Option<FileIdentity>,
    ) -> Arc<AtomicBool> {
        let is_unwanted = Arc::new(AtomicBool::new(false));
        let request = Request {
            source,
            path,
            read_by,
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
    pub fn preview(&self, source: SourceId, media: &Media, frame: FrameIndex) -> Arc<AtomicBool> {
        let is_unwanted = Arc::new(AtomicBool::new(false));
        let request = PreviewRequest {
            source,
            media: Box::new(media.clone()),
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

    /// What was finished since the last call.
    pub fn finished(&self) -> impl Iterator<Item = Opened> + '_ {
        self.results.try_iter()
    }

    /// Whether something was finished.
    pub fn has_finished(&self) -> bool {
        !self.results.is_empty()
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        // Relaxed: the flag orders nothing; closing the channel below wakes who waits.
        self.wants_to_stop.store(true, Ordering::Relaxed);
        self.requests = None;
        // A thread that waits to hand over a result must not wait for ever.
        self.results = crossbeam_channel::never();
        self.proxies = None;
        self.threads.clear();
    }
}

struct Worker {
    inbox: Receiver<Task>,
    outbox: Outbox,
    options: OpenerOptions,
    wants_to_stop: Arc<AtomicBool>,
}

impl Worker {
    fn run(&self) {
        lower_priority();
        media::cores::work_in_background();
        while let Ok(task) = self.inbox.recv() {
            match task {
                Task::Open(request) => self.open_and_tell(&request),
                Task::Preview(request) => self.make_preview(&request),
                Task::Proxy(request) => self.find_proxy(request),
            }
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
            faults::step("index");
            progress::watched(self.watch(request), || self.open(request))
        });
        match opened {
            Err(MediaError::Unwanted { .. }) => {}
            Ok(media) => {
                let opened = Box::new(media.clone());
                let (source, read_by) = (request.source, request.read_by);
                self.send(Opened::Media(source, read_by, opened, identity));
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
        let (outbox, source) = (self.outbox.clone(), request.source);
        let wants_to_stop = Arc::clone(&self.wants_to_stop);
        let is_unwanted = Arc::clone(&request.is_unwanted);
        Watch::new(
            Box::new(move |percent| outbox.send(Opened::Percent(source, percent))),
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
pub(super) fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::debug!("background work runs at normal priority: {error}");
    }
}
