//! Numbered pictures that play as one file, under a name such as `shot_%04d.png`.
//!
//! [`NumberedName`] explains such names. A number that is missing holds the picture before it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::MediaError;
use super::file::open_error;
use crate::time::numbered::{MAX_DIGITS, NumberedName, is_picture, plain};

/// Numbered pictures given one by one are taken together if there are so many: one more than a project has layers for.
const MIN_GROUP: usize = 7;

/// One of the pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SequencePicture {
    /// Its place, counted from the first, with those that are missing.
    pub place: i64,
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
}

/// True if a path names numbered pictures, and no file of that very name is there.
pub fn is_sequence(path: &Path) -> bool {
    NumberedName::of(path).is_some()
}

/// The file at a path, or the first of the pictures that it names.
pub fn first_file(path: &Path) -> Cow<'_, Path> {
    let files = NumberedName::of(path).and_then(|name| name.files().ok());
    let first = files.and_then(|files| files.into_values().next());
    first.map_or(Cow::Borrowed(path), |first| Cow::Owned(first.path))
}

/// True if `path` names numbered pictures of which `picture` is, or would be, one.
pub fn is_picture_of(path: &Path, picture: &Path) -> bool {
    let folder = |path: &Path| {
        std::path::absolute(path)
            .ok()?
            .parent()?
            .canonicalize()
            .ok()
    };
    let (Some(name), Some(file_name)) = (NumberedName::of(path), picture.file_name()) else {
        return false;
    };
    let beside = folder(picture);
    beside.is_some() && beside == folder(path) && name.has(&path.with_file_name(file_name))
}

/// The pictures of a sequence that are there, in order; `path` is its name.
///
/// # Errors
/// [`MediaError::NotFound`] if there are none, or what the file system said of their folder.
pub(super) fn find(name: &NumberedName, path: &Path) -> Result<Vec<SequencePicture>, MediaError> {
    let found = name.files().map_err(|source| open_error(path, source))?;
    let first = found.keys().next().copied();
    let first = first.ok_or_else(|| MediaError::NotFound {
        path: path.to_owned(),
    })?;
    let pictures = found.into_iter().map(|(number, file)| SequencePicture {
        place: i64::try_from(number - first).unwrap_or(i64::MAX),
        path: file.path,
        bytes: file.bytes,
    });
    Ok(pictures.collect())
}

/// Puts one sequence in place of numbered pictures that were given one by one.
///
/// Those of a folder that differ by their number alone are taken together, if they are more than a project has layers
/// for. The rest stays, in its order. A rate with a slash gets a colon.
pub fn grouped(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let paths: Vec<PathBuf> = paths.into_iter().map(plain).collect();
    let mut groups: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let names: Vec<Option<PathBuf>> = paths.iter().map(|path| name_of_series(path)).collect();
    for name in names.iter().flatten() {
        *groups.entry(name.clone()).or_default() += 1;
    }
    groups.retain(|_, count| *count >= MIN_GROUP);
    let mut result: Vec<PathBuf> = Vec::new();
    for (path, name) in paths.into_iter().zip(names) {
        match name.filter(|name| groups.contains_key(name)) {
            Some(name) if result.contains(&name) => {}
            Some(name) => result.push(name),
            None => result.push(path),
        }
    }
    result
}

/// The name that stands for a picture and those beside it: the last run of digits in its name, as long as it is.
fn name_of_series(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_str()?;
    if !is_picture(path) || stem.contains('%') {
        return None;
    }
    let end = stem.rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let begin = stem
        .get(..end)?
        .rfind(|letter: char| !letter.is_ascii_digit())
        .map_or(0, |at| {
            at + stem[at..].chars().next().map_or(1, char::len_utf8)
        });
    let digits = end - begin;
    let (before, after) = (stem.get(..begin)?, stem.get(end..)?);
    let extension = path.extension()?.to_str()?;
    let is_padded = (1..=MAX_DIGITS).contains(&digits);
    is_padded.then(|| path.with_file_name(format!("{before}%0{digits}d{after}.{extension}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_by_their_number_and_a_missing_one_leaves_its_place() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for file in [
            "a_0007.png",
            "a_0005.png",
            "a_0008.png",
            "a_12345.png",
            "a_00009.png",
            "a_6.png",
            "b_0006.png",
            "a_0006.jpg",
        ] {
            std::fs::write(folder.path().join(file), b"x").expect("written");
        }
        let pattern = folder.path().join("a_%04d.png");
        let found = |path: &Path| find(&NumberedName::of(path).expect("a sequence"), path);
        let pictures = found(&pattern).expect("there are some");
        let places: Vec<i64> = pictures.iter().map(|picture| picture.place).collect();
        assert_eq!(places, [0, 2, 3, 12_340]);
        assert_eq!(first_file(&pattern), folder.path().join("a_0005.png"));
        let none = folder.path().join("c_%04d.png");
        assert!(matches!(found(&none), Err(MediaError::NotFound { .. })));
        assert_eq!(first_file(&none), none, "itself where there is none");
    }

    #[test]
    fn many_numbered_pictures_are_one_sequence_and_few_are_not() {
        let numbered = |count: u32| {
            let mut paths: Vec<PathBuf> = (1..=count)
                .map(|number| format!("/s/shot{number:03}.PNG").into())
                .collect();
            paths.insert(1, "/s/other.mov".into());
            paths
        };
        let expected: Vec<PathBuf> = vec!["/s/shot%03d.PNG".into(), "/s/other.mov".into()];
        assert_eq!(grouped(numbered(7)), expected);
        assert_eq!(
            grouped(numbered(6)),
            numbered(6),
            "there are layers for them"
        );
        let movies: Vec<PathBuf> = (0..9).map(|at| format!("take{at}.mov").into()).collect();
        assert_eq!(grouped(movies.clone()), movies, "no pictures");
    }
}
