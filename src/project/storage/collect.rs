//! Project and media copied into one folder, to be taken elsewhere.
//!
//! ```text
//! NAME/
//!   NAME.ron
//!   media/     every media file once, its name made unique; numbered pictures in a folder of their own
//! ```
//!
//! The folder is always a new one. No existing file is touched, and an unfinished folder (cancelled, a full disk) is
//! removed as a whole.
//!
//! A project may come from anybody, and name any file. So only files are copied that could be opened as media: a
//! collected folder is passed on, and must not carry away a private file that a forged project names. Of numbered
//! pictures only the first was opened; the others are copied if they begin as it does.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::collect_plan::{CollectPlan, FileCopy, MARK_BYTES};
use super::disk_room::free_bytes;
use super::file;
use super::file::ProjectFileError;
use super::progress::Progress;
use crate::project::{MediaId, Project};

/// Bytes copied between two checks for cancellation: a few milliseconds of a disk.
const CHUNK_BYTES: usize = 1 << 20;

/// Most tries for a free name.
const MAX_TRIES: u32 = 10_000;

/// Bytes left free on the disk for the project file and for other programs.
const SPARE_BYTES: u64 = 16 << 20;

/// The result of collecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectedFolder {
    /// The project file in the new folder.
    pub project: PathBuf,
    /// Number of media files copied; each picture of a sequence is one.
    pub files: usize,
    /// Files named like pictures of a sequence that are of another kind, and were not copied.
    pub strays: usize,
    /// Media that is missing or is none, and was not copied; the collected project names it where it was.
    pub missing: Vec<MediaId>,
}

/// The reason why nothing was collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// It was cancelled.
    #[error("collecting was cancelled; nothing was left behind")]
    Cancelled,
    /// The disk is too full.
    #[error(
        "the media need {} MB and the disk has {} MB free; choose another disk or make room: {}",
        needed_bytes.div_ceil(1_000_000), free_bytes / 1_000_000, path.display()
    )]
    NoRoom {
        /// Bytes of all media files.
        needed_bytes: u64,
        /// Bytes that the disk has free.
        free_bytes: u64,
        /// The folder that was chosen.
        path: PathBuf,
    },
    /// A media file cannot be read.
    #[error("a media file cannot be read ({source}); nothing was left behind: {}", path.display())]
    Read {
        /// The file system's error.
        source: io::Error,
        /// The media file.
        path: PathBuf,
    },
    /// The folder cannot be written to.
    #[error("the folder cannot be written to ({source}); nothing was left behind, choose another place: {}", path.display())]
    Write {
        /// The file system's error.
        source: io::Error,
        /// The file or folder.
        path: PathBuf,
    },
    /// The project itself cannot be written.
    #[error(transparent)]
    Project(#[from] ProjectFileError),
}

/// Copies the project and its `playable` media into a new folder called `name` in `parent`; if there is one, ` 2`, ` 3`
/// and so on is added to the name. `progress` counts bytes.
///
/// # Errors
/// The reason for failing; the new folder is then removed again.
pub fn collect(
    project: &Project,
    playable: &BTreeSet<MediaId>,
    name: &OsStr,
    parent: &Path,
    progress: &Progress,
) -> Result<CollectedFolder, CollectError> {
    let plan = CollectPlan::of(project, playable);
    progress.set_total(plan.bytes);
    check_room(parent, plan.bytes)?;
    let folder = new_folder(parent, name)?;
    let done = fill(project, name, &plan, &folder, progress);
    if done.is_err()
        && let Err(error) = fs::remove_dir_all(&folder)
    {
        tracing::warn!(%error, path = %folder.display(), "an unfinished folder is left behind");
    }
    done
}

fn check_room(parent: &Path, needed_bytes: u64) -> Result<(), CollectError> {
    let Some(free_bytes) = free_bytes(parent) else {
        // Unknown free space: writing fails if there is too little.
        return Ok(());
    };
    if free_bytes < needed_bytes.saturating_add(SPARE_BYTES) {
        return Err(CollectError::NoRoom {
            needed_bytes,
            free_bytes,
            path: parent.to_owned(),
        });
    }
    Ok(())
}

