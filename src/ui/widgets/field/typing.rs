//! The text of a field that is typed in.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{
    Event, FocusDirection, Id, Key, Margin, Modifiers, Rect, Response, Stroke, StrokeKind,
    TextEdit, Ui, UiBuilder,
};

use super::memory::{Early, Memory, Refused, Typing};
use super::number::Field;
use super::paint::{INSET, note_ui};
use crate::time::formula::{Entry, Unit};
use crate::ui::style;
use crate::ui::theme::Theme;

/// Characters of a text.
const MOST_CHARACTERS: usize = 64;
/// Seconds for which a field that was left says why its text was refused.
const REFUSAL_S: f64 = 6.0;
/// Overhang of the frame of the text, in points.
const FRAME_WIDTH: f32 = 2.0;

/// A key that ends typing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Enter,
    Tab { is_back: bool },
}

/// Draws the field that has the keyboard; returns what its text asks for if that is entered in this pass.
pub(super) fn typing_ui(
    ui: &mut Ui,
    id: Id,
    rect: Rect,
    field: &Field<'_>,
) -> (Response, Option<Entry>) {
    let mut typing = begun(ui, id, field);
    let early = Memory::with(ui.ctx(), |memory| memory.take_early(id));
    ui.input_mut(|input| drop(input.events.splice(0..0, early)));
    let ending = take_end(ui);
    let response = text_ui(ui, id, rect, field.text_size, &mut typing);
    let (end, rest) = ending.unzip();
    // The field has had what was there before.
    if let Some(rest) = rest {
        ui.input_mut(|input| input.events = rest);
    }
    if response.changed() {
        typing.refusal = None;
    }
    let is_left = !ui.memory(|memory| memory.has_focus(id));
    let entered = match end {
        None if !is_left => {
            keep(ui, id, rect, field, typing);
            return (response, None);
        }
        None => finished(ui, field, &typing),
        Some(end) => match read(field, &typing) {
            Err(why) if end == End::Enter => {
                typing.refusal = Some(why);
                keep(ui, id, rect, field, typing);
                return (response, None);
            }
            _ => {
                go_on(ui, id, end);
                finished(ui, field, &typing)
            }
        },
    };
    (response, entered)
}

/// What a text asks for whose field has lost the keyboard. If it is refused, the field goes on to say why.
pub(super) fn finished(ui: &Ui, field: &Field<'_>, typing: &Typing) -> Option<Entry> {
    match read(field, typing) {
        Ok(entry) => entry,
        Err(why) => {
            let now_s = ui.input(|input| input.time);
            let refused = Refused {
                field: typing.field,
                text: typing.text.clone(),
                why,
                until_s: now_s + REFUSAL_S,
            };
            Memory::with(ui.ctx(), |memory| memory.refused.push(refused));
            None
        }
    }
}

/// The text from the pass before, or the one that the field begins with: its value, or what was refused a moment ago.
fn begun(ui: &Ui, id: Id, field: &Field<'_>) -> Typing {
    let (pass, now_s) = (ui.ctx().cumulative_pass_nr(), ui.input(|input| input.time));
    let known = Memory::with(ui.ctx(), |memory| {
        let refused = memory.refusal(id, now_s);
        memory.forget_refusal(id);
        (memory.take_typing(id), refused)
    });
    let initial = if field.is_mixed {
        String::new()
    } else {
        field.text()
    };
    match known {
        (Some(typing), _) => Typing {
            seen: pass,
            ..typing
        },
        (None, refused) => Typing {
            field: id,
            text: refused.map_or_else(|| initial.clone(), |refused| refused.text),
            initial,
            is_new: true,
            refusal: None,
            seen: pass,
        },
    }
}

fn keep(ui: &Ui, id: Id, rect: Rect, field: &Field<'_>, typing: Typing) {
    let theme = Theme::of(ui.ctx());
    if let Some(why) = &typing.refusal {
        note_ui(ui, id, rect, why, theme.error);
        let stroke = Stroke::new(1.0, theme.error);
        ui.painter()
            .rect_stroke(rect, 3.0, stroke, StrokeKind::Inside);
    } else if let Some(result) = result(field, &typing) {
        note_ui(ui, id, rect, &result, theme.text);
    }
    Memory::with(ui.ctx(), |memory| memory.typing.push(typing));
}

