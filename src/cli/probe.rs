//! `sextet probe`: what a file is, and which path will play it and why.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use super::{output, project_input};
use crate::media::{self, TextureSupport, VideoFacts};
use crate::project::shown;

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
        let opened = project_input::refuse_project(path)
            .and_then(|()| Ok(media::open_video(path, TextureSupport::BlockCompressed)?));
        match opened {
            Ok(media) => reports.push(Report::of(&media.facts)),
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
    duration_s: f64,
    mean_mb_per_s: f64,
    peak_mb_per_s: f64,
    chunks: u32,
    played_by: &'static str,
    why: String,
}

impl Report {
    fn of(facts: &VideoFacts) -> Self {
        Self {
            path: shown(&facts.path).to_string(),
            codec: facts.codec.clone(),
            width: facts.width_px,
            height: facts.height_px,
            coded_width: facts.coded_width_px,
            coded_height: facts.coded_height_px,
            colour: facts.colour.clone(),
            rotation_deg: u32::from(facts.shape.quarter_turns) * 90,
            is_mirrored: facts.shape.is_mirrored,
            pixel_aspect: format!(
                "{}:{}",
                facts.shape.pixel_aspect.0, facts.shape.pixel_aspect.1
            ),
            fps: facts.timing.rate().to_string(),
            frames: facts.timing.frames(),
            duration_s: facts.timing.duration().seconds(),
            mean_mb_per_s: facts.mean_mb_per_s,
            peak_mb_per_s: facts.peak_mb_per_s,
            chunks: facts.chunks,
            played_by: facts.played_by.name(),
            why: facts.why.clone(),
        }
    }

    /// Rotation and pixel aspect of the picture, if it has any.
    fn shape_line(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.is_mirrored {
            parts.push("mirrored".to_owned());
        }
        if self.rotation_deg > 0 {
            parts.push(format!("turned by {}° clockwise", self.rotation_deg));
        }
        if self.pixel_aspect != "1:1" {
            parts.push(format!("with pixels of {}", self.pixel_aspect));
        }
        (!parts.is_empty()).then(|| format!("    Shown {}.", parts.join(", ")))
    }

    fn row(&self) -> [String; 10] {
        [
            output::escaped(&self.codec),
            format!("{}×{}", self.width, self.height),
            self.fps.clone(),
            self.frames.to_string(),
            format!("{:.3} s", self.duration_s),
            format!("{:.1}", self.mean_mb_per_s),
            format!("{:.1}", self.peak_mb_per_s),
            self.chunks.to_string(),
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
    }
    lines.join("\n")
}
