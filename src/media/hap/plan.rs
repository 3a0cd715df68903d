//! The plan of a frame: which bytes of its packet become which bytes of its textures.
//!
//! [`FramePlan::parse`] reads headers and tables only. When it succeeds, every chunk's source lies in the packet, and
//! the chunks' destinations follow each other without gap or overlap and fill each texture exactly. They can then be
//! decoded in any order and in parallel, each with [`decode_chunk`] into its own slice.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![warn(clippy::cast_possible_truncation)]

use std::ops::Range;

use super::section::{
    COMPRESSOR_TABLE, DECODE_INSTRUCTIONS, MULTIPLE_IMAGES, OFFSET_TABLE, SIZE_TABLE, SecondStage,
    Section, Sections,
};
use super::texture_kind::TextureKind;
use super::{HapError, HapVariant};
use crate::media::frame::FrameLayout;

/// The most chunks that a texture may have. The reference encoder writes one per core, FFmpeg's up to 64.
pub const MAX_CHUNKS: usize = 4096;

/// The most sections looked at in one list, so that a packet of empty ones does not cost time.
const MAX_SECTIONS: usize = 64;

/// Storage of a chunk's bytes (`HapVideoDRAFT.md`, Chunk Second-Stage Compressor Table).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compressor {
    /// As they are.
    Stored,
    /// As a raw Snappy block.
    Snappy,
}

impl Compressor {
    /// The one that a byte of the table names.
    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x0A => Some(Self::Stored),
            0x0B => Some(Self::Snappy),
            _ => None,
        }
    }

    /// Its byte in the table.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Stored => 0x0A,
            Self::Snappy => 0x0B,
        }
    }
}

/// A part of a texture that decodes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its bytes in the packet.
    pub source: Range<usize>,
    /// The plane of the block-compressed layout that it belongs to.
    pub plane: usize,
    /// Its bytes in that plane's texture data without row padding.
    pub destination: Range<usize>,
    /// Storage of its bytes.
    pub compressor: Compressor,
}

/// The chunks of one frame; kept from frame to frame, so that parsing allocates nothing in steady state.
#[derive(Clone, Debug, Default)]
pub struct FramePlan {
    chunks: Vec<Chunk>,
}

impl FramePlan {
    /// Plans the frame in `packet`, in place of the one planned before.
    ///
    /// `blocks` is the file's layout of block-compressed planes, [`HapVariant::block_layout`].
    ///
    /// # Errors
    /// The frame's error; the plan is then empty.
    pub fn parse(
        &mut self,
        packet: &[u8],
        variant: HapVariant,
        blocks: &FrameLayout,
    ) -> Result<(), HapError> {
        self.chunks.clear();
        let outcome = self.parse_frame(packet, variant, blocks);
        if outcome.is_err() {
            self.chunks.clear();
        }
        outcome
    }

    /// The chunks, texture after texture as the frame stores them, those of each in the order of its data.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    fn parse_frame(
        &mut self,
        packet: &[u8],
        variant: HapVariant,
        blocks: &FrameLayout,
    ) -> Result<(), HapError> {
        let top = first_texture_or_images(packet)?;
        let textures = variant.textures();
        // Bit i is set once the texture of plane i has been planned; there are at most two.
        let mut planned = [false; 2];
        let list = if top.kind == MULTIPLE_IMAGES {
            Sections::new(top.body, top.body_at)
        } else {
            // The section once more, as a list of one.
            let end = top.body_at.saturating_add(top.body.len());
            Sections::new(packet.get(top.at..end).unwrap_or_default(), top.at)
        };
        for section in list.take(MAX_SECTIONS) {
            let section = section?;
            let Some((found, stage)) = section.texture() else {
                continue;
            };
            let plane = textures.iter().position(|&texture| texture == found);
            let (Some(plane), Some(is_planned)) =
                (plane, plane.and_then(|plane| planned.get_mut(plane)))
            else {
                let expected = variant;
                return Err(HapError::WrongTexture { found, expected });
            };
            if std::mem::replace(is_planned, true) {
                let Section { kind, at, .. } = section;
                return Err(HapError::Duplicate { kind, at });
            }
            let expected = blocks.planes.get(plane).map_or(0, |p| p.tight_bytes());
            self.plan_texture(&section, stage, plane, expected)?;
        }
        match textures
            .iter()
            .zip(planned)
            .find(|(_, is_planned)| !is_planned)
        {
            Some((&missing, _)) => Err(HapError::MissingTexture { missing }),
            None => Ok(()),
        }
    }

    /// Plans the texture in `section`, of which `expected` bytes must come.
    fn plan_texture(
        &mut self,
        section: &Section<'_>,
        stage: SecondStage,
        plane: usize,
        expected: u64,
    ) -> Result<(), HapError> {
        let mut texture = TextureChunks {
            chunks: &mut self.chunks,
            plane,
            filled: 0,
            expected,
        };
        match stage {
            SecondStage::Stored => {
                texture.push(0, Compressor::Stored, section.body, section.body_at)?;
            }
            SecondStage::Snappy => {
                texture.push(0, Compressor::Snappy, section.body, section.body_at)?;
            }
            SecondStage::Chunked => {
                let tables = ChunkTables::parse(section)?;
                tables.plan(&mut texture)?;
            }
        }
        if texture.filled == expected {
            Ok(())
        } else {
            Err(HapError::TextureSize {
                found: texture.filled,
                expected,
            })
        }
    }
}

