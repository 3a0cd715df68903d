//! A field.

use std::ops::RangeInclusive;

use egui::accesskit::{Action, ActionData};
use egui::{CursorIcon, Event, Id, Key, Rect, Response, Sense, Ui, Vec2, WidgetInfo};

use super::memory::Memory;
use super::paint::{Look, MIXED, note_ui, paint};
use super::scrub::scrubbed;
use super::slider::Slider;
use super::typing::{finished, keep_early, read, steps, typing_ui};
use crate::time::formula::{Entry, Unit};
use crate::ui::style;
use crate::ui::theme::Theme;

/// A field for a number.
#[derive(Clone, Debug)]
pub(crate) struct Field<'a> {
    /// Its name in AccessKit; no other in the same scope has it.
    pub name: &'a str,
    /// Its value in its unit, times in seconds.
    pub value: f64,
    /// True if it stands for several values that differ; the value is then that of one of them.
    pub is_mixed: bool,
    /// The range of its values.
    pub range: RangeInclusive<f64>,
    /// Its unit.
    pub unit: Unit,
    /// Decimals that are shown.
    pub decimals: usize,
    /// Change per point of dragging, where it has no slider.
    pub speed: f64,
    /// Its bar.
    pub slider: Option<Slider>,
    /// A value that is a word.
    pub word: Option<Word<'a>>,
    /// The tooltip.
    pub tooltip: &'a str,
    /// Size of its text in points.
    pub text_size: f32,
}

/// A value that is a word, such as `auto`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    /// The word as it is typed.
    pub typed: &'a str,
    /// What is shown in its place.
    pub shown: &'a str,
    /// Its value.
    pub value: f64,
}

/// A change that the user has made in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Change {
    /// It was dragged from one value to another, and still is.
    Scrubbed {
        /// The value before this pass.
        from: f64,
        /// The value now.
        to: f64,
    },
    /// It was typed, or stepped by key.
    Typed(Entry),
}

impl Change {
    /// The new value of an item that had this one. A drag changes items that differ by the same amount.
    pub fn applied_to(self, old: f64, is_mixed: bool, range: &RangeInclusive<f64>) -> f64 {
        let new = match self {
            Self::Scrubbed { from, to } if is_mixed => old + (to - from),
            Self::Scrubbed { to, .. } => to,
            Self::Typed(entry) => entry.applied_to(old),
        };
        new.max(*range.start()).min(*range.end())
    }
}

fn is_release(event: &Event) -> bool {
    matches!(event, Event::PointerButton { pressed: false, .. })
}

impl<'a> Field<'a> {
    /// A field of whole numbers without a slider; the rest is set beside it.
    pub fn new(name: &'a str, value: f64, range: RangeInclusive<f64>, unit: Unit) -> Self {
        Self {
            name,
            value,
            is_mixed: false,
            range,
            unit,
            decimals: 0,
            speed: 1.0,
            slider: None,
            word: None,
            tooltip: "",
            text_size: style::TEXT,
        }
    }
}

