//! Markers on the ruler: clicked to seek, dragged, renamed, coloured, removed.

use egui::{
    Color32, CursorIcon, Id, PointerButton, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use super::menus::colours_ui;
use super::readout::readout_ui;
use super::rename::rename_ui;
use super::snap::Snap;
use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit;
use crate::project::{EditCommand, Marker, MarkerEdit, Project};
use crate::time::Time;
use crate::ui::gesture::lead_drag;
use crate::ui::pass::Pass;
use crate::ui::renaming::RenameTarget;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::theme::Theme;
use crate::ui::timeline_scale::Track;
use crate::ui::widgets::elided;

/// Side of a marker's hit area.
const SIZE: f32 = 13.0;
/// Greatest width of a name beside its flag, and the least that is worth drawing.
const NAME_WIDTH: f32 = 130.0;
const LEAST_NAME: f32 = 16.0;
/// Distance of a name from its flag's middle.
const BESIDE: f32 = 8.0;
/// Most markers that one tooltip tells of.
const MOST_TOLD: usize = 8;
/// Width of the field for a new name.
const FIELD_WIDTH: f32 = 150.0;

/// The markers, and the drag of one.
#[derive(Default)]
pub(crate) struct Markers {
    drag: Option<MarkerDrag>,
}

/// A drag of a marker, with the marker as it was when it began.
struct MarkerDrag {
    index: usize,
    marker: Marker,
    /// The project without the marker, which it snaps to.
    others: Project,
    from: Time,
}

impl Markers {
    /// Draws the visible markers with their menus, and drags them.
    pub fn ui(&mut self, ui: &mut Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        self.drag_ui(ui, track, pass);
        let markers = &pass.view.project.markers;
        for (index, marker) in markers.iter().enumerate() {
            if track.shows(marker.time, marker.time) {
                let next = markers.get(index + 1).map(|next| track.x_of(next.time));
                paint_name(ui, track, marker, next, pass);
                self.marker_ui(ui, track, (index, marker), pass);
            }
        }
    }

    fn marker_ui(
        &mut self,
        ui: &mut Ui,
        track: &Track,
        (index, marker): (usize, &Marker),
        pass: &mut Pass<'_, '_>,
    ) {
        let centre = pos2(track.x_of(marker.time), track.rect.bottom() - 6.0);
        let rect = Rect::from_center_size(centre, vec2(SIZE, SIZE));
        let id = Id::unique(("timeline marker", index));
        let response = ui
            .interact(rect, id, Sense::click_and_drag())
            .on_hover_cursor(CursorIcon::PointingHand);
        let is_selected = pass.state.selection == Selection::Marker(index);
        response.widget_info(|| {
            let name = format!("Marker {}", marker.name);
            WidgetInfo::selected(Role::Button, true, is_selected, name)
        });
        let radius = if response.hovered() || is_selected {
            6.5
        } else {
            5.0
        };
        let outline = if is_selected {
            pass.theme.strong
        } else {
            Color32::TRANSPARENT
        };
        let colour = marker_colour(pass.theme, marker);
        let painter = ui.painter_at(track.rect.expand(2.0));
        let flag = |centre| {
            Shape::convex_polygon(diamond(centre, radius), colour, Stroke::new(1.5, outline))
        };
        if has_another_there(index, pass) {
            // One of an older project that lies over another is seen beside it.
            painter.add(flag(centre + vec2(4.0, 0.0)));
        }
        painter.add(flag(centre));
        if response.clicked() {
            pass.state.selection = Selection::Marker(index);
            pass.push(Command::Transport(TransportCommand::SeekTo(marker.time)));
        }
        if response.double_clicked() {
            pass.state.renaming = pass.renaming();
        }
        if response.secondary_clicked() {
            pass.state.selection = Selection::Marker(index);
        }
        if response.drag_started_by(PointerButton::Primary)
            && let Some(origin) = ui.input(|input| input.pointer.press_origin())
        {
            pass.state.selection = Selection::Marker(index);
            self.drag = Some(MarkerDrag::new(
                index,
                marker,
                track.time_at(origin.x),
                pass,
            ));
        }
        menu_ui(&response, index, marker, pass);
        let field = Rect::from_min_size(
            pos2(centre.x + 9.0, track.rect.top()),
            vec2(FIELD_WIDTH, track.rect.height()),
        );
        rename_ui(ui, RenameTarget::Marker(index), field, pass);
        let help = "Click: go there · drag: move · double-click: rename · right click: colour";
        pass.state.help.offer(&response, help);
        response.on_hover_ui(|ui| tooltip_ui(ui, track, marker, pass));
    }

    fn drag_ui(&mut self, ui: &Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        lead_drag(&mut self.drag, ui, |drag, pointer| {
            drag.follow(ui, pointer, track, pass);
        });
    }
}

impl MarkerDrag {
    fn new(index: usize, marker: &Marker, from: Time, pass: &Pass<'_, '_>) -> Self {
        let mut others = pass.view.project.clone();
        others.markers.remove(index);
        Self {
            index,
            marker: marker.clone(),
            others,
            from,
        }
    }

    fn follow(&self, ui: &Ui, pointer: Pos2, track: &Track, pass: &mut Pass<'_, '_>) {
        let project = pass.view.project;
        let wanted = self.marker.time + (track.time_at(pointer.x) - self.from);
        let mut time = clip_edit::on_frame(project, wanted);
        let snap = Snap::new(ui, &self.others, &[], track, pass);
        if let Some(hit) = snap.and_then(|snap| snap.nearest(&[time])) {
            time = hit.to;
        }
        if pass.state.gesture.is_active() || time != self.marker.time {
            let index = self.index;
            pass.gesture_edit(
                "Move marker",
                EditCommand::Marker(MarkerEdit::Move { index, time }),
            );
        }
        // Onto another one it comes to lie beside it.
        let time = self.others.free_marker_time(time, self.marker.time);
        let others = &self.others.markers;
        let place = others.partition_point(|other| other.time <= time);
        pass.state.selection = Selection::Marker(place);
        let rate = project.canvas.frame_rate;
        readout_ui(ui, &pass.state.time_format.text(time, rate), pass);
    }
}

/// True if the next marker lies in the same canvas frame.
fn has_another_there(index: usize, pass: &Pass<'_, '_>) -> bool {
    let project = pass.view.project;
    let rate = project.canvas.frame_rate;
    let frame = |index: usize| {
        let marker = project.markers.get(index)?;
        Some(rate.frame_at(marker.time))
    };
    frame(index) == frame(index + 1)
}

/// Draws a name beside its flag, as far as the next flag leaves room.
fn paint_name(ui: &Ui, track: &Track, marker: &Marker, next: Option<f32>, pass: &Pass<'_, '_>) {
    let left = track.x_of(marker.time) + BESIDE;
    let right = next.map_or(f32::INFINITY, |next| next - BESIDE);
    let room = (right - left).min(NAME_WIDTH);
    if room < LEAST_NAME || marker.name.is_empty() {
        return;
    }
    let painter = ui.painter_at(track.rect);
    let font = style::regular(10.0);
    let galley = elided(&painter, &marker.name, font, pass.theme.text, room);
    let at = pos2(left, track.rect.bottom() - 6.0 - galley.size().y / 2.0);
    let back = Rect::from_min_size(at, galley.size()).expand2(vec2(2.0, 0.0));
    painter.rect_filled(back, 2.0, pass.theme.background);
    painter.galley(at, galley, pass.theme.text);
}

/// All of the markers under a flag: name, time, note.
fn tooltip_ui(ui: &mut Ui, track: &Track, marker: &Marker, pass: &Pass<'_, '_>) {
    ui.set_max_width(320.0);
    let project = pass.view.project;
    let x = track.x_of(marker.time);
    let is_near = |other: &&Marker| (track.x_of(other.time) - x).abs() < SIZE / 2.0;
    for marker in project.markers.iter().filter(is_near).take(MOST_TOLD) {
        let time = pass
            .state
            .time_format
            .text(marker.time, project.canvas.frame_rate);
        ui.horizontal(|ui| {
            ui.colored_label(marker_colour(pass.theme, marker), "■");
            ui.colored_label(pass.theme.strong, &marker.name);
            ui.weak(time);
        });
        if !marker.note.is_empty() {
            ui.label(&marker.note);
        }
    }
}

/// The colour of a marker.
pub(crate) fn marker_colour(theme: &Theme, marker: &Marker) -> Color32 {
    let place = usize::from(marker.colour) % theme.layers.len();
    theme.layers[place]
}

fn diamond(centre: Pos2, radius: f32) -> Vec<Pos2> {
    vec![
        centre - vec2(0.0, radius),
        centre + vec2(radius, 0.0),
        centre + vec2(0.0, radius),
        centre - vec2(radius, 0.0),
    ]
}

fn menu_ui(response: &Response, index: usize, marker: &Marker, pass: &mut Pass<'_, '_>) {
    response.context_menu(|ui| {
        ui.set_min_width(190.0);
        for action in [Action::Rename, Action::Delete] {
            crate::ui::panels::top_bar::menu_item_ui(ui, action, pass);
        }
        ui.separator();
        if let Some(colour) = colours_ui(ui, marker.colour, pass) {
            pass.edit(EditCommand::Marker(MarkerEdit::SetColour(index, colour)));
        }
    });
}
