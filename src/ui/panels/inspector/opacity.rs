//! A layer's opacity as a line, in its lane.

use egui::{Id, Rect, Ui};

use super::key_edits::set_values;
use super::parameter_row::key_time;
use crate::project::{Layer, Parameter};
use crate::ui::pass::Pass;
use crate::ui::widgets::{Level, level_ui};

/// Draws the opacity of a layer as a line that is dragged.
pub(crate) fn opacity_ui(ui: &Ui, id: Id, layer: &Layer, pass: &mut Pass<'_, '_>, rect: Rect) {
    let at = key_time(pass);
    let opacity = layer.at(at).opacity;
    let level = Level {
        name: &format!("Opacity of {}", layer.name),
        rect,
        colour: pass.theme.layer(layer),
    };
    let (response, set) = level_ui(ui, id, opacity, level);
    if let Some(opacity) = set {
        let edit = set_values(layer, at, [(Parameter::Opacity, opacity)]);
        if response.dragged() {
            pass.gesture_edit("Change opacity", edit);
        } else {
            pass.edit(edit);
        }
    }
    response.on_hover_text(format!(
        "Opacity {:.0} %; drag to change, or type it in the inspector",
        opacity * 100.0
    ));
}
