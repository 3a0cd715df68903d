//! The box whose handles are dragged, about one picture or about several.
//!
//! ```text
//! pointer ─► Frame::target (proportions, snapping) ─► Frame::scaled ─► CanvasMap ─► LayerShape::mapped ─► values
//!                                                     of the canvas, and for each picture exactly
//! ```

use egui::{Pos2, Rect, Vec2, vec2};

use super::canvas_map::{CanvasMap, quarter_turns, rot};
use super::layer_shape::LayerShape;
use super::snap::{lines_of, snapped};

/// The least factor by which several pictures are scaled at once: at 0 they would not come back.
const MIN_FACTOR: f32 = 0.001;
/// Least part of a handle's way that must lead across a line of the canvas for snapping to it.
const MIN_SLOPE: f32 = 0.05;
/// The corners of a box whose sides are at ±1, from the top left one clockwise.
pub(crate) const CORNERS: [[f32; 2]; 4] = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];

/// Modifiers of scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScaleKeys {
    /// Width and height change by the same factor.
    pub keeps_proportions: bool,
    /// The centre stays, instead of the side across.
    pub is_about_centre: bool,
}

/// The box whose handles are dragged: that of one picture, or one about several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// Its middle.
    pub centre: Pos2,
    /// Rotation of its axes.
    pub axes_deg: f32,
    /// From its middle to its right and lower sides; negative where the picture is mirrored.
    pub half: Vec2,
    /// True if its sides can be stretched one axis at a time: every picture's sides are parallel to its own.
    pub is_stretchable: bool,
}

impl Frame {
    /// The box about several pictures, pins and all: parallel to them if they are to each other, else to the canvas.
    pub fn about(shapes: &[LayerShape]) -> Option<Self> {
        let turn_of = |shape: &LayerShape| shape.values.transform.rotation_deg;
        let last = turn_of(shapes.last()?);
        let is_stretchable = shapes
            .iter()
            .all(|shape| quarter_turns(turn_of(shape) - last).is_some());
        let axes_deg = if is_stretchable {
            last - (last / 90.0).round() * 90.0
        } else {
            0.0
        };
        let axes = rot(axes_deg);
        let corners = shapes.iter().flat_map(LayerShape::corners);
        let level: Vec<Pos2> = corners
            .map(|corner| (axes.inverse() * corner.to_vec2()).to_pos2())
            .collect();
        let bounds = Rect::from_points(&level);
        Some(Self {
            centre: (axes * bounds.center().to_vec2()).to_pos2(),
            axes_deg,
            half: bounds.size() * 0.5,
            is_stretchable,
        })
    }

    /// The box after a change of the canvas.
    #[must_use]
    pub fn mapped(self, map: CanvasMap) -> Self {
        let centre = map.point(self.centre);
        match map {
            CanvasMap::Move(_) => Self { centre, ..self },
            CanvasMap::Scale { factors, .. } => Self {
                centre,
                half: self.half * factors,
                ..self
            },
            CanvasMap::Turn { by_deg, .. } => Self {
                centre,
                axes_deg: self.axes_deg + by_deg,
                ..self
            },
        }
    }

    /// A point of the box, whose sides are at ±1.
    pub fn point(&self, at: Vec2) -> Pos2 {
        self.centre + rot(self.axes_deg) * (self.half * at)
    }

    /// Its corners, from the top left one clockwise.
    pub fn corners(&self) -> [Pos2; 4] {
        CORNERS.map(|[x, y]| self.point(vec2(x, y)))
    }

    /// True if a point of the canvas lies in it.
    pub fn contains(&self, at: Pos2) -> bool {
        let offset = rot(self.axes_deg).inverse() * (at - self.centre);
        let half = self.half.abs();
        offset.x.abs() <= half.x && offset.y.abs() <= half.y
    }

    /// The point that stays where it is while the handle at `at` is dragged.
    pub fn pivot(&self, at: Vec2, keys: ScaleKeys) -> Pos2 {
        if keys.is_about_centre {
            self.centre
        } else {
            self.point(-at)
        }
    }

