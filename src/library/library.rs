//! The media files of the project: opening, open, or failed.
//!
//! A file is opened once, however many layers and clips play it and under however many ids the project lists it: they
//! share its descriptor, its index of frames and its thumbnails.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::backoff::Backoff;
use super::entry::{Entry, Retry, State, summary};
use super::events::{LibraryChanges, OpenerEvent, ProxyEvent};
use super::file_proxy::FileProxy;
use super::opener::Opener;
use crate::media::{Fallback, Sound, VideoFacts, is_same_path};
use crate::playback::{Source, SourceId};
use crate::project::{MediaId, Project};
use crate::settings::IoMode;
use crate::status::events::EventKind;
use crate::status::snapshot::ProxyStatus;
use crate::status::{MediaState, MediaStatus, Thumbnail};
use crate::time::Time;

/// Interval of checking whether waiting files are being opened.
const LOOK_AGAIN: Time = Time::from_seconds(1);

/// The media files of the project.
pub struct Library {
    opener: Opener,
    /// The media that the project lists.
    listed: Vec<(MediaId, PathBuf)>,
    /// The files, each once.
    entries: Vec<Entry>,
    next_source: u64,
    /// The I/O mode of all files.
    io: IoMode,
}

impl Library {
    /// An empty library of files to be read in this way.
    pub fn new(opener: Opener, io: IoMode) -> Self {
        Self {
            opener,
            io,
            listed: Vec::new(),
            entries: Vec::new(),
            next_source: 0,
        }
    }

    /// Opens the project's files that are not open yet, closes those it does not use. Says whether anything changed.
    pub fn follow(&mut self, project: &Project) -> bool {
        let is_same = self.listed.len() == project.media.len()
            && (self.listed.iter())
                .zip(&project.media)
                .all(|((id, path), media)| *id == media.id && *path == media.path);
        if is_same {
            return false;
        }
        let mut old = std::mem::take(&mut self.entries);
        let before = std::mem::take(&mut self.listed);
        for media in &project.media {
            let listing = (media.id, media.path.clone());
            let is_new = !before.contains(&listing);
            self.list(&listing, is_new, &mut old);
            self.listed.push(listing);
        }
        for entry in old {
            entry.give_up();
        }
        true
    }

    /// Finds the file of a listing among those listed already and the `old` ones, or opens it. One that failed is tried
    /// again for a listing that is new.
    fn list(&mut self, (media, path): &(MediaId, PathBuf), is_new: bool, old: &mut Vec<Entry>) {
        let is_it = |entry: &Entry| is_same_path(&entry.path, path);
        if let Some(entry) = self.entries.iter_mut().find(|entry| is_it(entry)) {
            entry.media.push(*media);
            return;
        }
        let known = old
            .iter()
            .position(|entry| is_it(entry) && !(is_new && entry.has_failed()));
        let mut entry = match known {
            Some(index) => old.swap_remove(index),
            None => self.open(path.clone()),
        };
        entry.media = vec![*media];
        self.entries.push(entry);
    }

    fn open(&mut self, path: PathBuf) -> Entry {
        let source = SourceId(self.next_source);
        self.next_source += 1;
        let is_unwanted = self.opener.open(source, path.clone(), self.io);
        Entry {
            media: Vec::new(),
            path,
            source,
            state: State::Opening,
            sound: None,
            thumbnails: Vec::new(),
            preview: None,
            no_preview: None,
            previewing: None,
            is_unwanted,
            reopening: None,
            identity: None,
            retry: Retry::None,
            opening_percent: None,
            is_silent: false,
            proxy: FileProxy::default(),
        }
    }

    /// The I/O mode of all files.
    pub fn io(&self) -> IoMode {
        self.io
    }

    /// From now on files are read in this way. Those that are open are opened once more in the background, and stay as
    /// they are until then.
    pub fn read_by(&mut self, io: IoMode) {
        self.io = io;
        for entry in &mut self.entries {
            entry.open_again(&self.opener, io);
        }
    }

