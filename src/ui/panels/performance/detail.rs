//! Details of the selected layer and of the machine, below the table of the performance panel.

use egui::{Grid, Label, RichText, Ui};

use crate::project::Layer;
use crate::status::snapshot::{CadenceSnapshot, Counts, LayerSnapshot, SlotState};
use crate::time::FrameIndex;
use crate::transport::Cadence;
use crate::ui::pass::Pass;
use crate::ui::{format, style};

/// Width from which two figures stand beside each other.
const WIDE: f32 = 300.0;
/// Longest ideal cadence that is written out, in source frames.
const LONGEST_PATTERN: u64 = 6;

/// Draws the details of the selected layer; without one, of the layer with the most problems.
pub(crate) fn layer_detail_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    let Some((layer, snapshot)) = chosen(pass) else {
        return;
    };
    let theme = pass.theme;
    ui.horizontal(|ui| {
        let name = RichText::new(&layer.name).font(style::medium(style::SMALL));
        ui.label(name.color(theme.layer(layer)));
        let read_path = snapshot.read_path.as_ref();
        let io = read_path.map_or("", |path| path.backend.name());
        let way = format!("{} · {io}", way(snapshot));
        let small = RichText::new(&way).font(style::regular(style::SMALL));
        let is_fallback = read_path.is_some_and(|path| path.fallback.is_some());
        let colour = if is_fallback {
            theme.warning
        } else {
            theme.dim
        };
        let response = ui.add(Label::new(small.color(colour)).truncate());
        // The full text, which the panel is often too narrow for.
        response.on_hover_text(match read_path {
            Some(path) => format!("{way}\n{}", path.why),
            None => way,
        });
    });
    let in_row = if ui.available_width() < WIDE { 1 } else { 2 };
    Grid::new(("layer detail", in_row))
        .num_columns(2 * in_row)
        .spacing([10.0, 1.0])
        .show(ui, |ui| {
            for (index, (name, value)) in figures(snapshot, pass).into_iter().enumerate() {
                name_ui(ui, name, pass);
                let small = RichText::new(value).font(style::regular(style::SMALL));
                ui.label(small.color(theme.text));
                if (index + 1) % in_row == 0 {
                    ui.end_row();
                }
            }
        });
    for (name, value) in long_figures(snapshot, pass) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            name_ui(ui, name, pass);
            let small = RichText::new(&value).font(style::regular(style::SMALL));
            ui.add(Label::new(small.color(theme.text)).truncate())
                .on_hover_text(value);
        });
    }
}

fn name_ui(ui: &mut Ui, name: &str, pass: &Pass<'_, '_>) {
    let small = RichText::new(name).font(style::regular(style::SMALL));
    ui.label(small.color(pass.theme.dim));
}

fn chosen<'v>(pass: &Pass<'_, 'v>) -> Option<(&'v Layer, &'v LayerSnapshot)> {
    let layers = &pass.view.project.layers;
    let selected = pass.selected_layer().map(|layer| layer.id);
    let pairs = layers.iter().zip(&pass.view.snapshot.layers);
    pairs
        .clone()
        .find(|(layer, _)| Some(layer.id) == selected)
        .or_else(|| {
            pairs
                .filter(|(_, snapshot)| snapshot.counts.lost() > 0)
                .max_by_key(|(_, snapshot)| snapshot.counts.lost())
        })
}

fn way(snapshot: &LayerSnapshot) -> String {
    match (&snapshot.decoding, snapshot.played_by) {
        (_, None) => "nothing open".to_owned(),
        (Some(decoding), Some(by)) => format!("{by}, {decoding}"),
        (None, Some(by)) => by.to_string(),
    }
}

