//! Media paths in project files: relative to the project's folder, so that both can be moved together.
//!
//! All but [`is_there`] is done on the text of paths, without asking the file system: `..` takes away the name before it
//! even where that is a symbolic link.

use std::path::{Component, Path, PathBuf};

use crate::time::numbered::NumberedName;

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

/// As [`is_address`], of what a person gave: a file of that name that is there is meant, and no address.
pub fn names_address(path: &Path) -> bool {
    is_address(path) && !path.exists()
}

/// What a person gave, so that it is told from an address by its text alone: `./` before the name of a file that is there
/// and is named like one.
pub fn as_given(path: &Path) -> PathBuf {
    if is_address(path) && !names_address(path) {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    }
}

/// True if something is at `path`: a file or a folder, or one of the numbered pictures that it names.
pub(super) fn is_there(path: &Path) -> bool {
    path.exists() || NumberedName::parse(path).is_some_and(|name| name.has_files())
}

/// `path` without `.`, and without each `..` that has a name before it.
pub fn normalised(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match result.components().next_back() {
                Some(Component::Normal(_)) => {
                    result.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => result.push(component),
            },
            _ => result.push(component),
        }
    }
    result
}

/// The form of `path` in a file in `folder`: relative to it, with `/` between names; as it is where the two have no
/// common root, as on two drives of Windows. Both are absolute and normalised.
pub(super) fn relative_to(path: &Path, folder: &Path) -> PathBuf {
    let shared = path
        .components()
        .zip(folder.components())
        .take_while(|(one, other)| one == other);
    let shared = shared.count();
    if shared == 0 {
        return path.to_owned();
    }
    let up = folder.components().skip(shared).map(|_| "..".into());
    let down = path
        .components()
        .skip(shared)
        .map(|component| component.as_os_str().to_owned());
    let names: Vec<_> = up.chain(down).collect();
    let relative = PathBuf::from(names.join("/".as_ref()));
    if is_address(&relative) {
        // A file may be named like one.
        return Path::new(".").join(relative);
    }
    relative
}

/// The file that a path in a file in `folder` means.
pub(super) fn resolved(path: &Path, folder: &Path) -> PathBuf {
    normalised(&folder.join(path))
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

    #[test]
    fn dots_are_taken_out_of_a_path() {
        let normalised = |path| normalised(Path::new(path));
        assert_eq!(normalised("/a/./b/../c"), Path::new("/a/c"));
        assert_eq!(
            normalised("/../a"),
            Path::new("/a"),
            "there is nothing above the root"
        );
        assert_eq!(normalised("../a/../../b"), Path::new("../../b"));
    }

    #[test]
    fn a_relative_path_resolves_to_where_it_came_from() {
        let folder = Path::new("/shows/tour");
        for (path, relative) in [
            ("/shows/tour/media/a.mov", "media/a.mov"),
            ("/shows/tour/a.mov", "a.mov"),
            ("/shows/library/a.mov", "../library/a.mov"),
            ("/other/a.mov", "../../other/a.mov"),
            ("/shows/tour/v4l2:a.mov", "./v4l2:a.mov"),
        ] {
            let path = Path::new(path);
            assert_eq!(relative_to(path, folder), Path::new(relative));
            assert_eq!(resolved(Path::new(relative), folder), path);
        }
        assert_eq!(
            resolved(Path::new("/x/a.mov"), folder),
            Path::new("/x/a.mov"),
            "absolute ones stay"
        );
    }
}
