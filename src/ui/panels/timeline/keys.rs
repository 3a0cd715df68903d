//! Keyframes on a lane: a curve over the clips, whose keys are dragged in time and value.
//!
//! Of a layer's tracks the opacity's is shown, or else the first. The height of the lane is the parameter's range if
//! that is 0 to 1, else the range of the keys.

use egui::{
    CursorIcon, Id, PointerButton, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use super::readout::readout_ui;
use super::snap::Snap;
use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit;
use crate::project::{
    EditCommand, Interpolation, Keyframe, Layer, LayerEdit, LayerId, Parameter, Track,
};
use crate::time::Time;
use crate::ui::gesture::lead_drag;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track as TimeTrack;

/// Side of a key's hit area.
const SIZE: f32 = 12.0;
/// Half the diagonal of a drawn key.
const RADIUS: f32 = 4.5;
/// Distance of the curve's highest and lowest values from the lane's edges.
const MARGIN: f32 = 9.0;
/// The same at the top of a lane of at least this height, where it is clear of the bands of the clips.
const CLEAR: f32 = 24.0;
const TALL: f32 = 52.0;
/// Points between two samples of an eased curve.
const STEP: f32 = 6.0;

/// The keys, and the drag of one.
#[derive(Default)]
pub(crate) struct Keys {
    drag: Option<KeyDrag>,
}

/// A drag of a key, with the key as it was when it began.
struct KeyDrag {
    layer: LayerId,
    parameter: Parameter,
    key: Keyframe,
    press: (Time, f32),
    scale: ValueScale,
}

/// The mapping from values to y.
#[derive(Clone, Copy)]
struct ValueScale {
    low: f32,
    high: f32,
    top: f32,
    bottom: f32,
}

impl ValueScale {
    fn new(lane: Rect, track: &Track) -> Self {
        let (least, most) = track.parameter.range();
        let values = || track.keys.iter().map(|key| key.value);
        let (low, high) = if (least, most) == (0.0, 1.0) {
            (least, most)
        } else {
            let low = values().fold(f32::INFINITY, f32::min);
            let high = values().fold(f32::NEG_INFINITY, f32::max);
            if high - low < 1e-3 {
                (low - 1.0, high + 1.0)
            } else {
                (low, high)
            }
        };
        // Where there is room, below the names of the clips.
        let is_tall = lane.height() >= TALL;
        Self {
            low,
            high,
            top: lane.top() + if is_tall { CLEAR } else { MARGIN },
            bottom: lane.bottom() - MARGIN,
        }
    }

    fn y_of(self, value: f32) -> f32 {
        let share = (value - self.low) / (self.high - self.low);
        self.bottom + (self.top - self.bottom) * share
    }

    /// The change of value for a distance in points downwards.
    fn change_of(self, points: f32) -> f32 {
        -points * (self.high - self.low) / (self.bottom - self.top).max(1.0)
    }
}

impl Keys {
    /// Draws the shown track of a layer over its lane, and begins drags of its keys.
    pub fn ui(
        &mut self,
        ui: &Ui,
        lane: Rect,
        layer: &Layer,
        time: &TimeTrack,
        pass: &mut Pass<'_, '_>,
    ) {
        let shown = layer
            .track(Parameter::Opacity)
            .or_else(|| layer.keyframes.first());
        let Some(track) = shown else {
            return;
        };
        let scale = ValueScale::new(lane, track);
        paint_curve(ui, lane, track, time, scale, pass);
        for index in 0..track.keys.len() {
            self.key_ui(ui, (layer, track, index), time, scale, pass);
        }
    }

    /// Moves the dragged key to the pointer. Called once per pass, whatever lanes are in sight.
    pub fn drag_ui(&mut self, ui: &Ui, time: &TimeTrack, pass: &mut Pass<'_, '_>) {
        lead_drag(&mut self.drag, ui, |drag, pointer| {
            drag.follow(ui, pointer, time, pass);
        });
    }

    fn key_ui(
        &mut self,
        ui: &Ui,
        (layer, track, index): (&Layer, &Track, usize),
        time: &TimeTrack,
        scale: ValueScale,
        pass: &mut Pass<'_, '_>,
    ) {
        let (parameter, key) = (track.parameter, &track.keys[index]);
        if !time.shows(key.time, key.time) {
            return;
        }
        let centre = pos2(time.x_of(key.time), scale.y_of(key.value));
        let rect = Rect::from_center_size(centre, vec2(SIZE, SIZE));
        // By index and not by time, so that the id stays the same during a drag.
        let id = Id::unique(("lane key", layer.id, parameter, index));
        let response = ui
            .interact(rect, id, Sense::click_and_drag())
            .on_hover_cursor(CursorIcon::Move);
        let rate = pass.view.project.canvas.frame_rate;
        let format = pass.state.time_format;
        let name = || {
            let at = format.text(key.time, rate);
            format!(
                "{} {} at {at}, {}",
                parameter.label(),
                key.value,
                layer.name
            )
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, name()));
        let is_hot = response.hovered() || response.dragged();
        let radius = if is_hot { RADIUS + 1.5 } else { RADIUS };
        let corners = [(0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0)];
        let corners = corners.map(|(x, y)| centre + vec2(x, y)).to_vec();
        let outline = Stroke::new(1.0, pass.theme.background);
        let diamond = Shape::convex_polygon(corners, pass.theme.strong, outline);
        ui.painter_at(time.rect.intersect(ui.clip_rect()))
            .add(diamond);
        if response.double_clicked() {
            pass.push(Command::Transport(TransportCommand::SeekTo(key.time)));
        }
        let origin = ui.input(|input| input.pointer.press_origin());
        if response.drag_started_by(PointerButton::Primary)
            && let Some(origin) = origin
        {
            self.drag = Some(KeyDrag {
                layer: layer.id,
                parameter,
                key: *key,
                press: (time.time_at(origin.x), origin.y),
                scale,
            });
        }
        menu_ui(&response, layer.id, parameter, key, pass);
        response.on_hover_ui(|ui| {
            ui.label(name());
        });
    }
}

