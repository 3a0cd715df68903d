//! The chunks of PNG files (PNG Specification, 5.3) and of RIFF files such as WebP (WebP Container Specification).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;

/// Bytes of the signature that a PNG file begins with.
const PNG_SIGNATURE_BYTES: u64 = 8;

/// Bytes of a PNG chunk beside its content: length, kind, CRC.
const PNG_CHUNK_BYTES: u64 = 12;

/// Bytes of a RIFF chunk's header: kind and length.
pub(super) const RIFF_HEADER_BYTES: u64 = 8;

/// Chunks that are looked at before giving up: those of a PNG file of 2 GiB, 8 KiB in each.
const MAX_CHUNKS: usize = 1 << 18;

/// A chunk whose content lies wholly inside the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub kind: [u8; 4],
    /// Offset of its content.
    pub offset: u64,
    /// Bytes of its content.
    pub bytes: u64,
}

/// The chunks of a PNG file up to its end, or to the first that is cut short.
pub(super) fn png_chunks<B: Bytes + ?Sized>(bytes: &B) -> impl Iterator<Item = Chunk> {
    let mut next = Some(PNG_SIGNATURE_BYTES);
    std::iter::from_fn(move || {
        let at = next.take()?;
        let [l0, l1, l2, l3, kind @ ..] = bytes.array::<8>(at)?;
        let chunk = Chunk {
            kind,
            offset: at.checked_add(8)?,
            bytes: u64::from(u32::from_be_bytes([l0, l1, l2, l3])),
        };
        let end = at.checked_add(chunk.bytes)?.checked_add(PNG_CHUNK_BYTES)?;
        if end > bytes.length() {
            return None;
        }
        next = (&kind != b"IEND").then_some(end);
        Some(chunk)
    })
    .take(MAX_CHUNKS)
}

/// The chunks of a RIFF file between two offsets.
pub(super) fn riff_chunks<B: Bytes + ?Sized>(
    bytes: &B,
    begin: u64,
    end: u64,
) -> impl Iterator<Item = Chunk> {
    let mut at = begin;
    let end = end.min(bytes.length());
    std::iter::from_fn(move || {
        let offset = at.checked_add(RIFF_HEADER_BYTES)?;
        if offset > end {
            return None;
        }
        let [k0, k1, k2, k3, length @ ..] = bytes.array::<8>(at)?;
        let chunk = Chunk {
            kind: [k0, k1, k2, k3],
            offset,
            bytes: u64::from(u32::from_le_bytes(length)),
        };
        let chunk_end = offset.checked_add(chunk.bytes)?;
        // A chunk of an odd length is followed by one byte that does not count.
        at = chunk_end.checked_add(chunk.bytes % 2)?;
        (chunk_end <= end).then_some(chunk)
    })
    .take(MAX_CHUNKS)
}
