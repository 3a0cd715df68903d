//! Faults put under media files on purpose, to see what a show does when a disk misbehaves.
//!
//! All reading of media goes through [`MediaFile`](super::file::MediaFile): by the program's own readers and by FFmpeg.
//! A plan for a path, set before the file is opened, is asked at each of these steps what is to happen. It is called on
//! the thread that reads and may take its time, which is how a slow or a stalled disk is played.
//!
//! Without a plan the cost is one load of a flag when a file is opened.
//!
//! Threads have faults as well: what [`at_step`] is given happens on the thread of that name at its next steps, which
//! the threads name themselves with [`step`]; the thread of a live source by the source's address. It may panic, as a
//! bug would, or wait, as a stalled network share makes one do.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::RwLock;

/// An access to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is opened.
    Open,
    /// At most so many bytes of it are read.
    Read {
        /// Number asked for.
        bytes: usize,
    },
}

/// Outcome of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// All goes well.
    None,
    /// No more than so many bytes come, as if that were all there is for now.
    Short(usize),
    /// The file ends here.
    End,
    /// The system refuses, with this error number of its own.
    Refused(i32),
}

/// Says what happens at each step.
pub type FaultPlan = Arc<dyn Fn(Access) -> Fault + Send + Sync>;

static PLANS: RwLock<Vec<(PathBuf, FaultPlan)>> = RwLock::new(Vec::new());

/// Number of plans. Relaxed ordering is enough: who sets a plan opens the file after it, or has it opened over a
/// channel, and a channel orders.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Takes the plan away again when it is dropped; files that are open keep it.
#[must_use = "the plan is taken away when this is dropped"]
pub struct Injection(PathBuf);

/// Puts a plan under the file at `path`, for those who open it from now on.
pub fn inject(path: &Path, plan: FaultPlan) -> Injection {
    PLANS.write().push((path.to_owned(), plan));
    COUNT.fetch_add(1, Ordering::Relaxed);
    Injection(path.to_owned())
}

impl Drop for Injection {
    fn drop(&mut self) {
        let mut plans = PLANS.write();
        if let Some(index) = plans.iter().position(|(path, _)| *path == self.0) {
            plans.remove(index);
            COUNT.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Action at a step of a thread.
pub type StepPlan = Arc<dyn Fn() + Send + Sync>;

static STEPS: RwLock<Vec<(String, StepPlan)>> = RwLock::new(Vec::new());

/// Number of plans for steps; relaxed for the same reason as [`COUNT`].
static STEP_COUNT: AtomicUsize = AtomicUsize::new(0);

/// Takes the plan away again when it is dropped.
#[must_use = "the plan is taken away when this is dropped"]
pub struct StepInjection(String);

/// Has `plan` called at each step of the thread of this name, on that thread.
pub fn at_step(thread: &str, plan: StepPlan) -> StepInjection {
    STEPS.write().push((thread.to_owned(), plan));
    STEP_COUNT.fetch_add(1, Ordering::Relaxed);
    StepInjection(thread.to_owned())
}

impl Drop for StepInjection {
    fn drop(&mut self) {
        let mut steps = STEPS.write();
        if let Some(index) = steps.iter().position(|(name, _)| *name == self.0) {
            steps.remove(index);
            STEP_COUNT.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// A step of the thread of this name: what is planned for it happens. Costs one load of a flag where nothing is.
pub fn step(thread: &str) {
    if STEP_COUNT.load(Ordering::Relaxed) == 0 {
        return;
    }
    let steps = STEPS.read();
    let plan = steps.iter().find(|(name, _)| name == thread);
    let plan = plan.map(|(_, plan)| Arc::clone(plan));
    // Not under the lock: it may take its time, or never come back.
    drop(steps);
    if let Some(plan) = plan {
        plan();
    }
}

/// The plan of a file that is being opened, if it has one.
#[derive(Clone, Default)]
pub(super) struct Faults(Option<FaultPlan>);

impl Faults {
    pub(super) fn of(path: &Path) -> Self {
        if COUNT.load(Ordering::Relaxed) == 0 {
            return Self(None);
        }
        let plans = PLANS.read();
        let plan = plans.iter().find(|(planned, _)| planned == path);
        Self(plan.map(|(_, plan)| Arc::clone(plan)))
    }

    /// True if there is a plan.
    pub(super) fn is_planned(&self) -> bool {
        self.0.is_some()
    }

    /// Opens, unless that is refused.
    pub(super) fn open<T>(&self, open: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.ask(Access::Open) {
            Fault::Refused(number) => Err(io::Error::from_raw_os_error(number)),
            Fault::None | Fault::Short(_) | Fault::End => open(),
        }
    }

    /// Reads into `buffer`, or does what the plan says.
    pub(super) fn read(
        &self,
        buffer: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let bytes = buffer.len();
        match self.ask(Access::Read { bytes }) {
            Fault::None => read(buffer),
            Fault::Short(most) => read(&mut buffer[..most.clamp(1, bytes.max(1)).min(bytes)]),
            Fault::End => Ok(0),
            Fault::Refused(number) => Err(io::Error::from_raw_os_error(number)),
        }
    }

    fn ask(&self, access: Access) -> Fault {
        self.0.as_ref().map_or(Fault::None, |plan| plan(access))
    }
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Faults").field(&self.is_planned()).finish()
    }
}
