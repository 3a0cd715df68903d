//! The field in which a layer or a marker is renamed in place.

use egui::{Key, Margin, Rect, TextEdit, Ui};

use crate::project::{EditCommand, LayerEdit, MarkerEdit, Project};
use crate::ui::pass::Pass;
use crate::ui::renaming::RenameTarget;

/// Longest name in letters.
const MOST_LETTERS: usize = 80;

/// Draws the field, if `target` is being renamed. Enter or the loss of focus is one edit, Escape is none.
pub(crate) fn rename_ui(ui: &mut Ui, target: RenameTarget, rect: Rect, pass: &mut Pass<'_, '_>) {
    let Some(mut renaming) = pass
        .state
        .renaming
        .take_if(|renaming| renaming.target == target)
    else {
        return;
    };
    let (name, was) = match target {
        RenameTarget::Layer(id) => ("New layer name", layer_name(pass.view.project, id)),
        RenameTarget::Marker(index) => ("New marker name", marker_name(pass.view.project, index)),
    };
    let rect = Rect::from_center_size(rect.center(), egui::vec2(rect.width(), 22.0));
    let field = TextEdit::singleline(&mut renaming.text)
        .char_limit(MOST_LETTERS)
        .margin(Margin::symmetric(5, 2));
    let mut output = ui
        .scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| field.show(ui))
        .inner;
    let response = output.response.response.accessible_name(name);
    if !renaming.has_begun {
        renaming.has_begun = true;
        response.request_focus();
        let all = egui::text::CCursorRange::select_all(&output.galley);
        output.state.cursor.set_char_range(Some(all));
        output.state.store(ui.ctx(), response.id);
    } else if response.lost_focus() {
        let text = renaming.text.trim();
        let is_escape = ui.input(|input| input.key_pressed(Key::Escape));
        if !is_escape && !text.is_empty() && Some(text) != was {
            pass.edit(edit_of(target, text.to_owned()));
        }
        return;
    }
    pass.state.renaming = Some(renaming);
}

fn layer_name(project: &Project, id: crate::project::LayerId) -> Option<&str> {
    project.layer(id).map(|layer| layer.name.as_str())
}

fn marker_name(project: &Project, index: usize) -> Option<&str> {
    project
        .markers
        .get(index)
        .map(|marker| marker.name.as_str())
}

fn edit_of(target: RenameTarget, text: String) -> EditCommand {
    match target {
        RenameTarget::Layer(id) => EditCommand::Layer(id, LayerEdit::Rename(text)),
        RenameTarget::Marker(index) => EditCommand::Marker(MarkerEdit::Rename(index, text)),
    }
}
