//! A document about to be opened: a project, where it comes from, and what may be done with its file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::project::Project;
use crate::project::lock::FileLock;

/// The name of a project that has no file yet.
pub(super) const UNTITLED: &str = "Untitled";

/// Whether the document may be saved to its own file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rights {
    /// It may.
    #[default]
    Full,
    /// Another window has it open.
    ReadOnly,
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
    pub lock: Option<Arc<FileLock>>,
}

impl Document {
    /// A project as it is in this file, or without one.
    pub fn of(project: Box<Project>, path: Option<PathBuf>) -> Self {
        let name = path.as_deref().map(file_name);
        Self {
            project,
            saved: None,
            name: name.unwrap_or_else(|| UNTITLED.to_owned()),
            path,
            rights: Rights::Full,
            lock: None,
        }
    }

    /// A project that is this window's own.
    pub fn own(project: Box<Project>, path: PathBuf, lock: Option<FileLock>) -> Self {
        Self {
            lock: lock.map(Arc::new),
            ..Self::of(project, Some(path))
        }
    }

    /// A project that another window has open, to look at.
    pub fn read_only(project: Box<Project>, path: PathBuf) -> Self {
        let name = format!("{} (read only)", file_name(&path));
        Self {
            name,
            rights: Rights::ReadOnly,
            ..Self::of(project, Some(path))
        }
    }

    /// A project without a file, made of the one in this file.
    pub fn copy(project: Box<Project>, path: &Path) -> Self {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Self {
            name: format!("{stem} copy"),
            // Until it is saved somewhere, there is something to lose.
            saved: Some(Box::default()),
            ..Self::of(project, None)
        }
    }
}

/// A path's last part.
pub(super) fn file_name(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => path.display().to_string(),
    }
}
