//! The actions as nodes of the tree: those of menus, and the words of commands that users may ask for.

use super::node::Node;
use super::path::ParameterPath;
use super::value::Kind;
use crate::command::Action;
use crate::command::words::VERBS;

/// All actions.
pub(super) fn all() -> impl Iterator<Item = Node> {
    let actions = Action::all().map(|action| node(action.path()));
    let listed = VERBS.iter().filter(|verb| verb.is_listed);
    let others = listed.filter(|verb| Action::of_path(verb.path).is_none());
    actions.chain(others.map(|verb| node(verb.path)))
}

/// The action of this path.
pub(super) fn find(path: &ParameterPath) -> Option<Node> {
    let text = path.to_string();
    let is_verb = || VERBS.iter().any(|verb| verb.path == text);
    (Action::of_path(&text).is_some() || is_verb()).then(|| node(&text))
}

fn node(path: &str) -> Node {
    let verb = VERBS.iter().find(|verb| verb.path == path);
    Node {
        path: ParameterPath::of(path.trim_start_matches('/')),
        kind: Kind::Action {
            takes: verb.map_or("", |verb| verb.takes),
        },
        unit: "",
        default: None,
        value: None,
        is_writable: true,
    }
}
