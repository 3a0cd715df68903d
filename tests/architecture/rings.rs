//! Files that import each other in a ring, seen through the re-exports of `mod.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::paths::{Named, defined_names, named_paths};
use crate::sources::Source;

/// Every module that is a file, by its path below the crate's root.
pub struct Modules(BTreeMap<String, Module>);

struct Module {
    file: String,
    named: Vec<Named>,
    defined: BTreeSet<String>,
}

/// A path in a file, and the file that defines what it leads to.
pub struct Import<'a> {
    /// Module of the file.
    pub from: &'a str,
    /// Module of the file that it leads to.
    pub to: &'a str,
    pub named: &'a Named,
}

/// Re-exports of re-exports that are followed; a path that goes on for longer leads to itself.
const MOST_STEPS: usize = 12;

/// The module of a file, `media::ffmpeg` for `media/ffmpeg/mod.rs`.
fn module_of(path: &str) -> String {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" => String::new(),
        path => path.replace('/', "::"),
    }
}

impl Modules {
    pub fn of(sources: &[Source]) -> Self {
        let paths: BTreeSet<_> = sources.iter().map(|file| module_of(&file.path)).collect();
        let modules = sources.iter().map(|source| {
            let module = module_of(&source.path);
            let is_module = |path: &str| paths.contains(path);
            let read = Module {
                file: source.path.clone(),
                named: named_paths(&module, &source.code, &is_module),
                defined: defined_names(&source.code),
            };
            (module, read)
        });
        Self(modules.collect())
    }

    /// File of a module, below `src`.
    pub fn file(&self, module: &str) -> &str {
        &self.0[module].file
    }

    /// All that files name of each other.
    pub fn imports(&self) -> impl Iterator<Item = Import<'_>> {
        self.0.iter().flat_map(move |(from, module)| {
            module.named.iter().filter_map(move |named| {
                let to = self.resolve(&named.path, MOST_STEPS)?;
                (to != from && !to.is_empty()).then_some(Import { from, to, named })
            })
        })
    }

    /// The module that defines what a path leads to.
    fn resolve(&self, path: &str, steps: usize) -> Option<&str> {
        let steps = steps.checked_sub(1)?;
        let (key, module, rest) = self.split(path);
        let Some((item, rest)) = rest.split_first() else {
            return Some(key);
        };
        let exports = || module.named.iter().filter(|named| named.is_reexport);
        if let Some(export) = exports().find(|export| export.name == *item) {
            let path = [&[export.path.as_str()], rest].concat().join("::");
            return self.resolve(&path, steps);
        }
        for all in exports().filter(|export| export.name == "*") {
            let Some(other) = self.resolve(&all.path, steps) else {
                continue;
            };
            let its = &self.0[other];
            if its.defined.contains(*item) {
                return Some(other);
            }
            if its
                .named
                .iter()
                .any(|named| named.is_reexport && named.name == *item)
            {
                return self.resolve(&format!("{other}::{item}"), steps);
            }
        }
        Some(key)
    }

    /// The longest module that a path begins with, and what follows it.
    fn split<'a>(&self, path: &'a str) -> (&str, &Module, Vec<&'a str>) {
        let segments: Vec<_> = path.split("::").collect();
        let lengths = (0..=segments.len()).rev();
        let found = lengths.filter_map(|length| {
            let (module, read) = self.0.get_key_value(&segments[..length].join("::"))?;
            Some((module.as_str(), read, segments[length..].to_vec()))
        });
        found.into_iter().next().expect("the root is a module")
    }

    /// Modules that import each other in a ring, largest first. What a folder's map gives on is no import of its own.
    pub fn rings(&self) -> Vec<BTreeSet<&str>> {
        let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for import in self.imports().filter(|import| !self.is_given_on(import)) {
            next.entry(import.from).or_default().insert(import.to);
        }
        let reached: BTreeMap<_, _> = next
            .keys()
            .map(|from| (*from, reach(from, &next)))
            .collect();
        let mut rings: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
        for (from, far) in &reached {
            let is_back = |to: &&&str| reached.get(**to).is_some_and(|back| back.contains(from));
            rings.insert(far.iter().filter(is_back).copied().collect());
        }
        let mut rings: Vec<_> = rings.into_iter().filter(|ring| !ring.is_empty()).collect();
        rings.sort_by_key(|ring| std::cmp::Reverse(ring.len()));
        rings
    }

    /// Imports of each file of a ring from the others, a line each.
    pub fn within(&self, ring: &BTreeSet<&str>) -> Vec<String> {
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let imports = self.imports().filter(|import| !self.is_given_on(import));
        for import in imports.filter(|import| ring.contains(import.from)) {
            if ring.contains(import.to) {
                let from = names.entry(import.from).or_default();
                from.insert(&import.named.path);
            }
        }
        let lines = names.into_iter().map(|(from, names)| {
            let names: Vec<_> = names.into_iter().collect();
            format!("src/{} imports {}", self.file(from), names.join(", "))
        });
        lines.collect()
    }

    fn is_given_on(&self, import: &Import<'_>) -> bool {
        let file = self.file(import.from);
        import.named.is_reexport && (file.ends_with("mod.rs") || file == "lib.rs")
    }
}

/// Modules that can be got to from one of them.
fn reach<'a>(from: &'a str, next: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut to_do = vec![from];
    while let Some(module) = to_do.pop() {
        let nexts = next.get(module).into_iter().flatten();
        to_do.extend(nexts.filter(|to| reached.insert(**to)));
    }
    reached
}

#[test]
fn a_ring_through_re_exports_is_found_and_a_chain_is_none() {
    let sample = [
        ("lib.rs", "pub mod room; pub mod other;"),
        (
            "room/mod.rs",
            "mod a; mod b; mod c; mod d; pub use a::A; pub use b::*; pub use c::C as Third;",
        ),
        ("room/a.rs", "use super::B; pub struct A;"),
        ("room/b.rs", "use crate::room::Third; pub struct B;"),
        ("room/c.rs", "pub struct C; fn f() { super::d::g::<u8>() }"),
        ("room/d.rs", "use sextet::other::Alias; pub fn g() {}"),
        ("room/leaf.rs", "use super::A; pub struct Leaf;"),
        ("other.rs", "pub use crate::room::A as Alias;"),
    ];
    let sources = sample.map(|(path, code)| Source {
        path: path.to_owned(),
        text: String::new(),
        code: code.to_owned(),
    });
    let modules = Modules::of(&sources);
    let rings = modules.rings();
    assert_eq!(
        rings,
        [BTreeSet::from(["room::a", "room::b", "room::c", "room::d"])]
    );
    assert_eq!(
        modules.within(&rings[0]),
        [
            "src/room/a.rs imports room::B",
            "src/room/b.rs imports room::Third",
            "src/room/c.rs imports room::d::g",
            "src/room/d.rs imports other::Alias",
        ]
    );
}
