//! The inspector's section on the selected clips.

use std::ops::RangeInclusive;

use egui::{Label, Role, Ui, WidgetInfo};

use super::fields::{Choice, TimeField, choice_ui, common, is_mixed, number_ui, time_ui};
use super::key_edits::together;
use super::rows::{Section, reset_row_ui, row_ui, section_ui};
use crate::project::edit::{clip_edit, group_edit};
use crate::project::{Clip, ClipEdit, EditCommand, LoopMode, Project};
use crate::time::formula::Unit;
use crate::time::{Time, TimeFormat};
use crate::ui::actions::media_duration;
use crate::ui::pass::Pass;
use crate::ui::widgets::{FIELD_HEIGHT, Field, switch_ui};

/// Loop modes with their labels.
pub(crate) const LOOPS: &[(LoopMode, &str)] = &[
    (LoopMode::Once, "Once"),
    (LoopMode::HoldLast, "Hold last frame"),
    (LoopMode::Loop, "Loop"),
    (LoopMode::Times(2), "Loop a number of times"),
    (LoopMode::PingPong, "Ping-pong"),
];

/// Slowest and fastest speed that the field takes, in either direction.
const SPEEDS: RangeInclusive<f64> = 0.1..=10.0;
/// Most repetitions that the field takes.
const MOST_TIMES: f64 = 999.0;

/// Latest time that the fields take: a day.
const LATEST: Time = Time::from_seconds(86_400);

/// The selected clips: those on locked layers only if there are no others, and then read-only.
struct Clips<'v> {
    /// The clip selected last comes last, and is the one shown where they differ.
    clips: Vec<&'v Clip>,
    is_locked: bool,
}

impl<'v> Clips<'v> {
    fn of(pass: &Pass<'_, 'v>) -> Option<Self> {
        let ids = pass.state.selection.clips();
        let found = || ids.iter().filter_map(|id| pass.view.project.clip(*id));
        let open = found().filter(|(layer, _)| !layer.is_locked);
        let mut clips: Vec<_> = open.map(|(_, clip)| clip).collect();
        let is_locked = clips.is_empty();
        if is_locked {
            clips = found().map(|(_, clip)| clip).collect();
        }
        (!clips.is_empty()).then_some(Self { clips, is_locked })
    }

    /// The clip whose values are shown.
    fn shown(&self) -> &'v Clip {
        self.clips[self.clips.len() - 1]
    }

    fn is_mixed<V: PartialEq>(&self, of: impl Fn(&Clip) -> V) -> bool {
        is_mixed(&self.clips, |clip| of(clip))
    }

    fn any(&self, is_so: fn(&Clip) -> bool) -> bool {
        self.clips.iter().any(|clip| is_so(clip))
    }

    /// The edits that reset rows where they are changed, as one step.
    fn reset(&self, rows: &[Reset]) -> EditCommand {
        let of_clip = |clip: &&'v Clip| {
            let id = clip.id;
            let changed: Vec<_> = (rows.iter())
                .filter(|row| (row.is_changed)(clip))
                .map(|row| EditCommand::Clip(id, row.edit.clone()))
                .collect();
            changed
        };
        together(self.clips.iter().flat_map(of_clip).collect(), "Reset")
    }

    /// The same edit of each clip, as one step.
    fn each(&self, name: &'static str, edit: impl Fn(&Clip) -> EditCommand) -> EditCommand {
        together(self.clips.iter().map(|clip| edit(clip)).collect(), name)
    }
}

/// Draws the rows of the selected clips, if there are any.
pub(crate) fn clips_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let Some(clips) = Clips::of(pass) else {
        return;
    };
    let title = match clips.clips.len() {
        1 => "Clip".to_owned(),
        count => format!("{count} clips"),
    };
    let section = Section {
        name: "Clip",
        title: &title,
        is_changed: !clips.is_locked && RESETS.iter().any(|row| clips.any(row.is_changed)),
    };
    if !section_ui(ui, &section, pass, || clips.reset(RESETS)) {
        return;
    }
    ui.add_enabled_ui(!clips.is_locked, |ui| {
        let fields = [speed_ui, loop_ui, span_ui, phase_ui, fades_ui];
        for (row, fields) in RESETS.iter().zip(fields) {
            if row.label == "In · out" {
                row_ui(ui, "Start · length", |ui, width| {
                    place_ui(ui, width, &clips, pass);
                });
            }
            reset_row_ui(
                ui,
                (row.label, clips.any(row.is_changed)),
                pass,
                || clips.reset(std::slice::from_ref(row)),
                |ui, width, pass| fields(ui, width, &clips, pass),
            );
        }
    });
}

