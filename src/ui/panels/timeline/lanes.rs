//! The six lanes: heads, clips, and what can be dropped on them.

use egui::{
    Align2, CursorIcon, DragAndDrop, Id, Key, Modifiers, Pos2, Rect, Role, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::clip::{clip_rect, paint_clip};
use super::drag::{ClipDrag, Grip};
use super::lane_header::{self, lane_header_ui};
use super::scale::Track;
use crate::project::{Clip, EditCommand, Layer, LayerId, MAX_LAYERS};
use crate::stats::MediaState;
use crate::time::Time;
use crate::ui::panels::media_row::DraggedMedia;
use crate::ui::panels::top_bar::menu_item_ui;
use crate::ui::shortcuts::Action;
use crate::ui::state::{Pass, Selection};
use crate::ui::{Command, clip_edit, style};

/// Width of a clip's edges, where it is trimmed.
const EDGE: f32 = 7.0;
/// Length of a clip whose media file's length is not known yet.
const UNKNOWN_LENGTH: Time = Time::from_seconds(5);

/// The lanes: remember what is in the hand.
#[derive(Default)]
pub(crate) struct Lanes {
    drag: Option<ClipDrag>,
    reorder: Option<LayerId>,
}

impl Lanes {
    /// Before the panels are drawn: Escape puts a lane back where it was.
    pub fn begin_pass(&mut self, ctx: &egui::Context) {
        if self.reorder.is_some()
            && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
        {
            self.reorder = None;
            ctx.stop_dragging();
        }
    }

    /// Draws all lanes. `area` holds heads and lanes, `track` lies right of the heads.
    pub fn ui(&mut self, ui: &Ui, area: Rect, track: &Track, pass: &mut Pass<'_, '_>) {
        let project = pass.view.project;
        if self.drag.is_some() && ui.ctx().dragged_id().is_none() {
            self.drag = None;
        }
        for index in 0..MAX_LAYERS {
            let row = row_rect(area, index);
            let line = Stroke::new(1.0, pass.theme.line);
            ui.painter().hline(row.x_range(), row.bottom(), line);
            let lane = Rect::from_min_max(pos2(track.rect.left(), row.top()), row.max);
            match project.layers.get(index) {
                Some(layer) => self.lane_ui(ui, (row, lane), (index, layer), track, pass),
                None => empty_lane_ui(ui, row, lane, index, pass),
            }
        }
        self.drag_ui(ui, area, track, pass);
        self.reorder_ui(ui, area, pass);
        drop_ui(ui, area, track, pass);
    }

    fn lane_ui(
        &mut self,
        ui: &Ui,
        (row, lane): (Rect, Rect),
        (index, layer): (usize, &Layer),
        track: &Track,
        pass: &mut Pass<'_, '_>,
    ) {
        let back = ui.interact(lane, Id::unique(("lane", layer.id)), Sense::click());
        if back.clicked() {
            pass.state.selection = Selection::Layer(layer.id);
        }
        // The selected clip last, so that its outline is whole.
        let selected = |clip: &Clip| pass.state.selection == Selection::Clip(clip.id);
        let (last, first): (Vec<_>, Vec<_>) = layer
            .clips
            .iter()
            .filter(|clip| track.shows(clip.start, clip.end()))
            .partition(|clip| selected(clip));
        for clip in first.into_iter().chain(last) {
            self.clip_ui(ui, clip_rect(track, lane, clip), track, (layer, clip), pass);
        }
        let head = Rect::from_min_max(row.min, pos2(row.left() + lane_header::WIDTH, row.bottom()));
        let response = lane_header_ui(ui, head, index, layer, pass);
        if response.drag_started() {
            self.reorder = Some(layer.id);
        }
        response.on_hover_text("Drag to reorder, double-click to rename");
    }

    fn clip_ui(
        &mut self,
        ui: &Ui,
        rect: Rect,
        track: &Track,
        (layer, clip): (&Layer, &Clip),
        pass: &mut Pass<'_, '_>,
    ) {
        let is_selected = pass.state.selection == Selection::Clip(clip.id);
        paint_clip(ui, rect, track, (layer, clip), is_selected, pass);
        let sense = if layer.is_locked {
            Sense::click()
        } else {
            Sense::click_and_drag()
        };
        let seen = rect.intersect(track.rect);
        let body = ui.interact(seen, Id::unique(("clip", clip.id)), sense);
        let name = clip_name(clip, pass);
        body.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_selected, &name));
        if body.has_focus() {
            let stroke = Stroke::new(1.0, pass.theme.accent);
            ui.painter_at(track.rect)
                .rect_stroke(rect, 4.0, stroke, StrokeKind::Outside);
        }
        if body.clicked() || body.drag_started() || body.secondary_clicked() {
            pass.state.selection = Selection::Clip(clip.id);
        }
        if body.drag_started()
            && let Some(origin) = ui.input(|input| input.pointer.press_origin())
        {
            let grab = track.time_at(origin.x) - clip.start;
            self.drag = Some(ClipDrag::new(Grip::Body(grab), layer, clip));
        }
        body.context_menu(|ui| {
            for action in [
                Action::SplitClip,
                Action::TrimStart,
                Action::TrimEnd,
                Action::Delete,
            ] {
                menu_item_ui(ui, action, pass);
            }
        });
        body.on_hover_text_at_pointer(format!("{name}; drag to move, drag an edge to trim"));
        if !layer.is_locked && rect.width() > 3.0 * EDGE {
            self.edges_ui(ui, rect, track, (layer, clip), pass);
        }
    }

    fn edges_ui(
        &mut self,
        ui: &Ui,
        rect: Rect,
        track: &Track,
        (layer, clip): (&Layer, &Clip),
        pass: &mut Pass<'_, '_>,
    ) {
        let (left, right) = (
            rect.with_max_x(rect.left() + EDGE),
            rect.with_min_x(rect.right() - EDGE),
        );
        for (edge, grip, which) in [(left, Grip::Start, "start"), (right, Grip::End, "end")] {
            if !track.rect.intersects(edge) {
                continue;
            }
            let id = Id::unique(("clip edge", which, clip.id));
            let response = ui
                .interact(edge.intersect(track.rect), id, Sense::drag())
                .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
            response.widget_info(|| {
                let name = format!("Trim {which} of {}", media_name(clip, pass));
                WidgetInfo::labeled(Role::Splitter, true, name)
            });
            if response.hovered() || response.dragged() {
                let grip = edge.shrink2(vec2(2.0, 6.0));
                ui.painter_at(track.rect).rect_filled(
                    grip,
                    1.5,
                    pass.theme.strong.gamma_multiply(0.8),
                );
            }
            if response.drag_started() {
                pass.state.selection = Selection::Clip(clip.id);
                self.drag = Some(ClipDrag::new(grip, layer, clip));
            }
        }
    }

    /// Brings the clip in the hand to the pointer.
    fn drag_ui(&mut self, ui: &Ui, area: Rect, track: &Track, pass: &mut Pass<'_, '_>) {
        let Some(drag) = &self.drag else {
            return;
        };
        let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else {
            return;
        };
        let project = pass.view.project;
        let over = lane_at(area, pointer)
            .and_then(|index| project.layers.get(index))
            .filter(|layer| !layer.is_locked)
            .map(|layer| layer.id);
        let snapped = drag.follow(ui, pointer, over, track, pass);
        if let Some(time) = snapped {
            let stroke = Stroke::new(1.0, pass.theme.warning);
            let painter = ui.painter_at(track.rect.with_max_y(area.bottom()));
            painter.vline(track.x_of(time), area.y_range(), stroke);
        }
        pass.state.selection = Selection::Clip(drag.clip());
        if ui.input(|input| !input.pointer.primary_down()) {
            self.drag = None;
        }
    }

    /// Shows where a dragged lane would go, and puts it there.
    fn reorder_ui(&mut self, ui: &Ui, area: Rect, pass: &mut Pass<'_, '_>) {
        let Some(id) = self.reorder else {
            return;
        };
        let layers = &pass.view.project.layers;
        let from = layers.iter().position(|layer| layer.id == id);
        let pointer = ui.input(|input| input.pointer.latest_pos());
        if let (Some(from), Some(pointer)) = (from, pointer) {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
            let height = row_rect(area, 0).height();
            let slot = ((pointer.y - area.top()) / height).round().max(0.0) as usize;
            let slot = slot.min(layers.len());
            let y = area.top() + slot as f32 * height;
            let stroke = Stroke::new(2.0, pass.theme.accent);
            ui.painter().hline(area.x_range(), y, stroke);
            let is_released = ui.input(|input| input.pointer.primary_released());
            let index = if slot > from { slot - 1 } else { slot };
            if is_released && index != from {
                pass.edit(EditCommand::MoveLayer { layer: id, index });
            }
        }
        if ui.input(|input| !input.pointer.primary_down()) {
            self.reorder = None;
        }
    }
}

