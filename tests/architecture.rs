//! The map of the code, checked: which folder may know which, where `unsafe` and the GPU may be named, what lies at the
//! top of the repository.
//!
//! Source files are read as text. Comments, strings and the tests at the end of a file are left out first, so that
//! prose and tests may name what they like.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Longest source file, in lines.
const MAX_LINES: usize = 700;

/// What each folder of `src` may import. A path with `::` allows that module alone.
static MAY_IMPORT: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let engine = [
        "time",
        "stats",
        "project",
        "transport",
        "media",
        "playback",
        "gpu",
    ];
    let all = [&engine[..], &["engine", "ui", "cli", "app"]].concat();
    BTreeMap::from([
        ("time", vec![]),
        ("stats", vec!["time"]),
        ("project", vec!["time"]),
        ("transport", vec!["time", "project"]),
        ("media", vec!["time", "stats"]),
        ("playback", vec!["time", "stats", "media"]),
        (
            "gpu",
            vec![
                "time",
                "stats",
                "media::frame",
                "project::blend",
                "project::layer",
                "project::placement",
            ],
        ),
        ("engine", engine.to_vec()),
        ("ui", vec!["project", "transport", "stats", "time"]),
        (
            "app",
            all.iter()
                .copied()
                .filter(|folder| *folder != "cli")
                .collect(),
        ),
        ("cli", all.clone()),
        // Files directly in `src`.
        ("", all),
    ])
});

/// Everything that may lie at the top of the repository; hidden files and build output are not looked at.
const TOP_LEVEL: [&str; 7] = [
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "assets",
    "projects",
    "shaders",
    "src",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A source file, and its text without comments, strings and tests.
struct Source {
    /// Below `src`, with `/`.
    path: String,
    text: String,
    code: String,
}

impl Source {
    fn folder(&self) -> &str {
        self.path.split_once('/').map_or("", |(folder, _)| folder)
    }
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect_files(&root().join("src"), &mut files);
    let sources: Vec<_> = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let below = path.strip_prefix(root().join("src")).expect("below src");
            let path = below.to_str().expect("Unicode").replace('\\', "/");
            Source {
                path,
                code: code_of(&text),
                text,
            }
        })
        .collect();
    assert!(sources.len() > 30, "the sources were found");
    sources
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect_files(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The code of a file: comments and the contents of strings left out, and items under `#[cfg(test)]` too.
fn code_of(text: &str) -> String {
    without_tests(&without_comments_and_strings(text))
}

fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = skipped_at(rest);
        if skipped > 0 {
            // A blank keeps words apart; the quotes of a string are of no interest.
            code.push(' ');
            rest = rest.get(skipped..).unwrap_or("");
            continue;
        }
        code.push(next);
        rest = &rest[next.len_utf8()..];
    }
    code
}

/// How many bytes a comment, string or character literal at the start of `rest` takes; zero if there is none.
fn skipped_at(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let body = hashes + 2;
            return rest[body..]
                .find(&close)
                .map_or(rest.len(), |end| body + end + close.len());
        }
    }
    if rest.starts_with('"') {
        return quoted_length(rest, '"');
    }
    // A lifetime has no second quote after one character.
    let mut chars = rest.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\''), Some('\\'), _) => quoted_length(rest, '\''),
        (Some('\''), Some(one), Some('\'')) => 2 + one.len_utf8(),
        _ => 0,
    }
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (index, next) in rest.char_indices().skip(1) {
        if next == quote && !is_escaped {
            return index + 1;
        }
        is_escaped = next == '\\' && !is_escaped;
    }
    rest.len()
}

/// Leaves out each item that follows a `#[cfg(test)]`, to its closing brace or semicolon.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..start]);
        let item = &rest[start..];
        let mut depth = 0_usize;
        let end = item.char_indices().find_map(|(index, next)| {
            match next {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (depth == 0 && matches!(next, '}' | ';')).then_some(index + 1)
        });
        rest = &item[end.unwrap_or(item.len())..];
    }
    kept.push_str(rest);
    kept
}

