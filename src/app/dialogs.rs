//! File dialogs, which the system shows on a thread of their own.
//!
//! ```text
//! idle ── open(request) ──► waiting ── poll: answered ──► idle
//! ```
//!
//! One dialog at a time: while one is open, asking for another does nothing. The thread is called `file-dialog` and
//! lives as long as its dialog. Nobody but the person can close that dialog, so the thread is not joined: a dialog
//! left open must not keep the program from ending.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::control::project_io::ExpectedContents;
use crate::control::worker::Waker;
use crate::project::MediaId;

/// File name endings of media files that the dialog offers first; any other file may be chosen as well.
const MEDIA_ENDINGS: &[&str] = &[
    "3gp", "apng", "asf", "avi", "bmp", "dpx", "dv", "exr", "flv", "gif", "ivf", "jp2", "jpeg",
    "jpg", "jxl", "m2ts", "m2v", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "nut",
    "ogv", "pam", "pgm", "png", "ppm", "tga", "tif", "tiff", "ts", "vob", "webm", "webp", "wmv",
    "y4m",
];

/// The file name ending of projects, without the dot.
pub(crate) const PROJECT_ENDING: &str = "ron";

/// What to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialogRequest {
    /// A project file to open.
    OpenProject,
    /// Where to save the project.
    SaveProject {
        /// The folder to begin in.
        folder: Option<PathBuf>,
        /// The name to suggest.
        name: String,
    },
    /// Media files, any number.
    AddMedia,
    /// Where to write the report.
    ExportReport,
    /// A folder to collect project and media in.
    CollectInto,
    /// A folder to search for missing media.
    SearchFolder,
    /// A file to take the place of this one.
    ReplaceMedia(MediaId),
    /// Where to write the log.
    ExportLog,
}

/// Shows a dialog and waits for the answer: the chosen paths, none if the person thought better of it.
///
/// Called on the dialog's own thread. Tests give an answer of their own instead.
pub type DialogBackend = Arc<dyn Fn(&DialogRequest) -> Vec<PathBuf> + Send + Sync>;

/// The system's dialogs.
pub fn system_dialogs() -> DialogBackend {
    Arc::new(show)
}

/// The thread of a dialog ended in a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DialogPanic;

/// Opens dialogs, one at a time, and brings back the answers.
pub(crate) struct Dialogs {
    backend: DialogBackend,
    wake: Waker,
    waiting: Option<Waiting>,
}

struct Waiting {
    request: DialogRequest,
    answer: Receiver<Vec<PathBuf>>,
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

    /// Opens a dialog, unless one is open already. Gives whether this one was opened.
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

    /// Whether a dialog is open.
    pub fn is_open(&self) -> bool {
        self.waiting.is_some()
    }

    /// The answer to the dialog, once there is one: what was asked for, and the chosen paths.
    pub fn poll(&mut self) -> Option<(DialogRequest, Result<Vec<PathBuf>, DialogPanic>)> {
        let paths = match self.waiting.as_ref()?.answer.try_recv() {
            Ok(paths) => Ok(paths),
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err(DialogPanic),
        };
        self.waiting.take().map(|waiting| (waiting.request, paths))
    }
}

fn show(request: &DialogRequest) -> Vec<PathBuf> {
    let dialog = rfd::FileDialog::new();
    match request {
        DialogRequest::OpenProject => dialog
            .set_title("Open a project")
            .add_filter("Sextet project", &[PROJECT_ENDING])
            .pick_file()
            .into_iter()
            .collect(),
        DialogRequest::SaveProject { folder, name } => {
            let dialog = dialog
                .set_title("Save the project")
                .add_filter("Sextet project", &[PROJECT_ENDING])
                .set_file_name(name);
            let dialog = match folder {
                Some(folder) => dialog.set_directory(folder),
                None => dialog,
            };
            dialog.save_file().into_iter().collect()
        }
        DialogRequest::AddMedia => dialog
            .set_title("Add media files")
            .add_filter("Video and pictures", MEDIA_ENDINGS)
            .add_filter("All files", &["*"])
            .pick_files()
            .unwrap_or_default(),
        DialogRequest::CollectInto => dialog
            .set_title("Collect project and media in a new folder here")
            .pick_folder()
            .into_iter()
            .collect(),
        DialogRequest::SearchFolder => dialog
            .set_title("Search this folder for missing media")
            .pick_folder()
            .into_iter()
            .collect(),
        DialogRequest::ReplaceMedia(_) => dialog
            .set_title("Choose another file")
            .add_filter("Video and pictures", MEDIA_ENDINGS)
            .add_filter("All files", &["*"])
            .pick_file()
            .into_iter()
            .collect(),
        DialogRequest::ExportReport => dialog
            .set_title("Write the report")
            .add_filter("JSON", &["json"])
            .add_filter("Comma-separated values", &["csv"])
            .set_file_name("report.json")
            .save_file()
            .into_iter()
            .collect(),
        DialogRequest::ExportLog => dialog
            .set_title("Write the log")
            .add_filter("Comma-separated values", &["csv"])
            .set_file_name("log.csv")
            .save_file()
            .into_iter()
            .collect(),
    }
}

