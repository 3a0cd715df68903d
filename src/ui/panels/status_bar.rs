//! The status bar: playback figures on the left, the machine on the right, and the last line of the log. Parts that do
//! not fit are left out, from the middle of the bar to its sides.

use egui::{Align, Color32, Label, Layout, RichText, Sense, Ui};

use crate::ui::panels::log;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::text_width;
use crate::ui::{format, style};

/// Hit rate below which it is a warning: the target for normal playback.
pub(crate) const GOOD_HIT_RATE: f64 = 0.995;

/// Width below which the adapter, or a line of the log, would be cut beyond recognition.
const LEAST_LINE: f32 = 90.0;
/// Width that the numbers leave free for the resident memory on their right.
const RESERVE: f32 = 120.0;

/// Draws the bar.
pub(crate) fn status_bar_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        numbers_ui(ui, pass);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            kept_ui(ui, pass);
            machine_ui(ui, pass);
            ui.add_space(16.0);
            if ui.available_width() > LEAST_LINE {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    if !help_line_ui(ui, pass) {
                        log_line_ui(ui, pass);
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
    let strong = theme.text;
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
    item(
        "",
        format!("{:.1}", snapshot.fps),
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
    let cpu = format!("{:.0} %", snapshot.cpu_cores * 100.0);
    item(
        "CPU",
        cpu,
        "",
        strong,
        "Processor time over the last second; 100 % is one core",
    );
    if let Some(gpu_ms) = snapshot.gpu_ms {
        item(
            "GPU",
            format!("{} ms", format::ms(gpu_ms)),
            "",
            strong,
            "Time of the GPU for one picture",
        );
    }
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
    let memory = format!("{} MiB resident", format::mib(snapshot.rss_bytes));
    if text_width(ui, &memory) > ui.available_width() {
        return;
    }
    ui.label(small(memory, theme.dim))
        .on_hover_text("Memory of the whole process");
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
                "{} · {} · decoding on the CPU: the adapter has no BC textures",
                adapter.name, adapter.backend
            ),
            theme.warning,
            "HAP frames are decompressed to RGBA by the processor, which costs time and memory",
        ),
        None => (
            "no graphics adapter".to_owned(),
            theme.warning,
            "Nothing is drawn",
        ),
    };
    ui.add(Label::new(small(text, colour)).truncate())
        .on_hover_text(tooltip);
    if snapshot.canvas_divisor > 1 {
        ui.add_space(10.0);
        let text = format!("preview drawn at 1/{} size", snapshot.canvas_divisor);
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

fn log_line_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let Some(line) = pass.view.snapshot.log.back() else {
        return;
    };
    let theme = pass.theme;
    let colour = if line.is_error {
        theme.error
    } else {
        theme.dim
    };
    let text = RichText::new(&line.text)
        .font(style::regular(style::SMALL))
        .color(colour);
    let response = ui.add(Label::new(text).truncate().sense(Sense::click()));
    let tooltip = Action::ShowLog.tooltip(ui.ctx(), "Open the log");
    if response.on_hover_text(tooltip).clicked() {
        pass.state.panels.set_shown(log::ID, true);
    }
}
