//! `sextet play --headless`: plays without a window, in real time, and reports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context as _, bail};

use super::graphics::{headless_gpu, leave_room_for_driver};
use super::interrupt::Interrupt;
use super::osc_args::OscArgs;
use super::output::{self, PictureKind};
use super::project_input::{self, ProjectInput};
use super::settings_args::SettingsArgs;
use super::soak::Soak;
use super::target::{self, OutputKind, OverwriteArgs, Target};
use crate::audio::output::DeviceWish;
use crate::command::{Command, TransportCommand};
use crate::control::headless::{
    self, Drive as _, Errors, Jumps, PlayEnd, PlayEvent, RemotePlayer, SETTLE_LIMIT,
};
use crate::control::{Controller, ControllerOptions};
use crate::engine::{EngineError, EngineOptions, PlaybackSettings, SoundTo};
use crate::gpu::Gpu;
use crate::media::io::slow_disk::{SlowDisk, SlowDiskOptions};
use crate::settings::{DecodeBy, Playback, Settings};
use crate::stats::{Report, available_memory_bytes};
use crate::status::document::Message;
use crate::time::Time;

/// Share of due frames that may be lost before the exit code says that the run fell short: the design's outer bound.
pub(super) const LOSS_BOUND: f64 = 0.01;

/// Limit of settling where a file is known not to answer: the others have just been opened.
const SHORT_SETTLE_LIMIT: Time = Time::from_seconds(5);

/// Arguments of `play`.
#[derive(clap::Args, Clone, Debug)]
pub struct PlayArgs {
    /// A project (.ron), or media files that each become a looped layer, the first at the back.
    #[arg(required = true)]
    pub input: Vec<PathBuf>,
    /// Play without a window; the clock is the real one.
    #[arg(long)]
    pub headless: bool,
    /// Seconds to play.
    #[arg(long, default_value_t = 10.0, value_name = "S", value_parser = super::values::seconds,
          allow_negative_numbers = true)]
    pub seconds: f64,
    /// Draw with the GPU, or do everything but draw; if nothing is said, draw where there is a GPU.
    #[arg(long, value_enum)]
    pub renderer: Option<Renderer>,
    /// Decoder of the files that FFmpeg plays.
    #[arg(long, value_enum, default_value_t = DecodeBy::Auto)]
    pub decode: DecodeBy,
    /// Playback settings.
    #[command(flatten)]
    pub playback: SettingsArgs,
    /// Evict the files from the page cache first.
    #[arg(long)]
    pub cold: bool,
    /// Playing speed, -10 to 10; negative plays backwards, from the end.
    #[arg(long, default_value_t = 1.0, value_name = "S", value_parser = super::values::speed,
          allow_negative_numbers = true)]
    pub speed: f64,
    /// Canvas size instead of the project's.
    #[arg(long, value_name = "WxH", value_parser = super::values::size)]
    pub canvas: Option<(u32, u32)>,
    /// Write the report there as JSON; in a long run it is there from the first look on and whole at any moment.
    #[arg(long, value_name = "OUT.json")]
    pub report: Option<PathBuf>,
    /// Share of due frames that may be lost before the exit code is 1, such as 0.001 or 0.1%.
    #[arg(long, value_name = "SHARE", default_value_t = LOSS_BOUND, value_parser = super::values::share,
          allow_negative_numbers = true)]
    pub max_drops: f64,
    /// In a long run, say how it goes each time that this many seconds have passed, and write the report.
    #[arg(long, value_name = "S", default_value_t = 60.0, value_parser = super::values::seconds,
          allow_negative_numbers = true)]
    pub every: f64,
    /// Jump to another place of the project, random but the same in every run, each time that this many seconds have
    /// passed.
    #[arg(long, value_name = "S", value_parser = super::values::seconds,
          allow_negative_numbers = true)]
    pub seek_every: Option<f64>,
    /// The disk to play from instead of the one that is there.
    #[command(flatten)]
    pub slow_disk: SlowDiskArgs,
    /// Print the report as one JSON object, and nothing else.
    #[arg(long)]
    pub json: bool,
    /// Where sound goes: `none`, `device` for the system's default, the name of a device that `sextet sound` lists, or a
    /// file.wav, into which what was played is mixed exactly.
    #[arg(long, value_name = "device|none|FILE.wav", default_value = "none")]
    pub sound: SoundArg,
    /// Write the last picture there, as PNG or JPEG by how the name ends.
    #[arg(long, value_name = "OUT.png")]
    pub screenshot: Option<PathBuf>,
    /// Open Sound Control.
    #[command(flatten)]
    pub osc: OscArgs,
    /// Permission to write report and picture over other files.
    #[command(flatten)]
    pub overwrite: OverwriteArgs,
}

