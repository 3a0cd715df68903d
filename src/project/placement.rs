//! Placement of a layer's picture on the canvas: for drawing it, and for handles on it.

use super::{CornerPin, Fit, Flip, LayerValues, Transform};

impl Fit {
    /// Canvas pixels per picture pixel, across and down.
    pub fn scale(self, canvas_px: [u32; 2], picture_px: [u32; 2]) -> [f32; 2] {
        let across = canvas_px[0] as f32 / picture_px[0].max(1) as f32;
        let down = canvas_px[1] as f32 / picture_px[1].max(1) as f32;
        match self {
            Self::Fit => [across.min(down); 2],
            Self::Fill => [across.max(down); 2],
            Self::Stretch => [across, down],
            Self::None => [1.0; 2],
        }
    }
}

/// A map from picture pixels to canvas pixels; both count right and down from the top-left corner.
///
/// It is affine, and where corners are pinned in perspective projective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Rows that give the canvas's x and y, each times `w`, from (x, y, 1) of the picture.
    pub canvas_from_picture: [[f32; 3]; 2],
    /// The row that gives `w`: (0, 0, 1) unless in perspective.
    pub perspective: [f32; 3],
}

/// The least that three corners of a pinned picture may span, in square pixels: below it a corner lies on the line
/// between its neighbours, or beyond, and there is no perspective in which the picture looks so.
const MIN_CORNER_PX2: f64 = 0.5;

impl Placement {
    /// Placement of a layer's picture; `None` where its corners are pinned so that it would be folded or flat.
    pub fn of(
        canvas_px: [u32; 2],
        picture_px: [u32; 2],
        values: &LayerValues,
        flip: Flip,
    ) -> Option<Self> {
        let placed = Self::new(canvas_px, picture_px, &values.transform);
        let placed = placed.flipped(picture_px, flip);
        match &values.corner_pin {
            Some(pin) => placed.pinned(picture_px, pin, flip),
            None => Some(placed),
        }
    }

    /// As the transform says: sized by its fit, then scaled and turned about its anchor.
    ///
    /// A picture that is neither scaled nor turned is moved to whole pixels, so that it stays as sharp as it is.
    pub fn new(canvas_px: [u32; 2], picture_px: [u32; 2], transform: &Transform) -> Self {
        let fitted = transform.fit.scale(canvas_px, picture_px);
        let [scale_x, scale_y] = [0, 1].map(|axis| fitted[axis] * transform.scale[axis]);
        let (sin, cos) = sin_cos_deg(transform.rotation_deg);
        let linear = [
            [cos * scale_x, -sin * scale_y],
            [sin * scale_x, cos * scale_y],
        ];
        let is_unchanged = linear == [[1.0, 0.0], [0.0, 1.0]];
        let anchor = [0, 1].map(|axis| picture_px[axis] as f32 * transform.anchor[axis]);
        let pivot = [0, 1].map(|axis| picture_px[axis] as f32 * 0.5 + anchor[axis]);
        let row = |axis: usize| {
            let [x, y] = linear[axis];
            let rest = canvas_px[axis] as f32 * 0.5 + fitted[axis] * anchor[axis];
            let shift = rest + transform.position_px[axis] - x * pivot[0] - y * pivot[1];
            [x, y, if is_unchanged { shift.round() } else { shift }]
        };
        Self {
            canvas_from_picture: [row(0), row(1)],
            perspective: [0.0, 0.0, 1.0],
        }
    }

    /// With the picture mirrored about its own centre.
    #[must_use]
    pub fn flipped(mut self, picture_px: [u32; 2], flip: Flip) -> Self {
        for (axis, is_flipped) in [flip.across, flip.down].into_iter().enumerate() {
            if is_flipped {
                for row in &mut self.canvas_from_picture {
                    row[2] += row[axis] * picture_px[axis] as f32;
                    row[axis] = -row[axis];
                }
            }
        }
        self
    }

    /// The same for a picture that is first mapped by `rows`, which give x and y from (x, y, 1): turned and stretched as
    /// its container says.
    #[must_use]
    pub fn after(&self, rows: [[f32; 3]; 2]) -> Self {
        let [from_x, from_y] = rows;
        let mapped = |[x, y, shift]: [f32; 3]| {
            let mut row: [f32; 3] = std::array::from_fn(|i| x * from_x[i] + y * from_y[i]);
            row[2] += shift;
            row
        };
        Self {
            canvas_from_picture: self.canvas_from_picture.map(mapped),
            perspective: mapped(self.perspective),
        }
    }