/// A row that can be reset.
struct Reset {
    label: &'static str,
    is_changed: fn(&Clip) -> bool,
    edit: ClipEdit,
}

/// The rows that can be reset, in their order.
const RESETS: &[Reset] = &[
    Reset {
        label: "Speed",
        is_changed: |clip| clip.speed != 1.0,
        edit: ClipEdit::SetSpeed(1.0),
    },
    Reset {
        label: "Loop",
        is_changed: |clip| clip.loop_mode != LoopMode::Loop,
        edit: ClipEdit::SetLoopMode(LoopMode::Loop),
    },
    Reset {
        label: "In · out",
        is_changed: |clip| clip.media_in != Time::ZERO || clip.media_out.is_some(),
        edit: ClipEdit::SetMediaSpan {
            media_in: Time::ZERO,
            media_out: None,
        },
    },
    Reset {
        label: "Phase",
        is_changed: |clip| clip.phase != Time::ZERO,
        edit: ClipEdit::SetPhase(Time::ZERO),
    },
    Reset {
        label: "Fades",
        is_changed: |clip| clip.fade_in != Time::ZERO || clip.fade_out != Time::ZERO,
        edit: ClipEdit::SetFades {
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
        },
    },
];

fn half(ui: &Ui, width: f32) -> f32 {
    (width - ui.spacing().item_spacing.x) / 2.0
}

/// The entry of [`LOOPS`] for a mode: all modes that repeat a number of times share one.
pub(crate) fn listed(mode: LoopMode) -> LoopMode {
    match mode {
        LoopMode::Times(_) => LoopMode::Times(2),
        other => other,
    }
}

fn loop_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let choice = Choice {
        name: "Loop",
        value: common(&clips.clips, |clip| listed(clip.loop_mode)),
        choices: LOOPS,
        tooltip: "What is shown after the end of the media span",
    };
    let set = |mode| {
        clips.each("Change loop mode", |clip| {
            EditCommand::Clip(clip.id, ClipEdit::SetLoopMode(mode))
        })
    };
    let times = |clip: &Clip| match clip.loop_mode {
        LoopMode::Times(times) => times,
        _ => 0,
    };
    if choice.value != Some(listed(LoopMode::Times(2))) {
        choice_ui(ui, width, &choice, pass, set);
        return;
    }
    let width = half(ui, width);
    choice_ui(ui, width, &choice, pass, set);
    let value = f64::from(times(clips.shown()));
    let field = Field {
        is_mixed: clips.is_mixed(times),
        speed: 0.1,
        tooltip: "How often the media span is shown",
        ..Field::new("Times", value, 1.0..=MOST_TIMES, Unit::Times)
    };
    number_ui(ui, width, (&field, "Times"), pass, |change| {
        clips.each("Change loop mode", |clip| {
            let times = change(f64::from(times(clip))).round() as u32;
            EditCommand::Clip(clip.id, ClipEdit::SetLoopMode(LoopMode::Times(times)))
        })
    });
}

fn speed_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let width = half(ui, width);
    let field = Field {
        is_mixed: clips.is_mixed(|clip| clip.speed.abs()),
        speed: 0.01,
        decimals: 2,
        tooltip: "Media time per timeline time",
        ..Field::new("Speed", clips.shown().speed.abs(), SPEEDS, Unit::Factor)
    };
    number_ui(ui, width, (&field, "Speed"), pass, |change| {
        clips.each("Change clip speeds", |clip| {
            let speed = change(clip.speed.abs()).copysign(clip.speed);
            EditCommand::Clip(clip.id, ClipEdit::SetSpeed(speed))
        })
    });
    let direction = common(&clips.clips, |clip| clip.speed < 0.0);
    let response = switch_ui(ui, width, ("Reverse", "Reverse"), direction);
    if response.clicked() {
        // A mixed state turns on for all first.
        let sign = if direction == Some(true) { 1.0 } else { -1.0 };
        pass.edit(clips.each("Reverse clips", |clip| {
            EditCommand::Clip(clip.id, ClipEdit::SetSpeed(clip.speed.abs() * sign))
        }));
    }
    response.on_hover_text("Play the media span backwards");
}

