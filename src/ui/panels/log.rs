//! The log: events by kind, to be filtered, copied and exported.

use egui::{Align, Color32, Layout, Response, RichText, ScrollArea, Ui, vec2};

use crate::command::{Command, ReportCommand, TransportCommand};
use crate::status::events::{EventKind, LogLine, to_csv};
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::shown_panels::PanelId;
use crate::ui::widgets::{self, quiet_button, quiet_toggle};
use crate::ui::{format, style};

/// Widths of the columns before the text, in points.
const TIME_WIDTH: f32 = 80.0;
const KIND_WIDTH: f32 = 50.0;
const LAYER_WIDTH: f32 = 84.0;
const PLAYHEAD_WIDTH: f32 = 84.0;

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("log");

/// The log.
#[derive(Default)]
pub(crate) struct Log {
    filter: LogFilter,
}

/// A choice of lines.
#[derive(Debug, Default)]
struct LogFilter {
    /// Kinds that are not shown.
    hidden: Vec<EventKind>,
    /// Text that a line must contain, in any case; empty for all lines.
    text: String,
}

impl LogFilter {
    fn shows(&self, line: &LogLine) -> bool {
        let text = self.text.to_lowercase();
        !self.hidden.contains(&line.kind)
            && (text.is_empty() || line.text.to_lowercase().contains(&text))
    }
}

impl Panel for Log {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        filter_ui(ui, &mut self.filter, pass);
        lines_ui(ui, &self.filter, pass);
        pass.state.log_seen = pass.view.snapshot.log.back().map(|line| line.time);
    }
}

fn lines_ui(ui: &mut Ui, filter: &LogFilter, pass: &mut Pass<'_, '_>) {
    let log = &pass.view.snapshot.log;
    let shown: Vec<&LogLine> = log.iter().filter(|line| filter.shows(line)).collect();
    if shown.is_empty() {
        let text = if log.is_empty() {
            "Nothing happened so far."
        } else {
            "Nothing of what is chosen above."
        };
        ui.label(RichText::new(text).color(pass.theme.dim));
        return;
    }
    let row = ui.spacing().interact_size.y;
    let mut target = None;
    ScrollArea::vertical()
        .auto_shrink(false)
        .stick_to_bottom(true)
        .show_rows(ui, row, shown.len(), |ui, range| {
            for line in &shown[range] {
                if line_ui(ui, pass, line) {
                    target = line.playhead;
                }
            }
        });
    if let Some(playhead) = target {
        pass.push(Command::Transport(TransportCommand::SeekTo(playhead)));
    }
}

fn filter_ui(ui: &mut Ui, filter: &mut LogFilter, pass: &mut Pass<'_, '_>) {
    ui.horizontal_wrapped(|ui| {
        for &kind in EventKind::ALL {
            let hidden = &mut filter.hidden;
            let is_shown = !hidden.contains(&kind);
            let tooltip = format!("Show lines of this kind: {}", kind.name());
            if quiet_toggle(ui, pass.theme, (kind.name(), is_shown), tooltip).clicked() {
                if is_shown {
                    hidden.push(kind);
                } else {
                    hidden.retain(|known| *known != kind);
                }
            }
        }
        let size = vec2(140.0, ui.spacing().interact_size.y);
        ui.allocate_ui(size, |ui| {
            let tooltip = "Show only lines that have this in them";
            widgets::filter_ui(
                ui,
                pass.theme,
                &mut filter.text,
                ("Filter the log", tooltip),
                false,
            );
        });
        let tooltip = "Copy the lines shown, as comma-separated values".to_owned();
        if quiet_button(ui, pass.theme, "Copy", tooltip).clicked() {
            let lines = pass.view.snapshot.log.iter();
            let text = to_csv(lines.filter(|line| filter.shows(line)));
            ui.ctx().copy_text(text);
        }
        let tooltip = "Write the whole log to a file of comma-separated values".to_owned();
        if quiet_button(ui, pass.theme, "Export…", tooltip).clicked() {
            pass.push(Command::Report(ReportCommand::ExportLog));
        }
    });
}

/// Draws text in a column of this width, truncated.
fn column_ui(ui: &mut Ui, width: f32, text: RichText) -> Response {
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_width(width);
        ui.add(egui::Label::new(text).truncate())
    })
    .inner
}

/// Draws one line; returns true if its playhead was clicked.
fn line_ui(ui: &mut Ui, pass: &Pass<'_, '_>, line: &LogLine) -> bool {
    let theme = pass.theme;
    let mut is_clicked = false;
    ui.horizontal(|ui| {
        let time = RichText::new(pass.time_text(line.time)).color(theme.dim);
        column_ui(ui, TIME_WIDTH, time).on_hover_text("Since the program began");
        let kind = RichText::new(line.kind.name()).font(style::medium(style::SMALL));
        column_ui(ui, KIND_WIDTH, kind.color(colour(pass, line)));
        let layer = line
            .layer
            .and_then(|index| pass.view.project.layers.get(index));
        let name = layer.map_or_else(
            || RichText::new(""),
            |layer| RichText::new(&layer.name).color(theme.layer(layer)),
        );
        column_ui(ui, LAYER_WIDTH, name);
        let size = vec2(PLAYHEAD_WIDTH, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(PLAYHEAD_WIDTH);
            if let Some(playhead) = line.playhead {
                let tooltip = "Put the playhead there".to_owned();
                let at = pass.time_text(playhead);
                is_clicked = quiet_button(ui, theme, &at, tooltip).clicked();
            }
        });
        let mut text = format::sentence(&line.text).into_owned();
        if line.count > 1 {
            text = format!("{text}  × {}", line.count);
        }
        let text = RichText::new(text).color(if line.is_error {
            theme.error
        } else {
            theme.text
        });
        // What the row has no room for is in its tooltip.
        ui.add(egui::Label::new(text).selectable(true).truncate());
    });
    is_clicked
}

fn colour(pass: &Pass<'_, '_>, line: &LogLine) -> Color32 {
    let theme = pass.theme;
    match line.kind {
        EventKind::Error => theme.error,
        EventKind::Drop | EventKind::Stall | EventKind::Fallback => theme.warning,
        EventKind::Miss | EventKind::Seek => theme.range,
        EventKind::Note => theme.dim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_chosen_by_kind_and_by_what_they_hold() {
        let line = LogLine {
            kind: EventKind::Drop,
            text: "Because of Reading".to_owned(),
            ..LogLine::default()
        };
        let mut filter = LogFilter::default();
        assert!(filter.shows(&line));
        filter.text = "reading".to_owned();
        assert!(filter.shows(&line), "in any case");
        filter.hidden.push(EventKind::Drop);
        assert!(!filter.shows(&line));
    }
}
