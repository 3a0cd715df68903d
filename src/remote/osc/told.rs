//! Complaints, each made once.

use std::collections::BTreeSet;

/// Most complaints that are told apart; after them there is one last.
const MOST: usize = 256;

/// Longest key that is kept, in letters.
const KEY_LETTERS: usize = 200;

/// The complaints made so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    keys: BTreeSet<String>,
    is_full: bool,
}

impl Told {
    /// The text to be shown of a complaint about this; none if there was one before.
    pub fn once(&mut self, key: &str, text: impl FnOnce() -> String) -> Option<String> {
        if self.is_full {
            return None;
        }
        let key: String = key.chars().take(KEY_LETTERS).collect();
        if self.keys.contains(&key) {
            return None;
        }
        if self.keys.len() >= MOST {
            self.is_full = true;
            return Some("OSC: there are too many wrong messages to tell of all".to_owned());
        }
        self.keys.insert(key);
        Some(text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_there_is_an_end() {
        let mut told = Told::default();
        let mut lines = 0;
        for _ in 0..2 {
            for number in 0..10_000 {
                let line = told.once(&format!("/unknown/{number}"), String::new);
                lines += usize::from(line.is_some());
            }
        }
        assert_eq!(lines, MOST + 1);
    }
}
