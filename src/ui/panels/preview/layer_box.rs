//! The outline of the selected layer on the preview, with handles: the body moves it, corners and edges scale it, the
//! knob turns it; a pinned corner pulls itself.

use egui::{
    CursorIcon, Id, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::math::{LayerShape, ScaleKeys, snap};
use crate::project::{Layer, LayerId, Parameter, Placement};
use crate::status::MediaState;
use crate::ui::panels::inspector::key_time;
use crate::ui::panels::inspector::set_values;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::theme::Theme;

/// Distance of the knob from the upper edge, in points.
const KNOB: f32 = 22.0;
/// Side of a handle, in points.
const HANDLE: f32 = 7.0;
/// Side of a handle's hit area.
const REACH: f32 = 16.0;
/// Steps of turning in degrees: without Shift and with it.
const TURN_STEPS: [f32; 2] = [0.1, 15.0];
/// Distance in points from a line of the canvas within which a drag snaps to it.
const SNAP: f32 = 7.0;

/// A handle of the outline.
#[derive(Clone, Copy, Debug, PartialEq)]
enum BoxHandle {
    Body,
    /// A corner or the middle of an edge, by its position in the picture, whose edges are at ±1.
    Scale(Vec2),
    /// A pinned corner, from the top left one clockwise.
    Pin(usize),
    Knob,
}

/// The canvas on the screen.
#[derive(Clone, Copy, Debug)]
struct Screen {
    picture: Rect,
    points_per_px: f32,
    /// The area in which handles are drawn.
    stage: Rect,
}

impl Screen {
    fn point(&self, canvas: Pos2) -> Pos2 {
        self.picture.min + canvas.to_vec2() * self.points_per_px
    }

    fn canvas(&self, point: Pos2) -> Pos2 {
        ((point - self.picture.min) / self.points_per_px).to_pos2()
    }
}

/// A drag in progress: the handle, the layer as it was, and the point at which the button was pressed.
struct Drag {
    handle: BoxHandle,
    layer: LayerId,
    shape: LayerShape,
    press: Pos2,
}

/// The outline, and the drag in progress.
#[derive(Default)]
pub(crate) struct PreviewBox {
    drag: Option<Drag>,
}

impl PreviewBox {
    /// Selects a layer that is clicked, drags it, and draws the handles of the selected one. `stage` is the response of
    /// the whole area around the picture.
    pub fn ui(&mut self, ui: &Ui, stage: &egui::Response, picture: Rect, pass: &mut Pass<'_, '_>) {
        // Both releasing the button and Escape, which cancels the gesture, end the drag.
        if ui.ctx().dragged_id().is_none() {
            self.drag = None;
        }
        let canvas = pass.view.project.canvas;
        let screen = Screen {
            picture,
            points_per_px: picture.width() / canvas.width_px.max(1) as f32,
            stage: stage.rect,
        };
        self.select_ui(ui, stage, screen, pass);
        nudge(ui, pass);
        let Some(layer) = pass.selected_layer() else {
            return;
        };
        let Some(shape) = shape(layer, pass) else {
            return;
        };
        if !layer.is_locked {
            self.handles_ui(ui, stage.rect, screen, layer, shape);
        }
        let painter = ui.painter_at(stage.rect);
        self.drag_ui(ui, &painter, screen, layer, pass);
        paint(&painter, screen, &shape, layer);
    }

    /// True while a handle is dragged, so that the view must not pan.
    pub fn is_dragging(&self) -> bool {
        self.drag.is_some()
    }

    /// A click selects the frontmost layer there; a drag takes it along.
    fn select_ui(
        &mut self,
        ui: &Ui,
        stage: &egui::Response,
        screen: Screen,
        pass: &mut Pass<'_, '_>,
    ) {
        let is_drag = stage.drag_started_by(egui::PointerButton::Primary);
        let press = if is_drag {
            ui.input(|input| input.pointer.press_origin())
        } else {
            stage.interact_pointer_pos()
        };
        let (true, Some(press)) = (is_drag || stage.clicked(), press) else {
            return;
        };
        let found = layer_at(screen.canvas(press), pass);
        if let Some((layer, shape)) = found {
            let is_selected = pass
                .selected_layer()
                .is_some_and(|other| other.id == layer.id);
            if !is_selected {
                pass.state.selection = Selection::Within(layer.id);
            }
            if is_drag && !layer.is_locked {
                self.drag = Some(Drag {
                    handle: BoxHandle::Body,
                    layer: layer.id,
                    shape,
                    press,
                });
            }
        } else if stage.clicked() {
            pass.state.selection = Selection::Nothing;
        }
    }

    /// Registers the handles, and begins the drag of one.
    fn handles_ui(
        &mut self,
        ui: &Ui,
        stage: Rect,
        screen: Screen,
        layer: &Layer,
        shape: LayerShape,
    ) {
        for (index, (handle, at)) in handles(&shape, screen).into_iter().enumerate() {
            let (verb, cursor) = match handle {
                BoxHandle::Body => continue,
                BoxHandle::Scale(at) if at.x == 0.0 => ("Scale", CursorIcon::ResizeVertical),
                BoxHandle::Scale(at) if at.y == 0.0 => ("Scale", CursorIcon::ResizeHorizontal),
                BoxHandle::Scale(_) => ("Scale", CursorIcon::ResizeNwSe),
                BoxHandle::Pin(_) => ("Pull corner of", CursorIcon::Crosshair),
                BoxHandle::Knob => ("Turn", CursorIcon::Grab),
            };
            let rect = Rect::from_center_size(at, Vec2::splat(REACH)).intersect(stage);
            let id = Id::unique(("preview box", layer.id, index));
            let response = ui
                .interact(rect, id, Sense::drag())
                .on_hover_and_drag_cursor(cursor);
            response.widget_info(|| {
                WidgetInfo::labeled(Role::Splitter, true, format!("{verb} {}", layer.name))
            });
            if response.drag_started()
                && let Some(press) = ui.input(|input| input.pointer.press_origin())
            {
                self.drag = Some(Drag {
                    handle,
                    layer: layer.id,
                    shape,
                    press,
                });
            }
        }
    }

    /// Pushes the edit of the drag, and draws the lines that it snapped to.
    fn drag_ui(
        &self,
        ui: &Ui,
        painter: &Painter,
        screen: Screen,
        layer: &Layer,
        pass: &mut Pass<'_, '_>,
    ) {
        let Some(drag) = self.drag.as_ref().filter(|drag| drag.layer == layer.id) else {
            return;
        };
        let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else {
            return;
        };
        if pointer == drag.press && !pass.state.gesture.is_active() {
            return;
        }
        let modifiers = ui.input(|input| input.modifiers);
        let reach = if modifiers.command {
            0.0
        } else {
            SNAP / screen.points_per_px
        };
        let by = (pointer - drag.press) / screen.points_per_px;
        let (by, lines) = snapped(drag, by, reach);
        let (name, values) = changed(drag, screen, by, modifiers);
        for (axis, line) in lines {
            paint_guide(painter, screen, axis, line);
        }
        pass.gesture_edit(name, set_values(layer, key_time(pass), values));
    }
}

/// The values after a drag by this many canvas pixels.
fn changed(
    drag: &Drag,
    screen: Screen,
    by: Vec2,
    modifiers: egui::Modifiers,
) -> (&'static str, Vec<(Parameter, f32)>) {
    use Parameter as P;
    let shape = &drag.shape;
    let press = screen.canvas(drag.press);
    match drag.handle {
        BoxHandle::Body => {
            let [x, y] = shape.moved(by);
            ("Move layer", vec![(P::PositionX, x), (P::PositionY, y)])
        }
        BoxHandle::Scale(at) => {
            let keys = ScaleKeys {
                keeps_proportions: modifiers.shift,
                is_about_centre: modifiers.alt,
            };
            let ([across, down], [x, y]) = shape.scaled(at, shape.canvas_point(at) + by, keys);
            let values = vec![
                (P::ScaleX, across),
                (P::ScaleY, down),
                (P::PositionX, x),
                (P::PositionY, y),
            ];
            ("Scale layer", values)
        }
        BoxHandle::Pin(corner) => {
            let [x, y] = shape.values.corner_pin.unwrap_or_default().offsets_px[corner];
            let [across, down] = P::CORNERS[corner];
            ("Pull corner", vec![(across, x + by.x), (down, y + by.y)])
        }
        BoxHandle::Knob => {
            let step = TURN_STEPS[usize::from(modifiers.shift)];
            let degrees = shape.turned(press, press + by, step);
            ("Turn layer", vec![(P::Rotation, degrees)])
        }
    }
}

/// A drag snapped to the lines of the canvas within `reach`, and these lines: axis and position of each.
fn snapped(drag: &Drag, by: Vec2, reach: f32) -> (Vec2, Vec<(usize, f32)>) {
    let shape = &drag.shape;
    let mut points = match drag.handle {
        BoxHandle::Knob => return (by, Vec::new()),
        BoxHandle::Body => shape.corners().to_vec(),
        BoxHandle::Scale(at) => vec![shape.canvas_point(at)],
        BoxHandle::Pin(corner) => vec![shape.corners()[corner]],
    };
    if drag.handle == BoxHandle::Body {
        let bounds = Rect::from_points(&points);
        points = vec![bounds.min, bounds.center(), bounds.max];
    }
    let mut by = by;
    let mut lines = Vec::new();
    for axis in 0..2 {
        let is_still = matches!(drag.handle, BoxHandle::Scale(at) if at[axis] == 0.0);
        let along: Vec<f32> = points.iter().map(|point| point[axis] + by[axis]).collect();
        if !is_still
            && reach > 0.0
            && let Some((more, line)) = snap(&along, shape.canvas_px[axis] as f32, reach)
        {
            by[axis] += more;
            lines.push((axis, line));
        }
    }
    (by, lines)
}

/// The frontmost shown layer whose picture is at a point of the canvas; the selected one goes before all others.
fn layer_at<'v>(at: Pos2, pass: &Pass<'_, 'v>) -> Option<(&'v Layer, LayerShape)> {
    let project = pass.view.project;
    let is_hit = |layer: &Layer, shape: &LayerShape| {
        let placed = Placement::of(shape.canvas_px, shape.picture_px, &shape.values, layer.flip);
        let point = placed.and_then(|placed| placed.picture_point([at.x, at.y]));
        let [width, height] = shape.picture_px.map(|side| side as f32);
        point.is_some_and(|[x, y]| (0.0..=width).contains(&x) && (0.0..=height).contains(&y))
    };
    let selected = pass.selected_layer().map(|layer| layer.id);
    let mut hits: Vec<_> = project
        .layers
        .iter()
        .filter(|layer| project.is_shown(layer))
        .filter_map(|layer| Some((layer, shape(layer, pass)?)))
        .filter(|(layer, shape)| is_hit(layer, shape))
        .collect();
    let index = hits
        .iter()
        .position(|(layer, _)| Some(layer.id) == selected)
        .unwrap_or(0);
    (index < hits.len()).then(|| hits.swap_remove(index))
}

