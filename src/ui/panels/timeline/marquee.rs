//! The marquee: a rectangle over lanes that selects the clips it touches.

use egui::{Pos2, Rect, Stroke, StrokeKind, Ui};

use super::rows::Rows;
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::selection::Selection;
use crate::ui::timeline_scale::Track;

/// A marquee in progress.
#[derive(Clone, Debug)]
pub(crate) struct Marquee {
    /// The time and the y at which it began; the y as if the lanes were not scrolled.
    from: (Time, f32),
    /// The selection that it adds to.
    before: Selection,
    /// The selection that Escape restores.
    at_start: Selection,
}

impl Marquee {
    /// Begins a marquee; with `is_adding` the selection stays and grows.
    pub fn new(origin: Pos2, is_adding: bool, track: &Track, pass: &Pass<'_, '_>) -> Self {
        let at_start = pass.state.selection.clone();
        Self {
            from: (
                track.time_at(origin.x),
                origin.y + pass.state.timeline.scrolled,
            ),
            before: if is_adding {
                at_start.clone()
            } else {
                Selection::Nothing
            },
            at_start,
        }
    }

    /// Draws it up to the pointer, and selects the clips that it touches.
    pub fn follow(
        &self,
        ui: &Ui,
        pointer: Pos2,
        rows: &Rows,
        track: &Track,
        pass: &mut Pass<'_, '_>,
    ) {
        let (time, y) = self.from;
        let origin = Pos2::new(track.x_of(time), y - pass.state.timeline.scrolled);
        let rect = Rect::from_two_pos(origin, pointer);
        let span = (track.time_at(rect.left()), track.time_at(rect.right()));
        let mut selection = self.before.clone();
        for (lane, layer) in pass.view.project.layers.iter().enumerate() {
            let row = rows.row(lane);
            if row.bottom() < rect.top() || rect.bottom() < row.top() {
                continue;
            }
            let touched = layer
                .clips
                .iter()
                .filter(|clip| clip.start < span.1 && span.0 < clip.end());
            selection.add_clips(touched.map(|clip| clip.id));
        }
        pass.state.selection = selection;
        let painter = ui.painter_at(track.rect.intersect(rows.area()));
        painter.rect_filled(rect, 2.0, pass.theme.accent.gamma_multiply(0.12));
        let stroke = Stroke::new(1.0, pass.theme.accent);
        painter.rect_stroke(rect, 2.0, stroke, StrokeKind::Inside);
    }

    /// The selection when it began.
    pub fn into_start(self) -> Selection {
        self.at_start
    }
}
