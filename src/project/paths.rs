//! Media paths in project files: relative to the project's folder, so that both can be moved together.
//!
//! A path means here what it means to the system. On Unix `..` goes up from the folder that a link leads to, so that it is
//! taken out of a path only where no link stands before it. On Windows the system itself takes out the name before it.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::time::numbered::NumberedName;

/// Most links from one file to the next: as many as Linux follows (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// True if this stands where a path could but is the address of a live source: `scheme://…`, or a camera as `v4l2:…`.
/// Such a thing is kept as it is; it has no folder that it could be relative to.
pub fn is_address(path: &Path) -> bool {
    let Some(text) = path.to_str() else {
        return false;
    };
    // One letter before the colon is a drive.
    let has_scheme = text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    has_scheme || text.starts_with("v4l2:")
}

/// True if something is at `path`: a file or a folder, or one of the numbered pictures that it names.
pub(super) fn is_there(path: &Path) -> bool {
    path.exists() || NumberedName::parse(path).is_some_and(|name| name.has_files())
}

/// The path to the same file without `.`, and without `..` wherever the names before it are known: the file system is
/// asked about those.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match result.components().next_back() {
                Some(Component::Normal(_)) => match parent(&result) {
                    Some(parent) => result = parent,
                    None => result.push(component),
                },
                // There is nothing above the root.
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => result.push(component),
            },
            _ => result.push(component),
        }
    }
    result
}

/// The folder that `..` behind `path` leads to; none if there is no such folder.
fn parent(path: &Path) -> Option<PathBuf> {
    if cfg!(windows) {
        return Some(path.parent()?.to_owned());
    }
    let metadata = fs::symlink_metadata(path).ok()?;
    if metadata.is_symlink() {
        let real = fs::canonicalize(path).ok()?;
        return Some(real.parent().unwrap_or(&real).to_owned());
    }
    metadata
        .is_dir()
        .then(|| path.parent().map(ToOwned::to_owned))?
}

/// The absolute path of the file that is read or written at `path`: of a link, what it leads to, whether that is there
/// or not.
///
/// # Errors
/// The file system's error, or that links lead in a circle.
pub(super) fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = std::path::absolute(path)?;
    for _ in 0..MAX_LINKS {
        let Ok(target) = fs::read_link(&path) else {
            return Ok(without_dots(&path));
        };
        path = path.parent().unwrap_or(&path).join(target);
    }
    Err(io::Error::other("links lead in a circle"))
}

/// The form of `path` in a file in `folder`: relative to it, with `/` between names; as it is where the two have no
/// common root, as on two drives of Windows. Both are absolute, and without dots as far as can be.
///
/// A step up from a folder behind a link leads elsewhere than its path says; such a folder's real path is taken, and that
/// with fewer steps up where both are right. Only `folder` and those that it lies in are asked about, since the disk of a
/// media file may not answer.
pub(super) fn relative_to(path: &Path, folder: &Path) -> PathBuf {
    let up = steps_up(path, folder);
    if up == 0 || cfg!(windows) {
        return relative_text(path, folder);
    }
    let Ok(real) = fs::canonicalize(folder) else {
        return relative_text(path, folder);
    };
    // The real path of what the path of the folder says lies as many steps above it.
    let common = folder.ancestors().nth(up).map(fs::canonicalize);
    let is_right = common.is_none_or(|common| common.ok().as_deref() == real.ancestors().nth(up));
    if is_right && up <= steps_up(path, &real) {
        relative_text(path, folder)
    } else {
        relative_text(path, &real)
    }
}

/// Number of names of `folder` that are not names of `path`.
fn steps_up(path: &Path, folder: &Path) -> usize {
    folder.components().count() - shared_names(path, folder)
}

fn shared_names(path: &Path, folder: &Path) -> usize {
    let both = path.components().zip(folder.components());
    both.take_while(|(one, other)| one == other).count()
}

fn relative_text(path: &Path, folder: &Path) -> PathBuf {
    let shared = shared_names(path, folder);
    if shared == 0 {
        return path.to_owned();
    }
    let up = folder.components().skip(shared).map(|_| "..".into());
    let down = path
        .components()
        .skip(shared)
        .map(|component| component.as_os_str().to_owned());
    let names: Vec<_> = up.chain(down).collect();
    names.join("/".as_ref()).into()
}

