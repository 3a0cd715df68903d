//! The handles of a clip: its body, its edges, its upper corners.

use egui::{
    CursorIcon, Id, PointerButton, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use super::clip::paint_clip;
use super::clip_band::{self, LaneLook};
use super::drag::{ClipDrag, DragHandle};
use super::hover::clip_preview_ui;
use super::menus::clip_menu_ui;
use crate::project::{Clip, Layer};
use crate::time::timecode;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::timeline_scale::Track;

/// Width of a clip's edges, where it is trimmed.
const EDGE: f32 = 7.0;
/// Side of the hit area of a fade's handle.
const CORNER: f32 = 11.0;
/// Width from which a clip has fade handles.
const CORNERED: f32 = 44.0;

/// Draws a clip with its handles; returns the drag that begins on one.
pub(crate) fn clip_ui(
    ui: &Ui,
    rect: Rect,
    track: &Track,
    (lane, layer, clip): (LaneLook, &Layer, &Clip),
    pass: &mut Pass<'_, '_>,
) -> Option<ClipDrag> {
    let is_selected = pass.state.selection.has_clip(clip.id);
    paint_clip(ui, rect, track, (lane, layer, clip), is_selected, pass);
    let sense = if layer.is_locked {
        Sense::click()
    } else {
        Sense::click_and_drag()
    };
    let seen = rect.intersect(track.rect);
    let body = ui.interact(seen, Id::unique(("clip", clip.id)), sense);
    body.widget_info(|| {
        WidgetInfo::selected(Role::ListItem, true, is_selected, clip_name(clip, pass))
    });
    if body.has_focus() {
        let stroke = Stroke::new(1.0, pass.theme.accent);
        ui.painter_at(track.rect)
            .rect_stroke(rect, 4.0, stroke, StrokeKind::Outside);
    }
    let mut drag = body_drag(ui, &body, track, (layer, clip), pass);
    clip_menu_ui(&body, clip, pass);
    let is_hovered = body.contains_pointer();
    let is_read = ui.ctx().has_accesskit_node(body.id);
    pass.state.help.offer(&body, help_of(layer));
    clip_preview_ui(&body, track, clip, pass);
    let is_handled = is_hovered || is_selected || is_read || is_near(ui, seen);
    if is_handled && !layer.is_locked && rect.width() > 3.0 * EDGE {
        drag = edges_ui(ui, rect, track, clip, pass).or(drag);
        if rect.width() > CORNERED {
            let is_drawn = is_hovered || is_selected;
            drag = corners_ui(ui, rect, track, (layer, clip), is_drawn, pass).or(drag);
        }
    }
    drag
}

fn help_of(layer: &Layer) -> &'static str {
    if layer.is_locked {
        "The layer is locked: unlock it in its head to edit its clips"
    } else {
        "Drag: move · Alt or Ctrl+Shift and drag: slip · edge: trim · upper corner: fade · Ctrl+click: select another"
    }
}

/// True if edges and corners may be grabbed next: the pointer is near, or a touch may come without having hovered. On
/// all clips they would cost more than the rest of a crowded timeline together. A screen reader finds them everywhere.
fn is_near(ui: &Ui, clip: Rect) -> bool {
    ui.input(|input| {
        let pointer = input.pointer.latest_pos();
        input.has_touch_screen() || pointer.is_some_and(|at| clip.expand(CORNER).contains(at))
    })
}

/// Clicks select; a drag moves the selection. With Alt it slips, and with Ctrl and Shift, since many window managers
/// take Alt-drags for themselves.
fn body_drag(
    ui: &Ui,
    body: &Response,
    track: &Track,
    (layer, clip): (&Layer, &Clip),
    pass: &mut Pass<'_, '_>,
) -> Option<ClipDrag> {
    let (modifiers, origin) = ui.input(|input| (input.modifiers, input.pointer.press_origin()));
    let is_selected = pass.state.selection.has_clip(clip.id);
    if body.clicked() {
        if modifiers.command {
            pass.state.selection.toggle_clip(clip.id);
        } else if modifiers.shift {
            extend_to(layer, clip, pass);
        } else {
            pass.state.selection = Selection::Clips(vec![clip.id]);
        }
    } else if body.secondary_clicked() && !is_selected {
        pass.state.selection = Selection::Clips(vec![clip.id]);
    }
    if !body.drag_started_by(PointerButton::Primary) {
        return None;
    }
    let is_slip = modifiers.alt || (modifiers.command && modifiers.shift);
    if !is_selected {
        if (modifiers.command || modifiers.shift) && !is_slip {
            pass.state.selection.add_clips([clip.id]);
        } else {
            pass.state.selection = Selection::Clips(vec![clip.id]);
        }
    }
    let handle = if is_slip {
        DragHandle::Media
    } else {
        DragHandle::Body
    };
    let from = track.time_at(origin?.x);
    Some(ClipDrag::new(handle, clip.id, from, pass))
}

