//! The media bin: the files of the project, to be dragged onto the timeline.

use egui::{Align, Layout, RichText, ScrollArea, Ui};

use super::media_row::media_row_ui;
use crate::command::{Command, FileCommand};
use crate::project::{MediaRef, is_address, shown_name};
use crate::status::{MediaState, MediaStatus};
use crate::ui::format;
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;
use crate::ui::style;
use crate::ui::widgets::{Icon, IconButton, filter_ui, heading, text_width};

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("media");

/// The media bin.
#[derive(Default)]
pub(crate) struct MediaBin {
    filter: String,
}

impl Panel for MediaBin {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        head_ui(ui, pass);
        ui.add_space(2.0);
        let tooltip = "Show only files whose name has this in it";
        filter_ui(
            ui,
            pass.theme,
            &mut self.filter,
            ("Filter media", tooltip),
            false,
        );
        ui.add_space(4.0);
        if pass.view.project.media.is_empty() {
            empty_ui(ui, pass);
            return;
        }
        let wanted = self.filter.trim().to_lowercase();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let project = pass.view.project;
            let mut shown = 0;
            for media in &project.media {
                if wanted.is_empty() || file_name(media).to_lowercase().contains(&wanted) {
                    shown += 1;
                    media_row_ui(ui, media, pass);
                }
            }
            if shown == 0 {
                let text = format!("No file name has “{}” in it.", self.filter.trim());
                ui.label(RichText::new(text).color(pass.theme.dim));
            }
        });
    }
}

/// A media file's name without its folder.
pub(crate) fn file_name(media: &MediaRef) -> String {
    shown_name(&media.path)
}

fn head_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.horizontal(|ui| {
        heading(ui, pass.theme, "Media");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let tooltip = Action::AddMedia.tooltip(ui.ctx(), "Add media files");
            let plus = IconButton::new(Icon::Plus, "Add media files").quiet();
            if plus.ui(ui, pass.theme, tooltip).clicked() {
                pass.push(Command::File(FileCommand::AddMediaDialog));
            }
            missing_ui(ui, pass);
            let rate = total_rate(pass);
            let texts = count_texts(pass);
            let mut fitting = texts.iter();
            let fitting = fitting.find(|text| text_width(ui, text) <= ui.available_width());
            let Some(text) = fitting else {
                return;
            };
            ui.label(
                RichText::new(text)
                    .font(style::regular(style::SMALL))
                    .color(pass.theme.dim),
            )
            .on_hover_text(format!(
                "Playing all of them at once reads {}",
                format::mb_per_s(rate)
            ));
        });
    });
}

/// The number of files, or of those that are not open yet: in full, and in short where there is little room.
fn count_texts(pass: &Pass<'_, '_>) -> Vec<String> {
    let opening = |status: &&MediaStatus| matches!(status.state, MediaState::Opening);
    let (all, short) = match pass.view.snapshot.media.iter().filter(opening).count() {
        0 => {
            let count = pass.view.project.media.len();
            let files = if count == 1 { "file" } else { "files" };
            (format!("{count} {files}"), None)
        }
        1 => (
            "1 file is still opening".to_owned(),
            Some("1 opening…".to_owned()),
        ),
        count => (
            format!("{count} files are still opening"),
            Some(format!("{count} opening…")),
        ),
    };
    std::iter::once(all).chain(short).collect()
}

/// The number of files that cannot be opened, as a button that searches for them.
fn missing_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let media = pass.view.snapshot.media.iter();
    // A live source is not found in a folder.
    let failed = |status: &&MediaStatus| {
        matches!(status.state, MediaState::Failed(_)) && !is_address(&status.path)
    };
    let count = media.filter(failed).count();
    if count == 0 {
        return;
    }
    let text = RichText::new(format!("{count} missing…")).font(style::regular(style::SMALL));
    let button = egui::Button::new(text.color(pass.theme.warning)).small();
    let tooltip = "Search a folder for the files that cannot be opened";
    if ui.add(button).on_hover_text(tooltip).clicked() {
        pass.push(Command::File(FileCommand::RelinkDialog));
    }
}

fn total_rate(pass: &Pass<'_, '_>) -> f64 {
    pass.view
        .snapshot
        .media
        .iter()
        .map(|status| match &status.state {
            MediaState::Ready(summary) => summary.mean_mb_per_s,
            MediaState::Opening | MediaState::Failed(_) => 0.0,
        })
        .sum()
}

fn empty_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.add_space(24.0);
    ui.vertical_centered(|ui| {
        ui.label(RichText::new("No media yet").color(pass.theme.dim));
        ui.add_space(4.0);
        let tooltip = Action::AddMedia.tooltip(ui.ctx(), "Add media files");
        if ui.button("Add media…").on_hover_text(tooltip).clicked() {
            pass.push(Command::File(FileCommand::AddMediaDialog));
        }
    });
}
