//! The loop range along the top of the ruler: its ends and the whole of it are dragged; Shift and a drag on the ruler
//! draws a new one.

use egui::{CursorIcon, Id, PointerButton, Pos2, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::readout::readout_ui;
use super::snap::Snap;
use crate::project::edit::clip_edit;
use crate::project::{EditCommand, Project, ProjectEdit, TimeRange};
use crate::time::Time;
use crate::ui::gesture::lead_drag;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

/// Height of the hit area; the drawn bar is lower.
const HEIGHT: f32 = 6.0;
/// Width of its ends.
const END: f32 = 9.0;

/// The loop range, and the drag of it.
#[derive(Default)]
pub(crate) struct LoopBar {
    drag: Option<LoopDrag>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoopHandle {
    Start,
    End,
    Whole,
    New,
}

/// A drag of the range, with the range as it was when it began.
struct LoopDrag {
    handle: LoopHandle,
    range: TimeRange,
    from: Time,
    /// The project without the loop range, which it snaps to.
    others: Project,
}

impl LoopDrag {
    fn new(handle: LoopHandle, range: TimeRange, from: Time, pass: &Pass<'_, '_>) -> Self {
        let mut others = pass.view.project.clone();
        others.loop_range = None;
        Self {
            handle,
            range,
            from,
            others,
        }
    }
}

impl LoopBar {
    /// True while a range is dragged.
    pub fn is_dragging(&self) -> bool {
        self.drag.is_some()
    }

    /// Begins a new range at the point that was pressed.
    pub fn begin(&mut self, from: Time, pass: &Pass<'_, '_>) {
        let range = TimeRange {
            start: from,
            end: from,
        };
        self.drag = Some(LoopDrag::new(LoopHandle::New, range, from, pass));
    }

    /// Draws the range and drags it.
    pub fn ui(&mut self, ui: &Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        let project = pass.view.project;
        let range = project.loop_range;
        let shown = range.map(|range| (range.start, range.end)).or_else(|| {
            let is_whole = project.is_looping && project.duration() > Time::ZERO;
            is_whole.then(|| (Time::ZERO, project.duration()))
        });
        if let Some((start, end)) = shown {
            let colour = if project.is_looping {
                pass.theme.range
            } else {
                pass.theme.faint
            };
            let span = track.x_of(start)..=track.x_of(end);
            let bar = Rect::from_x_y_ranges(span, track.rect.top()..=track.rect.top() + 3.0);
            let painter = ui.painter_at(track.rect);
            painter.rect_filled(bar, 1.0, colour);
            if let Some(range) = range {
                self.handles_ui(ui, track, range, bar, pass);
            }
        }
        self.drag_ui(ui, track, pass);
    }

    fn handles_ui(
        &mut self,
        ui: &Ui,
        track: &Track,
        range: TimeRange,
        bar: Rect,
        pass: &Pass<'_, '_>,
    ) {
        let whole = Rect::from_min_size(bar.min, vec2(bar.width(), HEIGHT));
        let end = |x: f32| {
            Rect::from_center_size(egui::pos2(x, bar.top() + HEIGHT / 2.0), vec2(END, HEIGHT))
        };
        let handles = [
            (LoopHandle::Whole, whole, "Loop range", CursorIcon::Grab),
            (
                LoopHandle::Start,
                end(bar.left()),
                "Loop start",
                CursorIcon::ResizeHorizontal,
            ),
            (
                LoopHandle::End,
                end(bar.right()),
                "Loop end",
                CursorIcon::ResizeHorizontal,
            ),
        ];
        for (handle, rect, name, cursor) in handles {
            let rect = rect.intersect(track.rect);
            if !rect.is_positive() {
                continue;
            }
            let response = ui
                .interact(rect, Id::unique(("loop bar", name)), Sense::drag())
                .on_hover_and_drag_cursor(cursor);
            response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, name));
            if response.hovered() || response.dragged() {
                let painter = ui.painter_at(track.rect);
                painter.rect_filled(rect.shrink2(vec2(0.0, 0.5)), 1.0, pass.theme.strong);
            }
            let origin = ui.input(|input| input.pointer.press_origin());
            if response.drag_started_by(PointerButton::Primary)
                && let Some(origin) = origin
            {
                let from = track.time_at(origin.x);
                self.drag = Some(LoopDrag::new(handle, range, from, pass));
            }
        }
    }

    fn drag_ui(&mut self, ui: &Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        lead_drag(&mut self.drag, ui, |drag, pointer| {
            drag.follow(ui, pointer, track, pass);
        });
    }
}

impl LoopDrag {
    fn follow(&self, ui: &Ui, pointer: Pos2, track: &Track, pass: &mut Pass<'_, '_>) {
        let project = pass.view.project;
        let by = track.time_at(pointer.x) - self.from;
        let snapped = |edges: &[Time]| {
            let hit =
                Snap::new(ui, &self.others, &[], track, pass).and_then(|snap| snap.nearest(edges));
            hit.map_or(Time::ZERO, |hit| hit.by)
        };
        let frame = project.canvas.frame_rate.frame_duration();
        let on_frame = |time: Time| clip_edit::on_frame(project, time);
        let TimeRange { start, end } = self.range;
        let (start, end) = match self.handle {
            LoopHandle::Start => {
                let to = on_frame(start + by);
                ((to + snapped(&[to])).min(end - frame), end)
            }
            LoopHandle::End => {
                let to = on_frame(end + by);
                (start, (to + snapped(&[to])).max(start + frame))
            }
            LoopHandle::Whole => {
                let to = on_frame(start + by);
                let to = (to + snapped(&[to, to + (end - start)])).max(Time::ZERO);
                (to, to + (end - start))
            }
            LoopHandle::New => {
                let from = on_frame(self.from);
                let to = on_frame(self.from + by);
                let to = (to + snapped(&[to])).max(Time::ZERO);
                (from.min(to), from.max(to).max(from.min(to) + frame))
            }
        };
        let range = TimeRange { start, end };
        if pass.state.gesture.is_active() || range != self.range {
            pass.gesture_edit(
                "Change loop range",
                EditCommand::Project(ProjectEdit::SetLoopRange(Some(range))),
            );
        }
        let rate = project.canvas.frame_rate;
        let written = |time| pass.state.time_format.text(time, rate);
        let text = format!(
            "{} to {}  length {}",
            written(start),
            written(end),
            written(end - start)
        );
        readout_ui(ui, &text, pass);
    }
}