/// The layer's shape at the playhead; `None` without media of known size.
fn shape(layer: &Layer, pass: &Pass<'_, '_>) -> Option<LayerShape> {
    let canvas = &pass.view.project.canvas;
    Some(LayerShape {
        values: layer.at(key_time(pass)),
        canvas_px: [canvas.width_px, canvas.height_px],
        picture_px: shown_px(layer, pass)?,
    })
}

/// The size of the media file that the layer shows: the selected clip's, else that under the playhead.
fn shown_px(layer: &Layer, pass: &Pass<'_, '_>) -> Option<[u32; 2]> {
    let playhead = pass.view.transport.playhead;
    let is_selected = |id| pass.state.selection.clip() == Some(id);
    let clips = || layer.clips.iter();
    let clip = clips()
        .find(|clip| is_selected(clip.id))
        .or_else(|| clips().find(|clip| (clip.start..clip.end()).contains(&playhead)))?;
    let media = &pass.view.snapshot.media;
    let status = media.iter().find(|status| status.id == clip.media)?;
    match &status.state {
        MediaState::Ready(summary) => {
            Some([summary.width_px, summary.height_px].map(|side| side.max(1)))
        }
        MediaState::Opening | MediaState::Failed(_) => None,
    }
}

/// Alt and an arrow key move the selected layer by a pixel, with Shift by ten.
fn nudge(ui: &Ui, pass: &mut Pass<'_, '_>) {
    let Some(layer) = pass
        .selected_layer()
        .filter(|layer| !layer.is_locked)
        .cloned()
    else {
        return;
    };
    let steps = [
        (egui::Key::ArrowLeft, vec2(-1.0, 0.0)),
        (egui::Key::ArrowRight, vec2(1.0, 0.0)),
        (egui::Key::ArrowUp, vec2(0.0, -1.0)),
        (egui::Key::ArrowDown, vec2(0.0, 1.0)),
    ];
    let mut by = Vec2::ZERO;
    ui.input_mut(|input| {
        for (key, step) in steps {
            let far = egui::Modifiers::ALT | egui::Modifiers::SHIFT;
            by += step * 10.0 * input.count_and_consume_key(far, key) as f32;
            by += step * input.count_and_consume_key(egui::Modifiers::ALT, key) as f32;
        }
    });
    if by != Vec2::ZERO {
        let at = key_time(pass);
        let [x, y] = layer.at(at).transform.position_px;
        let values = [
            (Parameter::PositionX, x + by.x),
            (Parameter::PositionY, y + by.y),
        ];
        pass.edit(set_values(&layer, at, values));
    }
}