    /// Tries once more to open what failed to open.
    pub fn reopen_failed(&mut self) {
        for index in 0..self.entries.len() {
            if self.entries[index].has_failed() {
                let media = std::mem::take(&mut self.entries[index].media);
                let opening = self.open(self.entries[index].path.clone());
                self.entries[index] = Entry { media, ..opening };
            }
        }
    }

    /// Notes that frames of an open file fail, so that it is looked at again: in any case where the system refused to
    /// read, for then the same file may come back; else once it has changed. A live source connects again by itself.
    pub fn note_broken(&mut self, source: SourceId, is_refused: bool, now: Time) {
        let entry = self.entries.iter_mut().find(|entry| entry.source == source);
        let Some(entry) = entry.filter(|entry| entry.retry == Retry::None) else {
            return;
        };
        let is_live = matches!(&entry.state, State::Open(open) if open.video.facts.is_live());
        if is_live {
            return;
        }
        if is_refused {
            entry.identity = None;
        }
        entry.retry = Retry::At(Backoff::begin(now));
    }

    /// When something that failed is to be tried again, or what waits to be opened may want another thread.
    pub fn next_retry(&self, now: Time) -> Option<Time> {
        let mut entries = self.entries.iter();
        // Of a disk that does not answer nothing else is heard.
        let is_waiting = self.opener.has_waiting() || entries.any(Entry::is_opening);
        let waiting = is_waiting.then(|| now + LOOK_AGAIN);
        let moments = self.entries.iter().filter_map(|entry| match entry.retry {
            Retry::At(backoff) => Some(backoff.at()),
            Retry::None | Retry::Now(_) => None,
        });
        moments.chain(waiting).min()
    }

    /// Opens a file anew, because it is another one now.
    pub fn reload(&mut self, media: MediaId) {
        let mut entries = self.entries.iter();
        let place = entries.position(|entry| entry.media.contains(&media));
        if let Some(index) = place {
            let listed = std::mem::take(&mut self.entries[index].media);
            let path = self.entries[index].path.clone();
            self.entries[index].give_up();
            let opening = self.open(path);
            self.entries[index] = Entry {
                media: listed,
                ..opening
            };
        }
    }

    /// Receives what was opened since the last call, and tries again what failed and has rested; gives the errors, each
    /// once.
    pub fn receive(&mut self, now: Time) -> LibraryChanges {
        let mut changes = LibraryChanges::default();
        self.opener.relieve_stuck();
        let finished: Vec<OpenerEvent> = self.opener.finished().collect();
        for opened in finished {
            let source = opened.source();
            let Some(entry) = self.entries.iter_mut().find(|entry| entry.source == source) else {
                continue;
            };
            changes.has_changed = true;
            match opened {
                OpenerEvent::Open(_, file) if entry.is_awaiting(file.io, self.io) => {
                    let (io, path) = (file.io, file.video.facts.path.display());
                    let read_path = &file.video.read_path;
                    let kind = match read_path.fallback {
                        Some(Fallback::IoRefused(_)) => EventKind::Fallback,
                        Some(Fallback::NoBlockTextures) | None => EventKind::Note,
                    };
                    changes
                        .notes
                        .push((kind, format!("{} {path}", read_path.why)));
                    let is_new = entry.receive(*file, &mut self.next_source);
                    if let (true, State::Open(source)) = (is_new, &entry.state) {
                        changes.opened.push(source.id);
                        entry.thumbnails.clear();
                        self.opener
                            .thumbnails(source.id, &source.video, &entry.is_unwanted);
                        entry.proxy.ask(&self.opener, source.id, &source.video);
                    }
                    if io != self.io {
                        entry.open_again(&self.opener, self.io);
                    }
                }
                OpenerEvent::Open(..) => {}
                OpenerEvent::Failed(_, error, identity) => {
                    entry.fail(error, identity, now, &mut changes);
                }
                OpenerEvent::Unchanged(_) if matches!(entry.state, State::Open(_)) => {
                    // Another failure has it looked at again.
                    entry.reopening = None;
                    entry.retry = Retry::None;
                }
                OpenerEvent::Unchanged(_) => entry.rest(now),
                OpenerEvent::Thumbnail(_, thumbnail) => entry.thumbnails.push(Arc::new(thumbnail)),
                OpenerEvent::Preview(_, picture) => {
                    entry
                        .previewing
                        .take_if(|(frame, _)| *frame == picture.frame);
                    entry.preview = Some(Arc::new(picture));
                    entry.no_preview = None;
                }
                OpenerEvent::Percent(_, percent) => entry.opening_percent = Some(percent),
                OpenerEvent::Proxy(_, proxy) => {
                    let path = entry.path.display();
                    match &proxy {
                        ProxyEvent::Refused(reason) => {
                            let note = format!("no proxy is made ({reason}): {path}");
                            changes.notes.push((EventKind::Note, note));
                        }
                        ProxyEvent::Broken(reason) => changes.errors.push(format!(
                            "making a proxy broke down ({reason}); the file plays without one: {path}"
                        )),
                        ProxyEvent::Percent(_) | ProxyEvent::Found(_) | ProxyEvent::None => {}
                    }
                    entry.proxy.receive(proxy, SourceId(self.next_source));
                    self.next_source += 1;
                }
                // Once another was asked for, it is tried again.
                OpenerEvent::NoPreview(_, missing) => {
                    entry.no_preview = Some(missing);
                    entry.previewing.take_if(|(frame, _)| *frame == missing);
                }
            }
        }
        for entry in &mut self.entries {
            entry.try_again(&self.opener, self.io, now);
        }
        changes.has_changed |= self.note_silent();
        changes
    }

