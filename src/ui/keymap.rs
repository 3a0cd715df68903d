//! The shortcuts as they are in use: the usual ones of the table, and what a person has set in their place.
//!
//! One keymap lies in egui's memory, so that every menu, tooltip and key press goes by the same one.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use egui::{Context, Id, Key, KeyboardShortcut, Modifiers};

use crate::command::Action;

static USUAL: LazyLock<Arc<Keymap>> = LazyLock::new(|| Arc::new(Keymap::new(&BTreeMap::new())));

/// Table of keys and the actions that they ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keymap {
    entries: Vec<(Action, KeyboardShortcut)>,
}

impl Keymap {
    /// The usual keys, but for actions that `own` names; what in it is no action or no shortcut is passed over. An action
    /// that has keys in it, none of which is a shortcut, keeps the usual ones.
    pub fn new(own: &BTreeMap<String, Vec<String>>) -> Self {
        let mut entries = Vec::new();
        let mut is_set = Vec::new();
        for (name, texts) in own {
            let Some(action) = Action::all().find(|action| action.name() == name) else {
                continue;
            };
            let shortcuts: Vec<_> = texts
                .iter()
                .filter_map(|text| shortcut_of_text(text))
                .collect();
            if texts.is_empty() || !shortcuts.is_empty() {
                is_set.push(action);
            }
            entries.extend(shortcuts.into_iter().map(|shortcut| (action, shortcut)));
        }
        entries.extend(usual().filter(|(action, _)| !is_set.contains(action)));
        Self { entries }
    }

    /// The keymap in use.
    pub fn of(ctx: &Context) -> Arc<Self> {
        ctx.data(|data| data.get_temp(Id::unique("keymap")))
            .unwrap_or_else(|| Arc::clone(&USUAL))
    }

    /// The keys of an action; menus show the first.
    pub fn shortcuts(&self, action: Action) -> impl Iterator<Item = KeyboardShortcut> {
        self.entries
            .iter()
            .filter(move |(other, _)| *other == action)
            .map(|(_, shortcut)| *shortcut)
    }

    /// Action that these keys ask for.
    pub fn action(&self, modifiers: Modifiers, key: Key) -> Option<(Action, Modifiers)> {
        self.entries
            .iter()
            .find(|(_, shortcut)| {
                shortcut.logical_key == key && modifiers.matches_exact(shortcut.modifiers)
            })
            .map(|(action, shortcut)| (*action, shortcut.modifiers))
    }
}

/// Puts the usual keys to use, but for those that were set otherwise, by the name of the action.
pub fn install(ctx: &Context, own: &BTreeMap<String, Vec<String>>) {
    let keymap = Arc::new(Keymap::new(own));
    ctx.data_mut(|data| data.insert_temp(Id::unique("keymap"), keymap));
}

/// The usual keys of every action, as its row has them.
pub(crate) fn usual() -> impl Iterator<Item = (Action, KeyboardShortcut)> {
    Action::all().flat_map(|action| {
        let texts = action.shortcuts().iter();
        texts.filter_map(move |text| Some((action, shortcut_of_text(text)?)))
    })
}

/// True for a modifier key, which is no shortcut by itself.
pub(crate) fn is_modifier(key: Key) -> bool {
    matches!(
        key,
        Key::ShiftLeft
            | Key::ShiftRight
            | Key::ControlLeft
            | Key::ControlRight
            | Key::AltLeft
            | Key::AltRight
            | Key::SuperLeft
            | Key::SuperRight
    )
}

/// A shortcut as it is written in the settings, such as `Ctrl+Shift+P`. `Ctrl` stands for Cmd on macOS.
pub(crate) fn text_of_shortcut(shortcut: KeyboardShortcut) -> String {
    let mut text = text_of_modifiers(shortcut.modifiers);
    text.push_str(shortcut.logical_key.name());
    text
}

/// Modifiers as they begin a shortcut, such as `Ctrl+Shift+`; empty for none.
pub(crate) fn text_of_modifiers(modifiers: Modifiers) -> String {
    let mut text = String::new();
    for (is_held, name) in [
        (modifiers.command || modifiers.ctrl, "Ctrl+"),
        (modifiers.alt, "Alt+"),
        (modifiers.shift, "Shift+"),
    ] {
        if is_held {
            text.push_str(name);
        }
    }
    text
}

fn shortcut_of_text(text: &str) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    let mut rest = text;
    loop {
        let (modifier, name) = [
            (Modifiers::COMMAND, "Ctrl+"),
            (Modifiers::ALT, "Alt+"),
            (Modifiers::SHIFT, "Shift+"),
        ]
        .into_iter()
        .find(|(_, name)| rest.starts_with(name))
        .unwrap_or((Modifiers::NONE, ""));
        if name.is_empty() {
            break;
        }
        modifiers = modifiers.plus(modifier);
        rest = rest.get(name.len()..)?;
    }
    Key::from_name(rest)
        .filter(|key| !is_modifier(*key))
        .map(|key| KeyboardShortcut::new(modifiers, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_shortcut_is_read_as_it_is_written() {
        for action in Action::all() {
            for text in action.shortcuts() {
                let shortcut = shortcut_of_text(text).expect("a shortcut");
                assert_eq!(text_of_shortcut(shortcut), *text, "{action:?}");
            }
        }
        assert_eq!(shortcut_of_text("Ctrl+Nonsense"), None);
        assert_eq!(shortcut_of_text(""), None);
    }

    #[test]
    fn own_keys_take_the_place_of_the_usual_ones() {
        let own = BTreeMap::from([
            (
                Action::Save.name().to_owned(),
                vec!["Ctrl+Alt+S".to_owned()],
            ),
            (Action::Open.name().to_owned(), Vec::new()),
            ("NoSuchAction".to_owned(), vec!["F5".to_owned()]),
        ]);
        let keymap = Keymap::new(&own);
        assert_eq!(keymap.action(Modifiers::COMMAND, Key::S), None);
        let own = Modifiers::COMMAND.plus(Modifiers::ALT);
        assert_eq!(
            keymap.action(own, Key::S).map(|(action, _)| action),
            Some(Action::Save)
        );
        assert_eq!(keymap.shortcuts(Action::Open).count(), 0);
        assert_eq!(keymap.shortcuts(Action::Undo).count(), 1);
    }

    #[test]
    fn a_stored_modifier_is_no_shortcut_and_leaves_the_usual_ones() {
        let own = BTreeMap::from([
            (
                Action::Save.name().to_owned(),
                vec!["ControlLeft".to_owned()],
            ),
            (
                Action::Open.name().to_owned(),
                vec!["Shift+ShiftLeft".to_owned(), "F5".to_owned()],
            ),
        ]);
        let keymap = Keymap::new(&own);
        assert_eq!(keymap.action(Modifiers::NONE, Key::ControlLeft), None);
        let usual = keymap.action(Modifiers::COMMAND, Key::S);
        assert_eq!(usual.map(|(action, _)| action), Some(Action::Save));
        assert_eq!(keymap.shortcuts(Action::Open).count(), 1);
    }
}
