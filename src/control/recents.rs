//! Recent projects: a short list in a file that all windows of the program share.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::media::detached_call::call_detached;
use crate::project::{replace_small_file, without_dots};
use crate::status::program::RecentView;
use crate::time::path_text::{from_text, to_text};
use crate::time::{Clock, Time};

/// Most projects in the list.
const MOST: usize = 12;

/// Time that the disks have to answer whether the projects are there.
const PATIENCE: Time = Time::from_seconds(1);

/// The list, newest first, with which of them are not there any more; one whose disk does not answer may be. An
/// unreadable list is an empty one: it is a convenience and nothing depends on it.
pub(crate) fn load(file: &Path) -> Vec<RecentView> {
    let paths = paths(file);
    let clock = Clock::system();
    let until = clock.instant_at(clock.now() + PATIENCE);
    let answers = paths.iter().map(|path| {
        let path = path.clone();
        call_detached("path-probe", move || path.exists())
    });
    let answers: Vec<_> = answers.collect();
    let views = paths.into_iter().zip(answers);
    views
        .map(|(path, answer)| RecentView {
            path,
            is_missing: answer.is_ok_and(|answer| answer.recv_deadline(until) == Ok(false)),
        })
        .collect()
}

/// Puts a project on top of the list, and gives the list. Whatever its path, it is there once, without `.` and `..`.
///
/// # Errors
/// The error of the file system.
pub(crate) fn note(file: &Path, path: &Path) -> io::Result<Vec<RecentView>> {
    // Read anew, since other windows add to it as well.
    let mut list = paths(file);
    let path = without_dots(path);
    list.retain(|other| *other != path);
    list.insert(0, path);
    list.truncate(MOST);
    write(file, &list)?;
    Ok(load(file))
}

/// Empties the list.
///
/// # Errors
/// The error of the file system.
pub(crate) fn forget(file: &Path) -> io::Result<()> {
    write(file, &[])
}

fn paths(file: &Path) -> Vec<PathBuf> {
    let Ok(text) = fs::read_to_string(file) else {
        return Vec::new();
    };
    let list: Result<Vec<String>, _> = ron::from_str(&text);
    let list = list.unwrap_or_else(|error| {
        tracing::warn!(%error, "the list of recent projects is broken");
        Vec::new()
    });
    list.iter().map(|text| from_text(text)).collect()
}

fn write(file: &Path, list: &[PathBuf]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let list: Vec<_> = list.iter().map(|path| to_text(path)).collect();
    let text = ron::ser::to_string_pretty(&list, ron::ser::PrettyConfig::new());
    replace_small_file(file, text.map_err(io::Error::other)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_on_top_once_and_missing_ones_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("data/recent.ron");
        let there = folder.path().join("there.ron");
        fs::write(&there, "").expect("writes");
        let gone = folder.path().join("gone.ron");
        note(&file, &there).expect("noted");
        note(&file, &gone).expect("noted");
        let list = note(&file, &there).expect("noted");
        let seen: Vec<_> = list
            .iter()
            .map(|recent| (recent.path.clone(), recent.is_missing))
            .collect();
        assert_eq!(seen, [(there.clone(), false), (gone, true)]);
        fs::create_dir(folder.path().join("m")).expect("a folder");
        let roundabout = folder.path().join("m/../there.ron");
        let list = note(&file, &roundabout).expect("noted");
        assert_eq!(list.len(), 2, "one file is there once");
        assert_eq!(list[0].path, there, "by the path without detours");
        #[cfg(unix)]
        {
            let odd = crate::time::path_text::from_bytes(b"/shows/\xE9.ron".to_vec());
            let odd = odd.expect("a path");
            let list = note(&file, &odd).expect("noted");
            assert_eq!(list[0].path, odd, "a name that is not Unicode");
        }
        for number in 0..20 {
            note(&file, &folder.path().join(number.to_string())).expect("noted");
        }
        assert_eq!(load(&file).len(), MOST);
        forget(&file).expect("forgotten");
        assert!(load(&file).is_empty(), "forgotten");
    }
}
