//! Everything that can be asked for by menu or key, and the one table of shortcuts.

use egui::{Event, Key, KeyboardShortcut, Modifiers};

/// Something that can be asked for by menu or key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// An empty project.
    New,
    /// Another project.
    Open,
    /// Save.
    Save,
    /// Save under another name.
    SaveAs,
    /// Media files into the bin.
    AddMedia,
    /// The report into a file.
    ExportReport,
    /// Close the window.
    Quit,
    /// One step back.
    Undo,
    /// One step forward again.
    Redo,
    /// What is selected away.
    Delete,
    /// A new layer on top.
    AddLayer,
    /// Select nothing.
    Deselect,
    /// Cut the selected clip in two at the playhead.
    SplitClip,
    /// Begin the selected clip at the playhead.
    TrimStart,
    /// End the selected clip at the playhead.
    TrimEnd,
    /// The layer on or off.
    ToggleVisible,
    /// The layer alone.
    ToggleSolo,
    /// The layer safe from editing.
    ToggleLock,
    /// Play or pause.
    PlayPause,
    /// Pause where playing began.
    Stop,
    /// One frame back.
    StepBack,
    /// One frame forward.
    StepForward,
    /// One second back.
    SecondBack,
    /// One second forward.
    SecondForward,
    /// To the start.
    ToStart,
    /// To the last frame.
    ToEnd,
    /// Whether playing loops.
    ToggleLoop,
    /// The loop begins at the playhead.
    LoopIn,
    /// The loop ends at the playhead.
    LoopOut,
    /// The loop is all of the timeline.
    ClearLoop,
    /// A marker at the playhead.
    AddMarker,
    /// The media bin.
    ShowMedia,
    /// The inspector.
    ShowInspector,
    /// The performance panel.
    ShowPerformance,
    /// The timeline.
    ShowTimeline,
    /// Performance over time, large.
    ShowHistory,
    /// The log.
    ShowLog,
    /// The picture alone.
    PreviewOnly,
    /// The window on the whole screen.
    Fullscreen,
    /// The timeline closer.
    ZoomIn,
    /// The timeline from farther away.
    ZoomOut,
    /// All of the timeline.
    ZoomFit,
    /// The list of shortcuts.
    ShowShortcuts,
    /// What the program is.
    ShowAbout,
    /// Begin the counts anew.
    ResetStats,
    /// The numbers as text.
    CopyReport,
}

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const COMMAND: Modifiers = Modifiers::COMMAND;
const COMMAND_SHIFT: Modifiers = COMMAND.plus(Modifiers::SHIFT);

/// The shortcuts. Where an action has several, menus show the first.
const TABLE: &[(Action, Modifiers, Key)] = &[
    (Action::New, COMMAND, Key::N),
    (Action::Open, COMMAND, Key::O),
    (Action::Save, COMMAND, Key::S),
    (Action::SaveAs, COMMAND_SHIFT, Key::S),
    (Action::AddMedia, COMMAND, Key::I),
    (Action::ExportReport, COMMAND_SHIFT, Key::E),
    (Action::Quit, COMMAND, Key::Q),
    (Action::Undo, COMMAND, Key::Z),
    (Action::Redo, COMMAND_SHIFT, Key::Z),
    (Action::Redo, COMMAND, Key::Y),
    (Action::Delete, NONE, Key::Delete),
    (Action::Delete, NONE, Key::Backspace),
    (Action::AddLayer, COMMAND_SHIFT, Key::N),
    (Action::Deselect, NONE, Key::Escape),
    (Action::SplitClip, COMMAND, Key::K),
    (Action::TrimStart, NONE, Key::OpenBracket),
    (Action::TrimEnd, NONE, Key::CloseBracket),
    (Action::ToggleVisible, COMMAND, Key::M),
    (Action::ToggleSolo, COMMAND, Key::T),
    (Action::ToggleLock, COMMAND, Key::L),
    (Action::PlayPause, NONE, Key::Space),
    (Action::Stop, SHIFT, Key::Space),
    (Action::StepBack, NONE, Key::ArrowLeft),
    (Action::StepForward, NONE, Key::ArrowRight),
    (Action::SecondBack, SHIFT, Key::ArrowLeft),
    (Action::SecondForward, SHIFT, Key::ArrowRight),
    (Action::ToStart, NONE, Key::Home),
    (Action::ToEnd, NONE, Key::End),
    (Action::ToggleLoop, NONE, Key::L),
    (Action::LoopIn, NONE, Key::I),
    (Action::LoopOut, NONE, Key::O),
    (Action::ClearLoop, SHIFT, Key::L),
    (Action::AddMarker, NONE, Key::M),
    (Action::ShowMedia, COMMAND, Key::Num1),
    (Action::ShowInspector, COMMAND, Key::Num2),
    (Action::ShowPerformance, COMMAND, Key::Num3),
    (Action::ShowTimeline, COMMAND, Key::Num4),
    (Action::ShowHistory, COMMAND, Key::P),
    (Action::ShowLog, COMMAND, Key::G),
    (Action::PreviewOnly, NONE, Key::F),
    (Action::Fullscreen, NONE, Key::F11),
    (Action::ZoomIn, NONE, Key::Plus),
    (Action::ZoomIn, NONE, Key::Equals),
    (Action::ZoomIn, SHIFT, Key::Plus),
    (Action::ZoomOut, NONE, Key::Minus),
    (Action::ZoomFit, NONE, Key::Num0),
    (Action::ShowShortcuts, NONE, Key::F1),
];

