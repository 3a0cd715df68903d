//! HEIF files, HEIC and AVIF (ISO/IEC 23008-12, "23008-12" below; boxes: ISO/IEC 14496-12): the main picture.
//!
//! ```text
//! meta box ─► MetaBox { items, references, properties } ─► HeifPicture { tiles, turn, crop, colour, alpha }
//!  (boxes)        (meta)                                       (picture)
//! ```
//!
//! Thumbnails, depth maps, gain maps and further pictures are left out; alpha is kept. A picture that is made in a way
//! unknown here is refused by that name, rather than shown without it.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod boxes;
mod meta;
mod picture;

pub(in crate::media) use picture::{
    CodedPicture, Colour, Crop, HeifPicture, PictureCodec, Unreadable,
};
