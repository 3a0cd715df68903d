//! The geometry of cropping a picture by handles on the canvas, however it is turned, mirrored or pinned.

use egui::{Pos2, Vec2, pos2};

use super::layer_shape::LayerShape;
use super::snap::snapped;
use crate::project::{Crop, LayerValues, Placement};

/// A picture with the part of it that its crop leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CropBox {
    placement: Placement,
    size_px: Vec2,
    crop: Crop,
}

impl CropBox {
    /// That of a picture; `None` for one that is folded or flat.
    pub fn of(shape: &LayerShape) -> Option<Self> {
        let placement = shape.placement()?;
        placement.inverse()?;
        let [width, height] = shape.picture_px.map(|side| side as f32);
        Some(Self {
            placement,
            size_px: Vec2::new(width, height),
            crop: shape.values.crop,
        })
    }

    /// The left and upper, and the right and lower edges of what is left, in picture pixels.
    fn edges(&self) -> [Vec2; 2] {
        let Crop {
            left,
            top,
            right,
            bottom,
        } = self.crop;
        [
            Vec2::new(left, top) * self.size_px,
            (Vec2::splat(1.0) - Vec2::new(right, bottom)) * self.size_px,
        ]
    }

    /// A point of what is left, its edges at ±1, in picture pixels.
    fn picture_point(&self, at: Vec2) -> Vec2 {
        let [least, greatest] = self.edges();
        (least + greatest) * 0.5 + (greatest - least) * 0.5 * at
    }

    /// The same on the canvas.
    pub fn point(&self, at: Vec2) -> Pos2 {
        let Vec2 { x, y } = self.picture_point(at);
        let [x, y] = self.placement.canvas_point([x, y]);
        pos2(x, y)
    }

    /// True if a point of the canvas shows a part of the picture that is left.
    pub fn contains(&self, at: Pos2) -> bool {
        let [least, greatest] = self.edges();
        let found = self.placement.picture_point([at.x, at.y]);
        found.is_some_and(|point| {
            (0..2).all(|axis| (least[axis]..=greatest[axis]).contains(&point[axis]))
        })
    }

    /// The crop after the handle at `at` was dragged by this on the canvas, in whole pixels of the picture, and the lines
    /// of the canvas within `reach` that it snapped to. The handle at 0 moves what is left over the picture.
    ///
    /// `None` beyond the horizon of a pinned picture.
    pub fn dragged(
        &self,
        at: Vec2,
        by: Vec2,
        (canvas_px, reach): ([u32; 2], f32),
    ) -> Option<(Crop, Vec<(usize, f32)>)> {
        let from = self.point(at);
        // Only an edge along the canvas's can lie on a line of it.
        let is_free = at.x != 0.0 && at.y != 0.0;
        let (by, lines) = if self.placement.is_upright() && at != Vec2::ZERO {
            let (to, mut lines) = snapped(&[from], by, canvas_px, reach);
            let axis = usize::from(self.placement.canvas_from_picture[0][0] == 0.0);
            let moves = |line: usize| is_free || (at.x != 0.0) == (line == axis);
            lines.retain(|(line, _)| moves(*line));
            let kept = |line: usize| if moves(line) { to[line] } else { by[line] };
            (Vec2::new(kept(0), kept(1)), lines)
        } else {
            (by, Vec::new())
        };
        let to = from + by;
        let [x, y] = self.placement.picture_point([to.x, to.y])?;
        let by = Vec2::new(x, y) - self.picture_point(at);
        let [least, greatest] = self.edges();
        let mut new = [least, greatest];
        for axis in 0..2 {
            let size = self.size_px[axis];
            let (low, high) = (least[axis], greatest[axis]);
            if at == Vec2::ZERO {
                let by = by[axis].round().min(size - high).max(-low);
                new[0][axis] += by;
                new[1][axis] += by;
            } else if at[axis] < 0.0 {
                // A pixel is left, however far the handle is dragged.
                new[0][axis] = (low + by[axis]).round().min(high - 1.0).max(0.0);
            } else if at[axis] > 0.0 {
                new[1][axis] = (high + by[axis]).round().max(low + 1.0).min(size);
            }
        }
        Some((self.crop_of(new), lines))
    }

