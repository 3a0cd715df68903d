//! Setting other keys for actions: press the new keys; what they did before is told first.

use egui::{Event, Key, KeyboardShortcut, Modifiers, RichText, ScrollArea, Ui};

use crate::settings::Settings;
use crate::ui::actions::static_label;
use crate::ui::keymap::{Keymap, is_modifier, text_of_modifiers, text_of_shortcut};
use crate::ui::shortcuts::{Action, text_of};
use crate::ui::state::Pass;

/// Which action is getting new keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Recording {
    /// None.
    #[default]
    Idle,
    /// This one; the keys are waited for.
    Waiting(Action),
    /// This one, and the keys belong to another action as yet.
    Conflict {
        /// The action that gets the keys.
        action: Action,
        /// The keys.
        shortcut: KeyboardShortcut,
        /// The action that has them.
        other: Action,
    },
}

impl Recording {
    /// Whether key presses belong to it.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting(_))
    }
}

/// Draws the list of actions with their keys.
pub(crate) fn shortcut_editor_ui(ui: &mut Ui, settings: &mut Settings, pass: &mut Pass<'_, '_>) {
    take_keys(ui, settings, pass);
    ui.horizontal(|ui| {
        let text = "Click a shortcut, then press the new keys. Escape leaves it as it is.";
        ui.label(RichText::new(text).color(pass.theme.dim));
        let is_changed = !settings.shortcuts.is_empty();
        let button = ui.add_enabled(is_changed, egui::Button::new("Reset all"));
        if button
            .on_hover_text("The usual keys for every action")
            .clicked()
        {
            settings.shortcuts.clear();
            pass.state.recording = Recording::Idle;
        }
    });
    // It has its room at all times, so that the rows stay where they are when there is something to say.
    ui.scope(|ui| {
        let row = ui.spacing().interact_size.y + ui.spacing().item_spacing.y;
        ui.set_min_height(2.0 * row);
        conflict_ui(ui, settings, pass);
    });
    let row = ui.spacing().interact_size.y;
    let actions: Vec<Action> = Action::all().collect();
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, row, actions.len(), |ui, range| {
            for action in actions.get(range).unwrap_or_default() {
                ui.push_id(*action, |ui| row_ui(ui, *action, settings, pass));
            }
        });
}

fn row_ui(ui: &mut Ui, action: Action, settings: &mut Settings, pass: &mut Pass<'_, '_>) {
    let name = static_label(action);
    ui.horizontal(|ui| {
        let is_waiting = pass.state.recording == Recording::Waiting(action);
        let keys: Vec<_> = Keymap::of(ui.ctx())
            .shortcuts(action)
            .map(|shortcut| text_of(ui.ctx(), shortcut))
            .collect();
        let text = match (is_waiting, keys.is_empty()) {
            (true, _) => match text_of_modifiers(ui.input(|input| input.modifiers)) {
                held if held.is_empty() => "press keys…".to_owned(),
                held => format!("{held}…"),
            },
            (false, true) => "–".to_owned(),
            (false, false) => keys.join("  or  "),
        };
        let button = egui::Button::new(text)
            .selected(is_waiting)
            .min_size(egui::vec2(150.0, 0.0));
        let response = ui
            .add(button)
            .accessible_name(format!("Shortcut of {name}"));
        if response.on_hover_text("Set other keys").clicked() {
            pass.state.recording = Recording::Waiting(action);
        }
        ui.label(name);
        if settings.shortcuts.contains_key(action.name()) {
            let reset = ui.small_button("Reset");
            let reset = reset.accessible_name(format!("Reset shortcut of {name}"));
            if reset.on_hover_text("The usual keys").clicked() {
                settings.shortcuts.remove(action.name());
            }
        }
    });
}

/// Takes the keys that are pressed while they are waited for.
fn take_keys(ui: &Ui, settings: &mut Settings, pass: &mut Pass<'_, '_>) {
    let Recording::Waiting(action) = pass.state.recording else {
        return;
    };
    let pressed = ui.input_mut(|input| {
        let place = input
            .events
            .iter()
            .position(|event| keys_of(event).is_some())?;
        keys_of(&input.events.remove(place))
    });
    let Some((key, modifiers)) = pressed else {
        return;
    };
    pass.state.recording = Recording::Idle;
    if key == Key::Escape {
        return;
    }
    let shortcut = KeyboardShortcut::new(modifiers, key);
    let keymap = Keymap::of(ui.ctx());
    match keymap.action(modifiers, key) {
        Some((other, _)) if other != action => {
            pass.state.recording = Recording::Conflict {
                action,
                shortcut,
                other,
            };
        }
        _ => set(settings, action, vec![text_of_shortcut(shortcut)]),
    }
}

/// The keys that an event is, modifiers by themselves aside. Those of the clipboard come under names of their own.
fn keys_of(event: &Event) -> Option<(Key, Modifiers)> {
    match event {
        Event::Copy => Some((Key::C, Modifiers::COMMAND)),
        Event::Cut => Some((Key::X, Modifiers::COMMAND)),
        Event::Paste(_) => Some((Key::V, Modifiers::COMMAND)),
        Event::Key {
            key,
            pressed: true,
            modifiers,
            ..
        } if !is_modifier(*key) => Some((*key, *modifiers)),
        _ => None,
    }
}

fn conflict_ui(ui: &mut Ui, settings: &mut Settings, pass: &mut Pass<'_, '_>) {
    let Recording::Conflict {
        action,
        shortcut,
        other,
    } = pass.state.recording
    else {
        return;
    };
    let keys = text_of(ui.ctx(), shortcut);
    let text = format!("{keys} is the shortcut of “{}”.", static_label(other));
    ui.label(RichText::new(text).color(pass.theme.warning));
    ui.horizontal(|ui| {
        let take = format!("Use it for “{}”", static_label(action));
        if ui
            .button(take)
            .on_hover_text("The other action loses it")
            .clicked()
        {
            let left = Keymap::of(ui.ctx())
                .shortcuts(other)
                .filter(|known| *known != shortcut && !is_same(*known, shortcut))
                .map(text_of_shortcut)
                .collect();
            set(settings, other, left);
            set(settings, action, vec![text_of_shortcut(shortcut)]);
            pass.state.recording = Recording::Idle;
        }
        if ui
            .button("Leave it")
            .on_hover_text("Change nothing")
            .clicked()
        {
            pass.state.recording = Recording::Idle;
        }
    });
}

fn is_same(one: KeyboardShortcut, other: KeyboardShortcut) -> bool {
    one.logical_key == other.logical_key && other.modifiers.matches_exact(one.modifiers)
}

fn set(settings: &mut Settings, action: Action, keys: Vec<String>) {
    settings.shortcuts.insert(action.name().to_owned(), keys);
}
