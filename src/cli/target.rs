//! Output paths, checked before any work, so that none is done in vain and nothing is written over
//! what is being read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::output;
use crate::media::{is_same_file, sequence};
use crate::project::names_address;

/// Refuses to write where it cannot be done, two files in one place, and any file that is one of those `read`.
///
/// # Errors
/// The first of the `targets` that must be another one, and why.
pub fn check(targets: &[&Path], read: &[PathBuf]) -> Result<()> {
    for (index, target) in targets.iter().enumerate() {
        if targets[..index]
            .iter()
            .any(|other| is_same_file(other, target))
        {
            bail!(
                "two files are to be written there; choose another name for one: {}",
                target.display()
            );
        }
        refuse_read(target, read)?;
        try_place(target)?;
    }
    Ok(())
}

/// Refuses to write over a file that is read; for a sequence, over any of its pictures.
///
/// # Errors
/// That the target is one of those `read`.
pub fn refuse_read(target: &Path, read: &[PathBuf]) -> Result<()> {
    let mut files = read.iter().filter(|path| !names_address(path));
    if files.any(|path| is_same_file(path, target) || sequence::is_picture_of(path, target)) {
        bail!(
            "that is the file being read; choose another name: {}",
            target.display()
        );
    }
    Ok(())
}

/// Tries whether a file can be written there.
fn try_place(target: &Path) -> Result<()> {
    match fs::metadata(target) {
        Ok(metadata) if metadata.is_dir() => {
            bail!(
                "this is a folder; choose a name in it: {}",
                target.display()
            );
        }
        // A device or a pipe is written to as it is.
        Ok(metadata) if !metadata.is_file() => Ok(()),
        Ok(_) | Err(_) => output::temporary_beside(target).map(drop),
    }
}

/// The file that is replaced by one written under another name and renamed to `path`: of a link what it leads to, so that
/// the link stays.
///
/// # Errors
/// That something else than a file is there, such as a device or a pipe: renaming would take it away from everybody who
/// uses it.
pub fn file_to_replace(path: &Path) -> Result<PathBuf> {
    let target = output::behind_link(path).with_context(|| {
        let path = path.display();
        format!("this link leads nowhere; remove it or choose another name: {path}")
    })?;
    match fs::metadata(&target) {
        Ok(found) if !found.is_file() => {
            let (what, path) = (kind(&found), path.display());
            bail!("this is {what}, which a movie cannot be written to; choose another name: {path}")
        }
        // Where the place cannot be looked at, it cannot be written to either, and writing tells why.
        Ok(_) | Err(_) => Ok(target),
    }
}

/// The common name of something that is no regular file.
fn kind(metadata: &fs::Metadata) -> &'static str {
    if metadata.is_dir() {
        "a folder"
    } else {
        "a device or a pipe"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(target: &Path, read: &[PathBuf]) -> String {
        check(&[target], read).expect_err("refused").to_string()
    }

    #[test]
    fn a_file_that_is_read_is_known_by_any_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = folder.path().join("a.mov");
        fs::write(&read, b"media").expect("written");
        let roundabout = folder.path().join("x").join("..").join("a.mov");
        fs::create_dir(folder.path().join("x")).expect("made");
        let mut names = vec![read.clone(), roundabout];
        #[cfg(unix)]
        {
            let link = folder.path().join("link.png");
            std::os::unix::fs::symlink(&read, &link).expect("linked");
            let hard = folder.path().join("hard.png");
            fs::hard_link(&read, &hard).expect("linked");
            names.extend([link, hard]);
        }
        for name in names {
            let said = refusal(&name, std::slice::from_ref(&read));
            assert!(said.starts_with("that is the file being read"), "{said}");
        }
        let other = folder.path().join("b.mov");
        assert!(check(&[&other], &[read]).is_ok(), "another name is free");
        assert!(!other.exists(), "nothing is left of the trial");
    }

    #[test]
    fn a_picture_of_a_sequence_that_is_read_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let sequence = folder.path().join("shot_%03d.png@30");
        let read = [sequence];
        let said = refusal(&folder.path().join("shot_007.png"), &read);
        assert!(said.starts_with("that is the file being read"), "{said}");
        let other = folder.path().join("shot_7.png");
        assert!(check(&[&other], &read).is_ok(), "not of that sequence");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let said = refusal(folder.path(), &[]);
        assert!(said.contains("this is a folder"), "{said}");
        let nowhere = folder.path().join("none").join("out.png");
        let said = refusal(&nowhere, &[]);
        assert!(said.contains("cannot write"), "{said}");
        let twice = folder.path().join("out.png");
        assert!(
            check(&[&twice, &twice], &[]).is_err(),
            "one of them is lost"
        );
    }
}
