//! Answers to questions, and what a value is worth telling.

use rosc::{OscMessage, OscType};

use super::inbox::{Request, What};
use super::outbox::TreeState;
use super::words::value_argument;
use crate::command::tree::{self, Kind, Node, ParameterPath, TreeError, Value};

/// The address that asks for a list, and that of each line of it.
pub(super) const LIST: &str = "/list";

/// The address of the end of a list.
pub const LIST_END: &str = "/list/end";

/// The answers to a question of this state.
///
/// # Errors
/// The tree's, if a path is asked for that it does not have.
pub(super) fn answers(question: &Request, state: &TreeState) -> Result<Vec<OscMessage>, TreeError> {
    let message = |addr: String, args| OscMessage { addr, args };
    Ok(match &question.what {
        What::Values { paths, is_frames } => {
            let values = paths.iter().map(|path| value_at(state, path, *is_frames));
            let args = values.collect::<Result<_, _>>()?;
            vec![message(question.address.clone(), args)]
        }
        What::Matching(pattern) => {
            let nodes = tree::nodes(&state.context()).into_iter();
            let values = nodes.filter_map(|node| Some((node.path.to_string(), node.value?)));
            values
                .filter(|(path, _)| pattern.matches(path))
                .map(|(path, value)| message(path, vec![value_argument(&value)]))
                .collect()
        }
        What::List(pattern) => {
            let nodes = tree::nodes(&state.context()).into_iter();
            let listed = nodes.filter(|node| {
                let pattern = pattern.as_ref();
                pattern.is_none_or(|pattern| pattern.matches(&node.path.to_string()))
            });
            let mut lines: Vec<_> = listed
                .map(|node| message(LIST.to_owned(), row(&node)))
                .collect();
            let count = i32::try_from(lines.len()).unwrap_or(i32::MAX);
            lines.push(message(LIST_END.to_owned(), vec![OscType::Int(count)]));
            lines
        }
        // These are answered by the tick.
        What::Stats | What::Set(_) | What::Do(_) => Vec::new(),
    })
}

/// The arguments of a line of a list: path, type, value, least, greatest, unit.
fn row(node: &Node) -> Vec<OscType> {
    let text = |text: &str| OscType::String(text.to_owned());
    let value = |value: Option<&Value>| value.map_or(OscType::Nil, value_argument);
    let range = node.kind.range();
    let (min, max) = range.as_ref().map(|(min, max)| (min, max)).unzip();
    vec![
        text(&node.path.to_string()),
        text(node.kind.name()),
        value(node.value.as_ref()),
        value(min),
        value(max),
        text(node.unit),
    ]
}

fn value_at(
    state: &TreeState,
    path: &ParameterPath,
    is_frames: bool,
) -> Result<OscType, TreeError> {
    let node = tree::read(&state.context(), path)?;
    let no_value = || TreeError::NoValue { path: path.clone() };
    match node.value.ok_or_else(no_value)? {
        Value::Time(time) if is_frames => {
            let frames = state.project.canvas.frame_rate.frame_at(time);
            Ok(i32::try_from(frames).map_or(OscType::Long(frames), OscType::Int))
        }
        value => Ok(value_argument(&value)),
    }
}

/// True if a value is what was sent, as exactly as it would be sent back.
pub(super) fn is_as_sent(kind: &Kind, sent: &str, value: &Value, state: &TreeState) -> bool {
    let rate = state.project.canvas.frame_rate;
    let parsed = match value {
        Value::Text(_) => kind.parse(sent, rate),
        _ => kind.parse(sent.trim(), rate),
    };
    match parsed {
        Some(parsed) => value_argument(&parsed) == value_argument(value),
        None => sent.trim() == value.to_string(),
    }
}