/// The modules of this crate that `code` names, as `folder::module::…`, groups in braces taken apart.
fn crate_paths(code: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for root in ["crate", "sextet"] {
        for (index, _) in code.match_indices(root) {
            let is_whole = !code[..index].ends_with(is_name_char);
            if let Some(rest) = code[index + root.len()..].trim_start().strip_prefix("::")
                && is_whole
            {
                add_paths("", rest.trim_start(), &mut paths);
            }
        }
    }
    paths
}

/// Adds the path at the start of `rest` below `prefix`; gives back what follows it.
fn add_paths<'a>(prefix: &str, rest: &'a str, paths: &mut BTreeSet<String>) -> &'a str {
    if let Some(mut group) = rest.strip_prefix('{') {
        loop {
            group = group.trim_start();
            if let Some(after) = group.strip_prefix('}') {
                return after;
            }
            let after = add_paths(prefix, group, paths).trim_start();
            // What is renamed, `a as b`, goes to the comma.
            let stop = after.find([',', '}']).unwrap_or(after.len());
            group = after[stop..].trim_start_matches(',');
            if group.is_empty() {
                return group;
            }
        }
    }
    let end = rest.find(|next| !is_name_char(next)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if name.is_empty() {
        return after.get(1..).unwrap_or("");
    }
    let path = if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}::{name}")
    };
    if let Some(deeper) = after.trim_start().strip_prefix("::")
        && deeper
            .trim_start()
            .starts_with(|next| is_name_char(next) || next == '{')
    {
        return add_paths(&path, deeper.trim_start(), paths);
    }
    paths.insert(path);
    after
}

fn is_name_char(next: char) -> bool {
    next.is_alphanumeric() || next == '_'
}

/// Whether `code` names `word` as a whole word.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(index, _)| {
        !code[..index].ends_with(is_name_char)
            && !code[index + word.len()..].starts_with(is_name_char)
    })
}