    /// Notes which files are not open because their disks do not answer; true if that changed.
    fn note_silent(&mut self) -> bool {
        let mut has_changed = false;
        for entry in &mut self.entries {
            let is_silent =
                entry.is_opening() && self.opener.silent().any(|source| source == entry.source);
            has_changed |= is_silent != entry.is_silent;
            entry.is_silent = is_silent;
        }
        has_changed
    }

    /// True if a file is not open yet because its disk does not answer.
    pub fn is_silent(&self, media: MediaId) -> bool {
        self.entry(media).is_some_and(|entry| entry.is_silent)
    }

    /// The picture of the frame that an open file shows at a position in it, if it is there, else that of the frame
    /// nearest to it, while the one asked for is made in the background. The newest wish of a file is the one that is
    /// carried out.
    pub fn preview(&mut self, media: MediaId, position: Time) -> Option<Arc<Thumbnail>> {
        let entry = self
            .entries
            .iter_mut()
            .find(|entry| entry.media.contains(&media))?;
        let State::Open(source) = &entry.state else {
            return None;
        };
        let frame = source.video.facts.timing.frame_at(position);
        let pictures = entry.thumbnails.iter().chain(&entry.preview);
        let nearest = pictures
            .min_by_key(|picture| picture.frame.0.abs_diff(frame.0))
            .cloned();
        let is_there = nearest
            .as_ref()
            .is_some_and(|picture| picture.frame == frame);
        let is_coming = entry
            .previewing
            .as_ref()
            .is_some_and(|(coming, _)| *coming == frame);
        if !is_coming {
            if let Some((_, flag)) = entry.previewing.take() {
                // Relaxed: the flag only saves work.
                flag.store(true, Ordering::Relaxed);
            }
            if !is_there && entry.no_preview != Some(frame) {
                // Its frames have the same numbers, and any of them is had at once.
                let proxy = entry.proxy.source().unwrap_or(source);
                let request = self.opener.preview(source.id, &proxy.video, frame);
                entry.previewing = Some((frame, request));
            }
        }
        nearest
    }

    /// The proxy of the open file with this source number, where there is one.
    pub fn proxy(&self, source: SourceId) -> Option<&Source> {
        let entry = self.entries.iter().find(|entry| entry.source == source);
        entry?.proxy.source()
    }

