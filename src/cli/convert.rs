//! `sextet convert`: media files into HAP.

use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum as _;
use serde::Serialize;

use super::interrupt::Interrupt;
use super::target::{self, OutputKind, OverwriteArgs, Target};
use super::testcard::CardCompressor;
use super::{output, project_input};
use crate::export::{
    AlphaCoding, ConvertPlan, ConvertSettings, Converted, ExportError, HapFormat, Progress,
    SoundChoice, convert, is_made_of, unfinished_bytes,
};
use crate::media::ffmpeg::mux_sound::SoundTransfer;
use crate::media::hap::MAX_CHUNKS;
use crate::media::sequence::grouped;
use crate::project::storage::free_bytes;
use crate::project::{as_given, names_address, shown};
use crate::stats::per_second;
use crate::time::{FrameRate, Time};

/// The exit code where a file was damaged, or was not converted.
const FELL_SHORT: u8 = 1;

/// The exit code where one of several files cannot be read.
const REFUSED: u8 = 2;

/// Share of the estimated size that must be free: an estimate from a few frames may be too high.
const NEEDED_SHARE: f64 = 0.9;

/// Shortest time between two lines of progress.
const PROGRESS_EVERY: Time = Time::from_seconds(1);

/// Converts media files to HAP, which plays, scrubs and holds. Numbered pictures are named `shot_%04d.png@30`.
#[derive(Clone, Debug, clap::Args)]
pub struct ConvertArgs {
    /// The files.
    #[arg(required = true, value_name = "IN")]
    media: Vec<PathBuf>,
    /// The movie to write, a QuickTime movie; without this and --to it lies beside the file, with the format in its name.
    #[arg(short, long, value_name = "OUT.mov", conflicts_with = "to")]
    output: Option<PathBuf>,
    /// The folder to write to, under the name of each file.
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(short = 'y', long)]
    overwrite: bool,
    /// The format.
    #[arg(long, value_enum, default_value_t = HapFormat::Auto)]
    format: HapFormat,
    /// Chunks per texture, which decode in parallel; without it, one for each megabyte.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MAX_CHUNKS as i64),
          allow_negative_numbers = true)]
    chunks: Option<u32>,
    /// The second-stage compressor.
    #[arg(long, value_enum, default_value_t = CardCompressor::Snappy)]
    compressor: CardCompressor,
    /// Another picture size, in square pixels.
    #[arg(long, value_name = "WxH", value_parser = super::values::size)]
    size: Option<(u32, u32)>,
    /// A constant rate, such as 60 or 30000/1001; without it frames keep their times.
    #[arg(long, value_name = "N[/D]", allow_negative_numbers = true)]
    fps: Option<FrameRate>,
    /// How colours of the file stand to its alpha.
    #[arg(long, value_enum, default_value_t = AlphaCoding::Auto)]
    alpha: AlphaCoding,
    /// What becomes of the sound.
    #[arg(long, value_enum, default_value_t = SoundChoice::Keep)]
    sound: SoundChoice,
    /// Threads that encode; without it, one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256),
          allow_negative_numbers = true)]
    threads: Option<u16>,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// The result; its names are a contract.
#[derive(Serialize)]
struct Report {
    schema: u32,
    files: Vec<FileReport>,
    /// Movies that are there already as they would be made.
    there: Vec<String>,
}

#[derive(Serialize)]
struct FileReport {
    media: String,
    output: String,
    format: &'static str,
    codec: &'static str,
    width: u32,
    height: u32,
    frames: u64,
    fps: f64,
    is_variable: bool,
    chunks: u32,
    bytes: u64,
    dropped: u64,
    doubled: u64,
    /// Frames that hold the picture before, since theirs is damaged.
    held: u64,
    /// Frames that were there already, from a run that was ended before.
    resumed: u64,
    /// Places at which damage was concealed.
    concealed: u64,
    premultiplied: bool,
    /// `copied`, `pcm`, or null without sound.
    sound: Option<&'static str>,
    seconds: f64,
    encode_fps: f64,
}

/// A file to be converted, and its place.
struct Job {
    media: PathBuf,
    output: PathBuf,
    /// True if it is there, whole.
    is_there: bool,
}

/// Converts each file; what is wrong with one of several is told, and the others are still converted.
///
/// # Errors
/// Arguments that do not go together, places that cannot be written, and what is wrong with the only file.
pub fn run(args: &ConvertArgs) -> Result<ExitCode> {
    // Ended at once, it would leave the unfinished file behind.
    let interrupt = Interrupt::listen_to_the_end().context("cannot listen for Ctrl+C")?;
    let settings = args.settings();
    let jobs = args.jobs(&settings)?;
    let mut report = Report {
        schema: 1,
        files: Vec::new(),
        there: Vec::new(),
    };
    let mut code = 0;
    for job in &jobs {
        if job.is_there {
            let path = job.output.display().to_string();
            output::remark(&format!(
                "the movie is there already, made of the same: {path}"
            ));
            report.there.push(path);
            continue;
        }
        match run_job(job, args, &settings, &interrupt) {
            Ok(file) => {
                if file.held > 0 || file.concealed > 0 {
                    code = code.max(FELL_SHORT);
                }
                report.files.push(file);
            }
            Err(error) if has_begun(&error) => {
                output::show_error(&error);
                code = code.max(FELL_SHORT);
                if interrupt.has_come() {
                    break;
                }
            }
            Err(error) if jobs.len() == 1 => return Err(error),
            Err(error) => {
                output::show_error(&error);
                code = REFUSED;
            }
        }
    }
    if args.json {
        output::print_line(&serde_json::to_string_pretty(&report)?)?;
    }
    Ok(ExitCode::from(code))
}

