//! Fields of the inspector: each change is one step of undo.
//!
//! A field may stand for several selected items. Where they differ it shows a dash: a typed value is set for all of
//! them, and a drag or a typed distance changes each by the same amount.

use std::ops::RangeInclusive;

use egui::{ComboBox, Ui, vec2};

use crate::project::EditCommand;
use crate::time::formula::Unit;
use crate::time::{FrameRate, Time, TimeFormat};
use crate::ui::pass::Pass;
use crate::ui::widgets::{Change, FIELD_HEIGHT, Field, MIXED};

/// Decimals of times in seconds.
const TIME_DECIMALS: usize = 2;

/// True if items differ in this.
pub(crate) fn is_mixed<T, V: PartialEq>(things: &[T], of: impl Fn(&T) -> V) -> bool {
    things.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]))
}

/// The value that all items have in common, if any.
pub(crate) fn common<T, V: PartialEq>(things: &[T], of: impl Fn(&T) -> V) -> Option<V> {
    let (last, others) = things.split_last()?;
    let value = of(last);
    others
        .iter()
        .all(|other| of(other) == value)
        .then_some(value)
}

/// Draws a number; a drag is a gesture of edits, undone by one `step`, typing is one edit. `edit` gets the function from an item's old value
/// to its new one.
pub(crate) fn number_ui(
    ui: &mut Ui,
    width: f32,
    (field, step): (&Field<'_>, &'static str),
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(&dyn Fn(f64) -> f64) -> EditCommand,
) {
    let (_, change) = field.ui(ui, vec2(width, FIELD_HEIGHT));
    report(change, step, pass, |change| {
        edit(&|old| change.applied_to(old, field.is_mixed, &field.range))
    });
}

/// A length or position of time.
pub(crate) struct TimeField<'a> {
    /// Its name in AccessKit, and that of the undo step.
    pub name: &'static str,
    /// Its value.
    pub value: Time,
    /// True if it stands for several values that differ; the value is then that of one of them.
    pub is_mixed: bool,
    /// The range of its values.
    pub range: RangeInclusive<Time>,
    /// The format in which it is written, and in which numbers without a unit are read.
    pub format: TimeFormat,
    /// The rate whose frames are counted.
    pub rate: FrameRate,
    /// The tooltip.
    pub tooltip: &'a str,
}

/// Draws a time; a drag is a gesture of edits, typing is one edit. `edit` gets the function from an item's old time to
/// its new one.
pub(crate) fn time_ui(
    ui: &mut Ui,
    width: f32,
    time: &TimeField<'_>,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(&dyn Fn(Time) -> Time) -> EditCommand,
) {
    let unit = Unit::Time(time.format, time.rate);
    let (decimals, speed) = match time.format {
        TimeFormat::Seconds => (TIME_DECIMALS, 0.01),
        TimeFormat::Timecode | TimeFormat::Frames => (0, 1.0 / time.rate.fps()),
    };
    let range = time.range.start().seconds()..=time.range.end().seconds();
    let field = Field {
        is_mixed: time.is_mixed,
        // Seconds are rounded to hundredths as they are dragged, frames to frames.
        decimals,
        speed,
        tooltip: time.tooltip,
        ..Field::new(time.name, time.value.seconds(), range, unit)
    };
    let (_, change) = field.ui(ui, vec2(width, FIELD_HEIGHT));
    report(change, time.name, pass, |change| {
        // Items that differ are each in a range of their own, which the edit knows.
        let range = if time.is_mixed {
            0.0..=f64::MAX
        } else {
            field.range.clone()
        };
        edit(&|old| unit.time(change.applied_to(old.seconds(), time.is_mixed, &range)))
    });
}

/// A choice between few values.
pub(crate) struct Choice<'a, T> {
    /// Its name in AccessKit.
    pub name: &'static str,
    /// The chosen value; absent where several items differ.
    pub value: Option<T>,
    /// The values with their labels.
    pub choices: &'a [(T, &'a str)],
    /// The tooltip.
    pub tooltip: &'a str,
}

/// Draws a choice between few values.
pub(crate) fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    width: f32,
    choice: &Choice<'_, T>,
    pass: &mut Pass<'_, '_>,
    edit: impl Fn(T) -> EditCommand,
) {
    let chosen = |value: T| Some(value) == choice.value;
    let text = choice
        .choices
        .iter()
        .find(|(value, _)| chosen(*value))
        .map_or(MIXED, |(_, text)| *text);
    let response = ComboBox::from_id_salt(choice.name)
        .width(width)
        .selected_text(text)
        .show_ui(ui, |ui| {
            for (value, text) in choice.choices {
                if ui.selectable_label(chosen(*value), *text).clicked() && !chosen(*value) {
                    pass.edit(edit(*value));
                }
            }
        })
        .response;
    response
        .accessible_name(choice.name)
        .on_hover_text(choice.tooltip);
}

/// Pushes a field's change: of a drag as part of a gesture, else as a step of its own.
fn report(
    change: Option<Change>,
    name: &'static str,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(Change) -> EditCommand,
) {
    match change {
        Some(change @ Change::Scrubbed { .. }) => pass.gesture_edit(name, edit(change)),
        Some(change @ Change::Typed(_)) => pass.edit(edit(change)),
        None => {}
    }
}
