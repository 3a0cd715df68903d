//! Errors of a HAP frame.

use super::HapVariant;
use super::texture_kind::TextureKind;

/// Error of decoding a HAP frame. Positions are bytes from the start of the frame's packet.
#[derive(Debug, thiserror::Error)]
pub enum HapError {
    /// The container claims a packet far larger than any frame of the picture's size.
    #[error(
        "its packet is said to have {bytes} bytes, more than the {limit} that a frame of this size can need"
    )]
    PacketTooLong {
        /// The packet's length in bytes.
        bytes: u32,
        /// Most bytes that a frame can need.
        limit: u64,
    },
    /// A section's header is cut off.
    #[error("the section header at byte {at} is cut off")]
    TruncatedHeader {
        /// Start of the header.
        at: usize,
    },
    /// A section claims more bytes than there are.
    #[error("the section at byte {at} claims {size} bytes of {available}")]
    SectionTooLong {
        /// Start of its header.
        at: usize,
        /// Bytes that it claims, without its header.
        size: u64,
        /// Bytes that are left for it.
        available: u64,
    },
    /// There is no texture in the frame.
    #[error("there is no texture in it")]
    NoTexture,
    /// The frame's own type is not that of the file.
    #[error("it holds a texture of type {found:?}, which has no place in a file of {expected}")]
    WrongTexture {
        /// Kind that the frame holds.
        found: TextureKind,
        /// Variant of the file's frames.
        expected: HapVariant,
    },
    /// A texture that the variant needs is not there.
    #[error("its texture of type {missing:?} is missing")]
    MissingTexture {
        /// The missing kind.
        missing: TextureKind,
    },
    /// A texture or a table is there twice.
    #[error("a second section of type {kind:#04x} at byte {at}")]
    Duplicate {
        /// The section's type byte.
        kind: u8,
        /// Start of the section.
        at: usize,
    },
    /// A chunked texture does not begin with its decode instructions.
    #[error("the decode instructions at byte {at} are missing")]
    NoInstructions {
        /// Expected position.
        at: usize,
    },
    /// A table is not there.
    #[error("the table {kind:#04x} of the decode instructions is missing")]
    MissingTable {
        /// The table's type byte.
        kind: u8,
    },
    /// The tables of the decode instructions disagree, or a table is not made of whole entries.
    #[error("the table {kind:#04x} has {bytes} bytes for {chunks} chunks")]
    TableLength {
        /// The table's type byte.
        kind: u8,
        /// Its length.
        bytes: usize,
        /// Chunks that the compressor table names.
        chunks: usize,
    },
    /// More chunks than any encoder writes.
    #[error("{chunks} chunks, more than {limit}")]
    TooManyChunks {
        /// Number found.
        chunks: usize,
        /// Most that are read.
        limit: usize,
    },
    /// A compressor that the format does not know.
    #[error("chunk {chunk} has the unknown compressor {compressor:#04x}")]
    UnknownCompressor {
        /// The chunk.
        chunk: usize,
        /// Its compressor byte.
        compressor: u8,
    },
    /// A chunk lies outside the frame's data.
    #[error(
        "chunk {chunk} ({size} bytes from byte {offset}) lies outside the frame's {available} bytes of data"
    )]
    ChunkOutside {
        /// The chunk.
        chunk: usize,
        /// Start, from the start of the frame data.
        offset: u64,
        /// Its stored size.
        size: u64,
        /// Bytes of frame data.
        available: u64,
    },
    /// A chunk's Snappy data does not begin with a length.
    #[error("chunk {chunk} does not begin with a Snappy length")]
    BadPreamble {
        /// The chunk.
        chunk: usize,
    },
    /// The decoded chunks would not fill the texture exactly.
    #[error("its texture has {found} bytes instead of {expected}")]
    TextureSize {
        /// Sum of the chunks; at least this much where adding stopped early.
        found: u64,
        /// Bytes that the picture's size needs.
        expected: u64,
    },
    /// Snappy data is corrupt.
    #[error("Snappy data is corrupt: {0}")]
    Snappy(#[source] snap::Error),
    /// A chunk was decoded into memory, or from a packet, other than it was planned for.
    #[error("a chunk does not fit the memory or the packet given for it")]
    PlanMismatch,
}
