//! The layout of the lanes: as high as the area allows, and scrolled where they do not all fit.

use egui::{Pos2, Rect};

use crate::project::{LaneHeight, MAX_LAYERS};
use crate::ui::pass::Pass;

/// Minimum height of a normal lane in points.
const LEAST: f32 = 30.0;
/// Minimum height of any lane.
const LEAST_LOW: f32 = 24.0;

/// The rows of the lanes in one pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    area: Rect,
    /// Upper edges, and at last the lower edge of the lowest lane, from the top of the first one.
    edges: [f32; MAX_LAYERS + 1],
    scrolled: f32,
}

impl Rows {
    /// Lays the lanes out in an area, and clamps the scrolling.
    pub fn new(area: Rect, pass: &mut Pass<'_, '_>) -> Self {
        let layers = &pass.view.project.layers;
        let share = |index: usize| {
            let layer = layers.get(index);
            layer.map_or(1.0, |layer| share_of(layer.lane_height))
        };
        let shares: f32 = (0..MAX_LAYERS).map(share).sum();
        let normal = (area.height() / shares).max(LEAST);
        let mut edges = [0.0; MAX_LAYERS + 1];
        for index in 0..MAX_LAYERS {
            let height = (normal * share(index)).floor().max(LEAST_LOW);
            edges[index + 1] = edges[index] + height;
        }
        let mut rows = Self {
            area,
            edges,
            scrolled: 0.0,
        };
        rows.scrolled = pass.state.timeline.scrolled.clamp(0.0, rows.overflow());
        pass.state.timeline.scrolled = rows.scrolled;
        rows
    }

    /// The lane height nearest to `wanted` points, if `row_height` is a row of height `now`.
    pub fn height_for(row_height: f32, wanted: f32, now: LaneHeight) -> LaneHeight {
        let normal = row_height / share_of(now);
        let share = wanted / normal.max(1.0);
        let heights = [LaneHeight::Low, LaneHeight::Normal, LaneHeight::Tall];
        let distance = |height: &LaneHeight| (share_of(*height) - share).abs();
        let nearest = heights.into_iter();
        nearest
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap_or_default()
    }

    /// The area of the lanes.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// Height of the lanes beyond the area.
    pub fn overflow(&self) -> f32 {
        (self.edges[MAX_LAYERS] - self.area.height()).max(0.0)
    }

    /// The row of a lane.
    pub fn row(&self, index: usize) -> Rect {
        let index = index.min(MAX_LAYERS - 1);
        let top = self.area.top() - self.scrolled;
        Rect::from_x_y_ranges(
            self.area.x_range(),
            top + self.edges[index]..=top + self.edges[index + 1],
        )
    }

    /// The lane at a point, in sight or not.
    pub fn lane_at(&self, place: Pos2) -> Option<usize> {
        (0..MAX_LAYERS).find(|index| self.row(*index).y_range().contains(place.y))
    }

    /// The gap between lanes nearest to a y: its index from the top, and its y.
    pub fn nearest_gap(&self, y: f32, lanes: usize) -> (usize, f32) {
        let gap = |index: usize| self.area.top() - self.scrolled + self.edges[index];
        let distance = |index: &usize| (gap(*index) - y).abs();
        let nearest =
            (0..=lanes.min(MAX_LAYERS)).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let nearest = nearest.unwrap_or(0);
        (nearest, gap(nearest))
    }
}

/// Height of a lane relative to a normal one.
fn share_of(height: LaneHeight) -> f32 {
    match height {
        LaneHeight::Low => 0.62,
        LaneHeight::Normal => 1.0,
        LaneHeight::Tall => 1.9,
    }
}