/// True for what ends work that had begun, rather than what is wrong with arguments or files.
fn has_begun(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(ExportError::Cancelled | ExportError::Mux(_))
    )
}

impl ConvertArgs {
    fn settings(&self) -> ConvertSettings {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        ConvertSettings {
            format: self.format,
            chunks: self.chunks,
            compressor: self.compressor.into(),
            size_px: self.size.map(|(width_px, height_px)| [width_px, height_px]),
            rate: self.fps,
            alpha: self.alpha,
            sound: self.sound,
            threads: self.threads.map_or(cores, usize::from),
        }
    }

    /// The files and their places, all of which were tried.
    fn jobs(&self, settings: &ConvertSettings) -> Result<Vec<Job>> {
        for path in &self.media {
            project_input::refuse_project(path)?;
        }
        let media = grouped(self.media.iter().map(|path| as_given(path)).collect());
        ensure!(
            self.output.is_none() || media.len() == 1,
            "-o names one movie, and {} files are to be converted; name a folder with --to",
            media.len()
        );
        if let Some(folder) = self.to.as_deref().filter(|folder| !folder.is_dir()) {
            bail!(
                "there is no such folder; make it or choose another one: {}",
                folder.display()
            );
        }
        let mut jobs: Vec<Job> = media
            .into_iter()
            .map(|media| Job {
                output: self.output_of(&media),
                media,
                is_there: false,
            })
            .collect();
        let kind = OutputKind::Movie;
        let targets: Vec<_> = jobs
            .iter()
            .map(|job| Target {
                path: &job.output,
                kind,
            })
            .collect();
        let read: Vec<_> = jobs.iter().map(|job| job.media.clone()).collect();
        target::check(&targets, &read)?;
        let permission = OverwriteArgs {
            overwrite: self.overwrite,
        };
        for target in &targets {
            target::refuse_no_movie(target.path)?;
        }
        // A list of files that was ended goes on where it was, by the same command.
        let is_there = |job: &Job| !self.overwrite && is_made_of(&job.output, &job.media, settings);
        let there: Vec<bool> = jobs.iter().map(is_there).collect();
        for (target, _) in targets
            .into_iter()
            .zip(&there)
            .filter(|(_, there)| !**there)
        {
            target::refuse_foreign(target, permission)?;
        }
        for (job, is_there) in jobs.iter_mut().zip(there) {
            job.is_there = is_there;
        }
        Ok(jobs)
    }

    fn output_of(&self, media: &Path) -> PathBuf {
        if let Some(output) = &self.output {
            return output.clone();
        }
        // Of numbered pictures, the name without what stands for the number.
        let stem = media.file_stem().unwrap_or(media.as_os_str());
        let stem = stem.to_string_lossy();
        let stem = stem.split('%').next().unwrap_or_default();
        let stem = stem.trim_end_matches(['_', '-', '.', ' ']);
        let stem = if stem.is_empty() || names_address(media) {
            "converted"
        } else {
            stem
        };
        if let Some(folder) = &self.to {
            return folder.join(format!("{stem}.mov"));
        }
        let named = self.format.to_possible_value();
        let named = named.filter(|_| self.format != HapFormat::Auto);
        let format = named.as_ref().map_or("hap", |format| format.get_name());
        media.with_file_name(format!("{stem}-{format}.mov"))
    }
}