    /// The point to which the handle at `at` (its edges at ±1; 0 for an axis that it does not scale) goes when it is
    /// dragged by `by`, and the lines of the canvas within `reach` that it snapped to.
    ///
    /// A corner that may leave its proportions goes wherever it is dragged; another one, and a side, keeps to the line
    /// through the pivot.
    pub fn target(
        &self,
        at: Vec2,
        by: Vec2,
        keys: ScaleKeys,
        (canvas_px, reach): ([u32; 2], f32),
    ) -> (Pos2, Vec<(usize, f32)>) {
        let from = self.point(at);
        if at.x != 0.0 && at.y != 0.0 && !keys.keeps_proportions {
            let (by, lines) = snapped(&[from], by, canvas_px, reach);
            return (from + by, lines);
        }
        let pivot = self.pivot(at, keys);
        let way = from - pivot;
        // A picture scaled to nothing is pulled out the way its handle lies.
        let way = if way.length_sq() > 1e-6 {
            way
        } else {
            rot(self.axes_deg) * at
        };
        let way = way.normalized();
        let along = (from + by - pivot).dot(way);
        let mut nearest: Option<(f32, usize, f32)> = None;
        for axis in 0..2 {
            for line in lines_of(canvas_px[axis]) {
                let there = (line - pivot[axis]) / way[axis];
                let is_nearer =
                    nearest.is_none_or(|(other, ..)| (there - along).abs() < (other - along).abs());
                if way[axis].abs() > MIN_SLOPE && (there - along).abs() <= reach && is_nearer {
                    nearest = Some((there, axis, line));
                }
            }
        }
        match nearest {
            Some((there, axis, line)) if reach > 0.0 => (pivot + way * there, vec![(axis, line)]),
            _ => (pivot + way * along, Vec::new()),
        }
    }

