//! Where a layer's picture lies on the canvas.

/// How a picture is sized to the canvas before its own scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::enum_variant_names,
    reason = "`Fit` is what the document and the window call it"
)]
pub enum Fit {
    /// As large as fits whole, in its own proportions.
    #[default]
    Fit,
    /// As small as covers the canvas, in its own proportions.
    Fill,
    /// The canvas's size and proportions.
    Stretch,
    /// Pixel for pixel.
    None,
}

impl Fit {
    /// Canvas pixels per picture pixel, across and down.
    fn scale(self, canvas_px: [u32; 2], picture_px: [u32; 2]) -> [f32; 2] {
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

/// An affine map from picture pixels to canvas pixels; both count right and down from the top-left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Rows that give the canvas's x and y from (x, y, 1) of the picture.
    pub canvas_from_picture: [[f32; 3]; 2],
}

impl Placement {
    /// The picture's centre lies `position_px` right of and below the canvas's; it is sized by `fit`, then by `scale`
    /// across and down, and turned clockwise about its centre by `rotation_deg`.
    ///
    /// A picture that is neither scaled nor turned is moved to whole pixels, so that it stays as sharp as it is.
    pub fn new(
        canvas_px: [u32; 2],
        picture_px: [u32; 2],
        fit: Fit,
        position_px: [f32; 2],
        scale: [f32; 2],
        rotation_deg: f32,
    ) -> Self {
        let fitted = fit.scale(canvas_px, picture_px);
        let [scale_x, scale_y] = [fitted[0] * scale[0], fitted[1] * scale[1]];
        let (sin, cos) = sin_cos_deg(rotation_deg);
        let linear = [
            [cos * scale_x, -sin * scale_y],
            [sin * scale_x, cos * scale_y],
        ];
        let is_unchanged = linear == [[1.0, 0.0], [0.0, 1.0]];
        let [half_width, half_height] = picture_px.map(|side| side as f32 * 0.5);
        let row = |axis: usize| {
            let [x, y] = linear[axis];
            let centre = canvas_px[axis] as f32 * 0.5 + position_px[axis];
            let shift = centre - x * half_width - y * half_height;
            [x, y, if is_unchanged { shift.round() } else { shift }]
        };
        Self {
            canvas_from_picture: [row(0), row(1)],
        }
    }

    /// The same for a picture that is first mapped by `rows`, which give x and y from (x, y, 1): turned and stretched as
    /// its container says.
    #[must_use]
    pub fn after(&self, rows: [[f32; 3]; 2]) -> Self {
        let [from_x, from_y] = rows;
        let canvas_from_picture = self.canvas_from_picture.map(|[x, y, shift]| {
            let mut row: [f32; 3] = std::array::from_fn(|i| x * from_x[i] + y * from_y[i]);
            row[2] += shift;
            row
        });
        Self {
            canvas_from_picture,
        }
    }

    /// Where a point of the picture lies on the canvas.
    pub fn canvas_point(&self, picture_point: [f32; 2]) -> [f32; 2] {
        let [x, y] = picture_point;
        self.canvas_from_picture
            .map(|row| row[0] * x + row[1] * y + row[2])
    }

    /// Whether the centre of every canvas pixel lies within the picture.
    pub(super) fn covers(&self, canvas_px: [u32; 2], picture_px: [u32; 2]) -> bool {
        let [[a, b, shift_x], [c, d, shift_y]] = self.canvas_from_picture;
        let determinant = a * d - b * c;
        let [right, bottom] = canvas_px.map(|side| side as f32 - 0.5);
        let [width, height] = picture_px.map(|side| side as f32);
        // A placed picture is convex: with the corners of the canvas, all between them lies within it. A determinant of
        // zero gives no number, which lies nowhere.
        [[0.5, 0.5], [right, 0.5], [0.5, bottom], [right, bottom]]
            .into_iter()
            .all(|[x, y]| {
                let [x, y] = [x - shift_x, y - shift_y];
                let across = (d * x - b * y) / determinant;
                let down = (a * y - c * x) / determinant;
                (0.0..=width).contains(&across) && (0.0..=height).contains(&down)
            })
    }

    /// Whether each canvas pixel shows exactly one pixel of the picture: moved, turned or mirrored, but not scaled, and
    /// lying on whole pixels.
    pub(super) fn is_pixel_exact(&self) -> bool {
        let is_axis = |row: [f32; 3]| match [row[0].abs(), row[1].abs()] {
            [1.0, 0.0] => Some(0),
            [0.0, 1.0] => Some(1),
            _ => None,
        };
        let [x, y] = self.canvas_from_picture;
        let is_grid = matches!((is_axis(x), is_axis(y)), (Some(a), Some(b)) if a != b);
        is_grid && x[2].fract() == 0.0 && y[2].fract() == 0.0
    }

    /// Rows that give clip space's x and y from picture pixels, on a canvas of this size.
    pub(super) fn clip_rows(&self, canvas_px: [u32; 2]) -> [[f32; 4]; 2] {
        let [x, y] = self.canvas_from_picture;
        let across = 2.0 / canvas_px[0].max(1) as f32;
        let down = -2.0 / canvas_px[1].max(1) as f32;
        [
            [x[0] * across, x[1] * across, x[2] * across - 1.0, 0.0],
            [y[0] * down, y[1] * down, y[2] * down + 1.0, 0.0],
        ]
    }
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

    fn corners(picture_px: [u32; 2], fit: Fit, rotation_deg: f32) -> [[f32; 2]; 2] {
        let placement = Placement::new(CANVAS, picture_px, fit, [0.0; 2], [1.0; 2], rotation_deg);
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
            Placement::new(CANVAS, picture_px, Fit::None, position, scale, degrees).is_pixel_exact()
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
        let covers = |picture_px, fit, position, scale, degrees| {
            Placement::new(CANVAS, picture_px, fit, position, [scale; 2], degrees)
                .covers(CANVAS, picture_px)
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
        let seen = Placement::new(CANVAS, [20, 10], Fit::None, [0.0; 2], [1.0; 2], 0.0);
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
        let placement = Placement::new(CANVAS, [10, 10], Fit::None, [30.0, -20.0], [2.0, 4.0], 0.0);
        assert_eq!(placement.canvas_point([5.0, 5.0]), [130.0, 30.0]);
        assert_eq!(placement.canvas_point([0.0, 0.0]), [120.0, 10.0]);
    }
}
