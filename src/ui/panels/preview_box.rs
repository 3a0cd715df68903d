//! The selected layer's outline on the preview: dragged to move it, at a corner to scale it, at the knob to turn it.

use egui::{
    Color32, CursorIcon, Id, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, emath::Rot2, vec2,
};

use crate::project::{Canvas, EditCommand, Fit, Layer, Transform};
use crate::stats::MediaState;
use crate::ui::state::Pass;

/// Distance of the knob from the upper edge, in points.
const KNOB: f32 = 22.0;
/// Side of a corner's handle, in points.
const HANDLE: f32 = 7.0;
/// Side of the area in which a handle can be taken.
const REACH: f32 = 16.0;
/// Turning with Shift held goes in steps of this many degrees.
const TURN_STEP: f32 = 15.0;

/// Which part of the outline is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Body,
    Corner,
    Knob,
}

/// The outline: remembers what is in the hand, and how the layer lay when it was taken up.
#[derive(Default)]
pub(crate) struct PreviewBox {
    held: Option<(Part, Transform, Pos2)>,
}

/// Where a layer's picture lies on the screen.
#[derive(Clone, Copy, Debug)]
struct Placed {
    centre: Pos2,
    half: Vec2,
    turn: Rot2,
}

impl Placed {
    /// `points_per_px` converts canvas pixels to screen points.
    fn new(picture: Rect, points_per_px: f32, base_px: Vec2, transform: &Transform) -> Self {
        let [x, y] = transform.position_px;
        let [across, down] = transform.scale;
        Self {
            centre: picture.center() + vec2(x, y) * points_per_px,
            half: base_px * vec2(across, down) * points_per_px / 2.0,
            turn: Rot2::from_angle(transform.rotation_deg.to_radians()),
        }
    }

    fn at(&self, across: f32, down: f32) -> Pos2 {
        self.centre + self.turn * (self.half * vec2(across, down))
    }

    fn corners(&self) -> [Pos2; 4] {
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| self.at(x, y))
    }

    fn knob(&self) -> Pos2 {
        let up = if self.half.y < 0.0 { 1.0 } else { -1.0 };
        self.at(0.0, -1.0) + self.turn * vec2(0.0, up * KNOB)
    }
}

impl PreviewBox {
    /// Draws the outline of the selected layer over the picture, and lets it be dragged.
    pub fn ui(&mut self, ui: &Ui, stage: Rect, picture: Rect, pass: &mut Pass<'_, '_>) {
        if ui.input(|input| !input.pointer.primary_down()) {
            self.held = None;
        }
        let Some(layer) = pass.selected_layer().cloned() else {
            return;
        };
        let Some(media_px) = shown_size_px(&layer, pass) else {
            return;
        };
        let canvas = pass.view.project.canvas;
        let points_per_px = picture.width() / canvas.width_px.max(1) as f32;
        let base_px = fitted_size(media_px, &canvas, layer.transform.fit);
        let placed = Placed::new(picture, points_per_px, base_px, &layer.transform);
        let painter = ui.painter_at(stage);
        paint(
            &painter,
            &placed,
            pass.theme.layer(&layer),
            pass.theme.strong,
            layer.is_locked,
        );
        if layer.is_locked {
            return;
        }
        let part = self.take_up(ui, stage, &placed, &layer);
        let pointer = ui.input(|input| input.pointer.latest_pos());
        if let (Some(part), Some((_, from, press)), Some(pointer)) = (part, self.held, pointer) {
            let origin = Placed::new(picture, points_per_px, base_px, &from).centre;
            let is_stepped = ui.input(|input| input.modifiers.shift);
            let transform = match part {
                Part::Body => moved(&from, (pointer - press) / points_per_px),
                Part::Corner => scaled(&from, origin, press, pointer),
                Part::Knob => turned(&from, origin, press, pointer, is_stepped),
            };
            if transform != layer.transform {
                let edit = EditCommand::SetLayerTransform(layer.id, transform);
                pass.gesture_edit("transform layer", edit);
            }
        }
    }

    /// Registers the handles; returns the one that is being dragged.
    fn take_up(&mut self, ui: &Ui, stage: Rect, placed: &Placed, layer: &Layer) -> Option<Part> {
        let corners = placed.corners();
        let handle = |at: Pos2| Rect::from_center_size(at, Vec2::splat(REACH));
        let mut dragged = None;
        let handles = [
            (Part::Body, Rect::from_points(&corners), "Move", 0),
            (Part::Corner, handle(corners[0]), "Scale", 1),
            (Part::Corner, handle(corners[1]), "Scale", 2),
            (Part::Corner, handle(corners[2]), "Scale", 3),
            (Part::Corner, handle(corners[3]), "Scale", 4),
            (Part::Knob, handle(placed.knob()), "Turn", 5),
        ];
        for (part, rect, verb, index) in handles {
            let cursor = match part {
                Part::Body => CursorIcon::Move,
                Part::Corner => CursorIcon::ResizeNwSe,
                Part::Knob => CursorIcon::Grab,
            };
            let id = Id::unique(("preview box", layer.id, index));
            let response = ui
                .interact(rect.intersect(stage), id, Sense::drag())
                .on_hover_and_drag_cursor(cursor);
            response.widget_info(|| {
                WidgetInfo::labeled(Role::Splitter, true, format!("{verb} {}", layer.name))
            });
            if response.drag_started()
                && let Some(press) = ui.input(|input| input.pointer.press_origin())
            {
                self.held = Some((part, layer.transform, press));
            }
            if response.dragged() {
                dragged = Some(part);
            }
        }
        dragged
    }
}