/// The paths in `code` that a file of `folder` may not import.
fn forbidden_imports(folder: &str, code: &str) -> Vec<String> {
    let folders = MAY_IMPORT.keys().copied().collect::<BTreeSet<_>>();
    let allowed = &MAY_IMPORT[folder];
    crate_paths(code)
        .into_iter()
        .filter(|path| {
            let to = path.split("::").next().unwrap_or("");
            let is_within = |module: &str| {
                path.strip_prefix(module)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            folders.contains(to) && to != folder && !allowed.iter().any(|module| is_within(module))
        })
        .collect()
}

/// What of wgpu and egui a file of `folder` names and may not.
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

/// Whether a file may hold `unsafe`: the FFmpeg folder, and the files for mapped and ring-based reading.
fn may_be_unsafe(path: &str) -> bool {
    path.starts_with("media/ffmpeg/") || ["media/io/mmap.rs", "media/io/uring.rs"].contains(&path)
}

#[test]
fn folders_import_only_what_the_map_allows() {
    let mut wrong = Vec::new();
    for source in sources() {
        assert!(
            MAY_IMPORT.contains_key(source.folder()),
            "{}: a folder that is not on the map",
            source.path
        );
        for path in forbidden_imports(source.folder(), &source.code) {
            wrong.push(format!("src/{} imports {path}", source.path));
        }
    }
    assert!(
        wrong.is_empty(),
        "against the dependency rule:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn only_gpu_ui_and_app_name_the_graphics_libraries() {
    let wrong: Vec<_> = sources()
        .iter()
        .filter_map(|source| {
            let library = forbidden_graphics(source.folder(), &source.code)?;
            Some(format!("src/{} names {library}", source.path))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "graphics where none belongs:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn unsafe_code_is_where_it_may_be() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|source| names(&source.code, "unsafe") && !may_be_unsafe(&source.path))
        .map(|source| source.path)
        .collect();
    assert!(wrong.is_empty(), "unsafe code in {wrong:?}");
}

#[test]
fn every_folder_has_a_map_and_no_file_is_too_long() {
    let sources = sources();
    let folders: BTreeSet<_> = sources
        .iter()
        .filter_map(|source| Some(source.path.rsplit_once('/')?.0))
        .collect();
    for folder in folders {
        let map = format!("{folder}/mod.rs");
        let found = sources.iter().find(|source| source.path == map);
        let found = found.unwrap_or_else(|| panic!("src/{map} is missing"));
        assert!(
            found.text.starts_with("//!"),
            "src/{map} says what the folder is for"
        );
    }
    for source in &sources {
        let lines = source.text.lines().count();
        assert!(lines <= MAX_LINES, "src/{} has {lines} lines", source.path);
    }
}

#[test]
fn the_top_of_the_repository_is_tidy() {
    let visible: BTreeSet<String> = fs::read_dir(root())
        .expect("the repository")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !name.starts_with('.') && name != "target" && name != "tests")
        .collect();
    let unknown: Vec<_> = visible
        .iter()
        .filter(|name| !name.starts_with("LICENSE") && !TOP_LEVEL.contains(&name.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "does not belong at the top: {unknown:?}"
    );
    let missing: Vec<_> = TOP_LEVEL
        .iter()
        .filter(|name| !visible.contains(**name))
        .collect();
    assert!(missing.is_empty(), "missing at the top: {missing:?}");
    assert!(
        visible.iter().any(|name| name.starts_with("LICENSE")),
        "there is a licence"
    );
}

#[test]
fn the_reader_of_imports_sees_through_groups_comments_strings_and_tests() {
    let sample = r##"
        //! Talks about crate::app::App.
        use crate::{time::{Time, clock::Clock as Watch}, media::frame as picture, stats};
        /* crate::ui::View */
        fn f<'a>(x: &'a str) -> crate::gpu::Gpu { g('"', "crate::cli::run", r#"crate::engine"#) }
        use sextet :: playback :: { self };
        use other_crate::app::App;
        #[cfg(test)]
        mod tests { use crate::transport::Transport; fn t() { { } } }
        fn after() { crate::project::Project::default() }
    "##;
    let paths: Vec<_> = crate_paths(&code_of(sample)).into_iter().collect();
    assert_eq!(
        paths,
        [
            "gpu::Gpu",
            "media::frame",
            "playback::self",
            "project::Project::default",
            "stats",
            "time::Time",
            "time::clock::Clock",
        ]
    );
}

#[test]
fn a_breach_of_each_rule_is_found() {
    let imports = |folder, code| forbidden_imports(folder, &code_of(code));
    assert_eq!(
        imports("time", "use crate::stats::Snapshot;"),
        ["stats::Snapshot"]
    );
    assert_eq!(
        imports("gpu", "use crate::media::{frame::Slot, open};"),
        ["media::open"]
    );
    assert_eq!(
        imports("ui", "use crate::{app::App, time::Time};"),
        ["app::App"]
    );
    assert_eq!(
        imports("media", "use crate::media::frame; use crate::time::Time;"),
        [""; 0]
    );
    assert_eq!(
        forbidden_graphics("project", "fn f(_: wgpu::Buffer) {}"),
        Some("wgpu")
    );
    assert_eq!(
        forbidden_graphics("engine", "fn f(_: &wgpu::TextureView) {}"),
        None
    );
    assert_eq!(
        forbidden_graphics("engine", "fn f(_: &wgpu::Device) {}"),
        Some("wgpu")
    );
    assert_eq!(
        forbidden_graphics("gpu", "use egui::Color32;"),
        Some("egui")
    );
    assert!(
        names("unsafe { f() }", "unsafe") && !names("unsafe_code", "unsafe"),
        "whole words"
    );
    assert!(
        may_be_unsafe("media/ffmpeg/demux.rs") && may_be_unsafe("media/io/uring.rs"),
        "allowed"
    );
    assert!(
        !may_be_unsafe("media/hap/mod.rs") && !may_be_unsafe("gpu/uring.rs"),
        "not allowed"
    );
}
