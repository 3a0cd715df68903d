//! The outlines of the selected layers on the preview and their handles: where they are, and how they look.

use egui::{CursorIcon, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use super::crop::CropBox;
use super::drag::BoxHandle;
use super::frame::{CORNERS, Frame};
use super::layer_shape::LayerShape;
use crate::ui::theme::Theme;

/// Distances of the knob from the edge, in points: the usual one, and that where there is little room.
const KNOB: [f32; 2] = [22.0, 10.0];
/// Radius of the knob, in points.
const KNOB_RADIUS: f32 = 4.0;
/// Side of a handle, in points.
const HANDLE: f32 = 7.0;
/// Length and width of the bar that crops, in points.
const CROP_BAR: Vec2 = vec2(14.0, 4.0);
/// Side of a handle's hit area, in points.
pub(crate) const REACH: f32 = 16.0;
/// Dash and gap of the line around what is cropped away, in points.
const DASH: [f32; 2] = [5.0, 4.0];

/// The corners and the middles of the edges of a box whose edges are at ±1; the corners last, since they are in front.
const SCALES: [[f32; 2]; 8] = [
    [0.0, -1.0],
    [1.0, 0.0],
    [0.0, 1.0],
    [-1.0, 0.0],
    CORNERS[0],
    CORNERS[1],
    CORNERS[2],
    CORNERS[3],
];

/// The canvas on the screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The canvas.
    pub picture: Rect,
    /// Its scale.
    pub points_per_px: f32,
    /// The area in which handles are drawn.
    pub stage: Rect,
}

impl Screen {
    /// The point at which a point of the canvas is drawn.
    pub fn point(&self, canvas: Pos2) -> Pos2 {
        self.picture.min + canvas.to_vec2() * self.points_per_px
    }

    /// The point of the canvas that is drawn at a point.
    pub fn canvas(&self, point: Pos2) -> Pos2 {
        ((point - self.picture.min) / self.points_per_px).to_pos2()
    }
}

/// The handles of a box with their positions on the screen; the sides only where they can be dragged.
pub(crate) fn box_handles(frame: &Frame, screen: Screen) -> Vec<(BoxHandle, Pos2)> {
    let is_corner = |at: &[f32; 2]| at[0] != 0.0 && at[1] != 0.0;
    let scales = SCALES
        .iter()
        .filter(|at| frame.is_stretchable || is_corner(at))
        .map(|at| Vec2::from(*at));
    let mut handles: Vec<_> = scales
        .map(|at| (BoxHandle::Scale(at), screen.point(frame.point(at))))
        .collect();
    handles.push((BoxHandle::Knob, knob(frame, screen).1));
    handles
}

/// The pinned corners of a picture.
pub(crate) fn pin_handles(shape: &LayerShape, screen: Screen) -> Vec<(BoxHandle, Pos2)> {
    let corners = shape.corners().into_iter().enumerate();
    corners
        .map(|(corner, at)| (BoxHandle::Pin(corner), screen.point(at)))
        .collect()
}

/// The handles of a crop.
pub(crate) fn crop_handles(crop: &CropBox, screen: Screen) -> Vec<(BoxHandle, Pos2)> {
    SCALES
        .map(|at| {
            let at = Vec2::from(at);
            (BoxHandle::Crop(at), screen.point(crop.point(at)))
        })
        .to_vec()
}

