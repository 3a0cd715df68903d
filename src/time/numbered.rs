//! Names that stand for numbered pictures, one after the other in time: `shot_%04d.png`.
//!
//! `%04d` is a number of at least four digits, `%d` one without zeros before it. The pictures play 25 times a second,
//! as FFmpeg has it, or as often as is said after an `@`: `shot_%04d.png@30`, `shot_%d.exr@24000:1001`. A rate with a
//! slash, `@24000/1001`, is understood too, and [`plain`] writes it with the colon, since to the system a slash ends the
//! name of a folder. A file that has such a name itself is that file.

use std::collections::BTreeMap;
use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

use super::path_text::to_text;
use super::{FrameRate, ParseFrameRateError};

/// Most pictures of a sequence: nine hours at 30 a second.
const MAX_PICTURES: usize = 1_000_000;

/// Most digits that a name may ask for.
pub const MAX_DIGITS: usize = 9;

/// Endings of files that hold a single picture.
const PICTURE_EXTENSIONS: [&str; 17] = [
    "png", "jpg", "jpeg", "tif", "tiff", "bmp", "exr", "dpx", "webp", "ppm", "pgm", "pam", "tga",
    "jp2", "j2k", "jxl", "sgi",
];

/// A name that stands for numbered pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedName {
    folder: PathBuf,
    /// The name around the number, as the text of a path.
    before: String,
    after: String,
    /// Digits that a number has at least.
    digits: usize,
    rate: FrameRate,
}

/// A file whose name has one of the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedFile {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes; never zero.
    pub bytes: u64,
}

impl NumberedName {
    /// The sequence that `path` stands for, if it is such a name. Asks the file system whether it is a file's.
    pub fn of(path: &Path) -> Option<Self> {
        let name = Self::parse(path)?;
        (!path.exists()).then_some(name)
    }

    /// The sequence that `path` stands for, if it is such a name and no file has it.
    pub fn parse(path: &Path) -> Option<Self> {
        Self::read(path)?.ok()
    }

    /// As [`Self::parse`]; an error if `path` is such a name but for its rate.
    fn read(path: &Path) -> Option<Result<Self, ParseFrameRateError>> {
        let Spelling { folder, name, rate } = Spelling::of(path)?;
        let (before, rest) = name.split_once('%')?;
        let (width, after) = rest.split_once('d')?;
        let digits = match width {
            "" => 1,
            _ => width.strip_prefix('0')?.parse().ok()?,
        };
        let is_picture = is_picture(Path::new(&name));
        if !(1..=MAX_DIGITS).contains(&digits) || after.contains('%') || !is_picture {
            return None;
        }
        let rate = match rate {
            Some(text) => text.parse(),
            None => Ok(FrameRate::new(25, 1)?),
        };
        Some(rate.map(|rate| Self {
            folder: folder.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            digits,
            rate,
        }))
    }

    /// Pictures shown per second.
    pub fn rate(&self) -> FrameRate {
        self.rate
    }

    /// The words before the number, to show; empty where there are none.
    pub fn title(&self) -> &str {
        self.before
            .trim_end_matches(|letter: char| !letter.is_alphanumeric())
    }

    /// True if both stand for the same pictures, at whatever rate.
    pub fn is_same_files(&self, other: &Self) -> bool {
        (&self.folder, &self.before, &self.after, self.digits)
            == (&other.folder, &other.before, &other.after, other.digits)
    }

    /// True if the file at `path` is, or would be, one of the pictures.
    pub fn has(&self, path: &Path) -> bool {
        let name = path.file_name().map(Path::new);
        path.parent() == Some(self.folder.as_path())
            && name.is_some_and(|name| self.number_of(&to_text(name)).is_some())
    }

    /// The files that are there, by their numbers; those without bytes are left out.
    ///
    /// # Errors
    /// The file system's error about their folder.
    pub fn files(&self) -> io::Result<BTreeMap<u64, NumberedFile>> {
        let mut found = BTreeMap::new();
        for entry in self.entries()? {
            let (number, entry) = entry?;
            // What a link leads to counts, not the link.
            let metadata = std::fs::metadata(entry.path());
            let bytes = metadata.map_or(0, |metadata| {
                if metadata.is_file() {
                    metadata.len()
                } else {
                    0
                }
            });
            if bytes > 0 && found.len() < MAX_PICTURES {
                let path = entry.path();
                found.insert(number, NumberedFile { path, bytes });
            }
        }
        Ok(found)
    }

    /// True if there is a file with one of the numbers.
    pub fn has_files(&self) -> bool {
        self.entries()
            .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok()))
    }

    /// Entries of the folder that match, with their numbers.
    fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<(u64, DirEntry)>> + '_> {
        let folder = if self.folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.folder
        };
        let entries = std::fs::read_dir(folder)?;
        Ok(entries.filter_map(|entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return Some(Err(error)),
            };
            let number = self.number_of(&to_text(Path::new(&entry.file_name())))?;
            Some(Ok((number, entry)))
        }))
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

/// True if a file's extension is that of a single picture.
pub fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension
        .is_some_and(|extension| PICTURE_EXTENSIONS.contains(&extension.to_lowercase().as_str()))
}

/// The error of the rate of a path that would stand for a sequence but for that.
pub fn rate_error(path: &Path) -> Option<ParseFrameRateError> {
    NumberedName::read(path)?.err()
}

/// The path with a colon in its rate where a slash was, so that the name of the sequence is its last part; any other
/// path as it is. Asks the file system whether it is a file's.
pub fn plain(path: PathBuf) -> PathBuf {
    let has_slash = || {
        let spelling = Spelling::of(&path)?;
        (spelling.folder != path.parent()?).then_some(())
    };
    if has_slash().is_none() || NumberedName::of(&path).is_none() {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(name), Some(below)) => {
            let mut name = name.as_os_str().to_owned();
            name.push(":");
            name.push(below);
            name.into()
        }
        _ => path,
    }
}

