//! The search for media files that were moved or renamed.
//!
//! A folder is searched recursively for all missing files at once. A file that fits the fingerprint is a match,
//! whatever its name; one that only has the name is offered as such. Numbered pictures are found by the pattern of
//! their names.

use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::progress::Progress;
use crate::project::{Fingerprint, MediaId, MediaRef};
use crate::time::numbered::NumberedName;

/// Deepest folder that is searched.
const MAX_DEPTH: usize = 32;

/// A missing media file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingMedia {
    /// Its id in the project.
    pub media: MediaId,
    /// Its name.
    pub name: OsString,
    /// Its fingerprint when last opened.
    pub fingerprint: Option<Fingerprint>,
}

impl MissingMedia {
    /// The search key of this media file.
    pub fn of(media: &MediaRef) -> Self {
        Self {
            media: media.id,
            name: media.path.file_name().unwrap_or_default().to_owned(),
            fingerprint: media.fingerprint.clone(),
        }
    }
}

/// The likeness of a file to a missing one, by rising certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Same name, other contents.
    OtherContents,
    /// Same name, contents unknown.
    SameName,
    /// Same contents, other name.
    SameContents,
    /// Same contents and name.
    Same,
}

/// A file that may be a missing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The missing media file.
    pub media: MediaId,
    /// The path of the match.
    pub path: PathBuf,
    /// Its likeness.
    pub likeness: Likeness,
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchResult {
    /// The likeliest match of each missing file that has any.
    pub matches: Vec<Match>,
    /// Number of files examined.
    pub files: u64,
    /// True if the search ended early.
    pub was_cancelled: bool,
}

