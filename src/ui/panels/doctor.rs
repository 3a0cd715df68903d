//! The doctor: a verdict on playing the project on this machine, its problems with their remedies, and the verdict's
//! pill in the top bar.

use egui::{Color32, RichText, ScrollArea, Stroke, Ui};

use crate::command::{Command, ReportCommand, TransportCommand};
use crate::status::Verdict;
use crate::status::diagnosis::{Diagnosis, Moment, Problem, Resource};
use crate::status::snapshot::DoctorStatus;
use crate::time::Time;
use crate::ui::pass::Pass;
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
        let text = match (&snapshot.diagnosis, snapshot.doctor_status) {
            (_, DoctorStatus::Running) => "Examining… this takes a few seconds".to_owned(),
            (None, _) => "Not examined yet".to_owned(),
            (Some(diagnosis), DoctorStatus::Outdated) => {
                format!("{}, before the last changes", headline(diagnosis))
            }
            (Some(diagnosis), DoctorStatus::Current) => headline(diagnosis),
        };
        let colour = snapshot
            .diagnosis
            .as_ref()
            .map_or(pass.theme.dim, |diagnosis| colour(pass, diagnosis.verdict));
        ui.label(
            RichText::new(text)
                .font(style::semibold(15.0))
                .color(colour),
        );
        if is_running {
            ui.spinner();
        }
    });
    let what = "Measures the disks and the decoders with the project's own files, and sums up what each second of the \
                timeline needs. Playing pauses meanwhile.";
    ui.label(RichText::new(what).color(pass.theme.dim));
    let button = egui::Button::new("Examine");
    if ui.add_enabled(!is_running, button).clicked() {
        pass.push(Command::Report(ReportCommand::Examine));
    }
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

fn headline(diagnosis: &Diagnosis) -> String {
    match diagnosis.verdict {
        Verdict::Holds => format!("Holds here · {:.1} ×", diagnosis.margin),
        Verdict::AtRisk => format!("At risk · {:.2} ×", diagnosis.margin),
        Verdict::WillDrop => format!("Will drop · {:.2} ×", diagnosis.margin),
    }
}

/// True if drawing a picture takes longer than a refresh, so that frames are lost whatever disks and decoders can do.
fn is_drawn_too_slowly(pass: &Pass<'_, '_>) -> bool {
    let snapshot = pass.view.snapshot;
    let drawing_ms = snapshot.gpu_ms.unwrap_or(snapshot.composite_p99_ms);
    snapshot.refresh_ms > 0.0 && drawing_ms > snapshot.refresh_ms
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
    let tooltip = "Put the playhead there".to_owned();
    if quiet_button(ui, pass.theme, &format!("{at_s:.2} s"), tooltip).clicked() {
        pass.push(Command::Transport(TransportCommand::SeekTo(
            Time::from_seconds_f64(at_s),
        )));
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

/// The verdict as a pill in the top bar; opens the panel.
pub(crate) fn verdict_pill_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let snapshot = pass.view.snapshot;
    let (text, colour) = match (&snapshot.diagnosis, snapshot.doctor_status) {
        (_, DoctorStatus::Running) => ("Examining…".to_owned(), pass.theme.range),
        (None, _) => ("Will it hold?".to_owned(), pass.theme.dim),
        (Some(diagnosis), DoctorStatus::Outdated) => {
            (format!("{}?", headline(diagnosis)), pass.theme.dim)
        }
        (Some(diagnosis), DoctorStatus::Current)
            if diagnosis.verdict == Verdict::Holds && is_drawn_too_slowly(pass) =>
        {
            ("Drawing is too slow".to_owned(), pass.theme.warning)
        }
        (Some(diagnosis), DoctorStatus::Current) => {
            (headline(diagnosis), colour(pass, diagnosis.verdict))
        }
    };
    let label = RichText::new(&text)
        .font(style::medium(style::SMALL))
        .color(colour);
    let button = egui::Button::new(label)
        .fill(Color32::TRANSPARENT)
        .stroke(Stroke::new(1.0, colour.gamma_multiply(0.75)))
        .corner_radius(10)
        .min_size(egui::vec2(0.0, 20.0));
    let tooltip = "Whether this project will hold on this machine: click for the measurement, and for what to mend";
    let pill = ui.scope(|ui| {
        // A menu bar gives its buttons no padding at the sides.
        ui.spacing_mut().button_padding = egui::vec2(10.0, 2.0);
        ui.add(button)
    });
    if pill.inner.on_hover_text(tooltip).clicked() {
        pass.state.panels.set_shown(ID, true);
        if snapshot.diagnosis.is_none() && snapshot.doctor_status != DoctorStatus::Running {
            pass.push(Command::Report(ReportCommand::Examine));
        }
    }
}
