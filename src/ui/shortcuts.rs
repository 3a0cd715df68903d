//! The one table of shortcuts, and the actions that a pass's keys ask for.

use egui::{Event, Key, KeyboardShortcut, Modifiers};

use super::keymap::Keymap;
pub(crate) use super::menus::MENUS;
pub(crate) use crate::command::Action;

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;
const COMMAND: Modifiers = Modifiers::COMMAND;
const COMMAND_SHIFT: Modifiers = COMMAND.plus(Modifiers::SHIFT);

/// The usual shortcuts; what a person has set in their place is in [`Keymap`]. Where an action has several, menus show
/// the first.
pub(crate) const TABLE: &[(Action, Modifiers, Key)] = &[
    (Action::New, COMMAND, Key::N),
    (Action::Open, COMMAND, Key::O),
    (Action::Save, COMMAND, Key::S),
    (Action::SaveAs, COMMAND_SHIFT, Key::S),
    (Action::AddMedia, COMMAND, Key::I),
    (Action::OpenAddress, COMMAND, Key::U),
    (Action::ProjectSettings, COMMAND_SHIFT, Key::Comma),
    (Action::Settings, COMMAND, Key::Comma),
    (Action::ExportReport, COMMAND_SHIFT, Key::E),
    (Action::Quit, COMMAND, Key::Q),
    (Action::Undo, COMMAND, Key::Z),
    (Action::Redo, COMMAND_SHIFT, Key::Z),
    (Action::Redo, COMMAND, Key::Y),
    (Action::Delete, NONE, Key::Delete),
    (Action::Delete, NONE, Key::Backspace),
    (Action::RippleDelete, SHIFT, Key::Delete),
    (Action::RippleDelete, SHIFT, Key::Backspace),
    (Action::Cut, COMMAND, Key::X),
    (Action::Copy, COMMAND, Key::C),
    (Action::Paste, COMMAND, Key::V),
    (Action::Duplicate, COMMAND, Key::D),
    (Action::SelectAll, COMMAND, Key::A),
    (Action::SelectPrevious, COMMAND, Key::ArrowLeft),
    (Action::SelectNext, COMMAND, Key::ArrowRight),
    (Action::SelectAbove, COMMAND, Key::ArrowUp),
    (Action::SelectBelow, COMMAND, Key::ArrowDown),
    (Action::Rename, NONE, Key::F2),
    (Action::AddLayer, COMMAND_SHIFT, Key::N),
    (Action::Deselect, NONE, Key::Escape),
    (Action::SplitClip, COMMAND, Key::K),
    (Action::TrimStart, NONE, Key::OpenBracket),
    (Action::TrimEnd, NONE, Key::CloseBracket),
    (Action::RippleTrimStart, NONE, Key::Q),
    (Action::RippleTrimEnd, NONE, Key::W),
    (Action::NudgeLeft, NONE, Key::Comma),
    (Action::NudgeRight, NONE, Key::Period),
    (Action::NudgeFarLeft, SHIFT, Key::Comma),
    (Action::NudgeFarRight, SHIFT, Key::Period),
    (Action::MoveUp, ALT, Key::ArrowUp),
    (Action::MoveDown, ALT, Key::ArrowDown),
    (Action::SlipLeft, ALT, Key::Comma),
    (Action::SlipRight, ALT, Key::Period),
    (Action::FadeInHere, ALT, Key::OpenBracket),
    (Action::FadeOutHere, ALT, Key::CloseBracket),
    (Action::ToggleVisible, COMMAND, Key::M),
    (Action::ToggleSolo, COMMAND, Key::T),
    (Action::ToggleLock, COMMAND, Key::L),
    (Action::LaneTaller, ALT, Key::Equals),
    (Action::LaneTaller, ALT, Key::Plus),
    (Action::LaneLower, ALT, Key::Minus),
    (Action::PlayPause, NONE, Key::Space),
    (Action::Stop, SHIFT, Key::Space),
    (Action::PlayFromIn, COMMAND, Key::Space),
    (Action::ShuttleBack, NONE, Key::J),
    (Action::ShuttleStop, NONE, Key::K),
    (Action::ShuttleForward, NONE, Key::L),
    (Action::StepBack, NONE, Key::ArrowLeft),
    (Action::StepForward, NONE, Key::ArrowRight),
    (Action::SecondBack, SHIFT, Key::ArrowLeft),
    (Action::SecondForward, SHIFT, Key::ArrowRight),
    (Action::ToStart, NONE, Key::Home),
    (Action::ToEnd, NONE, Key::End),
    (Action::PreviousEdit, NONE, Key::ArrowUp),
    (Action::NextEdit, NONE, Key::ArrowDown),
    (Action::PreviousMarker, SHIFT, Key::ArrowUp),
    (Action::NextMarker, SHIFT, Key::ArrowDown),
    (Action::GoToTime, NONE, Key::T),
    (Action::NextTimeFormat, SHIFT, Key::T),
    (Action::ToggleLoop, NONE, Key::Slash),
    (Action::LoopIn, NONE, Key::I),
    (Action::LoopOut, NONE, Key::O),
    (Action::ClearLoop, ALT, Key::X),
    (Action::LoopSelection, NONE, Key::X),
    (Action::AddMarker, NONE, Key::M),
    (Action::ShowMedia, COMMAND, Key::Num1),
    (Action::ShowInspector, COMMAND, Key::Num2),
    (Action::ShowPerformance, COMMAND, Key::Num3),
    (Action::ShowTimeline, COMMAND, Key::Num4),
    (Action::ShowHistory, COMMAND, Key::P),
    (Action::ShowLog, COMMAND, Key::G),
    (Action::ShowDoctor, COMMAND_SHIFT, Key::G),
    (Action::ShowOverlay, COMMAND_SHIFT, Key::F),
    (Action::PreviewOnly, NONE, Key::F),
    (Action::ShowSteps, COMMAND, Key::H),
    (Action::ShowPalette, COMMAND_SHIFT, Key::P),
    (Action::Output, NONE, Key::F11),
    (Action::Blackout, COMMAND, Key::B),
    (Action::TestPattern, COMMAND_SHIFT, Key::B),
    (Action::Fullscreen, SHIFT, Key::F11),
    (Action::ZoomIn, NONE, Key::Plus),
    (Action::ZoomIn, NONE, Key::Equals),
    (Action::ZoomIn, SHIFT, Key::Plus),
    (Action::ZoomOut, NONE, Key::Minus),
    (Action::ZoomFit, NONE, Key::Num0),
    (Action::ZoomSelection, NONE, Key::Z),
    (Action::ToggleSnap, NONE, Key::S),
    (Action::ShowShortcuts, NONE, Key::F1),
];