/// The middle of the edge that the knob is at, and the knob: outside the box, above its upper edge, or at the next edge
/// where all of it is in sight; within the box only where no edge is.
fn knob(frame: &Frame, screen: Screen) -> (Pos2, Pos2) {
    const EDGES: [[f32; 2]; 4] = [[0.0, -1.0], [0.0, 1.0], [1.0, 0.0], [-1.0, 0.0]];
    let centre = screen.point(frame.centre);
    let at = |edge: [f32; 2], distance: f32| {
        let edge = screen.point(frame.point(edge.into()));
        let out = (edge - centre).normalized();
        // A box without height has its knob above it as well.
        let out = if out == Vec2::ZERO { Vec2::UP } else { out };
        (edge, edge + out * distance)
    };
    let area = screen.stage.shrink(KNOB_RADIUS + 1.0);
    let places = KNOB
        .into_iter()
        .flat_map(|distance| EDGES.map(|edge| at(edge, distance)));
    let seen = places.into_iter().find(|(_, knob)| area.contains(*knob));
    seen.unwrap_or_else(|| {
        let (edge, knob) = at(EDGES[0], -KNOB[0]);
        (edge, area.shrink(KNOB[0]).clamp(knob))
    })
}

/// The pointer over a handle that pulls this way on the screen.
pub(crate) fn resize_cursor(way: Vec2) -> CursorIcon {
    let eighth = (way.angle().to_degrees().rem_euclid(180.0) / 45.0).round() as u32;
    match eighth {
        1 => CursorIcon::ResizeNwSe,
        2 => CursorIcon::ResizeVertical,
        3 => CursorIcon::ResizeNeSw,
        _ => CursorIcon::ResizeHorizontal,
    }
}

/// Draws the outline of a picture, thinner where it is one of several.
pub(crate) fn paint_outline(
    painter: &Painter,
    screen: Screen,
    corners: [Pos2; 4],
    colour: egui::Color32,
    width: f32,
) {
    let corners = corners.map(|corner| screen.point(corner));
    // A dark edge keeps the line visible on a picture of its own colour.
    let edge = Theme::dark().background.gamma_multiply(0.6);
    for stroke in [Stroke::new(width + 1.6, edge), Stroke::new(width, colour)] {
        painter.add(Shape::closed_line(corners.to_vec(), stroke));
    }
}

/// Draws handles, the knob with its stem.
pub(crate) fn paint_handles(
    painter: &Painter,
    screen: Screen,
    frame: &Frame,
    handles: &[(BoxHandle, Pos2)],
    colour: egui::Color32,
) {
    let theme = Theme::dark();
    for (handle, at) in handles {
        let side = match handle {
            BoxHandle::Knob => {
                let (edge, _) = knob(frame, screen);
                painter.line_segment([edge, *at], Stroke::new(1.0, colour));
                painter.circle_filled(*at, KNOB_RADIUS, theme.strong);
                painter.circle_stroke(*at, KNOB_RADIUS + 0.5, Stroke::new(1.0, colour));
                continue;
            }
            BoxHandle::Scale(at) if at.x == 0.0 || at.y == 0.0 => HANDLE - 2.0,
            BoxHandle::Scale(_) | BoxHandle::Pin(_) => HANDLE,
            BoxHandle::Body | BoxHandle::Crop(_) => continue,
        };
        let handle = Rect::from_center_size(*at, Vec2::splat(side));
        painter.rect_filled(handle, 1.0, theme.strong);
        painter.rect_stroke(handle, 1.0, Stroke::new(1.0, colour), StrokeKind::Outside);
    }
}

/// Draws the anchor, unless it is in the middle.
pub(crate) fn paint_anchor(
    painter: &Painter,
    screen: Screen,
    shape: &LayerShape,
    colour: egui::Color32,
) {
    if shape.values.transform.anchor != [0.0; 2] {
        let anchor = screen.point(shape.anchor());
        painter.circle_stroke(anchor, 4.0, Stroke::new(1.0, colour));
        painter.circle_filled(anchor, 1.2, Theme::dark().strong);
    }
}

