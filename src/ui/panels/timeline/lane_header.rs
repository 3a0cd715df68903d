//! The head of a lane: colour, name, current clip, visibility, solo, lock, opacity; dragged to reorder.

use egui::{
    Align2, Color32, CursorIcon, Id, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::menus::head_menu_ui;
use super::rename::rename_ui;
use super::rows::Rows;
use crate::project::{EditCommand, Layer, LayerEdit};
use crate::status::MediaState;
use crate::ui::panels::inspector::opacity_ui;
use crate::ui::panels::media_row::codec_colour;
use crate::ui::pass::Pass;
use crate::ui::renaming::RenameTarget;
use crate::ui::selection::Selection;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{elided, toggle_chip};
use crate::ui::{format, style};

/// Width of the heads.
pub(crate) const WIDTH: f32 = 212.0;
const CHIP: f32 = 20.0;
/// Share of its colour behind the head of a selected layer: little enough for its texts to be read.
const SELECTED_SHARE: f32 = 0.16;
/// Height below which name and codec share a line.
const LOW: f32 = 42.0;

/// Draws a head; the response is that of its background, which is dragged to reorder.
pub(crate) fn lane_header_ui(
    ui: &mut Ui,
    rect: Rect,
    index: usize,
    layer: &Layer,
    pass: &mut Pass<'_, '_>,
) -> Response {
    let theme = pass.theme;
    let id = Id::unique(("lane header", layer.id));
    let response = ui
        .interact(rect, id, Sense::click_and_drag())
        .on_hover_cursor(CursorIcon::Grab);
    let is_selected = pass.is_selected(layer);
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::ListItem,
            true,
            is_selected,
            format!("Layer {}", layer.name),
        )
    });
    if is_selected {
        let fill = theme.layer(layer).gamma_multiply(SELECTED_SHARE);
        ui.painter().rect_filled(rect, 0.0, fill);
    } else if response.hovered() {
        let fill = theme.raised.gamma_multiply(0.4);
        ui.painter().rect_filled(rect, 0.0, fill);
    }
    let width = if is_selected { 7.0 } else { 4.0 };
    let strip = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    ui.painter().rect_filled(strip, 0.0, theme.layer(layer));
    paint_texts(ui, rect, index, layer, pass);
    chips_ui(ui, rect, layer, pass);
    let bar = Rect::from_min_max(
        pos2(rect.left() + 14.0, rect.bottom() - 9.0),
        pos2(rect.right() - 10.0, rect.bottom() - 6.0),
    );
    opacity_ui(ui, Id::unique(("lane opacity", layer.id)), layer, pass, bar);
    select(ui, &response, layer, pass);
    if response.double_clicked() {
        pass.state.renaming = pass.renaming();
    }
    head_menu_ui(&response, layer, pass);
    height_ui(ui, rect, layer, pass);
    rename_ui(ui, RenameTarget::Layer(layer.id), name_rect(rect), pass);
    let help = "Drag: reorder · double-click: rename · Ctrl or Shift+click: select several";
    pass.state.help.offer(&response, help);
    match problem(index, pass) {
        Some(problem) => response.on_hover_text_at_pointer(problem),
        None => response,
    }
}

/// The problem of a layer, for which the head has too little room.
fn problem<'v>(index: usize, pass: &Pass<'_, 'v>) -> Option<&'v str> {
    let layer = pass.view.snapshot.layers.get(index)?;
    layer.error.as_deref()
}

/// Selects the layer on a click: with Ctrl in addition, with Shift up to it. A secondary click selects it for the menu.
fn select(ui: &Ui, response: &Response, layer: &Layer, pass: &mut Pass<'_, '_>) {
    let modifiers = ui.input(|input| input.modifiers);
    let selection = &mut pass.state.selection;
    if response.clicked() && modifiers.command {
        selection.toggle_layer(layer.id);
    } else if response.clicked() && modifiers.shift {
        selection.extend_to_layer(layer.id, pass.view.project);
    } else if response.clicked() || (response.secondary_clicked() && !selection.has_layer(layer.id))
    {
        *selection = Selection::of_layer(layer.id);
    }
}

/// The lower edge, which is dragged to change the lane's height.
fn height_ui(ui: &Ui, rect: Rect, layer: &Layer, pass: &mut Pass<'_, '_>) {
    let edge = rect.with_min_y(rect.bottom() - 4.0);
    let id = Id::unique(("lane height", layer.id));
    let response = ui
        .interact(edge, id, Sense::drag())
        .on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
    response.widget_info(|| {
        let name = format!("Height of {}", layer.name);
        WidgetInfo::labeled(Role::Splitter, true, name)
    });
    if response.hovered() || response.dragged() {
        ui.painter()
            .rect_filled(edge.shrink2(vec2(0.0, 1.0)), 0.0, pass.theme.accent);
    }
    let as_it_was = (rect.height(), layer.lane_height);
    if response.drag_started() {
        ui.data_mut(|data| data.insert_temp(id, as_it_was));
    }
    if let Some(drag) = response.total_drag_delta().filter(|drag| drag.y != 0.0) {
        let was = ui.data(|data| data.get_temp(id)).unwrap_or(as_it_was);
        let height = Rows::height_for(was.0, was.0 + drag.y, was.1);
        pass.gesture_edit(
            "Change lane height",
            EditCommand::Layer(layer.id, LayerEdit::SetHeight(height)),
        );
    }
}

