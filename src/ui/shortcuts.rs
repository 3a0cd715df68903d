//! The actions that a pass's keys ask for.

use egui::{Event, Key, KeyboardShortcut, Modifiers};

use super::keymap::Keymap;
pub(crate) use crate::command::{Action, MENUS};

const NONE: Modifiers = Modifiers::NONE;
const COMMAND: Modifiers = Modifiers::COMMAND;

impl Action {
    /// True where holding the key asks for it again and again.
    fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::StepBack
                | Self::StepForward
                | Self::SecondBack
                | Self::SecondForward
                | Self::PreviousEdit
                | Self::NextEdit
                | Self::PreviousMarker
                | Self::NextMarker
                | Self::NudgeLeft
                | Self::NudgeRight
                | Self::NudgeFarLeft
                | Self::NudgeFarRight
                | Self::SlipLeft
                | Self::SlipRight
                | Self::Undo
                | Self::Redo
                | Self::ZoomIn
                | Self::ZoomOut
        )
    }

    /// Its shortcut as text, such as `Ctrl+S`; empty when it has none.
    pub fn shortcut_text(self, ctx: &egui::Context) -> String {
        let first = Keymap::of(ctx).shortcuts(self).next();
        first.map_or_else(String::new, |shortcut| text_of(ctx, shortcut))
    }

    /// A tooltip: what it does, and its shortcut.
    pub fn tooltip(self, ctx: &egui::Context, what: &str) -> String {
        let keys = self.shortcut_text(ctx);
        if keys.is_empty() {
            what.to_owned()
        } else {
            format!("{what}  ({keys})")
        }
    }
}

/// Actions that a pass's keys ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// An action.
    Action(Action),
    /// Putting in this text, which the system's clipboard holds.
    Paste(String),
}

/// Reads what is asked for by key in this pass; the key presses are taken out of the input.
///
/// Cut, copy and paste come as events of their own, the last with what the clipboard holds.
///
/// While a text field has the keyboard, only what does not belong to typing counts; while a menu is open, its keys are
/// its own. Escape may be taken by a field that has lost the keyboard by it.
pub(crate) fn pressed(ctx: &egui::Context, is_escape_taken: bool) -> Vec<Asked> {
    if egui::Popup::is_any_open(ctx) {
        return Vec::new();
    }
    let is_typing = ctx.text_edit_focused();
    let keymap = Keymap::of(ctx);
    // A control that was reached with Tab is changed with these.
    let has_focus = ctx.memory(|memory| memory.focused().is_some());
    let mut asked = Vec::new();
    let mut later = Vec::new();
    ctx.input_mut(|input| {
        let mut events = std::mem::take(&mut input.events).into_iter();
        while let Some(event) = events.next() {
            if has_focus && is_vertical_arrow(&event) {
                input.events.push(event);
                continue;
            }
            let is_typed = is_typing || (is_escape_taken && is_escape(&event));
            match asked_by(&event, &keymap, is_typed) {
                Taken::No => input.events.push(event),
                Taken::Quietly => {}
                Taken::As(taken) => {
                    let begins_typing =
                        matches!(taken, Asked::Action(action) if begins_typing(action));
                    asked.push(taken);
                    if begins_typing {
                        later.extend(events.by_ref());
                    }
                }
            }
        }
    });
    hold(ctx, later);
    asked
}

/// Keeps what was pressed after a key that opens a field for the next pass, when the field has the keyboard.
fn hold(ctx: &egui::Context, mut events: Vec<Event>) {
    // The letter of the key itself.
    if matches!(events.first(), Some(Event::Text(_))) {
        events.remove(0);
    }
    if !events.is_empty() {
        ctx.data_mut(|data| data.insert_temp(held(), events));
        ctx.request_repaint();
    }
}

/// Puts what was kept before what came since.
pub(crate) fn release(ctx: &egui::Context) {
    let events: Option<Vec<Event>> = ctx.data_mut(|data| data.remove_temp(held()));
    if let Some(events) = events {
        ctx.input_mut(|input| drop(input.events.splice(0..0, events)));
    }
}

fn held() -> egui::Id {
    egui::Id::unique("keys for a field that opens")
}