/// Draws the start. Several clips move together: their start is that of the first of them.
fn place_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let rate = project.canvas.frame_rate;
    let width = half(ui, width);
    let starts = clips.clips.iter().map(|clip| clip.start);
    let first = starts.min().unwrap_or_default();
    let start = TimeField {
        name: "Clip start",
        value: first,
        is_mixed: false,
        range: Time::ZERO..=LATEST,
        format: pass.state.time_format,
        rate,
        tooltip: "Where on the timeline the clip begins; of several, the first",
    };
    time_ui(ui, width, &start, pass, |change| {
        let by = clip_edit::on_frame(project, change(first)) - first;
        moved(project, clips, by)
    });
    let frame = rate.frame_duration();
    let length = TimeField {
        name: "Clip length",
        value: clips.shown().duration,
        is_mixed: clips.is_mixed(|clip| clip.duration),
        range: frame..=LATEST,
        format: pass.state.time_format,
        rate,
        tooltip: "How long the clip is on the timeline",
    };
    time_ui(ui, width, &length, pass, |change| {
        clips.each("Trim clips", |clip| {
            EditCommand::Clip(
                clip.id,
                ClipEdit::Trim {
                    start: clip.start,
                    duration: clip_edit::on_frame(project, change(clip.duration)).max(frame),
                    media_length: None,
                },
            )
        })
    });
}

fn moved(project: &Project, clips: &Clips<'_>, by: Time) -> EditCommand {
    let ids: Vec<_> = clips.clips.iter().map(|clip| clip.id).collect();
    // Without room for all of them, nothing moves.
    let stays = EditCommand::Batch(Vec::new(), "Move clips".into());
    group_edit::moved(project, &ids, by, 0).unwrap_or(stays)
}

fn span_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let rate = pass.view.project.canvas.frame_rate;
    let frame = rate.frame_duration();
    let width = half(ui, width);
    let lengths: Vec<_> = clips
        .clips
        .iter()
        .map(|clip| media_duration(pass, clip))
        .collect();
    let ends = |clip: &Clip| {
        let place = clips.clips.iter().position(|other| other.id == clip.id);
        let length = place.and_then(|place| lengths[place]);
        length.unwrap_or(LATEST)
    };
    let out = |clip: &Clip| clip.media_out.unwrap_or_else(|| ends(clip));
    let shown = clips.shown();
    let field = TimeField {
        name: "Media in",
        value: shown.media_in,
        is_mixed: clips.is_mixed(|clip| clip.media_in),
        range: Time::ZERO..=(out(shown) - frame).max(Time::ZERO),
        format: pass.state.time_format,
        rate,
        tooltip: "Where in the media file the clip begins",
    };
    time_ui(ui, width, &field, pass, |change| {
        clips.each("Change in points", |clip| {
            let latest = (out(clip) - frame).max(Time::ZERO);
            EditCommand::Clip(
                clip.id,
                ClipEdit::SetMediaSpan {
                    media_in: change(clip.media_in).min(latest),
                    media_out: clip.media_out,
                },
            )
        })
    });
    let field = TimeField {
        name: "Media out",
        value: out(shown),
        is_mixed: clips.is_mixed(out),
        range: (shown.media_in + frame).min(ends(shown))..=ends(shown),
        format: pass.state.time_format,
        rate,
        tooltip: "Where in the media file the clip ends",
    };
    time_ui(ui, width, &field, pass, |change| {
        clips.each("Change out points", |clip| {
            let end = ends(clip);
            let out = change(out(clip)).max((clip.media_in + frame).min(end));
            EditCommand::Clip(
                clip.id,
                ClipEdit::SetMediaSpan {
                    media_in: clip.media_in,
                    media_out: (out < end).then_some(out),
                },
            )
        })
    });
}

