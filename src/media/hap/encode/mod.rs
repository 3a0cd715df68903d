//! Encoding HAP: pictures into blocks, blocks into frames.
//!
//! ```text
//! texels, 4×4 at a time ─► bc1, bc4, bc6h, bc7, ycocg ─► texture data ─► frame: sections, chunks, Snappy ─► packet
//! ```
//!
//! The block encoders aim at good pictures in little time: each fits one line through a block's colours (principal axis,
//! then least squares over the indices chosen), knows one mode of its format, and does eight blocks at once.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined is not compiled for the longer vectors of `avx2`"
)]

mod avx2;
mod bc1;
mod bc4;
mod bc6h;
mod bc7;
mod bits;
mod fit;
mod frame;
mod lanes;
mod texture;
mod ycocg;

pub use frame::{EncodeError, FrameOptions, HeaderLength, write_frame};
pub use texture::{encode_block, encode_light, encode_picture, encode_texture, random_block};