/// The first section of a packet that holds a texture or several; others before it are skipped.
fn first_texture_or_images(packet: &[u8]) -> Result<Section<'_>, HapError> {
    for section in Sections::new(packet, 0).take(MAX_SECTIONS) {
        let section = section?;
        if section.kind == MULTIPLE_IMAGES || section.texture().is_some() {
            return Ok(section);
        }
    }
    Err(HapError::NoTexture)
}

/// Bytes of all planes without row padding.
pub(super) fn tight_bytes(blocks: &FrameLayout) -> Result<usize, HapError> {
    blocks
        .planes
        .iter()
        .try_fold(0_u64, |sum, plane| sum.checked_add(plane.tight_bytes()))
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or(HapError::PlanMismatch)
}

/// The textures of a frame in the order in which they are stored, without a look into them.
pub(super) fn textures_in(packet: &[u8]) -> Result<Vec<TextureKind>, HapError> {
    let top = first_texture_or_images(packet)?;
    if let Some((kind, _)) = top.texture() {
        return Ok(vec![kind]);
    }
    Sections::new(top.body, top.body_at)
        .take(MAX_SECTIONS)
        .filter_map(|section| match section {
            Ok(section) => section.texture().map(|(kind, _)| Ok(kind)),
            Err(error) => Some(Err(error)),
        })
        .collect()
}

/// The chunks of one texture while they are being planned.
struct TextureChunks<'plan> {
    chunks: &'plan mut Vec<Chunk>,
    plane: usize,
    /// Bytes of the texture planned so far.
    filled: u64,
    /// Bytes of the texture.
    expected: u64,
}

impl TextureChunks<'_> {
    /// Adds the chunk in `stored`, which begins at byte `at` of the packet.
    fn push(
        &mut self,
        index: usize,
        compressor: Compressor,
        stored: &[u8],
        at: usize,
    ) -> Result<(), HapError> {
        let size = match compressor {
            Compressor::Stored => stored.len() as u64,
            Compressor::Snappy => u64::from(
                snappy_decoded_bytes(stored).ok_or(HapError::BadPreamble { chunk: index })?,
            ),
        };
        let expected = self.expected;
        // Both terms fit 33 bits: the texture is limited by its layout, the size by its 32-bit field.
        let end = self.filled.saturating_add(size);
        let too_large = || HapError::TextureSize {
            found: end,
            expected,
        };
        if end > expected {
            return Err(too_large());
        }
        let destination_begin = usize::try_from(self.filled).ok();
        let destination_end = usize::try_from(end).ok();
        let (Some(begin), Some(stop), Some(source_end)) = (
            destination_begin,
            destination_end,
            at.checked_add(stored.len()),
        ) else {
            return Err(too_large());
        };
        self.chunks.push(Chunk {
            source: at..source_end,
            plane: self.plane,
            destination: begin..stop,
            compressor,
        });
        self.filled = end;
        Ok(())
    }
}

/// The tables of a chunked texture, their lengths checked against each other, and the data they speak of.
struct ChunkTables<'packet> {
    compressors: &'packet [u8],
    sizes: &'packet [[u8; 4]],
    offsets: Option<&'packet [[u8; 4]]>,
    data: &'packet [u8],
    data_at: usize,
}

