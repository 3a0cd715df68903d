//! The playhead's position in large digits: a click types another, a click on the unit changes the time format.

use egui::{Align2, CursorIcon, Id, Rect, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit;
use crate::time::formula::{Entry, Unit};
use crate::time::{Time, TimeFormat, timecode};
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::widgets::{Change, Field};

/// Width of the bar from which the project's length is shown beside the playhead.
const WIDE: f32 = 720.0;
/// Width of the bar below which the digits are small.
const NARROW: f32 = 440.0;
/// Sizes of the digits in a wide bar and in a narrow one, in points.
const DIGITS: f32 = 25.0;
const DIGITS_NARROW: f32 = 17.0;
/// Width of the widest time that is written in a size, per point of it.
const FIELD_WIDTH: f32 = 6.6;
/// Distance of the digits from the left edge of the bar, and of the field in which they are typed.
const DIGITS_INSET: f32 = 14.0;
const FIELD_INSET: f32 = 6.0;

/// The readout.
#[derive(Default)]
pub(crate) struct TimeReadout {
    /// True while a time is typed, or the field says why it refused one.
    is_typing: bool,
    /// True until the field has asked for the keyboard.
    begins: bool,
}

impl TimeReadout {
    /// Draws playhead, unit and length at the left of the bar; returns the right edge.
    pub fn ui(&mut self, ui: &mut Ui, bar: Rect, pass: &mut Pass<'_, '_>) -> f32 {
        if std::mem::take(&mut pass.state.wants_time_entry) {
            self.begin();
        }
        let right = if self.is_typing {
            self.field_ui(ui, bar, pass)
        } else {
            self.digits_ui(ui, bar, pass)
        };
        let right = unit_ui(ui, pos2(right + 8.0, bar.center().y), pass);
        if bar.width() > WIDE {
            length_ui(ui, pos2(right + 8.0, bar.center().y), pass)
        } else {
            right
        }
    }

    fn begin(&mut self) {
        self.is_typing = true;
        self.begins = true;
    }

    fn digits_ui(&mut self, ui: &Ui, bar: Rect, pass: &Pass<'_, '_>) -> f32 {
        let rate = pass.view.project.canvas.frame_rate;
        let playhead = pass.view.transport.playhead;
        let digits = ui.painter().text(
            bar.left_center() + vec2(DIGITS_INSET, 0.0),
            Align2::LEFT_CENTER,
            pass.state.time_format.text(playhead, rate),
            style::regular(digits_size(bar)),
            pass.theme.strong,
        );
        let response = ui
            .interact(digits, Id::unique("playhead time"), Sense::click())
            .on_hover_cursor(CursorIcon::Text);
        response.widget_info(|| {
            let now = timecode(playhead, rate);
            let end = timecode(pass.view.project.duration(), rate);
            WidgetInfo::labeled(Role::Button, true, format!("Playhead {now} of {end}"))
        });
        if response.clicked() {
            self.begin();
        }
        let what = "The playhead; click to type a time to go to";
        response.on_hover_text(Action::GoToTime.tooltip(ui.ctx(), what));
        digits.right()
    }

    /// Seeks to the typed time: a position, or with a sign a distance from the playhead.
    fn field_ui(&mut self, ui: &mut Ui, bar: Rect, pass: &mut Pass<'_, '_>) -> f32 {
        let size = digits_size(bar);
        let place = bar.left_center() + vec2(FIELD_INSET, 0.0);
        let rect = Align2::LEFT_CENTER.anchor_size(place, vec2(size * FIELD_WIDTH, size + 11.0));
        let field = Field {
            text_size: size,
            ..field(pass)
        };
        let mut inner = ui.new_child(UiBuilder::new().max_rect(rect));
        let id = field.id(&inner);
        if std::mem::take(&mut self.begins) {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let (_, change) = field.ui(&mut inner, rect.size());
        if let Some(Change::Typed(entry)) = change {
            let to = destination(entry, pass);
            pass.push(Command::Transport(TransportCommand::SeekTo(to)));
            pass.state.timeline.reveal(to, to);
        }
        let has_keyboard = ui.memory(|memory| memory.has_focus(id));
        self.is_typing = has_keyboard || field.is_refusing(&inner);
        rect.right()
    }
}

/// The field for a time to go to.
fn field(pass: &Pass<'_, '_>) -> Field<'static> {
    let rate = pass.view.project.canvas.frame_rate;
    let unit = Unit::Time(pass.state.time_format, rate);
    let playhead = pass.view.transport.playhead.seconds();
    Field {
        speed: rate.frame_duration().seconds(),
        tooltip: "A time to go to",
        ..Field::new("Go to time", playhead, f64::MIN..=f64::MAX, unit)
    }
}

fn digits_size(bar: Rect) -> f32 {
    if bar.width() < NARROW {
        DIGITS_NARROW
    } else {
        DIGITS
    }
}

/// The time that is asked for, clamped to the frames of the project.
fn destination(entry: Entry, pass: &Pass<'_, '_>) -> Time {
    let project = pass.view.project;
    let rate = project.canvas.frame_rate;
    let unit = Unit::Time(pass.state.time_format, rate);
    let to = unit.time(entry.applied_to(pass.view.transport.playhead.seconds()));
    let last = (project.duration() - rate.frame_duration()).max(Time::ZERO);
    clip_edit::on_frame(project, to).min(last)
}

fn unit_ui(ui: &Ui, left_centre: egui::Pos2, pass: &mut Pass<'_, '_>) -> f32 {
    let rate = pass.view.project.canvas.frame_rate;
    let is_drop_frame = timecode(Time::ZERO, rate).contains(';');
    let (short, long) = match pass.state.time_format {
        TimeFormat::Timecode if is_drop_frame => ("DF", "drop-frame timecode"),
        TimeFormat::Timecode => ("TC", "timecode"),
        TimeFormat::Frames => ("fr", "frames"),
        TimeFormat::Seconds => ("s", "seconds"),
    };
    let rect = Align2::LEFT_CENTER.anchor_size(left_centre, vec2(24.0, 20.0));
    let response = ui.interact(rect, Id::unique("time format"), Sense::click());
    response
        .widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Time format: {long}")));
    let theme = pass.theme;
    let is_hot = response.hovered() || response.has_focus();
    if is_hot {
        ui.painter().rect_filled(rect, 3.0, theme.hovered);
    }
    let colour = if is_hot { theme.strong } else { theme.dim };
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        short,
        style::medium(style::SMALL),
        colour,
    );
    if response.clicked() {
        pass.state.time_format = pass.state.time_format.next();
    }
    let what = format!("Times are written as {long}; click to change");
    response.on_hover_text(Action::NextTimeFormat.tooltip(ui.ctx(), &what));
    rect.right()
}

fn length_ui(ui: &Ui, left_centre: egui::Pos2, pass: &Pass<'_, '_>) -> f32 {
    let project = pass.view.project;
    let end = pass
        .state
        .time_format
        .text(project.duration(), project.canvas.frame_rate);
    let speed = pass.view.transport.speed;
    let is_usual = !pass.view.transport.is_playing || (speed - 1.0).abs() < 1e-6;
    let (text, colour) = if is_usual {
        (format!("of {end}"), pass.theme.dim)
    } else {
        (format!("{speed} ×"), pass.theme.accent)
    };
    let font = style::regular(style::SMALL);
    let painter = ui.painter();
    let text = painter.text(left_centre, Align2::LEFT_CENTER, text, font, colour);
    text.right()
}