/// The file that a path in a file in `folder` means.
pub(super) fn resolved(path: &Path, folder: &Path) -> PathBuf {
    without_dots(&folder.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for address in ["http://host/a.ts", "rtsp://camera", "v4l2:/dev/video0"] {
            assert!(is_address(Path::new(address)), "{address}");
        }
        for path in ["/a/b.mov", "a:b.mov", "c://a", "/x/http://y", "://a"] {
            assert!(!is_address(Path::new(path)), "{path}");
        }
    }

    /// A folder by its real path, with these folders in it.
    fn folders(names: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("there");
        for name in names {
            fs::create_dir_all(root.join(name)).expect("made");
        }
        (folder, root)
    }

    #[test]
    fn dots_are_taken_out_of_a_path() {
        let (_folder, root) = folders(&["a/b"]);
        assert_eq!(without_dots(&root.join("a/./b/../c")), root.join("a/c"));
        assert_eq!(without_dots(Path::new("../a")), Path::new("../a"));
        if cfg!(unix) {
            let above = without_dots(Path::new("/../a"));
            assert_eq!(above, Path::new("/a"), "there is nothing above the root");
            let none = root.join("none/../a");
            assert_eq!(without_dots(&none), none, "the system finds nothing either");
        }
    }

    #[test]
    fn a_relative_path_resolves_to_where_it_came_from() {
        let (_folder, root) = folders(&["tour/media", "library"]);
        let folder = root.join("tour");
        for (path, relative) in [
            ("tour/media/a.mov", "media/a.mov"),
            ("tour/a.mov", "a.mov"),
            ("library/a.mov", "../library/a.mov"),
            ("none/a.mov", "../none/a.mov"),
        ] {
            let path = root.join(path);
            assert_eq!(relative_to(&path, &folder), Path::new(relative));
            assert_eq!(resolved(Path::new(relative), &folder), path);
        }
        let elsewhere = root.join("x/a.mov");
        assert_eq!(
            resolved(&elsewhere, &folder),
            elsewhere,
            "absolute ones stay"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_step_up_behind_a_link_is_the_one_of_the_system() {
        use std::os::unix::fs::symlink;
        let (_folder, root) = folders(&["real/show/media", "real/lib", "desk", "desk/lib"]);
        symlink("../real/show", root.join("desk/show")).expect("linked");
        symlink("../real", root.join("desk/near")).expect("linked");
        let up = root.join("desk/show/../lib/a.mov");
        assert_eq!(without_dots(&up), root.join("real/lib/a.mov"));
        // Each folder by a path that links are part of, and each file by what it is called.
        for folder in ["real/show", "desk/show", "desk/near/show"] {
            for name in [
                "real/show/media/a.mov",
                "desk/show/media/a.mov",
                "real/lib/a.mov",
                "desk/lib/a.mov",
                "desk/near/lib/a.mov",
                "none/a.mov",
            ] {
                let (folder, path) = (root.join(folder), root.join(name));
                let stored = relative_to(&path, &folder);
                assert!(stored.is_relative(), "{}", stored.display());
                let found = resolved(&stored, &folder);
                let real = |path: &Path| {
                    let parent = path.parent().expect("a folder");
                    fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned())
                };
                let said = format!("{} in {}", stored.display(), folder.display());
                assert_eq!(real(&found), real(&path), "{said}");
                if path.starts_with(&folder) {
                    assert_eq!(found, path, "{said}");
                }
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_a_file_that_is_not_there_yet() {
        use std::os::unix::fs::symlink;
        let (_folder, root) = folders(&["real", "desk"]);
        symlink("../real/one", root.join("desk/two")).expect("linked");
        symlink("two", root.join("desk/three")).expect("linked");
        symlink("again", root.join("desk/again")).expect("linked");
        let found = behind_links(&root.join("desk/three")).expect("two links");
        assert_eq!(found, root.join("real/one"));
        assert!(behind_links(&root.join("desk/again")).is_err(), "a circle");
    }
}