/// A disk made slower than it is, to see what would become of a show on another one.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct SlowDiskArgs {
    /// Read HAP files no faster than this many megabytes per second, all layers together.
    #[arg(long, value_name = "MB/S", value_parser = super::values::mb_per_s,
          allow_negative_numbers = true)]
    pub disk_rate: Option<u64>,
    /// Have the disk take this many milliseconds before each read.
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub disk_latency: Option<u16>,
}

impl SlowDiskArgs {
    /// The disk, if it is made slower.
    pub fn disk(self) -> Option<SlowDisk> {
        let is_asked_for = self.disk_rate.is_some() || self.disk_latency.is_some();
        is_asked_for.then(|| {
            SlowDisk::new(SlowDiskOptions {
                bytes_per_second: self.disk_rate,
                latency: Time::from_nanos(i64::from(self.disk_latency.unwrap_or(0)) * 1_000_000),
                ..SlowDiskOptions::default()
            })
        })
    }
}

/// Where sound goes, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundArg {
    /// Nowhere.
    None,
    /// To a device.
    Device(DeviceWish),
    /// Into a file.
    File(PathBuf),
}

impl FromStr for SoundArg {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = Path::new(text);
        let is_wav = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("wav"));
        Ok(match text {
            "none" => Self::None,
            "device" | "default" => Self::Device(DeviceWish::Default),
            _ if is_wav => Self::File(path.to_owned()),
            name => Self::Device(DeviceWish::Named(name.to_owned())),
        })
    }
}

impl SoundArg {
    fn to(&self) -> SoundTo {
        match self {
            Self::None => SoundTo::Nowhere,
            Self::Device(wish) => SoundTo::Device {
                wish: wish.clone(),
                offset: Time::ZERO,
            },
            Self::File(_) => SoundTo::File,
        }
    }

    fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::None | Self::Device(_) => None,
        }
    }
}

/// The renderer.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renderer {
    /// The GPU.
    Gpu,
    /// Nothing: the engine alone.
    None,
}

