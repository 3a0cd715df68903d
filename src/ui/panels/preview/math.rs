//! The geometry of dragging a layer's handles, in canvas pixels.

use egui::{Pos2, Vec2, emath::Rot2, pos2, vec2};

use crate::project::{LayerValues, Placement};

/// A layer's values when a drag began, and the sizes that its placement follows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LayerShape {
    /// The layer's values.
    pub values: LayerValues,
    /// Width and height of the canvas.
    pub canvas_px: [u32; 2],
    /// Width and height of the picture.
    pub picture_px: [u32; 2],
}

/// Modifiers of scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScaleKeys {
    /// Width and height change by the same factor.
    pub keeps_proportions: bool,
    /// The centre stays, instead of the side across.
    pub is_about_centre: bool,
}

impl LayerShape {
    fn turn(&self) -> Rot2 {
        Rot2::from_angle(self.values.transform.rotation_deg.to_radians())
    }

    fn fitted(&self) -> Vec2 {
        let [across, down] = self
            .values
            .transform
            .fit
            .scale(self.canvas_px, self.picture_px);
        vec2(
            self.picture_px[0] as f32 * across,
            self.picture_px[1] as f32 * down,
        )
    }

    /// A point of the picture, its edges at ±1, relative to the anchor in fitted pixels.
    fn offset_of(&self, at: Vec2) -> Vec2 {
        let [x, y] = self.values.transform.anchor;
        (at * 0.5 - vec2(x, y)) * self.fitted()
    }

    /// The anchor on the canvas at position 0.
    fn rest(&self) -> Pos2 {
        let [x, y] = self.values.transform.anchor;
        let centre = pos2(self.canvas_px[0] as f32, self.canvas_px[1] as f32) * 0.5;
        centre + vec2(x, y) * self.fitted()
    }

    /// The anchor on the canvas.
    pub fn anchor(&self) -> Pos2 {
        let [x, y] = self.values.transform.position_px;
        self.rest() + vec2(x, y)
    }

    fn scale(&self) -> Vec2 {
        let [x, y] = self.values.transform.scale;
        vec2(x, y)
    }

    /// A point of the picture, its edges at ±1, on the canvas; corner pins do not count.
    pub fn canvas_point(&self, at: Vec2) -> Pos2 {
        self.anchor() + self.turn() * (self.offset_of(at) * self.scale())
    }

    /// The corners of the picture on the canvas, from the top left one clockwise, pins and all.
    pub fn corners(&self) -> [Pos2; 4] {
        let placed = Placement::new(self.canvas_px, self.picture_px, &self.values.transform);
        let [width, height] = self.picture_px.map(|side| side as f32);
        let pins = self.values.corner_pin.unwrap_or_default().offsets_px;
        let corners = [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]];
        let mut pulled = [Pos2::ZERO; 4];
        for ((pulled, corner), [dx, dy]) in pulled.iter_mut().zip(corners).zip(pins) {
            let [x, y] = placed.canvas_point(corner);
            *pulled = pos2(x + dx, y + dy);
        }
        pulled
    }

    /// Position after moving, on whole pixels.
    pub fn moved(&self, by: Vec2) -> [f32; 2] {
        let [x, y] = self.values.transform.position_px;
        [(x + by.x).round(), (y + by.y).round()]
    }

    /// Scale and position after a handle at `at` (its edges at ±1; 0 for an axis that it does not scale) was dragged to
    /// a point.
    pub fn scaled(&self, at: Vec2, to: Pos2, keys: ScaleKeys) -> ([f32; 2], [f32; 2]) {
        let pivot_at = if keys.is_about_centre {
            Vec2::ZERO
        } else {
            -at
        };
        let pivot = self.canvas_point(pivot_at);
        let reach = self.offset_of(at) - self.offset_of(pivot_at);
        let wanted = self.turn().inverse() * (to - pivot);
        let old = self.scale();
        let ratio = |wanted: f32, reach: f32, old: f32| {
            if reach == 0.0 { old } else { wanted / reach }
        };
        let mut new = vec2(
            ratio(wanted.x, reach.x, old.x),
            ratio(wanted.y, reach.y, old.y),
        );
        if keys.keeps_proportions {
            let whole = reach * old;
            let factor = wanted.dot(whole) / whole.length_sq().max(1e-6);
            new = old * factor;
        }
        let hold = |value: f32| (value * 10_000.0).round() / 10_000.0;
        let new = vec2(hold(new.x), hold(new.y));
        let anchor = pivot - self.turn() * (self.offset_of(pivot_at) * new);
        let position = anchor - self.rest();
        ([new.x, new.y], [position.x, position.y])
    }

    /// Rotation after the knob was dragged about the anchor, −180 to 180 degrees, in steps of `step_deg`.
    pub fn turned(&self, from: Pos2, to: Pos2, step_deg: f32) -> f32 {
        let by = (to - self.anchor()).angle() - (from - self.anchor()).angle();
        let degrees = self.values.transform.rotation_deg + by.to_degrees();
        let degrees = (degrees / step_deg).round() * step_deg;
        (degrees + 180.0).rem_euclid(360.0) - 180.0
    }
}