/// The parts of a path that may be a sequence's.
struct Spelling<'a> {
    folder: &'a Path,
    /// The name, as the text of a path, without the rate.
    name: String,
    /// The rate as it is written.
    rate: Option<String>,
}

impl<'a> Spelling<'a> {
    /// None where there is no number in the name, which nearly every path is.
    fn of(path: &'a Path) -> Option<Self> {
        let folder = path.parent()?;
        let last = to_text(Path::new(path.file_name()?));
        if last.contains('%') {
            let (name, rate) = match last.rsplit_once('@') {
                Some((name, rate)) => (name, Some(rate.to_owned())),
                None => (&*last, None),
            };
            let name = name.to_owned();
            return Some(Self { folder, name, rate });
        }
        // What looks like a file in a folder is a rate with a slash.
        let above = to_text(Path::new(folder.file_name()?));
        let (name, num) = above.rsplit_once('@').filter(|_| above.contains('%'))?;
        Some(Self {
            folder: folder.parent()?,
            name: name.to_owned(),
            rate: Some(format!("{num}/{last}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<NumberedName> {
        NumberedName::of(Path::new(text))
    }

    fn rate(num: u32, den: u32) -> FrameRate {
        FrameRate::new(num, den).expect("valid")
    }

    #[test]
    fn names_of_sequences_are_told_from_others() {
        let four = name("/shots/a_%04d.png").expect("a sequence");
        assert_eq!((four.digits, four.rate()), (4, rate(25, 1)));
        assert_eq!(four.title(), "a");
        let fast = name("%d.exr@24000:1001").expect("a sequence");
        assert_eq!((fast.digits, fast.rate()), (1, rate(24000, 1001)));
        assert_eq!(fast.title(), "");
        for other in [
            "a.png",
            "50%of.png",
            "take_%04d.mov",
            "a_%4d.png",
            "a_%04d_%04d.png",
            "a_%00d.png",
        ] {
            assert_eq!(name(other), None, "{other}");
            assert_eq!(rate_error(Path::new(other)), None, "{other}");
        }
    }

    #[test]
    fn rates_are_ratios_in_either_spelling_and_what_is_none_is_said() {
        for text in ["/s/a_%04d.png@30000/1001", "/s/a_%04d.png@30000:1001"] {
            let found = name(text).expect("a sequence");
            assert_eq!(found.rate(), rate(30000, 1001), "{text}");
            assert!(found.has(Path::new("/s/a_0007.png")), "{text}");
            assert_eq!(plain(text.into()), Path::new("/s/a_%04d.png@30000:1001"));
        }
        for wrong in [
            "fast", "0", "nan", "-1", "inf", "1/0", "0/1", "1:0", "", "1e9",
        ] {
            let path = format!("a_%04d.png@{wrong}");
            assert_eq!(name(&path), None, "{path}");
            assert!(rate_error(Path::new(&path)).is_some(), "{path}");
        }
        for other in ["/s/%/1", "/s/a@30/1", "/s/a_%04d.mov@30/1", "/"] {
            assert_eq!(plain(other.into()), Path::new(other));
            assert_eq!(rate_error(Path::new(other)), None, "{other}");
        }
    }

    #[test]
    fn pictures_are_told_by_their_folder_and_number() {
        let shot = name("/shots/a_%04d.png@30").expect("a sequence");
        for (path, is_one) in [
            ("/shots/a_0007.png", true),
            ("/shots/a_12345.png", true),
            ("/shots/a_00007.png", false),
            ("/shots/a_7.png", false),
            ("/shots/b_0007.png", false),
            ("/other/a_0007.png", false),
            ("/shots/a_%04d.png", false),
        ] {
            assert_eq!(shot.has(Path::new(path)), is_one, "{path}");
        }
        let slow = name("/shots/a_%04d.png").expect("a sequence");
        let other = name("/shots/a_%03d.png").expect("a sequence");
        assert!(shot.is_same_files(&slow), "at whatever rate");
        assert!(!shot.is_same_files(&other), "other digits");
    }

    #[test]
    fn files_are_found_by_their_number_and_empty_ones_and_folders_are_none() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for (file, bytes) in [
            ("a_0007.png", "x"),
            ("a_0005.png", "xy"),
            ("a_0006.png", ""),
            ("a_12345.png", "x"),
            ("a_00009.png", "x"),
            ("b_0006.png", "x"),
        ] {
            std::fs::write(folder.path().join(file), bytes).expect("written");
        }
        std::fs::create_dir(folder.path().join("a_0001.png")).expect("made");
        let shot = NumberedName::of(&folder.path().join("a_%04d.png")).expect("a sequence");
        assert!(shot.has_files(), "there are some");
        let found = shot.files().expect("a folder");
        let found: Vec<_> = found
            .iter()
            .map(|(number, file)| (*number, file.bytes))
            .collect();
        assert_eq!(found, [(5, 2), (7, 1), (12_345, 1)]);
        let none = NumberedName::of(&folder.path().join("c_%04d.png")).expect("a sequence");
        assert!(
            !none.has_files() && none.files().expect("a folder").is_empty(),
            "none"
        );
    }

    #[test]
    fn a_file_of_that_very_name_is_that_file() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("take%02d.png");
        assert!(NumberedName::of(&path).is_some(), "there is no such file");
        std::fs::write(&path, b"x").expect("written");
        assert!(NumberedName::of(&path).is_none(), "there is");
    }
}