/// The handles with their positions on the screen.
fn handles(shape: &LayerShape, screen: Screen) -> Vec<(BoxHandle, Pos2)> {
    let corners = shape.corners().map(|corner| screen.point(corner));
    if shape.values.corner_pin.is_some() {
        return (0..4)
            .map(|corner| (BoxHandle::Pin(corner), corners[corner]))
            .collect();
    }
    let mut handles: Vec<_> = [
        vec2(0.0, -1.0),
        vec2(1.0, 0.0),
        vec2(0.0, 1.0),
        vec2(-1.0, 0.0),
        vec2(-1.0, -1.0),
        vec2(1.0, -1.0),
        vec2(1.0, 1.0),
        vec2(-1.0, 1.0),
    ]
    .into_iter()
    .map(|at| (BoxHandle::Scale(at), screen.point(shape.canvas_point(at))))
    .collect();
    handles.push((BoxHandle::Knob, knob(shape, screen)));
    handles
}

/// The knob's position: above the upper edge, or below it where it would be out of sight, as for a picture that fills
/// the canvas.
fn knob(shape: &LayerShape, screen: Screen) -> Pos2 {
    let top = screen.point(shape.canvas_point(vec2(0.0, -1.0)));
    let up = top - screen.point(shape.canvas_point(vec2(0.0, 1.0)));
    let out = up.normalized() * KNOB;
    let is_seen = screen.stage.shrink(REACH / 2.0).contains(top + out);
    if is_seen { top + out } else { top - out }
}

