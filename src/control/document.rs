//! A document about to be opened: a project, where it comes from, and what may be done with its file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::storage::lock::FileLock;
use crate::project::{FileStamp, Project};

/// The name of a project that has no file yet.
pub(crate) const UNTITLED: &str = "Untitled";

/// Whether the document may be saved to its own file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rights {
    /// It may.
    #[default]
    Full,
    /// Another window has it open.
    ReadOnly,
}

/// What keeps other windows from a document's file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Hold {
    /// Nothing does: the lock was not asked for, or another window has it.
    #[default]
    Loose,
    /// Nothing can: locks are not to be had here.
    Unlockable,
    /// The lock.
    Locked(Arc<FileLock>),
}

/// A document to be opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// The project.
    pub project: Box<Project>,
    /// What its file holds, where that is something else.
    pub saved: Option<Box<Project>>,
    /// Its file, if it has one.
    pub path: Option<PathBuf>,
    /// What it is called.
    pub name: String,
    /// Whether it may be saved there.
    pub rights: Rights,
    /// Keeps other windows from its file.
    pub hold: Hold,
    /// What its file held when it was read; absent where there was no file.
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

    /// A project that another window has open, to look at.
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