    /// The change of the canvas that brings the handle at `at` to a point.
    pub fn scaled(&self, at: Vec2, to: Pos2, keys: ScaleKeys) -> CanvasMap {
        let pivot = self.pivot(at, keys);
        let level = rot(self.axes_deg).inverse();
        let (reach, wanted) = (level * (self.point(at) - pivot), level * (to - pivot));
        let both = wanted.dot(reach) / reach.length_sq();
        let factor = |axis: usize| {
            let factor = if keys.keeps_proportions {
                both
            } else if at[axis] == 0.0 {
                1.0
            } else {
                wanted[axis] / reach[axis]
            };
            if factor.is_finite() {
                factor.signum() * factor.abs().max(MIN_FACTOR)
            } else {
                1.0
            }
        };
        CanvasMap::Scale {
            pivot,
            axes_deg: self.axes_deg,
            factors: vec2(factor(0), factor(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{CornerPin, Fit, Flip, LayerValues};
    use proptest::prelude::*;

    const CANVAS: [u32; 2] = [200, 100];
    const FREE: ScaleKeys = ScaleKeys {
        keeps_proportions: false,
        is_about_centre: false,
    };
    const KEPT: ScaleKeys = ScaleKeys {
        keeps_proportions: true,
        is_about_centre: false,
    };
    const UNSNAPPED: ([u32; 2], f32) = (CANVAS, 0.0);

    fn shape(change: impl FnOnce(&mut LayerValues)) -> LayerShape {
        let mut values = LayerValues::default();
        values.transform.fit = Fit::None;
        change(&mut values);
        LayerShape {
            values,
            flip: Flip::default(),
            canvas_px: CANVAS,
            picture_px: [40, 20],
        }
    }

    fn with(shape: &LayerShape, values: LayerValues) -> LayerShape {
        LayerShape { values, ..*shape }
    }

    #[track_caller]
    fn assert_near(one: Pos2, other: Pos2) {
        assert!(one.distance(other) < 0.01, "{one:?} and {other:?}");
    }

    fn corner_at() -> impl Strategy<Value = Vec2> {
        prop::sample::select(CORNERS.map(|[x, y]| vec2(x, y)).to_vec())
    }

    fn side_at() -> impl Strategy<Value = Vec2> {
        let sides = [[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]];
        prop::sample::select(sides.map(|[x, y]| vec2(x, y)).to_vec())
    }

    /// A scale of either sign, not near zero.
    fn scale() -> impl Strategy<Value = f32> {
        (0.2_f32..3.0, any::<bool>()).prop_map(
            |(scale, is_mirrored)| {
                if is_mirrored { -scale } else { scale }
            },
        )
    }

    prop_compose! {
        fn any_shape(quarters_only: bool)(
            position in [-300.0_f32..300.0, -300.0..300.0],
            scale in [scale(), scale()],
            free_deg in -180.0_f32..180.0,
            quarters in -4..=4,
            anchor in [-0.5_f32..0.5, -0.5..0.5],
            picture_px in [10_u32..400, 10_u32..400],
            fit in prop::sample::select(vec![Fit::Fit, Fit::Fill, Fit::Stretch, Fit::None]),
            flips in [any::<bool>(), any::<bool>()],
            pins in prop::option::of([[-9.0_f32..9.0, -9.0..9.0], [-9.0..9.0, -9.0..9.0],
                [-9.0..9.0, -9.0..9.0], [-9.0..9.0, -9.0..9.0]]),
        ) -> LayerShape {
            let mut values = LayerValues::default();
            values.transform.position_px = position;
            values.transform.scale = scale;
            values.transform.rotation_deg =
                if quarters_only { 90.0 * quarters as f32 } else { free_deg };
            values.transform.anchor = anchor;
            values.transform.fit = fit;
            values.corner_pin = pins.map(|offsets_px| CornerPin { offsets_px });
            let [across, down] = flips;
            LayerShape { values, flip: Flip { across, down }, canvas_px: CANVAS, picture_px }
        }
    }

    fn any_shapes() -> impl Strategy<Value = Vec<LayerShape>> {
        any::<bool>()
            .prop_flat_map(|quarters_only| prop::collection::vec(any_shape(quarters_only), 1..6))
    }

    /// The greatest distance between corners of the same pictures.
    fn distance(some: &[LayerShape], others: &[LayerShape]) -> f32 {
        let pairs = some.iter().zip(others);
        let distances = pairs.flat_map(|(one, other)| {
            let corners = one.corners().into_iter().zip(other.corners());
            corners.map(|(one, other)| one.distance(other))
        });
        distances.fold(0.0, f32::max)
    }

    /// Greatest distance that rounding may leave.
    fn rounding(shapes: &[LayerShape]) -> f32 {
        let reaches = shapes.iter().flat_map(LayerShape::corners);
        0.02 + 2e-5
            * reaches
                .map(|corner| corner.to_vec2().length())
                .fold(0.0, f32::max)
    }

    fn all_mapped(shapes: &[LayerShape], map: CanvasMap) -> Vec<LayerShape> {
        let mapped = shapes.iter().map(|shape| with(shape, shape.mapped(map)));
        mapped.collect()
    }

    proptest! {
        #[test]
        fn every_corner_of_every_picture_goes_where_the_canvas_takes_it(
            shapes in any_shapes(),
            factors in [scale(), scale()],
            by_deg in -180.0_f32..180.0,
            by in [-200.0_f32..200.0, -200.0..200.0],
        ) {
            let frame = Frame::about(&shapes).expect("some pictures");
            let factors = if frame.is_stretchable { factors } else { [factors[0]; 2] };
            let pivot = frame.centre;
            for map in [
                CanvasMap::Move(by.into()),
                CanvasMap::Turn { pivot, by_deg },
                CanvasMap::Scale { pivot, axes_deg: frame.axes_deg, factors: factors.into() },
            ] {
                for (shape, after) in shapes.iter().zip(all_mapped(&shapes, map)) {
                    for (corner, after) in shape.corners().into_iter().zip(after.corners()) {
                        // A picture that is not scaled lies on whole pixels.
                        prop_assert!(map.point(corner).distance(after) < 1.5 + 3.0 * rounding(&shapes), "{map:?}");
                    }
                }
            }
        }

        #[test]
        fn scaling_about_the_centre_and_back_gives_the_same(
            shapes in any_shapes(),
            factors in [scale(), scale()],
            by_deg in -180.0_f32..180.0,
        ) {
            let frame = Frame::about(&shapes).expect("some pictures");
            let factors = if frame.is_stretchable { factors } else { [factors[0]; 2] };
            let (pivot, axes_deg) = (frame.centre, frame.axes_deg);
            let factors = Vec2::from(factors);
            let there = CanvasMap::Scale { pivot, axes_deg, factors };
            let back = CanvasMap::Scale { pivot, axes_deg, factors: vec2(1.0, 1.0) / factors };
            let again = all_mapped(&all_mapped(&shapes, there), back);
            prop_assert!(distance(&shapes, &again) < 5.0 * rounding(&shapes));
            let turned = all_mapped(&shapes, CanvasMap::Turn { pivot, by_deg });
            let again = all_mapped(&turned, CanvasMap::Turn { pivot, by_deg: -by_deg });
            prop_assert!(distance(&shapes, &again) < 5.0 * rounding(&shapes));
        }

        #[test]
        fn the_box_holds_all_corners_and_touches_them_on_each_side(shapes in any_shapes()) {
            let frame = Frame::about(&shapes).expect("some pictures");
            let level = rot(frame.axes_deg).inverse();
            let corners = shapes.iter().flat_map(LayerShape::corners);
            let offsets: Vec<_> = corners.map(|corner| level * (corner - frame.centre)).collect();
            for axis in 0..2 {
                let along = offsets.iter().map(|offset| offset[axis]);
                let (least, greatest) = (along.clone().fold(0.0, f32::min), along.fold(0.0, f32::max));
                prop_assert!((least + frame.half[axis]).abs() < rounding(&shapes));
                prop_assert!((greatest - frame.half[axis]).abs() < rounding(&shapes));
            }
        }

        #[test]
        fn a_free_corner_stays_under_the_pointer_and_the_pivot_where_it_is(
            shape in any_shape(false), at in corner_at(), by in [-90.0_f32..90.0, -90.0..90.0],
            is_about_centre in any::<bool>(),
        ) {
            let shape = with(&shape, LayerValues { corner_pin: None, ..shape.values });
            let keys = ScaleKeys { is_about_centre, ..FREE };
            let (frame, by) = (shape.frame(), Vec2::from(by));
            let (to, _) = frame.target(at, by, keys, UNSNAPPED);
            let after = with(&shape, shape.scaled(at, to, keys)).frame();
            prop_assert!(after.point(at).distance(frame.point(at) + by) < rounding(&[shape]));
            prop_assert!(after.pivot(at, keys).distance(frame.pivot(at, keys)) < rounding(&[shape]));
        }

        #[test]
        fn proportions_are_kept_and_the_corner_is_as_near_to_the_pointer_as_they_allow(
            shapes in any_shapes(), at in corner_at(), by in [-90.0_f32..90.0, -90.0..90.0],
        ) {
            let frame = Frame::about(&shapes).expect("some pictures");
            let by = Vec2::from(by);
            let (to, _) = frame.target(at, by, KEPT, UNSNAPPED);
            let map = frame.scaled(at, to, KEPT);
            let CanvasMap::Scale { factors, pivot, .. } = map else { panic!("{map:?}") };
            prop_assert_eq!(factors.x, factors.y);
            prop_assume!(factors.x.abs() > 2.0 * MIN_FACTOR);
            prop_assert!(frame.mapped(map).point(at).distance(to) < rounding(&shapes));
            let off = frame.point(at) + by - to;
            let way = (frame.point(at) - pivot).normalized();
            prop_assert!(off.dot(way).abs() < rounding(&shapes), "across the diagonal only");
            for (before, after) in shapes.iter().zip(all_mapped(&shapes, map)) {
                let [old, new] = [before, &after].map(|shape| shape.values.transform.scale);
                prop_assert!((new[0] * old[1] - new[1] * old[0]).abs() < 1e-3);
            }
        }

        #[test]
        fn a_side_changes_one_axis_alone(
            shape in any_shape(false), at in side_at(), by in [-90.0_f32..90.0, -90.0..90.0],
        ) {
            let (to, _) = shape.frame().target(at, by.into(), FREE, UNSNAPPED);
            let [old, new] = [shape.values, shape.scaled(at, to, FREE)]
                .map(|values| values.transform.scale);
            let still = usize::from(at.x != 0.0);
            prop_assert_eq!(old[still], new[still]);
            let map = shape.frame().scaled(at, to, FREE);
            let CanvasMap::Scale { factors, .. } = map else { panic!("{map:?}") };
            prop_assert_eq!(factors[still], 1.0);
        }
    }

    #[test]
    fn one_picture_is_scaled_as_its_box_is() {
        let shape = shape(|values| {
            values.transform.rotation_deg = 30.0;
            values.transform.anchor = [0.2, -0.3];
            values.transform.position_px = [11.0, -4.0];
        });
        for keys in [FREE, KEPT] {
            let at = vec2(1.0, 1.0);
            let (to, _) = shape.frame().target(at, vec2(9.0, 14.0), keys, UNSNAPPED);
            let alone = with(&shape, shape.scaled(at, to, keys));
            let mapped = with(&shape, shape.mapped(shape.frame().scaled(at, to, keys)));
            assert!(distance(&[alone], &[mapped]) < 0.01, "{keys:?}");
        }
    }

    #[test]
    fn turned_pictures_share_a_turned_box_and_others_an_upright_one_without_sides() {
        let turned = |degrees| shape(|values| values.transform.rotation_deg = degrees);
        let frame = Frame::about(&[turned(120.0), turned(30.0)]).expect("a box");
        assert!((frame.axes_deg - 30.0).abs() < 1e-3, "{frame:?}");
        assert!(frame.is_stretchable, "{frame:?}");
        let frame = Frame::about(&[turned(0.0), turned(30.0)]).expect("a box");
        assert_eq!((frame.axes_deg, frame.is_stretchable), (0.0, false));
        assert_eq!(Frame::about(&[]), None);
    }

    #[test]
    fn a_corner_that_keeps_its_proportions_snaps_along_its_diagonal() {
        let shape = shape(|values| values.transform.rotation_deg = 20.0);
        let (frame, at) = (shape.frame(), vec2(1.0, 1.0));
        let way = (frame.point(at) - frame.point(-at)).normalized();
        // Two pixels short of the right edge of the canvas.
        let by = way * ((200.0 - frame.point(at).x) / way.x - 2.0);
        let (to, lines) = frame.target(at, by, KEPT, (CANVAS, 7.0));
        assert_eq!(lines, [(0, 200.0)]);
        assert!((to.x - 200.0).abs() < 0.01, "{to:?}");
        let after = with(&shape, shape.scaled(at, to, KEPT));
        assert_near(after.frame().point(at), to);
        assert_near(after.frame().point(-at), frame.point(-at));
    }
}