/// Searches `folder` recursively; `progress` counts files. Links to folders are not followed, so that the search ends.
/// A subfolder that cannot be read is skipped.
///
/// # Errors
/// The file system's error if `folder` itself cannot be read.
pub fn search(
    folder: &Path,
    wanted: &[MissingMedia],
    progress: &Progress,
) -> io::Result<SearchResult> {
    let mut result = SearchResult::default();
    let mut folders = vec![(folder.to_owned(), 0)];
    let mut is_first = true;
    while let Some((path, depth)) = folders.pop() {
        progress.set_subject(&path.display().to_string());
        let entries = match sorted_entries(&path) {
            Ok(entries) => entries,
            Err(error) if is_first => return Err(error),
            Err(error) => {
                tracing::debug!(%error, path = %path.display(), "a folder is left out");
                continue;
            }
        };
        is_first = false;
        for wanted in wanted {
            look_for_pictures(&path, &entries, wanted, &mut result.matches);
        }
        for entry in entries {
            if progress.is_cancelled() {
                result.was_cancelled = true;
                return Ok(result);
            }
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() && depth < MAX_DEPTH {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file() || (kind.is_symlink() && entry.path().is_file()) {
                result.files += 1;
                progress.add(1);
                look_at(&entry, wanted, &mut result.matches);
            }
        }
        if is_complete(wanted, &result.matches) {
            break;
        }
    }
    Ok(result)
}

fn sorted_entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.filter_map(Result::ok).collect();
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// Matches the numbered pictures of this folder by the pattern of their names.
fn look_for_pictures(
    folder: &Path,
    entries: &[DirEntry],
    wanted: &MissingMedia,
    matches: &mut Vec<Match>,
) {
    let path = folder.join(&wanted.name);
    let Some(name) = NumberedName::of(&path) else {
        return;
    };
    if entries.iter().any(|entry| name.has(&entry.path())) {
        consider(path, true, wanted, matches);
    }
}

fn look_at(entry: &DirEntry, wanted: &[MissingMedia], matches: &mut Vec<Match>) {
    for wanted in wanted {
        let has_name = entry.file_name() == wanted.name;
        consider(entry.path(), has_name, wanted, matches);
    }
}

/// Notes the file at `path` as a match of `wanted`, if it may be one and no likelier is known.
fn consider(path: PathBuf, has_name: bool, wanted: &MissingMedia, matches: &mut Vec<Match>) {
    let Some(likeness) = likeness(&path, has_name, wanted) else {
        return;
    };
    let found = Match {
        media: wanted.media,
        path,
        likeness,
    };
    let known = matches.iter_mut().find(|known| known.media == wanted.media);
    match known {
        Some(known) if known.likeness < likeness => *known = found,
        Some(_) => {}
        None => matches.push(found),
    }
}

fn likeness(path: &Path, has_name: bool, wanted: &MissingMedia) -> Option<Likeness> {
    let Some(fingerprint) = &wanted.fingerprint else {
        return has_name.then_some(Likeness::SameName);
    };
    let has_contents = fingerprint.fits_file(path).unwrap_or(false);
    match (has_contents, has_name) {
        (true, true) => Some(Likeness::Same),
        (true, false) => Some(Likeness::SameContents),
        (false, true) => Some(Likeness::OtherContents),
        (false, false) => None,
    }
}

/// True if no likelier match can come.
fn is_complete(wanted: &[MissingMedia], matches: &[Match]) -> bool {
    wanted.iter().all(|wanted| {
        let mut found = matches.iter().filter(|found| found.media == wanted.media);
        found.any(|found| found.likeness == Likeness::Same)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(id: u32, name: &str, contents: Option<&[u8]>) -> MissingMedia {
        let fingerprint = contents.map(|bytes| {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("x");
            fs::write(&path, bytes).expect("writes");
            Fingerprint::of_file(&path, "Hap1", 7).expect("reads")
        });
        MissingMedia {
            media: MediaId(id),
            name: name.into(),
            fingerprint,
        }
    }

    fn put(folder: &Path, place: &str, bytes: &[u8]) -> PathBuf {
        let path = folder.join(place);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, bytes).expect("writes");
        path
    }

    #[test]
    fn moved_and_renamed_files_are_found_by_contents_and_the_likeliest_wins() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        put(root, "a.mov", b"another film of that name");
        let moved = put(root, "deep/er/a.mov", b"film a");
        let renamed = put(root, "deep/b renamed.mov", b"film b");
        let named = put(root, "c.mov", b"anything");
        let other = put(root, "d.mov", b"not film d");
        let list = [
            wanted(1, "a.mov", Some(b"film a")),
            wanted(2, "b.mov", Some(b"film b")),
            wanted(3, "c.mov", None),
            wanted(4, "d.mov", Some(b"film d")),
            wanted(5, "e.mov", Some(b"film e")),
        ];
        let progress = Progress::default();
        let mut result = search(root, &list, &progress).expect("a folder");
        result.matches.sort_by_key(|found| found.media);
        let found: Vec<_> = result
            .matches
            .iter()
            .map(|found| (found.media.0, &found.path, found.likeness))
            .collect();
        let expected = [
            (1, &moved, Likeness::Same),
            (2, &renamed, Likeness::SameContents),
            (3, &named, Likeness::SameName),
            (4, &other, Likeness::OtherContents),
        ];
        assert_eq!(found, expected);
        assert_eq!(result.files, 5);
        assert_eq!(progress.done(), 5);
    }

    #[test]
    fn numbered_pictures_are_found_in_the_folder_that_holds_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let shots = |place: &str, numbers: std::ops::Range<u8>, salt: u8| {
            for number in numbers {
                let name = format!("{place}/f_{number:04}.png");
                put(folder.path(), &name, &[number ^ salt; 70]);
            }
            folder.path().join(place).join("f_%04d.png@30")
        };
        let here = shots("here", 1..20, 0);
        let wanted = |id| MissingMedia {
            media: MediaId(id),
            name: "f_%04d.png@30".into(),
            fingerprint: Some(Fingerprint::of_file(&here, "png", 19).expect("reads")),
        };
        let unknown = MissingMedia {
            fingerprint: None,
            ..wanted(2)
        };
        let search_in = |place: &str, list: &[MissingMedia]| {
            let found = search(&folder.path().join(place), list, &Progress::default());
            let found = found.expect("a folder");
            let likely = found
                .matches
                .iter()
                .map(|found| (found.path.clone(), found.likeness));
            likely.collect::<Vec<_>>()
        };
        let another = shots("there/a", 1..20, 1);
        let moved = shots("there/b", 1..20, 0);
        let longer = shots("longer", 1..21, 0);
        assert_eq!(search_in("there", &[wanted(1)]), [(moved, Likeness::Same)]);
        assert_eq!(
            search_in("there/a", &[wanted(1)]),
            [(another.clone(), Likeness::OtherContents)]
        );
        assert_eq!(
            search_in("there/a", &[unknown]),
            [(another, Likeness::SameName)]
        );
        assert_eq!(
            search_in("longer", &[wanted(1)]),
            [(longer, Likeness::OtherContents)]
        );
        put(folder.path(), "none/f_12.png", b"x");
        assert_eq!(search_in("none", &[wanted(1)]), []);
    }

    #[test]
    fn a_cancelled_search_ends_and_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), "a.mov", b"film");
        let progress = Progress::default();
        progress.cancel();
        let result = search(folder.path(), &[wanted(1, "a.mov", None)], &progress);
        assert!(result.expect("a folder").was_cancelled, "it was asked to");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("none");
        search(&missing, &[], &Progress::default()).expect_err("nothing to search");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_circle_does_not_hold_the_search() {
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).expect("a link");
        let result = search(
            folder.path(),
            &[wanted(1, "a.mov", None)],
            &Progress::default(),
        );
        assert_eq!(result.expect("a folder").files, 0);
    }
}
