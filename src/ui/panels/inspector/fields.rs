//! Rows of the inspector: a label on the left, fields on the right, each change one step of undo.
//!
//! A field may stand for several selected items. Where they differ it shows a dash: a typed value is set for all of
//! them, and a drag changes each by the same amount.

use std::cell::Cell;
use std::ops::RangeInclusive;

use egui::{
    Align, Align2, ComboBox, DragValue, Id, Key, Layout, Response, Role, Sense, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use crate::project::EditCommand;
use crate::time::{FrameRate, Time, TimeFormat, timecode};
use crate::ui::pass::Pass;
use crate::ui::style;
use crate::ui::theme::Theme;

/// Width of a row's label in points.
pub(crate) const LABEL_WIDTH: f32 = 82.0;
/// Width of the keyframe diamond and its arrows, at the right end of a row.
pub(crate) const KEYS_WIDTH: f32 = 40.0;
/// Height of a field in points.
pub(crate) const FIELD_HEIGHT: f32 = 22.0;
/// Overhang of the frame of a field that is typed in, in points.
const FRAME_WIDTH: f32 = 2.0;
/// Height of a group's title in points.
const TITLE_HEIGHT: f32 = 20.0;

/// Text of a field whose items differ.
pub(crate) const MIXED: &str = "—";

/// A number that is dragged or typed.
pub(crate) struct Number<'a> {
    /// Its name in AccessKit, and that of the undo step.
    pub name: &'static str,
    /// Its value in the displayed unit.
    pub value: f64,
    /// True if it stands for several values that differ; the value is then that of one of them.
    pub is_mixed: bool,
    /// The range to which it is clamped.
    pub range: RangeInclusive<f64>,
    /// Change per point of dragging.
    pub speed: f64,
    /// Decimals.
    pub decimals: usize,
    /// Text after the number.
    pub suffix: &'a str,
    /// The tooltip.
    pub tooltip: &'a str,
}

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

/// Draws a field of exactly this width, whose text begins at its left edge, also while it is typed in.
fn field_ui(ui: &mut Ui, width: f32, field: DragValue<'_>) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(width, FIELD_HEIGHT), Sense::hover());
    let layout = Layout::top_down_justified(Align::LEFT);
    let mut inner = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    inner.shrink_clip_rect(rect.expand(FRAME_WIDTH));
    inner.add(field)
}

/// Draws a row: its label, then `fields`, which gets the width for all fields together.
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
        // All rows end on one line, left of the column of keyframe buttons.
        let width = ui.available_width() - KEYS_WIDTH - ui.spacing().item_spacing.x;
        fields(ui, width.max(20.0));
    });
}

/// Draws the title of a group of rows, with a line above; a click folds the rows. Returns true if they are unfolded.
/// `name` identifies the group when the title changes.
pub(crate) fn section_ui(ui: &mut Ui, name: &'static str, title: &str) -> bool {
    ui.add_space(6.0);
    let rect = ui.max_rect();
    let y = ui.cursor().top();
    let line = ui.visuals().widgets.noninteractive.bg_stroke;
    ui.painter().hline(rect.x_range().expand(12.0), y, line);
    ui.add_space(5.0);
    let id = Id::unique(("inspector section", name));
    let is_folded = ui.data(|data| data.get_temp::<bool>(id).unwrap_or(false));
    let size = vec2(ui.available_width(), TITLE_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let is_open = !is_folded;
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, is_open, format!("{name} section"))
    });
    paint_title(ui, rect, &response, title, is_open);
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
    let verb = if is_open { "Fold" } else { "Unfold" };
    response.on_hover_text(format!("{verb} these rows"));
    is_open
}

fn paint_title(ui: &Ui, rect: egui::Rect, response: &Response, title: &str, is_open: bool) {
    let theme = Theme::of(ui.ctx());
    let is_hot = response.hovered() || response.has_focus();
    let colour = if is_hot { theme.strong } else { theme.text };
    let font = style::semibold(style::TEXT);
    let at = rect.left_center();
    ui.painter()
        .text(at, Align2::LEFT_CENTER, title, font, colour);
    let centre = rect.right_center() - vec2(KEYS_WIDTH / 2.0, 0.0);
    let arm = vec2(4.0, 2.0);
    let (back, tip) = if is_open {
        (vec2(0.0, -arm.y), vec2(0.0, arm.y))
    } else {
        (vec2(-arm.y, 0.0), vec2(arm.y, 0.0))
    };
    let side = if is_open {
        vec2(arm.x, 0.0)
    } else {
        vec2(0.0, arm.x)
    };
    let points = vec![centre + back - side, centre + tip, centre + back + side];
    let colour = if is_hot { theme.strong } else { theme.dim };
    let stroke = egui::Stroke::new(1.3, colour);
    ui.painter().add(egui::Shape::line(points, stroke));
}