fn chips_ui(ui: &Ui, rect: Rect, layer: &Layer, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let chips: [(&str, &str, Option<Color32>, EditCommand); 3] = [
        (
            "L",
            "Lock",
            layer.is_locked.then_some(theme.error),
            EditCommand::Layer(layer.id, LayerEdit::SetLocked(!layer.is_locked)),
        ),
        (
            "S",
            "Solo",
            layer.is_solo.then_some(theme.accent),
            EditCommand::Layer(layer.id, LayerEdit::SetSolo(!layer.is_solo)),
        ),
        (
            "M",
            "Mute",
            (!layer.is_visible).then_some(theme.warning),
            EditCommand::Layer(layer.id, LayerEdit::SetVisible(!layer.is_visible)),
        ),
    ];
    let y = rect.top() + (rect.height() - 8.0) / 2.0;
    for (index, (letter, verb, on, edit)) in chips.into_iter().enumerate() {
        let x = rect.right() - 20.0 - index as f32 * (CHIP + 6.0);
        let size = vec2(CHIP, CHIP.min(rect.height() - 16.0));
        let chip = Rect::from_center_size(pos2(x, y), size);
        let id = Id::unique(("lane chip", verb, layer.id));
        let name = format!("{verb} {}", layer.name);
        let response = toggle_chip(ui, chip, id, (letter, &name), on);
        if response.clicked() {
            pass.edit(edit);
        }
        let (what, action) = match verb {
            "Lock" => (
                "Keep the layer's clips safe from editing",
                Action::ToggleLock,
            ),
            "Solo" => ("Show only soloed layers", Action::ToggleSolo),
            _ => ("Take the layer out of the picture", Action::ToggleVisible),
        };
        response.on_hover_text(action.tooltip(ui.ctx(), what));
    }
}

/// The rectangle of a head's texts.
fn name_rect(head: Rect) -> Rect {
    Rect::from_min_max(
        pos2(head.left() + 14.0, head.top()),
        pos2(
            head.right() - 20.0 - 2.5 * (CHIP + 6.0),
            head.bottom() - 9.0,
        ),
    )
}

fn paint_texts(ui: &Ui, rect: Rect, index: usize, layer: &Layer, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let room = name_rect(rect);
    let painter = ui.painter_at(room.intersect(ui.clip_rect()));
    let (line, colour) = playing(index, layer, pass);
    let is_low = rect.height() < LOW;
    let middle = room.center().y;
    let (anchor, y) = if is_low {
        (Align2::LEFT_CENTER, middle)
    } else {
        (Align2::LEFT_BOTTOM, middle + 1.0)
    };
    let shade = if pass.is_selected(layer) {
        theme.strong
    } else if pass.view.project.is_shown(layer) {
        theme.text
    } else {
        theme.dim
    };
    let font = style::medium(style::TEXT);
    let galley = elided(&painter, &layer.name, font, shade, room.width());
    let name = anchor.anchor_size(pos2(room.left(), y), galley.size());
    painter.galley(name.min, galley, shade);
    let (anchor, at) = if is_low {
        (Align2::LEFT_CENTER, pos2(name.right() + 8.0, middle + 0.5))
    } else {
        (Align2::LEFT_TOP, pos2(room.left(), middle + 1.0))
    };
    let font = style::regular(style::SMALL);
    let galley = elided(&painter, &line, font, colour, room.right() - at.x);
    let line = anchor.anchor_size(at, galley.size());
    painter.galley(line.min, galley, colour);
}

/// The clip that plays on the layer, or the layer's problem.
fn playing(index: usize, layer: &Layer, pass: &Pass<'_, '_>) -> (String, Color32) {
    let theme = pass.theme;
    let view = pass.view;
    let snapshot = view.snapshot.layers.get(index);
    if let Some(error) = snapshot.and_then(|snapshot| snapshot.error.as_ref()) {
        return (error.clone(), theme.error);
    }
    let playhead = view.transport.playhead;
    let clip = layer
        .clips
        .iter()
        .find(|clip| (clip.start..clip.end()).contains(&playhead))
        .or_else(|| layer.clips.first());
    let Some(clip) = clip else {
        return ("empty".to_owned(), theme.dim);
    };
    let status = view
        .snapshot
        .media
        .iter()
        .find(|status| status.id == clip.media);
    match status.map(|status| &status.state) {
        Some(MediaState::Ready(summary)) => {
            let codec = format::codec_label(&summary.codec);
            (codec.to_owned(), codec_colour(status, pass))
        }
        Some(MediaState::Failed(_)) => ("cannot be played".to_owned(), theme.error),
        Some(MediaState::Opening) | None => ("opening…".to_owned(), theme.range),
    }
}
