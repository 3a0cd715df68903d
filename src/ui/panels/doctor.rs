//! The doctor: the verdict on playing the project on this machine, and the problems with their remedies.

use egui::{Color32, RichText, ScrollArea, Ui};

use crate::command::{Command, ReportCommand, TransportCommand};
use crate::status::Verdict;
use crate::status::diagnosis::{Diagnosis, Moment, Problem, Resource};
use crate::status::snapshot::DoctorStatus;
use crate::time::Time;
use crate::ui::actions::perform;
use crate::ui::panels::verdict::verdict_colour;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::shown_panels::PanelId;
use crate::ui::style;
use crate::ui::widgets::quiet_button;

/// The panel's name.
pub(crate) const ID: PanelId = PanelId("doctor");

/// Draws the verdict, the problems and the moments.
pub(crate) fn doctor_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let snapshot = pass.view.snapshot;
    let is_running = snapshot.doctor_status == DoctorStatus::Running;
    ui.horizontal(|ui| {
        let text = RichText::new(pass.view.verdict.headline()).font(style::semibold(15.0));
        ui.label(text.color(verdict_colour(pass)));
        if is_running {
            ui.spinner();
        }
    });
    for line in pass.view.verdict.findings().lines() {
        ui.label(RichText::new(line).color(pass.theme.text));
    }
    ui.add_space(4.0);
    let what = "Measures the disks and the decoders with the project's own files, and sums up what each second of the \
                timeline needs. Playing pauses meanwhile.";
    ui.label(RichText::new(what).color(pass.theme.dim));
    ui.horizontal(|ui| {
        let button = egui::Button::new("Examine");
        if ui.add_enabled(!is_running, button).clicked() {
            pass.push(Command::Report(ReportCommand::Examine));
        }
        let tooltip =
            Action::ResetStats.tooltip(ui.ctx(), "Begin the counts, and what was measured, anew");
        let reset = egui::Button::new(Action::ResetStats.label());
        let has_counts = pass.view.verdict.measurement.is_some();
        if ui
            .add_enabled(has_counts, reset)
            .on_hover_text(tooltip)
            .clicked()
        {
            perform(Action::ResetStats, pass);
        }
    });
    ui.separator();
    let Some(diagnosis) = snapshot.diagnosis.clone() else {
        return;
    };
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for group in grouped(&diagnosis.problems) {
            problem_ui(ui, pass, &group);
        }
        moments_ui(ui, pass, &diagnosis.moments);
        figures_ui(ui, pass, &diagnosis);
    });
}

fn colour(pass: &Pass<'_, '_>, verdict: Verdict) -> Color32 {
    match verdict {
        Verdict::Holds => pass.theme.accent,
        Verdict::AtRisk => pass.theme.warning,
        Verdict::WillDrop => pass.theme.error,
    }
}

/// The problems that are the same but for their figures, each kind once, in the order of the first of each.
fn grouped(problems: &[Problem]) -> Vec<Vec<&Problem>> {
    let without_figures = |text: &str| text.replace(|letter: char| letter.is_ascii_digit(), "");
    let kind = |problem: &Problem| {
        let words = [&problem.problem, &problem.remedy].map(|text| without_figures(text));
        (words, problem.at_best)
    };
    let mut groups: Vec<Vec<&Problem>> = Vec::new();
    for problem in problems {
        let known = groups.iter_mut().find(|group| {
            let first = group.first();
            first.is_some_and(|first| kind(first) == kind(problem))
        });
        match known {
            Some(group) => group.push(problem),
            None => groups.push(vec![problem]),
        }
    }
    groups
}

