//! Telling a file by its content, quickly: its size, and a hash of a few stretches of it.

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::file::{MediaFile, ReadError};

/// Name of a file by its content, and the time when that was changed last: the sample of a file's bytes that the name
/// is made of may be as before though others have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentId {
    /// Hexadecimal digits.
    pub name: String,
    /// Nanoseconds since 1970.
    pub modified_nanos: i64,
}

impl ContentId {
    /// That of the file at a path; `None` if it cannot be read. Waits for the disk.
    pub fn of(path: &Path) -> Option<Self> {
        let file = MediaFile::open(path).ok()?;
        let modified = file.as_file().metadata().ok()?.modified().ok()?;
        let since = modified.duration_since(UNIX_EPOCH).ok()?;
        Some(Self {
            name: content_name(&file).ok()?,
            modified_nanos: i64::try_from(since.as_nanos()).ok()?,
        })
    }
}

/// Stretches that are hashed: the first, the last, and those between at equal distances.
const STRETCHES: u64 = 4;

/// Bytes of each.
const STRETCH_BYTES: u64 = 16 * 1024;

/// A name for the file's content: hexadecimal digits.
///
/// # Errors
/// The file system's error.
pub(super) fn content_name(file: &MediaFile) -> Result<String, ReadError> {
    let len = file.len();
    let mut hash = Fnv::default();
    hash.add(&len.to_le_bytes());
    let mut buffer = vec![0; usize::try_from(STRETCH_BYTES.min(len)).unwrap_or(0)];
    let last = len - buffer.len() as u64;
    for stretch in 0..STRETCHES {
        file.read_exact_at(last / (STRETCHES - 1) * stretch, &mut buffer)?;
        hash.add(&buffer);
    }
    file.read_exact_at(last, &mut buffer)?;
    hash.add(&buffer);
    Ok(format!("{:016x}{len:x}", hash.0))
}

/// The hash FNV-1a of 64 bits (RFC 9923): against accidents, not against attacks.
#[derive(Clone, Copy)]
pub(super) struct Fnv(pub(super) u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Fnv {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("written");
        content_name(&MediaFile::open(&path).expect("opens")).expect("readable")
    }

    #[test]
    fn files_differ_by_size_beginning_and_end() {
        let long = vec![7; 200_000];
        let mut end = long.clone();
        end[199_999] = 8;
        let mut begin = long.clone();
        begin[0] = 8;
        let names = [&long[..], &end, &begin, &long[..199_999], &[1], &[2]].map(name_of);
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{index}");
        }
        assert_eq!(name_of(&long), names[0], "the same content");
    }
}
