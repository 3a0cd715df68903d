//! Pictures put together from others: tiles side by side, and alpha beside colours.

use std::str::FromStr as _;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::color::Range;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame::Video;

use super::convert;
use super::pixels;
use super::pixels::PixelPlanes;
use crate::media::frame::PlaneFormat;
use crate::media::picture::heif::Crop;

/// A picture of tiles of one size and format.
pub(super) struct Assembly {
    picture: Video,
    tile_px: (u32, u32),
    pixel: Pixel,
    /// The part of all tiles together that it shows.
    shown: Crop,
}

/// Sides of the samples of a plane: how often halved, and bytes of each.
type PlaneOf = (PlaneFormat, u32, u32);

impl Assembly {
    /// An empty one for tiles like the first, which together show a picture of this size, or a part of that. Sides must
    /// have been checked.
    pub fn new(first: &Video, (width, height): (u32, u32), crop: Option<Crop>) -> Self {
        let whole = Crop {
            left: 0,
            top: 0,
            width,
            height,
        };
        // A part that reaches out of the picture is cut to it.
        let shown = crop.map_or(whole, |crop| {
            let left = crop.left.min(width.saturating_sub(1));
            let top = crop.top.min(height.saturating_sub(1));
            Crop {
                left,
                top,
                width: crop.width.min(width - left).max(1),
                height: crop.height.min(height - top).max(1),
            }
        });
        let mut picture = Video::new(first.format(), shown.width, shown.height);
        copy_tags(first, &mut picture);
        Self {
            picture,
            tile_px: (first.width(), first.height()),
            pixel: first.format(),
            shown,
        }
    }

    /// Puts a tile in its place.
    ///
    /// # Errors
    /// That it is not like the others, or that tiles of this kind cannot be put side by side.
    pub fn put(&mut self, tile: &Video, column: usize, row: usize) -> Result<(), ffmpeg::Error> {
        let planes = planar(self.pixel)?;
        let is_alike = tile.format() == self.pixel && (tile.width(), tile.height()) == self.tile_px;
        if !is_alike || self.picture.planes() < planes.len() || tile.planes() < planes.len() {
            return Err(ffmpeg::Error::InvalidData);
        }
        let place = |count: usize, px: u32| u32::try_from(count).ok()?.checked_mul(px);
        let left = place(column, self.tile_px.0).ok_or(ffmpeg::Error::InvalidData)?;
        let top = place(row, self.tile_px.1).ok_or(ffmpeg::Error::InvalidData)?;
        for (index, &(format, across, down)) in planes.iter().enumerate() {
            // Samples of chroma must not stand for pixels of two tiles.
            if left % (1 << across) != 0 || top % (1 << down) != 0 {
                return Err(ffmpeg::Error::PatchWelcome);
            }
            let bytes = format.block_bytes() as usize;
            let from = Window {
                left: (left >> across) as usize,
                top: (top >> down) as usize,
                width: tile.plane_width(index) as usize,
                height: tile.plane_height(index) as usize,
            };
            let to = Window {
                left: (self.shown.left >> across) as usize,
                top: (self.shown.top >> down) as usize,
                width: self.picture.plane_width(index) as usize,
                height: self.picture.plane_height(index) as usize,
            };
            let (stride, target_stride) = (tile.stride(index), self.picture.stride(index));
            let (data, target) = (tile.data(index), self.picture.data_mut(index));
            copy_window((data, stride, from), (target, target_stride, to), bytes);
        }
        Ok(())
    }

    /// The picture.
    pub fn into_picture(self) -> Video {
        self.picture
    }
}