impl Action {
    /// All of them, in the order of the menus.
    pub fn all() -> impl Iterator<Item = Self> {
        let groups = MENUS.iter().flat_map(|(_, groups)| groups.iter());
        groups.flat_map(|group| group.iter().copied())
    }

    /// What it is called in the settings, whatever the window calls it.
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// Whether holding the key asks for it again and again.
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

/// What a pass's keys ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// An action.
    Action(Action),
    /// Putting in this text, which the system's clipboard holds.
    Paste(String),
}

/// What is asked for by key in this pass; the key presses are taken out of the input.
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
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            if has_focus && is_vertical_arrow(event) {
                return true;
            }
            let is_typed = is_typing || (is_escape_taken && is_escape(event));
            match asked_by(event, &keymap, is_typed) {
                Taken::No => return true,
                Taken::Quietly => {}
                Taken::As(taken) => asked.push(taken),
            }
            false
        });
    });
    asked
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

/// What becomes of an event.
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

/// What a text field has no use for.
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

    fn usual(modifiers: Modifiers, key: Key, is_typing: bool) -> Option<Action> {
        action_of(&Keymap::new(&BTreeMap::new()), modifiers, key, is_typing)
    }

    #[test]
    fn no_two_actions_share_a_shortcut() {
        for (index, (action, modifiers, key)) in TABLE.iter().enumerate() {
            for (other, other_modifiers, other_key) in &TABLE[index + 1..] {
                assert!(
                    (modifiers, key) != (other_modifiers, other_key),
                    "{action:?} and {other:?}"
                );
            }
        }
    }

    #[test]
    fn every_action_with_a_shortcut_is_in_a_menu() {
        for (action, ..) in TABLE {
            let is_there = MENUS
                .iter()
                .flat_map(|(_, groups)| groups.iter().flat_map(|group| group.iter()))
                .any(|listed| listed == action);
            assert!(is_there, "{action:?}");
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
