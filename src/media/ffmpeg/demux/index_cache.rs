//! Packet indexes kept from one opening of a file to the next, so that a long file is demuxed only once.
//!
//! All numbers are little-endian. The file ends with a hash of what comes before, against disks and accidents; what it
//! says is checked all the same, since anything can write to a cache folder.
//!
//! ```text
//! "SXINDEX" version | timestamp of the file | stream | time base num, den | last duration | kind
//! | frames, then of each: timestamp (if stamped), offset, size
//! | key frames, then of each: timestamp, decoding timestamp, frame
//! | key frames with other headers, then the timestamp of each | hash
//! ```
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::time::UNIX_EPOCH;

use super::packet_index::{FrameOrder, IndexParts, KeyPacket, PacketIndex};
use super::stream::VideoStream;
use crate::media::cache::CacheFolder;
use crate::media::file::MediaFile;
use crate::media::fingerprint::{Fnv, content_name};
use crate::media::packets::PacketSpan;

/// The first bytes of a file, the last being the version: of the format, and of what counts as a frame.
const MAGIC: &[u8; 8] = b"SXINDEX\x04";

/// Limit of all indexes together, in bytes.
const MAX_CACHE_BYTES: u64 = 256 << 20;

/// Files under this size are demuxed again each time: that is as quick as reading an index.
const MIN_FILE_BYTES: u64 = 1 << 20;

/// Bytes of the hash at the end.
const HASH_BYTES: usize = 8;

/// The place for the index of one file.
pub(in crate::media) struct IndexKey {
    folder: CacheFolder,
    name: String,
    modified_nanos: i64,
}

impl IndexKey {
    /// The place for a file's index; `None` for a small file, or where there is no cache.
    pub(in crate::media) fn of(file: &MediaFile) -> Option<Self> {
        if file.len() < MIN_FILE_BYTES {
            return None;
        }
        let folder = CacheFolder::of_kind("indexes", MAX_CACHE_BYTES)?;
        let modified = file.as_file().metadata().ok()?.modified().ok()?;
        let since = modified.duration_since(UNIX_EPOCH).ok()?;
        Some(Self {
            folder,
            name: content_name(file).ok()?,
            modified_nanos: i64::try_from(since.as_nanos()).ok()?,
        })
    }

    /// The index kept there, if it is that of this stream.
    pub(in crate::media) fn find(&self, stream: &VideoStream) -> Option<PacketIndex> {
        let index = decode(&self.folder.find(&self.name)?, self.modified_nanos, stream)?;
        tracing::debug!(
            frames = index.frames(),
            "the packet index comes from the cache"
        );
        Some(index)
    }

    /// Keeps an index there.
    pub(in crate::media) fn keep(&self, index: &PacketIndex, stream: &VideoStream) {
        let bytes = encode(index, self.modified_nanos, stream);
        self.folder.keep(&self.name, &bytes);
    }
}

fn encode(index: &PacketIndex, modified_nanos: i64, stream: &VideoStream) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let mut put = |number: i64| bytes.extend(number.to_le_bytes());
    put(modified_nanos);
    put(stream.index as i64);
    put(stream.time_base.num);
    put(stream.time_base.den);
    put(index.last_duration);
    let (timestamps, keys, heads) = match &index.order {
        FrameOrder::ByTimestamp {
            timestamps,
            keys,
            heads,
        } => (timestamps.as_slice(), keys.as_slice(), heads.as_slice()),
        FrameOrder::ByCount { timestamps } => (timestamps.as_slice(), &[][..], &[][..]),
    };
    put(i64::from(!timestamps.is_empty()));
    put(index.table.len() as i64);
    for (at, span) in index.table.spans().iter().enumerate() {
        if let Some(timestamp) = timestamps.get(at) {
            put(*timestamp);
        }
        put(span.offset as i64);
        put(i64::from(span.size));
    }
    put(keys.len() as i64);
    for key in keys {
        put(key.timestamp);
        put(key.decode_timestamp);
        put(key.frame as i64);
    }
    put(heads.len() as i64);
    for head in heads {
        put(*head);
    }
    let mut hash = Fnv::default();
    hash.add(&bytes);
    bytes.extend(hash.0.to_le_bytes());
    bytes
}

