//! Reading and writing project files.
//!
//! A file is RON: a version, and the project as [`model`](crate::project::model) has it.
//!
//! ```text
//! load: size and kind ─► version ─► project of that version ─► migrate ─► validate ─► media paths made absolute
//! save: validate ─► media paths made relative ─► temporary file ─► fsync ─► rename ─► fsync of the folder
//! ```
//!
//! A project lies in the folder of the file itself: opened or saved through a link, it finds its media beside the file that
//! the link leads to, and that file is the one replaced. Saving is atomic: at every moment the path names either the old file or the new one, each whole. A file is not
//! trusted: its size and depth are bounded and everything in it is checked.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ron::error::SpannedError;
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use super::atomic_write::{Backup, replace_file};
use super::migrate::Project1;
use crate::project::paths::{behind_links, is_address, is_there, relative_to, resolved};
use crate::project::{FileStamp, Layer, Parameter, Project, ProjectError, backup_path};
use crate::time::Time;
use crate::time::numbered;

/// The newest version of files. A file is written in the oldest version that has all that the project uses, so that
/// older programs read what they can.
pub const FILE_VERSION: u32 = 4;

/// The version before clips had a loop phase.
const VERSION_WITHOUT_PHASE: u32 = 2;

/// The version before sound was mixed.
const VERSION_WITHOUT_SOUND: u32 = 3;

/// Largest project file: a project at every limit takes about a third of it.
pub const MAX_FILE_BYTES: u64 = 16 << 20;

/// Deepest nesting of values; a project needs about ten.
const MAX_DEPTH: usize = 64;

/// The reason why a project file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectFileError {
    /// There is no file at the path.
    #[error("there is no such project file; it may have been moved or renamed: {}", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The path names a folder or a device.
    #[error("this is no file but a folder or a device; choose a project file (.ron): {}", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is larger than any project.
    #[error("the file is larger than {MAX_FILE_BYTES} bytes and so no project; choose a project file (.ron): {}", path.display())]
    TooLarge {
        /// The path.
        path: PathBuf,
    },
    /// The file is no project.
    #[error("this is not a Sextet project; choose a project file (.ron): {}", path.display())]
    NotAProject {
        /// The path.
        path: PathBuf,
    },
    /// The file is of a newer version.
    #[error(
        "the project was made by a newer version of Sextet (file version {version}, this one reads up to \
         {FILE_VERSION}); open it with that version: {}", path.display()
    )]
    NewerVersion {
        /// The file's version.
        version: u32,
        /// The path.
        path: PathBuf,
    },
    /// The file is of a version that never existed.
    #[error("the project's file version {version} does not exist; restore a copy of the file: {}", path.display())]
    UnknownVersion {
        /// The file's version.
        version: u32,
        /// The path.
        path: PathBuf,
    },
    /// The file's text cannot be parsed.
    #[error(
        "the project cannot be read at line {line}, column {column}: {reason}; mend it there or restore a copy: {}",
        path.display()
    )]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The parser's reason.
        reason: String,
        /// The path.
        path: PathBuf,
    },
    /// The project breaks one of its rules.
    #[error("the project is damaged: {source}; mend it or restore a copy: {}", path.display())]
    Invalid {
        /// The rule.
        source: ProjectError,
        /// The path.
        path: PathBuf,
    },
    /// The project cannot be written as text.
    #[error("the project cannot be written as text ({reason}); please report this: {}", path.display())]
    Unwritable {
        /// The serialiser's reason.
        reason: String,
        /// The path.
        path: PathBuf,
    },
    /// The file system failed.
    #[error("{action} failed: {source}; {}: {}", remedy(source), path.display())]
    Io {
        /// The operation that failed.
        action: &'static str,
        /// The file system's error.
        source: io::Error,
        /// The path.
        path: PathBuf,
    },
}

/// The content of a file to write.
#[derive(Serialize)]
struct FileOut<'a> {
    version: u32,
    project: &'a Project,
}

/// The content of a file whose project is of type `P`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileIn<P> {
    #[serde(rename = "version")]
    _version: u32,
    project: P,
}

/// The part of a file that is read first, the same in all versions.
#[derive(Deserialize)]
struct Header {
    version: u32,
}

/// Reads a project.
///
/// Media paths are made absolute. If no file is at a path but one is at the absolute hint of the last save, that is
/// taken; else the hint is kept in `absolute_hint`. A missing media file is no error here.
///
/// # Errors
/// The fault of the file, with line and column if it is in the text.
pub fn load(path: &Path) -> Result<Project, ProjectFileError> {
    load_stamped(path).map(|(project, _)| project)
}

