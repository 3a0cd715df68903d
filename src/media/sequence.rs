//! Numbered pictures that play as one file: what a name such as `shot_%04d.png` stands for.
//!
//! `%04d` is a number of at least four digits, `%d` one without zeros before it. The pictures play 25 times a second, as
//! FFmpeg has it, or as often as is said after an `@`: `shot_%04d.png@30`, `shot_%d.exr@24000:1001`. A number that is
//! missing holds the picture before it. A file that has such a name itself is that file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::MediaError;
use super::file::open_error;
use crate::time::FrameRate;

/// Most pictures of a sequence: nine hours at 30 a second.
const MAX_PICTURES: usize = 1_000_000;

/// Most digits that a name may ask for.
const MAX_DIGITS: usize = 9;

/// Numbered pictures given one by one are taken together if there are so many: one more than a project has layers for.
const MIN_GROUP: usize = 7;

/// Endings of files that hold a single picture.
const PICTURE_ENDINGS: [&str; 12] = [
    "png", "jpg", "jpeg", "tif", "tiff", "bmp", "exr", "dpx", "webp", "ppm", "jp2", "jxl",
];

/// A name that stands for numbered pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SequenceName {
    folder: PathBuf,
    before: String,
    after: String,
    /// Digits that a number has at least.
    digits: usize,
    rate: FrameRate,
}

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

/// Whether a path names numbered pictures, and no file of that very name is there.
pub fn is_sequence(path: &Path) -> bool {
    SequenceName::of(path).is_some()
}

impl SequenceName {
    /// What `path` stands for, if it is such a name. Asks the file system whether it is a file's.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = Self::parse(path)?;
        (!path.exists()).then_some(name)
    }

    fn parse(path: &Path) -> Option<Self> {
        let text = path.file_name()?.to_str()?;
        let (name, rate) = match text.rsplit_once('@') {
            Some((name, rate)) => (name, parse_rate(rate)?),
            None => (text, FrameRate::new(25, 1)?),
        };
        let (before, rest) = name.split_once('%')?;
        let (width, after) = rest.split_once('d')?;
        let digits = match width {
            "" => 1,
            _ => width.strip_prefix('0')?.parse().ok()?,
        };
        let is_picture = is_picture_ending(Path::new(name));
        if !(1..=MAX_DIGITS).contains(&digits) || after.contains('%') || !is_picture {
            return None;
        }
        Some(Self {
            folder: path.parent()?.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            digits,
            rate,
        })
    }

    /// How many pictures are shown in a second.
    pub(super) fn rate(&self) -> FrameRate {
        self.rate
    }

    /// The pictures that are there, in order.
    ///
    /// # Errors
    /// [`MediaError::NotFound`] if there are none, or what the file system said of their folder.
    pub(super) fn find(&self, path: &Path) -> Result<Vec<SequencePicture>, MediaError> {
        let folder = if self.folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.folder
        };
        let entries = std::fs::read_dir(folder).map_err(|source| open_error(path, source))?;
        let mut found = BTreeMap::new();
        for entry in entries {
            let entry = entry.map_err(|source| open_error(path, source))?;
            let name = entry.file_name();
            let Some(number) = name.to_str().and_then(|name| self.number_of(name)) else {
                continue;
            };
            // What a link leads to counts, not the link.
            let bytes = std::fs::metadata(entry.path()).map_or(0, |metadata| metadata.len());
            if bytes > 0 && found.len() < MAX_PICTURES {
                found.insert(number, (entry.path(), bytes));
            }
        }
        let first = found.keys().next().copied();
        let first = first.ok_or_else(|| MediaError::NotFound {
            path: path.to_owned(),
        })?;
        let pictures = found.into_iter().map(|(number, (path, bytes))| {
            let place = i64::try_from(number - first).unwrap_or(i64::MAX);
            SequencePicture { place, path, bytes }
        });
        Ok(pictures.collect())
    }

    /// The number of the picture whose file is called `name`, if it is one.
    fn number_of(&self, name: &str) -> Option<u64> {
        let digits = name
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.after.as_str())?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than asked for only where the number needs them.
        let is_plain =
            digits.len() == self.digits || (digits.len() > self.digits && !digits.starts_with('0'));
        if !is_number || !is_plain {
            return None;
        }
        digits.parse().ok()
    }
}

fn is_picture_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| PICTURE_ENDINGS.contains(&ending.to_lowercase().as_str()))
}

fn parse_rate(text: &str) -> Option<FrameRate> {
    let (num, den) = text.split_once(':').unwrap_or((text, "1"));
    FrameRate::new(num.parse().ok()?, den.parse().ok()?)
}

/// Puts one sequence in place of numbered pictures that were given one by one.
///
/// Those of a folder that differ by their number alone are taken together, if they are more than a project has layers
/// for. The rest stays, in its order.
pub fn grouped(paths: Vec<PathBuf>) -> Vec<PathBuf> {
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
    if !is_picture_ending(path) || stem.contains('%') {
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
    let ending = path.extension()?.to_str()?;
    let is_padded = (1..=MAX_DIGITS).contains(&digits);
    is_padded.then(|| path.with_file_name(format!("{before}%0{digits}d{after}.{ending}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<SequenceName> {
        SequenceName::of(Path::new(text))
    }

    #[test]
    fn names_of_sequences_are_told_from_others() {
        let four = name("/shots/a_%04d.png").expect("a sequence");
        assert_eq!((four.digits, four.rate()), (4, rate(25, 1)));
        let fast = name("a%d.exr@24000:1001").expect("a sequence");
        assert_eq!((fast.digits, fast.rate()), (1, rate(24000, 1001)));
        for other in [
            "a.png",
            "50%of.png",
            "take_%04d.mov",
            "a_%4d.png",
            "a_%04d_%04d.png",
            "a_%00d.png",
            "a_%04d.png@fast",
            "a_%04d.png@0",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
    }

    fn rate(num: u32, den: u32) -> FrameRate {
        FrameRate::new(num, den).expect("valid")
    }

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
        let found = name(pattern.to_str().expect("text")).expect("a sequence");
        let pictures = found.find(&pattern).expect("there are some");
        let places: Vec<i64> = pictures.iter().map(|picture| picture.place).collect();
        assert_eq!(places, [0, 2, 3, 12_340]);
        let none = folder.path().join("c_%04d.png");
        let missing = name(none.to_str().expect("text")).expect("a sequence");
        let missing = missing.find(&none);
        assert!(matches!(missing, Err(MediaError::NotFound { .. })));
    }

    #[test]
    fn a_file_of_that_very_name_is_that_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("take%02d.png");
        assert!(is_sequence(&path), "there is no such file");
        std::fs::write(&path, b"x").expect("written");
        assert!(!is_sequence(&path), "there is");
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