    /// The crop that leaves what lies between these edges. A side whose edge did not move keeps its value to the bit.
    fn crop_of(&self, [least, greatest]: [Vec2; 2]) -> Crop {
        let [old_least, old_greatest] = self.edges();
        let part = |old: f32, is_same: bool, part: f32| {
            if is_same { old } else { part.clamp(0.0, 1.0) }
        };
        let (from, to) = (
            least / self.size_px,
            (self.size_px - greatest) / self.size_px,
        );
        Crop {
            left: part(self.crop.left, least.x == old_least.x, from.x),
            top: part(self.crop.top, least.y == old_least.y, from.y),
            right: part(self.crop.right, greatest.x == old_greatest.x, to.x),
            bottom: part(self.crop.bottom, greatest.y == old_greatest.y, to.y),
        }
    }
}

/// The sides that a handle of the crop moves, with their parts: `Left 12.5 %  Top 30 %`.
pub(crate) fn crop_figures(at: Vec2, values: &LayerValues, picture_px: [u32; 2]) -> String {
    let Crop {
        left,
        top,
        right,
        bottom,
    } = values.crop;
    let [width, height] = picture_px.map(|side| side as f32);
    let is_window = at == Vec2::ZERO;
    let sides = [
        (at.x < 0.0 || is_window, "Left", left, width),
        (at.y < 0.0 || is_window, "Top", top, height),
        (at.x > 0.0 || is_window, "Right", right, width),
        (at.y > 0.0 || is_window, "Bottom", bottom, height),
    ];
    let moved = sides.into_iter().filter(|(is_moved, ..)| *is_moved);
    let texts = moved.map(|(_, name, part, size)| {
        format!("{name} {:.0} px, {:.1} %", part * size, part * 100.0)
    });
    texts.collect::<Vec<_>>().join("   ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{CornerPin, Fit, Flip, Transform};
    use proptest::prelude::*;

    const CANVAS: [u32; 2] = [1920, 1080];

    fn shape(rotation_deg: f32, crop: Crop) -> LayerShape {
        let values = LayerValues {
            crop,
            transform: Transform {
                rotation_deg,
                scale: [0.5, 0.8],
                position_px: [100.0, -50.0],
                fit: Fit::None,
                ..Transform::default()
            },
            ..LayerValues::default()
        };
        LayerShape {
            values,
            flip: Flip::default(),
            canvas_px: CANVAS,
            picture_px: [1000, 500],
        }
    }

    fn with(shape: &LayerShape, crop: Crop) -> LayerShape {
        let values = LayerValues {
            crop,
            ..shape.values
        };
        LayerShape { values, ..*shape }
    }

    proptest! {
        #[test]
        fn a_dragged_corner_stays_under_the_pointer_on_any_picture(
            rotation_deg in -180.0_f32..180.0,
            flips in [any::<bool>(), any::<bool>()],
            pin in prop::option::of([-60.0_f32..60.0, -60.0..60.0]),
            crop in [0.1_f32..0.3, 0.1..0.3, 0.1..0.3, 0.1..0.3],
            corner in prop::sample::select(super::super::frame::CORNERS.to_vec()),
            by in [-20.0_f32..20.0, -20.0..20.0],
        ) {
            let [left, top, right, bottom] = crop;
            let mut shape = shape(rotation_deg, Crop { left, top, right, bottom });
            let [across, down] = flips;
            shape.flip = Flip { across, down };
            shape.values.corner_pin = pin.map(|offset| CornerPin {
                offsets_px: [offset, [0.0; 2], [0.0; 2], [0.0; 2]],
            });
            let (at, by) = (Vec2::from(corner), Vec2::from(by));
            let before = CropBox::of(&shape).expect("not flat");
            let (crop, _) = before.dragged(at, by, (CANVAS, 0.0)).expect("in front");
            let after = CropBox::of(&with(&shape, crop)).expect("not flat");
            // To whole pixels of the picture, which are smaller than those of the canvas.
            prop_assert!(after.point(at).distance(before.point(at) + by) < 1.5);
            prop_assert!(after.point(-at).distance(before.point(-at)) < 0.01);
        }

        #[test]
        fn a_crop_keeps_its_rules_however_far_a_handle_is_dragged(
            rotation_deg in -180.0_f32..180.0,
            crop in [0.0_f32..=1.0, 0.0..=1.0, 0.0..=1.0, 0.0..=1.0],
            at in [-1_i8..=1, -1_i8..=1],
            by in [-5000.0_f32..5000.0, -5000.0..5000.0],
        ) {
            let [left, top, right, bottom] = crop;
            let old = Crop { left, top, right, bottom };
            let shape = shape(rotation_deg, old);
            let at = Vec2::from(at.map(f32::from));
            let (new, _) = CropBox::of(&shape).expect("not flat")
                .dragged(at, by.into(), (CANVAS, 7.0)).expect("in front");
            for side in [new.left, new.top, new.right, new.bottom] {
                prop_assert!((0.0..=1.0).contains(&side));
            }
            if at.x >= 0.0 && at != Vec2::ZERO { prop_assert_eq!(new.left, old.left); }
            if at.y <= 0.0 && at != Vec2::ZERO { prop_assert_eq!(new.bottom, old.bottom); }
        }
    }

    #[test]
    fn an_edge_snaps_to_the_middle_of_the_canvas_and_to_nothing_beside_its_way() {
        let shape = shape(0.0, Crop::default());
        let crop = CropBox::of(&shape).expect("not flat");
        let at = Vec2::new(-1.0, 0.0);
        let from = crop.point(at);
        let by = Vec2::new(960.0 - from.x + 4.0, 540.0 - from.y + 1.0);
        let (cropped, lines) = crop.dragged(at, by, (CANVAS, 7.0)).expect("in front");
        assert_eq!(lines, [(0, 960.0)]);
        let after = CropBox::of(&with(&shape, cropped)).expect("not flat");
        assert!((after.point(at).x - 960.0).abs() < 0.3);
        assert_eq!(cropped.top, 0.0);
    }

    #[test]
    fn what_is_left_moves_over_the_picture_up_to_its_edges() {
        let crop = Crop {
            left: 0.1,
            right: 0.3,
            ..Crop::default()
        };
        let shape = shape(0.0, crop);
        let moved = |by: f32| {
            let before = CropBox::of(&shape).expect("not flat");
            let moved = before.dragged(Vec2::ZERO, Vec2::new(by, 9.0), (CANVAS, 0.0));
            moved.expect("in front").0
        };
        let some = moved(50.0);
        assert!((some.left - 0.2).abs() < 1e-4 && (some.right - 0.2).abs() < 1e-4);
        let all = moved(-900.0);
        assert!(all.left.abs() < 1e-4 && (all.right - 0.4).abs() < 1e-4);
        assert_eq!((all.top, all.bottom), (0.0, 0.0));
    }

    #[test]
    fn figures_name_the_sides_that_move() {
        let values = shape(
            0.0,
            Crop {
                left: 0.125,
                ..Crop::default()
            },
        )
        .values;
        let text = |x, y| crop_figures(Vec2::new(x, y), &values, [1000, 500]);
        assert_eq!(text(-1.0, 0.0), "Left 125 px, 12.5 %");
        assert_eq!(text(1.0, 1.0), "Right 0 px, 0.0 %   Bottom 0 px, 0.0 %");
        assert!(text(0.0, 0.0).contains("Top"));
    }
}