/// True if Escape discarded the text typed into a number. egui reports for two passes that a field lost focus, and
/// leaves the typed text out in the first of them only.
pub(crate) fn is_cancelled(response: &Response) -> bool {
    if !response.lost_focus() {
        return false;
    }
    let ctx = &response.ctx;
    let (id, now) = (response.id.with("cancelled"), ctx.cumulative_pass_nr());
    if ctx.input(|input| input.key_pressed(Key::Escape)) {
        ctx.data_mut(|data| data.insert_temp(id, now));
        return true;
    }
    let cancelled_at = ctx.data(|data| data.get_temp::<u64>(id));
    cancelled_at.is_some_and(|at| now - at <= 1)
}

/// Draws a number; a drag is a gesture of edits, typing is one edit. `edit` gets the function from an item's old value
/// to its new one.
pub(crate) fn number_ui(
    ui: &mut Ui,
    width: f32,
    number: Number<'_>,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(&dyn Fn(f64) -> f64) -> EditCommand,
) {
    let mut value = number.value;
    let range = number.range;
    // A typed value is set for all items, even if the one shown has it already.
    let is_typed = Cell::new(false);
    let mut field = DragValue::new(&mut value)
        .range(range.clone())
        .speed(number.speed)
        .fixed_decimals(number.decimals)
        .update_while_editing(false);
    if number.is_mixed {
        field = field
            .custom_formatter(|_, _| MIXED.to_owned())
            .custom_parser(|text| {
                let number: f64 = text.trim().trim_end_matches(number.suffix).parse().ok()?;
                is_typed.set(true);
                Some(number)
            });
    } else {
        field = field.suffix(number.suffix);
    }
    let response = field_ui(ui, width, field).accessible_name(number.name);
    let by = (number.is_mixed && response.dragged()).then_some(value - number.value);
    report(&response, is_typed.get(), number.name, pass, || {
        edit(&|old| match by {
            Some(by) => (old + by).clamp(*range.start(), *range.end()),
            None => value,
        })
    });
    response.on_hover_text(tooltip(number.tooltip, number.is_mixed));
}

fn tooltip(what: &str, is_mixed: bool) -> String {
    if is_mixed {
        format!("{what}; what is selected differs: drag to change each, click to type one for all")
    } else {
        format!("{what}; drag to change, click to type")
    }
}

/// A length or position of time.
pub(crate) struct TimeField<'a> {
    /// Its name in AccessKit, and that of the undo step.
    pub name: &'static str,
    /// Its value.
    pub value: Time,
    /// True if it stands for several values that differ; the value is then that of one of them.
    pub is_mixed: bool,
    /// The range to which it is clamped.
    pub range: RangeInclusive<Time>,
    /// The rate whose frames the timecode counts; seconds are shown when absent.
    pub rate: Option<FrameRate>,
    /// The tooltip.
    pub tooltip: &'a str,
}

/// Draws a time; a drag is a gesture of edits, typing seconds or a timecode is one edit. `edit` gets the function from
/// an item's old time to its new one.
pub(crate) fn time_ui(
    ui: &mut Ui,
    width: f32,
    field: &TimeField<'_>,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce(&dyn Fn(Time) -> Time) -> EditCommand,
) {
    let mut seconds = field.value.seconds();
    let (low, high) = (field.range.start().seconds(), field.range.end().seconds());
    let (rate, is_mixed) = (field.rate, field.is_mixed);
    let is_typed = Cell::new(false);
    let drag = DragValue::new(&mut seconds)
        .range(low..=high)
        .speed(rate.map_or(0.01, |rate| 1.0 / rate.fps()))
        .update_while_editing(false);
    let drag = match rate {
        Some(rate) => drag
            .custom_formatter(move |seconds, _| {
                if is_mixed {
                    MIXED.to_owned()
                } else {
                    timecode(Time::from_seconds_f64(seconds), rate)
                }
            })
            .custom_parser({
                let is_typed = &is_typed;
                move |text| {
                    let time = TimeFormat::Timecode.parse(text, rate)?;
                    is_typed.set(is_mixed);
                    Some(time.seconds())
                }
            }),
        None if is_mixed => drag
            .custom_formatter(|_, _| MIXED.to_owned())
            .custom_parser(|text| {
                let seconds: f64 = text.trim().trim_end_matches('s').trim().parse().ok()?;
                is_typed.set(true);
                Some(seconds)
            }),
        None => drag.fixed_decimals(2).suffix(" s"),
    };
    let response = field_ui(ui, width, drag).accessible_name(field.name);
    let to = Time::from_seconds_f64(seconds);
    let by = (is_mixed && response.dragged()).then_some(to - field.value);
    report(&response, is_typed.get(), field.name, pass, || {
        edit(&|old| by.map_or(to, |by| (old + by).max(Time::ZERO)))
    });
    response.on_hover_text(tooltip(field.tooltip, is_mixed));
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

/// Pushes a widget's change: within a drag as part of a gesture, else as a step of its own.
fn report(
    response: &Response,
    is_typed: bool,
    name: &'static str,
    pass: &mut Pass<'_, '_>,
    edit: impl FnOnce() -> EditCommand,
) {
    let is_changed = response.changed() || is_typed;
    if is_cancelled(response) || !is_changed {
        return;
    }
    if response.dragged() {
        pass.gesture_edit(name, edit());
    } else {
        pass.edit(edit());
    }
}