/// A menu of the top bar: its title, and its actions in groups.
pub(crate) type Menu = (&'static str, &'static [&'static [Action]]);

/// The menus.
pub(crate) const MENUS: &[Menu] = &[
    (
        "File",
        &[
            &[Action::New, Action::Open],
            &[Action::Save, Action::SaveAs],
            &[Action::AddMedia, Action::ExportReport],
            &[Action::Quit],
        ],
    ),
    (
        "Edit",
        &[
            &[Action::Undo, Action::Redo],
            &[Action::Delete, Action::Deselect],
            &[Action::AddLayer],
            &[
                Action::ToggleVisible,
                Action::ToggleSolo,
                Action::ToggleLock,
            ],
        ],
    ),
    (
        "Clip",
        &[&[Action::SplitClip, Action::TrimStart, Action::TrimEnd]],
    ),
    (
        "Playback",
        &[
            &[Action::PlayPause, Action::Stop],
            &[
                Action::StepBack,
                Action::StepForward,
                Action::SecondBack,
                Action::SecondForward,
            ],
            &[Action::ToStart, Action::ToEnd],
            &[
                Action::ToggleLoop,
                Action::LoopIn,
                Action::LoopOut,
                Action::ClearLoop,
            ],
            &[Action::AddMarker],
        ],
    ),
    (
        "View",
        &[
            &[
                Action::ShowMedia,
                Action::ShowInspector,
                Action::ShowPerformance,
                Action::ShowTimeline,
            ],
            &[Action::ShowHistory, Action::ShowLog],
            &[Action::ZoomIn, Action::ZoomOut, Action::ZoomFit],
            &[Action::PreviewOnly, Action::Fullscreen],
        ],
    ),
    ("Help", &[&[Action::ShowShortcuts], &[Action::ShowAbout]]),
];

impl Action {
    /// Whether holding the key asks for it again and again.
    fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::StepBack
                | Self::StepForward
                | Self::SecondBack
                | Self::SecondForward
                | Self::Undo
                | Self::Redo
                | Self::ZoomIn
                | Self::ZoomOut
        )
    }

    /// Its shortcut as text, such as `Ctrl+S`; empty when it has none.
    pub fn shortcut_text(self, ctx: &egui::Context) -> String {
        TABLE
            .iter()
            .find(|(action, ..)| *action == self)
            .map(|(_, modifiers, key)| {
                let text = ctx.format_shortcut(&KeyboardShortcut::new(*modifiers, *key));
                with_sign(&text, *key)
            })
            .unwrap_or_default()
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

/// The actions asked for by key in this pass; their key presses are taken out of the input.
///
/// While a text field has the keyboard, only what does not belong to typing counts; while a menu is open, its keys are
/// its own.
pub(crate) fn pressed(ctx: &egui::Context) -> Vec<Action> {
    if egui::Popup::is_any_open(ctx) {
        return Vec::new();
    }
    let is_typing = ctx.text_edit_focused();
    let mut actions = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key {
                key,
                pressed: true,
                repeat,
                modifiers,
                ..
            } = event
            else {
                return true;
            };
            let Some(action) = action_of(*modifiers, *key, is_typing) else {
                return true;
            };
            if !*repeat || action.is_repeatable() {
                actions.push(action);
            }
            false
        });
    });
    actions
}

fn action_of(modifiers: Modifiers, key: Key, is_typing: bool) -> Option<Action> {
    TABLE
        .iter()
        .find(|(_, wanted, wanted_key)| *wanted_key == key && modifiers.matches_exact(*wanted))
        .filter(|(action, wanted, _)| !is_typing || (is_global(*action) && wanted.command))
        .map(|(action, ..)| *action)
}

/// The text of a shortcut with the sign on the key in place of the key's name.
fn with_sign(text: &str, key: Key) -> String {
    let sign = match key {
        Key::ArrowLeft => "←",
        Key::ArrowRight => "→",
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
            | Action::Quit
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(action_of(NONE, Key::Space, true), None);
        assert_eq!(action_of(COMMAND, Key::Z, true), None);
        assert_eq!(action_of(COMMAND, Key::S, true), Some(Action::Save));
        assert_eq!(action_of(NONE, Key::Space, false), Some(Action::PlayPause));
    }
}
