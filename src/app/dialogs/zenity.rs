//! The file dialog of zenity, on desktops without a portal.
//!
//! `rfd` would fall back to it too, but leaves out title and folder, and cuts the answer at each `|`, which is a letter
//! that file names may have.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Answer, Choice, Filter, What};
use crate::control::DialogError;

/// Stands between the chosen files: a character that nobody puts into a name.
const SEPARATOR: u8 = 0x1F;

/// Shows the dialog and waits for the answer; nothing where there is a portal, or a zenity that does not work.
pub(super) fn show(title: &str, folder: Option<&Path>, choice: &Choice<'_>) -> Option<Answer> {
    if has_portal() {
        return None;
    }
    let output = Command::new("zenity")
        .args(arguments(title, folder, choice))
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => Some(Ok(chosen(&output.stdout))),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(Err(DialogError::Missing)),
        Err(error) => Some(Err(DialogError::Thread(error))),
    }
}

/// True if the desktop says that it has a portal: one is installed, and there is a session bus to reach it by.
///
/// Where portals describe themselves: xdg-desktop-portal, portals.conf(5).
fn has_portal() -> bool {
    let is_flatpak = Path::new("/.flatpak-info").exists();
    let has_bus = env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| Path::new(&folder).join("bus").exists());
    let folders = env::var_os("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
    let folders = folders.unwrap_or_else(|| OsString::from("/usr/local/share:/usr/share"));
    let has_one = |folder: PathBuf| {
        let portals = folder.join("xdg-desktop-portal/portals");
        portals
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_some())
    };
    is_flatpak || has_bus && env::split_paths(&folders).any(has_one)
}

/// What zenity is called with (zenity(1)).
fn arguments(title: &str, folder: Option<&Path>, choice: &Choice<'_>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> =
        vec!["--file-selection".into(), "--title".into(), title.into()];
    let mut name = "";
    match choice.what {
        What::File => {}
        What::Files => {
            arguments.push("--multiple".into());
            arguments.push("--separator".into());
            arguments.push(OsStr::from_bytes(&[SEPARATOR]).into());
        }
        What::Folder => arguments.push("--directory".into()),
        What::Target(suggested) => {
            arguments.push("--save".into());
            arguments.push("--confirm-overwrite".into());
            name = suggested;
        }
    }
    // Ending in `/` it is the folder to begin in, otherwise the file to begin with.
    let begins_at = folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
    if !begins_at.as_os_str().is_empty() {
        arguments.push("--filename".into());
        arguments.push(begins_at.into());
    }
    arguments.extend(choice.filters.iter().map(|filter| {
        let mut argument = OsString::from("--file-filter=");
        argument.push(filter_text(filter));
        argument
    }));
    arguments
}

/// A filter as zenity has it: patterns behind a bar, and those in upper case too, which cameras write.
fn filter_text((name, extensions): &Filter) -> String {
    let pattern = |extension: &&str| match *extension {
        "*" => "*".to_owned(),
        extension => format!("*.{extension} *.{}", extension.to_uppercase()),
    };
    let patterns: Vec<String> = extensions.iter().map(pattern).collect();
    format!("{name} | {}", patterns.join(" "))
}

/// The paths of an answer.
fn chosen(answer: &[u8]) -> Vec<PathBuf> {
    // The last line end is zenity's own, any other belongs to a name.
    let answer = answer.strip_suffix(b"\n").unwrap_or(answer);
    let paths = answer.split(|byte| *byte == SEPARATOR);
    let paths = paths.filter(|path| !path.is_empty());
    paths
        .map(|path| OsString::from_vec(path.to_vec()).into())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::DialogKind;

    fn asked(kind: &DialogKind, folder: Option<&str>) -> Vec<String> {
        let arguments = arguments(kind.title(), folder.map(Path::new), &Choice::of(kind));
        let text = |argument: OsString| argument.into_string().expect("text");
        arguments.into_iter().map(text).collect()
    }

    #[test]
    fn a_dialog_has_its_title_its_folder_and_filters_that_take_every_case() {
        let media = asked(&DialogKind::AddMedia, Some("/show/media"));
        assert_eq!(
            media[..3],
            [
                "--file-selection",
                "--title",
                "Add media files to the project"
            ]
        );
        assert_eq!(media[6..8], ["--filename", "/show/media/"]);
        assert!(media[8].contains("*.mov *.MOV"), "{}", media[8]);
        assert_eq!(media[9], "--file-filter=All files | *");
        let name = "tour.ron".to_owned();
        let save = asked(&DialogKind::SaveProject { name }, Some("/show"));
        assert!(save.contains(&"/show/tour.ron".to_owned()), "{save:?}");
        let folder = asked(&DialogKind::SearchFolder, None);
        assert_eq!(
            folder[2..],
            [
                "Choose the folder to search for missing media",
                "--directory"
            ]
        );
    }

    #[test]
    fn any_name_comes_back_whole() {
        let paths = chosen(b"/a|b.mov\x1f/ c\n.mov\x1f/\xff.mov\n");
        let names: Vec<_> = paths
            .iter()
            .map(|path| path.as_os_str().as_bytes())
            .collect();
        assert_eq!(names, [&b"/a|b.mov"[..], b"/ c\n.mov", b"/\xff.mov"]);
        assert!(chosen(b"").is_empty(), "cancelled");
    }
}
