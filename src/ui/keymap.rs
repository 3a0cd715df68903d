//! The shortcuts as they are in use: the usual ones of the table, and what a person has set in their place.
//!
//! One keymap lies in egui's memory, so that every menu, tooltip and key press goes by the same one.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use egui::{Context, Id, Key, KeyboardShortcut, Modifiers};

use super::shortcuts::{Action, TABLE};

static USUAL: LazyLock<Arc<Keymap>> = LazyLock::new(|| Arc::new(Keymap::new(&BTreeMap::new())));

/// Which keys ask for which action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keymap {
    entries: Vec<(Action, KeyboardShortcut)>,
}

impl Keymap {
    /// The usual keys, but for actions that `own` names; what in it is no action or no key is passed over.
    pub fn new(own: &BTreeMap<String, Vec<String>>) -> Self {
        let usual = TABLE
            .iter()
            .filter(|(action, ..)| !own.contains_key(&action.name()))
            .map(|(action, modifiers, key)| (*action, KeyboardShortcut::new(*modifiers, *key)));
        let own = own.iter().flat_map(|(name, texts)| {
            let action = Action::all().find(|action| action.name() == *name);
            let shortcuts = texts.iter().filter_map(|text| shortcut_of_text(text));
            shortcuts.filter_map(move |shortcut| Some((action?, shortcut)))
        });
        Self {
            entries: own.chain(usual).collect(),
        }
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

    /// What these keys ask for.
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

/// A shortcut as it is written in the settings, such as `Ctrl+Shift+P`. `Ctrl` stands for Cmd on macOS.
pub(crate) fn text_of_shortcut(shortcut: KeyboardShortcut) -> String {
    let modifiers = shortcut.modifiers;
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
    text.push_str(shortcut.logical_key.name());
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
    Key::from_name(rest).map(|key| KeyboardShortcut::new(modifiers, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_shortcut_is_read_as_it_is_written() {
        for (action, modifiers, key) in TABLE {
            let shortcut = KeyboardShortcut::new(*modifiers, *key);
            let text = text_of_shortcut(shortcut);
            assert_eq!(shortcut_of_text(&text), Some(shortcut), "{action:?} {text}");
        }
        assert_eq!(shortcut_of_text("Ctrl+Nonsense"), None);
        assert_eq!(shortcut_of_text(""), None);
    }

    #[test]
    fn own_keys_take_the_place_of_the_usual_ones() {
        let own = BTreeMap::from([
            (Action::Save.name(), vec!["Ctrl+Alt+S".to_owned()]),
            (Action::Open.name(), Vec::new()),
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
}
