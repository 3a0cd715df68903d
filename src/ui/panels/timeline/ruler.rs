//! The ruler: ticks and timecodes, and the playhead's handle, which is dragged here; over it the loop and the markers.

use egui::{
    Align2, CursorIcon, Id, PointerButton, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::hover::ruler_preview_ui;
use super::loop_bar::LoopBar;
use super::markers::Markers;
use super::menus::ruler_menu_ui;
use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit;
use crate::time::{FrameRate, Time, timecode};
use crate::ui::pass::Pass;
use crate::ui::style;
use crate::ui::timeline_scale::Track;

/// Height of the ruler.
pub(crate) const HEIGHT: f32 = 34.0;
/// The timecodes' middle below the upper edge: under the loop, above the markers and the playhead's handle.
const LABEL_MIDDLE: f32 = 12.0;
/// Minimum distance of timecodes.
const LABEL_POINTS: f32 = 92.0;
/// Minimum distance of ticks.
const TICK_POINTS: f32 = 7.0;

/// Steps between timecodes, in frames below a second and then in seconds.
const FRAME_STEPS: [i64; 6] = [1, 2, 5, 10, 15, 30];
const SECOND_STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/// The ruler, and the time that is being scrubbed to.
#[derive(Default)]
pub(crate) struct Ruler {
    scrubbing: Option<Time>,
    loop_bar: LoopBar,
    markers: Markers,
}

impl Ruler {
    /// Draws the ruler and scrubs the playhead.
    pub fn ui(&mut self, ui: &mut Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        let theme = pass.theme;
        ui.painter().hline(
            track.rect.x_range(),
            track.rect.bottom(),
            Stroke::new(1.0, theme.line),
        );
        paint_ticks(ui, track, pass);
        self.scrub_ui(ui, track, pass);
        self.loop_bar.ui(ui, track, pass);
        self.markers.ui(ui, track, pass);
    }

    /// Scrubs while the button is down; the release seeks exactly.
    fn scrub_ui(&mut self, ui: &Ui, track: &Track, pass: &mut Pass<'_, '_>) {
        let id = Id::unique("timeline ruler");
        let response = ui
            .interact(track.rect, id, Sense::click_and_drag())
            .on_hover_cursor(CursorIcon::PointingHand);
        let now = timecode(
            pass.view.transport.playhead,
            pass.view.project.canvas.frame_rate,
        );
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::ScrollBar,
                true,
                format!("Timeline ruler, playhead at {now}"),
            )
        });
        let (is_down, pointer, origin, modifiers) = ui.input(|input| {
            let pointer = &input.pointer;
            let origin = pointer.press_origin();
            (
                pointer.primary_down(),
                pointer.latest_pos(),
                origin,
                input.modifiers,
            )
        });
        if modifiers.shift
            && response.drag_started_by(PointerButton::Primary)
            && let Some(origin) = origin
        {
            self.loop_bar.begin(track.time_at(origin.x), pass);
        }
        if modifiers.shift && self.scrubbing.is_none() || self.loop_bar.is_dragging() {
            return;
        }
        let at = pointer.map(|pointer| {
            let x = pointer.x.clamp(track.rect.left(), track.rect.right());
            clip_edit::on_frame(pass.view.project, track.time_at(x))
        });
        let is_held = is_down && response.is_pointer_button_down_on();
        match (is_held, self.scrubbing, at) {
            (true, last, Some(at)) => {
                if last != Some(at) {
                    pass.push(Command::Transport(TransportCommand::Scrub(at)));
                }
                self.scrubbing = Some(at);
            }
            (false, Some(last), at) if !is_down => {
                pass.push(Command::Transport(TransportCommand::ScrubEnd(
                    at.unwrap_or(last),
                )));
                self.scrubbing = None;
            }
            (false, None, Some(at)) if response.clicked() => {
                // Pressed and released within one pass.
                pass.push(Command::Transport(TransportCommand::Scrub(at)));
                pass.push(Command::Transport(TransportCommand::ScrubEnd(at)));
            }
            _ => {}
        }
        ruler_menu_ui(&response, track, pass);
        let help =
            "Click: go there · drag: scrub · Shift+drag: draw the loop · right click: marker, loop";
        pass.state.help.offer(&response, help);
        ruler_preview_ui(&response, track, pass);
    }
}

fn paint_ticks(ui: &Ui, track: &Track, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let painter = ui.painter_at(track.rect.expand2(vec2(1.0, 0.0)));
    let rate = pass.view.project.canvas.frame_rate;
    let (major, minor) = steps(track, rate);
    let first = rate.frame_at(track.time_at(track.rect.left())).max(0);
    let last = rate.frame_at(track.time_at(track.rect.right()));
    let bottom = track.rect.bottom();
    let mut frame = first.div_euclid(minor) * minor;
    while frame <= last {
        let time = rate.time_of(frame);
        let x = track.x_of(time);
        let is_major = frame % major == 0;
        let height = if is_major { 12.0 } else { 4.0 };
        let stroke = Stroke::new(1.0, if is_major { theme.faint } else { theme.line });
        painter.vline(x, bottom - height..=bottom, stroke);
        if is_major {
            painter.text(
                pos2(x + 4.0, track.rect.top() + LABEL_MIDDLE),
                Align2::LEFT_CENTER,
                pass.state.time_format.text(time, rate),
                style::regular(10.5),
                theme.dim,
            );
        }
        frame += minor;
    }
}

/// Frames between timecodes and between ticks, by the minimum distances.
fn steps(track: &Track, rate: FrameRate) -> (i64, i64) {
    let nominal = (rate.fps().round() as i64).max(1);
    let frame_points = track.points_of(rate.frame_duration()).max(1e-6);
    let frames = FRAME_STEPS
        .iter()
        .copied()
        .filter(|step| step * 2 <= nominal);
    let seconds = SECOND_STEPS.iter().map(|step| step * nominal);
    let major = frames
        .chain(seconds)
        .find(|step| *step as f32 * frame_points >= LABEL_POINTS)
        .unwrap_or(3600 * nominal);
    let minor = [10, 5, 4, 3, 2]
        .into_iter()
        .filter(|parts| major % parts == 0)
        .map(|parts| major / parts)
        .find(|step| *step as f32 * frame_points >= TICK_POINTS)
        .unwrap_or(major);
    (major, minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::timeline_scale::TimelineScale;
    use egui::Rect;

    #[test]
    fn timecodes_never_crowd_at_any_zoom() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, 20.0));
        for rate in [(60, 1), (30000, 1001), (25, 1), (1, 1)] {
            let rate = FrameRate::new(rate.0, rate.1).expect("a common rate");
            for share in 0..=10 {
                let mut scale = TimelineScale::default();
                scale.set_zoom_share(f64::from(share) / 10.0);
                let track = scale.track(rect);
                let (major, minor) = steps(&track, rate);
                assert_eq!(major % minor, 0, "ticks meet timecodes");
                let points = track.points_of(rate.time_of(major));
                let is_coarsest = major == 3600 * (rate.fps().round() as i64);
                assert!(points >= LABEL_POINTS || is_coarsest, "{points} at {share}");
            }
        }
    }
}