    /// The open file whose proxy has this source number, and the proxy.
    pub fn by_proxy(&self, id: SourceId) -> Option<(&Source, &Source)> {
        self.entries.iter().find_map(|entry| {
            let proxy = entry.proxy.source().filter(|proxy| proxy.id == id)?;
            match &entry.state {
                State::Open(file) => Some((file, proxy)),
                State::Opening | State::Failed(_) => None,
            }
        })
    }

    /// State of the proxy of a file.
    pub fn proxy_status(&self, media: MediaId) -> ProxyStatus {
        (self.entry(media)).map_or(ProxyStatus::None, |entry| entry.proxy.status())
    }

    /// True while proxies are looked for or made.
    pub fn is_making_proxies(&self) -> bool {
        self.entries.iter().any(|entry| entry.proxy.is_coming())
    }

    /// Has a proxy discarded whose frames are damaged, and made anew.
    pub fn renew_proxy(&mut self, proxy: SourceId) {
        let is_it =
            |entry: &&mut Entry| (entry.proxy.source()).is_some_and(|source| source.id == proxy);
        if let Some(entry) = self.entries.iter_mut().find(is_it)
            && let State::Open(source) = &entry.state
        {
            entry.proxy.renew(&self.opener, source.id, &source.video);
        }
    }

    /// Says whether the engine has nothing else to do, so that proxies may be made.
    pub fn set_idle(&mut self, is_idle: bool) {
        self.opener.set_idle(is_idle);
    }

    /// True if there are results to receive.
    pub fn has_finished(&self) -> bool {
        self.opener.has_finished()
    }

    /// True while files are being opened: for the first time, to be read in another way, or because they failed.
    pub fn is_opening(&self) -> bool {
        self.entries.iter().any(|entry| {
            matches!(entry.state, State::Opening)
                || entry.reopening.is_some()
                || matches!(entry.retry, Retry::Now(_))
        })
    }

    fn entry(&self, media: MediaId) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.media.contains(&media))
    }

    /// The open file with this id in the project.
    pub fn source(&self, media: MediaId) -> Option<&Source> {
        self.entry(media).and_then(|entry| match &entry.state {
            State::Open(source) => Some(source),
            State::Opening | State::Failed(_) => None,
        })
    }

    /// True if a file has this source number, be it open or not; one that another file took the place of has not.
    pub fn lists(&self, id: SourceId) -> bool {
        self.entries.iter().any(|entry| entry.source == id)
    }

    /// The open file with this source number.
    pub fn by_source(&self, id: SourceId) -> Option<&Source> {
        self.entries.iter().find_map(|entry| match &entry.state {
            State::Open(source) if source.id == id => Some(source),
            _ => None,
        })
    }

    /// Facts of an open file.
    pub fn facts(&self, media: MediaId) -> Option<&Arc<VideoFacts>> {
        self.source(media).map(|source| &source.video.facts)
    }

    /// The sound of an open file.
    pub fn sound(&self, media: MediaId) -> Option<&Sound> {
        self.entry(media)?.sound.as_ref()
    }

    /// Reason that a file cannot be opened.
    pub fn error(&self, media: MediaId) -> Option<&str> {
        self.entry(media).and_then(|entry| match &entry.state {
            State::Failed(error) => Some(error.as_str()),
            State::Opening | State::Open(_) => None,
        })
    }

    /// The files as the window shows them.
    pub fn status(&self) -> Vec<MediaStatus> {
        let status = |(id, path): &(MediaId, PathBuf)| {
            let entry = self.entry(*id)?;
            Some(MediaStatus {
                id: *id,
                path: path.clone(),
                state: match &entry.state {
                    State::Opening => MediaState::Opening,
                    State::Open(source) => MediaState::Ready(summary(&source.video)),
                    State::Failed(error) => MediaState::Failed(error.clone()),
                },
                opening_percent: (entry.opening_percent)
                    .filter(|_| matches!(entry.state, State::Opening)),
                is_silent: entry.is_silent,
                thumbnails: entry.thumbnails.clone(),
                preview: entry.preview.clone(),
                proxy: entry.proxy.status(),
            })
        };
        self.listed.iter().filter_map(status).collect()
    }
}
