//! The six lanes, and the drag in progress over them.
//!
//! ```text
//!            press on a clip, an edge, a corner      ┌─► Clips    ─ each pass an edit of the gesture
//! Idle ───── press on an empty part of a lane ───────┼─► Marquee  ─ each pass another selection
//!   ▲        press on a head ────────────────────────┴─► Lane     ─ an edit on release
//!   └──────── release, or Escape, which restores the state before
//! ```

use egui::{
    Align2, CursorIcon, Id, Key, Modifiers, Rect, Response, Role, Sense, Shape, Stroke, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use super::clip::clip_rect;
use super::clip_band::LaneLook;
use super::clip_interaction::clip_ui;
use super::crossfade::paint_crossfades;
use super::drag::ClipDrag;
use super::drop_media::drop_ui;
use super::keys::Keys;
use super::lane_header::{self, lane_header_ui};
use super::markers::marker_colour;
use super::marquee::Marquee;
use super::menus::lane_menu_ui;
use super::rows::Rows;
use crate::project::{Clip, EditCommand, Layer, LayerEdit, LayerId, MAX_LAYERS};
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::timeline_scale::Track;

/// The drag in progress.
#[derive(Default)]
pub(crate) enum ActiveDrag {
    /// Nothing.
    #[default]
    Idle,
    /// Clips, or a handle of one.
    Clips(Box<ClipDrag>),
    /// A selection rectangle.
    Marquee(Marquee),
    /// A lane that is reordered.
    Lane(LayerId),
}

/// The lanes, and the drag in progress.
#[derive(Default)]
pub(crate) struct Lanes {
    drag: ActiveDrag,
    keys: Keys,
}

impl Lanes {
    /// Begins a pass: Escape cancels a drag that is no gesture.
    pub fn begin_pass(&mut self, ctx: &egui::Context, pass: &mut Pass<'_, '_>) {
        if !matches!(self.drag, ActiveDrag::Lane(_) | ActiveDrag::Marquee(_)) {
            return;
        }
        if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            ctx.stop_dragging();
            if let ActiveDrag::Marquee(marquee) = std::mem::take(&mut self.drag) {
                pass.state.selection = marquee.into_start();
            }
        }
    }

    /// Draws all lanes into their rows; `track` lies right of the heads.
    pub fn ui(&mut self, ui: &mut Ui, rows: &Rows, track: &Track, pass: &mut Pass<'_, '_>) {
        ui.scope_builder(UiBuilder::new().max_rect(rows.area()), |ui| {
            ui.set_clip_rect(rows.area().intersect(ui.clip_rect()));
            for index in 0..MAX_LAYERS {
                self.row_ui(ui, index, rows, track, pass);
            }
            paint_markers(ui, rows, track, pass);
            self.keys.drag_ui(ui, track, pass);
            self.drag_ui(ui, rows, track, pass);
            drop_ui(ui, rows, track, pass);
        });
    }

    fn row_ui(
        &mut self,
        ui: &mut Ui,
        index: usize,
        rows: &Rows,
        track: &Track,
        pass: &mut Pass<'_, '_>,
    ) {
        let row = rows.row(index);
        if !rows.area().intersects(row) {
            return;
        }
        let line = Stroke::new(1.0, pass.theme.line);
        ui.painter().hline(row.x_range(), row.bottom(), line);
        let lane = row.with_min_x(track.rect.left());
        let Some(layer) = pass.view.project.layers.get(index) else {
            let response = empty_lane_ui(ui, row, lane, index, pass);
            self.begin_marquee(ui, &response, track, pass);
            return;
        };
        self.lane_ui(ui, lane, (index, layer), track, pass);
        let head = row.with_max_x(row.left() + lane_header::WIDTH);
        if lane_header_ui(ui, head, index, layer, pass).drag_started() {
            self.drag = ActiveDrag::Lane(layer.id);
        }
    }

    fn lane_ui(
        &mut self,
        ui: &Ui,
        lane: Rect,
        (index, layer): (usize, &Layer),
        track: &Track,
        pass: &mut Pass<'_, '_>,
    ) {
        let sense = Sense::click_and_drag();
        let back = ui.interact(lane, Id::unique(("lane", layer.id)), sense);
        back.widget_info(|| WidgetInfo::labeled(Role::Pane, true, format!("Lane {}", layer.name)));
        if back.clicked() || back.secondary_clicked() {
            pass.state.selection = Selection::Within(layer.id);
        }
        self.begin_marquee(ui, &back, track, pass);
        lane_menu_ui(&back, layer, track, pass);
        // Selected clips last, so that their outlines are whole. The selection before the pass counts, so that none
        // is drawn twice, or not at all, when a click here changes it.
        let selected = pass.state.selection.clips().to_vec();
        let look = LaneLook {
            index,
            is_chosen: pass.is_selected(layer),
        };
        let shown = |clip: &&Clip| track.shows(clip.start, clip.end());
        for is_selected in [false, true] {
            for clip in layer.clips.iter().filter(shown) {
                if selected.contains(&clip.id) == is_selected {
                    let rect = clip_rect(track, lane, clip);
                    let drag = clip_ui(ui, rect, track, (look, layer, clip), pass);
                    if let Some(drag) = drag {
                        self.drag = ActiveDrag::Clips(Box::new(drag));
                    }
                }
            }
        }
        paint_crossfades(ui, lane, layer, track, pass);
        self.keys.ui(ui, lane, layer, track, pass);
    }

    /// Begins a marquee if a drag begins on an empty part of a lane.
    fn begin_marquee(&mut self, ui: &Ui, back: &Response, track: &Track, pass: &Pass<'_, '_>) {
        let origin = ui.input(|input| input.pointer.press_origin());
        if back.drag_started_by(egui::PointerButton::Primary)
            && let Some(origin) = origin
        {
            let is_adding = ui.input(|input| input.modifiers.command || input.modifiers.shift);
            self.drag = ActiveDrag::Marquee(Marquee::new(origin, is_adding, track, pass));
        }
    }

    /// Moves the drag in progress to the pointer, and ends it on release.
    fn drag_ui(&mut self, ui: &Ui, rows: &Rows, track: &Track, pass: &mut Pass<'_, '_>) {
        let pointer = ui.input(|input| input.pointer.latest_pos());
        if ui.ctx().dragged_id().is_none() && !matches!(self.drag, ActiveDrag::Lane(_)) {
            self.drag = ActiveDrag::Idle;
        }
        let Some(pointer) = pointer else {
            return;
        };
        match &self.drag {
            ActiveDrag::Idle => return,
            ActiveDrag::Clips(drag) => {
                pan_at_the_edge(ui, pointer, track, pass);
                let over = rows.lane_at(pointer);
                let snapped = drag.follow(ui, pointer, over, track, pass);
                if let Some(time) = snapped {
                    let stroke = Stroke::new(1.0, pass.theme.warning);
                    let painter = ui.painter_at(track.rect.intersect(rows.area()));
                    painter.vline(track.x_of(time), rows.area().y_range(), stroke);
                }
            }
            ActiveDrag::Marquee(marquee) => {
                pan_at_the_edge(ui, pointer, track, pass);
                marquee.follow(ui, pointer, rows, track, pass);
            }
            ActiveDrag::Lane(id) => reorder_ui(ui, *id, rows, pass),
        }
        if ui.input(|input| !input.pointer.primary_down()) {
            self.drag = ActiveDrag::Idle;
        }
    }
}

