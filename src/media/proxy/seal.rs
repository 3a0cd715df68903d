//! Seal of a proxy: whose it is, and a hash of each of its frames.
//!
//! It is a box of type `free` at the end of the movie (ISO/IEC 14496-12, 8.1.2), which every other program passes over.
//! All numbers are little-endian but the box's own size. A file that is damaged, cut short or of another make has no
//! seal that fits it, and a frame that is not as it was written is never decoded.
//!
//! ```text
//! size "free" | "SXPROXY" version | timestamp of the file | its width, height | proxy's width, height
//! | frames, then the hash of each; 0 where there is none | length of all from the version on | hash of that
//! ```
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::path::Path;

use crate::media::file::MediaFile;
use crate::media::fingerprint::Fnv;

/// The first bytes of a seal, the last being the version of the format.
const MAGIC: &[u8; 8] = b"SXPROXY\x01";

/// Bytes of the length and the hash at the end.
const TAIL_BYTES: u64 = 16;

/// The longest seal that is read: of 32 million frames, six days at 60 per second.
const MAX_BYTES: u64 = 256 << 20;

/// Whose proxy it is, and what its frames are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seal {
    /// Time of the file's last change, in nanoseconds since 1970.
    pub modified_nanos: i64,
    /// Pixels across and down of the file's pictures, as stored.
    pub of_px: [u32; 2],
    /// The same of the proxy's.
    pub size_px: [u32; 2],
    /// The hash of each frame's packet; [`Self::NO_FRAME`] for one that could not be had.
    pub hashes: Vec<u64>,
}

impl Seal {
    /// In place of a hash: the file's frame could not be decoded, and the proxy's shows something else.
    pub const NO_FRAME: u64 = 0;

    /// The hash of a frame's packet.
    pub fn hash(packet: &[u8]) -> u64 {
        let mut hash = Fnv::default();
        hash.add(packet);
        hash.0.max(1)
    }

    /// The box to be put at the end of the movie.
    pub fn to_box(&self) -> Vec<u8> {
        let mut body = MAGIC.to_vec();
        let mut put = |number: u64| body.extend(number.to_le_bytes());
        put(self.modified_nanos.cast_unsigned());
        for side in self.of_px.into_iter().chain(self.size_px) {
            put(u64::from(side));
        }
        put(self.hashes.len() as u64);
        self.hashes.iter().copied().for_each(&mut put);
        let length = body.len() as u64;
        body.extend(length.to_le_bytes());
        body.extend(Self::hash(&body).to_le_bytes());
        let size = u32::try_from(body.len())
            .unwrap_or(u32::MAX)
            .saturating_add(8);
        let mut whole = size.to_be_bytes().to_vec();
        whole.extend(b"free");
        whole.append(&mut body);
        whole
    }

    /// The seal at the end of the file at a path, if there is one that is whole.
    pub fn of_file(path: &Path) -> Option<Self> {
        let file = MediaFile::open(path).ok()?;
        let mut tail = [0; TAIL_BYTES as usize];
        let tail_at = file.len().checked_sub(TAIL_BYTES)?;
        file.read_exact_at(tail_at, &mut tail).ok()?;
        let (length, _) = tail.split_first_chunk()?;
        let length = u64::from_le_bytes(*length);
        if length > MAX_BYTES {
            return None;
        }
        let begin = tail_at.checked_sub(length)?;
        let whole = length.checked_add(TAIL_BYTES)?;
        let mut body = vec![0; usize::try_from(whole).ok()?];
        file.read_exact_at(begin, &mut body).ok()?;
        Self::read(&body)
    }

    fn read(body: &[u8]) -> Option<Self> {
        let (content, hash) = body.split_last_chunk::<8>()?;
        if Self::hash(content).to_le_bytes() != *hash {
            return None;
        }
        let (content, _length) = content.split_last_chunk::<8>()?;
        let mut numbers = content.strip_prefix(MAGIC)?.chunks_exact(8).map(|bytes| {
            bytes
                .first_chunk()
                .map_or(0, |bytes| u64::from_le_bytes(*bytes))
        });
        let modified_nanos = numbers.next()?.cast_signed();
        let mut side = || u32::try_from(numbers.next()?).ok();
        let of_px = [side()?, side()?];
        let size_px = [side()?, side()?];
        let frames = numbers.next()?;
        let hashes: Vec<u64> = numbers.collect();
        (hashes.len() as u64 == frames).then_some(Self {
            modified_nanos,
            of_px,
            size_px,
            hashes,
        })
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "tests fail loudly")]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal {
            modified_nanos: -5,
            of_px: [1920, 1080],
            size_px: [480, 272],
            hashes: (0..40).map(|frame| frame * 7919).collect(),
        }
    }

    fn found(bytes: &[u8]) -> Option<Seal> {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("proxy");
        std::fs::write(&path, bytes).expect("written");
        Seal::of_file(&path)
    }

    #[test]
    fn a_seal_is_found_at_the_end_of_a_file() {
        let bytes = [&b"a movie"[..], &seal().to_box()].concat();
        assert_eq!(found(&bytes), Some(seal()));
        let size = u32::from_be_bytes(*bytes[7..].first_chunk().expect("a size"));
        assert_eq!(
            size as usize,
            bytes.len() - 7,
            "the box is as long as it says"
        );
    }

    #[test]
    fn what_is_cut_short_or_changed_has_no_seal() {
        let whole = [&b"a movie"[..], &seal().to_box()].concat();
        for length in 0..whole.len() {
            assert_eq!(found(&whole[..length]), None, "cut at {length}");
        }
        for at in 15..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x41;
            assert_eq!(found(&changed), None, "changed at {at}");
        }
    }
}
