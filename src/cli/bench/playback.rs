//! `sextet bench playback`: the engine in real time, or as fast as it goes, without drawing.
//!
//! With `--fps max` every tick waits for all of its frames and is followed by the next at once, so that the rate which
//! the engine sustains can be held against what `bench decode --threads` reads and decodes without it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde::Serialize;

use crate::cli::interrupt::Interrupt;
use crate::cli::values::PictureRate;
use crate::cli::{cold, output, play, project_input, settings_args, values};
use crate::control::headless::{self, Errors, SETTLE_LIMIT};
use crate::engine::{Engine, EngineOptions, Pace, PlaybackSettings};
use crate::media::{self, TextureSupport};
use crate::project::{
    Clip, ClipId, Layer, LayerId, MAX_LAYERS, MediaId, MediaRef, Project, is_address,
};
use crate::stats::{Report, per_second};
use crate::time::{Clock, FrameRate, Time};

/// Most layers that can be asked for, to see what becomes of too many.
const MOST_LAYERS: usize = 24;

/// Upper bound of the speed of `--fps max`, as a multiple of real time.
const FASTEST: f64 = 1000.0;

/// Arguments of `bench playback`.
#[derive(clap::Args, Clone, Debug)]
pub struct PlaybackArgs {
    /// The files that the layers play, in turn.
    #[arg(required = true)]
    media: Vec<PathBuf>,
    /// Number of layers, each in a loop; as many as files without it. More than a project has are allowed here.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=MOST_LAYERS as i64),
          allow_negative_numbers = true)]
    layers: Option<u8>,
    /// Pictures per second; `max` plays every frame as fast as they come.
    #[arg(long, value_name = "N[/D]|max", default_value = "60", value_parser = values::picture_rate,
          allow_negative_numbers = true)]
    fps: PictureRate,
    /// Seconds to play.
    #[arg(long, default_value_t = 10.0, value_name = "S", value_parser = values::seconds,
          allow_negative_numbers = true)]
    seconds: f64,
    /// Playing speed, -10 to 10; negative plays backwards, from the end.
    #[arg(long, default_value_t = 1.0, value_name = "S", value_parser = values::speed, allow_negative_numbers = true)]
    speed: f64,
    /// Playback settings.
    #[command(flatten)]
    playback: settings_args::SettingsArgs,
    /// Evict the files from the page cache first.
    #[arg(long)]
    cold: bool,
    /// The disk to play from instead of the one that is there.
    #[command(flatten)]
    slow_disk: play::SlowDiskArgs,
    /// Print the report as one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// The report of a run, and the rate that follows from it.
#[derive(Serialize)]
struct SustainedReport {
    #[serde(flatten)]
    report: Report,
    /// Frames presented per second, those of all layers together.
    sustained_fps: f64,
}

/// Plays and reports; exit codes as of `play`.
///
/// # Errors
/// If a file cannot be read, or there are more files than layers can play.
pub fn run(args: &PlaybackArgs) -> anyhow::Result<ExitCode> {
    let layers = args.layers.map_or(args.media.len(), usize::from);
    if layers > MOST_LAYERS {
        bail!(
            "{layers} files are more than the {MOST_LAYERS} layers that can play; leave some out"
        );
    }
    for path in &args.media {
        project_input::refuse_project(path)?;
        // Asking a live source what it is would connect once for nothing.
        if !is_address(path) {
            media::open_video(path, TextureSupport::BlockCompressed)?;
        }
    }
    if args.cold {
        for path in &args.media {
            cold::evict(path);
        }
    }
    let seconds = Time::from_seconds_f64(args.seconds);
    let (frame_rate, pace) = match args.fps {
        PictureRate::Paced(rate) => (rate, Pace::RealTime),
        // Of files of another rate some frames then come twice, or not.
        PictureRate::Max => (FrameRate::FPS_60, Pace::EveryFrame),
    };
    let real_time_way = seconds.scaled(args.speed.abs());
    let way = match pace {
        Pace::RealTime => real_time_way,
        Pace::EveryFrame => real_time_way.scaled(FASTEST),
    };
    // The budget is meant for the layers of a project; more layers get as much each.
    let shares = layers.max(MAX_LAYERS) as u64;
    let budget_bytes = PlaybackSettings::default().budget_bytes / MAX_LAYERS as u64 * shares;
    let playback = args.playback.settings(budget_bytes);
    play::complain_of_little_memory(&playback);
    let options = EngineOptions {
        playback,
        pace,
        slow_disk: args.slow_disk.disk(),
        ..EngineOptions::default()
    };
    let mut engine = Engine::new(options, Clock::system(), None)?;
    let project = project(&args.media, layers, frame_rate, way)
        .context("more layers than can be numbered")?;
    engine.set_project(Arc::new(project));
    engine.set_speed(args.speed);
    let interrupt = Interrupt::listen().context("cannot listen for Ctrl+C")?;
    headless::settle(&mut engine, SETTLE_LIMIT, || interrupt.has_come());
    // Without a graphics device none is lost.
    let end = headless::play(&mut engine, seconds, || interrupt.has_come(), |_, _| {});
    play::remark_interrupt(end);
    let report = engine.report();
    play::complain_of(Errors::default().in_report(&report));
    let over_budget = report.over_budget();
    play::complain_of(over_budget.iter().map(ToString::to_string).collect());
    let code = play::exit_code(&report, play::LOSS_BOUND);
    let sustained = sustained(report);
    output::print_line(&if args.json {
        serde_json::to_string_pretty(&sustained)?
    } else {
        let summary = output::escaped_lines(&sustained.report.to_text());
        let fps = sustained.sustained_fps;
        format!("{summary}\nsustained: {fps:.1} frames per second, all layers together")
    })?;
    Ok(code)
}

fn sustained(report: Report) -> SustainedReport {
    let presented = report.totals.counts.presented;
    SustainedReport {
        sustained_fps: per_second(presented as f64, report.seconds),
        report,
    }
}

/// A project whose layers play these files in turn, each in a loop longer than `way`, which is what is played of it.
fn project(media: &[PathBuf], layers: usize, frame_rate: FrameRate, way: Time) -> Option<Project> {
    let mut project = Project::default();
    project.canvas.frame_rate = frame_rate;
    for (number, path) in (1_u32..).zip(media.iter().cycle().take(layers)) {
        let known = project.media.iter().find(|media| media.path == *path);
        let id = known.map_or(MediaId(number), |media| media.id);
        if id == MediaId(number) {
            project.media.push(MediaRef {
                id,
                path: path.clone(),
                absolute_hint: None,
                fingerprint: None,
            });
        }
        let colour = u8::try_from((number - 1) as usize % MAX_LAYERS).ok()?;
        let mut layer = Layer::new(LayerId(number), format!("{number}"), colour);
        let duration = way + Time::from_seconds(2);
        layer
            .clips
            .push(Clip::new(ClipId(number), id, Time::ZERO, duration));
        project.layers.push(layer);
    }
    Some(project)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_take_the_files_in_turn_and_open_each_once() {
        let files = [PathBuf::from("/a.mov"), PathBuf::from("/b.mov")];
        let project =
            project(&files, 7, FrameRate::FPS_60, Time::from_seconds(10)).expect("seven layers");
        assert_eq!(project.layers.len(), 7);
        assert_eq!(project.media.len(), 2);
        let played: Vec<u32> = project
            .layers
            .iter()
            .map(|layer| layer.clips[0].media.0)
            .collect();
        assert_eq!(played, [1, 2, 1, 2, 1, 2, 1]);
    }
}