fn new_folder(parent: &Path, name: &OsStr) -> Result<PathBuf, CollectError> {
    let mut folder = parent.join(name);
    for number in 2..MAX_TRIES {
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                folder = parent.join(with_ending(name, &format!(" {number}")));
            }
            Err(error) => return Err(write_error(&folder)(error)),
        }
    }
    Err(write_error(&folder)(io::ErrorKind::AlreadyExists.into()))
}

fn with_ending(name: &OsStr, ending: &str) -> OsString {
    let mut name = name.to_owned();
    name.push(ending);
    name
}

fn fill(
    project: &Project,
    name: &OsStr,
    plan: &CollectPlan,
    folder: &Path,
    progress: &Progress,
) -> Result<CollectedFolder, CollectError> {
    let media_folder = folder.join("media");
    fs::create_dir(&media_folder).map_err(write_error(&media_folder))?;
    let mut files = 0;
    for file in &plan.copies {
        progress.set_subject(&file.target.display().to_string());
        files += usize::from(copy(file, &media_folder, progress)?);
    }
    if progress.is_cancelled() {
        return Err(CollectError::Cancelled);
    }
    let mut collected = project.clone();
    for media in &mut collected.media {
        if let Some(place) = plan.moved.get(&media.path) {
            media.path = media_folder.join(place);
            media.absolute_hint = None;
        }
    }
    let path = folder.join(with_ending(name, ".ron"));
    file::save(&collected, &path)?;
    Ok(CollectedFolder {
        project: path,
        files,
        strays: plan.copies.len() - files,
        missing: plan.missing.clone(),
    })
}

/// Copies a file, if it begins with its mark; false if it does not.
fn copy(file: &FileCopy, media_folder: &Path, progress: &Progress) -> Result<bool, CollectError> {
    let read_error = |error| CollectError::Read {
        source: error,
        path: file.source.clone(),
    };
    let target = media_folder.join(&file.target);
    let mut from = File::open(&file.source).map_err(read_error)?;
    if let Some(mark) = file.mark {
        let mut found = [0; MARK_BYTES];
        let is_marked = from.read_exact(&mut found).is_ok() && found == mark;
        if !is_marked {
            let bytes = from.metadata().map_or(0, |metadata| metadata.len());
            progress.add(bytes);
            return Ok(false);
        }
        from.rewind().map_err(read_error)?;
        let folder = target.parent().unwrap_or(media_folder);
        fs::create_dir_all(folder).map_err(write_error(folder))?;
    }
    let mut options = OpenOptions::new();
    let to = options.write(true).create_new(true).open(&target);
    let mut to = to.map_err(write_error(&target))?;
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        if progress.is_cancelled() {
            return Err(CollectError::Cancelled);
        }
        let length = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read_error(error)),
        };
        to.write_all(buffer.get(..length).unwrap_or_default())
            .map_err(write_error(&target))?;
        progress.add(length as u64);
    }
    to.sync_all().map_err(write_error(&target))?;
    Ok(true)
}

