//! A picture that lies another way than the first of its sequence, laid like that.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame::Video;

use super::convert;
use crate::media::frame::Turn;

/// Bytes of a pixel of [`Pixel::RGBA64LE`].
const PIXEL_BYTES: usize = 8;

/// The picture turned, as red, green, blue and alpha of 16 bits each: few pictures need it, and each kind can be
/// converted to that and back.
///
/// # Errors
/// That libswscale cannot convert it.
pub(super) fn turned(picture: &Video, turn: Turn) -> Result<Video, ffmpeg::Error> {
    let source = convert::to_rgb(picture, Pixel::RGBA64LE)?;
    let (width, height) = (source.width(), source.height());
    let is_sideways = turn.quarter_turns % 2 == 1;
    let (target_width, target_height) = if is_sideways {
        (height, width)
    } else {
        (width, height)
    };
    let mut target = Video::new(Pixel::RGBA64LE, target_width, target_height);
    if target.planes() == 0 {
        return Err(ffmpeg::Error::Other {
            errno: ffmpeg::error::ENOMEM,
        });
    }
    let (stride, target_stride) = (source.stride(0), target.stride(0));
    let pixels = source.data(0);
    let rows = target.data_mut(0).chunks_mut(target_stride);
    for (y, row) in (0..target_height as usize).zip(rows) {
        let row = row.as_chunks_mut::<PIXEL_BYTES>().0;
        for (x, pixel) in (0..target_width as usize).zip(row) {
            let [from_x, from_y] = came_from(turn, [x, y], [width as usize, height as usize]);
            let at = from_y * stride + from_x * PIXEL_BYTES;
            pixel.copy_from_slice(&pixels[at..at + PIXEL_BYTES]);
        }
    }
    Ok(target)
}

/// The pixel of a picture of this size that is seen at a place once it is turned.
fn came_from(turn: Turn, [x, y]: [usize; 2], [width, height]: [usize; 2]) -> [usize; 2] {
    let [x, y] = match turn.quarter_turns % 4 {
        0 => [x, y],
        1 => [y, height - 1 - x],
        2 => [width - 1 - x, height - 1 - y],
        _ => [width - 1 - y, x],
    };
    if turn.is_mirrored {
        [width - 1 - x, y]
    } else {
        [x, y]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::frame::Shape;

    #[test]
    fn pixels_come_from_where_the_shape_of_a_picture_says() {
        for turn in (1..=8).filter_map(Turn::from_exif) {
            let shape = Shape::default().with_turn(turn);
            let [width, height] = shape.seen_px(5, 3);
            for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
                let middle = [x as f32 + 0.5, y as f32 + 0.5];
                let expected = shape.stored_point(5, 3, middle).map(|at| at as usize);
                let found = came_from(turn, [x as usize, y as usize], [5, 3]);
                assert_eq!(found, expected, "{turn:?} at {x}, {y}");
            }
        }
    }
}
