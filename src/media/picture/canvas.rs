//! The picture that the frames of an animation are put onto: red, green, blue and straight alpha, 8 bits each.

use super::animation::{AnimationFrame, Area, Disposal};

/// Bytes of a pixel.
const PIXEL_BYTES: usize = 4;

/// A picture that is drawn upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Canvas {
    width: usize,
    pixels: Vec<u8>,
    /// What was there before the frame drawn last, where that has to come back: its part, row by row.
    before: Vec<u8>,
}

impl Canvas {
    /// A canvas of this size, which nothing is seen on.
    pub(in crate::media) fn new(width_px: u32, height_px: u32) -> Self {
        let width = width_px as usize;
        Self {
            width,
            pixels: vec![0; width * height_px as usize * PIXEL_BYTES],
            before: Vec::new(),
        }
    }

    /// Its pixels, row by row without padding.
    pub(in crate::media) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Makes it see-through.
    pub(in crate::media) fn clear(&mut self) {
        self.pixels.fill(0);
    }

    /// Shows these pixels, which are those of a canvas of the same size.
    pub(in crate::media) fn show(&mut self, pixels: &[u8]) {
        self.pixels.copy_from_slice(pixels);
    }

    /// Leaves what is there in place of a frame that cannot be drawn.
    pub(in crate::media) fn skip(&mut self) {
        self.before.clear();
    }

    /// Draws a frame: `picture` are the pixels of its area, one row of them each `stride_bytes`.
    pub(in crate::media) fn draw(
        &mut self,
        frame: &AnimationFrame,
        picture: &[u8],
        stride_bytes: usize,
    ) {
        self.before.clear();
        let row_bytes = frame.area.width as usize * PIXEL_BYTES;
        let drawn = picture.chunks(stride_bytes.max(1));
        for (begin, drawn) in self.rows(frame.area).zip(drawn) {
            let row = &mut self.pixels[begin..begin + row_bytes];
            if frame.disposal == Disposal::Restore {
                self.before.extend_from_slice(row);
            }
            let drawn = &drawn[..row_bytes.min(drawn.len())];
            if frame.is_blended && !frame.is_opaque {
                let pixels = row.as_chunks_mut::<PIXEL_BYTES>().0.iter_mut();
                for (under, over) in pixels.zip(drawn.as_chunks::<PIXEL_BYTES>().0) {
                    *under = blended(*over, *under);
                }
            } else {
                row[..drawn.len()].copy_from_slice(drawn);
            }
        }
    }

    /// Does with the frame that was drawn last what becomes of it once its time is over.
    pub(in crate::media) fn dispose(&mut self, frame: &AnimationFrame) {
        let row_bytes = frame.area.width as usize * PIXEL_BYTES;
        match frame.disposal {
            Disposal::Keep => {}
            Disposal::Clear => {
                for begin in self.rows(frame.area) {
                    self.pixels[begin..begin + row_bytes].fill(0);
                }
            }
            Disposal::Restore => {
                let before = std::mem::take(&mut self.before);
                for (begin, row) in self.rows(frame.area).zip(before.chunks_exact(row_bytes)) {
                    self.pixels[begin..begin + row_bytes].copy_from_slice(row);
                }
                self.before = before;
            }
        }
    }

    /// Where the rows of an area begin; it lies inside.
    fn rows(&self, area: Area) -> impl Iterator<Item = usize> + use<> {
        let (width, left) = (self.width, area.left as usize);
        let rows = area.top as usize..(area.top + area.height) as usize;
        rows.map(move |row| (row * width + left) * PIXEL_BYTES)
    }
}

/// A pixel over another, both with straight alpha (PNG Specification, third edition, 13.16).
fn blended(over: [u8; 4], under: [u8; 4]) -> [u8; 4] {
    let alpha = u32::from(over[3]);
    if alpha == 255 || under[3] == 0 {
        return over;
    }
    if alpha == 0 {
        return under;
    }
    // In units of 1/255².
    let over_part = alpha * 255;
    let under_part = u32::from(under[3]) * (255 - alpha);
    let whole = over_part + under_part;
    let mix = |over: u8, under: u8| {
        let sum = u32::from(over) * over_part + u32::from(under) * under_part;
        ((sum + whole / 2) / whole) as u8
    };
    [
        mix(over[0], under[0]),
        mix(over[1], under[1]),
        mix(over[2], under[2]),
        ((whole + 127) / 255) as u8,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    #[test]
    fn a_pixel_over_another_follows_the_formula() {
        for alpha in [0_u8, 1, 77, 128, 254, 255] {
            for under_alpha in [0_u8, 1, 99, 255] {
                let found = blended([200, 10, 0, alpha], [20, 110, 255, under_alpha]);
                let (a, b) = (f64::from(alpha) / 255.0, f64::from(under_alpha) / 255.0);
                let whole = a + b * (1.0 - a);
                assert!((f64::from(found[3]) - whole * 255.0).abs() <= 0.51);
                if whole > 0.0 {
                    let red = (200.0 * a + 20.0 * b * (1.0 - a)) / whole;
                    assert!((f64::from(found[0]) - red).abs() <= 0.51, "{alpha}");
                }
            }
        }
    }

    #[test]
    fn what_a_frame_covered_stays_goes_or_comes_back() {
        let area = Area {
            left: 1,
            top: 1,
            width: 2,
            height: 1,
        };
        for (disposal, expected) in [
            (Disposal::Keep, [7; 8]),
            (Disposal::Clear, [0; 8]),
            (Disposal::Restore, [3; 8]),
        ] {
            let frame = AnimationFrame {
                area,
                duration: Time::from_seconds(1),
                disposal,
                is_blended: false,
                is_opaque: false,
                parts: Vec::new(),
            };
            let mut canvas = Canvas::new(4, 3);
            canvas.show(&[3; 48]);
            canvas.draw(&frame, &[7; 8], 8);
            assert_eq!(canvas.pixels()[20..28], [7; 8]);
            canvas.dispose(&frame);
            assert_eq!(canvas.pixels()[20..28], expected, "{disposal:?}");
            assert_eq!(canvas.pixels()[..20], [3; 20], "the rest is as it was");
        }
    }
}
