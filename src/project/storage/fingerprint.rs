//! Fingerprints of media files, by which they are recognised after a move or a rename.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::project::Fingerprint;
use crate::time::numbered::NumberedName;

/// Length of each of the three samples.
const SAMPLE_BYTES: u64 = 64 << 10;

/// Offset basis and prime of the 64-bit FNV-1a hash (Fowler, Noll, Vo; RFC 9923).
pub(super) const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl Fingerprint {
    /// True if the file at `path` has the bytes of this fingerprint, as far as the samples go.
    ///
    /// # Errors
    /// The file system's error.
    pub fn fits_file(&self, path: &Path) -> io::Result<bool> {
        let parts = Parts::of(path)?;
        Ok(parts.bytes == self.file_bytes && parts.sampled_hash()? == self.sampled_hash)
    }

    /// The fingerprint of a file, or of numbered pictures one after the other; `codec` and `frames` come from opening
    /// it.
    ///
    /// Reads at most 192 KiB, so that it is quick for media of any size; two of equal length that differ only between
    /// the samples have the same fingerprint.
    ///
    /// # Errors
    /// The file system's error.
    pub fn of_file(path: &Path, codec: &str, frames: u64) -> io::Result<Self> {
        let parts = Parts::of(path)?;
        Ok(Self {
            file_bytes: parts.bytes,
            sampled_hash: parts.sampled_hash()?,
            codec: codec.to_owned(),
            frames,
            picture: None,
        })
    }

    /// True if both were taken of the same bytes, as far as the samples go.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.file_bytes, self.sampled_hash) == (other.file_bytes, other.sampled_hash)
    }
}

/// The files of a medium in order, and their total length.
struct Parts {
    files: Vec<(PathBuf, u64)>,
    bytes: u64,
}

impl Parts {
    fn of(path: &Path) -> io::Result<Self> {
        let files: Vec<_> = if let Some(name) = NumberedName::of(path) {
            let files = name.files()?.into_values();
            files.map(|file| (file.path, file.bytes)).collect()
        } else {
            let metadata = fs::metadata(path)?;
            // Opening a named pipe would block until it has a writer.
            if !metadata.is_file() {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            vec![(path.to_owned(), metadata.len())]
        };
        if files.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let bytes = files.iter().map(|(_, bytes)| bytes).sum();
        Ok(Self { files, bytes })
    }

    fn sampled_hash(&self) -> io::Result<u64> {
        let mut hash = fnv1a(FNV_BASIS, &self.bytes.to_le_bytes());
        let mut sample = Vec::new();
        let last = self.bytes.saturating_sub(SAMPLE_BYTES);
        for offset in [0, last / 2, last] {
            sample.clear();
            self.read(offset, &mut sample)?;
            hash = fnv1a(hash, &sample);
        }
        Ok(hash)
    }

    /// Reads the sample that begins at `offset` of the joined files.
    fn read(&self, mut offset: u64, sample: &mut Vec<u8>) -> io::Result<()> {
        let mut left = SAMPLE_BYTES;
        for (path, bytes) in &self.files {
            if left == 0 {
                break;
            }
            if offset >= *bytes {
                offset -= bytes;
                continue;
            }
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            left -= file.take(left).read_to_end(sample)? as u64;
            offset = 0;
        }
        Ok(())
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
        fs::write(&path, &bytes).expect("writes");
        let print = Fingerprint::of_file(&path, "hap", 10).expect("reads");
        let moved = folder.path().join("b.mov");
        fs::copy(&path, &moved).expect("copies");
        assert_eq!(
            Fingerprint::of_file(&moved, "hap", 10).expect("reads"),
            print
        );
        for place in [0, 1 << 19, (1 << 20) - 1] {
            bytes[place] ^= 1;
            fs::write(&path, &bytes).expect("writes");
            assert_ne!(
                Fingerprint::of_file(&path, "hap", 10).expect("reads"),
                print,
                "byte {place}"
            );
            bytes[place] ^= 1;
        }
        fs::write(&path, b"").expect("writes");
        assert_eq!(
            Fingerprint::of_file(&path, "hap", 0)
                .expect("an empty file has one")
                .file_bytes,
            0
        );
    }

    #[test]
    fn numbered_pictures_are_known_as_one_by_their_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let shot = folder.path().join("a_%d.png");
        Fingerprint::of_file(&shot, "png", 0).expect_err("there is none");
        let picture = |number: u8, bytes: &[u8]| {
            fs::write(folder.path().join(format!("a_{number}.png")), bytes).expect("writes");
        };
        for number in 1..=20 {
            picture(number, &vec![number; 20_000]);
        }
        let print = Fingerprint::of_file(&shot, "png", 20).expect("reads");
        assert_eq!(print.file_bytes, 400_000);
        assert!(print.fits_file(&shot).expect("reads"), "itself");
        for number in [1, 10, 20] {
            picture(number, &vec![99; 20_000]);
            assert!(!print.fits_file(&shot).expect("reads"), "picture {number}");
            picture(number, &vec![number; 20_000]);
        }
        // The same bytes in one file are the same bytes.
        let whole: Vec<u8> = (1..=20).flat_map(|number| vec![number; 20_000]).collect();
        let one = folder.path().join("one");
        fs::write(&one, whole).expect("writes");
        assert!(print.fits_file(&one).expect("reads"), "joined");
        picture(21, b"one more");
        assert!(!print.fits_file(&shot).expect("reads"), "longer");
    }
}
