//! The file watcher: media files that change on disk.
//!
//! ```text
//! the system ─ event ─► [paths, bounded] ─► changed: path, when last ─ quiet for a while ─► open it anew
//! ```
//!
//! The folders of the media files are watched, since a file that is replaced by another is another file to the system.
//! A file that is still being written keeps changing, and is opened when that ends. Numbered pictures count as one
//! file, which changes with any of them; while they are rendered one after the other, they are opened anew at a pause.
//!
//! A folder whose disk may never answer would keep the watcher's thread, and with it who asks for it to be watched. So
//! each is first probed on a thread of its own, and watched once that has answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded};
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::tasks::folders_of;
use super::worker::Waker;
use crate::media::detached_call::call_detached;
use crate::media::fault_injection;
use crate::time::numbered::NumberedName;
use crate::time::{FLICKS_PER_SECOND, Time};

/// Quiet time after which a file is opened anew.
const QUIET: Time = Time::from_flicks(FLICKS_PER_SECOND / 2);

/// Quiet time of numbered pictures: longer than most take to be rendered.
const QUIET_OF_PICTURES: Time = Time::from_seconds(5);

/// Most events that wait; more of them add nothing, since one per file counts.
const CAPACITY: usize = 1024;

/// Most replacements of a watcher that panicked: one that panics again and again is not mended by trying.
const MAX_REPLACED: u32 = 5;

/// Watches the folders of media files. Without a watcher nothing is noticed, and everything else works.
#[derive(Default)]
pub(crate) struct FileWatcher {
    wake: Option<Waker>,
    watcher: SystemWatcher,
    events: Option<Receiver<PathBuf>>,
    /// Folders that are probed, to be watched.
    probed: BTreeSet<PathBuf>,
    /// The folders that answered.
    answers: Option<(Sender<PathBuf>, Receiver<PathBuf>)>,
    watched: BTreeSet<PathBuf>,
    /// The media paths that name pictures.
    pictures: BTreeMap<PathBuf, NumberedName>,
    changed: BTreeMap<PathBuf, Time>,
    replaced: u32,
    /// A failure that is not reported yet.
    untold: Option<&'static str>,
}

/// The system's watcher. Its thread may have ended in a panic; then everything that is asked of it panics as well, its
/// end included.
#[derive(Default)]
struct SystemWatcher(Option<RecommendedWatcher>);

impl SystemWatcher {
    /// Acts on it, if it and its thread are there.
    fn with(&mut self, act: impl FnOnce(&mut RecommendedWatcher)) {
        if let Some(watcher) = &mut self.0 {
            // Unwind safe: what panics has no thread any more, which is found out by its events.
            drop(catch_unwind(AssertUnwindSafe(|| act(watcher))));
        }
    }
}

impl Drop for SystemWatcher {
    fn drop(&mut self) {
        let watcher = self.0.take();
        // Unwind safe: it is gone in any case.
        drop(catch_unwind(AssertUnwindSafe(|| drop(watcher))));
    }
}

/// Outbox of the watcher's thread for paths that changed; by its end it reports that the thread has ended.
struct Outbox {
    sender: Option<Sender<PathBuf>>,
    wake: Waker,
}

impl Outbox {
    fn tell(&self, paths: Vec<PathBuf>) {
        for path in paths {
            let sent = self.sender.as_ref().map(|sender| sender.try_send(path));
            if let Some(Err(TrySendError::Disconnected(_))) = sent {
                return;
            }
        }
        (self.wake)();
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.sender = None;
        (self.wake)();
    }
}

impl FileWatcher {
    /// A watcher that calls `wake` when a file changed.
    pub fn start(wake: Waker) -> Self {
        let mut watch = Self {
            wake: Some(wake),
            ..Self::default()
        };
        watch.begin();
        watch
    }