/// Reads a project like [`load`], with the stamp of the file.
///
/// # Errors
/// As for [`load`].
pub fn load_stamped(path: &Path) -> Result<(Project, FileStamp), ProjectFileError> {
    let text = read_text(path)?;
    let stamp = FileStamp::of(text.as_bytes());
    let mut project = parse(&text, path)?;
    let invalid = |source| ProjectFileError::Invalid {
        source,
        path: path.to_owned(),
    };
    project.validate().map_err(invalid)?;
    let real = behind_links(path).map_err(io_error("finding the project's folder", path))?;
    let folder = real.parent().unwrap_or(&real);
    for media in project
        .media
        .iter_mut()
        .filter(|media| !is_address(&media.path))
    {
        let media_path = numbered::plain(resolved(&media.path, folder));
        let hint = media
            .absolute_hint
            .take()
            .filter(|hint| *hint != media_path);
        media.path = match hint {
            Some(hint) if !is_there(&media_path) && is_there(&hint) => hint,
            Some(hint) if !is_there(&media_path) => {
                media.absolute_hint = Some(hint);
                media_path
            }
            _ => media_path,
        };
    }
    Ok((project, stamp))
}

/// Parses a project from a text without a file, such as a template; errors name it by `path`. Media paths stay as
/// written.
///
/// # Errors
/// As for [`load`].
pub fn parse_text(text: &str, path: &Path) -> Result<Project, ProjectFileError> {
    let project = parse(text, path)?;
    project
        .validate()
        .map_err(|source| ProjectFileError::Invalid {
            source,
            path: path.to_owned(),
        })?;
    Ok(project)
}

/// Writes a project atomically: the file at `path` is either the old one or, whole and synced, the new one.
///
/// The old one stays beside it under the name that [`backup_path`] gives. Media paths are
/// written relative to the project's folder, with the absolute path as a hint. If `path` is a symbolic link, its target
/// is written, whether it is there yet or not, and its folder is the project's. The new file inherits the old one's
/// permissions. Returns the stamp of the new file.
///
/// # Errors
/// The reason for failing; an existing file is then as it was.
pub fn save(project: &Project, path: &Path) -> Result<FileStamp, ProjectFileError> {
    let target = behind_links(path).map_err(io_error("finding the project's folder", path))?;
    let folder = target.parent().unwrap_or(&target);
    write(
        &with_stored_paths(project, folder),
        &target,
        path,
        Backup::Keep,
    )
}

/// The path of the backup that [`save`] leaves of the project at `path`.
pub fn backup_of(path: &Path) -> PathBuf {
    backup_path(&behind_links(path).unwrap_or_else(|_| path.to_owned()))
}

/// Writes a project like [`save`] to a file that is never moved, and keeps no copy of the file before. Media paths stay
/// as they are, absolute: no disk but that of the file is asked for anything.
pub(super) fn save_in_place(project: &Project, path: &Path) -> Result<FileStamp, ProjectFileError> {
    write(project, path, path, Backup::Drop)
}

/// Writes a project as it is to `target`; errors name it by `path`.
fn write(
    project: &Project,
    target: &Path,
    path: &Path,
    backup: Backup,
) -> Result<FileStamp, ProjectFileError> {
    let invalid = |source| ProjectFileError::Invalid {
        source,
        path: path.to_owned(),
    };
    project.validate().map_err(invalid)?;
    let text = to_text(project).map_err(|error| ProjectFileError::Unwritable {
        reason: error.to_string(),
        path: path.to_owned(),
    })?;
    if target.is_dir() {
        return Err(ProjectFileError::NotAFile {
            path: path.to_owned(),
        });
    }
    let bytes = text.as_bytes();
    replace_file(target, bytes, backup).map_err(io_error("saving the project", path))?;
    Ok(FileStamp::of(bytes))
}

fn to_text(project: &Project) -> Result<String, ron::Error> {
    let pretty = PrettyConfig::new().new_line("\n");
    let file = FileOut {
        version: version_of(project),
        project,
    };
    let mut text = options().to_string_pretty(&file, pretty)?;
    text.push('\n');
    Ok(text)
}

/// The oldest version that has all that a project uses.
fn version_of(project: &Project) -> u32 {
    let mut clips = project.layers.iter().flat_map(|layer| &layer.clips);
    if has_mix(project) {
        FILE_VERSION
    } else if clips.any(|clip| clip.phase != Time::ZERO) {
        VERSION_WITHOUT_SOUND
    } else {
        VERSION_WITHOUT_PHASE
    }
}

