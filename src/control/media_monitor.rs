//! The media monitor: files of the project that change on disk, are being opened anew, or got a fingerprint.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::file_watcher::FileWatcher;
use super::worker::Waker;
use crate::media::VideoFacts;
use crate::project::{MediaId, MediaRef, Project, is_address};
use crate::time::Time;

/// A media file that is being opened anew.
#[derive(Debug)]
pub(crate) struct MediaReload {
    /// The media file.
    pub media: MediaId,
    /// Its path.
    pub path: PathBuf,
    /// Facts of the file before, if it was open.
    pub before: Option<Arc<VideoFacts>>,
}

/// Monitors media files. The default one is off: it watches nothing and asks for no fingerprint.
#[derive(Default)]
pub(crate) struct MediaMonitor {
    is_on: bool,
    watcher: FileWatcher,
    /// Files that are being opened anew.
    pub reloads: Vec<MediaReload>,
    /// The paths whose fingerprint was requested.
    fingerprinted: BTreeMap<MediaId, PathBuf>,
}

impl MediaMonitor {
    /// A monitor that calls `wake` when a file changed.
    pub fn start(wake: Waker) -> Self {
        Self {
            is_on: true,
            watcher: FileWatcher::start(wake),
            ..Self::default()
        }
    }

    /// Watches the folders of the project's media files, and no others.
    pub fn watch_files(&mut self, project: &Project) {
        if self.is_on {
            let paths = project.media.iter().map(|media| &media.path);
            self.watcher
                .set_files(paths.filter(|path| !is_address(path)));
        }
    }

    /// The paths that changed and have been left alone since.
    pub fn settled(&mut self, now: Time) -> Vec<PathBuf> {
        self.watcher.settled(now)
    }

    /// A failure of watching itself, to be reported once.
    pub fn take_failure(&mut self) -> Option<&'static str> {
        self.watcher.take_failure()
    }

    /// Time of the next check for changes, if a file is changing.
    pub fn next_check(&self) -> Option<Time> {
        self.watcher.next_check()
    }

    /// Notes that the fingerprint of this file is requested; false if it was already.
    pub fn begin_fingerprint(&mut self, media: &MediaRef) -> bool {
        let is_new = self.is_on && self.fingerprinted.get(&media.id) != Some(&media.path);
        if is_new {
            self.fingerprinted.insert(media.id, media.path.clone());
        }
        is_new
    }

    /// Has the fingerprint of this file requested anew.
    pub fn forget_fingerprint(&mut self, media: MediaId) {
        self.fingerprinted.remove(&media);
    }

    /// Forgets the files of the document, because it is another one.
    pub fn forget(&mut self) {
        self.fingerprinted.clear();
        self.reloads.clear();
    }

    /// True if all folders are watched and no file is being opened anew.
    pub fn is_idle(&self) -> bool {
        !self.watcher.is_beginning() && self.reloads.is_empty()
    }
}
