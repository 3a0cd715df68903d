//! Crossfades: the overlaps of two clips of a lane, as the two ramps of their weights.

use egui::{Rect, Shape, Stroke, Ui, vec2};

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
            paint(ui, (lane, layer), (one, next), track, pass);
        }
    }
}

fn paint(
    ui: &Ui,
    (lane, layer): (Rect, &Layer),
    (one, next): (&Clip, &Clip),
    track: &Track,
    pass: &Pass<'_, '_>,
) {
    let theme = pass.theme;
    let overlap = clip_rect(track, lane, one).intersect(clip_rect(track, lane, next));
    let inside = overlap.shrink2(vec2(0.0, 1.0));
    let painter = ui.painter_at(track.rect.intersect(ui.clip_rect()));
    painter.rect_filled(inside, 0.0, theme.background.gamma_multiply(0.8));
    let (falling, rising) = (
        [inside.left_top(), inside.right_bottom()],
        [inside.left_bottom(), inside.right_top()],
    );
    let fill = theme.layer(layer).gamma_multiply(0.3);
    for corners in [
        vec![falling[0], falling[1], inside.left_bottom()],
        vec![rising[0], rising[1], inside.right_bottom()],
    ] {
        painter.add(Shape::convex_polygon(corners, fill, Stroke::NONE));
    }
    for ramp in [falling, rising] {
        painter.line_segment(ramp, Stroke::new(1.5, theme.strong));
    }
    let edge = Stroke::new(1.0, theme.strong.gamma_multiply(0.6));
    painter.vline(inside.left(), inside.y_range(), edge);
    painter.vline(inside.right(), inside.y_range(), edge);
}