/// True if anything about the sound of a project is set.
fn has_mix(project: &Project) -> bool {
    let is_of_sound = |layer: &Layer| {
        let values = [Parameter::Gain, Parameter::Pan];
        values
            .iter()
            .any(|parameter| layer.track(*parameter).is_some())
            || (layer.gain_db, layer.pan) != (0.0, 0.0)
            || layer.is_mute
            || layer.is_sound_solo
            || layer.clips.iter().any(|clip| !clip.sound.is_usual())
    };
    project.master_gain_db != 0.0 || project.layers.iter().any(is_of_sound)
}

fn options() -> ron::Options {
    ron::Options::default().with_recursion_limit(MAX_DEPTH)
}

fn read_text(path: &Path) -> Result<String, ProjectFileError> {
    let failed = |source: io::Error| {
        if source.kind() == io::ErrorKind::NotFound {
            return ProjectFileError::Missing {
                path: path.to_owned(),
            };
        }
        io_error("reading the project", path)(source)
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(ProjectFileError::NotAFile {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    // Reading one byte more than allowed detects a file that is too large, even one that grows meanwhile.
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ProjectFileError::TooLarge {
            path: path.to_owned(),
        });
    }
    String::from_utf8(bytes).map_err(|error| {
        tracing::debug!(%error, path = %path.display(), "project file is not text");
        ProjectFileError::NotAProject {
            path: path.to_owned(),
        }
    })
}

fn parse(text: &str, path: &Path) -> Result<Project, ProjectFileError> {
    // Some editors begin a UTF-8 text with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let wrong = |error| parse_error(&error, path);
    let header: Header = options().from_str(text).map_err(wrong)?;
    match header.version {
        0 => Err(ProjectFileError::UnknownVersion {
            version: 0,
            path: path.to_owned(),
        }),
        1 => {
            let file: FileIn<Project1> = options().from_str(text).map_err(wrong)?;
            Ok(file.project.into())
        }
        // What versions 3 and 4 added may be left out.
        VERSION_WITHOUT_PHASE | VERSION_WITHOUT_SOUND | FILE_VERSION => {
            let file: FileIn<Project> = options().from_str(text).map_err(wrong)?;
            Ok(file.project)
        }
        version => Err(ProjectFileError::NewerVersion {
            version,
            path: path.to_owned(),
        }),
    }
}

fn parse_error(error: &SpannedError, path: &Path) -> ProjectFileError {
    let path = path.to_owned();
    match &error.code {
        ron::Error::ExpectedStructLike
        | ron::Error::ExpectedNamedStructLike(_)
        | ron::Error::ExpectedDifferentStructName { .. }
        | ron::Error::MissingStructField {
            field: "version", ..
        } => ProjectFileError::NotAProject { path },
        code => ProjectFileError::Syntax {
            line: error.span.start.line,
            column: error.span.start.col,
            reason: reason(code),
            path,
        },
    }
}

/// The parser's reason in words for a user who edits the file; some of the library's are for its callers.
fn reason(code: &ron::Error) -> String {
    match code {
        ron::Error::ExceededRecursionLimit => "it is nested too deeply".to_owned(),
        ron::Error::SuggestRawIdentifier(found) => {
            format!("the name of a field is missing before {found:?}")
        }
        other => other.to_string(),
    }
}

/// The project with media paths as written in a file in `folder`.
fn with_stored_paths(project: &Project, folder: &Path) -> Project {
    let mut stored = project.clone();
    for media in stored
        .media
        .iter_mut()
        .filter(|media| !is_address(&media.path))
    {
        let absolute = resolved(&media.path, folder);
        media.path = relative_to(&absolute, folder);
        // A remaining hint belongs to a file that has not been found yet, and is kept.
        media.absolute_hint.get_or_insert(absolute);
    }
    stored
}

/// Advice for an error of the file system.
fn remedy(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => {
            "the disk is full: free some room there, or choose another disk"
        }
        Kind::ReadOnlyFilesystem => "nothing can be written there: choose another place",
        Kind::PermissionDenied => {
            "you have no right to it: have it given to you, or choose another place"
        }
        Kind::NotFound => "the folder is not there any more: choose another one",
        _ => "check that the folder exists, may be used and has room",
    }
}

fn io_error(action: &'static str, path: &Path) -> impl Fn(io::Error) -> ProjectFileError {
    let path = path.to_owned();
    move |source| ProjectFileError::Io {
        action,
        source,
        path: path.clone(),
    }
}
