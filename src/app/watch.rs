//! Media files that change on disk.
//!
//! ```text
//! the system ─ event ─► [paths, bounded] ─► changed: path, when last ─ quiet for a while ─► open it anew
//! ```
//!
//! The folders of the media files are watched, since a file that is replaced by another is another file to the system.
//! A file that is still being written keeps changing, and is opened when that ends.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crossbeam_channel::{Receiver, TrySendError, bounded};
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::worker::Waker;
use crate::time::{FLICKS_PER_SECOND, Time};

/// How long a file must be left alone before it is opened anew.
const QUIET: Time = Time::from_flicks(FLICKS_PER_SECOND / 2);

/// Most events that wait; more of them say nothing new, since only whether a file changed counts.
const CAPACITY: usize = 1024;

/// Watches the folders of media files. Without a watcher nothing is noticed, and everything else works.
#[derive(Default)]
pub(crate) struct Watch {
    watcher: Option<RecommendedWatcher>,
    events: Option<Receiver<PathBuf>>,
    folders: BTreeSet<PathBuf>,
    changed: BTreeMap<PathBuf, Time>,
}

impl Watch {
    /// A watch that calls `wake` when something changed.
    pub fn start(wake: Waker) -> Self {
        let (sender, events) = bounded(CAPACITY);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else {
                return;
            };
            if !is_of_interest(event.kind) {
                return;
            }
            for path in event.paths {
                if let Err(TrySendError::Disconnected(_)) = sender.try_send(path) {
                    return;
                }
            }
            wake();
        });
        match watcher {
            Ok(watcher) => Self {
                watcher: Some(watcher),
                events: Some(events),
                ..Self::default()
            },
            Err(error) => {
                tracing::warn!(%error, "media files are not watched");
                Self::default()
            }
        }
    }

    /// Watches these folders and no others.
    pub fn set_folders(&mut self, folders: BTreeSet<PathBuf>) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for folder in self.folders.difference(&folders) {
            if let Err(error) = watcher.unwatch(folder) {
                tracing::debug!(%error, folder = %folder.display(), "was not watched");
            }
        }
        for folder in folders.difference(&self.folders) {
            if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
                tracing::debug!(%error, folder = %folder.display(), "cannot be watched");
            }
        }
        self.folders = folders;
    }

    /// The paths that changed and have been left alone since.
    pub fn settled(&mut self, now: Time) -> Vec<PathBuf> {
        if let Some(events) = &self.events {
            for path in events.try_iter() {
                self.changed.insert(path, now);
            }
        }
        let settled: Vec<_> = self
            .changed
            .iter()
            .filter(|(_, last)| now - **last >= QUIET)
            .map(|(path, _)| path.clone())
            .collect();
        for path in &settled {
            self.changed.remove(path);
        }
        settled
    }

    /// When to look again, if something is changing.
    pub fn next_look(&self) -> Option<Time> {
        self.changed.values().min().map(|last| *last + QUIET)
    }
}

/// Whether an event can mean other contents: opening and reading a file do not, nor do its dates and who may read it.
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
    use std::fs;
    use std::sync::Arc;
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
        let mut watch = Watch::start(wake);
        watch.set_folders(super::super::tasks::folders_of([path.clone()].iter()));
        fs::read(&path).expect("reads");
        fs::write(&path, "two").expect("writes");
        let patience = Duration::from_secs(20);
        wakes.recv_timeout(patience).expect("the change is noticed");
        let now = Time::from_seconds(100);
        assert!(watch.settled(now).is_empty(), "it may still be changing");
        assert!(
            watch.next_look().is_some_and(|next| next > now),
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
}
