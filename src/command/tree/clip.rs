//! `/layer/N/clip/M`: the clips of a layer, numbered by their starts.

use std::sync::LazyLock;

use super::error::TreeError;
use super::path::{ParameterPath, Segment};
use super::row::{Area, Located, Location, Row, place_of};
use super::value::{Kind, widened};
use crate::command::Command;
use crate::project::edit::clip_edit::on_frame;
use crate::project::{
    Clip, ClipEdit, ClipId, ClipSound, EditCommand, Layer, LayerId, LoopMode, MAX_GAIN_DB,
    MAX_LOOPS, MAX_PHASE, MAX_SPEED, MAX_TIME, MediaId, Project, SILENT_DB, is_address, shown,
};
use crate::time::Time;
use crate::time::path_text::to_text;

/// The word before the number.
pub(super) const WORD: &str = "clip";

/// The type of a time of the timeline or of a media file.
pub(super) const TIME: Kind = Kind::Time {
    min: Time::ZERO,
    max: MAX_TIME,
};

/// The names of loop modes; how often `times` plays is the parameter `loops`.
const LOOP_MODES: [&str; 5] = ["once", "hold-last", "loop", "times", "ping-pong"];

/// Passes of a clip that is turned to `times` and has had no number of them.
const FIRST_TIMES: u32 = 2;

static ROWS: LazyLock<Vec<Row<Clips>>> = LazyLock::new(rows);
static NEUTRAL: LazyLock<(Project, Layer, Clip)> = LazyLock::new(|| {
    let clip = Clip::new(ClipId(0), MediaId(0), Time::ZERO, Time::ZERO);
    let layer = Layer::new(LayerId(0), String::new(), 0);
    (Project::default(), layer, clip)
});

/// The area of clips.
pub(super) struct Clips;

/// A clip on its layer.
#[derive(Clone, Copy)]
pub(super) struct OnClip<'a> {
    project: &'a Project,
    layer: &'a Layer,
    clip: &'a Clip,
}

impl Area for Clips {
    type On<'a> = OnClip<'a>;
    type Edit = ClipEdit;

    fn rows() -> &'static [Row<Self>] {
        &ROWS
    }

    fn neutral() -> OnClip<'static> {
        let (project, layer, clip) = &*NEUTRAL;
        OnClip {
            project,
            layer,
            clip,
        }
    }

    fn command(on: OnClip<'_>, edit: ClipEdit) -> Command {
        EditCommand::Clip(on.clip.id, edit).into()
    }
}

fn rows() -> Vec<Row<Clips>> {
    let mut rows = vec![
        Row::<Clips>::fixed(
            "media",
            Kind::Text {
                max_bytes: usize::MAX,
            },
            |on| {
                let media = on.project.media(on.clip.media);
                media.map(|media| {
                    if is_address(&media.path) {
                        shown(&media.path).to_string()
                    } else {
                        to_text(&media.path).into_owned()
                    }
                })
            },
        ),
        Row::<Clips>::choice_of(
            "loop-mode",
            &LOOP_MODES,
            |on| name_of(on.clip.loop_mode),
            |on, name| Some(ClipEdit::SetLoopMode(loop_mode(on, name)?)),
        ),
        Row::<Clips>::new(
            "loops",
            Kind::Int {
                min: 1,
                max: i64::from(MAX_LOOPS),
            },
            |on| match on.clip.loop_mode {
                LoopMode::Times(times) => Some(i64::from(times)),
                LoopMode::Once | LoopMode::HoldLast | LoopMode::Loop | LoopMode::PingPong => None,
            },
            |_, times: Option<i64>| {
                let mode = times.map_or(LoopMode::Loop, |times| LoopMode::Times(times as u32));
                ClipEdit::SetLoopMode(mode)
            },
        )
        .optional(),
        Row::<Clips>::new(
            "phase",
            Kind::Time {
                min: Time::ZERO,
                max: MAX_PHASE,
            },
            |on| on.clip.phase,
            |_, phase| ClipEdit::SetPhase(phase),
        )
        .unit("s"),
        Row::<Clips>::new(
            "speed",
            Kind::Speed { max: MAX_SPEED },
            |on| on.clip.speed,
            |_, speed| ClipEdit::SetSpeed(speed),
        ),
    ];
    rows.extend(place_rows());
    rows.extend(media_rows());
    rows.extend(fade_rows());
    rows.extend(sound_rows());
    rows
}

/// How it is heard.
fn sound_rows() -> [Row<Clips>; 4] {
    let with = |on: OnClip<'_>, change: &dyn Fn(&mut ClipSound)| {
        let mut sound = on.clip.sound;
        change(&mut sound);
        ClipEdit::SetSound(sound)
    };
    [
        Row::<Clips>::new(
            "gain",
            Kind::Float {
                min: widened(SILENT_DB),
                max: widened(MAX_GAIN_DB),
            },
            |on| widened(on.clip.sound.gain_db),
            move |on, gain_db: f64| with(on, &|sound| sound.gain_db = gain_db as f32),
        )
        .unit("dB"),
        Row::<Clips>::new(
            "pan",
            Kind::Float {
                min: -1.0,
                max: 1.0,
            },
            |on| widened(on.clip.sound.pan),
            move |on, pan: f64| with(on, &|sound| sound.pan = pan as f32),
        ),
        Row::<Clips>::switch(
            "mute-sound",
            |on| on.clip.sound.is_mute,
            move |on, is_mute| with(on, &|sound| sound.is_mute = is_mute),
        ),
        Row::<Clips>::new(
            "sound-stream",
            Kind::Int { min: 0, max: 63 },
            |on| i64::from(on.clip.sound.stream),
            move |on, stream: i64| with(on, &|sound| sound.stream = stream as u32),
        ),
    ]
}

