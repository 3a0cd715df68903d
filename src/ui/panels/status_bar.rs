//! The status bar: playback figures and the verdict on the left, the machine on the right, and between them the last
//! error. Parts that do not fit are left out, from the middle of the bar to its sides.

use egui::{Align, Color32, Label, Layout, RichText, Sense, Ui, vec2};

use super::verdict::{verdict_colour, verdict_line_ui};
use crate::status::events::LogLine;
use crate::status::verdict::GOOD_HIT_RATE;
use crate::ui::panels::log;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{quiet_button, quiet_width, text_width};
use crate::ui::{format, style};

/// Width below which the adapter, or a line of the log, would be cut beyond recognition.
const LEAST_LINE: f32 = 90.0;
/// Width of the mark before the verdict.
const MARK_WIDTH: f32 = 10.0;
/// Width that the numbers leave free for the resident memory on their right.
const RESERVE: f32 = 120.0;

/// Draws the bar.
pub(crate) fn status_bar_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        numbers_ui(ui, pass);
        verdict_ui(ui, pass);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            kept_ui(ui, pass);
            machine_ui(ui, pass);
            ui.add_space(16.0);
            if ui.available_width() > LEAST_LINE {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    if !help_line_ui(ui, pass) {
                        error_ui(ui, pass);
                    }
                });
            }
        });
    });
}

fn numbers_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let snapshot = pass.view.snapshot;
    let totals = &snapshot.totals;
    // Of what does not move, only what went wrong stands out.
    let strong = if pass.is_moving() {
        theme.text
    } else {
        theme.dim
    };
    let warn = |is_bad: bool| if is_bad { theme.warning } else { strong };
    ui.add_space(12.0);
    let mut item = |before: &str, value: String, after: &str, colour: Color32, tooltip: &str| {
        // Rate, drops and hits are the purpose of the bar; CPU and GPU yield to the resident memory.
        let text = format!("{before} {value} {after}");
        let reserve = if matches!(before, "CPU" | "GPU") {
            RESERVE
        } else {
            0.0
        };
        if text_width(ui, &text) + 14.0 + reserve > ui.available_width() {
            return;
        }
        let small = style::regular(style::SMALL);
        let parts = [
            (before, small.clone(), theme.dim),
            (value.as_str(), style::medium(style::SMALL), colour),
            (after, small, theme.dim),
        ];
        let mut job = egui::text::LayoutJob::default();
        for (index, (text, font, colour)) in parts.into_iter().enumerate() {
            if text.is_empty() {
                continue;
            }
            let space = if index > 0 && !job.text.is_empty() {
                4.0
            } else {
                0.0
            };
            job.append(text, space, egui::TextFormat::simple(font, colour));
        }
        ui.add(Label::new(job).sense(Sense::hover()))
            .on_hover_text(tooltip);
        ui.add_space(10.0);
    };
    let fps = pass.figure(|| format!("{:.1}", snapshot.fps));
    item(
        "",
        fps,
        "fps",
        strong,
        "Pictures per second over the last second",
    );
    let lost = totals.lost();
    let tooltip = format!(
        "Frames not shown on time: {} repeated, {} late, {} dropped of {} due",
        totals.repeated, totals.late, totals.dropped, totals.due
    );
    item("drops", lost.to_string(), "", warn(lost > 0), &tooltip);
    let rate = totals.hit_rate();
    item(
        "hit",
        format::hits_percent(totals),
        "",
        warn(rate < GOOD_HIT_RATE),
        "Due frames that were ready in the prebuffer",
    );
    let cpu = pass.figure(|| format!("{:.0} %", snapshot.cpu_cores * 100.0));
    let tooltip = "Processor time over the last second; 100 % is one core";
    item("CPU", cpu, "", strong, tooltip);
    if let Some(gpu_ms) = snapshot.gpu_ms {
        let gpu = pass.figure(|| format!("{} ms", format::ms(gpu_ms)));
        item("GPU", gpu, "", strong, "Time of the GPU for one picture");
    }
}

/// The verdict, with a mark in its colour, if there is room beside the memory on the right.
fn verdict_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let needed = text_width(ui, &pass.view.verdict.headline()) + MARK_WIDTH;
    if needed + RESERVE > ui.available_width() {
        return;
    }
    let (mark, _) = ui.allocate_exact_size(vec2(MARK_WIDTH, 8.0), Sense::hover());
    ui.painter()
        .circle_filled(mark.center(), 3.0, verdict_colour(pass));
    verdict_line_ui(ui, pass);
    ui.add_space(10.0);
}

