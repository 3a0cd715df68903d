//! The look of a field, and of what it says below.

use egui::{
    Align2, Area, Color32, Frame, Id, Label, Margin, Order, Pos2, Rect, Response, RichText, Role,
    Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::slider::Slider;
use crate::ui::style;
use crate::ui::theme::Theme;

/// Height of a field in points.
pub(crate) const FIELD_HEIGHT: f32 = 22.0;
/// Text of a field whose items differ.
pub(crate) const MIXED: &str = "—";
/// Distance of the text from the edges, in points.
pub(super) const INSET: f32 = 8.0;
const RADIUS: f32 = 3.0;
/// Room for a note below a field, in points.
const NOTE_HEIGHT: f32 = 26.0;

/// What a field shows.
pub(super) struct Look<'a> {
    pub text: &'a str,
    /// Its size in points.
    pub text_size: f32,
    /// The bar, and the value that it shows.
    pub bar: Option<(Slider, f64)>,
    /// True if a text was refused.
    pub is_refused: bool,
}

/// Draws a field in which nothing is typed.
pub(super) fn paint(ui: &Ui, response: &Response, look: &Look<'_>) {
    let theme = Theme::of(ui.ctx());
    let rect = response.rect;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let visuals = ui.style().interact(response);
    let fill = if look.bar.is_some() {
        theme.background
    } else {
        visuals.bg_fill
    };
    painter.rect_filled(rect, RADIUS, fill);
    let font = style::regular(look.text_size);
    let galley = painter.layout_no_wrap(look.text.to_owned(), font, visuals.text_color());
    let (anchor, at) = match look.bar {
        Some(_) => (Align2::RIGHT_CENTER, rect.right_center() - vec2(INSET, 0.0)),
        None => (Align2::LEFT_CENTER, rect.left_center() + vec2(INSET, 0.0)),
    };
    let place = anchor.anchor_size(at, galley.size());
    if let Some((slider, value)) = look.bar {
        let place = place.expand2(vec2(3.0, -2.0));
        paint_bar(&painter, rect.shrink(1.0), place, slider, value);
    }
    painter.galley(place.min, galley, visuals.text_color());
    let border = if look.is_refused {
        Stroke::new(1.0, theme.error)
    } else {
        visuals.bg_stroke
    };
    painter.rect_stroke(rect, RADIUS, border, StrokeKind::Inside);
}

/// Draws a bar from the neutral value to the one that there is. Its edge leaves out the text, which it would strike
/// through.
fn paint_bar(painter: &egui::Painter, rect: Rect, text: Rect, slider: Slider, value: f64) {
    let theme = Theme::of(painter.ctx());
    let x_of = |value: f64| {
        let share = slider.share(value).clamp(0.0, 1.0) as f32;
        rect.left() + rect.width() * share
    };
    let from = slider.neutral.map_or_else(|| rect.left(), x_of);
    let to = x_of(value);
    let filled = Rect::from_x_y_ranges(from.min(to)..=from.max(to), rect.y_range());
    painter.rect_filled(filled, 2.0, slider.colour.gamma_multiply(0.38));
    if slider.neutral.is_some() {
        paint_mark(painter, rect, text, from, Stroke::new(1.0, theme.faint));
        if slider.neutral == Some(value) {
            return;
        }
    }
    let edge = to.clamp(rect.left() + 1.0, rect.right() - 1.0);
    paint_mark(painter, rect, text, edge, Stroke::new(2.0, slider.colour));
}

fn paint_mark(painter: &egui::Painter, rect: Rect, text: Rect, x: f32, stroke: Stroke) {
    if text.x_range().contains(x) {
        painter.vline(x, rect.top()..=text.top(), stroke);
        painter.vline(x, text.bottom()..=rect.bottom(), stroke);
    } else {
        painter.vline(x, rect.y_range(), stroke);
    }
}

/// Draws a line of text below something, above all else: what a typed text comes to, or why it is refused.
pub(crate) fn note_ui(ui: &Ui, id: Id, below: Rect, text: &str, colour: Color32) {
    let room = ui.ctx().content_rect();
    let has_room = below.bottom() + NOTE_HEIGHT <= room.bottom();
    let (pivot, at): (_, Pos2) = if has_room {
        (Align2::LEFT_TOP, below.left_bottom() + vec2(0.0, 3.0))
    } else {
        (Align2::LEFT_BOTTOM, below.left_top() - vec2(0.0, 3.0))
    };
    let theme = Theme::of(ui.ctx());
    Area::new(id.with("note"))
        .order(Order::Tooltip)
        .pivot(pivot)
        .fixed_pos(pos2(at.x, at.y))
        .interactable(false)
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(theme.raised)
                .stroke(Stroke::new(1.0, theme.line))
                .corner_radius(RADIUS)
                .inner_margin(Margin::symmetric(7, 3))
                .show(ui, |ui| {
                    let rich = RichText::new(text).font(style::regular(style::SMALL));
                    let label = ui.add(Label::new(rich.color(colour)).extend());
                    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
                });
        });
}
