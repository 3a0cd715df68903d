//! Operations that need no window, and what the window adds to them: it shows the time that they go to.

use super::actions::context;
use super::pass::Pass;
use super::selection::Selection;
use crate::command::operation::ContextOperation;
use crate::project::edit::clip_edit;

/// Carries out an operation.
pub(crate) fn perform(operation: ContextOperation, pass: &mut Pass<'_, '_>) {
    let context = context(pass);
    if operation == ContextOperation::AddMarker
        && let Some(there) = context.project.marker_at(clip_edit::on_frame(
            context.project,
            context.transport.playhead,
        ))
    {
        // There is one: its name is what may be wanted.
        pass.rename_marker(there);
        return;
    }
    let Some(command) = operation.command(&context) else {
        return;
    };
    pass.push(command);
    let shown = operation.target(&context);
    match operation {
        ContextOperation::ToEdit(_) => {}
        ContextOperation::ToMarker(_) => {
            let mut markers = context.project.markers.iter();
            let index = markers.position(|marker| Some(marker.time) == shown);
            if let Some(index) = index {
                pass.state.selection = Selection::Marker(index);
            }
        }
        ContextOperation::Skip(_)
        | ContextOperation::ToEnd
        | ContextOperation::ToggleLoop
        | ContextOperation::LoopFrom
        | ContextOperation::LoopTo
        | ContextOperation::ClearLoop
        | ContextOperation::AddMarker
        | ContextOperation::AddLayer
        | ContextOperation::ToggleOutputWindowed => return,
    }
    if let Some(to) = shown {
        pass.state.timeline.reveal(to, to);
    }
}