fn write_error(path: &Path) -> impl Fn(io::Error) -> CollectError {
    let path = path.to_owned();
    move |source| CollectError::Write {
        source,
        path: path.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    /// A folder with two files of one name in different folders, a third elsewhere, and a project of them.
    fn show() -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut media = Vec::new();
        for (place, bytes) in [
            ("a/clip.mov", "one"),
            ("b/Clip.mov", "two"),
            ("gone.mov", ""),
        ] {
            let path = folder.path().join(place);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            if !bytes.is_empty() {
                fs::write(&path, bytes).expect("writes");
            }
            media.push((path, Time::from_seconds(1)));
        }
        let project = Project::with_media_layers(&media);
        (folder, project)
    }

    fn all(project: &Project) -> BTreeSet<MediaId> {
        project.media.iter().map(|media| media.id).collect()
    }

    #[cfg(unix)]
    #[test]
    fn whatever_a_project_names_only_media_are_copied_and_only_into_the_new_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("home/stick")).expect("made");
        for (name, bytes) in [("home/secret.key", "secret"), ("film.mov", "film")] {
            fs::write(root.join(name), bytes).expect("writes");
        }
        std::os::unix::fs::symlink(root.join("home/secret.key"), root.join("link.mov"))
            .expect("a link");
        std::os::unix::fs::symlink(root.join("film.mov"), root.join("other.mov")).expect("a link");
        let names = [
            "home/secret.key",
            "link.mov",
            "home/stick/../../film.mov",
            "other.mov",
            "home/..",
            ".",
        ];
        let media: Vec<_> = names
            .map(|name| (root.join(name), Time::from_seconds(1)))
            .into();
        let project = Project::with_media_layers(&media);
        let ids: Vec<MediaId> = project.media.iter().map(|media| media.id).collect();
        // The films can be played; the others were refused when they were opened.
        let playable = [ids[2], ids[3], ids[4]].into();
        let stick = root.join("home/stick");
        let done = collect(
            &project,
            &playable,
            "tour".as_ref(),
            &stick,
            &Progress::default(),
        );
        let done = done.expect("collects");
        assert_eq!(done.missing, [ids[0], ids[1], ids[4], ids[5]]);
        let inside = fs::read_dir(stick.join("tour/media")).expect("a folder");
        let mut copied: Vec<_> = inside
            .map(|entry| entry.expect("an entry"))
            .map(|entry| (entry.file_name(), fs::read(entry.path()).expect("a file")))
            .collect();
        copied.sort();
        let film = b"film".to_vec();
        assert_eq!(
            copied,
            [
                ("film.mov".into(), film.clone()),
                ("other.mov".into(), film)
            ]
        );
        let beside = fs::read_dir(&stick).expect("a folder").count();
        assert_eq!(beside, 1, "nothing is outside of it");
    }

    #[test]
    fn numbered_pictures_are_copied_with_their_names_and_what_is_no_picture_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("a")).expect("made");
        for (name, bytes) in [
            ("a/shot_08.png", "PNG eight"),
            ("a/shot_09.png", "PNG nine"),
            ("a/shot_10.png", "a secret"),
            ("a/shot_11.png", ""),
            ("a/shot_12.png", "PNG twelve"),
            ("a/notes.png", "PNG"),
        ] {
            fs::write(root.join(name), bytes).expect("writes");
        }
        let media = [(root.join("a/shot_%02d.png@30"), Time::from_seconds(1))];
        let project = Project::with_media_layers(&media);
        let progress = Progress::default();
        let done =
            collect(&project, &all(&project), "tour".as_ref(), root, &progress).expect("collects");
        assert_eq!((done.files, done.strays), (3, 1));
        assert_eq!(done.missing, []);
        assert_eq!(progress.share(), 1.0, "what was left out is done with too");
        let media = root.join("tour/media/shot");
        let mut inside: Vec<_> = fs::read_dir(&media)
            .expect("a folder of their own")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        inside.sort();
        assert_eq!(inside, ["shot_08.png", "shot_09.png", "shot_12.png"]);
        let twelve = fs::read(media.join("shot_12.png")).expect("there");
        assert_eq!(twelve, b"PNG twelve");
        let collected = file::load(&done.project).expect("loads");
        assert_eq!(collected.media[0].path, media.join("shot_%02d.png@30"));
    }

    #[test]
    fn every_file_is_copied_under_a_name_of_its_own_and_the_project_finds_it() {
        let (folder, project) = show();
        let progress = Progress::default();
        let first = collect(
            &project,
            &all(&project),
            "tour".as_ref(),
            folder.path(),
            &progress,
        )
        .expect("collects");
        assert_eq!((first.files, first.missing.len()), (2, 1));
        assert_eq!(progress.share(), 1.0);
        // Moved as a whole, and the originals gone.
        let elsewhere = folder.path().join("elsewhere");
        fs::rename(folder.path().join("tour"), &elsewhere).expect("moves");
        fs::remove_dir_all(folder.path().join("a")).expect("removes");
        let moved = file::load(&elsewhere.join("tour.ron")).expect("loads");
        assert_eq!(fs::read(&moved.media[0].path).expect("there"), b"one");
        assert_eq!(fs::read(&moved.media[1].path).expect("there"), b"two");
        assert_eq!(moved.media[2].path, project.media[2].path);
        assert_eq!(moved.layers, project.layers);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_stay_and_are_told_apart() {
        use crate::time::path_text::from_bytes;
        let folder = tempfile::tempdir().expect("a folder");
        let name = |bytes: &[u8]| from_bytes(bytes.to_vec()).expect("a path");
        let names = [b"\xE9.mov", b"\xE8.mov"].map(|bytes| name(bytes));
        let shot = name(b"\xE9_%02d.png");
        let first = folder.path().join(name(b"\xE9_01.png"));
        fs::write(first, "PNG one").expect("writes");
        let media = names.iter().chain([&shot]).map(|name| {
            let path = folder.path().join(name);
            if *name != shot {
                fs::write(&path, name.as_os_str().as_encoded_bytes()).expect("writes");
            }
            (path, Time::from_seconds(1))
        });
        let project = Project::with_media_layers(&media.collect::<Vec<_>>());
        let title = name(b"tour \xE9");
        let done = collect(
            &project,
            &all(&project),
            title.as_os_str(),
            folder.path(),
            &Progress::default(),
        );
        let done = done.expect("collects");
        assert_eq!((done.files, done.missing.len()), (3, 0));
        assert_eq!(
            done.project,
            folder.path().join(&title).join(name(b"tour \xE9.ron"))
        );
        let collected = file::load(&done.project).expect("loads");
        for (media, name) in collected.media.iter().zip(&names) {
            let contents = fs::read(&media.path).expect("copied");
            assert_eq!(contents, name.as_os_str().as_encoded_bytes());
        }
        let pictures = crate::time::numbered::NumberedName::of(&collected.media[2].path);
        assert!(pictures.is_some_and(|name| name.has_files()), "copied");
    }

    #[test]
    fn what_is_there_is_never_touched() {
        let (folder, project) = show();
        let there = folder.path().join("tour");
        fs::create_dir(&there).expect("made");
        fs::write(there.join("tour.ron"), "mine").expect("writes");
        let done = collect(
            &project,
            &all(&project),
            "tour".as_ref(),
            folder.path(),
            &Progress::default(),
        );
        let done = done.expect("collects");
        assert_eq!(done.project, folder.path().join("tour 2/tour.ron"));
        assert_eq!(fs::read(there.join("tour.ron")).expect("there"), b"mine");
    }

    #[test]
    fn cancelling_and_failing_leave_nothing_behind() {
        let (folder, mut project) = show();
        let progress = Progress::default();
        progress.cancel();
        let cancelled = collect(
            &project,
            &all(&project),
            "tour".as_ref(),
            folder.path(),
            &progress,
        );
        assert!(
            matches!(cancelled, Err(CollectError::Cancelled)),
            "{cancelled:?}"
        );
        assert!(!folder.path().join("tour").exists(), "nothing is left");
        // A project that cannot be saved fails after all files are copied.
        project.canvas.width_px = 0;
        let failed = collect(
            &project,
            &all(&project),
            "tour".as_ref(),
            folder.path(),
            &Progress::default(),
        );
        assert!(
            matches!(failed, Err(CollectError::Project(_))),
            "{failed:?}"
        );
        assert!(!folder.path().join("tour").exists(), "nothing is left");
    }

    #[test]
    fn a_disk_without_room_is_seen_before_anything_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let result = check_room(folder.path(), u64::MAX / 2);
        assert!(
            matches!(result, Err(CollectError::NoRoom { .. })),
            "{result:?}"
        );
    }
}
