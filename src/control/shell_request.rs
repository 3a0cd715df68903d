//! Shell requests: what the program needs a window, a clipboard or a file dialog for.
//!
//! ```text
//! execute, tick ─► requests, bounded ─ take_requests ─► shell ─ dialog_answered, save_layout ─► controller
//! ```

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;

use super::project_io::ExpectedContents;
use crate::command::Action;
use crate::project::MediaId;

/// The file name extension of projects, without the dot.
pub(crate) const PROJECT_EXTENSION: &str = "ron";

/// Most requests that wait. A shell takes them at each frame; without one the oldest go.
const CAPACITY: usize = 64;

/// A request to the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellRequest {
    /// Puts this text on the clipboard.
    CopyText(String),
    /// Shows or leaves full screen.
    ToggleFullscreen,
    /// Carries out an action of the window.
    Perform(Action),
    /// Opens a file dialog, whose answer goes to `Controller::dialog_answered`.
    OpenDialog(DialogRequest),
    /// Applies theme, scale and shortcuts of the settings.
    ApplySettings,
    /// Makes the output window fill its display, which is another one or shows it anew.
    PlaceOutput,
    /// Hands the layout of the window to `Controller::save_layout`, before it closes.
    SaveLayout,
    /// Closes the window.
    Close,
}

/// The requests that wait for the shell, oldest first.
#[derive(Debug, Default)]
pub(crate) struct ShellRequests(VecDeque<ShellRequest>);

impl ShellRequests {
    /// Adds a request.
    pub fn push(&mut self, request: ShellRequest) {
        if self.0.len() >= CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(request);
    }

    /// Takes the oldest request.
    pub fn pop(&mut self) -> Option<ShellRequest> {
        self.0.pop_front()
    }
}

/// A file dialog, and the folder that it begins in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogRequest {
    /// What it asks for.
    pub kind: DialogKind,
    /// The folder of the project, or the one chosen last; none leaves it to the system.
    pub folder: Option<PathBuf>,
}

/// What a file dialog asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialogKind {
    /// A project file to open.
    OpenProject,
    /// A file to save the project to.
    SaveProject {
        /// The name to suggest.
        name: String,
    },
    /// Media files, any number.
    AddMedia,
    /// A file for the report.
    ExportReport,
    /// A folder to collect project and media in.
    CollectInto,
    /// A folder to search for missing media.
    SearchFolder,
    /// A file to take the place of this one.
    ReplaceMedia(MediaId),
    /// A file for the log.
    ExportLog,
}

/// A file dialog that brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum DialogError {
    /// Another one is open.
    #[error("a file dialog is open already; answer it first")]
    Busy,
    /// The system gives no thread for it.
    #[error("cannot open a file dialog ({0}); try again")]
    Thread(io::Error),
    /// The system has none.
    #[error(
        "this desktop has no file dialogs; install xdg-desktop-portal or zenity, or drop the file onto the window"
    )]
    Missing,
    /// Its thread ended in a panic.
    #[error(
        "the system's file dialog broke down, and nothing was chosen; try again, or drop the file onto the window"
    )]
    Panic,
}

impl DialogKind {
    /// The title of the dialog: what is to be chosen, and what becomes of it.
    pub fn title(&self) -> &'static str {
        match self {
            Self::OpenProject => "Open a project",
            Self::SaveProject { .. } => "Save the project as",
            Self::AddMedia => "Add media files to the project",
            Self::ExportReport => "Export the report as JSON or CSV",
            Self::CollectInto => "Choose the folder in which a copy of project and media is made",
            Self::SearchFolder => "Choose the folder to search for missing media",
            Self::ReplaceMedia(_) => "Choose the file to take the place of this one",
            Self::ExportLog => "Export the log as CSV",
        }
    }

    /// True if media files are chosen, or a folder of them.
    pub(crate) fn is_about_media(&self) -> bool {
        match self {
            Self::AddMedia | Self::SearchFolder | Self::ReplaceMedia(_) => true,
            Self::OpenProject
            | Self::SaveProject { .. }
            | Self::ExportReport
            | Self::CollectInto
            | Self::ExportLog => false,
        }
    }

    /// The path to write to for a name that was chosen, and what may be there.
    ///
    /// Not every system's dialog adds an extension, and what stands behind the last dot of a name need not be one
    /// (`tour v1.3`). Where the extension is added here, the dialog has not asked whether such a file may be replaced.
    pub(crate) fn target(&self, chosen: PathBuf) -> (PathBuf, ExpectedContents) {
        let extensions: &[&str] = match self {
            Self::SaveProject { .. } => &[PROJECT_EXTENSION],
            Self::ExportReport => &["json", "csv"],
            Self::ExportLog => &["csv"],
            Self::OpenProject
            | Self::AddMedia
            | Self::CollectInto
            | Self::SearchFolder
            | Self::ReplaceMedia(_) => &[],
        };
        let is_one = |extension: &&str| {
            let has = chosen.extension();
            has.is_some_and(|has| has.eq_ignore_ascii_case(extension))
        };
        match extensions.first() {
            Some(first) if !extensions.iter().any(is_one) => {
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
    fn an_extension_is_added_where_there_is_none_and_may_then_replace_nothing() {
        let save = DialogKind::SaveProject {
            name: String::new(),
        };
        for (kind, chosen, target) in [
            (&save, "/a/nm", "/a/nm.ron"),
            (&save, "/a/tour v1.3", "/a/tour v1.3.ron"),
            (&save, "/a/show.ron", "/a/show.ron"),
            (&save, "/a/SHOW.RON", "/a/SHOW.RON"),
            (&DialogKind::ExportLog, "/a/log.txt", "/a/log.txt.csv"),
            (&DialogKind::ExportReport, "/a/r.csv", "/a/r.csv"),
            (&DialogKind::ExportReport, "/a/r", "/a/r.json"),
        ] {
            let expected = if chosen == target {
                ExpectedContents::Anything
            } else {
                ExpectedContents::Nothing
            };
            let found = kind.target(PathBuf::from(chosen));
            assert_eq!(found, (PathBuf::from(target), expected));
        }
    }

    #[test]
    fn without_a_shell_the_oldest_requests_go() {
        let mut requests = ShellRequests::default();
        for number in 0..=CAPACITY {
            requests.push(ShellRequest::CopyText(number.to_string()));
        }
        assert_eq!(requests.pop(), Some(ShellRequest::CopyText("1".to_owned())));
    }
}
