//! The tree as a whole: all of it, one path of it, a setting of a path.

use super::assignment::Assignment;
use super::context::TreeContext;
use super::error::TreeError;
use super::node::Node;
use super::output::Output;
use super::path::{ParameterPath, Segment};
use super::project::{CanvasArea, Document};
use super::row::{Area, Located, Location};
use super::settings::SettingsArea;
use super::transport::Transport;
use super::{action, layer, marker};
use crate::command::{Command, HistoryCommand};

/// The words of areas that have one subject.
const SINGLE: [&str; 5] = ["project", "canvas", "transport", "output", "settings"];

/// All parameters, and behind them all actions.
pub fn nodes(context: &TreeContext<'_>) -> Vec<Node> {
    let singles = SINGLE.iter().filter_map(|word| single(context, word));
    let layers = layer::all(context);
    let markers = marker::all(context.project);
    let subjects = singles.chain(layers).chain(markers);
    let parameters = subjects.flat_map(|subject| subject.nodes());
    parameters.chain(action::all()).collect()
}

/// The node of a path.
///
/// # Errors
/// Reason that there is none.
pub fn read(context: &TreeContext<'_>, path: &ParameterPath) -> Result<Node, TreeError> {
    if let Some(node) = action::find(path) {
        return Ok(node);
    }
    let (subject, rest) = locate(context, path)?;
    subject.node(rest, path)
}

/// The command of another family that a setting comes to.
///
/// An edit has been tried on the project. A layer's number that has keyframes gets a key at the playhead.
///
/// # Errors
/// Reason that it cannot be set.
pub fn resolve(context: &TreeContext<'_>, setting: &Assignment) -> Result<Command, TreeError> {
    let path = &setting.path;
    if action::find(path).is_some() {
        return Err(TreeError::NoValue { path: path.clone() });
    }
    let (subject, rest) = locate(context, path)?;
    let command = subject.set(rest, setting, context.project.canvas.frame_rate)?;
    if let Command::Edit(HistoryCommand::Apply(edit)) = &command {
        let tried = edit.applied_to(context.project);
        tried.map_err(|error| TreeError::Refused {
            path: path.clone(),
            error,
        })?;
    }
    Ok(command)
}

/// The subject of a path, and the segments that name one of its rows.
fn locate<'a, 's>(
    context: &TreeContext<'a>,
    path: &'s ParameterPath,
) -> Result<(Box<dyn Located + 'a>, &'s [Segment]), TreeError> {
    let unknown = || TreeError::Unknown { path: path.clone() };
    match path.segments() {
        [word, rest @ ..] if word.is(layer::WORD) => layer::find(context, rest, path),
        [word, rest @ ..] if word.is(marker::WORD) => marker::find(context.project, rest, path),
        [Segment::Name(word), rest @ ..] => Ok((single(context, word).ok_or_else(unknown)?, rest)),
        _ => Err(unknown()),
    }
}

fn single<'a>(context: &TreeContext<'a>, word: &str) -> Option<Box<dyn Located + 'a>> {
    fn location<'a, A: Area>(word: &str, on: A::On<'a>) -> Box<dyn Located + 'a> {
        let base = ParameterPath::of(word);
        Box::new(Location::<A> { base, on })
    }
    Some(match word {
        "project" => location::<Document>(word, context.project),
        "canvas" => location::<CanvasArea>(word, &context.project.canvas),
        "transport" => location::<Transport>(word, *context),
        "output" => location::<Output>(word, *context),
        "settings" => location::<SettingsArea>(word, context.settings),
        _ => return None,
    })
}
