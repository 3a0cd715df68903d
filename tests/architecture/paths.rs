//! Paths of this crate that a file names, in `use` items with their groups and in its code.

use std::collections::BTreeSet;

use crate::sources::is_name_char;

/// A path below the crate's root, `folder::module::Item`, as a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Without what imports all of a module, `::*`.
    pub path: String,
    /// Name that the file gives it: its own, another by `as`, or `*`.
    pub name: String,
    /// Imported for others, by `pub use`.
    pub is_reexport: bool,
}

/// Words and signs of code; `::` is one.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(next) = rest.chars().next() {
        let length = if is_name_char(next) {
            rest.find(|next| !is_name_char(next)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            next.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// Names of the items that the code defines.
pub fn defined_names(code: &str) -> BTreeSet<String> {
    const KINDS: [&str; 9] = [
        "struct", "enum", "trait", "type", "fn", "const", "static", "mod", "union",
    ];
    let tokens = tokens(code);
    let pairs = tokens.windows(2).filter(|pair| KINDS.contains(&pair[0]));
    pairs.map(|pair| pair[1].to_owned()).collect()
}

/// The paths that the code of this module names. `is_module` knows the modules, so that a folder's own are found by their
/// names alone.
pub fn named_paths(module: &str, code: &str, is_module: &dyn Fn(&str) -> bool) -> Vec<Named> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_followed = tokens.get(at + 1) == Some(&"::");
        let mut reader = Reader {
            tokens: &tokens,
            at,
            leaves: Vec::new(),
        };
        let is_use = *token == "use" && tokens.get(at + 1) != Some(&"<");
        if is_use {
            reader.at += 1;
            reader.read_tree(&[]);
        } else if ["crate", "sextet", "super", "self"].contains(token)
            && is_followed
            && before != Some(&"::")
        {
            reader.read_path();
        }
        let is_reexport = is_use && matches!(before, Some(&"pub" | &")"));
        at = reader.at.max(at + 1);
        for (path, name) in reader.leaves {
            found.extend(absolute(module, &path, is_module).map(|path| Named {
                path,
                name: name.to_owned(),
                is_reexport,
            }));
        }
    }
    found
}

/// Reads trees of `use` items and plain paths.
struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    /// Segments of each path, and its name here.
    leaves: Vec<(Vec<&'a str>, &'a str)>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> &'a str {
        let token = self.tokens.get(self.at).copied().unwrap_or(";");
        self.at += 1;
        token
    }

    fn is_next(&self, token: &str) -> bool {
        self.tokens.get(self.at) == Some(&token)
    }

    fn is_next_name(&self) -> bool {
        let next = self.tokens.get(self.at + 1);
        next.is_some_and(|next| next.starts_with(is_name_char))
    }

    /// Reads to the end of a path outside of a `use` item.
    fn read_path(&mut self) {
        let mut path = vec![self.next()];
        while self.is_next("::") && self.is_next_name() {
            self.at += 1;
            path.push(self.next());
        }
        let name = path[path.len() - 1];
        self.leaves.push((path, name));
    }

    /// Reads one path or group of a `use` item, to the sign after it.
    fn read_tree(&mut self, prefix: &[&'a str]) {
        let mut path = prefix.to_vec();
        loop {
            match self.next() {
                "{" => {
                    while !self.is_next("}") && self.at < self.tokens.len() {
                        self.read_tree(&path);
                        if self.is_next(",") {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "*" => {
                    self.leaves.push((path, "*"));
                    return;
                }
                "self" if !path.is_empty() => {}
                segment => path.push(segment),
            }
            if !self.is_next("::") {
                break;
            }
            self.at += 1;
        }
        let mut name = path.last().copied().unwrap_or("");
        if self.is_next("as") {
            self.at += 1;
            name = self.next();
        }
        self.leaves.push((path, name));
    }
}

/// A path from the crate's root, if it leads into this crate.
fn absolute(module: &str, path: &[&str], is_module: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut base: Vec<_> = module.split("::").filter(|name| !name.is_empty()).collect();
    let (first, rest) = path.split_first()?;
    if ["crate", "sextet"].contains(first) {
        return Some(rest.join("::"));
    }
    let ups = path
        .iter()
        .take_while(|name| ["super", "self"].contains(name));
    let ups = ups.map(|name| usize::from(*name == "super"));
    let (count, up) = ups.fold((0, 0), |(count, up), by| (count + 1, up + by));
    if count == 0 && !is_module(&[&base[..], &[first]].concat().join("::")) {
        return None;
    }
    base.truncate(base.len().checked_sub(up)?);
    Some([&base[..], &path[count..]].concat().join("::"))
}

#[test]
fn paths_are_read_through_groups_comments_strings_and_tests() {
    let sample = r##"
        //! Talks about crate::app::App.
        use crate::{time::{Time, clock::Clock as Watch}, media::frame as picture, stats};
        pub(crate) use super::gauge::{self, Gauge};
        /* crate::ui::View */
        fn f<'a>(x: &'a str) -> crate::gpu::Gpu { g('"', "crate::cli::run", r#"crate::engine"#) }
        use sextet :: playback :: *;
        pub use inner::Inside;
        use other_crate::app::App;
        #[cfg(test)]
        mod tests { use crate::transport::Transport; fn t() { { } } }
        fn after() -> impl Sized + use<> { super::super::project::Project::default::<u8>() }
    "##;
    let code = crate::sources::code_of(sample);
    let is_module = |module: &str| module == "room::panel::inner";
    let found = named_paths("room::panel", &code, &is_module);
    let found: Vec<_> = found
        .iter()
        .map(|named| (named.path.as_str(), named.name.as_str(), named.is_reexport))
        .collect();
    assert_eq!(
        found,
        [
            ("time::Time", "Time", false),
            ("time::clock::Clock", "Watch", false),
            ("media::frame", "picture", false),
            ("stats", "stats", false),
            ("room::gauge", "gauge", true),
            ("room::gauge::Gauge", "Gauge", true),
            ("gpu::Gpu", "Gpu", false),
            ("playback", "*", false),
            ("room::panel::inner::Inside", "Inside", true),
            ("project::Project::default", "default", false),
        ]
    );
    assert!(defined_names(&code).contains("after"), "functions too");
}
