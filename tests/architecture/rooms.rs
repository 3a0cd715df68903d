//! Rules for which folder of `src` may import which, and which may name the graphics libraries.

use std::collections::BTreeSet;

use crate::paths::Named;
use crate::rings::{Import, Modules};
use crate::sources::{Source, code_of, names};

/// The folders of `src`, from the top down: each imports from lines below its own, and from its own line nothing. `export`,
/// `remote`, `audio` and `detect` have their places before they are built.
const LINES: [&[&str]; 12] = [
    &["cli"],
    &["app", "export", "remote"],
    &["control"],
    &["engine", "doctor", "library", "detect"],
    &["ui", "playback", "gpu", "audio"],
    &["command"],
    &["status"],
    &["media", "transport"],
    &["stats"],
    &["project"],
    &["settings"],
    &["time"],
];

/// Imports within a line.
const BESIDE: [(&str, &str); 1] = [("engine", "library")];

/// Folders that import nothing but these, or these modules of them.
const ONLY: [(&str, &[&str]); 3] = [
    (
        "ui",
        &[
            "command",
            "status",
            "project",
            "transport",
            "settings",
            "time",
        ],
    ),
    (
        "remote",
        &[
            "command",
            "status",
            "project",
            "transport",
            "settings",
            "time",
        ],
    ),
    (
        "gpu",
        &[
            "status",
            "media::frame",
            "stats",
            "project::blend",
            "project::layer_style",
            "project::placement",
            "time",
        ],
    ),
];

/// Folders whose interface holds types of folders below: what they re-export is theirs.
const REEXPORTS: [&str; 1] = ["status"];

/// Folders that work without a window, as all that they import does.
const WITHOUT_WINDOW: [&str; 2] = ["control", "engine"];

/// The line of a folder; files directly in `src` are on none, and above all.
fn line(folder: &str) -> Option<usize> {
    LINES.iter().position(|line| line.contains(&folder))
}

/// True if a file of this folder may import from the folder `to`.
fn may_import(folder: &str, to: &str) -> bool {
    let (Some(from_line), Some(to_line)) = (line(folder), line(to)) else {
        return true;
    };
    let listed = only(folder).is_none_or(|modules| modules.iter().any(|part| room(part) == to));
    folder == to || listed && (from_line < to_line || BESIDE.contains(&(folder, to)))
}

/// True if what an import leads to is in one of the modules that this folder may import.
fn is_in_listed_module(folder: &str, module: &str) -> bool {
    let is_within = |part: &&str| {
        let rest = module.strip_prefix(*part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    folder == room(module) || only(folder).is_none_or(|modules| modules.iter().any(is_within))
}

fn only(folder: &str) -> Option<&'static [&'static str]> {
    let found = ONLY.iter().find(|(limited, _)| *limited == folder);
    found.map(|(_, modules)| *modules)
}

/// The folder of a path or module.
fn room(path: &str) -> &str {
    path.split("::").next().unwrap_or("")
}

/// The breach of an import: of what it names, or of what that leads to through re-exports.
fn breach(import: &Import<'_>) -> Option<String> {
    let (folder, named) = (room(import.from), &import.named.path);
    if !may_import(folder, room(named)) {
        return Some(named.clone());
    }
    let is_allowed = folder != room(named) && REEXPORTS.contains(&room(named))
        || may_import(folder, room(import.to)) && is_in_listed_module(folder, import.to);
    (!is_allowed).then(|| format!("{named}, which is in {}", import.to))
}

/// The graphics library that a file of `folder` names and may not.
fn forbidden_graphics(folder: &str, code: &str) -> Option<&'static str> {
    let code = if folder == "engine" {
        code.replace("wgpu::TextureView", "")
    } else {
        code.to_owned()
    };
    let allowed: &[&str] = match folder {
        "gpu" => &["wgpu", "egui_wgpu"],
        "ui" | "app" => &["wgpu", "egui", "egui_wgpu", "eframe"],
        _ => &[],
    };
    ["wgpu", "egui", "egui_wgpu", "eframe"]
        .into_iter()
        .find(|library| names(&code, library) && !allowed.contains(library))
}