fn paint(painter: &Painter, screen: Screen, shape: &LayerShape, layer: &Layer) {
    // The picture below is the same in both themes.
    let theme = Theme::dark();
    let colour = theme.layer(layer);
    let corners = shape.corners().map(|corner| screen.point(corner));
    // A dark edge keeps the line visible on a picture of its own colour.
    let edge = theme.background.gamma_multiply(0.6);
    for stroke in [Stroke::new(3.0, edge), Stroke::new(1.4, colour)] {
        painter.add(Shape::closed_line(corners.to_vec(), stroke));
    }
    if layer.is_locked {
        return;
    }
    for (handle, at) in handles(shape, screen) {
        if handle == BoxHandle::Knob {
            painter.circle_filled(at, 4.0, theme.strong);
            painter.circle_stroke(at, 4.5, Stroke::new(1.0, colour));
            continue;
        }
        let is_edge = matches!(handle, BoxHandle::Scale(at) if at.x == 0.0 || at.y == 0.0);
        let side = if is_edge { HANDLE - 2.0 } else { HANDLE };
        let handle = Rect::from_center_size(at, Vec2::splat(side));
        painter.rect_filled(handle, 1.0, theme.strong);
        painter.rect_stroke(handle, 1.0, Stroke::new(1.0, colour), StrokeKind::Outside);
    }
    let anchor = screen.point(shape.anchor());
    if shape.values.transform.anchor != [0.0; 2] {
        painter.circle_stroke(anchor, 4.0, Stroke::new(1.0, colour));
        painter.circle_filled(anchor, 1.2, theme.strong);
    }
}

fn paint_guide(painter: &Painter, screen: Screen, axis: usize, line: f32) {
    let stroke = Stroke::new(1.0, Theme::dark().accent);
    let at = screen.point(pos2(line, line));
    if axis == 0 {
        painter.vline(at.x, screen.picture.y_range(), stroke);
    } else {
        painter.hline(screen.picture.x_range(), at.y, stroke);
    }
}
