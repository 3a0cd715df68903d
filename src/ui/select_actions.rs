//! Operations on the selection itself.

use super::pass::Pass;
use super::selection::Selection;
use crate::command::operation::SelectOperation;
use crate::time::Time;

/// True where an operation can be carried out now.
pub(crate) fn is_enabled(operation: SelectOperation, pass: &Pass<'_, '_>) -> bool {
    let project = pass.view.project;
    match operation {
        SelectOperation::AllClips | SelectOperation::PreviousClip | SelectOperation::NextClip => {
            project.duration() > Time::ZERO
        }
        SelectOperation::Nothing => pass.state.selection != Selection::Nothing,
        SelectOperation::LayerAbove | SelectOperation::LayerBelow => !project.layers.is_empty(),
    }
}

/// Carries out an operation.
pub(crate) fn perform(operation: SelectOperation, pass: &mut Pass<'_, '_>) {
    match operation {
        SelectOperation::AllClips => {
            let layers = &pass.view.project.layers;
            let clips = layers.iter().flat_map(|layer| &layer.clips);
            pass.state.selection = Selection::of_clips(clips.map(|clip| clip.id).collect());
        }
        SelectOperation::Nothing => pass.state.selection = Selection::Nothing,
        SelectOperation::PreviousClip => select_beside(pass, -1),
        SelectOperation::NextClip => select_beside(pass, 1),
        SelectOperation::LayerAbove => select_layer(pass, -1),
        SelectOperation::LayerBelow => select_layer(pass, 1),
    }
}

fn select_layer(pass: &mut Pass<'_, '_>, by: isize) {
    let layers = &pass.view.project.layers;
    let selected = pass.selected_layer().map(|layer| layer.id);
    let at = layers.iter().position(|layer| Some(layer.id) == selected);
    let index = match at {
        Some(index) => index.saturating_add_signed(by),
        None => 0,
    };
    let layer = layers.get(index.min(layers.len().saturating_sub(1)));
    if let Some(layer) = layer {
        pass.state.selection = Selection::of_layer(layer.id);
    }
}

/// Selects the clip before or behind the selected one, or the first on its lane or of all.
fn select_beside(pass: &mut Pass<'_, '_>, by: isize) {
    let project = pass.view.project;
    let first = || {
        let layers = project.layers.iter();
        layers.flat_map(|layer| &layer.clips).next()
    };
    let clip = match pass.state.selection.clip() {
        Some(id) => project.clip(id).and_then(|(layer, _)| {
            let at = layer.clips.iter().position(|clip| clip.id == id)?;
            layer.clips.get(at.checked_add_signed(by)?)
        }),
        None => pass
            .selected_layer()
            .and_then(|layer| project.layer(layer.id)?.clips.first())
            .or_else(first),
    };
    if let Some(clip) = clip {
        pass.state.selection = Selection::Clips(vec![clip.id]);
        pass.state.timeline.reveal(clip.start, clip.end());
    }
}
