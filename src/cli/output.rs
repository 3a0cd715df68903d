//! Results to standard output, errors to standard error; either may be closed at any time.
//!
//! `println!` panics when the reader of a pipe has gone (`sextet probe … | head -1`). Here that is an ordinary error,
//! which `dispatch` takes for the end of the work.

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Error, Result};
use image::RgbaImage;

/// Writes a result and a line end to standard output.
///
/// # Errors
/// What the system said; [`is_closed`] tells whether the reader has gone.
pub fn print_line(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()?;
    Ok(())
}

/// Shows a message on standard error that does not end the work.
pub fn complain(message: &str) {
    // Without a reader of standard error there is nobody left to tell.
    writeln!(io::stderr(), "error: {message}").ok();
}

/// Shows a line on standard error that is no error.
pub fn remark(text: &str) {
    // Without a reader of standard error there is nobody left to tell.
    writeln!(io::stderr(), "{text}").ok();
}

/// Writes a file in one step: whoever reads it finds the old one or the new one, whole, also after a kill.
///
/// # Errors
/// What the system said, naming the file.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let refused = || format!("cannot write; choose another place: {}", path.display());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))
        .with_context(refused)?;
    file.write_all(bytes).with_context(refused)?;
    file.persist(path).with_context(refused)?;
    Ok(())
}

/// Writes a file.
///
/// # Errors
/// What the system said, naming the file.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes)
        .with_context(|| format!("cannot write; choose another place: {}", path.display()))
}

/// Writes a picture as PNG.
///
/// # Errors
/// What the encoder or the system said, naming the file.
pub fn write_png(picture: &RgbaImage, path: &Path) -> Result<()> {
    let mut bytes = io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .with_context(|| format!("cannot encode the picture: {}", path.display()))?;
    write_file(path, bytes.get_ref())
}

/// Whether the cause of an error is that nobody reads the output any more.
pub(super) fn is_closed(error: &Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Shows an error and its causes on standard error, on one line.
pub(super) fn show_error(error: &Error) {
    // Without a reader of standard error there is nobody left to tell.
    writeln!(io::stderr(), "error: {}", chain_text(error)).ok();
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
    fn a_broken_pipe_is_found_below_its_context() {
        let closed: Result<()> = Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        let error = closed.context("cannot print").expect_err("made so above");
        assert!(is_closed(&error), "found in the chain");
        assert!(!is_closed(&Error::msg("other")), "not another error");
    }
}