/// The span on the timeline, on whole canvas frames as by hand.
fn place_rows() -> [Row<Clips>; 2] {
    [
        Row::<Clips>::new(
            "start",
            TIME,
            |on| on.clip.start,
            |on, start| ClipEdit::Move {
                layer: on.layer.id,
                start: on_frame(on.project, start),
            },
        )
        .unit("s")
        .without_default(),
        Row::<Clips>::new(
            "duration",
            TIME,
            |on| on.clip.duration,
            |on, duration| {
                let frame = on.project.canvas.frame_rate.frame_duration();
                ClipEdit::Trim {
                    start: on.clip.start,
                    duration: on_frame(on.project, duration).max(frame),
                    media_length: None,
                }
            },
        )
        .unit("s")
        .without_default(),
    ]
}

fn media_rows() -> [Row<Clips>; 2] {
    [
        Row::<Clips>::new(
            "media-in",
            TIME,
            |on| on.clip.media_in,
            |on, media_in| ClipEdit::SetMediaSpan {
                media_in,
                media_out: on.clip.media_out,
            },
        )
        .unit("s"),
        Row::<Clips>::new(
            "media-out",
            TIME,
            |on| on.clip.media_out,
            |on, media_out| ClipEdit::SetMediaSpan {
                media_in: on.clip.media_in,
                media_out,
            },
        )
        .unit("s")
        .optional(),
    ]
}

fn fade_rows() -> [Row<Clips>; 2] {
    let kind = |on: OnClip<'_>| Kind::Time {
        min: Time::ZERO,
        max: on.clip.duration,
    };
    [
        Row::<Clips>::new(
            "fade-in",
            TIME,
            |on| on.clip.fade_in,
            |on, fade_in| ClipEdit::SetFades {
                fade_in,
                fade_out: on.clip.fade_out,
            },
        )
        .unit("s")
        .ranged(kind),
        Row::<Clips>::new(
            "fade-out",
            TIME,
            |on| on.clip.fade_out,
            |on, fade_out| ClipEdit::SetFades {
                fade_in: on.clip.fade_in.min(on.clip.duration - fade_out),
                fade_out,
            },
        )
        .unit("s")
        .ranged(kind),
    ]
}

fn name_of(mode: LoopMode) -> &'static str {
    let [once, hold_last, repeated, times, ping_pong] = LOOP_MODES;
    match mode {
        LoopMode::Once => once,
        LoopMode::HoldLast => hold_last,
        LoopMode::Loop => repeated,
        LoopMode::Times(_) => times,
        LoopMode::PingPong => ping_pong,
    }
}

fn loop_mode(on: OnClip<'_>, name: &str) -> Option<LoopMode> {
    let times = match on.clip.loop_mode {
        LoopMode::Times(times) => times,
        LoopMode::Once | LoopMode::HoldLast | LoopMode::Loop | LoopMode::PingPong => FIRST_TIMES,
    };
    let modes = [
        LoopMode::Once,
        LoopMode::HoldLast,
        LoopMode::Loop,
        LoopMode::Times(times),
        LoopMode::PingPong,
    ];
    modes.into_iter().find(|mode| name_of(*mode) == name)
}

/// All clips of a layer.
pub(super) fn all<'a>(
    project: &'a Project,
    layer: &'a Layer,
    base: &ParameterPath,
) -> impl Iterator<Item = Box<dyn Located + 'a>> + use<'a> {
    let base = base.clone().then(WORD);
    let clips = layer.clips.iter().enumerate();
    clips.map(move |(place, clip)| located(project, layer, clip, base.clone().number(place + 1)))
}

/// The clip that the segments behind the word name, and the segments that are left.
pub(super) fn find<'a, 's>(
    (project, layer, base): (&'a Project, &'a Layer, &ParameterPath),
    segments: &'s [Segment],
    path: &ParameterPath,
) -> Result<(Box<dyn Located + 'a>, &'s [Segment]), TreeError> {
    let unknown = || TreeError::Unknown { path: path.clone() };
    let (segment, rest) = segments.split_first().ok_or_else(unknown)?;
    // Clips have no names.
    let names = layer.clips.iter().map(|_| "");
    let place = place_of(WORD, segment, names, path)?;
    let clip = layer.clips.get(place).ok_or_else(unknown)?;
    let base = base.clone().then(WORD).number(place + 1);
    Ok((located(project, layer, clip, base), rest))
}

fn located<'a>(
    project: &'a Project,
    layer: &'a Layer,
    clip: &'a Clip,
    base: ParameterPath,
) -> Box<dyn Located + 'a> {
    let on = OnClip {
        project,
        layer,
        clip,
    };
    Box::new(Location::<Clips> { base, on })
}