/// Runs the command: exit code 0 when it held, 1 when more frames were lost than `--max-drops` allows, 2 when a file
/// could not be read.
///
/// # Errors
/// If nothing can be played, or an output cannot be written.
pub fn run(args: &PlayArgs) -> anyhow::Result<ExitCode> {
    if !args.headless {
        leave_room_for_driver()?;
        crate::app::run(args.input.clone(), &args.osc.remotes())?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.screenshot.is_some() && args.renderer == Some(Renderer::None) {
        bail!("--screenshot needs a picture: leave out --renderer none");
    }
    let way = Time::from_seconds_f64(args.seconds * args.speed.abs());
    let mut input = args.load(way)?;
    if let Some((width_px, height_px)) = args.canvas {
        input.project.canvas.width_px = width_px;
        input.project.canvas.height_px = height_px;
    }
    if args.cold {
        for media in &input.project.media {
            super::cold::evict(&media.path);
        }
    }
    let gpu = gpu_for(args)?;
    let options = args.engine_options();
    complain_of_little_memory(&options.playback);
    let options = ControllerOptions {
        settings: as_settings(&options),
        remotes: args.osc.remotes_as_typed(),
        ..ControllerOptions::headless(input.project, options)
    };
    let mut player = RemotePlayer::new(options, gpu)?;
    player.engine().set_speed(args.speed);
    let interrupt = Interrupt::listen().context("cannot listen for Ctrl+C")?;
    let limit = if input.unreadable.is_empty() {
        SETTLE_LIMIT
    } else {
        SHORT_SETTLE_LIMIT
    };
    // Where it listens is told before files that are slow to open.
    player.tick();
    let mut told = tell_messages(player.controller(), 0);
    headless::settle(&mut player, limit, || interrupt.has_come());
    let every = Time::from_seconds_f64(args.every);
    let mut soak = Soak::new(every, args.report.as_deref())?;
    let mut jumps = args.seek_every.map(Time::from_seconds_f64).map(Jumps::new);
    let mut errors = Errors::after(input.unreadable);
    let end = headless::play(
        &mut player,
        Time::from_seconds_f64(args.seconds),
        || interrupt.has_come(),
        |event, player| match event {
            PlayEvent::GpuReplaced(replaced) => complain_of_loss(&replaced),
            PlayEvent::Tick(elapsed) => {
                let controller = player.controller();
                told = tell_messages(controller, told);
                let place = jumps
                    .as_mut()
                    .and_then(|jumps| jumps.due(elapsed, controller.engine().project()));
                if let Some(place) = place {
                    controller.execute(Command::Transport(TransportCommand::SeekTo(place)));
                }
                complain_of(errors.in_log(controller.engine()));
                soak.look(elapsed, controller.engine());
            }
        },
    );
    remark_interrupt(end);
    let controller = player.controller();
    let played = args.played(end, controller);
    let report = soak.with_growth(controller.report());
    // The report of the last minute is written before the last of all.
    drop(soak);
    args.hand_over(&report, controller)?;
    if let Some(path) = args.sound.file() {
        complain_of(controller.engine().write_sound(played, path)?);
    }
    complain_of(errors.in_report(&report));
    Ok(exit_code(&report, args.max_drops))
}

impl PlayArgs {
    fn engine_options(&self) -> EngineOptions {
        let budget_bytes = PlaybackSettings::default().budget_bytes;
        EngineOptions {
            playback: self.playback.settings(budget_bytes),
            decode_by: self.decode,
            slow_disk: self.slow_disk.disk(),
            sound: self.sound.to(),
            ..EngineOptions::default()
        }
    }

    /// The input to play for `way` of the timeline, with all targets writable and none of them read.
    fn load(&self, way: Time) -> anyhow::Result<ProjectInput> {
        if let Some(screenshot) = &self.screenshot {
            PictureKind::of(screenshot)?;
        }
        let of = |path, kind| Target { path, kind };
        let report = (self.report.as_deref()).map(|path| of(path, OutputKind::Report));
        let screenshot = (self.screenshot.as_deref()).map(|path| of(path, OutputKind::Picture));
        let sound = (self.sound.file()).map(|path| of(path, OutputKind::Sound));
        let targets: Vec<_> = report.into_iter().chain(screenshot).chain(sound).collect();
        target::check(&targets, &self.input)?;
        let input = project_input::load(&self.input, way)?;
        let media: Vec<_> = (input.project.media.iter())
            .map(|media| media.path.clone())
            .collect();
        for target in targets {
            target::refuse_read(target.path, &media)?;
            target::refuse_foreign(target, self.overwrite)?;
        }
        Ok(input)
    }

    /// The time that was played: as long as was asked for, or up to an interrupt or the end of the project.
    fn played(&self, end: PlayEnd, controller: &Controller) -> Time {
        let asked = Time::from_seconds_f64(self.seconds);
        match end {
            PlayEnd::Interrupted(played) => played.min(asked),
            PlayEnd::Over => {
                let project = controller.engine().project();
                let whole = project.duration().scaled(1.0 / self.speed.abs());
                if project.is_looping {
                    asked
                } else {
                    asked.min(whole)
                }
            }
        }
    }

    /// Prints the report, then writes report and picture: a failure of one of the three keeps none of the others.
    fn hand_over(&self, report: &Report, controller: &mut Controller) -> anyhow::Result<()> {
        let json = serde_json::to_string_pretty(report)?;
        let printed = if self.json {
            output::print_line(&json)
        } else {
            output::print_line(&output::escaped_lines(&report.to_text()))
        };
        let written = match &self.report {
            Some(path) => output::replace_file(path, json.as_bytes()),
            None => Ok(()),
        };
        let shown = match &self.screenshot {
            Some(path) => controller
                .engine_mut()
                .read_canvas()
                .context("the picture could not be read back from the GPU")
                .and_then(|picture| output::write_picture(&picture, path)),
            None => Ok(()),
        };
        // A reader that has gone must not hide that a file is missing.
        written.and(shown).and(printed)
    }
}

/// The settings that say of playback what was typed, which remotes ask for and change.
fn as_settings(options: &EngineOptions) -> Settings {
    let PlaybackSettings {
        prebuffer,
        io,
        budget_bytes,
    } = options.playback;
    Settings {
        playback: Playback {
            prebuffer,
            io,
            budget_mib: u32::try_from(budget_bytes >> 20).unwrap_or(u32::MAX),
            decode: options.decode_by,
        },
        ..Settings::default()
    }
}

/// The GPU, as far as it is requested and there.
fn gpu_for(args: &PlayArgs) -> anyhow::Result<Option<Gpu>> {
    if args.renderer == Some(Renderer::None) {
        return Ok(None);
    }
    match headless_gpu() {
        Ok(gpu) => Ok(Some(gpu)),
        // Playing goes without one.
        Err(error) if args.renderer.is_none() && args.screenshot.is_none() => {
            output::complain(&format!("{error}; everything is done but drawing"));
            Ok(None)
        }
        Err(error) => Err(error).context("use --renderer none to play without a GPU"),
    }
}

/// The exit code of a run in which this share of the due frames may be lost.
pub(super) fn exit_code(report: &Report, max_drops: f64) -> ExitCode {
    let totals = &report.totals.counts;
    let is_unreadable = report.layers.iter().any(|layer| layer.error.is_some());
    if is_unreadable {
        ExitCode::from(2)
    } else if totals.loss_rate() > max_drops {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    }
}

/// Remarks that a run was interrupted, if it was.
pub(super) fn remark_interrupt(end: PlayEnd) {
    if let PlayEnd::Interrupted(played) = end {
        let played = played.seconds();
        output::remark(&format!("interrupted; what follows is of {played:.1} s"));
    }
}

/// Complains of errors.
pub(super) fn complain_of(errors: Vec<String>) {
    for error in errors {
        output::complain(&error);
    }
}

/// Complains if the system leaves the program less memory than its frames may take: some systems end a program without a
/// word then.
pub(super) fn complain_of_little_memory(playback: &PlaybackSettings) {
    let left_bytes = available_memory_bytes();
    if let Some(left_bytes) = left_bytes.filter(|left| *left < playback.budget_bytes) {
        output::complain(&format!(
            "the system leaves this program {} MiB of memory, less than the {} MiB that frames may take; close other \
             programs, raise its limit, or lower --budget",
            left_bytes >> 20,
            playback.budget_bytes >> 20
        ));
    }
}

/// Shows the information that came after the message with this number; gives the number of the last. Errors are shown from
/// the log.
fn tell_messages(controller: &Controller, told: u64) -> u64 {
    let messages = &controller.status().messages;
    let is_new = |message: &&Message| message.id > told && !message.is_error;
    for message in messages.iter().filter(is_new) {
        output::remark(&output::escaped(&message.text));
    }
    messages
        .iter()
        .map(|message| message.id)
        .fold(told, u64::max)
}

fn complain_of_loss(replaced: &Result<(), EngineError>) {
    let outcome = match replaced {
        Ok(()) => "another one draws now".to_owned(),
        Err(error) => format!("{error}; everything is done but drawing"),
    };
    output::complain(&format!("the graphics device was lost: {outcome}"));
}
