//! `sextet tree`: every parameter with its type, unit, range, default and value, and every action.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{output, project_input};
use crate::command::TreeContext;
use crate::command::tree::{self, Kind, Node};
use crate::project::Project;
use crate::time::Time;

/// The exit code when a media file cannot be read.
const UNREADABLE: u8 = 2;

/// Letters of a text that a line shows.
const SHOWN_LETTERS: usize = 40;

/// Arguments of `tree`.
#[derive(clap::Args, Clone, Debug)]
pub struct TreeArgs {
    /// A project (.ron), or media files that each become a layer; without any, an empty project.
    pub input: Vec<PathBuf>,
    /// Print one JSON array, with an object for each path, and nothing else.
    #[arg(long)]
    pub json: bool,
}

/// Prints the tree.
///
/// # Errors
/// If the project or all of the media files cannot be read.
pub fn run(args: &TreeArgs) -> anyhow::Result<ExitCode> {
    let (project, is_whole) = if args.input.is_empty() {
        (Project::default(), true)
    } else {
        let input = project_input::load(&args.input, Time::ZERO)?;
        (input.project, input.unreadable.is_empty())
    };
    let nodes = tree::nodes(&TreeContext::at_rest(&project));
    output::print_line(&if args.json {
        serde_json::to_string_pretty(&nodes)?
    } else {
        table(&nodes)
    })?;
    Ok(if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(UNREADABLE)
    })
}

const HEADINGS: [&str; 7] = ["path", "type", "unit", "range", "default", "value", "takes"];

/// One line per node, in aligned columns.
fn table(nodes: &[Node]) -> String {
    let headings = HEADINGS.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(headings)
        .chain(nodes.iter().map(row))
        .collect();
    output::aligned(&rows).join("\n")
}

fn row(node: &Node) -> [String; 7] {
    let range = node.kind.range();
    let takes = match &node.kind {
        _ if !node.is_writable => "read only".to_owned(),
        Kind::Choice(choices) => choices.join(", "),
        Kind::Action { takes } => (*takes).to_owned(),
        Kind::Bool
        | Kind::Int { .. }
        | Kind::Float { .. }
        | Kind::Speed { .. }
        | Kind::Time { .. }
        | Kind::Text { .. }
        | Kind::Rate => String::new(),
    };
    let shown = |value: Option<&tree::Value>| value.map_or_else(String::new, text);
    [
        output::escaped(&node.path.to_string()),
        node.kind.name().to_owned(),
        node.unit.to_owned(),
        range.map_or_else(String::new, |(min, max)| format!("{min}..{max}")),
        shown(node.default.as_ref()),
        shown(node.value.as_ref()),
        takes,
    ]
}

/// A value on one line, cut where it is long.
fn text(value: &tree::Value) -> String {
    let text = value.to_string();
    let shown: String = text.chars().take(SHOWN_LETTERS).collect();
    let mark = if shown.len() < text.len() { "…" } else { "" };
    format!("{}{mark}", output::escaped(&shown))
}
