//! `sextet probe`: what a file is, and which path will play it and why.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use super::{output, project_input};
use crate::media::{self, Media, OpenOptions, SoundStream, TextureSupport, VideoFacts};
use crate::project::shown;
use crate::time::Time;

/// The exit code when a file cannot be read.
const UNREADABLE: u8 = 2;

/// Arguments of `probe`.
#[derive(Debug, clap::Args)]
pub struct ProbeArgs {
    /// The files to look at.
    #[arg(required = true)]
    pub media: Vec<PathBuf>,
    /// Print one JSON array, with an object for each file that can be read.
    #[arg(long)]
    pub json: bool,
}

/// Prints what each file is; a file that cannot be read is named on standard error, and the others are still printed.
///
/// # Errors
/// That standard output cannot be written.
pub fn run(args: &ProbeArgs) -> Result<ExitCode> {
    let mut reports = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for path in &args.media {
        let opened = project_input::refuse_project(path).and_then(|()| {
            let options = OpenOptions::new(TextureSupport::BlockCompressed);
            Ok(media::open(path, &options)?)
        });
        match opened {
            Ok(media) => reports.push(Report::of(&media)),
            Err(error) => {
                output::show_error(&error);
                code = ExitCode::from(UNREADABLE);
            }
        }
    }
    if args.json {
        output::print_line(&serde_json::to_string_pretty(&reports)?)?;
    } else if !reports.is_empty() {
        output::print_line(&table(&reports))?;
    }
    Ok(code)
}

/// Facts printed of one file; the names are a contract.
#[derive(Debug, Serialize)]
struct Report {
    path: String,
    codec: String,
    #[serde(flatten)]
    picture: Option<PictureReport>,
    duration_s: f64,
    #[serde(flatten)]
    demand: Option<DemandReport>,
    played_by: &'static str,
    why: String,
    sound: Vec<SoundReport>,
}

/// Facts of the pictures; a file of sound alone has none of these.
#[derive(Debug, Serialize)]
struct PictureReport {
    width: u32,
    height: u32,
    coded_width: u32,
    coded_height: u32,
    colour: String,
    rotation_deg: u32,
    is_mirrored: bool,
    pixel_aspect: String,
    fps: String,
    frames: u64,
}

/// What the pictures ask of the disk.
#[derive(Debug, Serialize)]
struct DemandReport {
    mean_mb_per_s: f64,
    peak_mb_per_s: f64,
    chunks: u32,
}

/// Facts of a stream of sound. What the container does not say is 0, or null.
#[derive(Debug, Serialize)]
struct SoundReport {
    stream: usize,
    codec: String,
    channels: u32,
    layout: String,
    rate: u32,
    start_s: f64,
    duration_s: Option<f64>,
}

impl SoundReport {
    fn of(stream: &SoundStream) -> Self {
        Self {
            stream: stream.index,
            codec: stream.codec.clone(),
            channels: stream.channels,
            layout: stream.layout.clone(),
            rate: stream.rate_hz,
            start_s: stream.start.seconds(),
            duration_s: stream.duration.map(Time::seconds),
        }
    }

    fn line(&self) -> String {
        let mut line = format!(
            "    Sound: {}, {}, {} Hz",
            output::escaped(&self.codec),
            output::escaped(&self.layout),
            self.rate
        );
        if let Some(duration_s) = self.duration_s {
            _ = write!(line, ", {duration_s:.3} s");
        }
        // Less than a millisecond is the rounding of a container.
        if self.start_s.abs() >= 0.001 {
            let side = if self.start_s > 0.0 {
                "after"
            } else {
                "before"
            };
            let apart = self.start_s.abs();
            _ = write!(line, ", begins {apart:.3} s {side} the picture");
        }
        line.push('.');
        line
    }
}

