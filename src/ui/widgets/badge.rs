//! Small labels: an outlined badge, a panel's heading, and a text cut to its room.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Response, RichText, Stroke, StrokeKind,
    Ui, Vec2,
};

use crate::ui::style;
use crate::ui::theme::Theme;

/// Draws a badge whose right edge's middle is at `right_centre`; returns its rectangle.
pub(crate) fn badge(painter: &Painter, right_centre: Pos2, text: &str, colour: Color32) -> Rect {
    let galley = painter.layout_no_wrap(text.to_owned(), style::medium(10.0), colour);
    let size = galley.size() + Vec2::new(9.0, 4.0);
    let rect = Align2::RIGHT_CENTER.anchor_size(right_centre, size);
    let back = Theme::of(painter.ctx()).background.gamma_multiply(0.88);
    painter.rect_filled(rect, 3.0, back);
    let stroke = Stroke::new(1.0, colour.gamma_multiply(0.75));
    painter.rect_stroke(rect, 3.0, stroke, StrokeKind::Inside);
    painter.galley(rect.center() - galley.size() / 2.0, galley, colour);
    rect
}

/// Lays out a text in one line; where it is wider than `width` points it ends in an ellipsis.
pub(crate) fn elided(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// A panel's title.
pub(crate) fn heading(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    ui.label(
        RichText::new(text.to_uppercase())
            .font(style::medium(10.5))
            .extra_letter_spacing(0.8)
            .color(theme.dim),
    )
}
