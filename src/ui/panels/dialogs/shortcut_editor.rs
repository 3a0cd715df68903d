//! The editor of shortcuts: click one, press the new keys; a conflict with another action is shown first.

use egui::{Event, Key, KeyboardShortcut, Modifiers, RichText, ScrollArea, Ui};

use crate::settings::Settings;
use crate::ui::keymap::{Keymap, is_modifier, text_of_modifiers, text_of_shortcut};
use crate::ui::pass::Pass;
use crate::ui::shortcuts::{Action, text_of};

/// The state of recording new keys for an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Recording {
    /// None.
    #[default]
    Idle,
    /// Waits for the keys of this action.
    Waiting(Action),
    /// The keys belong to another action so far.
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
    /// True while the next keys are recorded.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting(_))
    }
}

/// Draws the list of actions with their keys.
pub(crate) fn shortcut_editor_ui(
    ui: &mut Ui,
    recording: &mut Recording,
    settings: &mut Settings,
    pass: &Pass<'_, '_>,
) {
    take_keys(ui, recording, settings);
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
            *recording = Recording::Idle;
        }
    });
    // Space for the conflict is always reserved, so that the rows stay in place when one appears.
    ui.scope(|ui| {
        let row = ui.spacing().interact_size.y + ui.spacing().item_spacing.y;
        ui.set_min_height(2.0 * row);
        conflict_ui(ui, recording, settings, pass);
    });
    let row = ui.spacing().interact_size.y;
    let actions: Vec<Action> = Action::all().collect();
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, row, actions.len(), |ui, range| {
            for action in actions.get(range).unwrap_or_default() {
                ui.push_id(*action, |ui| row_ui(ui, *action, recording, settings));
            }
        });
}

fn row_ui(ui: &mut Ui, action: Action, recording: &mut Recording, settings: &mut Settings) {
    let name = action.label();
    ui.horizontal(|ui| {
        let is_waiting = *recording == Recording::Waiting(action);
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
            *recording = Recording::Waiting(action);
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

/// Records the keys pressed in this pass.
fn take_keys(ui: &Ui, recording: &mut Recording, settings: &mut Settings) {
    let Recording::Waiting(action) = *recording else {
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
    *recording = Recording::Idle;
    if key == Key::Escape {
        return;
    }
    let shortcut = KeyboardShortcut::new(modifiers, key);
    let keymap = Keymap::of(ui.ctx());
    match keymap.action(modifiers, key) {
        Some((other, _)) if other != action => {
            *recording = Recording::Conflict {
                action,
                shortcut,
                other,
            };
        }
        _ => set(settings, action, vec![text_of_shortcut(shortcut)]),
    }
}

/// The keys of an event other than a bare modifier. Cut, copy and paste come as events of their own.
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

fn conflict_ui(
    ui: &mut Ui,
    recording: &mut Recording,
    settings: &mut Settings,
    pass: &Pass<'_, '_>,
) {
    let Recording::Conflict {
        action,
        shortcut,
        other,
    } = *recording
    else {
        return;
    };
    let keys = text_of(ui.ctx(), shortcut);
    let text = format!("{keys} is the shortcut of “{}”.", other.label());
    ui.label(RichText::new(text).color(pass.theme.warning));
    ui.horizontal(|ui| {
        let take = format!("Use it for “{}”", action.label());
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
            *recording = Recording::Idle;
        }
        if ui
            .button("Leave it")
            .on_hover_text("Change nothing")
            .clicked()
        {
            *recording = Recording::Idle;
        }
    });
}

fn is_same(one: KeyboardShortcut, other: KeyboardShortcut) -> bool {
    one.logical_key == other.logical_key && other.modifiers.matches_exact(one.modifiers)
}

fn set(settings: &mut Settings, action: Action, keys: Vec<String>) {
    settings.shortcuts.insert(action.name().to_owned(), keys);
}
