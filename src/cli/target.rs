//! Output paths, checked before any work, so that none is done in vain and nothing is written over
//! what is being read, nor over anybody's file unasked.
//!
//! A command run once more replaces what it wrote before: each kind of output carries a sign of the program, by which it
//! is known again.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{output, testcard};
use crate::audio::output::wav::{WAV_MARK, WAV_MARK_AT};
use crate::media::{is_same_file, sequence};
use crate::project::names_address;
use crate::stats::compare::WrittenReport;

/// Longest file that is read to see whether it is a report, in bytes: one of 64 layers has about 100 KiB.
const MAX_REPORT_BYTES: u64 = 4 << 20;

/// The permission to write over files.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct OverwriteArgs {
    /// Write over a file that is there. Without this only an empty file is written over, and what Sextet wrote there
    /// itself as the same kind of output.
    #[arg(short = 'y', long)]
    pub overwrite: bool,
}

/// A file to be written.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Its path.
    pub path: &'a Path,
    /// Its content.
    pub kind: OutputKind,
}

/// The content of a file to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    /// A picture.
    Picture,
    /// A report.
    Report,
    /// A test card.
    Card,
    /// A converted movie, which is work to be asked for before it goes.
    Movie,
    /// A mix of sound.
    Sound,
}

impl OutputKind {
    /// True if this program wrote the file as this kind of output.
    fn is_own(self, path: &Path) -> io::Result<bool> {
        let mut file = File::open(path)?;
        Ok(match self {
            Self::Picture => {
                let mut start = Vec::new();
                file.take(output::PICTURE_START_BYTES as u64)
                    .read_to_end(&mut start)?;
                output::is_own_picture(&start)
            }
            Self::Report => {
                let mut text = String::new();
                file.take(MAX_REPORT_BYTES).read_to_string(&mut text)?;
                WrittenReport::parse(&text).is_ok()
            }
            Self::Movie => false,
            Self::Sound => {
                let mut start = [0; WAV_MARK_AT.end];
                file.read_exact(&mut start)?;
                start[WAV_MARK_AT] == *WAV_MARK
            }
            Self::Card => {
                let mut end = [0; testcard::CARD_MARK.len()];
                file.seek(SeekFrom::End(-(end.len() as i64)))?;
                file.read_exact(&mut end)?;
                end == *testcard::CARD_MARK
            }
        })
    }
}

/// Refuses to write where it cannot be done, two files in one place, and any file that is one of those `read`. What else is
/// there is left to [`refuse_foreign`], once all that is read is known.
///
/// # Errors
/// The first of the `targets` that must be another one, and why.
pub fn check(targets: &[Target<'_>], read: &[PathBuf]) -> Result<()> {
    for (index, target) in targets.iter().enumerate() {
        let path = target.path;
        if targets[..index]
            .iter()
            .any(|other| is_same_file(other.path, path))
        {
            bail!(
                "two files are to be written there; choose another name for one: {}",
                path.display()
            );
        }
        refuse_read(path, read)?;
        try_place(path)?;
    }
    Ok(())
}

/// Refuses to write over a file that has something in it and is not of the program's own making, unless that was asked
/// for.
///
/// # Errors
/// That there is such a file.
pub fn refuse_foreign(target: Target<'_>, args: OverwriteArgs) -> Result<()> {
    let there = fs::metadata(target.path).ok();
    // A device or a pipe is written to as it is.
    let is_there = there.is_some_and(|there| there.is_file() && there.len() > 0);
    if is_there && !args.overwrite && !target.kind.is_own(target.path).unwrap_or(false) {
        bail!(
            "there is a file of this name; choose another one, or write over it with --overwrite: {}",
            target.path.display()
        );
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

/// Refuses names that end as those of other formats do.
///
/// # Errors
/// That the name is none of a QuickTime movie.
pub fn refuse_no_movie(path: &Path) -> Result<()> {
    let is_other = path.extension().is_some_and(|extension| {
        !["mov", "qt"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    });
    if is_other {
        bail!(
            "HAP is written as a QuickTime movie; end the name in .mov: {}",
            path.display()
        );
    }
    Ok(())
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
        let refused = check(&[picture(target)], read);
        refused.expect_err("refused").to_string()
    }

    fn picture(path: &Path) -> Target<'_> {
        let kind = OutputKind::Picture;
        Target { path, kind }
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
        assert!(
            check(&[picture(&other)], &[read]).is_ok(),
            "another name is free"
        );
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
        assert!(
            check(&[picture(&other)], &read).is_ok(),
            "not of that sequence"
        );
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
        let twice = [picture(&twice), picture(&twice)];
        assert!(check(&twice, &[]).is_err(), "one of them is lost");
    }

    #[test]
    fn a_file_that_somebody_else_wrote_stays_unless_it_is_given_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let of = |kind| Target { path: &path, kind };
        for kind in [OutputKind::Picture, OutputKind::Report, OutputKind::Card] {
            for (bytes, is_free) in [
                (&b""[..], true),
                (b"x", false),
                (b"\x89PNG\r\n\x1a\n and much more of a picture", false),
                (br#"{"schema": 1, "a": "report of something else"}"#, false),
            ] {
                fs::write(&path, bytes).expect("written");
                let checked = refuse_foreign(of(kind), OverwriteArgs::default());
                assert_eq!(checked.is_ok(), is_free, "{kind:?}, {bytes:?}");
                let overwrite = OverwriteArgs { overwrite: true };
                assert!(refuse_foreign(of(kind), overwrite).is_ok(), "{kind:?}");
            }
        }
        let drawn = image::RgbaImage::new(8, 8);
        output::write_picture(&drawn, &path).expect("written");
        let again = |kind| refuse_foreign(of(kind), OverwriteArgs::default());
        assert!(again(OutputKind::Picture).is_ok(), "its own");
        assert!(again(OutputKind::Report).is_err(), "of another kind");
    }
}
