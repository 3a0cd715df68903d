//! A few figures over the picture, for a user who watches nothing else.

use egui::{Align2, Painter, Rect, pos2, vec2};

use crate::project::Project;
use crate::status::Snapshot;
use crate::status::snapshot::SlotState;
use crate::status::verdict::GOOD_HIT_RATE;
use crate::ui::theme::Theme;
use crate::ui::{format, style};

const LINE_HEIGHT: f32 = 15.0;
const WIDTH: f32 = 236.0;

/// Draws the figures in the upper left of the picture, in the preview or on the output.
pub(crate) fn paint_figures(
    painter: &Painter,
    picture: Rect,
    theme: &Theme,
    (project, snapshot): (&Project, &Snapshot),
) {
    let totals = &snapshot.totals;
    let layers = project.layers.iter().zip(&snapshot.layers);
    let lines = 1 + snapshot.layers.len();
    let corner = picture.min + vec2(8.0, 8.0);
    let size = vec2(WIDTH, lines as f32 * LINE_HEIGHT + 10.0);
    let painter = painter.with_clip_rect(picture);
    let back = Rect::from_min_size(corner, size);
    painter.rect_filled(back, 4.0, theme.background.gamma_multiply(0.8));
    let text = |x: f32, line: usize, text: String, colour| {
        let y = corner.y + 5.0 + (line as f32 + 0.5) * LINE_HEIGHT;
        let font = style::medium(style::SMALL);
        painter.text(
            pos2(corner.x + x, y),
            Align2::LEFT_CENTER,
            text,
            font,
            colour,
        );
    };
    let is_good = totals.lost() == 0 && totals.hit_rate() >= GOOD_HIT_RATE;
    let colour = if is_good { theme.text } else { theme.warning };
    let gpu = snapshot
        .gpu_ms
        .map_or_else(String::new, |ms| format!("  GPU {} ms", format::ms(ms)));
    let first = format!(
        "{:.1} fps  drops {}  hit {}{gpu}",
        snapshot.fps,
        totals.lost(),
        format::hits_percent(totals)
    );
    text(8.0, 0, first, colour);
    for (index, (layer, figures)) in layers.enumerate() {
        let lost = figures.counts.lost();
        let colour = if lost > 0 { theme.warning } else { theme.dim };
        text(8.0, index + 1, "■".to_owned(), theme.layer(layer));
        let ready = figures
            .slots
            .iter()
            .filter(|slot| **slot == SlotState::Ready);
        let line = format!(
            "{}  p99 {} ms  {}/{}  drops {lost}",
            format::hits_percent(&figures.counts),
            format::ms(figures.read_p99_ms),
            ready.count(),
            figures.slots.len(),
        );
        text(24.0, index + 1, line, colour);
    }
}