/// The shift by which a point of `along` comes to lie on the nearest of the canvas's edges or its middle, if one is
/// within `reach`; and the position of that line.
pub(crate) fn snap(along: &[f32], side_px: f32, reach: f32) -> Option<(f32, f32)> {
    let lines = [0.0, side_px * 0.5, side_px];
    let pairs = lines
        .iter()
        .flat_map(|line| along.iter().map(move |at| (line - at, *line)));
    pairs
        .filter(|(by, _)| by.abs() <= reach)
        .min_by(|(one, _), (other, _)| one.abs().total_cmp(&other.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Fit;

    fn shape(change: impl FnOnce(&mut LayerValues)) -> LayerShape {
        let mut values = LayerValues::default();
        values.transform.fit = Fit::None;
        change(&mut values);
        LayerShape {
            values,
            canvas_px: [200, 100],
            picture_px: [40, 20],
        }
    }

    #[track_caller]
    fn assert_near(one: Pos2, other: Pos2) {
        assert!(one.distance(other) < 0.01, "{one:?} and {other:?}");
    }

    #[test]
    fn a_dragged_corner_follows_the_pointer_and_the_one_across_stays() {
        let mut shape = shape(|values| {
            values.transform.rotation_deg = 30.0;
            values.transform.anchor = [0.2, -0.3];
            values.transform.position_px = [11.0, -4.0];
        });
        let (at, to) = (vec2(1.0, 1.0), pos2(150.0, 90.0));
        let across = shape.canvas_point(-at);
        let (scale, position_px) = shape.scaled(at, to, ScaleKeys::default());
        shape.values.transform.scale = scale;
        shape.values.transform.position_px = position_px;
        assert_near(shape.canvas_point(at), to);
        assert_near(shape.canvas_point(-at), across);
    }

    #[test]
    fn an_edge_scales_one_axis_and_keys_keep_proportions_or_the_centre() {
        let mut shape = shape(|_| {});
        let (scale, _) = shape.scaled(vec2(1.0, 0.0), pos2(160.0, 99.0), ScaleKeys::default());
        assert_eq!(scale, [2.0, 1.0]);
        let both = ScaleKeys {
            keeps_proportions: true,
            is_about_centre: true,
        };
        let (scale, position_px) = shape.scaled(vec2(1.0, 1.0), pos2(140.0, 70.0), both);
        assert_eq!((scale, position_px), ([2.0, 2.0], [0.0, 0.0]));
        shape.values.transform.scale = [-1.0, 1.0];
        let (scale, _) = shape.scaled(vec2(1.0, 0.0), pos2(60.0, 50.0), both);
        assert_eq!(scale, [-2.0, 2.0], "a mirrored picture stays mirrored");
    }

    #[test]
    fn a_quarter_turn_of_the_knob_is_ninety_degrees() {
        let shape = shape(|_| {});
        let centre = shape.anchor();
        let turned = shape.turned(centre - vec2(0.0, 10.0), centre + vec2(10.0, 0.0), 0.1);
        assert!((turned - 90.0).abs() < 0.1, "{turned}");
        let stepped = shape.turned(centre - vec2(0.0, 10.0), centre + vec2(1.0, -3.0), 15.0);
        assert_eq!(stepped, 15.0);
    }

    #[test]
    fn the_nearest_line_within_reach_is_snapped_to() {
        assert_eq!(snap(&[3.0, 23.0, 43.0], 100.0, 5.0), Some((-3.0, 0.0)));
        assert_eq!(snap(&[30.0, 51.0, 72.0], 100.0, 5.0), Some((-1.0, 50.0)));
        assert_eq!(snap(&[30.0, 60.0], 100.0, 5.0), None);
    }

    #[test]
    fn corners_include_the_pins() {
        let shape = shape(|values| {
            values.corner_pin.get_or_insert_default().offsets_px[2] = [5.0, -2.0];
        });
        let corners = shape.corners();
        assert_eq!(corners[0], pos2(80.0, 40.0));
        assert_eq!(corners[2], pos2(125.0, 58.0));
    }
}
