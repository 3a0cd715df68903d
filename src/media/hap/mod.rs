//! HAP: its frames as bytes, decoding them into textures, and encoding them for test cards and proxies.
//!
//! ```text
//! packet ─► section: headers, 4 or 8 bytes long
//!        ─► plan:    chunks, each with its bytes in the packet and its place in a texture
//!        ─► source:  chunks ─► memory of the frame (or, without block compression on the GPU, RGBA)
//! pattern, index grid ─► encode: blocks ─► frame ─► packet ─► media::ffmpeg::mux
//! ```
//!
//! * [`HapVariant`]: the seven variants, their tags, textures and layouts.
//! * [`FramePlan`]: a parsed frame; nothing in it points outside the packet or the texture.
//! * [`HapSource`]: frames of a file by index, for any number of threads. `direct_read`: those stored as they are shown
//!   are read to where they belong, and copied nowhere.
//! * [`encode`]: block encoders and the writer of frames; [`testcard`]: pictures that carry their frame index.
//!
//! Invariants: all lengths are checked in 64 bits before use; a plan exists only if its chunks fill every texture
//! exactly, so that no more than the texture is ever allocated; the frame's own type byte decides and must be what
//! the file's layout expects.
//!
//! The format is that of the Hap Video specification (Vidvox, `HapVideoDRAFT.md`).

mod direct_read;
pub mod encode;
mod error;
mod plan;
mod rgba;
mod section;
mod source;
pub mod testcard;
mod texture_kind;
mod variant;

pub use error::HapError;
pub use plan::{Chunk, Compressor, FramePlan, MAX_CHUNKS, decode_chunk};
/// The decompressor that [`decode_chunk`] is given.
pub use snap::raw::Decoder as SnappyDecoder;
pub use source::{HapScratch, HapSource};
pub use texture_kind::TextureKind;
pub use variant::HapVariant;