impl<'packet> ChunkTables<'packet> {
    fn parse(section: &Section<'packet>) -> Result<Self, HapError> {
        let mut list = Sections::new(section.body, section.body_at);
        let at = list.at();
        let instructions = match list.next().transpose()? {
            Some(first) if first.kind == DECODE_INSTRUCTIONS => first,
            _ => return Err(HapError::NoInstructions { at }),
        };
        let [compressors, sizes, offsets] = find_tables(&instructions)?;
        let compressors = compressors.ok_or(HapError::MissingTable {
            kind: COMPRESSOR_TABLE,
        })?;
        let chunks = compressors.len();
        if chunks > MAX_CHUNKS {
            return Err(HapError::TooManyChunks {
                chunks,
                limit: MAX_CHUNKS,
            });
        }
        let words = |kind: u8, bytes: &'packet [u8]| {
            let (words, odd) = bytes.as_chunks::<4>();
            if words.len() == chunks && odd.is_empty() {
                Ok(words)
            } else {
                Err(HapError::TableLength {
                    kind,
                    bytes: bytes.len(),
                    chunks,
                })
            }
        };
        let sizes = sizes.ok_or(HapError::MissingTable { kind: SIZE_TABLE })?;
        Ok(Self {
            compressors,
            sizes: words(SIZE_TABLE, sizes)?,
            offsets: offsets
                .map(|offsets| words(OFFSET_TABLE, offsets))
                .transpose()?,
            data: list.rest(),
            data_at: list.at(),
        })
    }

    fn plan(&self, texture: &mut TextureChunks<'_>) -> Result<(), HapError> {
        let mut running: u64 = 0;
        for (chunk, (&compressor, &size)) in self.compressors.iter().zip(self.sizes).enumerate() {
            let compressor = Compressor::from_byte(compressor)
                .ok_or(HapError::UnknownCompressor { chunk, compressor })?;
            let size = u64::from(u32::from_le_bytes(size));
            let listed = self.offsets.and_then(|offsets| offsets.get(chunk));
            let offset = listed.map_or(running, |&word| u64::from(u32::from_le_bytes(word)));
            let outside = || HapError::ChunkOutside {
                chunk,
                offset,
                size,
                available: self.data.len() as u64,
            };
            let end = offset.checked_add(size).ok_or_else(outside)?;
            running = running.checked_add(size).ok_or_else(outside)?;
            let begin_in_data = usize::try_from(offset).ok();
            let end_in_data = usize::try_from(end).ok();
            let (Some(begin), Some(end)) = (begin_in_data, end_in_data) else {
                return Err(outside());
            };
            let stored = self.data.get(begin..end).ok_or_else(outside)?;
            let at = self.data_at.checked_add(begin).ok_or_else(outside)?;
            texture.push(chunk, compressor, stored, at)?;
        }
        Ok(())
    }
}

/// The bodies of the compressor, size and offset tables; sections of other types are skipped.
fn find_tables<'packet>(
    instructions: &Section<'packet>,
) -> Result<[Option<&'packet [u8]>; 3], HapError> {
    let [mut compressors, mut sizes, mut offsets] = [None; 3];
    for section in Sections::new(instructions.body, instructions.body_at).take(MAX_SECTIONS) {
        let Section { kind, at, body, .. } = section?;
        let table = match kind {
            COMPRESSOR_TABLE => &mut compressors,
            SIZE_TABLE => &mut sizes,
            OFFSET_TABLE => &mut offsets,
            _ => continue,
        };
        if table.replace(body).is_some() {
            return Err(HapError::Duplicate { kind, at });
        }
    }
    Ok([compressors, sizes, offsets])
}

/// The decoded length that a Snappy block states: a varint of at most five bytes and 32 bits (Snappy compressed format
/// description, 1).
fn snappy_decoded_bytes(block: &[u8]) -> Option<u32> {
    let mut value: u64 = 0;
    for (&byte, shift) in block.iter().zip([0_u32, 7, 14, 21, 28]) {
        value |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok();
        }
    }
    None
}

/// Decodes one chunk of a plan made from `packet` into `out`, which has the length of the chunk's destination.
///
/// # Errors
/// [`HapError::Snappy`] if the data is corrupt; [`HapError::PlanMismatch`] if `packet` or `out` are not the planned
/// ones.
pub fn decode_chunk(
    packet: &[u8],
    chunk: &Chunk,
    snappy: &mut snap::raw::Decoder,
    out: &mut [u8],
) -> Result<(), HapError> {
    let stored = packet
        .get(chunk.source.clone())
        .ok_or(HapError::PlanMismatch)?;
    if out.len() != chunk.destination.len() {
        return Err(HapError::PlanMismatch);
    }
    match chunk.compressor {
        Compressor::Stored if stored.len() == out.len() => {
            out.copy_from_slice(stored);
            Ok(())
        }
        Compressor::Stored => Err(HapError::PlanMismatch),
        Compressor::Snappy => match snappy.decompress(stored, out) {
            Ok(count) if count == out.len() => Ok(()),
            Ok(_) => Err(HapError::PlanMismatch),
            Err(error) => Err(HapError::Snappy(error)),
        },
    }
}