impl Report {
    fn of(media: &Media) -> Self {
        let streams = media.sound.as_ref().map_or(&[][..], |sound| &sound.streams);
        let sound = streams.iter().map(SoundReport::of).collect();
        match &media.video {
            Some(video) => Self::of_video(&video.facts, sound),
            None => Self {
                path: shown(&media.path).to_string(),
                codec: streams
                    .first()
                    .map_or_else(String::new, |stream| stream.codec.clone()),
                picture: None,
                duration_s: media
                    .sound
                    .as_ref()
                    .map_or(0.0, |sound| sound.end().seconds()),
                demand: None,
                played_by: "ffmpeg",
                why: "It has sound and no pictures.".to_owned(),
                sound,
            },
        }
    }

    fn of_video(facts: &VideoFacts, sound: Vec<SoundReport>) -> Self {
        let (across, down) = facts.shape.pixel_aspect;
        Self {
            path: shown(&facts.path).to_string(),
            codec: facts.codec.clone(),
            picture: Some(PictureReport {
                width: facts.width_px,
                height: facts.height_px,
                coded_width: facts.coded_width_px,
                coded_height: facts.coded_height_px,
                colour: facts.colour.clone(),
                rotation_deg: u32::from(facts.shape.quarter_turns) * 90,
                is_mirrored: facts.shape.is_mirrored,
                pixel_aspect: format!("{across}:{down}"),
                fps: facts.timing.rate().to_string(),
                frames: facts.timing.frames(),
            }),
            duration_s: facts.timing.duration().seconds(),
            demand: Some(DemandReport {
                mean_mb_per_s: facts.mean_mb_per_s,
                peak_mb_per_s: facts.peak_mb_per_s,
                chunks: facts.chunks,
            }),
            played_by: facts.played_by.name(),
            why: facts.why.clone(),
            sound,
        }
    }

    /// Rotation and pixel aspect of the picture, if it has any.
    fn shape_line(&self) -> Option<String> {
        let picture = self.picture.as_ref()?;
        let mut parts = Vec::new();
        if picture.is_mirrored {
            parts.push("mirrored".to_owned());
        }
        if picture.rotation_deg > 0 {
            parts.push(format!("turned by {}° clockwise", picture.rotation_deg));
        }
        if picture.pixel_aspect != "1:1" {
            parts.push(format!("with pixels of {}", picture.pixel_aspect));
        }
        (!parts.is_empty()).then(|| format!("    Shown {}.", parts.join(", ")))
    }

    fn row(&self) -> [String; 10] {
        let picture = |text: fn(&PictureReport) -> String| {
            self.picture.as_ref().map_or_else(|| "–".to_owned(), text)
        };
        let demand = |text: fn(&DemandReport) -> String| {
            self.demand.as_ref().map_or_else(|| "–".to_owned(), text)
        };
        [
            output::escaped(&self.codec),
            picture(|picture| format!("{}×{}", picture.width, picture.height)),
            picture(|picture| picture.fps.clone()),
            picture(|picture| picture.frames.to_string()),
            format!("{:.3} s", self.duration_s),
            demand(|demand| format!("{:.1}", demand.mean_mb_per_s)),
            demand(|demand| format!("{:.1}", demand.peak_mb_per_s)),
            demand(|demand| demand.chunks.to_string()),
            self.played_by.to_owned(),
            output::escaped(&self.path),
        ]
    }
}

const HEADINGS: [&str; 10] = [
    "codec", "size", "fps", "frames", "duration", "MB/s", "peak", "chunks", "path", "file",
];

/// One line per file in aligned columns, and below it the reason for its path.
fn table(reports: &[Report]) -> String {
    let headings = HEADINGS.map(str::to_owned);
    let rows = std::iter::once(headings).chain(reports.iter().map(Report::row));
    let mut rows = output::aligned(&rows.collect::<Vec<_>>()).into_iter();
    let mut lines: Vec<_> = rows.next().into_iter().collect();
    for (row, report) in rows.zip(reports) {
        lines.push(row);
        lines.push(format!("    {}", output::escaped(&report.why)));
        lines.extend(report.shape_line());
        lines.extend(report.sound.iter().map(SoundReport::line));
    }
    lines.join("\n")
}
