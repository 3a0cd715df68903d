//! Telling a file by its content, quickly: its size, and a hash of a few stretches of it.

use super::file::{MediaFile, ReadError};

/// Stretches that are hashed: the first, the last, and those between at equal distances.
const STRETCHES: u64 = 4;

/// Bytes of each.
const STRETCH_BYTES: u64 = 16 * 1024;

/// A name for the file's content: hexadecimal digits.
///
/// # Errors
/// What the file system said.
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