/// Draws a problem once, and below its remedy the files that have it.
fn problem_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>, group: &[&Problem]) {
    let Some(problem) = group.first() else {
        return;
    };
    let theme = pass.theme;
    ui.horizontal_wrapped(|ui| {
        let (weight, colour) = match problem.at_best {
            Verdict::Holds => ("Advice", theme.dim),
            verdict => (
                if verdict == Verdict::AtRisk {
                    "Risk"
                } else {
                    "Fault"
                },
                colour(pass, verdict),
            ),
        };
        let weight = RichText::new(weight).font(style::medium(style::SMALL));
        ui.label(weight.color(colour));
        ui.label(RichText::new(&problem.problem).color(theme.text));
        if group.len() > 1 {
            let count = format!("{} files", group.len());
            ui.label(RichText::new(count).font(style::medium(style::SMALL)));
        } else if let Some(at_s) = problem.at_s {
            moment_button_ui(ui, pass, at_s);
        }
    });
    ui.indent(("remedy", &problem.problem, &problem.media), |ui| {
        ui.label(RichText::new(&problem.remedy).color(theme.dim));
        for one in group.iter().filter(|one| !one.media.is_empty()) {
            ui.horizontal_wrapped(|ui| {
                let text = RichText::new(&one.media).font(style::regular(style::SMALL));
                let response = ui.label(text.color(theme.dim));
                if group.len() > 1 {
                    response.on_hover_text(&one.problem);
                    if let Some(at_s) = one.at_s {
                        moment_button_ui(ui, pass, at_s);
                    }
                }
            });
        }
    });
    ui.add_space(4.0);
}

/// A button that puts the playhead at this second.
fn moment_button_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>, at_s: f64) {
    let at = Time::from_seconds_f64(at_s);
    let tooltip = "Put the playhead there".to_owned();
    if quiet_button(ui, pass.theme, &pass.time_text(at), tooltip).clicked() {
        pass.push(Command::Transport(TransportCommand::SeekTo(at)));
    }
}

fn moments_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>, moments: &[Moment]) {
    if moments.is_empty() {
        return;
    }
    heading_ui(ui, pass, "The moments that need most");
    for moment in moments {
        ui.horizontal(|ui| {
            moment_button_ui(ui, pass, moment.at_s);
            let of = match moment.resource {
                Resource::Disk => "of the disk",
                Resource::Cores => "of all cores",
                Resource::Decoder => "of one decoder",
            };
            let verdict = Verdict::of(1.0 / moment.load.max(1e-9));
            let share = format!("{:.0} % {of}", moment.load * 100.0);
            ui.label(RichText::new(share).color(colour(pass, verdict)));
            let more = format!(
                "{:.0} MB/s to read, {:.2} cores decoding",
                moment.read_mb_per_s, moment.busy_cores
            );
            ui.label(RichText::new(more).color(pass.theme.dim));
        });
    }
}

fn heading_ui(ui: &mut Ui, pass: &Pass<'_, '_>, text: &str) {
    ui.add_space(4.0);
    let text = RichText::new(text).font(style::semibold(style::TEXT));
    ui.label(text.color(pass.theme.text));
}

fn figures_ui(ui: &mut Ui, pass: &Pass<'_, '_>, diagnosis: &Diagnosis) {
    heading_ui(ui, pass, "Measured");
    let mut lines = Vec::new();
    for disk in &diagnosis.disks {
        let cold = disk.cold_mb_per_s.map_or_else(
            || "cold not known".to_owned(),
            |rate| format!("{rate:.0} MB/s cold"),
        );
        lines.push(format!(
            "Disk ({}): {cold}, {:.0} MB/s warm, {:.0} MB/s needed",
            disk.kind, disk.warm_mb_per_s, disk.needed_mb_per_s
        ));
    }
    for file in &diagnosis.files {
        if file.is_still() {
            lines.push(format!(
                "{}: a still, decoded once and kept; {}",
                file.codec, file.media
            ));
            continue;
        }
        lines.push(format!(
            "{}: {:.0} frames per second on {} cores; {}",
            file.codec, file.decode_fps, diagnosis.cores, file.media
        ));
    }
    for line in lines.iter().chain(&diagnosis.notes) {
        ui.label(
            RichText::new(line)
                .font(style::regular(style::SMALL))
                .color(pass.theme.dim),
        );
    }
}
