//! The thread `proxy`: makes proxies one after the other, at the lowest priority, and only while nothing plays.
//!
//! ```text
//! jobs ─► begin ─► a frame at a time, each only while the engine is idle ─► whole, under its name ─► opened
//! ```
//!
//! Whatever it is at is left within the decoding of a packet or so once it is not wanted any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::{Condvar, Mutex};

use super::background::{Priority, work_in_background};
use super::events::{Outbox, ProxyEvent};
use crate::media::proxy::{ProxyBuild, ProxyError, ProxyStore, is_slow_to_seek};
use crate::media::{MediaError, TextureSupport, Video, fault_injection};
use crate::playback::SourceId;
use crate::playback::guarded;
use crate::playback::thread::NamedThread;

/// Files that wait for a proxy; more than a project is likely to have. Those beyond get none.
const CAPACITY: usize = 4096;

/// A file whose proxy is wanted.
pub struct ProxyJob {
    /// The number that it was asked for under.
    pub source: SourceId,
    /// The file.
    pub video: Box<Video>,
    /// The request, which may be withdrawn.
    pub wish: ProxyWish,
}

/// The wish for a proxy, which can be withdrawn.
#[derive(Clone)]
pub struct ProxyWish {
    is_unwanted: Arc<AtomicBool>,
    gate: Arc<Gate>,
}

impl ProxyWish {
    /// Says that it is not wanted any more.
    pub fn withdraw(&self) {
        // Relaxed: the flag only saves work, and the lock that `look_again` takes orders it before a look.
        self.is_unwanted.store(true, Ordering::Relaxed);
        self.gate.look_again();
    }

    /// True once it is withdrawn.
    pub fn is_withdrawn(&self) -> bool {
        self.is_unwanted.load(Ordering::Relaxed)
    }
}

/// Gate that holds the thread while it would be in the way.
#[derive(Default)]
struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct GateState {
    is_idle: bool,
    wants_to_stop: bool,
}

impl Gate {
    fn change(&self, change: impl FnOnce(&mut GateState)) {
        change(&mut self.state.lock());
        self.changed.notify_all();
    }

    fn look_again(&self) {
        self.change(|_| {});
    }

    fn wants_to_stop(&self) -> bool {
        self.state.lock().wants_to_stop
    }

    /// Waits until the engine is idle, or there is no reason to wait any more.
    fn wait_until_idle(&self, is_over: impl Fn() -> bool) {
        let mut state = self.state.lock();
        while !state.is_idle && !state.wants_to_stop && !is_over() {
            self.changed.wait(&mut state);
        }
    }
}

/// The thread and the way to it.
pub struct ProxyMaker {
    jobs: Option<Sender<ProxyJob>>,
    gate: Arc<Gate>,
    is_idle: bool,
    thread: Option<NamedThread>,
}

impl ProxyMaker {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's error when it has no thread to give.
    pub fn start(
        store: ProxyStore,
        textures: TextureSupport,
        outbox: Outbox,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = bounded(CAPACITY);
        let gate = Arc::new(Gate::default());
        let worker = Worker {
            inbox,
            store,
            textures,
            outbox,
            gate: Arc::clone(&gate),
        };
        let thread = NamedThread::spawn("proxy".to_owned(), move || worker.run())?;
        Ok(Self {
            jobs: Some(jobs),
            gate,
            is_idle: false,
            thread: Some(thread),
        })
    }

    /// A wish for a proxy of this maker's.
    pub fn wish(&self) -> ProxyWish {
        ProxyWish {
            is_unwanted: Arc::default(),
            gate: Arc::clone(&self.gate),
        }
    }

    /// The channel of jobs.
    pub fn jobs(&self) -> Option<Sender<ProxyJob>> {
        self.jobs.clone()
    }

    /// Says whether the engine has nothing else to do.
    pub fn set_idle(&mut self, is_idle: bool) {
        if self.is_idle != is_idle {
            self.is_idle = is_idle;
            self.gate.change(|state| state.is_idle = is_idle);
        }
    }
}

impl Drop for ProxyMaker {
    fn drop(&mut self) {
        self.gate.change(|state| state.wants_to_stop = true);
        self.jobs = None;
        self.thread = None;
    }
}

struct Worker {
    inbox: Receiver<ProxyJob>,
    store: ProxyStore,
    textures: TextureSupport,
    outbox: Outbox,
    gate: Arc<Gate>,
}

impl Worker {
    fn run(&self) {
        work_in_background(Priority::Last);
        while let Ok(job) = self.inbox.recv() {
            let is_over = || self.gate.wants_to_stop() || job.wish.is_withdrawn();
            self.gate.wait_until_idle(|| job.wish.is_withdrawn());
            if self.gate.wants_to_stop() {
                return;
            }
            if is_over() {
                continue;
            }
            // A panic of the decoder is an end like any other.
            let made = guarded(|| {
                fault_injection::step("proxy");
                let made = self.make(&job, &is_over);
                Ok(made.map(|()| self.store.find(&job.video, self.textures)))
            });
            let event = match made {
                Ok(Ok(found)) => {
                    found.map_or(ProxyEvent::None, |proxy| ProxyEvent::Found(Box::new(proxy)))
                }
                Ok(Err(ProxyError::NotNeeded | ProxyError::Cancelled)) => ProxyEvent::None,
                Ok(Err(error)) => ProxyEvent::Refused(error.to_string()),
                Err(MediaError::Panicked { reason, .. }) => ProxyEvent::Broken(reason),
                Err(error) => ProxyEvent::Broken(error.to_string()),
            };
            if !is_over() {
                self.outbox.send_proxy(job.source, event);
            }
        }
    }

    fn make(&self, job: &ProxyJob, is_over: &dyn Fn() -> bool) -> Result<(), ProxyError> {
        if !is_slow_to_seek(&job.video)? {
            return Err(ProxyError::NotNeeded);
        }
        let mut build = ProxyBuild::begin(&self.store, &job.video)?;
        let mut told = None;
        while !build.is_whole() {
            let (done, frames) = build.progress();
            let percent = u8::try_from(done * 100 / frames.max(1)).unwrap_or(100);
            if told.replace(percent) != Some(percent) {
                let event = ProxyEvent::Percent(percent);
                self.outbox.send_proxy(job.source, event);
            }
            self.gate.wait_until_idle(|| job.wish.is_withdrawn());
            if is_over() {
                return Err(ProxyError::Cancelled);
            }
            build.add_frame(is_over)?;
        }
        build.finish()
    }
}
