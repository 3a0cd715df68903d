//! The performance panel: the outcome of every frame, per layer and in total.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::detail::{layer_detail_ui, memory_by_owner, threads_ui};
use super::frame_plot::frame_plot_ui;
use super::rows::{layer_rows_ui, totals_row_ui};
use crate::command::{Command, WindowCommand};
use crate::settings::PrebufferDepth;
use crate::ui::actions::perform;
use crate::ui::panels::top_bar::menu_item_ui;
use crate::ui::panels::verdict::verdict_line_ui;
use crate::ui::pass::Pass;
use crate::ui::prebuffer_field::prebuffer_field_ui;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;
use crate::ui::widgets::{MORE_WIDTH, heading, more_ui, quiet_button, quiet_width};
use crate::ui::{format, style};

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("performance");

/// Width of the prebuffer field and its title, in points: with a number, and with what `auto` makes of it.
const PREBUFFER_WIDTH: f32 = 58.0;
const AUTO_PREBUFFER_WIDTH: f32 = 92.0;

/// Draws the panel.
pub(crate) fn performance_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    head_ui(ui, pass);
    verdict_line_ui(ui, pass);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        layer_rows_ui(ui, pass);
        totals_row_ui(ui, pass);
        ui.add_space(6.0);
        frame_plot_ui(ui, pass);
        ui.add_space(4.0);
        numbers_ui(ui, pass);
        ui.add_space(2.0);
        threads_ui(ui, pass);
        ui.add_space(4.0);
        layer_detail_ui(ui, pass);
    });
}

fn head_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.horizontal(|ui| {
        heading(ui, pass.theme, "Performance");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.spacing_mut().button_padding.x = 4.0;
            let buttons = [
                (
                    Action::ExportReport,
                    "Export…",
                    "Write the report to a file: JSON, or comma-separated values",
                ),
                (Action::CopyReport, "Copy", "Copy the numbers as text"),
                (Action::ResetStats, "Reset", "Begin the counts anew"),
                (
                    Action::ShowHistory,
                    "History",
                    "Show hit rate and read times over time, large",
                ),
            ];
            let widths = buttons.map(|(_, text, _)| quiet_width(ui, text));
            let mut room = ui.available_width();
            if widths.iter().sum::<f32>() > room {
                room -= MORE_WIDTH;
            }
            let mut shown = 0;
            while let Some(width) = widths.get(shown).filter(|width| **width <= room) {
                room -= width;
                shown += 1;
            }
            let (in_bar, in_menu) = buttons.split_at(shown);
            if !in_menu.is_empty() {
                more_ui(ui, pass.theme, "More of the performance", |ui| {
                    for (action, ..) in in_menu {
                        menu_item_ui(ui, *action, pass);
                    }
                });
            }
            for (action, text, what) in in_bar {
                let tooltip = action.tooltip(ui.ctx(), what);
                if quiet_button(ui, pass.theme, text, tooltip).clicked() {
                    perform(*action, pass);
                }
            }
        });
    });
}

fn numbers_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let snapshot = pass.view.snapshot;
    let memory = format!(
        "{} of {} MiB",
        format::mib(snapshot.frame_memory_bytes),
        format::mib(snapshot.frame_budget_bytes)
    );
    let gpu = snapshot.gpu_ms.map_or_else(
        || format::NOTHING.to_owned(),
        |ms| pass.figure(|| format!("{} ms", format::ms(ms))),
    );
    let disk = pass.figure(|| format::mb_per_s(f64::from(snapshot.disk_mb_per_s)));
    let cpu = pass.figure(|| format!("{:.0} %", snapshot.cpu_cores * 100.0));
    // Shares by the longest text of each; the last one keeps its width.
    let width = ui.available_width()
        - match pass.view.prebuffer {
            PrebufferDepth::Auto => AUTO_PREBUFFER_WIDTH,
            PrebufferDepth::Frames(_) => PREBUFFER_WIDTH,
        };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        number_ui(
            ui,
            width * 0.25,
            pass,
            "Disk",
            &disk,
            "Stored bytes read over the last second",
        );
        let what = memory_by_owner(pass);
        number_ui(ui, width * 0.385, pass, "Memory", &memory, &what);
        let what = "Processor time over the last second; 100 % is one core";
        number_ui(ui, width * 0.16, pass, "CPU", &cpu, what);
        number_ui(
            ui,
            width * 0.205,
            pass,
            "GPU",
            &gpu,
            "Time of the GPU for one picture",
        );
        prebuffer_ui(ui, pass);
    });
}

fn number_ui(ui: &mut Ui, width: f32, pass: &Pass<'_, '_>, name: &str, value: &str, tooltip: &str) {
    ui.allocate_ui_with_layout(vec2(width, 34.0), Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 1.0;
        let small = style::regular(style::SMALL);
        ui.label(RichText::new(name).font(small).color(pass.theme.dim));
        let value = RichText::new(value).font(style::medium(style::TEXT));
        ui.add(Label::new(value.color(pass.theme.text)).truncate())
            .on_hover_text(tooltip);
    });
}

/// The field for the number of frames that each layer prefetches.
fn prebuffer_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let small = style::regular(style::SMALL);
        ui.label(RichText::new("Prebuffer").font(small).color(pass.theme.dim));
        let size = vec2(ui.available_width(), 17.0);
        let (name, depth) = ("Frames read ahead", pass.view.prebuffer);
        if let Some(depth) = prebuffer_field_ui(ui, size, name, depth, pass.view.snapshot) {
            pass.push(Command::Window(WindowCommand::SetPrebuffer(depth)));
        }
    });
}
