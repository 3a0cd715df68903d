//! The output: the canvas on a display of its own, without anything of the editor on it.
//!
//! A second window, drawn in the same pass as the first: both show the same texture, so that neither waits for the
//! other's content. Its keys are the editor's, but for Escape and F11, which close it.

use egui::{
    Color32, Context, CornerRadius, CursorIcon, FontId, Key, Modifiers, Painter, Pos2, Rect,
    Stroke, StrokeKind, Ui, Vec2, ViewportBuilder, ViewportCommand, ViewportId, pos2, vec2,
};

use crate::command::operation::Operation;
use crate::command::{Command, OutputCommand};
use crate::status::Status;
use crate::status::program::{DisplayView, OutputPicture};
use crate::ui::theme::Theme;
use crate::ui::view::Preview;
use crate::ui::{Asked, paint_figures, pressed_keys};

/// Size of the window where it is not full screen, in points.
const SIZE: [f32; 2] = [960.0, 540.0];

/// Seconds that a window manager has to make the window fill its display.
const SETTLING_S: f64 = 0.4;

/// What the user asked for in the output window.
#[derive(Debug, Default)]
pub(super) struct OutputInput {
    /// Commands that depend on nothing in the editor.
    pub commands: Vec<Command>,
    /// The rest, for the editor to carry out.
    pub for_editor: Vec<Asked>,
}

/// The output window, as far as it belongs to the window system.
#[derive(Debug, Default)]
pub(super) struct OutputWindow {
    filling: Filling,
}

/// Progress of filling the display.
///
/// ```text
/// Opened ── first pass ──► Settling ── fills it ───────────────────────► Settled
///                             └── time is up: sized by the program ──────┘
/// ```
///
/// Full screen is a request to the window manager; a system without one leaves the window as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Filling {
    /// The window was opened, or shall be on another display.
    #[default]
    Opened,
    /// The window manager was asked at this time of egui's, in seconds.
    Settling(f64),
    /// Nothing is left to do.
    Settled,
}

impl Filling {
    /// The next state for a window of this size on a display of that size, at this time of egui's in seconds; and
    /// whether the program is to size the window itself.
    fn step(self, window_px: Vec2, display_px: Vec2, now_s: f64) -> (Self, bool) {
        // Scales that are no whole numbers round.
        let fills = (window_px - display_px).abs().max_elem() <= 2.0;
        match self {
            Self::Opened => (Self::Settling(now_s), false),
            Self::Settling(_) if fills => (Self::Settled, false),
            Self::Settling(since_s) if now_s - since_s >= SETTLING_S => (Self::Settled, true),
            other => (other, false),
        }
    }
}

