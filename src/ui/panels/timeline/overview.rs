//! The overview: the whole of the timeline in a thin bar, with the part that is shown. Dragging the part moves it, dragging
//! an end of it zooms, a click beside it jumps, a double click shows all.

use egui::{
    CursorIcon, Id, PointerButton, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use super::markers::marker_colour;
use crate::project::{Layer, MAX_LAYERS};
use crate::time::Time;
use crate::ui::gesture::lead_drag;
use crate::ui::pass::Pass;

/// Height of the bar.
pub(crate) const HEIGHT: f32 = 18.0;
/// Distance of the lanes' lines, and their thickness.
const PITCH: f32 = 2.0;
const LINE: f32 = 1.0;
/// Width of the ends of the shown part, where it is dragged to zoom.
const END: f32 = 8.0;
/// Width of the shown part below which its ends lie beside it.
const NARROW: f32 = 3.0 * END;
/// Least part that the ends leave, in canvas frames.
const LEAST_FRAMES: i64 = 4;

/// The drag in progress.
#[derive(Default)]
pub(crate) struct Overview {
    drag: Option<Drag>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handle {
    Start,
    End,
    Whole,
}

/// A drag, with what was shown when it began. The bar keeps its scale meanwhile.
struct Drag {
    handle: Handle,
    shown: (Time, Time),
    from: Time,
    bar: Bar,
}

/// The scale of the bar: all of it is `whole` long.
#[derive(Clone, Copy)]
struct Bar {
    rect: Rect,
    whole: Time,
}

impl Bar {
    fn x_of(&self, time: Time) -> f32 {
        let share = (time.seconds() / self.whole.seconds()) as f32;
        self.rect.left() + share.clamp(0.0, 1.0) * self.rect.width()
    }

    fn time_at(&self, x: f32) -> Time {
        let share = f64::from((x - self.rect.left()) / self.rect.width().max(1.0));
        Time::from_seconds_f64(share * self.whole.seconds())
    }
}

impl Overview {
    /// Draws the bar, and moves the shown part.
    pub fn ui(&mut self, ui: &Ui, rect: Rect, pass: &mut Pass<'_, '_>) {
        let whole = pass.state.timeline.whole(pass.view.project.duration());
        let bar = self.drag.as_ref().map_or(Bar { rect, whole }, |drag| Bar {
            rect,
            whole: drag.bar.whole,
        });
        let back = ui.interact(
            rect,
            Id::unique("timeline overview"),
            Sense::click_and_drag(),
        );
        back.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, true, "Timeline overview"));
        let help = "Click: show this part · double-click: show all";
        pass.state.help.offer(&back, help);
        let (start, end) = pass.state.timeline.shown();
        paint(ui, &bar, pass);
        let shown = Rect::from_x_y_ranges(bar.x_of(start)..=bar.x_of(end), rect.y_range());
        self.jump(ui, &back, &bar, pass);
        self.handles_ui(ui, shown, &bar, pass);
        self.drag_ui(ui, pass);
    }

    /// Shows the part about the place that is pressed; held, it is dragged on.
    fn jump(&mut self, ui: &Ui, back: &Response, bar: &Bar, pass: &mut Pass<'_, '_>) {
        if back.double_clicked() {
            pass.state.timeline.request_fit();
            return;
        }
        let begins = back.drag_started_by(PointerButton::Primary);
        let pointer = ui.input(|input| input.pointer.interact_pos());
        if let Some(pointer) = pointer.filter(|_| begins || back.clicked()) {
            let (start, end) = pass.state.timeline.shown();
            let length = end - start;
            let at = bar.time_at(pointer.x);
            let start = (at - Time::from_flicks(length.flicks() / 2)).max(Time::ZERO);
            pass.state.timeline.set_shown(start, start + length);
            if begins {
                self.begin(Handle::Whole, at, bar, pass);
            }
        }
    }

    fn begin(&mut self, handle: Handle, from: Time, bar: &Bar, pass: &Pass<'_, '_>) {
        self.drag = Some(Drag {
            handle,
            shown: pass.state.timeline.shown(),
            from,
            bar: *bar,
        });
    }

    fn handles_ui(&mut self, ui: &Ui, shown: Rect, bar: &Bar, pass: &mut Pass<'_, '_>) {
        let inset = if shown.width() < NARROW { 0.0 } else { END };
        let end =
            |left: f32| Rect::from_min_size(pos2(left, shown.top()), vec2(END, shown.height()));
        let handles = [
            (
                Handle::Whole,
                shown,
                "Shown part of the timeline",
                "Drag: move the shown part · double-click: show all",
                CursorIcon::Grab,
            ),
            (
                Handle::Start,
                end(shown.left() - END + inset),
                "Start of the shown part",
                "Drag: zoom",
                CursorIcon::ResizeHorizontal,
            ),
            (
                Handle::End,
                end(shown.right() - inset),
                "End of the shown part",
                "Drag: zoom",
                CursorIcon::ResizeHorizontal,
            ),
        ];
        let mut is_hot = self.drag.is_some();
        let mut grips = Vec::new();
        for (handle, rect, name, help, cursor) in handles {
            let id = Id::unique(("timeline overview", name));
            let response = ui
                .interact(rect, id, Sense::click_and_drag())
                .on_hover_and_drag_cursor(cursor);
            response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, name));
            pass.state.help.offer(&response, help);
            is_hot |= response.hovered();
            if handle != Handle::Whole {
                grips.push((rect, response.hovered() || response.dragged()));
            }
            if response.double_clicked() {
                pass.state.timeline.request_fit();
            }
            let origin = ui.input(|input| input.pointer.press_origin());
            if response.drag_started_by(PointerButton::Primary)
                && let Some(origin) = origin
            {
                self.begin(handle, bar.time_at(origin.x), bar, pass);
            }
        }
        paint_shown(ui, shown, &grips, is_hot, pass);
    }

    fn drag_ui(&mut self, ui: &Ui, pass: &mut Pass<'_, '_>) {
        lead_drag(&mut self.drag, ui, |drag, pointer| {
            drag.follow(pointer.x, pass);
        });
    }
}