/// Folders that work without a window, and those that they import, directly or not.
fn without_window(modules: &Modules) -> BTreeSet<&str> {
    let imports: BTreeSet<_> = modules
        .imports()
        .map(|import| (room(import.from), room(import.to)))
        .collect();
    let mut found = BTreeSet::from(WITHOUT_WINDOW);
    loop {
        let more = imports.iter().filter(|(from, _)| found.contains(from));
        let more: Vec<_> = more
            .map(|(_, to)| *to)
            .filter(|to| !found.contains(to))
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

pub fn verify_imports(sources: &[Source], modules: &Modules) {
    for source in sources {
        let folder = source.folder();
        assert!(
            folder.is_empty() || line(folder).is_some(),
            "src/{}: a folder that is on no line",
            source.path
        );
    }
    let wrong: BTreeSet<_> = modules
        .imports()
        .filter_map(|import| {
            let file = modules.file(import.from);
            Some(format!("src/{file} imports {}", breach(&import)?))
        })
        .collect();
    let wrong: Vec<_> = wrong.into_iter().collect();
    assert!(
        wrong.is_empty(),
        "against the dependency rule:\n{}",
        wrong.join("\n")
    );
}

pub fn verify_graphics(sources: &[Source], modules: &Modules) {
    let windowless = without_window(modules);
    let wrong: Vec<_> = sources
        .iter()
        .filter_map(|source| {
            let folder = source.folder();
            let mut windows = ["egui", "eframe"].into_iter();
            let window = windows.find(|library| names(&source.code, library));
            let window = window.filter(|_| windowless.contains(folder));
            let library = window.or_else(|| forbidden_graphics(folder, &source.code))?;
            Some(format!("src/{} names {library}", source.path))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "graphics where none belongs; without a window are {windowless:?}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_breach_of_each_rule_is_found() {
    let breached = |from: &str, path: &str, to: &str| {
        let named = Named {
            path: path.to_owned(),
            name: String::new(),
            is_reexport: false,
        };
        let import = Import {
            from,
            to,
            named: &named,
        };
        breach(&import).is_some()
    };
    let reads = |from: &str, path: &str| breached(from, path, path);
    assert!(reads("time::clock", "stats::Counts"), "upwards");
    assert!(reads("media::open", "transport::Direction"), "on its line");
    assert!(reads("library::opener", "engine::Engine"), "back");
    assert!(
        !reads("engine::tick", "library::OpenMedia"),
        "but not there"
    );
    assert!(reads("ui::panels::log", "stats::Counts"), "unlisted");
    assert!(!reads("ui::panels::log", "status::Snapshot"), "listed");
    assert!(reads("gpu::upload", "media::open"), "another module");
    assert!(!reads("gpu::upload", "media::frame::Slot"), "a listed one");
    assert!(!reads("media::open", "media::frame::Slot"), "at home");
    assert!(!reads("main", "cli::run"), "from the top");
    assert!(
        breached("ui::panels::log", "project::Pool", "media::pool"),
        "through a re-export"
    );
    assert!(
        !breached("ui::panels::log", "status::Counts", "stats::counts"),
        "of what is the other's interface"
    );
    assert!(
        breached("gpu::upload", "project::Undo", "project::edit"),
        "of a module that is not listed"
    );
    let graphics = |folder, code| forbidden_graphics(folder, &code_of(code));
    assert_eq!(
        graphics("project", "fn f(_: wgpu::Buffer) {}"),
        Some("wgpu")
    );
    assert_eq!(graphics("engine", "fn f(_: &wgpu::TextureView) {}"), None);
    assert_eq!(
        graphics("engine", "fn f(_: &wgpu::Device) {}"),
        Some("wgpu")
    );
    assert_eq!(graphics("gpu", "use egui::Color32;"), Some("egui"));
}
