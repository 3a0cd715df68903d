//! Writing a frame: textures into sections, chunked and compressed as asked.

use crate::media::hap::section::{
    COMPRESSOR_TABLE, DECODE_INSTRUCTIONS, MULTIPLE_IMAGES, OFFSET_TABLE, SIZE_TABLE, SecondStage,
};
use crate::media::hap::{Compressor, HapVariant, MAX_CHUNKS, TextureKind};

/// Length of section headers, where their size leaves the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum HeaderLength {
    /// 4 bytes, as Vidvox's encoder writes them; 8 where a section is empty or of 16 MiB and more.
    #[default]
    Short,
    /// Always 8 bytes, as FFmpeg's encoder writes them.
    Long,
}

/// Options of writing a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameOptions {
    /// Chunks per texture; fewer are written where there are fewer blocks. 1 writes no decode instructions.
    pub chunks: u32,
    /// The second-stage compressor; what Snappy does not make smaller is stored.
    pub compressor: Compressor,
    /// Length of headers.
    pub header: HeaderLength,
    /// True if to write the optional table of chunk offsets.
    pub has_offsets: bool,
}

impl Default for FrameOptions {
    fn default() -> Self {
        Self {
            chunks: 1,
            compressor: Compressor::Snappy,
            header: HeaderLength::Short,
            has_offsets: false,
        }
    }
}

/// Error of writing a frame.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The textures given are not those of the variant.
    #[error("{variant} has {expected} textures, not {found}")]
    Textures {
        /// The variant.
        variant: HapVariant,
        /// Textures that it has.
        expected: usize,
        /// Textures given.
        found: usize,
    },
    /// No chunks, or more than a frame may have.
    #[error("{0} chunks; choose 1 to {MAX_CHUNKS}")]
    Chunks(u32),
    /// A section would be longer than its 32-bit size can say.
    #[error("a section of {0} bytes is longer than the format can say; choose a smaller picture")]
    TooLong(usize),
    /// Snappy refused.
    #[error("Snappy cannot compress a chunk: {0}")]
    Snappy(#[source] snap::Error),
}

/// Appends a frame to `packet`: the texture data of each plane of the variant, without row padding, in its order.
///
/// # Errors
/// [`EncodeError`] where the textures or options are not what the format allows.
pub fn write_frame(
    variant: HapVariant,
    textures: &[&[u8]],
    options: &FrameOptions,
    packet: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let kinds = variant.textures();
    if kinds.len() != textures.len() {
        return Err(EncodeError::Textures {
            variant,
            expected: kinds.len(),
            found: textures.len(),
        });
    }
    if !(1..=MAX_CHUNKS as u64).contains(&u64::from(options.chunks)) {
        return Err(EncodeError::Chunks(options.chunks));
    }
    let mut body = Vec::new();
    for (&kind, texture) in kinds.iter().zip(textures) {
        write_texture(kind, texture, options, &mut body)?;
    }
    if kinds.len() > 1 {
        write_section(MULTIPLE_IMAGES, &body, options.header, packet)
    } else {
        packet.append(&mut body);
        Ok(())
    }
}

fn write_texture(
    kind: TextureKind,
    texture: &[u8],
    options: &FrameOptions,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let section_kind = |stage: SecondStage| stage.high_nibble() | kind.nibble();
    if options.chunks > 1 {
        let body = chunked(kind, texture, options)?;
        return write_section(
            section_kind(SecondStage::Chunked),
            &body,
            options.header,
            out,
        );
    }
    let mut compressed = Vec::new();
    let stage = match compress(texture, options.compressor, &mut compressed)? {
        Compressor::Stored => SecondStage::Stored,
        Compressor::Snappy => SecondStage::Snappy,
    };
    write_section(section_kind(stage), &compressed, options.header, out)
}

/// The body of a chunked texture: decode instructions, then the chunks' data.
fn chunked(
    kind: TextureKind,
    texture: &[u8],
    options: &FrameOptions,
) -> Result<Vec<u8>, EncodeError> {
    let block_bytes = kind.block_bytes();
    let blocks = texture.len() / block_bytes;
    let chunks = (options.chunks as usize).min(blocks.max(1));
    let (mut compressors, mut sizes, mut offsets, mut data) = (vec![], vec![], vec![], vec![]);
    for chunk in 0..chunks {
        // Whole blocks, shared out evenly; the last chunk ends with the texture.
        let begin = blocks * chunk / chunks * block_bytes;
        let end = if chunk + 1 == chunks {
            texture.len()
        } else {
            blocks * (chunk + 1) / chunks * block_bytes
        };
        let offset = data.len();
        let stored_as = compress(&texture[begin..end], options.compressor, &mut data)?;
        compressors.push(stored_as.byte());
        sizes.extend(word(data.len() - offset)?);
        offsets.extend(word(offset)?);
    }
    let mut tables = Vec::new();
    write_section(COMPRESSOR_TABLE, &compressors, options.header, &mut tables)?;
    write_section(SIZE_TABLE, &sizes, options.header, &mut tables)?;
    if options.has_offsets {
        write_section(OFFSET_TABLE, &offsets, options.header, &mut tables)?;
    }
    let mut body = Vec::with_capacity(data.len() + tables.len() + 8);
    write_section(DECODE_INSTRUCTIONS, &tables, options.header, &mut body)?;
    body.append(&mut data);
    Ok(body)
}

/// Appends `bytes` to `out`, compressed if that is asked for and makes them smaller; says which it was.
fn compress(
    bytes: &[u8],
    compressor: Compressor,
    out: &mut Vec<u8>,
) -> Result<Compressor, EncodeError> {
    let begin = out.len();
    if compressor == Compressor::Snappy {
        out.resize(begin + snap::raw::max_compress_len(bytes.len()), 0);
        let written = snap::raw::Encoder::new()
            .compress(bytes, &mut out[begin..])
            .map_err(EncodeError::Snappy)?;
        if written < bytes.len() {
            out.truncate(begin + written);
            return Ok(Compressor::Snappy);
        }
        out.truncate(begin);
    }
    out.extend_from_slice(bytes);
    Ok(Compressor::Stored)
}

fn write_section(
    kind: u8,
    body: &[u8],
    header: HeaderLength,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let size = word(body.len())?;
    match (header, size) {
        (HeaderLength::Short, [low, middle, high, 0]) if !body.is_empty() => {
            out.extend([low, middle, high, kind]);
        }
        _ => {
            out.extend([0, 0, 0, kind]);
            out.extend(size);
        }
    }
    out.extend_from_slice(body);
    Ok(())
}

fn word(number: usize) -> Result<[u8; 4], EncodeError> {
    u32::try_from(number)
        .map(u32::to_le_bytes)
        .map_err(|_too_long| EncodeError::TooLong(number))
}
