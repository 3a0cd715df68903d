//! Results to standard output, errors to standard error; either may be closed at any time.
//!
//! `println!` panics when the reader of a pipe has gone (`sextet probe … | head -1`). Here that is an ordinary error,
//! which `dispatch` takes for the end of the work.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result, anyhow, bail};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::NamedTempFile;

/// Writes a result and a line end to standard output.
///
/// # Errors
/// The system's error; [`is_closed`] tells whether the reader has gone.
pub fn print_line(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush())
        .map_err(unprinted)
}

/// That standard output cannot be written, and why.
pub(super) fn unprinted(error: io::Error) -> Error {
    Error::new(error).context("cannot write to standard output")
}

/// Shows a message on standard error that does not end the work.
pub fn complain(message: &str) {
    // Without a reader of standard error there is nobody left to tell.
    writeln!(io::stderr(), "error: {}", escaped(message)).ok();
}

/// Shows a line on standard error that is no error.
pub fn remark(text: &str) {
    // Without a reader of standard error there is nobody left to tell.
    writeln!(io::stderr(), "{}", escaped(text)).ok();
}

/// A text of one line as it can be shown: a name may hold what moves the cursor or colours what follows, or looks like a
/// line of the program's own.
pub fn escaped(text: &str) -> String {
    escaped_where(text, char::is_control)
}

/// Lines as one text, each of them [`escaped`].
pub fn joined(lines: &[String]) -> String {
    let shown: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    shown.join("\n")
}

/// Rows as lines, each column as wide as its widest cell.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A text whose line ends are the program's own as it can be shown, see [`escaped`].
pub fn escaped_lines(text: &str) -> String {
    escaped_where(text, |letter| letter != '\n' && letter.is_control())
}

fn escaped_where(text: &str, is_unfit: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_unfit(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Writes a file in one step: whoever reads it finds the old one or the new one, whole, also after a kill. A device or a
/// pipe is written to as it is, and of a link what it leads to.
///
/// # Errors
/// The system's error, naming the file.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        return fs::write(path, bytes).map_err(|error| refused(path, &error));
    }
    let target = behind_link(path).map_err(|error| refused(path, &error))?;
    let mut file = temporary_beside(&target)?;
    (file.as_file_mut().write_all(bytes)).map_err(|error| refused(path, &error))?;
    (file.persist(&target)).map_err(|error| refused(path, &error.error))?;
    Ok(())
}

/// The target of a link; any other path as it is.
///
/// # Errors
/// That the link leads nowhere.
pub(super) fn behind_link(path: &Path) -> io::Result<PathBuf> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    if is_link {
        fs::canonicalize(path)
    } else {
        Ok(path.to_owned())
    }
}

/// A new file in the folder of `path`, gone when it is dropped, with the rights that a file of that name would get.
///
/// # Errors
/// The system's error, naming `path`.
pub(super) fn temporary_beside(path: &Path) -> Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Those of any new file; the system takes away what the user has forbidden.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
        .tempfile_in(folder.unwrap_or_else(|| Path::new(".")))
        .map_err(|error| refused(path, &error))
}

/// That a file cannot be written, and why; not what its temporary one was called.
fn refused(path: &Path, error: &io::Error) -> Error {
    // tempfile puts the name of its file into errors of its own making, which have no code of the system.
    let reason = match (error.raw_os_error(), error.kind()) {
        (Some(_), _) => error.to_string(),
        (None, io::ErrorKind::NotFound) => "there is no such folder".to_owned(),
        (None, kind) => kind.to_string(),
    };
    let path = path.display();
    anyhow!("cannot write ({reason}); choose another place: {path}")
}

/// The kinds of picture files that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// RGBA as it is.
    Png,
    /// Over black, since there is no alpha.
    Jpeg,
}

/// Quality of JPEG files, of 100: what is lost is hardly seen.
const JPEG_QUALITY: u8 = 95;

impl PictureKind {
    /// The format that a file's extension asks for; PNG without one.
    ///
    /// # Errors
    /// That there is no such kind.
    pub fn of(path: &Path) -> Result<Self> {
        let extension = path
            .extension()
            .map(|extension| extension.to_ascii_lowercase());
        match extension.as_deref().map(|extension| extension.to_str()) {
            None | Some(Some("png")) => Ok(Self::Png),
            Some(Some("jpg" | "jpeg")) => Ok(Self::Jpeg),
            Some(_) => bail!(
                "pictures are written as PNG or JPEG; end the name in .png or .jpg: {}",
                path.display()
            ),
        }
    }
}

/// A text chunk that names the program (PNG specification, 11.3.3.2): its length, type, keyword and text, and its CRC.
const PNG_MARK: &[u8] = b"\0\0\0\x0FtEXtSoftware\0Sextet\xB8\x45\xBF\xC7";

/// A comment segment that names the program (ITU-T T.81, B.2.4.5): its marker, length and text.
const JPEG_MARK: &[u8] = b"\xFF\xFE\0\x08Sextet";

/// Bytes of a PNG before its first chunk of choice: the signature and the header chunk (PNG specification, 5.2, 11.2.2).
const PNG_START_BYTES: usize = 8 + 25;