    /// With the corners pulled away from where they lie; `None` if the picture would be folded or flat.
    ///
    /// The corners are those that one sees: of a flipped picture, the top left one is still at the top left.
    pub fn pinned(self, picture_px: [u32; 2], pin: &CornerPin, flip: Flip) -> Option<Self> {
        if pin.offsets_px == [[0.0; 2]; 4] {
            return Some(self);
        }
        let [width, height] = picture_px.map(|side| side.max(1) as f32);
        let seen = |corner: [f32; 2]| {
            let across = if flip.across {
                1.0 - corner[0]
            } else {
                corner[0]
            };
            let down = if flip.down {
                1.0 - corner[1]
            } else {
                corner[1]
            };
            self.canvas_point([across * width, down * height])
        };
        let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(seen);
        let mut pulled = [[0.0; 2]; 4];
        for ((pulled, corner), offset) in pulled.iter_mut().zip(corners).zip(pin.offsets_px) {
            *pulled = [0, 1].map(|axis| f64::from(corner[axis]) + f64::from(offset[axis]));
        }
        let mut rows = square_to_quad(pulled)?;
        for (axis, (side, is_flipped)) in [(width, flip.across), (height, flip.down)]
            .into_iter()
            .enumerate()
        {
            for row in &mut rows {
                if is_flipped {
                    row[2] += row[axis];
                    row[axis] = -row[axis];
                }
                row[axis] /= f64::from(side);
            }
        }
        let [x, y, perspective] = rows.map(|row| row.map(|entry| entry as f32));
        Some(Self {
            canvas_from_picture: [x, y],
            perspective,
        })
    }

    /// Position on the canvas of a point of the picture.
    pub fn canvas_point(&self, picture_point: [f32; 2]) -> [f32; 2] {
        let [x, y] = picture_point;
        let dot = |row: [f32; 3]| row[0] * x + row[1] * y + row[2];
        let w = dot(self.perspective);
        self.canvas_from_picture.map(|row| dot(row) / w)
    }

    /// The point of the picture, or of the plane that it lies in, at a point of the canvas; `None` for a picture
    /// without area, and beyond the horizon.
    pub fn picture_point(&self, canvas_point: [f32; 2]) -> Option<[f32; 2]> {
        let rows = self.inverse()?;
        let [x, y] = canvas_point.map(f64::from);
        let [across, down, w] = rows.map(|row| row[0] * x + row[1] * y + row[2]);
        (w > 0.0).then(|| [(across / w) as f32, (down / w) as f32])
    }

    /// Rows that give the picture's x and y, each times `w`, and `w` from (x, y, 1) of the canvas, `w` being above zero in
    /// front of the horizon; `None` for a picture without area.
    pub fn inverse(&self) -> Option<[[f64; 3]; 3]> {
        let [a, b, c] = self.canvas_from_picture[0].map(f64::from);
        let [d, e, f] = self.canvas_from_picture[1].map(f64::from);
        let [g, h, i] = self.perspective.map(f64::from);
        let determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
        let adjugate = [
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ];
        (determinant != 0.0).then(|| adjugate.map(|row| row.map(|entry| entry / determinant)))
    }

    /// True if the picture's sides run along those of the canvas: it may be mirrored and turned by quarters.
    pub fn is_upright(&self) -> bool {
        let [[a, b, _], [c, d, _]] = self.canvas_from_picture;
        self.is_affine() && ((b == 0.0 && c == 0.0) || (a == 0.0 && d == 0.0))
    }

    /// True if it is affine.
    pub fn is_affine(&self) -> bool {
        self.perspective == [0.0, 0.0, 1.0]
    }