/// The size of the media file that the layer shows: the selected clip's, else that under the playhead.
fn shown_size_px(layer: &Layer, pass: &Pass<'_, '_>) -> Option<Vec2> {
    let playhead = pass.view.transport.playhead;
    let clip = layer
        .clips
        .iter()
        .find(|clip| match pass.state.selection.clip() {
            Some(id) => clip.id == id,
            None => (clip.start..clip.end()).contains(&playhead),
        })?;
    let media = &pass.view.snapshot.media;
    let status = media.iter().find(|status| status.id == clip.media.0)?;
    match &status.state {
        MediaState::Ready(summary) => {
            Some(vec2(summary.width_px as f32, summary.height_px as f32).max(Vec2::splat(1.0)))
        }
        MediaState::Opening | MediaState::Failed(_) => None,
    }
}

/// The size that a picture has on the canvas before its own scale.
fn fitted_size(media_px: Vec2, canvas: &Canvas, fit: Fit) -> Vec2 {
    let canvas_px = vec2(canvas.width_px as f32, canvas.height_px as f32);
    let ratio = canvas_px / media_px;
    match fit {
        Fit::Fit => media_px * ratio.min_elem(),
        Fit::Fill => media_px * ratio.max_elem(),
        Fit::Stretch => canvas_px,
        Fit::None => media_px,
    }
}

fn moved(from: &Transform, by_px: Vec2) -> Transform {
    let [x, y] = from.position_px;
    Transform {
        position_px: [(x + by_px.x).round(), (y + by_px.y).round()],
        ..*from
    }
}

fn scaled(from: &Transform, centre: Pos2, press: Pos2, pointer: Pos2) -> Transform {
    let factor = pointer.distance(centre) / press.distance(centre).max(1.0);
    let scale = |value: f32| (value * factor * 1000.0).round() / 1000.0;
    Transform {
        scale: from.scale.map(scale),
        ..*from
    }
}

fn turned(
    from: &Transform,
    centre: Pos2,
    press: Pos2,
    pointer: Pos2,
    is_stepped: bool,
) -> Transform {
    let by = (pointer - centre).angle() - (press - centre).angle();
    let degrees = from.rotation_deg + by.to_degrees();
    let step = if is_stepped { TURN_STEP } else { 0.1 };
    let degrees = (degrees / step).round() * step;
    Transform {
        rotation_deg: (degrees + 180.0).rem_euclid(360.0) - 180.0,
        ..*from
    }
}

fn paint(painter: &Painter, placed: &Placed, colour: Color32, strong: Color32, is_locked: bool) {
    let corners = placed.corners();
    let stroke = Stroke::new(1.2, colour);
    painter.add(Shape::closed_line(corners.to_vec(), stroke));
    if is_locked {
        return;
    }
    for corner in corners {
        let handle = Rect::from_center_size(corner, Vec2::splat(HANDLE));
        painter.rect_filled(handle, 1.0, strong);
        painter.rect_stroke(handle, 1.0, Stroke::new(1.0, colour), StrokeKind::Outside);
    }
    painter.circle_filled(placed.knob(), 4.0, strong);
    painter.circle_stroke(placed.knob(), 4.5, Stroke::new(1.0, colour));
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn fitting_follows_the_definition_of_each_mode() {
        let canvas = Canvas::default();
        let wide = vec2(1000.0, 250.0);
        assert_eq!(fitted_size(wide, &canvas, Fit::Fit), vec2(1920.0, 480.0));
        assert_eq!(fitted_size(wide, &canvas, Fit::Fill), vec2(4320.0, 1080.0));
        assert_eq!(
            fitted_size(wide, &canvas, Fit::Stretch),
            vec2(1920.0, 1080.0)
        );
        assert_eq!(fitted_size(wide, &canvas, Fit::None), wide);
    }

    #[test]
    fn turning_a_quarter_clockwise_adds_ninety_degrees() {
        let from = Transform::default();
        let turned = turned(
            &from,
            pos2(0.0, 0.0),
            pos2(0.0, -10.0),
            pos2(10.0, 0.0),
            false,
        );
        assert!((turned.rotation_deg - 90.0).abs() < 0.1, "{turned:?}");
        let scaled = scaled(&from, pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(5.0, 0.0));
        assert_eq!(scaled.scale, [0.5, 0.5]);
    }
}
