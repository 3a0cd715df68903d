//! The result of a search for missing media: a row for each file, with the match that was found.

use egui::{Align, Grid, Layout, RichText, ScrollArea, Ui, Window};

use crate::command::{Command, FileCommand};
use crate::project::storage::relink::Likeness;
use crate::ui::pass::Pass;

/// Draws the list while there is one.
pub(crate) fn relink_ui(ui: &Ui, pass: &mut Pass<'_, '_>) {
    let Some(relink) = &pass.view.program.relink else {
        return;
    };
    let mut is_open = true;
    Window::new("Relink missing media")
        .open(&mut is_open)
        .default_size([640.0, 320.0])
        .default_pos(ui.ctx().content_rect().center() - egui::vec2(320.0, 160.0))
        .collapsible(false)
        .show(ui.ctx(), |ui| {
            let found = relink.rows.iter().filter(|row| row.found.is_some()).count();
            let mut text = format!(
                "{found} of {} found among {} files in {}",
                relink.rows.len(),
                relink.files,
                relink.folder.display()
            );
            if relink.was_cancelled {
                text.push_str("; the search was ended early");
            }
            ui.label(RichText::new(text).color(pass.theme.dim));
            ui.add_space(6.0);
            rows_ui(ui, pass);
            ui.add_space(8.0);
            buttons_ui(ui, pass);
        });
    if !is_open {
        pass.push(Command::File(FileCommand::CloseRelink));
    }
}

fn rows_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let Some(relink) = &pass.view.program.relink else {
        return;
    };
    let theme = pass.theme;
    let height = (ui.available_height() - 40.0).max(80.0);
    ScrollArea::both()
        .max_height(height)
        .auto_shrink(false)
        .show(ui, |ui| {
            Grid::new("relink rows")
                .num_columns(3)
                .striped(true)
                .spacing([16.0, 4.0])
                .show(ui, |ui| {
                    for row in &relink.rows {
                        let mut is_chosen = row.is_chosen;
                        let check = egui::Checkbox::new(&mut is_chosen, row.name.as_str());
                        let response = ui.add_enabled(row.found.is_some(), check);
                        if response
                            .on_hover_text("Take the file that was found")
                            .changed()
                        {
                            pass.push(Command::File(FileCommand::ChooseRelink(
                                row.media, is_chosen,
                            )));
                        }
                        let colour = if row.found.is_some() {
                            theme.text
                        } else {
                            theme.warning
                        };
                        ui.label(RichText::new(likeness_text(row.likeness)).color(colour));
                        let place = row.found.as_ref().map(|path| path.display().to_string());
                        ui.label(RichText::new(place.unwrap_or_default()).color(theme.dim));
                        ui.end_row();
                    }
                });
        });
}

fn likeness_text(likeness: Option<Likeness>) -> &'static str {
    match likeness {
        None => "not found",
        Some(Likeness::Same) => "the same file",
        Some(Likeness::SameContents) => "same contents, other name",
        Some(Likeness::SameName) => "same name",
        Some(Likeness::OtherContents) => "same name, other contents",
    }
}

fn buttons_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let chosen = pass.view.program.relink.as_ref().map_or(0, |relink| {
        relink.rows.iter().filter(|row| row.is_chosen).count()
    });
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let text = match chosen {
            1 => "Relink 1 file".to_owned(),
            count => format!("Relink {count} files"),
        };
        let text = RichText::new(text).color(pass.theme.background);
        let button = egui::Button::new(text).fill(pass.theme.accent);
        let response = ui.add_enabled(chosen > 0, button);
        if response.on_hover_text("One step of undo").clicked() {
            pass.push(Command::File(FileCommand::ApplyRelink));
        }
        let again = ui.button("Search another folder…");
        if again
            .on_hover_text("Search somewhere else for what is missing")
            .clicked()
        {
            pass.push(Command::File(FileCommand::RelinkDialog));
        }
        if ui
            .button("Close")
            .on_hover_text("Leave it as it is")
            .clicked()
        {
            pass.push(Command::File(FileCommand::CloseRelink));
        }
    });
}
