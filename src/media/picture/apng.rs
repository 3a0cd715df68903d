//! Animated PNG (PNG Specification, third edition, 11.3.6 and 12.7).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::animation::{Animation, AnimationForm, AnimationFrame, Area, Disposal, duration};
use super::bytes::Bytes;
use super::chunks::{Chunk, png_chunks};
use crate::media::packets::PacketSpan;

/// Bytes of a sequence number before the data of a frame.
const SEQUENCE_BYTES: u64 = 4;

/// The animation of a PNG file; `None` if it has none. A picture that is there for programs that know no animations is
/// left out. What is damaged ends it.
pub(super) fn animation<B: Bytes + ?Sized>(bytes: &B) -> Option<Animation> {
    let mut chunks = png_chunks(bytes);
    let first = chunks.next().filter(|first| &first.kind == b"IHDR")?;
    let [w0, w1, w2, w3, h0, h1, h2, h3, header @ ..] = bytes.array::<13>(first.offset)?;
    let size = (
        u32::from_be_bytes([w0, w1, w2, w3]),
        u32::from_be_bytes([h0, h1, h2, h3]),
    );
    let mut reader = Reader {
        bytes,
        size,
        is_animated: false,
        has_data: false,
        palette: Vec::new(),
        frames: Vec::new(),
        sequence: 0,
    };
    for chunk in chunks {
        if reader.read(chunk).is_none() {
            break;
        }
    }
    let [_, colour, ..] = header;
    let Reader {
        mut frames,
        palette,
        is_animated,
        ..
    } = reader;
    // Of one that is cut short nothing may be there.
    frames.retain(|frame| !frame.parts.is_empty());
    // Colour types 4 and 6 have alpha; the others where a chunk says so (11.3.1).
    let is_opaque = colour & 4 == 0 && !has_transparency(&palette);
    for frame in &mut frames {
        frame.is_opaque = is_opaque;
    }
    is_animated.then_some(Animation {
        width_px: size.0,
        height_px: size.1,
        frames,
        form: AnimationForm::Png { header, palette },
    })
}

/// Reads chunk after chunk.
struct Reader<'a, B: ?Sized> {
    bytes: &'a B,
    size: (u32, u32),
    is_animated: bool,
    /// The picture's own data has begun.
    has_data: bool,
    palette: Vec<u8>,
    frames: Vec<AnimationFrame>,
    /// The number that the next chunk of the animation must have.
    sequence: u32,
}

impl<B: Bytes + ?Sized> Reader<'_, B> {
    /// Reads one chunk; `None` where the animation cannot go on.
    fn read(&mut self, chunk: Chunk) -> Option<()> {
        match &chunk.kind {
            b"acTL" if !self.has_data => self.is_animated = true,
            b"PLTE" | b"tRNS" if !self.has_data && chunk.bytes <= 768 => self.keep(chunk)?,
            b"fcTL" => {
                self.count(chunk)?;
                let frame = self.control(chunk)?;
                self.frames.push(frame);
            }
            b"IDAT" => {
                self.has_data = true;
                // The first picture belongs to the animation if its control came before.
                if let [only] = self.frames.as_mut_slice() {
                    only.parts.push(span(chunk.offset, chunk.bytes)?);
                }
            }
            b"fdAT" => {
                self.count(chunk)?;
                let data = chunk.offset.checked_add(SEQUENCE_BYTES)?;
                let part = span(data, chunk.bytes.checked_sub(SEQUENCE_BYTES)?)?;
                self.frames.last_mut()?.parts.push(part);
            }
            _ => {}
        }
        // Without its control chunk before the picture this is no animation.
        (self.is_animated || !self.has_data).then_some(())
    }

    /// Keeps a chunk that every frame needs: length, kind, content and CRC.
    fn keep(&mut self, chunk: Chunk) -> Option<()> {
        let begin = chunk.offset.checked_sub(8)?;
        self.bytes
            .append(begin, chunk.bytes.checked_add(12)?, &mut self.palette)
    }

    /// Checks the number that a chunk begins with: they count up by one.
    fn count(&mut self, chunk: Chunk) -> Option<()> {
        let number = u32::from_be_bytes(self.bytes.array(chunk.offset)?);
        if number != self.sequence {
            return None;
        }
        self.sequence = self.sequence.checked_add(1)?;
        Some(())
    }

    fn control(&self, chunk: Chunk) -> Option<AnimationFrame> {
        let stored = self.bytes.array::<26>(chunk.offset)?;
        let four = |at: usize| {
            let bytes = stored.get(at..at.checked_add(4)?)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        let [.., n0, n1, d0, d1, dispose, blend] = stored;
        let num = u32::from(u16::from_be_bytes([n0, n1]));
        let den = u32::from(u16::from_be_bytes([d0, d1]));
        let disposal = match dispose {
            0 => Disposal::Keep,
            1 => Disposal::Clear,
            // There is nothing before the first.
            2 if self.frames.is_empty() => Disposal::Clear,
            2 => Disposal::Restore,
            _ => return None,
        };
        Some(AnimationFrame {
            area: Area::inside([four(12)?, four(16)?, four(4)?, four(8)?], self.size)?,
            // A denominator of 0 means hundredths of a second.
            duration: duration(num, if den == 0 { 100 } else { den }),
            disposal,
            is_blended: match blend {
                0 => false,
                1 => true,
                _ => return None,
            },
            is_opaque: false,
            parts: Vec::new(),
        })
    }
}

fn span(offset: u64, bytes: u64) -> Option<PacketSpan> {
    let size = u32::try_from(bytes).ok()?;
    Some(PacketSpan { offset, size })
}

/// True if one of these chunks says what is see-through.
fn has_transparency(chunks: &[u8]) -> bool {
    chunks.windows(4).any(|four| four == b"tRNS")
}

/// A frame as a PNG file: its size, the chunks that hold for all, and its data in one chunk. CRCs are zero, since FFmpeg
/// checks none unless it is told to.
pub(super) fn file_of<B: Bytes + ?Sized>(
    frame: &AnimationFrame,
    header: &[u8; 5],
    palette: &[u8],
    bytes: &B,
) -> Option<Vec<u8>> {
    const NO_CRC: [u8; 4] = [0; 4];
    let mut file = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
    file.extend(frame.area.width.to_be_bytes());
    file.extend(frame.area.height.to_be_bytes());
    file.extend(header);
    file.extend(NO_CRC);
    file.extend(palette);
    let length_at = file.len();
    file.extend(b"\0\0\0\0IDAT");
    let data_at = file.len();
    for part in &frame.parts {
        bytes.append(part.offset, u64::from(part.size), &mut file)?;
    }
    let length = u32::try_from(file.len().checked_sub(data_at)?).ok()?;
    file.get_mut(length_at..length_at.checked_add(4)?)?
        .copy_from_slice(&length.to_be_bytes());
    file.extend(NO_CRC);
    file.extend(b"\0\0\0\0IEND");
    file.extend(NO_CRC);
    Some(file)
}