impl DialogRequest {
    /// The path to write to for a name that was chosen, and what may be there.
    ///
    /// Not every system's dialog adds an ending, and what stands behind the last dot of a name need not be one (`tour
    /// v1.3`). Where the ending is added here, the dialog has not asked whether such a file may be replaced.
    pub(crate) fn target(&self, chosen: PathBuf) -> (PathBuf, ExpectedContents) {
        let endings: &[&str] = match self {
            Self::SaveProject { .. } => &[PROJECT_ENDING],
            Self::ExportReport => &["json", "csv"],
            Self::ExportLog => &["csv"],
            _ => &[],
        };
        let is_one = |ending: &&str| {
            let has = chosen.extension();
            has.is_some_and(|has| has.eq_ignore_ascii_case(ending))
        };
        match endings.first() {
            Some(first) if !endings.iter().any(is_one) => {
                let mut name = chosen.into_os_string();
                name.push(".");
                name.push(first);
                (name.into(), ExpectedContents::Nothing)
            }
            _ => (chosen, ExpectedContents::Anything),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_dialog_at_a_time_and_its_answer_comes_back() {
        let (release, held) = bounded::<()>(0);
        let (woken, wakes) = bounded(1);
        let backend: DialogBackend = Arc::new(move |_request| {
            held.recv().ok();
            vec![PathBuf::from("a.mov")]
        });
        let wake: Waker = Arc::new(move || woken.send(()).expect("the test listens"));
        let mut dialogs = Dialogs::new(backend, wake);

        assert!(
            dialogs.open(DialogRequest::AddMedia).expect("a thread"),
            "the first opens"
        );
        assert!(
            !dialogs
                .open(DialogRequest::OpenProject)
                .expect("no thread is needed"),
            "the second does not"
        );
        assert_eq!(dialogs.poll(), None, "not answered yet");
        release.send(()).expect("the dialog waits");
        wakes.recv().expect("woken by the answer");
        let answer = dialogs.poll().expect("answered");
        assert_eq!(
            answer,
            (DialogRequest::AddMedia, Ok(vec![PathBuf::from("a.mov")]))
        );
    }

    #[test]
    fn a_dialog_that_breaks_down_is_told() {
        let backend: DialogBackend = Arc::new(|_request| std::panic::resume_unwind(Box::new(())));
        let mut dialogs = Dialogs::new(backend, Arc::new(|| {}));
        dialogs.open(DialogRequest::AddMedia).expect("a thread");
        let answer = loop {
            if let Some(answer) = dialogs.poll() {
                break answer;
            }
            thread::yield_now();
        };
        assert_eq!(answer.1, Err(DialogPanic));
    }

    #[test]
    fn an_ending_is_added_where_there_is_none_and_may_then_replace_nothing() {
        let save = DialogRequest::SaveProject {
            folder: None,
            name: String::new(),
        };
        for (request, chosen, target) in [
            (&save, "/a/nm", "/a/nm.ron"),
            (&save, "/a/tour v1.3", "/a/tour v1.3.ron"),
            (&save, "/a/show.ron", "/a/show.ron"),
            (&save, "/a/SHOW.RON", "/a/SHOW.RON"),
            (&DialogRequest::ExportLog, "/a/log.txt", "/a/log.txt.csv"),
            (&DialogRequest::ExportReport, "/a/r.csv", "/a/r.csv"),
            (&DialogRequest::ExportReport, "/a/r", "/a/r.json"),
        ] {
            let expected = if chosen == target {
                ExpectedContents::Anything
            } else {
                ExpectedContents::Nothing
            };
            let found = request.target(PathBuf::from(chosen));
            assert_eq!(found, (PathBuf::from(target), expected));
        }
    }
}