    fn begin(&mut self) {
        let Some(wake) = self.wake.clone() else {
            return;
        };
        let (sender, events) = bounded(CAPACITY);
        let outbox = Outbox {
            sender: Some(sender),
            wake,
        };
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if let Ok(event) = event
                && is_of_interest(event.kind)
            {
                fault_injection::step("media watch");
                outbox.tell(event.paths);
            }
        });
        match watcher {
            Ok(watcher) => {
                self.watcher = SystemWatcher(Some(watcher));
                self.events = Some(events);
                self.answers = Some(bounded(CAPACITY));
            }
            Err(error) => tracing::warn!(%error, "media files are not watched"),
        }
    }

    /// Watches the folders of these files and no others.
    pub fn set_files<'a>(&mut self, files: impl Iterator<Item = &'a PathBuf> + Clone) {
        let pictures = files
            .clone()
            .filter_map(|path| Some((path.clone(), NumberedName::parse(path)?)));
        self.pictures = pictures.collect();
        self.set_folders(folders_of(files));
    }

    fn set_folders(&mut self, folders: BTreeSet<PathBuf>) {
        for folder in self.watched.difference(&folders) {
            self.watcher.with(|watcher| {
                if let Err(error) = watcher.unwatch(folder) {
                    tracing::debug!(%error, folder = %folder.display(), "was not watched");
                }
            });
        }
        self.watched.retain(|folder| folders.contains(folder));
        self.probed.retain(|folder| folders.contains(folder));
        for folder in folders {
            if !self.watched.contains(&folder) && !self.probed.contains(&folder) {
                self.probe(folder);
            }
        }
    }

    /// Probes a folder, to watch it once it has answered.
    fn probe(&mut self, folder: PathBuf) {
        let (Some((answered, _)), Some(wake)) = (&self.answers, &self.wake) else {
            return;
        };
        let (answered, wake, path) = (answered.clone(), Arc::clone(wake), folder.clone());
        let probe = call_detached("path-probe", move || {
            // Any answer will do.
            drop(fs::metadata(&path));
            drop(answered.send(path));
            wake();
        });
        match probe {
            Ok(_) => drop(self.probed.insert(folder)),
            Err(error) => tracing::warn!(%error, folder = %folder.display(), "is not watched"),
        }
    }

    /// Watches the folders that answered.
    fn watch_answered(&mut self) {
        let answers = self
            .answers
            .iter()
            .flat_map(|(_, answers)| answers.try_iter());
        for folder in answers {
            if !self.probed.remove(&folder) {
                // The project does not use it any more.
                continue;
            }
            self.watcher.with(|watcher| {
                if let Err(error) = watcher.watch(&folder, RecursiveMode::NonRecursive) {
                    tracing::debug!(%error, folder = %folder.display(), "cannot be watched");
                }
            });
            self.watched.insert(folder);
        }
    }

    /// True while folders are still probed.
    pub fn is_beginning(&self) -> bool {
        !self.probed.is_empty()
    }

    /// The paths that changed and have been left alone since.
    pub fn settled(&mut self, now: Time) -> Vec<PathBuf> {
        self.watch_answered();
        while let Some(events) = &self.events {
            match events.try_recv() {
                Ok(path) => self.note(path, now),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => self.replace(),
            }
        }
        let settled: Vec<_> = self
            .changed
            .iter()
            .filter(|(path, last)| now - **last >= self.quiet_of(path))
            .map(|(path, _)| path.clone())
            .collect();
        for path in &settled {
            self.changed.remove(path);
        }
        settled
    }

    /// Notes that a file changed, and the pictures that it is one of.
    fn note(&mut self, path: PathBuf, now: Time) {
        for (all, name) in &self.pictures {
            if name.has(&path) {
                self.changed.insert(all.clone(), now);
            }
        }
        self.changed.insert(path, now);
    }

    /// Replaces a watcher whose thread panicked.
    fn replace(&mut self) {
        self.events = None;
        self.watcher = SystemWatcher::default();
        self.untold = Some(
            "Media files that change on disk are not noticed any more: watching them broke down",
        );
        if self.replaced < MAX_REPLACED {
            self.replaced += 1;
            self.begin();
            let mut folders = std::mem::take(&mut self.watched);
            folders.append(&mut self.probed);
            self.set_folders(folders);
            self.untold = Some(
                "A media file that changed just now may have gone unnoticed: watching them broke down and was begun anew",
            );
        }
    }

    /// A failure of the watcher itself, to be reported once.
    pub fn take_failure(&mut self) -> Option<&'static str> {
        self.untold.take()
    }

    /// Time of the next check, if a file is changing.
    pub fn next_check(&self) -> Option<Time> {
        let moments = self
            .changed
            .iter()
            .map(|(path, last)| *last + self.quiet_of(path));
        moments.min()
    }

    fn quiet_of(&self, path: &Path) -> Time {
        if self.pictures.contains_key(path) {
            QUIET_OF_PICTURES
        } else {
            QUIET
        }
    }
}

/// True for an event that can mean other contents: not for opening and reading a file, nor for its dates and rights.
fn is_of_interest(kind: EventKind) -> bool {
    match kind {
        EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
        EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Access(_) | EventKind::Any | EventKind::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_file_that_changed_is_told_once_when_it_has_been_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder
            .path()
            .canonicalize()
            .expect("a folder")
            .join("a.mov");
        fs::write(&path, "one").expect("writes");
        let (woken, wakes) = bounded(64);
        let wake: Waker = Arc::new(move || _ = woken.try_send(()));
        let mut watch = FileWatcher::start(wake);
        watch.set_files([path.clone()].iter());
        let patience = Duration::from_secs(20);
        while watch.is_beginning() {
            wakes.recv_timeout(patience).expect("the folder answers");
            assert!(watch.settled(Time::ZERO).is_empty(), "nothing changed");
        }
        fs::read(&path).expect("reads");
        fs::write(&path, "two").expect("writes");
        wakes.recv_timeout(patience).expect("the change is noticed");
        let now = Time::from_seconds(100);
        assert!(watch.settled(now).is_empty(), "it may still be changing");
        assert!(
            watch.next_check().is_some_and(|next| next > now),
            "look again"
        );
        let mut told = Vec::new();
        let mut later = now;
        while told.is_empty() {
            later += Time::from_seconds(1);
            told = watch.settled(later);
        }
        assert_eq!(told, [path]);
    }

    #[test]
    fn numbered_pictures_are_told_as_one_when_all_of_them_have_been_left_alone() {
        let shot = PathBuf::from("/s/shot_%03d.png@30");
        let (told, events) = bounded(16);
        let mut watch = FileWatcher {
            events: Some(events),
            ..FileWatcher::default()
        };
        watch.set_files([shot.clone(), PathBuf::from("/s/still.png")].iter());
        let at = Time::from_seconds;
        let change = |name: &str| told.send(Path::new("/s").join(name)).expect("room");
        change("shot_001.png");
        assert!(watch.settled(at(0)).is_empty(), "just now");
        change("shot_002.png");
        change("still.png");
        let settled = watch.settled(at(3));
        assert!(!settled.contains(&shot), "more of them came: {settled:?}");
        assert_eq!(
            watch.settled(at(4)),
            [Path::new("/s/shot_002.png"), Path::new("/s/still.png")]
        );
        assert_eq!(watch.next_check(), Some(at(8)));
        assert_eq!(watch.settled(at(8)), [shot]);
        assert_eq!(watch.next_check(), None);
    }
}