/// The age of the recovery file.
fn kept_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    let Some(seconds) = pass.view.program.kept_ago_s else {
        return;
    };
    // Not every second: a window at rest does not repaint for a number.
    let text = match seconds {
        0..5 => "autosaved just now".to_owned(),
        5..60 => format!("autosaved {seconds} s ago"),
        60..7200 => format!("autosaved {} min ago", seconds / 60),
        _ => format!("autosaved {} h ago", seconds / 3600),
    };
    if text_width(ui, &text) > ui.available_width() {
        return;
    }
    let text = RichText::new(text).font(style::regular(style::SMALL));
    ui.label(text.color(pass.theme.dim)).on_hover_text(
        "Unsaved changes are in a recovery file, and offered again should the program end unexpectedly",
    );
    ui.add_space(10.0);
}

fn machine_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let snapshot = pass.view.snapshot;
    let small = |text: String, colour| {
        RichText::new(text)
            .font(style::regular(style::SMALL))
            .color(colour)
    };
    let memory = format!("Memory {} MiB", format::mib(snapshot.rss_bytes));
    if text_width(ui, &memory) > ui.available_width() {
        return;
    }
    ui.label(small(memory, theme.dim))
        .on_hover_text("Memory of the whole program");
    ui.add_space(10.0);
    if ui.available_width() < LEAST_LINE {
        return;
    }
    let (text, colour, tooltip) = match &snapshot.adapter {
        Some(adapter) if adapter.bc => (
            format!("{} · {} · BC textures", adapter.name, adapter.backend),
            theme.dim,
            "HAP frames go to the graphics adapter as they are",
        ),
        Some(adapter) => (
            format!(
                "HAP is decoded by the processor: {} · {} cannot",
                adapter.name, adapter.backend
            ),
            theme.warning,
            "The graphics adapter has no BC textures, so that the processor decodes HAP to RGBA, which costs time and memory",
        ),
        None => (
            "No graphics adapter".to_owned(),
            theme.warning,
            "Nothing is drawn. Install a graphics driver, then start the program again",
        ),
    };
    ui.add(Label::new(small(text, colour)).truncate())
        .on_hover_text(tooltip);
    if snapshot.canvas_divisor > 1 {
        ui.add_space(10.0);
        let text = format!("Preview at 1/{} size", snapshot.canvas_divisor);
        if text_width(ui, &text) > ui.available_width() {
            return;
        }
        ui.label(small(text, theme.dim)).on_hover_text(
            "The adapter is a program and not a graphics card, or has no memory for more: the log says so",
        );
    }
}

/// Draws the help for what lies under the pointer; false where there is none.
fn help_line_ui(ui: &mut Ui, pass: &Pass<'_, '_>) -> bool {
    let Some(text) = pass.state.help.shown() else {
        return false;
    };
    let text = RichText::new(text).font(style::regular(style::SMALL));
    ui.add(Label::new(text.color(pass.theme.dim)).truncate());
    true
}

/// The newest error that was not seen in the log, and a button that opens it.
fn error_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let seen = pass.state.log_seen;
    let mut lines = pass.view.snapshot.log.iter().rev();
    let unseen = |line: &&LogLine| {
        line.is_error && !line.was_shown && seen.is_none_or(|seen| line.time > seen)
    };
    let Some(line) = lines.find(unseen) else {
        return;
    };
    let what = "Show log";
    let button_width = quiet_width(ui, what);
    let room = ui.available_width() - button_width;
    let text = format::sentence(&line.text);
    let width = text_width(ui, &text).min(room);
    if width < LEAST_LINE.min(room) {
        return;
    }
    let text = RichText::new(text)
        .font(style::regular(style::SMALL))
        .color(pass.theme.error);
    let size = vec2(width, ui.available_height());
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(text).truncate());
    });
    let tooltip = Action::ShowLog.tooltip(ui.ctx(), "Open the log");
    if quiet_button(ui, pass.theme, what, tooltip).clicked() {
        pass.state.panels.set_shown(log::ID, true);
    }
}