fn is_escape(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::Escape,
            ..
        }
    )
}

fn is_vertical_arrow(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::ArrowUp | Key::ArrowDown,
            modifiers: NONE,
            ..
        }
    )
}

/// Outcome of an event.
enum Taken {
    /// It is left to others.
    No,
    /// It is taken and does nothing, as for a key that is being held.
    Quietly,
    /// It asks for this.
    As(Asked),
}

fn asked_by(event: &Event, keymap: &Keymap, is_typing: bool) -> Taken {
    let action = match event {
        Event::Copy if !is_typing => action_of(keymap, COMMAND, Key::C, is_typing),
        Event::Cut if !is_typing => action_of(keymap, COMMAND, Key::X, is_typing),
        Event::Paste(text) if !is_typing => match action_of(keymap, COMMAND, Key::V, is_typing) {
            Some(Action::Paste) => return Taken::As(Asked::Paste(text.clone())),
            other => other,
        },
        Event::Key {
            key,
            pressed: true,
            repeat,
            modifiers,
            ..
        } => {
            let action = action_of(keymap, *modifiers, *key, is_typing);
            if *repeat && action.is_some_and(|action| !action.is_repeatable()) {
                return Taken::Quietly;
            }
            action
        }
        _ => None,
    };
    action.map_or(Taken::No, |action| Taken::As(Asked::Action(action)))
}

fn action_of(keymap: &Keymap, modifiers: Modifiers, key: Key, is_typing: bool) -> Option<Action> {
    keymap
        .action(modifiers, key)
        .filter(|(action, wanted)| !is_typing || (is_global(*action) && wanted.command))
        .map(|(action, _)| action)
}

/// A shortcut as people know it from their system.
pub(crate) fn text_of(ctx: &egui::Context, shortcut: KeyboardShortcut) -> String {
    with_sign(&ctx.format_shortcut(&shortcut), shortcut.logical_key)
}

/// The text of a shortcut with the sign on the key in place of the key's name.
fn with_sign(text: &str, key: Key) -> String {
    let sign = match key {
        Key::ArrowLeft => "←",
        Key::ArrowRight => "→",
        Key::ArrowUp => "↑",
        Key::ArrowDown => "↓",
        Key::Equals => "=",
        Key::Slash => "/",
        Key::Comma => ",",
        Key::Period => ".",
        Key::Plus => "+",
        Key::Minus => "−",
        Key::OpenBracket => "[",
        Key::CloseBracket => "]",
        _ => return text.to_owned(),
    };
    text.strip_suffix(key.name())
        .map_or_else(|| text.to_owned(), |before| format!("{before}{sign}"))
}

/// Actions that open a field and give it the keyboard.
fn begins_typing(action: Action) -> bool {
    matches!(
        action,
        Action::GoToTime | Action::ShowPalette | Action::ShowShortcuts
    )
}

/// Keys that a text field has no use for.
fn is_global(action: Action) -> bool {
    matches!(
        action,
        Action::New
            | Action::Open
            | Action::Save
            | Action::SaveAs
            | Action::AddMedia
            | Action::Settings
            | Action::ProjectSettings
            | Action::ShowPalette
            | Action::Blackout
            | Action::Quit
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ui::keymap;

    fn usual(modifiers: Modifiers, key: Key, is_typing: bool) -> Option<Action> {
        action_of(&Keymap::new(&BTreeMap::new()), modifiers, key, is_typing)
    }

    #[test]
    fn no_two_actions_share_a_shortcut() {
        let usual: Vec<_> = keymap::usual().collect();
        for (index, (action, shortcut)) in usual.iter().enumerate() {
            for (other, other_shortcut) in &usual[index + 1..] {
                assert!(shortcut != other_shortcut, "{action:?} and {other:?}");
            }
        }
    }

    #[test]
    fn typing_keeps_the_keys_that_text_needs() {
        assert_eq!(usual(NONE, Key::Space, true), None);
        assert_eq!(usual(COMMAND, Key::Z, true), None);
        assert_eq!(usual(COMMAND, Key::S, true), Some(Action::Save));
        assert_eq!(usual(NONE, Key::Space, false), Some(Action::PlayPause));
    }
}
