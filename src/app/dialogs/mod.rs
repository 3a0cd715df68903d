//! File dialogs of the system, each on a thread of its own.
//!
//! On Linux that is the desktop's portal, or else [`zenity`].
//!
//! ```text
//! idle ── open(request) ──► waiting ── poll: answered ──► idle
//! ```
//!
//! One dialog at a time: while one is open, asking for another does nothing. The thread is called `file-dialog` and
//! lives as long as its dialog. Nobody but the user can close that dialog, so the thread is not joined: a dialog
//! left open must not keep the program from ending.

#[cfg(target_os = "linux")]
mod zenity;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::control::shell_request::PROJECT_EXTENSION;
use crate::control::{DialogError, DialogKind, DialogRequest, Waker};

/// File name extensions of media files that the dialog offers first; any other file may be chosen as well.
const MEDIA_EXTENSIONS: &[&str] = &[
    "3gp", "apng", "asf", "avi", "avif", "bmp", "dpx", "dv", "exr", "flv", "gif", "heic", "heif",
    "ico", "ivf", "jp2", "jpeg", "jpg", "jxl", "m2ts", "m2v", "m4v", "mkv", "mov", "mp4", "mpeg",
    "mpg", "mpo", "mts", "mxf", "nut", "ogv", "pam", "pgm", "png", "ppm", "psd", "tga", "tif",
    "tiff", "ts", "vob", "webm", "webp", "wmv", "y4m",
];

/// What a dialog brings: the chosen paths, none if the user cancelled it.
type Answer = Result<Vec<PathBuf>, DialogError>;

/// Shows a dialog and waits for the answer.
///
/// Called on the dialog's own thread. Tests give an answer of their own instead.
pub type DialogBackend = Arc<dyn Fn(&DialogRequest) -> Answer + Send + Sync>;

/// The system's dialogs.
pub fn system_dialogs() -> DialogBackend {
    Arc::new(show)
}

/// Opens dialogs, one at a time, and brings back the answers.
pub(crate) struct Dialogs {
    backend: DialogBackend,
    wake: Waker,
    waiting: Option<Waiting>,
}

struct Waiting {
    request: DialogRequest,
    answer: Receiver<Answer>,
}

impl Dialogs {
    /// No dialog is open; `wake` is called when one was answered.
    pub fn new(backend: DialogBackend, wake: Waker) -> Self {
        Self {
            backend,
            wake,
            waiting: None,
        }
    }

    /// Opens a dialog, unless one is open already; true if it was opened.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(&mut self, request: DialogRequest) -> io::Result<bool> {
        if self.waiting.is_some() {
            return Ok(false);
        }
        // One dialog gives one answer.
        let (sender, answer) = bounded(1);
        let (backend, wake, asked) = (
            Arc::clone(&self.backend),
            Arc::clone(&self.wake),
            request.clone(),
        );
        thread::Builder::new()
            .name("file-dialog".to_owned())
            .spawn(move || {
                // Nobody may be left to hear the answer; then there is nothing to do with it.
                if sender.send(backend(&asked)).is_ok() {
                    wake();
                }
            })?;
        self.waiting = Some(Waiting { request, answer });
        Ok(true)
    }

    /// True while a dialog is open.
    pub fn is_open(&self) -> bool {
        self.waiting.is_some()
    }

    /// The answer to the dialog, once there is one: its request, and the chosen paths.
    pub fn poll(&mut self) -> Option<(DialogRequest, Answer)> {
        let answer = match self.waiting.as_ref()?.answer.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err(DialogError::Panic),
        };
        self.waiting.take().map(|waiting| (waiting.request, answer))
    }
}

/// A dialog, as every system's is asked for it.
#[derive(Debug, PartialEq, Eq)]
struct Choice<'a> {
    what: What<'a>,
    filters: &'a [Filter],
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What<'a> {
    File,
    Files,
    Folder,
    /// A file that need not be there, and the name that is suggested; the folder's own where it is empty.
    Target(&'a str),
}

