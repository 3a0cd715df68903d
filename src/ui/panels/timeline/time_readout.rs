//! The playhead's position in large digits: a click types another, a click on the unit changes the time format.

use egui::{
    Align2, CursorIcon, Id, Key, Margin, Rect, Role, Sense, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit;
use crate::time::formula::{FormulaError, Unit};
use crate::time::{Time, TimeFormat, timecode};
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::widgets::note_ui;

/// Width of the bar from which the project's length is shown beside the playhead.
const WIDE: f32 = 720.0;
/// Width of the bar below which the digits are small.
const NARROW: f32 = 440.0;
/// Sizes of the digits in a wide bar and in a narrow one, in points.
const DIGITS: f32 = 25.0;
const DIGITS_NARROW: f32 = 17.0;
/// Width of the widest time that is written in a size, per point of it.
const FIELD_WIDTH: f32 = 6.6;

/// The readout, and the text being typed.
#[derive(Default)]
pub(crate) struct TimeReadout {
    typed: Option<String>,
    had_focus: bool,
    /// Why the entered text is no time.
    refusal: Option<FormulaError>,
}

impl TimeReadout {
    /// Draws playhead, unit and length at the left of the bar; returns the right edge.
    pub fn ui(&mut self, ui: &mut Ui, bar: Rect, pass: &mut Pass<'_, '_>) -> f32 {
        if std::mem::take(&mut pass.state.wants_time_entry) {
            self.begin();
        }
        let right = if self.typed.is_some() {
            self.field_ui(ui, bar, pass)
        } else {
            self.digits_ui(ui, bar, pass)
        };
        let right = unit_ui(ui, pos2(right + 8.0, bar.center().y), pass);
        if let Some(to) = self.destination(pass) {
            paint_destination(ui, pos2(right + 8.0, bar.center().y), to, pass)
        } else if bar.width() > WIDE {
            length_ui(ui, pos2(right + 8.0, bar.center().y), pass)
        } else {
            right
        }
    }

    /// The time that the typed text stands for.
    fn destination(&self, pass: &Pass<'_, '_>) -> Option<Time> {
        let typed = self.typed.as_deref()?;
        destination(typed, pass).ok()
    }

    fn begin(&mut self) {
        self.typed = Some(String::new());
        self.had_focus = false;
        self.refusal = None;
    }

    fn digits_ui(&mut self, ui: &Ui, bar: Rect, pass: &Pass<'_, '_>) -> f32 {
        let rate = pass.view.project.canvas.frame_rate;
        let playhead = pass.view.transport.playhead;
        let digits = ui.painter().text(
            bar.left_center() + vec2(14.0, 0.0),
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

    /// Seeks on Enter to the typed time: a position, or with a sign a distance from the playhead. A text that is no
    /// time stays, with a red edge.
    fn field_ui(&mut self, ui: &mut Ui, bar: Rect, pass: &mut Pass<'_, '_>) -> f32 {
        let place = bar.left_center() + vec2(8.0, 0.0);
        let size = digits_size(bar);
        let width = size * FIELD_WIDTH;
        let rect = Align2::LEFT_CENTER.anchor_size(place, vec2(width, size + 11.0));
        let mut text = self.typed.take().unwrap_or_default();
        let rate = pass.view.project.canvas.frame_rate;
        let hint = pass
            .state
            .time_format
            .text(pass.view.transport.playhead, rate);
        let field = TextEdit::singleline(&mut text)
            .font(style::regular(size))
            .hint_text(hint)
            .char_limit(24)
            .margin(Margin::symmetric(5, 2));
        let response = ui
            .scope_builder(UiBuilder::new().max_rect(rect), |ui| {
                ui.add_sized(rect.size(), field)
            })
            .inner
            .accessible_name("Go to time");
        if !self.had_focus {
            self.had_focus = true;
            response.request_focus();
            self.typed = Some(text);
        } else if response.lost_focus() {
            let is_entered = ui.input(|input| input.key_pressed(Key::Enter));
            if is_entered && !text.trim().is_empty() {
                match destination(&text, pass) {
                    Ok(to) => {
                        pass.push(Command::Transport(TransportCommand::SeekTo(to)));
                        pass.state.timeline.reveal(to, to);
                    }
                    Err(why) => {
                        self.refusal = Some(why);
                        response.request_focus();
                        self.typed = Some(text);
                    }
                }
            }
        } else {
            if response.changed() {
                self.refusal = None;
            }
            self.typed = Some(text);
        }
        if let Some(why) = &self.refusal {
            let why = why.to_string();
            note_ui(ui, response.id, response.rect, &why, pass.theme.error);
            let stroke = Stroke::new(1.0, pass.theme.error);
            let edge = ui.painter();
            edge.rect_stroke(response.rect, 3.0, stroke, StrokeKind::Outside);
            response.on_hover_text(
                "This is no time. Type digits from the right, such as 1234 for 12 seconds and 34 frames, +30 for 30 \
                 frames on, or 12.5 s",
            );
        }
        rect.right()
    }
}

fn digits_size(bar: Rect) -> f32 {
    if bar.width() < NARROW {
        DIGITS_NARROW
    } else {
        DIGITS
    }
}

/// Writes the time that a typed text stands for beside it.
fn paint_destination(ui: &Ui, left_centre: egui::Pos2, to: Time, pass: &Pass<'_, '_>) -> f32 {
    let rate = pass.view.project.canvas.frame_rate;
    let text = format!("→ {}", pass.state.time_format.text(to, rate));
    let font = style::regular(style::SMALL);
    let painter = ui.painter();
    let rect = painter.text(
        left_centre,
        Align2::LEFT_CENTER,
        &text,
        font,
        pass.theme.accent,
    );
    let response = ui.interact(rect, Id::unique("typed time"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    rect.right()
}

/// The time of a typed text, clamped to the frames of the project.
fn destination(text: &str, pass: &Pass<'_, '_>) -> Result<Time, FormulaError> {
    let project = pass.view.project;
    let rate = project.canvas.frame_rate;
    let unit = Unit::Time(pass.state.time_format, rate);
    let playhead = pass.view.transport.playhead.seconds();
    let to = unit.time(unit.read(text)?.applied_to(playhead));
    let last = (project.duration() - rate.frame_duration()).max(Time::ZERO);
    Ok(clip_edit::on_frame(project, to).min(last))
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