/// Bytes of a JPEG before its first segment of choice: the start-of-image marker.
const JPEG_START_BYTES: usize = 2;

/// True if [`write_picture`] wrote a file that begins with these bytes.
pub(super) fn is_own_picture(start: &[u8]) -> bool {
    let has = |at: usize, mark: &[u8]| start.get(at..).is_some_and(|rest| rest.starts_with(mark));
    has(PNG_START_BYTES, PNG_MARK) || has(JPEG_START_BYTES, JPEG_MARK)
}

/// Bytes of a file that [`is_own_picture`] needs.
pub(super) const PICTURE_START_BYTES: usize = PNG_START_BYTES + PNG_MARK.len();

/// Writes a picture in one step, as PNG or JPEG, whichever its name ends in. The file says that Sextet wrote it.
///
/// # Errors
/// The error of the encoder or the system, naming the file.
pub fn write_picture(picture: &RgbaImage, path: &Path) -> Result<()> {
    let mut encoded = io::Cursor::new(Vec::new());
    let kind = PictureKind::of(path)?;
    match kind {
        PictureKind::Png => picture.write_to(&mut encoded, ImageFormat::Png),
        PictureKind::Jpeg => JpegEncoder::new_with_quality(&mut encoded, JPEG_QUALITY)
            .encode_image(&over_black(picture)),
    }
    .with_context(|| format!("cannot encode the picture: {}", path.display()))?;
    let (start_bytes, mark) = match kind {
        PictureKind::Png => (PNG_START_BYTES, PNG_MARK),
        PictureKind::Jpeg => (JPEG_START_BYTES, JPEG_MARK),
    };
    let mut bytes = encoded.into_inner();
    bytes.splice(start_bytes..start_bytes, mark.iter().copied());
    replace_file(path, &bytes)
}

/// The picture, whose alpha is straight, over black.
fn over_black(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let Rgba([red, green, blue, alpha]) = *picture.get_pixel(x, y);
        let shown = |level: u8| ((u16::from(level) * u16::from(alpha) + 127) / 255) as u8;
        Rgb([red, green, blue].map(shown))
    })
}

/// True if an error was caused by a closed output: its reader has gone.
pub(super) fn is_closed(error: &Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Shows an error and its causes on standard error, on one line.
pub(super) fn show_error(error: &Error) {
    complain(&chain_text(error));
}

/// An error and its causes, each said once: a cause whose text the message before it already ends with or holds is
/// left out.
fn chain_text(error: &Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_is_said_once() {
        let error = Error::msg("disk is full")
            .context("cannot write the report (disk is full)")
            .context("cannot finish");
        assert_eq!(
            chain_text(&error),
            "cannot finish: cannot write the report (disk is full)"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        let name = "a\u{1b}[2J\u{9b}31m\r\n\u{7f}é ×.mov";
        let shown = "a\\u{1b}[2J\\u{9b}31m\\r\\n\\u{7f}é ×.mov";
        assert_eq!(escaped(name), shown);
        assert_eq!(escaped_lines("one\ntwo\u{1b}"), "one\ntwo\\u{1b}");
    }

    #[test]
    fn a_picture_is_written_as_its_name_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let picture = RgbaImage::from_pixel(16, 8, Rgba([200, 100, 50, 128]));
        let written = |name: &str| {
            let path = folder.path().join(name);
            write_picture(&picture, &path).expect("written");
            let bytes = fs::read(&path).expect("readable");
            let format = image::guess_format(&bytes).expect("a picture");
            (format, image::load_from_memory(&bytes).expect("whole"))
        };
        for name in ["a.png", "a.PNG", "a", "a.JPG"] {
            write_picture(&picture, &folder.path().join(name)).expect("written");
            let bytes = fs::read(folder.path().join(name)).expect("readable");
            assert!(is_own_picture(&bytes[..PICTURE_START_BYTES]), "{name}");
        }
        for name in ["a.png", "a.PNG", "a"] {
            let (format, read) = written(name);
            assert_eq!(format, ImageFormat::Png, "{name}");
            assert_eq!(read.into_rgba8(), picture, "{name}");
        }
        let (format, read) = written("a.JPG");
        assert_eq!(format, ImageFormat::Jpeg);
        let Rgb(shown) = *read.into_rgb8().get_pixel(8, 4);
        for (shown, due) in shown.into_iter().zip([100_u8, 50, 25]) {
            assert!(shown.abs_diff(due) <= 3, "{shown} for {due}");
        }
        let error = write_picture(&picture, &folder.path().join("a.tif")).expect_err("refused");
        assert!(error.to_string().contains(".png or .jpg"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_the_file_has_ordinary_rights() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a"), folder.path().join("link"));
        fs::write(&file, b"old").expect("written");
        let rights = fs::metadata(&file).expect("there").permissions().mode();
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        replace_file(&link, b"new").expect("written");
        assert_eq!(fs::read(&file).expect("readable"), b"new");
        let written = fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(written, rights);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    }

    #[test]
    fn a_broken_pipe_is_found_below_its_context() {
        let closed: Result<()> = Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        let error = closed.context("cannot print").expect_err("made so above");
        assert!(is_closed(&error), "found in the chain");
        assert!(!is_closed(&Error::msg("other")), "not another error");
    }
}