/// Draws what a crop leaves with its bars, and the whole picture as a dashed line.
pub(crate) fn paint_crop(
    painter: &Painter,
    screen: Screen,
    (shape, crop): (&LayerShape, &CropBox),
    colour: egui::Color32,
) {
    let theme = Theme::dark();
    let mut whole = shape.corners().map(|corner| screen.point(corner)).to_vec();
    whole.extend(whole.first().copied());
    let [dash, gap] = DASH;
    let stroke = Stroke::new(1.0, theme.strong.gamma_multiply(0.7));
    painter.extend(Shape::dashed_line(&whole, stroke, dash, gap));
    let point = |at: Vec2| screen.point(crop.point(at));
    let left = CORNERS.map(|at| crop.point(at.into()));
    paint_outline(painter, screen, left, colour, 1.4);
    let edge = theme.background.gamma_multiply(0.6);
    let bar = |from: Pos2, to: Pos2| {
        painter.line_segment([from, to], Stroke::new(CROP_BAR.y + 2.0, edge));
        painter.line_segment([from, to], Stroke::new(CROP_BAR.y, theme.strong));
    };
    for at in SCALES.map(Vec2::from) {
        let middle = point(at);
        // Along the edges that meet here: both at a corner, each for half its length.
        let way = |to: Vec2| {
            let way = point(to) - middle;
            way.normalized() * CROP_BAR.x.min(way.length() / 2.0)
        };
        if at.x != 0.0 && at.y != 0.0 {
            bar(middle, middle + way(vec2(0.0, at.y)));
            bar(middle, middle + way(vec2(at.x, 0.0)));
        } else {
            let along = way(at + vec2(at.y, at.x).abs()) / 2.0;
            bar(middle - along, middle + along);
        }
    }
}

/// Draws a line of the canvas that a drag snapped to.
pub(crate) fn paint_guide(painter: &Painter, screen: Screen, axis: usize, line: f32) {
    let stroke = Stroke::new(1.0, Theme::dark().accent);
    let at = screen.point(pos2(line, line));
    if axis == 0 {
        painter.vline(at.x, screen.picture.y_range(), stroke);
    } else {
        painter.hline(screen.picture.x_range(), at.y, stroke);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(stage: Rect) -> Screen {
        Screen {
            picture: Rect::from_min_size(pos2(100.0, 100.0), vec2(160.0, 90.0)),
            points_per_px: 0.1,
            stage,
        }
    }

    fn frame(half: Vec2) -> Frame {
        Frame {
            centre: pos2(800.0, 450.0),
            axes_deg: 0.0,
            half,
            is_stretchable: true,
        }
    }

    #[test]
    fn the_knob_is_outside_the_box_wherever_an_edge_has_room() {
        let whole = frame(vec2(800.0, 450.0));
        let picture = Rect::from_min_size(pos2(100.0, 100.0), vec2(160.0, 90.0));
        let beside = |room: Vec2| {
            let (_, knob) = knob(&whole, screen(picture.expand2(room)));
            knob - picture.center()
        };
        assert_eq!(beside(vec2(40.0, 40.0)), vec2(0.0, -45.0 - 22.0));
        assert_eq!(beside(vec2(40.0, 16.0)), vec2(80.0 + 22.0, 0.0));
        assert_eq!(beside(vec2(16.0, 16.0)), vec2(0.0, -45.0 - 10.0));
        let stage = Rect::from_center_size(picture.center(), vec2(90.0, 60.0));
        let (_, within) = knob(&whole, screen(stage));
        assert!(stage.contains(within), "{within:?}");
        let (_, flat) = knob(&frame(Vec2::ZERO), screen(picture));
        assert_eq!(flat - picture.center(), vec2(0.0, -22.0));
    }

    #[test]
    fn the_pointer_shows_which_way_a_handle_pulls() {
        assert_eq!(resize_cursor(vec2(1.0, 1.0)), CursorIcon::ResizeNwSe);
        assert_eq!(resize_cursor(vec2(-1.0, 1.0)), CursorIcon::ResizeNeSw);
        assert_eq!(
            resize_cursor(vec2(-1.0, 0.01)),
            CursorIcon::ResizeHorizontal
        );
        assert_eq!(resize_cursor(vec2(0.0, -1.0)), CursorIcon::ResizeVertical);
    }
}