impl KeyDrag {
    fn follow(&self, ui: &Ui, pointer: Pos2, time: &TimeTrack, pass: &mut Pass<'_, '_>) {
        let project = pass.view.project;
        let wanted = self.key.time + (time.time_at(pointer.x) - self.press.0);
        let mut to = clip_edit::on_frame(project, wanted);
        let snap = Snap::new(ui, project, &[], time, pass);
        if let Some(hit) = snap.and_then(|snap| snap.nearest(&[to])) {
            to = hit.to;
        }
        let (least, most) = self.parameter.range();
        let change = self.scale.change_of(pointer.y - self.press.1);
        let value = (self.key.value + change).clamp(least, most);
        let is_other = (to, value) != (self.key.time, self.key.value);
        if pass.state.gesture.is_active() || is_other {
            let edit = EditCommand::Layer(
                self.layer,
                LayerEdit::MoveKeyframe {
                    parameter: self.parameter,
                    from: self.key.time,
                    to,
                    value,
                },
            );
            pass.gesture_edit("Move keyframe", edit);
        }
        let at = pass.state.time_format.text(to, project.canvas.frame_rate);
        let text = format!("{}  {value:.2}  {at}", self.parameter.label());
        readout_ui(ui, &text, pass);
    }
}

fn paint_curve(
    ui: &Ui,
    lane: Rect,
    track: &Track,
    time: &TimeTrack,
    scale: ValueScale,
    pass: &Pass<'_, '_>,
) {
    let painter = ui.painter_at(time.rect.intersect(ui.clip_rect()).intersect(lane));
    let stroke = Stroke::new(1.5, pass.theme.strong.gamma_multiply(0.85));
    let place = |at: Time, value: f32| pos2(time.x_of(at), scale.y_of(value));
    let mut line = Vec::new();
    for (key, next) in track.keys.iter().zip(track.keys.iter().skip(1)) {
        line.push(place(key.time, key.value));
        match key.interpolation {
            Interpolation::Linear => {}
            Interpolation::Hold => line.push(place(next.time, key.value)),
            Interpolation::Ease => {
                let range = time.rect.x_range();
                let from = time.x_of(key.time).max(range.min);
                let steps = ((time.x_of(next.time).min(range.max) - from) / STEP).max(0.0) as u32;
                for step in 1..=steps {
                    let at = time.time_at(from + step as f32 * STEP);
                    line.push(place(at, track.at(at)));
                }
            }
        }
    }
    if let Some(last) = track.keys.last() {
        line.push(place(last.time, last.value));
    }
    painter.line(line, stroke);
}

fn menu_ui(
    response: &Response,
    layer: LayerId,
    parameter: Parameter,
    key: &Keyframe,
    pass: &mut Pass<'_, '_>,
) {
    response.context_menu(|ui| {
        for &interpolation in Interpolation::ALL {
            let is_it = key.interpolation == interpolation;
            if ui.radio(is_it, interpolation.label()).clicked() {
                let key = Keyframe {
                    interpolation,
                    ..*key
                };
                pass.edit(EditCommand::Layer(
                    layer,
                    LayerEdit::SetKeyframe { parameter, key },
                ));
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Remove keyframe").clicked() {
            let time = key.time;
            pass.edit(EditCommand::Layer(
                layer,
                LayerEdit::RemoveKeyframe { parameter, time },
            ));
            ui.close();
        }
    });
}