fn run_job(
    job: &Job,
    args: &ConvertArgs,
    settings: &ConvertSettings,
    interrupt: &Interrupt,
) -> Result<FileReport> {
    let replaced = target::file_to_replace(&job.output)?;
    let plan = ConvertPlan::new(&job.media, settings)?;
    check_room(&plan, &replaced, &job.output)?;
    announce(&plan, job);
    let mut report = FileReport {
        media: shown(&job.media).to_string(),
        output: job.output.display().to_string(),
        format: plan.variant.name(),
        codec: plan.variant.codec(),
        width: plan.size_px[0],
        height: plan.size_px[1],
        frames: plan.frames,
        fps: plan.rate.fps(),
        is_variable: plan.is_variable(),
        chunks: plan.chunks,
        bytes: 0,
        dropped: plan.dropped,
        doubled: plan.doubled,
        held: 0,
        resumed: 0,
        concealed: 0,
        premultiplied: plan.is_premultiplied,
        sound: plan.sound.map(|sound| match sound {
            SoundTransfer::Copied => "copied",
            SoundTransfer::Pcm => "pcm",
        }),
        seconds: 0.0,
        encode_fps: 0.0,
    };
    let mut meter = Meter::default();
    let converted = convert(
        &plan,
        &replaced,
        &mut |progress| meter.show(progress),
        &|| interrupt.has_come(),
    );
    meter.end();
    let Converted {
        held,
        resumed,
        concealed,
        first_damage,
        elapsed,
        ..
    } = converted.map_err(|error| match error {
        // A link is written through, and an error names what was typed.
        ExportError::Mux(error) => ExportError::Mux(error.about(&job.output)),
        other => other,
    })?;
    if let Some(damage) = first_damage {
        output::complain(&format!(
            "{damage}; {held} frames hold the picture before, {concealed} were mended by the decoder"
        ));
    }
    report.held = held;
    report.resumed = resumed;
    report.concealed = concealed;
    report.seconds = elapsed.seconds();
    report.encode_fps = per_second((report.frames - resumed) as f64, elapsed.seconds());
    report.bytes = std::fs::metadata(&replaced).map_or(0, |file| file.len());
    if !args.json {
        output::print_line(&output::escaped(&summary(&report)))?;
    }
    Ok(report)
}

/// Refuses to begin what the disk has no room for.
fn check_room(plan: &ConvertPlan, file: &Path, named: &Path) -> Result<()> {
    let file = std::path::absolute(file)?;
    let folder = file.parent().unwrap_or(&file);
    let (Some(needed), Some(free)) = (plan.estimated_bytes, free_bytes(folder)) else {
        return Ok(());
    };
    let free = free.saturating_add(unfinished_bytes(&file));
    if needed as f64 * NEEDED_SHARE > free as f64 {
        bail!(ExportError::NoRoom {
            needed_mb: needed / 1_000_000,
            free_mb: free / 1_000_000,
            path: named.to_owned(),
        });
    }
    Ok(())
}

/// Says what will be done, where it is not what the file had.
fn announce(plan: &ConvertPlan, job: &Job) {
    let path = shown(&job.media);
    if plan.dropped > 0 || plan.doubled > 0 {
        output::remark(&format!(
            "at {:.3} frames a second {} frames are dropped and {} doubled: {path}",
            plan.rate.fps(),
            plan.dropped,
            plan.doubled
        ));
    }
    if plan.loses_alpha {
        output::remark(&format!(
            "{} has no alpha, so that of the file is left out: {path}",
            plan.variant.name()
        ));
    }
    if plan.is_premultiplied {
        output::remark(&format!(
            "colours are divided by alpha, which they were multiplied by: {path}"
        ));
    }
    if !plan.sound_left_out.is_empty() {
        output::remark(&format!(
            "sound is left out, since it can be neither copied nor decoded ({}): {path}",
            plan.sound_left_out.join(", ")
        ));
    }
}

fn summary(report: &FileReport) -> String {
    let sound = match report.sound {
        Some("pcm") => ", sound as PCM",
        Some(_) => ", sound copied",
        None => "",
    };
    format!(
        "{}  {} {}×{}, {} frames at {:.3} fps, {:.1} MB, {:.1} frames a second{sound}",
        report.output,
        report.format,
        report.width,
        report.height,
        report.frames,
        report.fps,
        report.bytes as f64 / 1e6,
        report.encode_fps,
    )
}

/// Progress on standard error: one line that changes on a terminal, else now and then a line.
#[derive(Default)]
struct Meter {
    shown_at: Option<Time>,
    has_open_line: bool,
}

impl Meter {
    fn show(&mut self, progress: Progress) {
        if progress.is_waiting_for_room {
            self.end();
            output::remark("the disk is full; waiting for room (Ctrl+C gives up)");
            return;
        }
        let is_due = self
            .shown_at
            .is_none_or(|shown| progress.elapsed - shown >= PROGRESS_EVERY);
        if !is_due || progress.elapsed < PROGRESS_EVERY {
            return;
        }
        self.shown_at = Some(progress.elapsed);
        let seconds = progress.elapsed.seconds();
        let fps = per_second(progress.done as f64, seconds);
        let left = per_second((progress.frames - progress.done) as f64, fps);
        let line = format!(
            "{}/{} frames, {fps:.1} a second, {left:.0} s left, {:.1} MB",
            progress.done,
            progress.frames,
            progress.bytes as f64 / 1e6
        );
        let mut stderr = io::stderr();
        // Without a reader of standard error there is nobody left to tell.
        if stderr.is_terminal() {
            write!(stderr, "\r{line:<70}").ok();
            self.has_open_line = true;
        } else {
            writeln!(stderr, "{line}").ok();
        }
    }

    fn end(&self) {
        if self.has_open_line {
            writeln!(io::stderr()).ok();
        }
    }
}