impl Field<'_> {
    /// Its id where it is drawn by this `Ui`; whoever gives it the keyboard has it typed in.
    pub fn id(&self, ui: &Ui) -> Id {
        ui.scope_id().with(("field", self.name))
    }

    /// True while it says why what was typed last was refused.
    pub fn is_refusing(&self, ui: &Ui) -> bool {
        let (id, now_s) = (self.id(ui), ui.input(|input| input.time));
        Memory::with(ui.ctx(), |memory| memory.refusal(id, now_s).is_some())
    }

    /// Draws it in this size; returns what the user changes.
    pub fn ui(&self, ui: &mut Ui, size: Vec2) -> (Response, Option<Change>) {
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let id = self.id(ui);
        if ui.is_enabled() {
            let (layer, pass) = (ui.layer_id(), ui.ctx().cumulative_pass_nr());
            Memory::with(ui.ctx(), |memory| memory.note(layer, id, pass));
        }
        let is_typed_in = ui.is_enabled() && ui.memory(|memory| memory.has_focus(id));
        let by = if is_typed_in { steps(ui) } else { 0.0 };
        let asked = self.asked(ui, id, by);
        let (response, change) = if is_typed_in && asked.is_none() {
            let (response, entry) = typing_ui(ui, id, rect, self);
            (response, entry.map(Change::Typed))
        } else {
            self.idle_ui(ui, id, rect, is_typed_in)
        };
        let change = asked.map(Change::Typed).or(change);
        self.describe(ui, id);
        let response = response.accessible_name(self.name);
        if is_typed_in {
            return (response, change.filter(|change| self.changes(*change)));
        }
        let response = response.on_hover_ui(|ui| drop(ui.label(self.hint())));
        (response, change.filter(|change| self.changes(*change)))
    }

    /// Draws it while nothing is typed in it. A text that was, when it lost the keyboard in another way than by its own
    /// keys, is read now.
    fn idle_ui(&self, ui: &Ui, id: Id, rect: Rect, is_stepped: bool) -> (Response, Option<Change>) {
        let now_s = ui.input(|input| input.time);
        let left = Memory::with(ui.ctx(), |memory| memory.take_typing(id));
        let is_given_up = is_stepped || ui.input(|input| input.key_pressed(Key::Escape));
        let left = left.filter(|_| !is_given_up);
        let entry = left.and_then(|typing| finished(ui, self, &typing));
        let refused = Memory::with(ui.ctx(), |memory| memory.refusal(id, now_s));
        let response = ui
            .interact(rect, id, Sense::click_and_drag())
            .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        let value = self.value;
        response.widget_info(|| match self.slider {
            Some(_) => WidgetInfo::slider(ui.is_enabled(), value, self.name),
            None => WidgetInfo::drag_value(ui.is_enabled(), value),
        });
        if response.clicked() {
            ui.memory_mut(|memory| memory.request_focus(id));
            let released = ui.input(|input| input.events.iter().rposition(is_release));
            if let Some(released) = released {
                keep_early(ui, id, released + 1);
            }
        }
        if response.drag_started() {
            Memory::with(ui.ctx(), |memory| memory.forget_refusal(id));
        }
        let text = self.text();
        paint(
            ui,
            &response,
            &Look {
                text: &text,
                text_size: self.text_size,
                bar: self.slider.map(|slider| (slider, value)),
                is_refused: refused.is_some(),
            },
        );
        if let Some(refused) = refused {
            let colour = Theme::of(ui.ctx()).error;
            note_ui(ui, id, rect, &refused.why, colour);
            ui.ctx()
                .request_repaint_after_secs((refused.until_s - now_s) as f32);
        }
        let scrubbed = scrubbed(ui, &response, self);
        let scrubbed = scrubbed.map(|to| Change::Scrubbed { from: value, to });
        (response, scrubbed.or_else(|| entry.map(Change::Typed)))
    }

    /// What keys and assistive technology ask for without a text.
    fn asked(&self, ui: &Ui, id: Id, mut by: f64) -> Option<Entry> {
        if !ui.is_enabled() {
            return None;
        }
        let mut set = None;
        ui.input(|input| {
            by += input.num_accesskit_action_requests(id, Action::Increment) as f64;
            by -= input.num_accesskit_action_requests(id, Action::Decrement) as f64;
            for request in input.accesskit_action_requests(id, Action::SetValue) {
                if let Some(ActionData::NumericValue(value)) = request.data {
                    set = Some(value);
                }
            }
        });
        let (least, most) = (*self.range.start(), *self.range.end());
        let set = set.filter(|value| value.is_finite());
        let entry = set.map(|value| Entry::Set(value.clamp(least, most)));
        entry.or_else(|| self.stepped(ui, id, by * self.step()))
    }

    /// What keys by which it changes `by` so much ask for: they go on from what is typed, and wait while it cannot be
    /// read.
    fn stepped(&self, ui: &Ui, id: Id, by: f64) -> Option<Entry> {
        if by == 0.0 {
            return None;
        }
        let (least, most) = (*self.range.start(), *self.range.end());
        let typed = Memory::with(ui.ctx(), |memory| {
            memory.typed(id).map(|typing| read(self, typing))
        });
        match typed {
            Some(Err(_)) => None,
            Some(Ok(Some(entry))) => {
                let value = entry.applied_to(self.value) + by;
                Some(Entry::Set(value.clamp(least, most)))
            }
            Some(Ok(None)) | None => Some(Entry::Add(by)),
        }
    }

    /// Says its range and its value to AccessKit.
    fn describe(&self, ui: &Ui, id: Id) {
        let is_typed_in = ui.memory(|memory| memory.has_focus(id));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_min_numeric_value(*self.range.start());
            node.set_max_numeric_value(*self.range.end());
            node.set_numeric_value_step(self.step());
            node.add_action(Action::SetValue);
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
            if !is_typed_in {
                node.set_value(self.text());
            }
        });
    }

    /// The text that it shows.
    pub(super) fn text(&self) -> String {
        match self.word {
            _ if self.is_mixed => MIXED.to_owned(),
            Some(word) if word.value == self.value => word.shown.to_owned(),
            _ => self.unit.text(self.value, self.decimals),
        }
    }

    /// The value of a typed word.
    pub(super) fn word_of(&self, text: &str) -> Option<f64> {
        let word = self.word?;
        let is_it = text.eq_ignore_ascii_case(word.typed) || text == word.shown;
        is_it.then_some(word.value)
    }

    /// The change of an arrow key.
    pub(super) fn step(&self) -> f64 {
        self.speed.max(self.rounding())
    }

    /// The difference of two values that are written one after the other: of times, that of a drag by a point.
    pub(super) fn rounding(&self) -> f64 {
        match self.unit {
            Unit::Time(..) => self.speed,
            _ => 0.1_f64.powi(self.decimals as i32),
        }
    }

    /// False if what was typed is what there was.
    fn changes(&self, change: Change) -> bool {
        self.is_mixed || change.applied_to(self.value, false, &self.range) != self.value
    }

    fn hint(&self) -> String {
        let what = self.tooltip;
        if self.is_mixed {
            format!(
                "{what}; what is selected differs: drag to change each, click to type one for all"
            )
        } else {
            format!("{what}; drag to change, click to type")
        }
    }
}
