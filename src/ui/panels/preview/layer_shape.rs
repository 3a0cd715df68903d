//! A layer's picture on the canvas: where its points lie, and its values after a drag.

use egui::{Pos2, Vec2, emath::Rot2, pos2, vec2};

use super::canvas_map::{CanvasMap, quarter_turns, rot};
use super::frame::{Frame, ScaleKeys};
use crate::project::{Flip, LayerValues, Parameter, Placement};

/// A layer's values when a drag began, and the sizes that its placement follows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LayerShape {
    /// The layer's values.
    pub values: LayerValues,
    /// Its mirroring.
    pub flip: Flip,
    /// Width and height of the canvas.
    pub canvas_px: [u32; 2],
    /// Width and height of the picture.
    pub picture_px: [u32; 2],
}

impl LayerShape {
    /// The box of its picture; pins do not count.
    pub fn frame(&self) -> Frame {
        Frame {
            centre: self.canvas_point(Vec2::ZERO),
            axes_deg: self.values.transform.rotation_deg,
            half: self.fitted() * self.scale() * 0.5,
            is_stretchable: true,
        }
    }

    fn turn(&self) -> Rot2 {
        rot(self.values.transform.rotation_deg)
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
    fn canvas_point(&self, at: Vec2) -> Pos2 {
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

    /// The map from picture to canvas; `None` for a picture that is folded or flat.
    pub fn placement(&self) -> Option<Placement> {
        Placement::of(self.canvas_px, self.picture_px, &self.values, self.flip)
    }

    /// The values with which the picture lies where a change of the canvas takes it.
    ///
    /// They are exact for a change that keeps angles; for another one if the picture's sides are along its axes.
    pub fn mapped(&self, map: CanvasMap) -> LayerValues {
        let mut values = self.values;
        let position = map.point(self.anchor()) - self.rest();
        values.transform.position_px = [position.x, position.y];
        match map {
            CanvasMap::Move(_) => {}
            CanvasMap::Scale {
                axes_deg, factors, ..
            } => {
                let quarters = quarter_turns(values.transform.rotation_deg - axes_deg);
                let is_swapped = quarters.is_some_and(|quarters| quarters % 2 != 0);
                let [across, down] = &mut values.transform.scale;
                *across *= if is_swapped { factors.y } else { factors.x };
                *down *= if is_swapped { factors.x } else { factors.y };
            }
            CanvasMap::Turn { by_deg, .. } => values.transform.rotation_deg += by_deg,
        }
        if let Some(pin) = &mut values.corner_pin {
            for offset in &mut pin.offsets_px {
                let [x, y] = *offset;
                let by = map.offset(vec2(x, y));
                *offset = [by.x, by.y];
            }
        }
        values
    }

    /// The values after a handle at `at` was dragged to a point.
    ///
    /// As [`Frame::scaled`] says, but a picture that was scaled to nothing, for which there is no factor, comes back.
    pub fn scaled(&self, at: Vec2, to: Pos2, keys: ScaleKeys) -> LayerValues {
        let pivot_at = if keys.is_about_centre {
            Vec2::ZERO
        } else {
            -at
        };
        let pivot = self.canvas_point(pivot_at);
        let reach = self.offset_of(at) - self.offset_of(pivot_at);
        let wanted = self.turn().inverse() * (to - pivot);
        let old = self.scale();
        let ratio = |axis: usize| {
            if at[axis] == 0.0 {
                old[axis]
            } else {
                wanted[axis] / reach[axis]
            }
        };
        let new = if keys.keeps_proportions {
            let old = if old == Vec2::ZERO {
                Vec2::splat(1.0)
            } else {
                old
            };
            let whole = reach * old;
            old * (wanted.dot(whole) / whole.length_sq().max(1e-6))
        } else {
            vec2(ratio(0), ratio(1))
        };
        let anchor = pivot - self.turn() * (self.offset_of(pivot_at) * new);
        let position = anchor - self.rest();
        let mut values = self.values;
        values.transform.scale = [new.x, new.y];
        values.transform.position_px = [position.x, position.y];
        values
    }
}

/// The parameters that differ, with those that are always set together with them, and their new values.
pub(crate) fn differences(old: &LayerValues, new: &LayerValues) -> Vec<(Parameter, f32)> {
    use Parameter as P;
    const TOGETHER: [&[Parameter]; 9] = [
        &[P::PositionX, P::PositionY],
        &[P::ScaleX, P::ScaleY],
        &[P::Rotation],
        &[P::CropLeft, P::CropRight],
        &[P::CropTop, P::CropBottom],
        &P::CORNERS[0],
        &P::CORNERS[1],
        &P::CORNERS[2],
        &P::CORNERS[3],
    ];
    let groups = TOGETHER.into_iter();
    let changed = groups.filter(|group| group.iter().any(|one| one.of(old) != one.of(new)));
    let values = changed.flat_map(|group| group.iter().map(|one| (*one, one.of(new))));
    values.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(change: impl FnOnce(&mut LayerValues)) -> LayerShape {
        let mut values = LayerValues::default();
        values.transform.fit = crate::project::Fit::None;
        change(&mut values);
        LayerShape {
            values,
            flip: Flip::default(),
            canvas_px: [200, 100],
            picture_px: [40, 20],
        }
    }

    #[test]
    fn a_mirrored_picture_stays_mirrored_and_one_scaled_to_nothing_comes_back() {
        let mirrored = shape(|values| values.transform.scale = [-1.0, 1.0]);
        let both = ScaleKeys {
            keeps_proportions: true,
            is_about_centre: true,
        };
        let values = mirrored.scaled(vec2(1.0, 0.0), pos2(60.0, 50.0), both);
        assert_eq!(values.transform.scale, [-2.0, 2.0]);
        for keeps_proportions in [false, true] {
            let keys = ScaleKeys {
                keeps_proportions,
                is_about_centre: false,
            };
            let flat = shape(|values| values.transform.scale = [0.0; 2]);
            let at = vec2(1.0, 1.0);
            let (to, _) = flat
                .frame()
                .target(at, vec2(20.0, 10.0), keys, ([200, 100], 0.0));
            let [across, down] = flat.scaled(at, to, keys).transform.scale;
            assert!(across > 0.1 && down > 0.1, "{across} {down}");
        }
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

    #[test]
    fn what_belongs_together_is_set_together_and_the_rest_left_alone() {
        let old = LayerValues::default();
        let mut new = old;
        new.transform.position_px[0] = 3.0;
        let values = differences(&old, &new);
        assert_eq!(
            values,
            [(Parameter::PositionX, 3.0), (Parameter::PositionY, 0.0)]
        );
        assert_eq!(differences(&old, &old), []);
    }
}
