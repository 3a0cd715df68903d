//! Rows of the inspector: a label on the left, fields on the right, each change one step of undo.

use std::ops::RangeInclusive;

use egui::{Align2, ComboBox, DragValue, Response, RichText, Sense, Ui, vec2};

use crate::project::EditCommand;
use crate::time::{FrameRate, Time, TimeFormat, timecode};
use crate::ui::state::Pass;
use crate::ui::style;
use crate::ui::theme::Theme;

/// Width of a row's label in points.
pub(crate) const LABEL_WIDTH: f32 = 82.0;
/// Height of a field in points.
pub(crate) const FIELD_HEIGHT: f32 = 22.0;

/// A number that is dragged or typed.
pub(crate) struct Number<'a> {
    /// What AccessKit calls it, and the undo step's name.
    pub name: &'static str,
    /// Its value in the unit that is shown.
    pub value: f64,
    /// What it is held to.
    pub range: RangeInclusive<f64>,
    /// How much one point of dragging changes it.
    pub speed: f64,
    /// Decimals shown.
    pub decimals: usize,
    /// Written after it.
    pub suffix: &'a str,
    /// What it means.
    pub tooltip: &'a str,
}

/// A row: its label, then what `fields` adds, which is given the width for all fields together.
pub(crate) fn row_ui(ui: &mut Ui, label: &str, fields: impl FnOnce(&mut Ui, f32)) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(LABEL_WIDTH, FIELD_HEIGHT), Sense::hover());
        ui.painter().text(
            rect.left_center(),
            Align2::LEFT_CENTER,
            label,
            style::regular(style::TEXT),
            Theme::of(ui.ctx()).dim,
        );
        let width = ui.available_width();
        fields(ui, width);
    });
}

/// A group's title with a line above it.
pub(crate) fn section_ui(ui: &mut Ui, title: &str) {
    ui.add_space(6.0);
    let rect = ui.max_rect();
    let y = ui.cursor().top();
    let line = ui.visuals().widgets.noninteractive.bg_stroke;
    ui.painter().hline(rect.x_range().expand(12.0), y, line);
    ui.add_space(7.0);
    ui.label(RichText::new(title).font(style::semibold(style::TEXT)));
    ui.add_space(1.0);
}

/// Draws a number; a drag is a gesture of edits, typing is one edit.
pub(crate) fn number_ui(
    ui: &mut Ui,
    width: f32,
    number: Number<'_>,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(f64) -> EditCommand,
) {
    let mut value = number.value;
    let field = DragValue::new(&mut value)
        .range(number.range)
        .speed(number.speed)
        .fixed_decimals(number.decimals)
        .suffix(number.suffix)
        .update_while_editing(false);
    let response = ui
        .add_sized(vec2(width, FIELD_HEIGHT), field)
        .accessible_name(number.name);
    report(&response, number.name, pass, || edit(value));
    response.on_hover_text(format!("{}; drag to change, click to type", number.tooltip));
}

/// A length or position of time.
pub(crate) struct TimeField<'a> {
    /// What AccessKit calls it, and the undo step's name.
    pub name: &'static str,
    /// Its value.
    pub value: Time,
    /// What it is held to.
    pub range: RangeInclusive<Time>,
    /// The rate whose frames the timecode counts; seconds are shown when absent.
    pub rate: Option<FrameRate>,
    /// What it means.
    pub tooltip: &'a str,
}

/// Draws a time; a drag is a gesture of edits, typing seconds or a timecode is one edit.
pub(crate) fn time_ui(
    ui: &mut Ui,
    width: f32,
    field: &TimeField<'_>,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(Time) -> EditCommand,
) {
    let mut seconds = field.value.seconds();
    let (low, high) = (field.range.start().seconds(), field.range.end().seconds());
    let rate = field.rate;
    let drag = DragValue::new(&mut seconds)
        .range(low..=high)
        .speed(rate.map_or(0.01, |rate| 1.0 / rate.fps()))
        .update_while_editing(false);
    let drag = match rate {
        Some(rate) => drag
            .custom_formatter(move |seconds, _| timecode(Time::from_seconds_f64(seconds), rate))
            .custom_parser(move |text| {
                let time = TimeFormat::Timecode.parse(text, rate)?;
                Some(time.seconds())
            }),
        None => drag.fixed_decimals(2).suffix(" s"),
    };
    let response = ui
        .add_sized(vec2(width, FIELD_HEIGHT), drag)
        .accessible_name(field.name);
    report(&response, field.name, pass, || {
        edit(Time::from_seconds_f64(seconds))
    });
    response.on_hover_text(format!("{}; drag to change, click to type", field.tooltip));
}

/// Draws a choice of few.
pub(crate) fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    width: f32,
    name: &'static str,
    (value, choices): (T, &[(T, &str)]),
    pass: &mut Pass<'_, '_>,
    edit: impl Fn(T) -> EditCommand,
) {
    let text = choices
        .iter()
        .find(|(choice, _)| *choice == value)
        .map_or("", |(_, text)| *text);
    let response = ComboBox::from_id_salt(name)
        .width(width)
        .selected_text(text)
        .show_ui(ui, |ui| {
            for (choice, text) in choices {
                if ui.selectable_label(*choice == value, *text).clicked() && *choice != value {
                    pass.edit(edit(*choice));
                }
            }
        })
        .response;
    response.accessible_name(name);
}

/// Turns a widget's change into commands: within a drag part of a gesture, else a step of its own.
fn report(
    response: &Response,
    name: &'static str,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce() -> EditCommand,
) {
    if !response.changed() {
        return;
    }
    if response.dragged() {
        pass.gesture_edit(name, edit());
    } else {
        pass.edit(edit());
    }
}
