//! The plan of collecting a project: the files to copy, and their names in the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::project::{MediaId, Project, is_address};
use crate::time::numbered::NumberedName;
use crate::time::path_text::from_text;

/// Folder of numbered pictures whose name is a number alone.
const PICTURES: &str = "pictures";

/// Bytes at the start of a picture that identify its format: every magic number has two at least.
pub(super) const MARK_BYTES: usize = 2;

/// The files to copy, with their targets.
#[derive(Debug, Default)]
pub(super) struct CollectPlan {
    /// All files to copy.
    pub copies: Vec<FileCopy>,
    /// New media paths below the media folder, by the old ones.
    pub moved: BTreeMap<PathBuf, PathBuf>,
    /// Media that is missing, or is none.
    pub missing: Vec<MediaId>,
    /// Bytes of all copies.
    pub bytes: u64,
}

/// A file to copy.
#[derive(Debug)]
pub(super) struct FileCopy {
    /// Its path.
    pub source: PathBuf,
    /// Its new path below the media folder.
    pub target: PathBuf,
    /// The bytes it must begin with to be copied, if only the first picture of its sequence was opened.
    pub mark: Option<[u8; MARK_BYTES]>,
}

impl CollectPlan {
    /// A plan for all media of the project that is `playable` and present.
    pub fn of(project: &Project, playable: &BTreeSet<MediaId>) -> Self {
        let mut plan = Self::default();
        let mut names = Names::default();
        for media in &project.media {
            let path = &media.path;
            if plan.moved.contains_key(path) || is_address(path) {
                continue;
            }
            let is_added = playable.contains(&media.id)
                && match NumberedName::of(path) {
                    Some(name) => plan.add_pictures(path, &name, &mut names).is_ok(),
                    None => plan.add_file(path, &mut names),
                };
            if !is_added {
                plan.missing.push(media.id);
            }
        }
        plan
    }

    fn add_file(&mut self, path: &Path, names: &mut Names) -> bool {
        let Some(metadata) = fs::metadata(path).ok().filter(fs::Metadata::is_file) else {
            return false;
        };
        let target = PathBuf::from(names.of_file(path));
        self.bytes = self.bytes.saturating_add(metadata.len());
        self.copies.push(FileCopy {
            source: path.to_owned(),
            target: target.clone(),
            mark: None,
        });
        self.moved.insert(path.to_owned(), target);
        true
    }

    /// Adds a sequence in a folder of its own, in which pictures keep their names: beside other files, one with a
    /// similar name would become part of the sequence.
    fn add_pictures(
        &mut self,
        path: &Path,
        name: &NumberedName,
        names: &mut Names,
    ) -> io::Result<()> {
        let (folder, is_new) = names.of_pictures(name);
        let folder = PathBuf::from(folder);
        let files = name.files()?;
        let first = files.values().next().ok_or(io::ErrorKind::NotFound)?;
        // Only the first picture was opened as media. One with another magic number is of another kind.
        let mut mark = [0; MARK_BYTES];
        File::open(&first.path)?.read_exact(&mut mark)?;
        for file in files.into_values().filter(|_| is_new) {
            let file_name = file.path.file_name().unwrap_or_default().to_owned();
            self.bytes = self.bytes.saturating_add(file.bytes);
            self.copies.push(FileCopy {
                target: folder.join(file_name),
                source: file.path,
                mark: Some(mark),
            });
        }
        let target = folder.join(path.file_name().unwrap_or_default());
        self.moved.insert(path.to_owned(), target);
        Ok(())
    }
}

/// Names given to files and folders so far. Names that differ only in case count as equal, as on many file systems.
#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
    /// Folders of sequences; several media may use one, each at its own rate.
    pictures: Vec<(NumberedName, OsString)>,
}

impl Names {
    fn of_file(&mut self, path: &Path) -> OsString {
        self.unique(path.file_stem().unwrap_or_default(), path.extension())
    }

    /// The folder of a sequence, and true if it is new.
    fn of_pictures(&mut self, name: &NumberedName) -> (OsString, bool) {
        let mut known = self.pictures.iter();
        if let Some((_, folder)) = known.find(|(other, _)| other.is_same_files(name)) {
            return (folder.clone(), false);
        }
        let title = match name.title() {
            "" => PICTURES,
            title => title,
        };
        let folder = self.unique(from_text(title).as_os_str(), None);
        self.pictures.push((name.clone(), folder.clone()));
        (folder, true)
    }

    /// The name, with a number if it is taken.
    fn unique(&mut self, stem: &OsStr, extension: Option<&OsStr>) -> OsString {
        let numbered = |number: u32| {
            let mut name = stem.to_owned();
            if number > 1 {
                name.push(format!(" {number}"));
            }
            if let Some(extension) = extension {
                name.push(".");
                name.push(extension);
            }
            name
        };
        // Names that are not Unicode count as equal where their other letters are.
        let mut names = (1..).map(numbered);
        let free = names.find(|name| self.taken.insert(name.to_string_lossy().to_lowercase()));
        free.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    /// A project of these media in `folder`, where the files are made.
    fn project(folder: &Path, media: &[&str], files: &[&str]) -> Project {
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(&path, file).expect("writes");
        }
        let media: Vec<_> = media
            .iter()
            .map(|name| (folder.join(name), Time::from_seconds(1)))
            .collect();
        Project::with_media_layers(&media)
    }

    #[test]
    fn pictures_get_a_folder_of_their_own_and_every_name_is_given_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let media = [
            "a/shot_%d.png@30",
            "b/Shot.%d.png",
            "a/shot_%d.png",
            "a/shot_2.png",
            "a/%02d.png",
            "a/none_%d.png",
        ];
        let files = ["a/shot_1.png", "a/shot_2.png", "b/Shot.7.png", "a/00.png"];
        let project = project(folder.path(), &media, &files);
        let all = project.media.iter().map(|media| media.id).collect();
        let plan = CollectPlan::of(&project, &all);
        let moved: Vec<_> = media
            .iter()
            .filter_map(|name| plan.moved.get(&folder.path().join(name)))
            .map(|path| path.display().to_string())
            .collect();
        assert_eq!(
            moved,
            [
                "shot/shot_%d.png@30",
                "Shot 2/Shot.%d.png",
                "shot/shot_%d.png",
                "shot_2.png",
                "pictures/%02d.png",
            ]
        );
        let mut copies: Vec<_> = plan
            .copies
            .iter()
            .map(|copy| copy.target.display().to_string())
            .collect();
        copies.sort();
        assert_eq!(
            copies,
            [
                "Shot 2/Shot.7.png",
                "pictures/00.png",
                "shot/shot_1.png",
                "shot/shot_2.png",
                "shot_2.png",
            ]
        );
        assert_eq!(plan.missing, [project.media[5].id]);
        let lengths = [12, 12, 12, 12, 8];
        assert_eq!(plan.bytes, lengths.iter().sum::<u64>());
    }
}