    /// True if the centre of every canvas pixel lies within this part of the picture (left, top, right, bottom, in its
    /// pixels), and of a turned picture, whose edges are smoothed, the whole of every pixel. Never in perspective, where it
    /// is not worth asking.
    pub fn covers(&self, canvas_px: [u32; 2], part_px: [f32; 4]) -> bool {
        let [[a, b, shift_x], [c, d, shift_y]] = self.canvas_from_picture;
        let determinant = a * d - b * c;
        let inset = if self.is_upright() { 0.5 } else { 0.0 };
        let [right, bottom] = canvas_px.map(|side| side as f32 - inset);
        let [from_x, from_y, to_x, to_y] = part_px;
        // A placed picture is convex: with the corners of the canvas, all between them lies within it. A determinant of
        // zero gives no number, which lies nowhere.
        let is_within = |[x, y]: [f32; 2]| {
            let [x, y] = [x - shift_x, y - shift_y];
            let across = (d * x - b * y) / determinant;
            let down = (a * y - c * x) / determinant;
            (from_x..=to_x).contains(&across) && (from_y..=to_y).contains(&down)
        };
        self.is_affine()
            && [
                [inset, inset],
                [right, inset],
                [inset, bottom],
                [right, bottom],
            ]
            .into_iter()
            .all(is_within)
    }

    /// True if each canvas pixel shows exactly one pixel of the picture: moved, turned or mirrored, but not scaled, and
    /// lying on whole pixels.
    pub fn is_pixel_exact(&self) -> bool {
        let is_axis = |row: [f32; 3]| match [row[0].abs(), row[1].abs()] {
            [1.0, 0.0] => Some(0),
            [0.0, 1.0] => Some(1),
            _ => None,
        };
        let [x, y] = self.canvas_from_picture;
        let is_grid = matches!((is_axis(x), is_axis(y)), (Some(a), Some(b)) if a != b);
        is_grid && self.is_affine() && x[2].fract() == 0.0 && y[2].fract() == 0.0
    }
}

/// Rows of the projective map that takes the unit square's corners (0,0), (1,0), (1,1), (0,1) to those of a convex
/// quadrilateral (P. S. Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, §2.2.3); `None` for any
/// other.
fn square_to_quad(corners: [[f64; 2]; 4]) -> Option<[[f64; 3]; 3]> {
    let span = |index: usize| {
        let [before, at, after] = [3, 0, 1].map(|step| corners[(index + step) % 4]);
        (at[0] - before[0]) * (after[1] - at[1]) - (at[1] - before[1]) * (after[0] - at[0])
    };
    let spans = [0, 1, 2, 3].map(span);
    let is_convex = spans.iter().all(|span| *span > MIN_CORNER_PX2)
        || spans.iter().all(|span| *span < -MIN_CORNER_PX2);
    if !is_convex {
        return None;
    }
    let [p0, p1, p2, p3] = corners;
    let [dx1, dy1] = [p1[0] - p2[0], p1[1] - p2[1]];
    let [dx2, dy2] = [p3[0] - p2[0], p3[1] - p2[1]];
    let [dx3, dy3] = [0, 1].map(|axis| p0[axis] - p1[axis] + p2[axis] - p3[axis]);
    let determinant = dx1 * dy2 - dx2 * dy1;
    let g = (dx3 * dy2 - dx2 * dy3) / determinant;
    let h = (dx1 * dy3 - dx3 * dy1) / determinant;
    let row = |axis: usize| {
        [
            p1[axis] - p0[axis] + g * p1[axis],
            p3[axis] - p0[axis] + h * p3[axis],
            p0[axis],
        ]
    };
    Some([row(0), row(1), [g, h, 1.0]])
}

