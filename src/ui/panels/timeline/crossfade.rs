//! Crossfades: the overlaps of two clips of a lane.

use egui::{Rect, Stroke, Ui};

use super::clip::clip_rect;
use crate::project::{Clip, Layer};
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

/// Draws the crossfades of a lane over its clips.
pub(crate) fn paint_crossfades(
    ui: &Ui,
    lane: Rect,
    layer: &Layer,
    track: &Track,
    pass: &Pass<'_, '_>,
) {
    let neighbours = layer.clips.iter().zip(layer.clips.iter().skip(1));
    for (one, next) in neighbours.filter(|(one, next)| one.end() > next.start) {
        if track.shows(next.start, one.end()) {
            paint(ui, lane, (one, next), track, pass);
        }
    }
}

fn paint(ui: &Ui, lane: Rect, (one, next): (&Clip, &Clip), track: &Track, pass: &Pass<'_, '_>) {
    let overlap = clip_rect(track, lane, one).intersect(clip_rect(track, lane, next));
    let inside = overlap.shrink2(egui::vec2(0.0, 1.0));
    let painter = ui.painter_at(track.rect.intersect(ui.clip_rect()));
    painter.rect_filled(inside, 0.0, pass.theme.background.gamma_multiply(0.55));
    let stroke = Stroke::new(1.25, pass.theme.strong.gamma_multiply(0.85));
    painter.line_segment([inside.left_top(), inside.right_bottom()], stroke);
    painter.line_segment([inside.left_bottom(), inside.right_top()], stroke);
    let edge = Stroke::new(1.0, pass.theme.strong.gamma_multiply(0.5));
    painter.vline(inside.left(), inside.y_range(), edge);
    painter.vline(inside.right(), inside.y_range(), edge);
}
