//! Which folder of `src` may import which, and which may name the graphics libraries.

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
            "project::layer",
            "project::placement",
            "time",
        ],
    ),
];

/// Imports against the rule that are still there: to be emptied.
const STILL_IMPORTED: [(&str, &str); 4] = [
    ("doctor/doctor.rs", "engine::EngineOptions"),
    ("stats/report.rs", "status::snapshot::AdapterInfo"),
    ("ui/format.rs", "stats::Counts"),
    (
        "ui/panels/performance/detail.rs",
        "stats::cadence::CadenceSnapshot",
    ),
];

/// Folders that work without a window, as all that they import does.
const WITHOUT_WINDOW: [&str; 2] = ["control", "engine"];

/// The line of a folder; files directly in `src` are on none, and above all.
fn line(folder: &str) -> Option<usize> {
    LINES.iter().position(|line| line.contains(&folder))
}

/// Whether a file of this folder may import this path below the crate's root.
fn may_import(folder: &str, path: &str) -> bool {
    let to = path.split("::").next().unwrap_or("");
    let (Some(from_line), Some(to_line)) = (line(folder), line(to)) else {
        return true;
    };
    if folder == to {
        return true;
    }
    let is_within = |module: &&str| {
        let rest = path.strip_prefix(*module);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let only = ONLY.iter().find(|(limited, _)| *limited == folder);
    let is_listed = only.is_none_or(|(_, modules)| modules.iter().any(|module| is_within(module)));
    is_listed && (from_line < to_line || BESIDE.contains(&(folder, to)))
}

/// The breach of an import: of what it names, or of what that leads to through re-exports.
fn breach(import: &Import<'_>) -> Option<String> {
    let folder = import.from.split("::").next().unwrap_or("");
    if !may_import(folder, &import.named.path) {
        return Some(import.named.path.clone());
    }
    let is_allowed = may_import(folder, import.to);
    (!is_allowed).then(|| format!("{}, which is in {}", import.named.path, import.to))
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
fn without_window<'a>(modules: &'a Modules) -> BTreeSet<&'a str> {
    let folder = |module: &'a str| module.split("::").next().unwrap_or("");
    let imports: BTreeSet<_> = modules
        .imports()
        .map(|import| (folder(import.from), folder(import.to)))
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
            let (file, breach) = (modules.file(import.from), breach(&import)?);
            let is_still_there = STILL_IMPORTED.contains(&(file, &breach));
            (!is_still_there).then(|| format!("src/{file} imports {breach}"))
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
        breached("ui::panels::log", "status::Counts", "stats::counts"),
        "through a re-export"
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
