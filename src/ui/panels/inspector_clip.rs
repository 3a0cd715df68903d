//! The inspector's part about a clip.

use std::ops::RangeInclusive;

use egui::Ui;

use super::fields::{Number, TimeField, choice_ui, number_ui, row_ui, section_ui, time_ui};
use crate::project::{Clip, ClipId, EditCommand, LoopMode};
use crate::time::Time;
use crate::ui::actions::media_duration;
use crate::ui::clip_edit;
use crate::ui::state::Pass;

/// Loop modes, and what they are called.
pub(crate) const LOOPS: &[(LoopMode, &str)] = &[
    (LoopMode::Once, "Once"),
    (LoopMode::HoldLast, "Hold last frame"),
    (LoopMode::Loop, "Loop"),
    (LoopMode::Times(2), "Loop a number of times"),
    (LoopMode::PingPong, "Ping-pong"),
];

/// Slowest and fastest speed that can be set by hand, in either direction.
const SPEEDS: RangeInclusive<f64> = 0.1..=10.0;
/// Most repetitions that can be set by hand.
const MOST_TIMES: f64 = 999.0;

/// Draws the rows about a clip.
pub(crate) fn clip_ui(ui: &mut Ui, id: ClipId, pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let Some((layer, clip)) = project.clip(id) else {
        return;
    };
    section_ui(ui, "Clip");
    if layer.is_locked {
        ui.disable();
    }
    let length = media_duration(pass, clip);
    row_ui(ui, "Speed", |ui, width| speed_ui(ui, width, clip, pass));
    row_ui(ui, "Loop", |ui, width| loop_ui(ui, width, clip, pass));
    row_ui(ui, "Start · length", |ui, width| {
        place_ui(ui, width, layer.id, clip, pass);
    });
    row_ui(ui, "In · out", |ui, width| {
        span_ui(ui, width, clip, length, pass);
    });
    row_ui(ui, "Fades", |ui, width| fades_ui(ui, width, clip, pass));
}

fn half(ui: &Ui, width: f32) -> f32 {
    (width - ui.spacing().item_spacing.x) / 2.0
}

/// A mode as it stands in the list of modes: of those that repeat a number of times, the one in the list.
pub(crate) fn listed(mode: LoopMode) -> LoopMode {
    match mode {
        LoopMode::Times(_) => LoopMode::Times(2),
        other => other,
    }
}

fn loop_ui(ui: &mut Ui, width: f32, clip: &Clip, pass: &mut Pass<'_, '_>) {
    let id = clip.id;
    let choice = (listed(clip.loop_mode), LOOPS);
    let set = |mode| EditCommand::SetClipLoopMode(id, mode);
    let LoopMode::Times(times) = clip.loop_mode else {
        choice_ui(ui, width, "Loop", choice, pass, set);
        return;
    };
    let width = half(ui, width);
    choice_ui(ui, width, "Loop", choice, pass, set);
    let number = Number {
        name: "Times",
        value: f64::from(times),
        range: 1.0..=MOST_TIMES,
        speed: 0.1,
        decimals: 0,
        suffix: " times",
        tooltip: "How often the media span is shown",
    };
    number_ui(ui, width, number, pass, |times| {
        set(LoopMode::Times(times.round() as u32))
    });
}

fn speed_ui(ui: &mut Ui, width: f32, clip: &Clip, pass: &mut Pass<'_, '_>) {
    let width = half(ui, width);
    let number = Number {
        name: "Speed",
        value: clip.speed.abs(),
        range: SPEEDS,
        speed: 0.01,
        decimals: 2,
        suffix: " ×",
        tooltip: "Media time per timeline time",
    };
    number_ui(ui, width, number, pass, |value| {
        EditCommand::SetClipSpeed(clip.id, value.copysign(clip.speed))
    });
    let mut is_reverse = clip.speed < 0.0;
    let response = ui.checkbox(&mut is_reverse, "Reverse");
    if response.changed() {
        pass.edit(EditCommand::SetClipSpeed(clip.id, -clip.speed));
    }
    response.on_hover_text("Play the media span backwards");
}

fn place_ui(
    ui: &mut Ui,
    width: f32,
    layer: crate::project::LayerId,
    clip: &Clip,
    pass: &mut Pass<'_, '_>,
) {
    let project = pass.view.project;
    let rate = project.canvas.frame_rate;
    let width = half(ui, width);
    let latest = Time::from_seconds(86_400);
    let start = TimeField {
        name: "Clip start",
        value: clip.start,
        range: Time::ZERO..=latest,
        rate: Some(rate),
        tooltip: "Where on the timeline the clip begins",
    };
    time_ui(ui, width, &start, pass, |start| {
        clip_edit::moved(clip.id, layer, clip_edit::on_frame(project, start))
    });
    let length = TimeField {
        name: "Clip length",
        value: clip.duration,
        range: rate.frame_duration()..=latest,
        rate: Some(rate),
        tooltip: "How long the clip is on the timeline",
    };
    time_ui(ui, width, &length, pass, |duration| EditCommand::TrimClip {
        clip: clip.id,
        start: clip.start,
        duration: clip_edit::on_frame(project, duration).max(rate.frame_duration()),
        media_in: clip.media_in,
    });
}

fn span_ui(ui: &mut Ui, width: f32, clip: &Clip, length: Option<Time>, pass: &mut Pass<'_, '_>) {
    let rate = pass.view.project.canvas.frame_rate;
    let frame = rate.frame_duration();
    let width = half(ui, width);
    let end = length.unwrap_or(Time::from_seconds(86_400));
    let media_out = clip.media_out.unwrap_or(end);
    let field = TimeField {
        name: "Media in",
        value: clip.media_in,
        range: Time::ZERO..=(media_out - frame).max(Time::ZERO),
        rate: Some(rate),
        tooltip: "Where in the media file the clip begins",
    };
    time_ui(ui, width, &field, pass, |media_in| {
        EditCommand::SetClipMediaSpan {
            clip: clip.id,
            media_in,
            media_out: clip.media_out,
        }
    });
    let field = TimeField {
        name: "Media out",
        value: media_out,
        range: (clip.media_in + frame).min(end)..=end,
        rate: Some(rate),
        tooltip: "Where in the media file the clip ends",
    };
    time_ui(ui, width, &field, pass, |out| {
        EditCommand::SetClipMediaSpan {
            clip: clip.id,
            media_in: clip.media_in,
            media_out: (out < end).then_some(out),
        }
    });
}

fn fades_ui(ui: &mut Ui, width: f32, clip: &Clip, pass: &mut Pass<'_, '_>) {
    let width = half(ui, width);
    let field = TimeField {
        name: "Fade in",
        value: clip.fade_in,
        range: Time::ZERO..=(clip.duration - clip.fade_out).max(Time::ZERO),
        rate: None,
        tooltip: "Length of the fade from transparent at the clip's start",
    };
    time_ui(ui, width, &field, pass, |fade_in| {
        EditCommand::SetClipFades {
            clip: clip.id,
            fade_in,
            fade_out: clip.fade_out,
        }
    });
    let field = TimeField {
        name: "Fade out",
        value: clip.fade_out,
        range: Time::ZERO..=(clip.duration - clip.fade_in).max(Time::ZERO),
        rate: None,
        tooltip: "Length of the fade to transparent at the clip's end",
    };
    time_ui(ui, width, &field, pass, |fade_out| {
        EditCommand::SetClipFades {
            clip: clip.id,
            fade_in: clip.fade_in,
            fade_out,
        }
    });
}
