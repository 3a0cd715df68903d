//! A document about to be opened: a project, where it comes from, and what may be done with its file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::storage::lock::FileLock;
use crate::project::{FileStamp, Project};

/// The name of a project that has no file yet.
pub(crate) const UNTITLED: &str = "Untitled";

/// Rights to the document's own file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rights {
    /// It may be saved.
    #[default]
    Full,
    /// It may be read: another window has it open.
    ReadOnly,
}

/// Hold on a document's file, against other windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Hold {
    /// None: the lock was not requested, or another window has it.
    #[default]
    Loose,
    /// None possible: there are no locks here.
    Unlockable,
    /// The lock.
    Locked(Arc<FileLock>),
}

/// A document to be opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// The project.
    pub project: Box<Project>,
    /// Contents of its file, where they differ.
    pub saved: Option<Box<Project>>,
    /// Its file, if it has one.
    pub path: Option<PathBuf>,
    /// Its name.
    pub name: String,
    /// Rights to its file.
    pub rights: Rights,
    /// Hold on its file.
    pub hold: Hold,
    /// Stamp of its file as it was read; absent where there was none.
    pub stamp: Option<FileStamp>,
}

impl Document {
    /// A project without a file.
    pub fn untitled(project: Box<Project>) -> Self {
        Self {
            project,
            saved: None,
            path: None,
            name: UNTITLED.to_owned(),
            rights: Rights::Full,
            hold: Hold::Loose,
            stamp: None,
        }
    }

    /// A project that is this window's own.
    pub fn own(project: Box<Project>, path: PathBuf, hold: Hold, stamp: Option<FileStamp>) -> Self {
        Self {
            name: file_name(&path),
            path: Some(path),
            hold,
            stamp,
            ..Self::untitled(project)
        }
    }

    /// A project that another window has open, read only.
    pub fn read_only(project: Box<Project>, path: PathBuf) -> Self {
        let name = format!("{} (read only)", file_name(&path));
        Self {
            name,
            rights: Rights::ReadOnly,
            path: Some(path),
            ..Self::untitled(project)
        }
    }

    /// A project without a file, made of the one in this file.
    pub fn copy(project: Box<Project>, path: &Path) -> Self {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Self {
            name: format!("{stem} copy"),
            // Until it is saved somewhere, there is something to lose.
            saved: Some(Box::default()),
            ..Self::untitled(project)
        }
    }
}

/// A path's last part.
pub(crate) fn file_name(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => path.display().to_string(),
    }
}