/// Takes the key that ends typing, and what comes after it, out of the events: that belongs to others.
fn take_end(ui: &Ui) -> Option<(End, Vec<Event>)> {
    let ending = ui.input_mut(|input| {
        let (at, end) = input
            .events
            .iter()
            .enumerate()
            .find_map(|(at, event)| Some((at, end_of(event)?)))?;
        let rest = input.events.split_off(at + 1);
        input.events.pop();
        Some((end, rest))
    });
    if ending.is_some() {
        // egui has seen Tab too, and would go on to what is no field.
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    ending
}

/// Keeps what is typed in this pass, from this event on, for a field that has the keyboard from now on.
pub(super) fn keep_early(ui: &Ui, field: Id, from: usize) {
    let events = ui.input_mut(|input| input.events.split_off(from));
    if events.is_empty() {
        return;
    }
    let pass = ui.ctx().cumulative_pass_nr();
    let early = Early {
        field,
        events,
        pass,
    };
    Memory::with(ui.ctx(), |memory| memory.early = Some(early));
    ui.ctx().request_repaint();
}

fn end_of(event: &Event) -> Option<End> {
    let Event::Key {
        key,
        pressed: true,
        modifiers,
        ..
    } = event
    else {
        return None;
    };
    match key {
        Key::Enter if !modifiers.any() => Some(End::Enter),
        Key::Tab if !modifiers.any() => Some(End::Tab { is_back: false }),
        Key::Tab if modifiers.shift_only() => Some(End::Tab { is_back: true }),
        _ => None,
    }
}

/// Leaves the field, for the next one if Tab asks for it.
fn go_on(ui: &Ui, id: Id, end: End) {
    let next = match end {
        End::Enter => None,
        End::Tab { is_back } => Memory::with(ui.ctx(), |memory| {
            memory.neighbour(ui.layer_id(), id, is_back)
        }),
    };
    ui.memory_mut(|memory| {
        memory.surrender_focus(id);
        if let Some(next) = next {
            memory.request_focus(next);
        }
    });
}

fn text_ui(ui: &mut Ui, id: Id, rect: Rect, text_size: f32, typing: &mut Typing) -> Response {
    // What is typed before all could be selected replaces it all the same.
    let is_typed = |event: &Event| matches!(event, Event::Text(_) | Event::Paste(_));
    let is_replaced = typing.is_new && ui.input(|input| input.events.iter().any(is_typed));
    if is_replaced {
        typing.text.clear();
    }
    let mut inner = ui.new_child(UiBuilder::new().max_rect(rect));
    inner.shrink_clip_rect(rect.expand(FRAME_WIDTH));
    let font = style::regular(text_size);
    let above = (rect.height() - ui.fonts_mut(|fonts| fonts.row_height(&font))) / 2.0;
    let field = TextEdit::singleline(&mut typing.text)
        .id(id)
        .font(font)
        .char_limit(MOST_CHARACTERS)
        .margin(Margin::symmetric(INSET as i8, above.max(0.0) as i8))
        .cursor_at_end(true);
    let response = inner.add_sized(rect.size(), field);
    if std::mem::take(&mut typing.is_new) {
        response.scroll_to_me(None);
        if !is_replaced {
            select_all(ui, id, &typing.text);
        }
    }
    response
}

fn select_all(ui: &Ui, id: Id, text: &str) {
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let all = CCursorRange::two(CCursor::default(), CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(all));
    state.store(ui.ctx(), id);
    ui.ctx().request_repaint();
}

/// What a text asks for, nothing where it was not changed; or why it is refused.
pub(super) fn read(field: &Field<'_>, typing: &Typing) -> Result<Option<Entry>, String> {
    let text = typing.text.trim();
    if text == typing.initial.trim() || text.is_empty() {
        return Ok(None);
    }
    if let Some(word) = field.word_of(text) {
        return Ok(Some(Entry::Set(word)));
    }
    let entry = field.unit.read(text).map_err(|error| error.to_string())?;
    let value = entry.applied_to(field.value);
    let (least, most) = (*field.range.start(), *field.range.end());
    // What rounds to an end is that end.
    let slack = field.rounding() * 0.51;
    let ends = |value| field.unit.text(value, field.decimals);
    if value > most + slack {
        Err(format!("At most {}", ends(most)))
    } else if value < least - slack || value.is_nan() {
        Err(format!("At least {}", ends(least)))
    } else if let Entry::Set(value) = entry {
        Ok(Some(Entry::Set(value.clamp(least, most))))
    } else {
        Ok(Some(entry))
    }
}

/// What a formula comes to, while it is typed.
fn result(field: &Field<'_>, typing: &Typing) -> Option<String> {
    let entry = read(field, typing).ok()??;
    let value = entry.applied_to(field.value);
    let text = typing.text.trim();
    let is_plain = text.parse() == Ok(value) && !matches!(field.unit, Unit::Time(..));
    let shown = field.unit.text(value, field.decimals.max(2));
    let is_shown = text.replace('-', "−") == shown;
    (!is_plain && !is_shown && !field.is_mixed).then(|| format!("= {shown}"))
}

/// Presses of the arrow keys up, less those down, in the field that is typed in.
pub(super) fn steps(ui: &Ui) -> f64 {
    let steps = ui.input_mut(|input| {
        input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as f64
            - input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as f64
    });
    if steps != 0.0 {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    steps
}