/// The index in `bytes`, if they are one of this stream of a file that was changed last at this time.
fn decode(bytes: &[u8], modified_nanos: i64, stream: &VideoStream) -> Option<PacketIndex> {
    let (content, stored_hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH_BYTES)?)?;
    let mut hash = Fnv::default();
    hash.add(content);
    if hash.0.to_le_bytes() != stored_hash {
        return None;
    }
    let mut reader = Reader(content.strip_prefix(MAGIC)?);
    let base = stream.time_base;
    for expected in [
        modified_nanos,
        i64::try_from(stream.index).ok()?,
        base.num,
        base.den,
    ] {
        if reader.number()? != expected {
            return None;
        }
    }
    let last_duration = reader.number()?;
    let is_stamped = match reader.number()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let frames = reader.count(if is_stamped { 3 } else { 2 })?;
    let mut timestamps = Vec::with_capacity(if is_stamped { frames } else { 0 });
    let mut spans = Vec::with_capacity(frames);
    for _ in 0..frames {
        if is_stamped {
            timestamps.push(reader.number()?);
        }
        spans.push(PacketSpan {
            offset: u64::try_from(reader.number()?).ok()?,
            size: u32::try_from(reader.number()?).ok()?,
        });
    }
    let key_count = reader.count(3)?;
    let mut keys = Vec::with_capacity(key_count);
    for _ in 0..key_count {
        keys.push(KeyPacket {
            timestamp: reader.number()?,
            decode_timestamp: reader.number()?,
            frame: u64::try_from(reader.number()?).ok()?,
        });
    }
    let head_count = reader.count(1)?;
    let mut heads = Vec::with_capacity(head_count);
    for _ in 0..head_count {
        heads.push(reader.number()?);
    }
    // Key frames without timestamps would be of no use; timestamps without key frames are those of a stream that is
    // counted.
    let is_whole = reader.0.is_empty() && frames > 0 && timestamps.is_sorted();
    let are_frames = keys.iter().all(|key| key.frame <= frames as u64);
    let are_heads = heads.is_sorted() && keys.is_empty() == heads.is_empty();
    if !is_whole || !are_frames || !are_heads || !is_stamped && !keys.is_empty() {
        return None;
    }
    let parts = IndexParts {
        timestamps,
        keys,
        heads,
        spans,
        last_duration,
    };
    Some(parts.into_index(stream))
}

/// Whatever `bytes` are, reading them as an index neither panics nor allocates beyond a small multiple of their length;
/// for the fuzzer. Says whether they are one.
pub fn is_index(bytes: &[u8]) -> bool {
    let mut sealed = bytes.to_vec();
    let mut hash = Fnv::default();
    hash.add(bytes);
    sealed.extend(hash.0.to_le_bytes());
    decode(&sealed, 0, &VideoStream::blank()).is_some()
}

/// Numbers of eight bytes, one after the other.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<i64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*number))
    }

    /// Number of entries of `numbers` numbers that follow; never more than there are bytes for.
    fn count(&mut self, numbers: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        let bytes = count.checked_mul(numbers)?.checked_mul(size_of::<i64>())?;
        (bytes <= self.0.len()).then_some(count)
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "tests fail loudly")]
mod tests {
    use super::*;

    fn stamped() -> PacketIndex {
        let mut timestamps: Vec<i64> = (-2..40).map(|frame| frame * 512).collect();
        // One is given twice.
        timestamps[20] = timestamps[19];
        let key = |frame: u64, delay: i64| KeyPacket {
            timestamp: timestamps[frame as usize],
            decode_timestamp: timestamps[frame as usize] - delay,
            frame,
        };
        let parts = IndexParts {
            keys: vec![key(0, 1024), key(20, 1024)],
            heads: vec![timestamps[0]],
            spans: spans(),
            last_duration: 512,
            timestamps,
        };
        parts.into_index(&VideoStream::blank())
    }

    fn spans() -> Vec<PacketSpan> {
        let span = |frame: u64| PacketSpan {
            offset: 48 + frame * 1000,
            size: 900,
        };
        (0..42).map(span).collect()
    }

    fn counted(timestamps: Vec<i64>) -> PacketIndex {
        let parts = IndexParts {
            timestamps,
            keys: Vec::new(),
            heads: Vec::new(),
            spans: spans(),
            last_duration: 0,
        };
        parts.into_index(&VideoStream::blank())
    }

    #[test]
    fn an_index_comes_back_as_it_was() {
        let stream = VideoStream::blank();
        for index in [
            stamped(),
            counted(Vec::new()),
            counted(
                (0..42)
                    .map(|frame| frame * 600 + frame / 20 * 600)
                    .collect(),
            ),
        ] {
            let bytes = encode(&index, 77, &stream);
            let back = decode(&bytes, 77, &stream).expect("an index");
            assert_eq!(back.order, index.order);
            assert_eq!(back.table, index.table);
            assert_eq!(back.timing, index.timing);
            assert!(decode(&bytes, 78, &stream).is_none(), "another file's");
        }
    }

    #[test]
    fn what_is_no_index_is_refused_whatever_it_says() {
        let stream = VideoStream::blank();
        let good = encode(&stamped(), 0, &stream);
        let content = &good[..good.len() - HASH_BYTES];
        assert!(is_index(content), "the hash is made anew");
        for length in 0..content.len() {
            assert!(!is_index(&content[..length]), "cut at {length}");
        }
        let mut accepted = 0;
        for at in 0..content.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut changed = content.to_vec();
                changed[at] = value;
                accepted += usize::from(is_index(&changed));
            }
        }
        assert!(accepted > 0, "other numbers are as good");
        let mut flipped = good.clone();
        flipped[60] ^= 1;
        assert!(decode(&flipped, 0, &stream).is_none(), "the hash tells");
    }
}