/// Faint lines at the markers, through all lanes.
fn paint_markers(ui: &Ui, rows: &Rows, track: &Track, pass: &Pass<'_, '_>) {
    let painter = ui.painter_at(track.rect.intersect(rows.area()));
    for marker in &pass.view.project.markers {
        if track.shows(marker.time, marker.time) {
            let colour = marker_colour(pass.theme, marker).gamma_multiply(0.35);
            let x = track.x_of(marker.time);
            painter.vline(x, rows.area().y_range(), Stroke::new(1.0, colour));
        }
    }
}

/// Scrolls the shown part while a drag is held beyond its left or right edge.
fn pan_at_the_edge(ui: &Ui, pointer: egui::Pos2, track: &Track, pass: &mut Pass<'_, '_>) {
    let range = track.rect.x_range();
    let beyond = pointer.x - pointer.x.clamp(range.min, range.max);
    if beyond != 0.0 {
        pass.state.timeline.pan((beyond * 0.3).clamp(-40.0, 40.0));
        ui.ctx().request_repaint();
    }
}

/// Draws the gap that a dragged lane would go to, and moves it there on release.
fn reorder_ui(ui: &Ui, id: LayerId, rows: &Rows, pass: &mut Pass<'_, '_>) {
    let layers = &pass.view.project.layers;
    let from = layers.iter().position(|layer| layer.id == id);
    let pointer = ui.input(|input| input.pointer.latest_pos());
    let (Some(from), Some(pointer)) = (from, pointer) else {
        return;
    };
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    let (slot, y) = rows.nearest_gap(pointer.y, layers.len());
    let stroke = Stroke::new(2.0, pass.theme.accent);
    ui.painter().hline(rows.area().x_range(), y, stroke);
    let index = if slot > from { slot - 1 } else { slot };
    if ui.input(|input| input.pointer.primary_released()) && index != from {
        pass.edit(EditCommand::Layer(id, LayerEdit::MoveTo(index)));
    }
}

/// A lane without a layer: a place to drop a file or a clip.
fn empty_lane_ui(
    ui: &Ui,
    row: Rect,
    lane: Rect,
    index: usize,
    pass: &mut Pass<'_, '_>,
) -> Response {
    let sense = Sense::click_and_drag();
    let response = ui.interact(row, Id::unique(("empty lane", index)), sense);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ListItem, true, format!("Empty lane {}", index + 1))
    });
    let theme = pass.theme;
    let is_hot = response.hovered();
    let colour = if is_hot { theme.text } else { theme.dim };
    let frame = lane.shrink2(vec2(6.0, 5.0));
    ui.painter().extend(Shape::dashed_line(
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
    ui.painter().text(
        pos2(frame.left() + 12.0, frame.center().y),
        Align2::LEFT_CENTER,
        "Drop a file here",
        style::regular(style::SMALL),
        colour,
    );
    if response.clicked() {
        pass.state.selection = Selection::Nothing;
    }
    let what = "A free lane: drop a media file or a clip on it";
    response.on_hover_text_at_pointer(Action::AddMedia.tooltip(ui.ctx(), what))
}