/// The displays there are, in the order in which windows are put onto them; none where the system does not tell.
pub(crate) fn displays(frame: &eframe::Frame) -> Vec<DisplayView> {
    let Some(window) = frame.winit_window() else {
        return Vec::new();
    };
    let displays = window.available_monitors().enumerate();
    displays
        .map(|(index, display)| DisplayView {
            name: display.name().map_or_else(
                || format!("Display {}", index + 1),
                // Windows gives the path of a device.
                |name| name.trim_start_matches(r"\\.\").to_owned(),
            ),
            size_px: display.size().into(),
            origin_px: display.position().into(),
        })
        .collect()
}

impl OutputWindow {
    /// Has the window fill its display anew.
    pub fn place(&mut self) {
        self.filling = Filling::Opened;
    }

    /// Draws the window if it is open: the picture, and over it figures; gives what the user asked for in it.
    pub fn ui(&mut self, ctx: &Context, status: &Status, preview: Option<Preview>) -> OutputInput {
        let output = status.program.output;
        if !output.is_open {
            return OutputInput::default();
        }
        let builder = ViewportBuilder::default()
            .with_title("Sextet output")
            .with_app_id("sextet")
            .with_inner_size(SIZE)
            .with_decorations(output.is_windowed);
        // Whoever names a monitor gets a window that fills it, whatever else is asked for.
        let builder = if output.is_windowed {
            builder
        } else {
            builder.with_monitor(output.display).with_fullscreen(true)
        };
        let display = status.program.displays.get(output.display);
        let display = display.filter(|_| !output.is_windowed);
        // Window managers differ in what they leave of full screen, so the other kind is another window.
        let id = ViewportId::from_hash_of(("output", output.is_windowed));
        ctx.show_viewport_immediate(id, builder, |ui, _class| {
            if let Some(display) = display {
                ui.ctx().set_cursor_icon(CursorIcon::None);
                self.fill(ui.ctx(), display);
            }
            paint(ui, status, preview);
            input(ui.ctx())
        })
    }

    /// Makes the window fill its display where no window manager does.
    fn fill(&mut self, ctx: &Context, display: &DisplayView) {
        if self.filling == Filling::Settled {
            return;
        }
        let scale = ctx.pixels_per_point();
        let [width, height] = display.size_px.map(|side| side as f32);
        let [x, y] = display.origin_px.map(|place| place as f32);
        let window_px = ctx.content_rect().size() * scale;
        let now_s = ctx.input(|input| input.time);
        let (next, is_sized) = self.filling.step(window_px, vec2(width, height), now_s);
        self.filling = next;
        if is_sized {
            let command = |command| ctx.send_viewport_cmd(command);
            command(ViewportCommand::OuterPosition(pos2(x, y) / scale));
            command(ViewportCommand::InnerSize(vec2(width, height) / scale));
            command(ViewportCommand::Focus);
        }
        if next != Filling::Settled {
            ctx.request_repaint_after(std::time::Duration::from_millis(100));
        }
    }
}

fn paint(ui: &Ui, status: &Status, preview: Option<Preview>) {
    let screen = ui.ctx().content_rect();
    let painter = ui.ctx().layer_painter(egui::LayerId::background());
    painter.rect_filled(screen, CornerRadius::ZERO, Color32::BLACK);
    let output = status.program.output;
    match (output.picture, preview) {
        (OutputPicture::Canvas, Some(preview)) => {
            let [width, height] = preview.size_px.map(|side| side.max(1) as f32);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let picture = fitted(screen, vec2(width, height));
            painter.image(preview.texture, picture, whole, Color32::WHITE);
        }
        (OutputPicture::Pattern, _) => paint_pattern(&painter, screen, ui.pixels_per_point()),
        (OutputPicture::Canvas | OutputPicture::Black, _) => {}
    }
    if output.has_figures {
        let figures = (&*status.project, &*status.snapshot);
        paint_figures(&painter, screen, Theme::dark(), figures);
    }
}

/// What the user asks for by keys and by the window's own button.
fn input(ctx: &Context) -> OutputInput {
    let is_closed = ctx.input_mut(|input| {
        let escape = input.consume_key(Modifiers::NONE, Key::Escape);
        // F11 closes it even where the user has given F11 to something else.
        let f11 = input.consume_key(Modifiers::NONE, Key::F11);
        escape || f11 || input.viewport().close_requested()
    });
    let mut asked = OutputInput::default();
    if is_closed {
        asked.commands.push(OutputCommand::SetOpen(false).into());
    }
    for key in pressed_keys(ctx, false) {
        match key {
            Asked::Action(action) => match action.operation() {
                // Playing and the output are served at once, and while the editor waits for an answer too.
                Operation::Command(command @ (Command::Transport(_) | Command::Output(_))) => {
                    asked.commands.push(command);
                }
                Operation::Command(_) | Operation::Context(_) | Operation::Window(_) => {
                    asked.for_editor.push(key);
                }
            },
            Asked::Paste(_) => asked.for_editor.push(key),
        }
    }
    asked
}

/// As large as fits whole, in its own proportions.
fn fitted(screen: Rect, size: Vec2) -> Rect {
    let scale = (screen.size() / size).min_elem();
    Rect::from_center_size(screen.center(), size * scale)
}

/// Bars, a grey ramp, a border of one pixel, a circle and the size: what a technician looks at first.
fn paint_pattern(painter: &Painter, screen: Rect, pixels_per_point: f32) {
    let theme = Theme::dark();
    let (bars, ramp) = screen.split_top_bottom_at_fraction(0.7);
    let shades: Vec<Color32> = [0b111, 0b110, 0b011, 0b010, 0b101, 0b100, 0b001]
        .iter()
        .map(|bits: &u8| {
            // Bars of 75 %, from white to blue by falling brightness.
            let channel = |bit: u8| if bits & bit == 0 { 0 } else { 191 };
            Color32::from_rgba_premultiplied(channel(4), channel(2), channel(1), 255)
        })
        .collect();
    columns(painter, bars, &shades);
    let greys: Vec<Color32> = (0..=16_u8)
        .map(|step| Color32::from_gray(step.saturating_mul(16).max(step)))
        .collect();
    columns(painter, ramp, &greys);
    let line = Stroke::new(1.0 / pixels_per_point, Color32::WHITE);
    painter.rect_stroke(screen, CornerRadius::ZERO, line, StrokeKind::Inside);
    let radius = screen.height() * 0.45;
    painter.circle_stroke(screen.center(), radius, line);
    let across = |from: Pos2, to: Pos2| painter.line_segment([from, to], line);
    across(screen.center_top(), screen.center_bottom());
    across(screen.left_center(), screen.right_center());
    let size = screen.size() * pixels_per_point;
    let text = format!("{:.0} × {:.0}", size.x, size.y);
    let font = FontId::proportional(screen.height() / 18.0);
    // Smaller than this nobody reads it, and of no size there are no letters.
    if font.size < 1.0 {
        return;
    }
    let galley = painter.layout_no_wrap(text, font, Color32::WHITE);
    let place = Rect::from_center_size(screen.center(), galley.size());
    painter.rect_filled(place.expand(12.0), 6.0, theme.background);
    painter.galley(place.min, galley, Color32::WHITE);
}

fn columns(painter: &Painter, area: Rect, colours: &[Color32]) {
    let width = area.width() / colours.len() as f32;
    for (index, colour) in colours.iter().enumerate() {
        let left = area.left() + index as f32 * width;
        let column = Rect::from_min_max(
            pos2(left, area.top()),
            pos2(left + width + 0.5, area.bottom()),
        );
        painter.rect_filled(column.intersect(area), CornerRadius::ZERO, *colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_no_manager_makes_fill_its_display_is_sized_once() {
        let (small, whole) = (vec2(960.0, 540.0), vec2(1920.0, 1080.0));
        let (settling, _) = Filling::Opened.step(small, whole, 10.0);
        let early = settling.step(small, whole, 10.1);
        assert_eq!(early, (settling, false), "the manager may still do it");
        assert_eq!(
            settling.step(whole, whole, 10.1),
            (Filling::Settled, false),
            "it did"
        );
        let late = settling.step(small, whole, 10.5);
        assert_eq!(late, (Filling::Settled, true));
        assert_eq!(
            late.0.step(small, whole, 11.0),
            (Filling::Settled, false),
            "once"
        );
    }

    #[test]
    fn a_canvas_keeps_its_proportions() {
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(1000.0, 1000.0));
        let wide = fitted(screen, vec2(200.0, 100.0));
        assert_eq!(wide.size(), vec2(1000.0, 500.0));
        assert_eq!(wide.center(), screen.center());
    }
}
