//! Snapping to the canvas's edges and its middle.

use egui::{Pos2, Vec2};

/// The lines of the canvas that a drag snaps to: its edges and its middle.
pub(crate) fn lines_of(side_px: u32) -> [f32; 3] {
    let side = side_px as f32;
    [0.0, side * 0.5, side]
}

/// A shift of points, on each axis such that one of them comes to lie on the nearest line of the canvas if that is
/// within `reach`; and these lines: axis and position of each.
pub(crate) fn snapped(
    points: &[Pos2],
    by: Vec2,
    canvas_px: [u32; 2],
    reach: f32,
) -> (Vec2, Vec<(usize, f32)>) {
    let (mut by, mut lines) = (by, Vec::new());
    for axis in 0..2 {
        let along: Vec<f32> = points.iter().map(|point| point[axis] + by[axis]).collect();
        if let Some((more, line)) = snap(&along, canvas_px[axis], reach) {
            by[axis] += more;
            lines.push((axis, line));
        }
    }
    (by, lines)
}

/// The shift by which a point of `along` comes to lie on the nearest of the canvas's edges or its middle, if one is
/// within `reach`, which is above 0; and the position of that line.
fn snap(along: &[f32], side_px: u32, reach: f32) -> Option<(f32, f32)> {
    let lines = lines_of(side_px).into_iter();
    let pairs = lines.flat_map(|line| along.iter().map(move |at| (line - at, line)));
    pairs
        .filter(|(by, _)| by.abs() <= reach && reach > 0.0)
        .min_by(|(one, _), (other, _)| one.abs().total_cmp(&other.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_line_within_reach_is_snapped_to() {
        assert_eq!(snap(&[3.0, 23.0, 43.0], 100, 5.0), Some((-3.0, 0.0)));
        assert_eq!(snap(&[30.0, 51.0, 72.0], 100, 5.0), Some((-1.0, 50.0)));
        assert_eq!(snap(&[30.0, 60.0], 100, 5.0), None);
        assert_eq!(snap(&[0.0], 100, 0.0), None, "no reach, no line");
    }
}
