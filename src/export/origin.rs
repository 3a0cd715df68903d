//! What a movie was made of: a line of text that is the same for the same source and the same wishes.
//!
//! It begins the journal of an unfinished movie, and stands in a box of type `free` at the end of a finished one (ISO/IEC
//! 14496-12, 8.1.2), which every other program passes over:
//!
//! ```text
//! size "free" | line | its length "SXMOVIE" version
//! ```

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::settings::ConvertSettings;
use crate::media::ContentId;
use crate::time::numbered::NumberedName;

/// The last bytes of a finished movie, the last of them the version of the format.
const MAGIC: &[u8; 8] = b"SXMOVIE\x01";

/// The longest line that is read.
const MAX_LINE_BYTES: u32 = 4096;

/// What the movie of a source is made of; `None` of what has no name of its content, as behind an address.
pub(super) fn origin_of(path: &Path, settings: &ConvertSettings) -> Option<String> {
    let content = if let Some(name) = NumberedName::of(path) {
        pictures_name(&name)?
    } else {
        let id = ContentId::of(path)?;
        format!("{} {}", id.name, id.modified_nanos)
    };
    // How many threads there are makes no difference to what comes out.
    let asked = ConvertSettings {
        threads: 1,
        ..settings.clone()
    };
    let version = env!("CARGO_PKG_VERSION");
    let line = format!("{version} {content} {asked:?}");
    (line.len() <= MAX_LINE_BYTES as usize).then_some(line)
}

/// A name for the content of numbered pictures: all their numbers, lengths and times of change.
fn pictures_name(name: &NumberedName) -> Option<String> {
    let mut hash = crc32fast::Hasher::new();
    let files = name.files().ok()?;
    for (number, file) in &files {
        let metadata = fs::metadata(&file.path).ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        hash.update(format!("{number} {} {modified:?};", metadata.len()).as_bytes());
    }
    Some(format!("{} {:08x}", files.len(), hash.finalize()))
}

/// The box that says in a movie what it was made of.
pub(super) fn origin_box(line: &str) -> Vec<u8> {
    let length = u32::try_from(line.len()).unwrap_or(0);
    let size = length.saturating_add(20);
    [
        &size.to_be_bytes()[..],
        b"free",
        line.as_bytes(),
        &length.to_be_bytes(),
        MAGIC,
    ]
    .concat()
}

/// What the movie at a path was made of, if it says so.
pub(super) fn origin_of_movie(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let mut end = [0; 12];
    file.seek(SeekFrom::End(-12)).ok()?;
    file.read_exact(&mut end).ok()?;
    let (length, magic) = end.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length);
    if magic != MAGIC || length > MAX_LINE_BYTES {
        return None;
    }
    let mut line = vec![0; length as usize];
    file.seek(SeekFrom::End(-12 - i64::from(length))).ok()?;
    file.read_exact(&mut line).ok()?;
    String::from_utf8(line).ok()
}