impl Drag {
    fn follow(&self, x: f32, pass: &mut Pass<'_, '_>) {
        let by = self.bar.time_at(x) - self.from;
        let frame = pass.view.project.canvas.frame_rate.frame_duration();
        let least = Time::from_flicks(frame.flicks() * LEAST_FRAMES);
        let (start, end) = self.shown;
        let (start, end) = match self.handle {
            Handle::Start => ((start + by).clamp(Time::ZERO, end - least), end),
            Handle::End => (start, (end + by).max(start + least)),
            Handle::Whole => {
                let latest = (self.bar.whole - end).max(Time::ZERO);
                let by = by.clamp(-start, latest);
                (start + by, end + by)
            }
        };
        pass.state.timeline.set_shown(start, end);
    }
}

/// Draws the clips as lines, the markers and the playhead.
fn paint(ui: &Ui, bar: &Bar, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let painter = ui.painter_at(bar.rect);
    painter.rect_filled(bar.rect, 0.0, theme.well);
    let lanes = MAX_LAYERS as f32;
    let mut y = bar.rect.center().y - lanes * PITCH / 2.0;
    for layer in &pass.view.project.layers {
        let mut colour = theme.layer(layer);
        if !pass.view.project.is_shown(layer) {
            colour = colour.gamma_multiply(0.4);
        }
        for (left, right) in lines(layer, bar) {
            let line = Rect::from_x_y_ranges(left..=right, y..=y + LINE);
            painter.rect_filled(line, 0.0, colour);
        }
        y += PITCH;
    }
    for marker in &pass.view.project.markers {
        let stroke = Stroke::new(1.0, marker_colour(theme, marker).gamma_multiply(0.8));
        painter.vline(bar.x_of(marker.time), bar.rect.y_range(), stroke);
    }
    let playhead = bar.x_of(pass.view.transport.playhead);
    painter.vline(playhead, bar.rect.y_range(), Stroke::new(1.0, theme.strong));
}

/// The spans of a layer's clips, joined where no gap could be seen between them.
fn lines(layer: &Layer, bar: &Bar) -> Vec<(f32, f32)> {
    let mut lines: Vec<(f32, f32)> = Vec::new();
    for clip in &layer.clips {
        let (left, right) = (bar.x_of(clip.start), bar.x_of(clip.end()));
        match lines.last_mut() {
            Some(last) if left < last.1 + 1.0 => last.1 = last.1.max(right),
            _ => lines.push((left, right.max(left + 1.0))),
        }
    }
    lines
}

fn paint_shown(ui: &Ui, shown: Rect, grips: &[(Rect, bool)], is_hot: bool, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let frame = shown.shrink2(vec2(0.0, 1.0));
    let fill = theme
        .strong
        .gamma_multiply(if is_hot { 0.10 } else { 0.06 });
    ui.painter().rect_filled(frame, 3.0, fill);
    let colour = if is_hot { theme.dim } else { theme.faint };
    let stroke = Stroke::new(1.0, colour);
    ui.painter()
        .rect_stroke(frame, 3.0, stroke, StrokeKind::Inside);
    for (rect, is_hovered) in grips {
        let grip = Rect::from_center_size(rect.center(), vec2(2.0, 8.0));
        let colour = if *is_hovered { theme.strong } else { theme.dim };
        ui.painter().rect_filled(grip, 1.0, colour);
    }
}
