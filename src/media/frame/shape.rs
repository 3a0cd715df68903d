//! Turns and stretches of a stored picture.

/// Turns and stretches that a container asks for: turned by quarters, mirrored, with pixels that are not
/// square. Frames stay stored as they are; drawing applies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Quarter turns clockwise, 0 to 3.
    pub quarter_turns: u8,
    /// True if the picture is mirrored left to right before it is turned.
    pub is_mirrored: bool,
    /// Width of a stored pixel to its height, as a fraction of positive numbers.
    pub pixel_aspect: (u32, u32),
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            quarter_turns: 0,
            is_mirrored: false,
            pixel_aspect: (1, 1),
        }
    }
}

/// Quarter turns, after a mirror or not: the eight ways of laying a picture upon its rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Quarter turns clockwise, 0 to 3.
    pub quarter_turns: u8,
    /// True if the picture is mirrored left to right before it is turned.
    pub is_mirrored: bool,
}

impl Turn {
    /// The turn that makes a picture upright that was stored with this orientation of EXIF, 1 to 8 (EXIF 2.32, 4.6.4.A,
    /// tag 0x0112).
    pub fn from_exif(orientation: u16) -> Option<Self> {
        let (quarter_turns, is_mirrored) = match orientation {
            1 => (0, false),
            2 => (0, true),
            3 => (2, false),
            4 => (2, true),
            5 => (3, true),
            6 => (1, false),
            7 => (1, true),
            8 => (3, false),
            _ => return None,
        };
        Some(Self {
            quarter_turns,
            is_mirrored,
        })
    }

    /// This, then so many quarter turns clockwise.
    #[must_use]
    pub fn then_turned(self, quarters: u8) -> Self {
        Self {
            quarter_turns: (self.quarter_turns + quarters % 4) % 4,
            ..self
        }
    }

    /// This, then a mirror left to right.
    #[must_use]
    pub fn then_mirrored(self) -> Self {
        Self {
            quarter_turns: (4 - self.quarter_turns % 4) % 4,
            is_mirrored: !self.is_mirrored,
        }
    }

    /// The way to lay a picture that is to be seen by this turn, so that it is seen the same by another.
    #[must_use]
    pub fn seen_by(self, other: Self) -> Self {
        // The other one is undone after this: turned back, then mirrored back.
        let back = self.then_turned((4 - other.quarter_turns % 4) % 4);
        if other.is_mirrored {
            back.then_mirrored()
        } else {
            back
        }
    }
}

impl Shape {
    /// The same, turned otherwise.
    #[must_use]
    pub fn with_turn(self, turn: Turn) -> Self {
        Self {
            quarter_turns: turn.quarter_turns,
            is_mirrored: turn.is_mirrored,
            ..self
        }
    }

    /// Its turn.
    pub fn turn(&self) -> Turn {
        Turn {
            quarter_turns: self.quarter_turns,
            is_mirrored: self.is_mirrored,
        }
    }

    /// True if the picture is seen as it is stored.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Width of a stored pixel to its height.
    pub fn aspect(&self) -> f32 {
        self.pixel_aspect.0 as f32 / self.pixel_aspect.1.max(1) as f32
    }

    /// The size at which a picture stored as `width_px` by `height_px` is seen, in square pixels: no side is shorter
    /// than stored.
    pub fn seen_px(&self, width_px: u32, height_px: u32) -> [u32; 2] {
        let [across, down] = self.stretch();
        let wide = (width_px as f32 * across).round() as u32;
        let high = (height_px as f32 * down).round() as u32;
        if self.is_sideways() {
            [high, wide]
        } else {
            [wide, high]
        }
    }

    /// An affine map from stored pixels to those seen, both counted right and down from the top-left corner: rows that
    /// give x and y from (x, y, 1).
    pub fn seen_from_stored(&self, width_px: u32, height_px: u32) -> [[f32; 3]; 2] {
        let [seen_width, seen_height] = self.seen_px(width_px, height_px).map(|px| px as f32);
        let [wide, high] = if self.is_sideways() {
            [seen_height, seen_width]
        } else {
            [seen_width, seen_height]
        };
        let across = wide / width_px.max(1) as f32;
        let down = high / height_px.max(1) as f32;
        let (across, from) = if self.is_mirrored {
            (-across, wide)
        } else {
            (across, 0.0)
        };
        match self.quarter_turns % 4 {
            0 => [[across, 0.0, from], [0.0, down, 0.0]],
            1 => [[0.0, -down, high], [across, 0.0, from]],
            2 => [[-across, 0.0, wide - from], [0.0, -down, high]],
            _ => [[0.0, down, 0.0], [-across, 0.0, wide - from]],
        }
    }

