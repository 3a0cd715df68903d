//! What is copied when a project is collected, and under which names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::project::{MediaId, Project, is_address};
use crate::time::numbered::NumberedName;

/// What the folder of numbered pictures is called that have no other name.
const PICTURES: &str = "pictures";

/// Bytes at the start of a picture that tell what kind of file it is: all kinds that begin with a mark have two at least.
pub(super) const MARK_BYTES: usize = 2;

/// Which files are copied, and where they go.
#[derive(Debug, Default)]
pub(super) struct CollectPlan {
    /// Every file to be copied.
    pub copies: Vec<FileCopy>,
    /// Where media paths lead then, below the folder of media.
    pub moved: BTreeMap<PathBuf, PathBuf>,
    /// What is not there to be copied, or is no media.
    pub missing: Vec<MediaId>,
    /// Bytes of all copies.
    pub bytes: u64,
}

/// A file to be copied.
#[derive(Debug)]
pub(super) struct FileCopy {
    /// Where it is.
    pub source: PathBuf,
    /// Where it goes, below the folder of media.
    pub target: PathBuf,
    /// How it must begin to be copied, if only the first of its kind was opened.
    pub mark: Option<[u8; MARK_BYTES]>,
}

impl CollectPlan {
    /// All media of the project that are `playable` and there.
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

    /// The pictures get a folder of their own, in which they keep their names: among other files one that has a name like
    /// theirs would become one of them.
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
        // Of all pictures only the first was opened. One that begins in another way is none of its kind.
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

/// The names that are given to files and folders. Those that differ only in capitals count as equal, as they are on many
/// file systems.
#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
    /// Folders of numbered pictures, which several media may show, each at its own rate.
    pictures: Vec<(NumberedName, String)>,
}

impl Names {
    fn of_file(&mut self, path: &Path) -> String {
        let text = |part: Option<&std::ffi::OsStr>| {
            part.map(|part| part.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        self.unique(&text(path.file_stem()), &text(path.extension()))
    }

    /// The name of the folder of these pictures, and whether it is a new one.
    fn of_pictures(&mut self, name: &NumberedName) -> (String, bool) {
        let mut known = self.pictures.iter();
        if let Some((_, folder)) = known.find(|(other, _)| other.is_same_files(name)) {
            return (folder.clone(), false);
        }
        let title = match name.title() {
            "" => PICTURES,
            title => title,
        };
        let folder = self.unique(title, "");
        self.pictures.push((name.clone(), folder.clone()));
        (folder, true)
    }

    /// The name, with a number where another has it.
    fn unique(&mut self, stem: &str, ending: &str) -> String {
        let with_ending = |stem: &str| match ending {
            "" => stem.to_owned(),
            ending => format!("{stem}.{ending}"),
        };
        let mut name = with_ending(stem);
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = with_ending(&format!("{stem} {number}"));
            number += 1;
        }
        name
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
