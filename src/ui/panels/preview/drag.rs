//! A drag of a handle: from the way of the pointer to the new values of the layers, and the figures that tell of them.

use egui::{Modifiers, Pos2, Rect, Vec2};

use super::canvas_map::{CanvasMap, angle_deg};
use super::crop::{CropBox, crop_figures};
use super::figures;
use super::frame::{Frame, ScaleKeys};
use super::layer_shape::LayerShape;
use super::snap::snapped;
use crate::project::{LayerId, LayerValues};

/// Steps of turning in degrees: without Shift and with it.
const TURN_STEPS: [f32; 2] = [0.1, 15.0];

/// A handle on the preview.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BoxHandle {
    /// The pictures themselves.
    Body,
    /// A corner or the middle of an edge, by its position in the box, whose edges are at ±1.
    Scale(Vec2),
    /// A pinned corner, from the top left one clockwise.
    Pin(usize),
    /// The knob that turns.
    Knob,
    /// The same of what a crop leaves, or 0 for all of it.
    Crop(Vec2),
}

/// A drag in progress: the layers as they were when the button was pressed, the last of them the one whose figures are
/// shown.
pub(crate) struct Drag {
    /// The handle.
    pub handle: BoxHandle,
    /// The layers that it changes, each of which is there once, and their shapes; at least one.
    pub start: Vec<(LayerId, LayerShape)>,
    /// The box about them.
    pub frame: Frame,
    /// Position of the pointer on the screen.
    pub press: Pos2,
}

/// Result of a drag so far.
pub(crate) struct DragResult {
    /// The name of the step in undo.
    pub name: &'static str,
    /// The values of each layer of the drag.
    pub values: Vec<LayerValues>,
    /// The box about them.
    pub frame: Frame,
    /// The lines of the canvas that were snapped to: axis and position of each.
    pub lines: Vec<(usize, f32)>,
    /// The figures.
    pub figures: String,
}

impl Drag {
    /// The result of a drag from `press` by `by`, both in canvas pixels. Lines of the canvas snap within `reach`.
    ///
    /// `None` where the pointer is beyond the horizon of a picture in perspective.
    pub fn result(
        &self,
        press: Pos2,
        by: Vec2,
        reach: f32,
        modifiers: Modifiers,
    ) -> Option<DragResult> {
        let (_, shape) = self.start.last()?;
        match self.handle {
            BoxHandle::Body => Some(self.moved(shape, by, reach)),
            BoxHandle::Scale(at) => Some(self.scaled(shape, at, by, (reach, modifiers))),
            BoxHandle::Knob => Some(self.turned(shape, press, by, modifiers)),
            BoxHandle::Pin(corner) => Some(pulled(shape, corner, by, reach)),
            BoxHandle::Crop(at) => cropped(shape, at, by, reach),
        }
    }

    fn is_several(&self) -> bool {
        self.start.len() > 1
    }

    /// The result of a change of the canvas that takes all layers along.
    fn mapped(&self, names: [&'static str; 2], map: CanvasMap) -> DragResult {
        DragResult {
            name: names[usize::from(self.is_several())],
            values: self.start.iter().map(|(_, one)| one.mapped(map)).collect(),
            frame: self.frame.mapped(map),
            lines: Vec::new(),
            figures: String::new(),
        }
    }

    fn moved(&self, shape: &LayerShape, by: Vec2, reach: f32) -> DragResult {
        let corners = self.start.iter().flat_map(|(_, one)| one.corners());
        let bounds = Rect::from_points(&corners.collect::<Vec<_>>());
        let points = [bounds.min, bounds.center(), bounds.max];
        let (mut by, lines) = snapped(&points, by, shape.canvas_px, reach);
        // The layer whose figures are shown comes to lie on whole pixels; the others keep their distance from it.
        for (axis, from) in shape.values.transform.position_px.into_iter().enumerate() {
            if lines.iter().all(|(line, _)| *line != axis) {
                by[axis] = (from + by[axis]).round() - from;
            }
        }
        let mut result = self.mapped(["Move layer", "Move layers"], CanvasMap::Move(by));
        result.lines = lines;
        result.figures = match &result.values[..] {
            [values] => figures::position(values),
            _ => figures::way(by),
        };
        result
    }

    fn scaled(
        &self,
        shape: &LayerShape,
        at: Vec2,
        by: Vec2,
        (reach, modifiers): (f32, Modifiers),
    ) -> DragResult {
        let is_corner = at.x != 0.0 && at.y != 0.0;
        let keys = ScaleKeys {
            // Shift does the other.
            keeps_proportions: !self.frame.is_stretchable || is_corner != modifiers.shift,
            is_about_centre: modifiers.alt,
        };
        let snap = (shape.canvas_px, reach);
        let (to, lines) = self.frame.target(at, by, keys, snap);
        let mut result = if self.is_several() {
            let map = self.frame.scaled(at, to, keys);
            let mut result = self.mapped(["Scale layer", "Scale layers"], map);
            if let CanvasMap::Scale { factors, .. } = map {
                result.figures = figures::percent([factors.x, factors.y]);
            }
            result
        } else {
            let values = shape.scaled(at, to, keys);
            let mut result = alone("Scale layer", shape, values);
            result.figures = figures::percent(values.transform.scale);
            result
        };
        result.lines = lines;
        result
    }

    fn turned(
        &self,
        shape: &LayerShape,
        press: Pos2,
        by: Vec2,
        modifiers: Modifiers,
    ) -> DragResult {
        let step = TURN_STEPS[usize::from(modifiers.shift)];
        let stepped = |degrees: f32| (degrees / step).round() * step;
        if self.is_several() {
            let pivot = self.frame.centre;
            let by_deg = stepped(angle_deg(pivot, press, press + by));
            let map = CanvasMap::Turn { pivot, by_deg };
            let mut result = self.mapped(["Turn layer", "Turn layers"], map);
            result.figures = figures::by_degrees(by_deg);
            return result;
        }
        let mut values = shape.values;
        let rotation = &mut values.transform.rotation_deg;
        *rotation = stepped(*rotation + angle_deg(shape.anchor(), press, press + by));
        let mut result = alone("Turn layer", shape, values);
        result.figures = figures::degrees(values.transform.rotation_deg);
        result
    }
}

/// The result of other values for the one layer that is dragged.
fn alone(name: &'static str, shape: &LayerShape, values: LayerValues) -> DragResult {
    DragResult {
        name,
        values: vec![values],
        frame: LayerShape { values, ..*shape }.frame(),
        lines: Vec::new(),
        figures: String::new(),
    }
}

fn pulled(shape: &LayerShape, corner: usize, by: Vec2, reach: f32) -> DragResult {
    let from = shape.corners()[corner];
    let (by, lines) = snapped(&[from], by, shape.canvas_px, reach);
    let mut values = shape.values;
    let pin = values.corner_pin.get_or_insert_default();
    let [x, y] = &mut pin.offsets_px[corner];
    (*x, *y) = (*x + by.x, *y + by.y);
    let offset = Vec2::new(*x, *y);
    let mut result = alone("Pull corner", shape, values);
    result.lines = lines;
    result.figures = figures::way(offset);
    result
}

fn cropped(shape: &LayerShape, at: Vec2, by: Vec2, reach: f32) -> Option<DragResult> {
    let before = CropBox::of(shape)?;
    let (crop, lines) = before.dragged(at, by, (shape.canvas_px, reach))?;
    let values = LayerValues {
        crop,
        ..shape.values
    };
    let mut result = alone("Crop layer", shape, values);
    result.lines = lines;
    result.figures = crop_figures(at, &values, shape.picture_px);
    Some(result)
}