    /// The stored point that is seen at a point: the inverse of [`Self::seen_from_stored`].
    pub fn stored_point(&self, width_px: u32, height_px: u32, [x, y]: [f32; 2]) -> [f32; 2] {
        let [[a, b, from_x], [c, d, from_y]] = self.seen_from_stored(width_px, height_px);
        let determinant = a * d - b * c;
        let (x, y) = (x - from_x, y - from_y);
        [(d * x - b * y) / determinant, (a * y - c * x) / determinant]
    }

    fn is_sideways(&self) -> bool {
        self.quarter_turns % 2 == 1
    }

    /// Seen pixels for each stored one, across and down: the longer side of a pixel is stretched, none is shrunk.
    fn stretch(&self) -> [f32; 2] {
        let aspect = self.aspect();
        if aspect >= 1.0 {
            [aspect, 1.0]
        } else {
            [1.0, 1.0 / aspect.max(f32::MIN_POSITIVE)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(shape: Shape, [x, y]: [f32; 2]) -> [f32; 2] {
        shape
            .seen_from_stored(40, 30)
            .map(|row| row[0] * x + row[1] * y + row[2])
    }

    #[test]
    fn a_quarter_turn_takes_the_top_left_corner_to_the_top_right() {
        let shape = Shape {
            quarter_turns: 1,
            ..Shape::default()
        };
        assert_eq!(shape.seen_px(40, 30), [30, 40]);
        assert_eq!(seen(shape, [0.0, 0.0]), [30.0, 0.0]);
        assert_eq!(seen(shape, [40.0, 0.0]), [30.0, 40.0]);
        assert_eq!(seen(shape, [0.0, 30.0]), [0.0, 0.0]);
    }

    /// All ways of turning.
    fn turns() -> impl Iterator<Item = Turn> {
        (1..=8).filter_map(Turn::from_exif)
    }

    #[test]
    fn a_picture_laid_for_another_turn_is_seen_as_by_its_own() {
        let point = [7.0, 11.0];
        for (own, other) in turns().flat_map(|own| turns().map(move |other| (own, other))) {
            let laid = Shape::default().with_turn(own.seen_by(other));
            let by_own = seen(Shape::default().with_turn(own), point);
            let [x, y] = seen(laid, point);
            // As it is laid, it may lie on its side.
            let [width, height] = laid.seen_px(40, 30);
            let shown = Shape::default().with_turn(other);
            let by_other = shown.seen_from_stored(width, height);
            let by_other = by_other.map(|row| row[0] * x + row[1] * y + row[2]);
            assert_eq!(by_other, by_own, "{own:?} by {other:?}");
        }
    }

    #[test]
    fn a_second_mirror_undoes_the_first() {
        for turn in turns() {
            assert_eq!(turn.then_mirrored().then_mirrored(), turn);
            assert_eq!(turn.then_turned(3).then_turned(1), turn);
            assert_eq!(turn.seen_by(turn), Turn::default());
        }
    }

    #[test]
    fn every_turn_keeps_the_corners_within_what_is_seen() {
        for quarter_turns in 0..4 {
            for is_mirrored in [false, true] {
                let shape = Shape {
                    quarter_turns,
                    is_mirrored,
                    pixel_aspect: (4, 3),
                };
                let [width, height] = shape.seen_px(40, 30).map(|px| px as f32);
                for corner in [[0.0, 0.0], [40.0, 0.0], [0.0, 30.0], [40.0, 30.0]] {
                    let [x, y] = seen(shape, corner);
                    assert!(x == 0.0 || (x - width).abs() < 0.01, "{shape:?}: {x}");
                    assert!(y == 0.0 || (y - height).abs() < 0.01, "{shape:?}: {y}");
                    let [back_x, back_y] = shape.stored_point(40, 30, [x, y]);
                    assert!((back_x - corner[0]).abs() < 0.01, "{shape:?}");
                    assert!((back_y - corner[1]).abs() < 0.01, "{shape:?}");
                }
            }
        }
    }

    #[test]
    fn pixels_that_are_not_square_stretch_the_picture_and_never_shrink_it() {
        let aspect = |pixel_aspect| Shape {
            pixel_aspect,
            ..Shape::default()
        };
        assert_eq!(aspect((64, 45)).seen_px(720, 576), [1024, 576]);
        assert_eq!(aspect((8, 9)).seen_px(720, 480), [720, 540]);
        assert!(aspect((1, 1)).is_plain(), "square");
    }
}
