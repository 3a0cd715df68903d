//! What has changed from one state to the next.
//!
//! While nothing but the playhead moves, only what moves with it is read: the transport, and the numbers of layers that
//! have keyframes. Otherwise the whole tree is compared, on the thread `osc`.

use std::collections::BTreeMap;

use super::outbox::TreeState;
use crate::command::tree::{self, ParameterPath, Value};

/// The values that were seen last.
#[derive(Debug, Default)]
pub(super) struct Feedback {
    state: Option<TreeState>,
    values: BTreeMap<ParameterPath, Value>,
    /// The parameters that change with the playhead.
    moving: Vec<ParameterPath>,
}

impl Feedback {
    /// The newest state.
    pub fn state(&self) -> Option<&TreeState> {
        self.state.as_ref()
    }

    /// Takes the next state, and gives the parameters that changed with their new values; of the first one none.
    pub fn follow(&mut self, state: TreeState, is_heard: bool) -> Vec<(ParameterPath, Value)> {
        if !is_heard {
            // Nobody would hear of it: whoever subscribes begins with the state of that moment.
            self.values.clear();
            self.moving.clear();
            self.state = Some(state);
            return Vec::new();
        }
        let is_like = self
            .state
            .as_ref()
            .is_some_and(|before| before.is_like_state(&state));
        let changed = if is_like && !self.values.is_empty() {
            self.moved(&state)
        } else {
            self.compared(&state)
        };
        self.state = Some(state);
        changed
    }

    fn moved(&mut self, state: &TreeState) -> Vec<(ParameterPath, Value)> {
        let context = state.context();
        let mut changed = Vec::new();
        for path in &self.moving {
            let value = tree::read(&context, path).ok().and_then(|node| node.value);
            if let (Some(value), Some(last)) = (value, self.values.get_mut(path))
                && *last != value
            {
                last.clone_from(&value);
                changed.push((path.clone(), value));
            }
        }
        changed
    }

    fn compared(&mut self, state: &TreeState) -> Vec<(ParameterPath, Value)> {
        if let Some(before) = self.state.as_ref().filter(|_| self.values.is_empty()) {
            // Somebody has just begun to hear: what changed since is news already.
            self.values = values_of(before);
        }
        let is_first = self.values.is_empty();
        let values = values_of(state);
        let has_keys: Vec<bool> = state
            .project
            .layers
            .iter()
            .rev()
            .map(|layer| !layer.keyframes.is_empty())
            .collect();
        self.moving = (values.keys())
            .filter(|path| moves(path, &has_keys))
            .cloned()
            .collect();
        let is_new = |path: &ParameterPath, value: &Value| self.values.get(path) != Some(value);
        let changed = values
            .iter()
            .filter(|(path, value)| !is_first && is_new(path, value));
        let changed = changed
            .map(|(path, value)| (path.clone(), value.clone()))
            .collect();
        self.values = values;
        changed
    }
}

fn values_of(state: &TreeState) -> BTreeMap<ParameterPath, Value> {
    let nodes = tree::nodes(&state.context());
    let values = nodes
        .into_iter()
        .filter_map(|node| Some((node.path, node.value?)));
    values.collect()
}

/// True if a parameter may change with the playhead alone; `has_keys` says which layers have keyframes.
fn moves(path: &ParameterPath, has_keys: &[bool]) -> bool {
    use tree::path::Segment;
    match path.segments() {
        [word, ..] if word.is("transport") => true,
        [word, Segment::Number(number), _] if word.is("layer") => {
            let place = (*number as usize).checked_sub(1);
            place
                .and_then(|place| has_keys.get(place))
                .copied()
                .unwrap_or(false)
        }
        _ => false,
    }
}