/// Where the samples of a plane lie in a common grid.
#[derive(Clone, Copy)]
struct Window {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Copies the samples that two planes have in common, by their places in a common grid.
fn copy_window(
    (data, stride, from): (&[u8], usize, Window),
    (target, target_stride, to): (&mut [u8], usize, Window),
    sample_bytes: usize,
) {
    let begin = from.left.max(to.left);
    let end = (from.left + from.width).min(to.left + to.width);
    let top = from.top.max(to.top);
    let bottom = (from.top + from.height).min(to.top + to.height);
    if begin >= end {
        return;
    }
    let bytes = (end - begin) * sample_bytes;
    for y in top..bottom {
        let at = (y - from.top) * stride + (begin - from.left) * sample_bytes;
        let target_at = (y - to.top) * target_stride + (begin - to.left) * sample_bytes;
        target[target_at..target_at + bytes].copy_from_slice(&data[at..at + bytes]);
    }
}

/// The planes of a format that has one for each component.
fn planar(pixel: Pixel) -> Result<Vec<PlaneOf>, ffmpeg::Error> {
    let planes = PixelPlanes::of(pixel).map(|found| found.planes);
    let is_planar = |planes: &Vec<PlaneOf>| {
        let mut planes = planes.iter();
        planes.all(|(format, ..)| matches!(format, PlaneFormat::R8 | PlaneFormat::R16))
    };
    planes.filter(is_planar).ok_or(ffmpeg::Error::PatchWelcome)
}

/// The coding of colours, from one picture to another.
fn copy_tags(from: &Video, to: &mut Video) {
    to.set_color_space(from.color_space());
    to.set_color_range(from.color_range());
    to.set_color_primaries(from.color_primaries());
    to.set_color_transfer_characteristic(from.color_transfer_characteristic());
}

/// A picture with the first plane of another as its alpha, which is scaled to its size if it has another.
///
/// # Errors
/// That one of them cannot be converted.
pub(super) fn with_alpha(colours: &Video, alpha: &Video) -> Result<Video, ffmpeg::Error> {
    let rgb;
    let (colours, pixel) = if let Some(pixel) = alpha_format(colours.format()) {
        (colours, pixel)
    } else {
        let is_deep = PixelPlanes::of(colours.format()).is_none_or(|planes| planes.bits > 8);
        let (plain, with_alpha) = if is_deep {
            (Pixel::GBRP16LE, Pixel::GBRAP16LE)
        } else {
            (Pixel::GBRP, Pixel::GBRAP)
        };
        rgb = convert::to_rgb(colours, plain)?;
        (&rgb, with_alpha)
    };
    let mut both = Video::new(pixel, colours.width(), colours.height());
    copy_tags(colours, &mut both);
    if pixels::name(colours.format()).starts_with("yuvj") {
        both.set_color_range(Range::JPEG);
    }
    let planes = planar(pixel)?;
    planar(alpha.format())?;
    if both.planes() < planes.len() || colours.planes() + 1 < planes.len() || alpha.planes() == 0 {
        return Err(ffmpeg::Error::InvalidData);
    }
    for (index, (format, ..)) in planes.iter().enumerate().take(3) {
        let window = Window {
            left: 0,
            top: 0,
            width: both.plane_width(index) as usize,
            height: both.plane_height(index) as usize,
        };
        let stride = both.stride(index);
        copy_window(
            (colours.data(index), colours.stride(index), window),
            (both.data_mut(index), stride, window),
            format.block_bytes() as usize,
        );
    }
    put_alpha(&mut both, alpha);
    Ok(both)
}

/// Writes the last plane of a picture from the first of another.
fn put_alpha(both: &mut Video, alpha: &Video) {
    let bits_of = |pixel| PixelPlanes::of(pixel).map_or(8, |planes| planes.bits);
    let (from_bits, to_bits) = (bits_of(alpha.format()), bits_of(both.format()));
    let most = |bits: u32| (1_u32 << bits) - 1;
    // Alpha of limited range is not meant to be, but there are encoders that make it so.
    let (black, span) = if alpha.color_range() == Range::MPEG {
        (16_u32 << (from_bits - 8), 219_u32 << (from_bits - 8))
    } else {
        (0, most(from_bits))
    };
    let level = |stored: u32| {
        let level = u64::from(stored.saturating_sub(black).min(span));
        let span = u64::from(span);
        ((level * u64::from(most(to_bits)) + span / 2) / span) as u32
    };
    let (width, height) = (both.width() as usize, both.height() as usize);
    let (from_width, from_height) = (alpha.width() as usize, alpha.height() as usize);
    let (from_stride, stride) = (alpha.stride(0), both.stride(3));
    let source = alpha.data(0);
    let target = both.data_mut(3);
    for y in 0..height {
        let row = &source[y * from_height / height * from_stride..];
        let out = &mut target[y * stride..];
        for x in 0..width {
            let at = x * from_width / width;
            let stored = if from_bits > 8 {
                u32::from(u16::from_le_bytes([row[at * 2], row[at * 2 + 1]]))
            } else {
                u32::from(row[at])
            };
            if to_bits > 8 {
                out[x * 2..x * 2 + 2].copy_from_slice(&(level(stored) as u16).to_le_bytes());
            } else {
                out[x] = level(stored) as u8;
            }
        }
    }
}

/// The format with the planes of another, and alpha; `None` if there is none that is taken as it is.
fn alpha_format(pixel: Pixel) -> Option<Pixel> {
    let name = pixels::name(pixel);
    let depth_of = |name: &str| name.strip_prefix('j').unwrap_or(name).to_owned();
    let name = match (name.strip_prefix("yuv"), name.strip_prefix("gbrp")) {
        (Some(rest), _) => format!("yuva{}", depth_of(rest)),
        (_, Some(rest)) => format!("gbrap{rest}"),
        _ => return None,
    };
    let found = Pixel::from_str(&name).ok()?;
    PixelPlanes::of(found)
        .is_some_and(|planes| planes.has_alpha)
        .then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 4:2:0 whose luma is this and whose chroma is half of it.
    fn flat(width: u32, height: u32, level: u8) -> Video {
        let mut picture = Video::new(Pixel::YUV420P, width, height);
        for index in 0..3 {
            let level = if index == 0 { level } else { level / 2 };
            picture.data_mut(index).fill(level);
        }
        picture
    }

    fn sample(picture: &Video, plane: usize, x: usize, y: usize) -> u8 {
        picture.data(plane)[y * picture.stride(plane) + x]
    }

    #[test]
    fn tiles_are_put_side_by_side_and_cut_to_what_is_shown() {
        let crop = Crop {
            left: 2,
            top: 4,
            width: 17,
            height: 11,
        };
        let mut assembly = Assembly::new(&flat(16, 8, 10), (31, 15), Some(crop));
        for (at, level) in [10, 20, 30, 40].into_iter().enumerate() {
            let tile = flat(16, 8, level);
            assembly.put(&tile, at % 2, at / 2).expect("alike");
        }
        assert!(assembly.put(&flat(8, 8, 0), 0, 0).is_err(), "another size");
        let picture = assembly.into_picture();
        assert_eq!((picture.width(), picture.height()), (17, 11));
        for (x, y, level) in [
            (0, 0, 10),
            (13, 3, 10),
            (14, 3, 20),
            (13, 4, 30),
            (16, 10, 40),
        ] {
            assert_eq!(sample(&picture, 0, x, y), level, "{x}, {y}");
            assert_eq!(sample(&picture, 1, x / 2, y / 2), level / 2, "{x}, {y}");
        }
    }

    #[test]
    fn alpha_is_scaled_in_size_depth_and_range() {
        let mut alpha = flat(4, 2, 0);
        alpha.set_color_range(Range::MPEG);
        let stride = alpha.stride(0);
        alpha.data_mut(0)[..4].copy_from_slice(&[16, 235, 16, 235]);
        alpha.data_mut(0)[stride..stride + 4].copy_from_slice(&[235, 16, 0, 255]);
        let both = with_alpha(&flat(8, 4, 90), &alpha).expect("converted");
        assert_eq!(both.format(), Pixel::YUVA420P);
        assert_eq!(sample(&both, 0, 7, 3), 90);
        for (x, y, level) in [(0, 0, 0), (2, 1, 255), (7, 0, 255), (3, 3, 0), (5, 2, 0)] {
            assert_eq!(sample(&both, 3, x, y), level, "{x}, {y}");
        }
    }

    #[test]
    fn formats_without_an_equal_with_alpha_become_red_green_and_blue() {
        assert_eq!(alpha_format(Pixel::YUVJ420P), Some(Pixel::YUVA420P));
        assert_eq!(alpha_format(Pixel::YUV420P10LE), Some(Pixel::YUVA420P10LE));
        assert_eq!(alpha_format(Pixel::GBRP12LE), Some(Pixel::GBRAP12LE));
        assert_eq!(alpha_format(Pixel::GRAY8), None);
        let mut grey = Video::new(Pixel::GRAY8, 4, 2);
        grey.data_mut(0).fill(77);
        let both = with_alpha(&grey, &grey).expect("converted");
        assert_eq!(both.format(), Pixel::GBRAP);
        assert_eq!(
            (0..4)
                .map(|plane| sample(&both, plane, 1, 1))
                .collect::<Vec<_>>(),
            [77; 4]
        );
    }
}