/// The row of a lane.
pub(crate) fn row_rect(area: Rect, index: usize) -> Rect {
    let height = (area.height() / MAX_LAYERS as f32).floor();
    let top = area.top() + index as f32 * height;
    Rect::from_x_y_ranges(area.x_range(), top..=top + height)
}

fn lane_at(area: Rect, pointer: Pos2) -> Option<usize> {
    (0..MAX_LAYERS).find(|index| row_rect(area, *index).y_range().contains(pointer.y))
}

fn media_name(clip: &Clip, pass: &Pass<'_, '_>) -> String {
    pass.view
        .project
        .media(clip.media)
        .map_or_else(String::new, crate::ui::panels::media_bin::file_name)
}

fn clip_name(clip: &Clip, pass: &Pass<'_, '_>) -> String {
    let rate = pass.view.project.canvas.frame_rate;
    format!(
        "{}, {} to {}",
        media_name(clip, pass),
        crate::time::timecode(clip.start, rate),
        crate::time::timecode(clip.end(), rate)
    )
}

/// A lane without a layer: a place to drop a file.
fn empty_lane_ui(ui: &Ui, row: Rect, lane: Rect, index: usize, pass: &mut Pass<'_, '_>) {
    let response = ui.interact(row, Id::unique(("empty lane", index)), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListItem, true, format!("Empty lane {}", index + 1))
    });
    let theme = pass.theme;
    let is_hot = response.hovered();
    let colour = if is_hot {
        theme.dim
    } else {
        theme.faint.gamma_multiply(0.8)
    };
    let frame = lane.shrink2(vec2(6.0, 5.0));
    ui.painter().extend(egui::Shape::dashed_line(
        &[
            frame.left_top(),
            frame.right_top(),
            frame.right_bottom(),
            frame.left_bottom(),
            frame.left_top(),
        ],
        Stroke::new(1.0, theme.line),
        4.0,
        4.0,
    ));
    let font = style::regular(style::SMALL);
    ui.painter().text(
        frame.left_center() + vec2(12.0, 0.0),
        Align2::LEFT_CENTER,
        "Drop a file here",
        font,
        colour,
    );
    if response.clicked() {
        pass.state.selection = Selection::Nothing;
    }
    response
        .on_hover_text(Action::AddMedia.tooltip(ui.ctx(), "A free lane: drop a media file on it"));
}