fn figures(snapshot: &LayerSnapshot, pass: &Pass<'_, '_>) -> [(&'static str, String); 6] {
    let now = snapshot.history.back().map(|sample| sample.hit_rate);
    [
        (
            "Hit now",
            pass.figure(|| format::hits_now(&snapshot.counts, now)),
        ),
        (
            "Read max",
            format!("{} ms", format::ms(snapshot.read_max_ms)),
        ),
        (
            "Decode p99",
            format!("{} ms", format::ms(snapshot.decode_p99_ms)),
        ),
        (
            "Upload p99",
            format!("{} ms", format::ms(snapshot.upload_p99_ms)),
        ),
        (
            "Queue p99",
            format!("{} ms", format::ms(snapshot.wait_p99_ms)),
        ),
        (
            "Reading",
            pass.figure(|| format::mb_per_s(f64::from(snapshot.read_mb_per_s))),
        ),
    ]
}

/// The losses to a live source, after the others; empty where there are none.
fn lost_to_source(counts: &Counts) -> String {
    match counts.causes.source {
        0 => String::new(),
        lost => format!(", source {lost}"),
    }
}

/// Figures with long values, which get rows of their own.
fn long_figures(snapshot: &LayerSnapshot, pass: &Pass<'_, '_>) -> [(&'static str, String); 2] {
    let causes = &snapshot.counts.causes;
    let held = snapshot
        .slots
        .iter()
        .filter(|slot| **slot != SlotState::Free);
    let bytes = snapshot.frame_bytes * held.count() as u64;
    [
        (
            "Lost to",
            format!(
                "read {}, decode {}, upload {}, draw {}{}",
                causes.read,
                causes.decode,
                causes.upload,
                causes.present,
                lost_to_source(&snapshot.counts)
            ),
        ),
        (
            if snapshot.cadence.is_some() {
                "Cadence"
            } else {
                "Frames held"
            },
            match &snapshot.cadence {
                Some(cadence) => cadence_text(cadence, pass),
                None => format!("{} MiB", format::mib(bytes)),
            },
        ),
    ]
}

/// A cadence as text, such as `25 → 60: 2-2-3-2-3 (ideal 3-2-3-2-2), 0.0 ms off`.
fn cadence_text(cadence: &CadenceSnapshot, pass: &Pass<'_, '_>) -> String {
    let canvas = pass.view.project.canvas.frame_rate;
    let runs: Vec<String> = cadence
        .runs
        .iter()
        .filter(|run| **run > 0)
        .map(ToString::to_string)
        .collect();
    let Some(media) = cadence.media else {
        return runs.join("-");
    };
    let ideal = Cadence::new(media, canvas);
    let pattern: Vec<String> = (0..ideal.period().min(LONGEST_PATTERN))
        .map(|frame| ideal.repeats(FrameIndex(frame)).to_string())
        .collect();
    format!(
        "{} → {}: {} (ideal {}), {:.1} ms off",
        format::fps(media),
        format::fps(canvas),
        runs.join("-"),
        pattern.join("-"),
        cadence.error_ms
    )
}

/// Draws the processor time of each group of threads.
pub(crate) fn threads_ui(ui: &mut Ui, pass: &Pass<'_, '_>) {
    let theme = pass.theme;
    let groups = &pass.view.snapshot.thread_groups;
    // Of the last second, which nothing is told of while nothing moves.
    if groups.is_empty() || !pass.is_moving() {
        return;
    }
    let parts: Vec<String> = groups
        .iter()
        .filter(|group| group.cpu >= 0.005)
        .map(|group| {
            let name = if group.name == "sextet" {
                "main"
            } else {
                &group.name
            };
            format!("{name} {:.0} %", group.cpu * 100.0)
        })
        .collect();
    let text = if parts.is_empty() {
        "Threads: all at rest".to_owned()
    } else {
        format!("Threads: {}", parts.join(" · "))
    };
    let text = RichText::new(text).font(style::regular(style::SMALL));
    ui.label(text.color(theme.dim)).on_hover_text(
        "Processor time over the last second by group of threads; 100 % is one core",
    );
}

/// The memory by owner: each layer's frames, buffers kept for reuse, and the rest of the process.
pub(crate) fn memory_by_owner(pass: &Pass<'_, '_>) -> String {
    let snapshot = pass.view.snapshot;
    let mut lines = vec!["Frame memory held, of what the budget allows".to_owned()];
    let mut of_layers = 0;
    for (layer, figures) in pass.view.project.layers.iter().zip(&snapshot.layers) {
        let held = figures
            .slots
            .iter()
            .filter(|slot| **slot != SlotState::Free);
        let bytes = figures.frame_bytes * held.count() as u64;
        of_layers += bytes + figures.kept_bytes;
        let kept = match figures.kept_bytes {
            0 => String::new(),
            kept => format!(", and {} MiB around the playhead", format::mib(kept)),
        };
        lines.push(format!("{}: {} MiB{kept}", layer.name, format::mib(bytes)));
    }
    let spare = snapshot.frame_memory_bytes.saturating_sub(of_layers);
    let rest = snapshot
        .rss_bytes
        .saturating_sub(snapshot.frame_memory_bytes);
    lines.push(format!(
        "on screen or kept for reuse: {} MiB",
        format::mib(spare)
    ));
    lines.push(format!(
        "the rest of the program: {} MiB",
        format::mib(rest)
    ));
    lines.join("\n")
}