/// Sine and cosine, exact at quarter turns, where the float functions leave a trace that would blur a picture.
fn sin_cos_deg(degrees: f32) -> (f32, f32) {
    let turn = degrees.rem_euclid(360.0);
    match turn {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        _ => turn.to_radians().sin_cos(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: [u32; 2] = [200, 100];

    fn placed(
        picture_px: [u32; 2],
        fit: Fit,
        position_px: [f32; 2],
        scale: [f32; 2],
        rotation_deg: f32,
    ) -> Placement {
        let transform = Transform {
            position_px,
            scale,
            rotation_deg,
            fit,
            ..Transform::default()
        };
        Placement::new(CANVAS, picture_px, &transform)
    }

    fn corners(picture_px: [u32; 2], fit: Fit, rotation_deg: f32) -> [[f32; 2]; 2] {
        let placement = placed(picture_px, fit, [0.0; 2], [1.0; 2], rotation_deg);
        [[0.0; 2], picture_px.map(|side| side as f32)].map(|point| placement.canvas_point(point))
    }

    #[test]
    fn each_fit_puts_the_corners_where_it_says() {
        let square = [50, 50];
        assert_eq!(
            corners(square, Fit::Fit, 0.0),
            [[50.0, 0.0], [150.0, 100.0]]
        );
        assert_eq!(
            corners(square, Fit::Fill, 0.0),
            [[0.0, -50.0], [200.0, 150.0]]
        );
        assert_eq!(
            corners(square, Fit::Stretch, 0.0),
            [[0.0, 0.0], [200.0, 100.0]]
        );
        assert_eq!(
            corners(square, Fit::None, 0.0),
            [[75.0, 25.0], [125.0, 75.0]]
        );
    }

    #[test]
    fn a_quarter_turn_takes_the_top_left_corner_to_the_top_right() {
        assert_eq!(
            corners([20, 20], Fit::None, 90.0),
            [[110.0, 40.0], [90.0, 60.0]]
        );
        assert_eq!(
            corners([20, 20], Fit::None, -270.0),
            corners([20, 20], Fit::None, 90.0)
        );
    }

    #[test]
    fn an_odd_picture_at_its_own_size_lies_on_whole_pixels() {
        let [from, to] = corners([127, 71], Fit::None, 0.0);
        assert_eq!(from.map(f32::fract), [0.0; 2]);
        assert_eq!([to[0] - from[0], to[1] - from[1]], [127.0, 71.0]);
    }

    #[test]
    fn pixels_are_kept_by_moves_turns_and_mirrors_on_the_grid_alone() {
        let is_exact = |picture_px, position, scale, degrees| {
            placed(picture_px, Fit::None, position, scale, degrees).is_pixel_exact()
        };
        assert!(is_exact([20, 10], [3.0, -4.0], [1.0; 2], 0.0));
        assert!(is_exact([20, 10], [3.0, -4.0], [-1.0, 1.0], 90.0));
        assert!(is_exact([127, 71], [0.0; 2], [1.0; 2], 0.0));
        assert!(
            !is_exact([127, 71], [0.0; 2], [-1.0, 1.0], 0.0),
            "half a pixel off"
        );
        assert!(
            !is_exact([20, 10], [0.5, 0.0], [-1.0, 1.0], 0.0),
            "half a pixel off"
        );
        assert!(!is_exact([20, 10], [0.0; 2], [2.0, 1.0], 0.0));
        assert!(!is_exact([20, 10], [0.0; 2], [1.0; 2], 1.0));
    }

    #[test]
    fn a_picture_covers_the_canvas_only_where_no_corner_shows() {
        let covers = |picture_px: [u32; 2], fit, position, scale, degrees| {
            let [width, height] = picture_px.map(|side| side as f32);
            placed(picture_px, fit, position, [scale; 2], degrees)
                .covers(CANVAS, [0.0, 0.0, width, height])
        };
        let wide = [640, 320];
        assert!(covers(wide, Fit::Fit, [0.0; 2], 1.0, 0.0));
        assert!(covers([33, 77], Fit::Fill, [0.0; 2], 1.0, 0.0));
        assert!(covers([33, 77], Fit::Stretch, [0.0; 2], 1.0, 180.0));
        assert!(covers(wide, Fit::Fit, [0.0; 2], 3.0, 45.0));
        assert!(!covers([33, 77], Fit::Fit, [0.0; 2], 1.0, 0.0));
        assert!(!covers(wide, Fit::Fit, [1.0, 0.0], 1.0, 0.0));
        assert!(!covers(wide, Fit::Fit, [0.0; 2], 1.0, 5.0));
        assert!(!covers(wide, Fit::Fit, [0.0; 2], 0.0, 0.0), "a point");
    }

    #[test]
    fn what_is_mapped_before_is_placed_as_what_it_becomes() {
        // A quarter turn clockwise: 10×20 stored, 20×10 seen.
        let turned = [[0.0, -1.0, 20.0], [1.0, 0.0, 0.0]];
        let seen = placed([20, 10], Fit::None, [0.0; 2], [1.0; 2], 0.0);
        let stored = seen.after(turned);
        assert_eq!(
            stored.canvas_point([0.0, 0.0]),
            seen.canvas_point([20.0, 0.0])
        );
        assert_eq!(
            stored.canvas_point([10.0, 20.0]),
            seen.canvas_point([0.0, 10.0])
        );
        assert!(stored.is_pixel_exact(), "a turn keeps pixels");
    }

    #[test]
    fn position_and_scale_work_about_the_centre() {
        let placement = placed([10, 10], Fit::None, [30.0, -20.0], [2.0, 4.0], 0.0);
        assert_eq!(placement.canvas_point([5.0, 5.0]), [130.0, 30.0]);
        assert_eq!(placement.canvas_point([0.0, 0.0]), [120.0, 10.0]);
    }

    #[test]
    fn scaling_and_turning_leave_the_anchor_where_it_is() {
        let transform = Transform {
            position_px: [7.0, -3.0],
            scale: [2.0, 0.5],
            rotation_deg: 33.0,
            anchor: [-0.5, 0.25],
            fit: Fit::Fit,
        };
        let at_rest = Transform {
            scale: [1.0; 2],
            rotation_deg: 0.0,
            ..transform
        };
        let anchor = [0.0, 37.5];
        let [turned, rest] = [transform, at_rest]
            .map(|it| Placement::new(CANVAS, [50, 50], &it).canvas_point(anchor));
        for axis in 0..2 {
            assert!(
                (turned[axis] - rest[axis]).abs() < 1e-3,
                "{turned:?} {rest:?}"
            );
        }
    }

    #[test]
    fn a_flip_swaps_the_sides_in_place() {
        let plain = placed([40, 20], Fit::Fit, [5.0, 0.0], [0.5, 0.5], 10.0);
        let flip = Flip {
            across: true,
            down: false,
        };
        let flipped = plain.flipped([40, 20], flip);
        for [x, y] in [[0.0, 0.0], [40.0, 20.0], [13.0, 4.0]] {
            let [one, other] = [
                plain.canvas_point([x, y]),
                flipped.canvas_point([40.0 - x, y]),
            ];
            assert!((one[0] - other[0]).abs() < 1e-3 && (one[1] - other[1]).abs() < 1e-3);
        }
    }

    #[test]
    fn pinned_corners_lie_where_they_are_pulled_and_the_way_back_leads_back() {
        let size = [40, 20];
        let offsets_px = [[5.0, 3.0], [-12.0, -4.0], [9.0, 1.0], [-2.0, 20.0]];
        for across in [false, true] {
            let flip = Flip { across, down: true };
            let plain = placed(size, Fit::Fit, [5.0, 0.0], [0.5, 0.5], 10.0);
            let pin = CornerPin { offsets_px };
            let pinned = plain
                .flipped(size, flip)
                .pinned(size, &pin, flip)
                .expect("convex");
            assert!(
                !pinned.is_affine() && !pinned.is_pixel_exact(),
                "{pinned:?}"
            );
            let corners = [[0.0, 0.0], [40.0, 0.0], [40.0, 20.0], [0.0, 20.0]];
            for (corner, offset) in corners.into_iter().zip(offsets_px) {
                let [x, y] = plain.canvas_point(corner);
                let of_picture = [
                    if across { 40.0 - corner[0] } else { corner[0] },
                    20.0 - corner[1],
                ];
                let found = pinned.canvas_point(of_picture);
                assert!((found[0] - x - offset[0]).abs() < 1e-3, "{found:?}");
                assert!((found[1] - y - offset[1]).abs() < 1e-3, "{found:?}");
                let back = pinned.picture_point(found).expect("in front");
                assert!((back[0] - of_picture[0]).abs() < 1e-2, "{back:?}");
                assert!((back[1] - of_picture[1]).abs() < 1e-2, "{back:?}");
            }
        }
    }

    #[test]
    fn a_pin_that_folds_or_flattens_the_picture_gives_none() {
        let size = [40, 20];
        let plain = placed(size, Fit::None, [0.0; 2], [1.0; 2], 0.0);
        let pinned = |offsets_px| plain.pinned(size, &CornerPin { offsets_px }, Flip::default());
        let still = [0.0; 2];
        assert_eq!(pinned([still; 4]), Some(plain), "unchanged to the bit");
        assert_eq!(
            pinned([[50.0, 0.0], still, still, still]),
            None,
            "a bow tie"
        );
        assert_eq!(pinned([[30.0, 15.0], still, still, still]), None, "a dent");
        assert_eq!(
            pinned([[20.0, 10.0], still, still, still]),
            None,
            "three in line"
        );
        let flat = pinned([still, still, [0.0, -20.0], [0.0, -20.0]]);
        assert_eq!(flat, None, "no height");
        let point = placed(size, Fit::None, [0.0; 2], [0.0; 2], 0.0);
        assert_eq!(point.picture_point([100.0, 50.0]), None, "no area");
    }
}
