//! Changes of the canvas that take pictures along, in canvas pixels.

use egui::{Pos2, Vec2, emath::Rot2};

/// Greatest difference from a quarter turn, in degrees, within which sides are parallel.
const PARALLEL_DEG: f32 = 1e-3;

/// A change of the canvas that takes every picture on it along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CanvasMap {
    /// Moves by this.
    Move(Vec2),
    /// Scales about a point, along axes turned by `axes_deg`.
    Scale {
        pivot: Pos2,
        axes_deg: f32,
        factors: Vec2,
    },
    /// Turns about a point, clockwise.
    Turn { pivot: Pos2, by_deg: f32 },
}

impl CanvasMap {
    /// The image of a point.
    pub fn point(self, at: Pos2) -> Pos2 {
        match self {
            Self::Move(by) => at + by,
            Self::Scale { pivot, .. } | Self::Turn { pivot, .. } => pivot + self.offset(at - pivot),
        }
    }

    /// The image of an offset between two points.
    pub fn offset(self, by: Vec2) -> Vec2 {
        match self {
            Self::Move(_) => by,
            Self::Scale {
                axes_deg, factors, ..
            } => {
                let axes = rot(axes_deg);
                axes * (axes.inverse() * by * factors)
            }
            Self::Turn { by_deg, .. } => rot(by_deg) * by,
        }
    }
}

/// A rotation clockwise.
pub(crate) fn rot(degrees: f32) -> Rot2 {
    Rot2::from_angle(degrees.to_radians())
}

/// The quarters of a turn that an angle is; `None` if it is no whole number of them.
pub(crate) fn quarter_turns(degrees: f32) -> Option<i32> {
    let quarters = (degrees / 90.0).round();
    ((degrees - quarters * 90.0).abs() < PARALLEL_DEG).then_some(quarters as i32)
}

/// The angle about a point from one place to another, above −180 to 180 degrees, clockwise.
pub(crate) fn angle_deg(about: Pos2, from: Pos2, to: Pos2) -> f32 {
    let by = (to - about).angle() - (from - about).angle();
    180.0 - (180.0 - by.to_degrees()).rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn a_quarter_turn_about_the_anchor_is_ninety_degrees() {
        let centre = pos2(100.0, 50.0);
        let up = centre - vec2(0.0, 10.0);
        assert!((angle_deg(centre, up, centre + vec2(10.0, 0.0)) - 90.0).abs() < 0.01);
        assert!((angle_deg(centre, up, centre + vec2(-10.0, 0.0)) + 90.0).abs() < 0.01);
    }

    #[test]
    fn sides_are_parallel_after_whole_quarters_of_a_turn() {
        assert_eq!(quarter_turns(-270.0), Some(-3));
        assert_eq!(quarter_turns(0.0005), Some(0));
        assert_eq!(quarter_turns(45.0), None);
    }
}