/// A kind of files: its name, and the extensions without the dot; `*` stands for all files.
type Filter = (&'static str, &'static [&'static str]);

const PROJECTS: Filter = ("Sextet project", &[PROJECT_EXTENSION]);
const MEDIA: &[Filter] = &[
    ("Video and pictures", MEDIA_EXTENSIONS),
    ("All files", &["*"]),
];
const TABLE: Filter = ("Comma-separated values", &["csv"]);

impl<'a> Choice<'a> {
    fn of(kind: &'a DialogKind) -> Self {
        let (what, filters): (_, &[Filter]) = match kind {
            DialogKind::OpenProject => (What::File, &[PROJECTS]),
            DialogKind::SaveProject { name } => (What::Target(name), &[PROJECTS]),
            DialogKind::AddMedia => (What::Files, MEDIA),
            DialogKind::CollectInto | DialogKind::SearchFolder => (What::Folder, &[]),
            DialogKind::ReplaceMedia(_) => (What::File, MEDIA),
            DialogKind::ExportReport => {
                (What::Target("report.json"), &[("JSON", &["json"]), TABLE])
            }
            DialogKind::ExportLog => (What::Target("log.csv"), &[TABLE]),
        };
        Self { what, filters }
    }
}

fn show(request: &DialogRequest) -> Answer {
    let choice = Choice::of(&request.kind);
    let (title, folder) = (request.kind.title(), request.folder.as_deref());
    #[cfg(target_os = "linux")]
    if let Some(answer) = zenity::show(title, folder, &choice) {
        return answer;
    }
    Ok(show_native(title, folder, &choice))
}

fn show_native(title: &str, folder: Option<&Path>, choice: &Choice<'_>) -> Vec<PathBuf> {
    let mut dialog = rfd::FileDialog::new().set_title(title);
    if let Some(folder) = folder {
        dialog = dialog.set_directory(folder);
    }
    for (name, extensions) in choice.filters {
        dialog = dialog.add_filter(*name, extensions);
    }
    let chosen = match choice.what {
        What::File => dialog.pick_file(),
        What::Files => return dialog.pick_files().unwrap_or_default(),
        What::Folder => dialog.pick_folder(),
        What::Target(name) => dialog.set_file_name(name).save_file(),
    };
    chosen.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(kind: DialogKind) -> DialogRequest {
        DialogRequest { kind, folder: None }
    }

    #[test]
    fn one_dialog_at_a_time_and_its_answer_comes_back() {
        let (release, held) = bounded::<()>(0);
        let (woken, wakes) = bounded(1);
        let backend: DialogBackend = Arc::new(move |_request| {
            held.recv().ok();
            Ok(vec![PathBuf::from("a.mov")])
        });
        let wake: Waker = Arc::new(move || woken.send(()).expect("the test listens"));
        let mut dialogs = Dialogs::new(backend, wake);

        assert!(
            dialogs
                .open(asking(DialogKind::AddMedia))
                .expect("a thread"),
            "the first opens"
        );
        assert!(
            !dialogs
                .open(asking(DialogKind::OpenProject))
                .expect("no thread is needed"),
            "the second does not"
        );
        assert!(dialogs.poll().is_none(), "not answered yet");
        release.send(()).expect("the dialog waits");
        wakes.recv().expect("woken by the answer");
        let (request, answer) = dialogs.poll().expect("answered");
        assert_eq!(request.kind, DialogKind::AddMedia);
        assert_eq!(answer.expect("no panic"), [PathBuf::from("a.mov")]);
    }

    #[test]
    fn a_dialog_that_panics_is_reported() {
        let backend: DialogBackend = Arc::new(|_request| std::panic::resume_unwind(Box::new(())));
        let mut dialogs = Dialogs::new(backend, Arc::new(|| {}));
        dialogs
            .open(asking(DialogKind::AddMedia))
            .expect("a thread");
        let answer = loop {
            if let Some(answer) = dialogs.poll() {
                break answer;
            }
            thread::yield_now();
        };
        assert!(matches!(answer.1, Err(DialogError::Panic)), "reported");
    }
}