/// Draws the phase. One beyond the first run is shown as the place in its run that it comes to.
fn phase_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let rate = pass.view.project.canvas.frame_rate;
    let width = half(ui, width);
    let phases: Vec<_> = (clips.clips.iter())
        .map(|clip| clip.folded_phase(media_duration(pass, clip)))
        .collect();
    let phase_of = |clip: &Clip| {
        let place = clips.clips.iter().position(|other| other.id == clip.id);
        place.map_or(clip.phase, |place| phases[place])
    };
    let shown = clips.shown();
    let latest = media_duration(pass, shown).map_or(LATEST, |length| {
        let whole = shown.period(length).or_else(|| shown.whole_way(length));
        let whole = whole.unwrap_or_else(|| shown.run_length(length));
        (whole - rate.frame_duration()).max(Time::ZERO)
    });
    let field = TimeField {
        name: "Phase",
        value: phase_of(shown),
        is_mixed: clips.is_mixed(phase_of),
        range: Time::ZERO..=latest,
        format: pass.state.time_format,
        rate,
        tooltip: "Where in its run the clip begins: how much media is played before its start",
    };
    time_ui(ui, width, &field, pass, |change| {
        clips.each("Change loop phases", |clip| {
            EditCommand::Clip(clip.id, ClipEdit::SetPhase(change(phase_of(clip))))
        })
    });
}

/// Draws the fades. Where the shown clip is in a crossfade, that is its fade.
fn fades_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let width = half(ui, width);
    let shown = clips.shown().id;
    let layer = pass.view.project.clip(shown).map(|(layer, _)| layer);
    let [before, after] = layer.map_or([None; 2], |layer| layer.crossfades_of(shown));
    match before {
        Some(length) => crossfade_ui(ui, width, "Crossfade in", "fade in", length),
        None => fade_in_ui(ui, width, clips, pass),
    }
    match after {
        Some(length) => crossfade_ui(ui, width, "Crossfade out", "fade out", length),
        None => fade_out_ui(ui, width, clips, pass),
    }
}

/// Says in the place of the field of a fade that a crossfade takes its place.
fn crossfade_ui(ui: &mut Ui, width: f32, name: &str, fade: &str, length: Time) {
    let text = egui::RichText::new("crossfade").weak();
    let label = ui.add_sized([width, FIELD_HEIGHT], Label::new(text).truncate());
    let seconds = length.seconds();
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {seconds:.2} s")));
    label.on_hover_text(format!(
        "Here the clip overlaps its neighbour for {seconds:.2} s: that crossfade is its {fade}"
    ));
}

fn fade_in_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let shown = clips.shown();
    let field = TimeField {
        name: "Fade in",
        value: shown.fade_in,
        is_mixed: clips.is_mixed(|clip| clip.fade_in),
        range: Time::ZERO..=(shown.duration - shown.fade_out).max(Time::ZERO),
        format: TimeFormat::Seconds,
        rate: pass.view.project.canvas.frame_rate,
        tooltip: "Length of the fade from transparent at the clip's start",
    };
    time_ui(ui, width, &field, pass, |change| {
        clips.each("Change fades", |clip| {
            let room = clip.duration - clip.fade_out;
            EditCommand::Clip(
                clip.id,
                ClipEdit::SetFades {
                    fade_in: change(clip.fade_in).min(room),
                    fade_out: clip.fade_out,
                },
            )
        })
    });
}

fn fade_out_ui(ui: &mut Ui, width: f32, clips: &Clips<'_>, pass: &mut Pass<'_, '_>) {
    let shown = clips.shown();
    let field = TimeField {
        name: "Fade out",
        value: shown.fade_out,
        is_mixed: clips.is_mixed(|clip| clip.fade_out),
        range: Time::ZERO..=(shown.duration - shown.fade_in).max(Time::ZERO),
        format: TimeFormat::Seconds,
        rate: pass.view.project.canvas.frame_rate,
        tooltip: "Length of the fade to transparent at the clip's end",
    };
    time_ui(ui, width, &field, pass, |change| {
        clips.each("Change fades", |clip| {
            let room = clip.duration - clip.fade_in;
            EditCommand::Clip(
                clip.id,
                ClipEdit::SetFades {
                    fade_in: clip.fade_in,
                    fade_out: change(clip.fade_out).min(room),
                },
            )
        })
    });
}
