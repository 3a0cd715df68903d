//! Small pictures of a file's frames, kept in the cache folder from one opening to the next.
//!
//! All numbers are little-endian; pictures are PNG. The file ends with a hash of what comes before.
//!
//! ```text
//! "SXTHUMB" version | timestamp of the file | its frames | width asked for | pictures, then of each: frame, length, PNG
//! | hash
//! ```
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, ImageReader, Limits, RgbaImage};

use super::cache::CacheFolder;
use super::fingerprint::{ContentId, Fnv};
use crate::time::FrameIndex;

/// The first bytes of a file, the last being the version of the format.
const MAGIC: &[u8; 8] = b"SXTHUMB\x02";

/// Limit of all pictures together, in bytes.
const MAX_CACHE_BYTES: u64 = 128 << 20;

/// The largest picture that is taken from the cache, in pixels a side and in bytes decoded.
const MAX_SIDE_PX: u32 = 4096;
const MAX_PICTURE_BYTES: u64 = 16 << 20;

/// The pictures of a file.
pub type Thumbnails = Vec<(FrameIndex, RgbaImage)>;

/// A folder of pictures, named after the contents of their files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThumbnailCache {
    folder: CacheFolder,
}

/// The place of one file's pictures, and what they must be of.
pub struct ThumbnailKey {
    id: ContentId,
    frames: u64,
    width_px: u32,
}

impl ThumbnailKey {
    /// That of the file at a path, which has so many frames, for pictures at most so wide; `None` if the file cannot be
    /// read. Waits for the disk.
    pub fn of(path: &Path, frames: u64, width_px: u32) -> Option<Self> {
        Some(Self {
            id: ContentId::of(path)?,
            frames,
            width_px,
        })
    }
}

impl ThumbnailCache {
    /// The one in the user's cache folder; `None` where there is none.
    pub fn standard() -> Option<Self> {
        let folder = CacheFolder::of_kind("thumbnails", MAX_CACHE_BYTES)?;
        Some(Self { folder })
    }

    /// This very folder.
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: CacheFolder::at(folder, MAX_CACHE_BYTES),
        }
    }

    /// The pictures kept of a file, if they are all there and as they were.
    pub fn find(&self, place: &ThumbnailKey) -> Option<Thumbnails> {
        decode(&self.folder.find(&place.id.name)?, place)
    }

    /// Keeps all pictures of a file.
    pub fn keep(&self, place: &ThumbnailKey, pictures: &Thumbnails) {
        if let Some(bytes) = encode(pictures, place) {
            self.folder.keep(&place.id.name, &bytes);
        }
    }
}

fn encode(pictures: &Thumbnails, place: &ThumbnailKey) -> Option<Vec<u8>> {
    let mut bytes = MAGIC.to_vec();
    let mut put = |number: u64| bytes.extend(number.to_le_bytes());
    put(place.id.modified_nanos.cast_unsigned());
    put(place.frames);
    put(u64::from(place.width_px));
    put(pictures.len() as u64);
    for (frame, picture) in pictures {
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).ok()?;
        let png = png.into_inner();
        bytes.extend(frame.0.to_le_bytes());
        bytes.extend((png.len() as u64).to_le_bytes());
        bytes.extend(png);
    }
    bytes.extend(hash(&bytes));
    Some(bytes)
}

fn decode(bytes: &[u8], place: &ThumbnailKey) -> Option<Thumbnails> {
    let (content, stored) = bytes.split_last_chunk()?;
    if hash(content) != *stored {
        return None;
    }
    let mut rest = content.strip_prefix(MAGIC)?;
    for expected in [
        place.id.modified_nanos.cast_unsigned(),
        place.frames,
        u64::from(place.width_px),
    ] {
        if number(&mut rest)? != expected {
            return None;
        }
    }
    let count = number(&mut rest)?;
    let mut pictures = Thumbnails::new();
    while !rest.is_empty() {
        let frame = FrameIndex(number(&mut rest)?);
        let length = usize::try_from(number(&mut rest)?).ok()?;
        let (png, after) = rest.split_at_checked(length)?;
        rest = after;
        pictures.push((frame, picture(png)?));
    }
    (pictures.len() as u64 == count && count > 0).then_some(pictures)
}

fn picture(png: &[u8]) -> Option<RgbaImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_PICTURE_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(png), ImageFormat::Png);
    reader.limits(limits);
    Some(reader.decode().ok()?.into_rgba8())
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*number))
}

fn hash(bytes: &[u8]) -> [u8; 8] {
    let mut hash = Fnv::default();
    hash.add(bytes);
    hash.0.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn place(modified_nanos: i64) -> ThumbnailKey {
        ThumbnailKey {
            id: ContentId {
                name: "name".to_owned(),
                modified_nanos,
            },
            frames: 90,
            width_px: 16,
        }
    }

    fn pictures() -> Thumbnails {
        let picture = |shade: u8| RgbaImage::from_pixel(16, 9, Rgba([shade, 2, 3, shade]));
        vec![(FrameIndex(15), picture(0)), (FrameIndex(45), picture(130))]
    }

    #[test]
    fn pictures_come_back_as_they_were_and_for_their_file_alone() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let store = ThumbnailCache::at(folder.path());
        assert!(store.find(&place(7)).is_none());
        store.keep(&place(7), &pictures());
        assert_eq!(store.find(&place(7)), Some(pictures()));
        assert!(store.find(&place(8)).is_none(), "changed since");
        let longer = ThumbnailKey {
            frames: 91,
            ..place(7)
        };
        assert!(store.find(&longer).is_none(), "another file");
    }

    #[test]
    fn what_is_damaged_is_not_taken_for_pictures() {
        let bytes = encode(&pictures(), &place(0)).expect("encoded");
        for length in 0..bytes.len() {
            let cut = bytes.get(..length).expect("shorter");
            assert!(decode(cut, &place(0)).is_none(), "cut at {length}");
        }
        let mut changed = bytes;
        *changed.last_mut().expect("bytes") ^= 1;
        assert!(decode(&changed, &place(0)).is_none(), "changed");
    }
}
