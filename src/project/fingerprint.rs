//! Knowing a media file again after it was moved or renamed.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::Fingerprint;

/// Length of each of the three samples.
const SAMPLE_BYTES: u64 = 64 << 10;

/// Offset basis and prime of the 64-bit FNV-1a hash (Fowler, Noll, Vo; RFC 9923).
pub(super) const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl Fingerprint {
    /// Whether the file at `path` holds the bytes that this was taken of, as far as samples tell.
    ///
    /// # Errors
    /// What the file system said.
    pub fn fits_file(&self, path: &Path) -> io::Result<bool> {
        if std::fs::metadata(path)?.len() != self.file_bytes {
            return Ok(false);
        }
        let other = Self::of_file(path, &self.codec, self.frames)?;
        Ok(other.sampled_hash == self.sampled_hash)
    }

    /// The fingerprint of a file; `codec` and `frames` are what opening it told.
    ///
    /// Reads at most 192 KiB, whatever the file's length, so that it is quick for media of any size; two files of equal
    /// length that differ only between the samples have the same.
    ///
    /// # Errors
    /// What the file system said.
    pub fn of_file(path: &Path, codec: &str, frames: u64) -> io::Result<Self> {
        // Opening a named pipe would wait for a writer.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut file = File::open(path)?;
        let file_bytes = file.metadata()?.len();
        let mut hash = fnv1a(FNV_BASIS, &file_bytes.to_le_bytes());
        let mut sample = Vec::new();
        let last = file_bytes.saturating_sub(SAMPLE_BYTES);
        for offset in [0, last / 2, last] {
            file.seek(SeekFrom::Start(offset))?;
            sample.clear();
            file.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample)?;
            hash = fnv1a(hash, &sample);
        }
        Ok(Self {
            file_bytes,
            sampled_hash: hash,
            codec: codec.to_owned(),
            frames,
            picture: None,
        })
    }

    /// Whether this and the other were taken of the same bytes, as far as samples tell.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.file_bytes, self.sampled_hash) == (other.file_bytes, other.sampled_hash)
    }
}

pub(super) fn fnv1a(basis: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(basis, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vectors of the hash's authors.
        assert_eq!(fnv1a(FNV_BASIS, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(FNV_BASIS, b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_change_at_the_start_middle_or_end_is_seen_and_a_move_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.mov");
        let mut bytes = vec![7_u8; 1 << 20];
        std::fs::write(&path, &bytes).expect("writes");
        let print = Fingerprint::of_file(&path, "hap", 10).expect("reads");
        let moved = folder.path().join("b.mov");
        std::fs::copy(&path, &moved).expect("copies");
        assert_eq!(
            Fingerprint::of_file(&moved, "hap", 10).expect("reads"),
            print
        );
        for place in [0, 1 << 19, (1 << 20) - 1] {
            bytes[place] ^= 1;
            std::fs::write(&path, &bytes).expect("writes");
            assert_ne!(
                Fingerprint::of_file(&path, "hap", 10).expect("reads"),
                print,
                "byte {place}"
            );
            bytes[place] ^= 1;
        }
        std::fs::write(&path, b"").expect("writes");
        assert_eq!(
            Fingerprint::of_file(&path, "hap", 0)
                .expect("an empty file has one")
                .file_bytes,
            0
        );
    }
}
