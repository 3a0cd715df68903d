//! The source files, read as text: comments, strings and tests left out, so that prose and tests may name what they like.

use std::fs;
use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A source file, and its text without comments, strings and tests.
pub struct Source {
    /// Below `src`, with `/`.
    pub path: String,
    pub text: String,
    pub code: String,
}

impl Source {
    pub fn folder(&self) -> &str {
        self.path.split_once('/').map_or("", |(folder, _)| folder)
    }
}

pub fn sources() -> Vec<Source> {
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
pub fn code_of(text: &str) -> String {
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

/// Bytes of a comment, string or character literal at the start of `rest`; zero if there is none.
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

/// True if `code` names `word` as a whole word.
pub fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(index, _)| {
        !code[..index].ends_with(is_name_char)
            && !code[index + word.len()..].starts_with(is_name_char)
    })
}

pub fn is_name_char(next: char) -> bool {
    next.is_alphanumeric() || next == '_'
}
