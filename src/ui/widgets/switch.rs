//! A small switch that is on or off.

use egui::{Align2, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::field::FIELD_HEIGHT;
use crate::ui::style;
use crate::ui::theme::Theme;

/// Width and height of the switch itself, in points.
const TRACK: egui::Vec2 = vec2(24.0, 13.0);
/// Gap between the switch and its text, in points.
const GAP: f32 = 7.0;

/// Draws a switch of this width with its text; on for all (`Some`), or for some (`None`). `name` is its name in AccessKit.
pub(crate) fn switch_ui(
    ui: &mut Ui,
    width: f32,
    (text, name): (&str, &str),
    state: Option<bool>,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, FIELD_HEIGHT), Sense::click());
    let is_enabled = ui.is_enabled();
    response
        .widget_info(|| WidgetInfo::selected(Role::Switch, is_enabled, state == Some(true), name));
    let theme = Theme::of(ui.ctx());
    let is_hot = response.hovered() || response.has_focus();
    let track = Align2::LEFT_CENTER.anchor_size(rect.left_center(), TRACK);
    let radius = TRACK.y / 2.0;
    let (fill, border, knob) = if state == Some(true) {
        (theme.accent, theme.accent, theme.background)
    } else {
        let border = if is_hot { theme.dim } else { theme.faint };
        (theme.background, border, theme.dim)
    };
    let painter = ui.painter();
    painter.rect_filled(track, radius, fill);
    painter.rect_stroke(track, radius, Stroke::new(1.0, border), StrokeKind::Inside);
    let x = match state {
        Some(true) => track.right() - radius,
        Some(false) => track.left() + radius,
        None => track.center().x,
    };
    painter.circle_filled(pos2(x, track.center().y), radius - 3.0, knob);
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme.accent);
        painter.rect_stroke(track.expand(2.0), radius + 2.0, stroke, StrokeKind::Outside);
    }
    let colour = if is_hot { theme.strong } else { theme.text };
    painter.with_clip_rect(rect.intersect(ui.clip_rect())).text(
        pos2(track.right() + GAP, rect.center().y),
        Align2::LEFT_CENTER,
        text,
        style::regular(style::TEXT),
        colour,
    );
    response
}