/// Shows where a file dragged out of the bin would go, and puts it there.
fn drop_ui(ui: &Ui, area: Rect, track: &Track, pass: &mut Pass<'_, '_>) {
    let Some(media) = DragAndDrop::payload::<DraggedMedia>(ui.ctx()) else {
        return;
    };
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else {
        return;
    };
    if !area.with_min_x(track.rect.left()).contains(pointer) {
        return;
    }
    let Some(index) = lane_at(area, pointer) else {
        return;
    };
    let project = pass.view.project;
    let layer = project.layers.get(index);
    let start = clip_edit::on_frame(project, track.time_at(pointer.x));
    let length = media_length(*media, pass);
    let colour = match layer {
        Some(layer) if layer.is_locked => pass.theme.error,
        Some(layer) => pass.theme.layer(layer),
        None => pass.theme.accent,
    };
    let row = row_rect(area, index).shrink2(vec2(0.0, 4.0));
    let ghost = Rect::from_x_y_ranges(
        track.x_of(start)..=track.x_of(start + length),
        row.y_range(),
    );
    let painter = ui.painter_at(area.with_min_x(track.rect.left()));
    painter.rect_filled(ghost, 4.0, colour.gamma_multiply(0.3));
    painter.rect_stroke(ghost, 4.0, Stroke::new(1.0, colour), StrokeKind::Inside);
    let is_released = ui.input(|input| input.pointer.primary_released());
    if is_released && !layer.is_some_and(|layer| layer.is_locked) {
        DragAndDrop::clear_payload(ui.ctx());
        pass.push(Command::PlaceMedia {
            media: media.0,
            layer: layer.map(|layer| layer.id),
            start,
        });
    }
}

fn media_length(media: DraggedMedia, pass: &Pass<'_, '_>) -> Time {
    let statuses = &pass.view.snapshot.media;
    let status = statuses.iter().find(|status| status.id == media.0.0);
    match status.map(|status| &status.state) {
        Some(MediaState::Ready(summary)) => summary.duration,
        Some(MediaState::Opening | MediaState::Failed(_)) | None => UNKNOWN_LENGTH,
    }
}