/// Selects a clip and those between it and the one selected last, when both are on one lane.
fn extend_to(layer: &Layer, clip: &Clip, pass: &mut Pass<'_, '_>) {
    let place = |id| layer.clips.iter().position(|other| other.id == id);
    let last = pass.state.selection.clip().and_then(place);
    let here = place(clip.id);
    let between = match (last, here) {
        (Some(last), Some(here)) => last.min(here)..last.max(here) + 1,
        _ => 0..0,
    };
    let between = layer.clips.get(between).unwrap_or(&[]);
    pass.state
        .selection
        .add_clips(between.iter().map(|clip| clip.id));
    pass.state.selection.add_clips([clip.id]);
}

fn edges_ui(
    ui: &Ui,
    rect: Rect,
    track: &Track,
    clip: &Clip,
    pass: &mut Pass<'_, '_>,
) -> Option<ClipDrag> {
    let left = rect.with_max_x(rect.left() + EDGE);
    let right = rect.with_min_x(rect.right() - EDGE);
    let mut drag = None;
    for (edge, handle, which) in [
        (left, DragHandle::Start, "start"),
        (right, DragHandle::End, "end"),
    ] {
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
        let help = "Drag: trim · hold Ctrl: without snapping";
        pass.state.help.offer(&response, help);
        if response.hovered() || response.dragged() {
            let bar = edge.shrink2(vec2(2.0, 6.0));
            let colour = pass.theme.strong.gamma_multiply(0.8);
            ui.painter_at(track.rect).rect_filled(bar, 1.5, colour);
        }
        drag = begin_drag(ui, &response, handle, track, clip, pass).or(drag);
    }
    drag
}

/// Adds the handles of the fades; those of a clip that is neither hovered nor selected work but are not drawn. Where
/// there is a crossfade, it is the fade.
fn corners_ui(
    ui: &Ui,
    rect: Rect,
    track: &Track,
    (layer, clip): (&Layer, &Clip),
    is_drawn: bool,
    pass: &mut Pass<'_, '_>,
) -> Option<ClipDrag> {
    let reach = rect.width() - CORNER;
    let fade_in = track.points_of(clip.fade_in).clamp(0.0, reach);
    let fade_out = track.points_of(clip.fade_out).clamp(0.0, reach);
    let band = clip_band::rect(rect);
    let corners = [
        (
            rect.left() + fade_in.max(clip_band::HANDLE),
            DragHandle::FadeIn,
            "in",
        ),
        (
            rect.right() - fade_out.max(clip_band::HANDLE),
            DragHandle::FadeOut,
            "out",
        ),
    ];
    let corners = corners.into_iter().zip(layer.crossfades_of(clip.id));
    let mut drag = None;
    for ((x, handle, which), crossfade) in corners {
        let centre = pos2(x, band.center().y);
        if crossfade.is_some() || !track.rect.contains(centre) {
            continue;
        }
        let id = Id::unique(("clip fade", which, clip.id));
        let corner = Rect::from_center_size(centre, vec2(CORNER, CORNER));
        let response = ui
            .interact(corner, id, Sense::drag())
            .on_hover_and_drag_cursor(CursorIcon::ResizeColumn);
        response.widget_info(|| {
            let name = format!("Fade {which} of {}", media_name(clip, pass));
            WidgetInfo::labeled(Role::Slider, true, name)
        });
        pass.state
            .help
            .offer(&response, "Drag: the length of the fade");
        let is_hot = response.hovered() || response.dragged();
        if is_drawn || is_hot {
            let radius = if is_hot { 5.0 } else { 3.5 };
            let painter = ui.painter_at(track.rect);
            let stroke = Stroke::new(1.0, pass.theme.background);
            painter.circle(centre, radius, pass.theme.strong, stroke);
        }
        drag = begin_drag(ui, &response, handle, track, clip, pass).or(drag);
    }
    drag
}

fn begin_drag(
    ui: &Ui,
    response: &Response,
    handle: DragHandle,
    track: &Track,
    clip: &Clip,
    pass: &mut Pass<'_, '_>,
) -> Option<ClipDrag> {
    if !response.drag_started_by(PointerButton::Primary) {
        return None;
    }
    if !pass.state.selection.has_clip(clip.id) {
        pass.state.selection = Selection::Clips(vec![clip.id]);
    }
    let origin = ui.input(|input| input.pointer.press_origin())?;
    Some(ClipDrag::new(
        handle,
        clip.id,
        track.time_at(origin.x),
        pass,
    ))
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
        timecode(clip.start, rate),
        timecode(clip.end(), rate)
    )
}
