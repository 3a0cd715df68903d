//! Animated WebP (WebP Container Specification, Animation).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::animation::{Animation, AnimationForm, AnimationFrame, Area, Disposal, duration};
use super::bytes::Bytes;
use super::chunks::{Chunk, RIFF_HEADER_BYTES, riff_chunks};
use crate::media::packets::PacketSpan;

/// Offset of the first chunk: behind `RIFF`, a length and `WEBP`.
const FIRST_CHUNK: u64 = 12;

/// Bytes of a frame's chunk before those that hold its picture.
const FRAME_HEADER_BYTES: u64 = 16;

/// The animation of a WebP file; `None` if it has none. What is damaged ends it.
///
/// What lies behind the pictures is see-through: the file's background is a suggestion, which no browser follows.
pub(super) fn animation<B: Bytes + ?Sized>(bytes: &B) -> Option<Animation> {
    let mut chunks = riff_chunks(bytes, FIRST_CHUNK, bytes.length());
    let first = chunks.next().filter(|first| &first.kind == b"VP8X")?;
    let [flags, _, _, _, w0, w1, w2, h0, h1, h2] = bytes.array::<10>(first.offset)?;
    let size = (side([w0, w1, w2]), side([h0, h1, h2]));
    if flags & 0b10 == 0 {
        return None;
    }
    let frames = chunks
        .filter(|chunk| &chunk.kind == b"ANMF")
        .map_while(|chunk| frame(bytes, chunk, size));
    Some(Animation {
        width_px: size.0,
        height_px: size.1,
        frames: frames.collect(),
        form: AnimationForm::WebP,
    })
}

fn frame<B: Bytes + ?Sized>(bytes: &B, chunk: Chunk, size: (u32, u32)) -> Option<AnimationFrame> {
    let stored = bytes.array::<16>(chunk.offset)?;
    let [
        x0,
        x1,
        x2,
        y0,
        y1,
        y2,
        w0,
        w1,
        w2,
        h0,
        h1,
        h2,
        d0,
        d1,
        d2,
        flags,
    ] = stored;
    // Places are stored halved.
    let place = |three| number(three).saturating_mul(2);
    let area = [
        place([x0, x1, x2]),
        place([y0, y1, y2]),
        side([w0, w1, w2]),
        side([h0, h1, h2]),
    ];
    let begin = chunk.offset.checked_add(FRAME_HEADER_BYTES)?;
    let end = chunk.offset.checked_add(chunk.bytes)?;
    let mut parts = Vec::new();
    let mut is_opaque = false;
    for part in riff_chunks(bytes, begin, end) {
        let has_alpha_beside = !parts.is_empty();
        is_opaque = match &part.kind {
            b"ALPH" => false,
            b"VP8 " => !has_alpha_beside,
            b"VP8L" => is_opaque_lossless(bytes, part)?,
            _ => continue,
        };
        parts.push(PacketSpan {
            offset: part.offset.checked_sub(RIFF_HEADER_BYTES)?,
            size: u32::try_from(part.bytes.checked_add(RIFF_HEADER_BYTES)?).ok()?,
        });
    }
    Some(AnimationFrame {
        area: Area::inside(area, size)?,
        duration: duration(number([d0, d1, d2]), 1000),
        disposal: if flags & 1 == 0 {
            Disposal::Keep
        } else {
            Disposal::Clear
        },
        is_blended: flags & 0b10 == 0,
        is_opaque,
        parts: (!parts.is_empty()).then_some(parts)?,
    })
}

/// True if a lossless picture says that it has no alpha: bit 28 behind the first byte (WebP Lossless Bitstream
/// Specification, 3).
fn is_opaque_lossless<B: Bytes + ?Sized>(bytes: &B, chunk: Chunk) -> Option<bool> {
    let sizes = u32::from_le_bytes(bytes.array(chunk.offset.checked_add(1)?)?);
    Some(sizes & (1 << 28) == 0)
}

fn number([b0, b1, b2]: [u8; 3]) -> u32 {
    u32::from_le_bytes([b0, b1, b2, 0])
}

/// A side, which is stored less one.
fn side(three: [u8; 3]) -> u32 {
    number(three).saturating_add(1)
}

/// A frame as a WebP file: its chunks, and an extended header where alpha lies beside the colours.
pub(super) fn file_of<B: Bytes + ?Sized>(frame: &AnimationFrame, bytes: &B) -> Option<Vec<u8>> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    if frame.parts.len() > 1 {
        file.extend(b"VP8X\x0A\0\0\0\x10\0\0\0");
        for px in [frame.area.width, frame.area.height] {
            let [b0, b1, b2, _] = px.checked_sub(1)?.to_le_bytes();
            file.extend([b0, b1, b2]);
        }
    }
    for part in &frame.parts {
        bytes.append(part.offset, u64::from(part.size), &mut file)?;
        if part.size % 2 == 1 {
            file.push(0);
        }
    }
    let length = u32::try_from(file.len().checked_sub(8)?).ok()?;
    file.get_mut(4..8)?.copy_from_slice(&length.to_le_bytes());
    Some(file)
}
