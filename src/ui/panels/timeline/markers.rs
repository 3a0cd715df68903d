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
use crate::ui::pass::Pass;
use crate::ui::renaming::RenameTarget;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::theme::Theme;
use crate::ui::timeline_scale::Track;

/// Side of a marker's hit area.
const SIZE: f32 = 13.0;
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
        let project = pass.view.project;
        for (index, marker) in project.markers.iter().enumerate() {
            if track.shows(marker.time, marker.time) {
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
        let diamond =
            Shape::convex_polygon(diamond(centre, radius), colour, Stroke::new(1.5, outline));
        ui.painter_at(track.rect.expand(2.0)).add(diamond);
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
        response.on_hover_text(format!(
            "{}; click to go there, drag to move, double-click to rename",
            marker.name
        ));
    }

    fn drag_ui(&mut self, ui: &Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        let Some(drag) = &self.drag else {
            return;
        };
        let (is_down, pointer) =
            ui.input(|input| (input.pointer.primary_down(), input.pointer.latest_pos()));
        // Escape ends the drag before the button is released.
        if !is_down || ui.ctx().dragged_id().is_none() {
            self.drag = None;
        } else if let Some(pointer) = pointer {
            drag.follow(ui, pointer, track, pass);
        }
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
        let others = &self.others.markers;
        let place = others.partition_point(|other| other.time <= time);
        pass.state.selection = Selection::Marker(place);
        let rate = project.canvas.frame_rate;
        readout_ui(ui, &pass.state.time_format.text(time, rate), pass);
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
