//! Files of pictures: what FFmpeg leaves out of them, or tells in one version and not in another.
//!
//! ```text
//! file ─► PictureKind ─► orientation: the turn that EXIF asks for    JPEG, PNG, WebP, TIFF
//!                     ├► Animation ─► Canvas                         APNG, animated WebP
//!                     ├► heif: the main picture, its tiles and alpha HEIC, AVIF
//!                     ├► tiff: the page that is none made smaller    TIFF
//!                     └► ico: the largest of the pictures            ICO
//! ```
//!
//! * `bytes`, `chunks`: positioned reads, and the chunks that PNG and RIFF files are made of.
//! * `kind`, `orientation`, `tiff`, `ico`: facts of single pictures, for FFmpeg's own demuxers.
//! * `animation`, `apng`, `webp`: the frames of an animation and their place, time, disposal and blending. `canvas`: the
//!   picture that they are put onto, one after the other.
//! * `jpeg_xl`: animations that FFmpeg may take for stills.
//! * `heif`: the items of a HEIF file. FFmpeg before 7 reads none of HEIC, and no alpha or tiles of AVIF.
//!
//! Nothing here decodes: each picture inside such a file becomes one that FFmpeg's decoders take (`ffmpeg::decode`).
//!
//! Invariant: no length in a file is believed before the bytes are there, and memory grows with the file alone.

pub(super) mod animation;
mod apng;
pub(super) mod bytes;
pub(super) mod canvas;
mod chunks;
pub(super) mod heif;
mod ico;
mod jpeg_xl;
pub(super) mod kind;
pub(super) mod orientation;
mod tiff;
mod webp;

pub(super) use ico::largest_in_ico;
pub(super) use jpeg_xl::is_animated_jpeg_xl;
pub(super) use tiff::begin_with_main_picture;

/// Whatever `bytes` are, taking them apart as a file of pictures neither panics nor allocates beyond a small multiple of
/// their length; for the fuzzer. Says how many pictures were found to be decoded.
pub fn pictures_in(bytes: &[u8]) -> usize {
    orientation::turn_of(bytes);
    orientation::has_more_pictures(bytes);
    is_animated_jpeg_xl(bytes);
    begin_with_main_picture(&mut bytes.to_vec());
    let frames = animation::Animation::of(bytes).map_or(0, |animation| {
        animation.timing();
        animation.longest_group();
        let frames = 0..animation.frames.len() as u64;
        let files = frames.map_while(|frame| animation.file_of(frame, bytes));
        files.take(MOST_TRIED).count()
    });
    let tiles = heif::HeifPicture::of(bytes).map_or(0, |picture| {
        let alpha = picture.alpha.iter().flat_map(|alpha| &alpha.tiles);
        let tiles = picture.colours.tiles.iter().chain(alpha);
        let packets = tiles.map_while(|tile| tile.packet(bytes));
        packets.take(MOST_TRIED).count()
    });
    frames + tiles + usize::from(largest_in_ico(bytes).is_some())
}

/// Frames and tiles that [`pictures_in`] takes out of a file: each may be as long as the file itself.
const MOST_TRIED: usize = 8;
