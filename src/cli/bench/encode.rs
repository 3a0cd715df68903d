//! `sextet bench encode`: pictures in memory to HAP packets, and what that loses.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::each_file::{Report, measured};
use crate::cli::output;
use crate::export::{
    AlphaCoding, ConvertPlan, ConvertSettings, FrameEncoder, HapFormat, Picture, PictureMaker,
    SoundChoice, SquaredError, decoded, squared_error,
};
use crate::media::hap::encode::FrameOptions;
use crate::media::hap::{Compressor, HapVariant};
use crate::media::{self, TextureSupport};
use crate::project::shown;
use crate::stats::per_second;
use crate::time::{Clock, FLICKS_PER_SECOND, FrameIndex, Time};

/// Length of the measurement of a file.
const SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND * 3 / 2);

/// Most frames held in memory: of longer files, so many spread over their length.
const MOST_FRAMES: u64 = 8;

/// Arguments of `bench encode`.
#[derive(clap::Args, Clone, Debug)]
pub struct EncodeArgs {
    /// The files, measured one after the other.
    #[arg(required = true)]
    media: Vec<PathBuf>,
    /// The format.
    #[arg(long, value_enum, default_value_t = HapFormat::Auto)]
    format: HapFormat,
    /// Threads that encode, a frame each.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256),
          allow_negative_numbers = true)]
    threads: u16,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// The result for a file; its names are a contract.
#[derive(Serialize)]
struct FileReport {
    media: String,
    format: &'static str,
    quality: &'static str,
    width: u32,
    height: u32,
    encode_fps: f64,
    /// Of red, green and blue, or of alpha where there is nothing else; null where nothing was lost.
    psnr_db: f64,
    mean_bytes: u64,
}

/// Measures each file.
///
/// # Errors
/// If none of the files can be read.
pub fn run(args: &EncodeArgs) -> Result<ExitCode> {
    let files = measured(&args.media, "encoded", |path| {
        measure(path, args).map_err(|error| format!("{error:#}"))
    })?;
    files.report(args.threads, args.json, table)
}

fn measure(path: &std::path::Path, args: &EncodeArgs) -> Result<FileReport> {
    let settings = ConvertSettings {
        format: args.format,
        chunks: Some(1),
        compressor: Compressor::Snappy,
        size_px: None,
        rate: None,
        alpha: AlphaCoding::Auto,
        sound: SoundChoice::None,
        threads: 1,
    };
    let variant = ConvertPlan::new(path, &settings)?.variant;
    let video = media::open_video(path, TextureSupport::RgbaOnly)?;
    let maker = PictureMaker {
        layout: (*video.layout).clone(),
        is_light: matches!(variant, HapVariant::HapHdr { .. }),
        is_premultiplied: false,
        size_px: None,
    };
    let frames = video.facts.timing.frames();
    let count = frames.min(MOST_FRAMES);
    let (mut pictures, mut error) = (Vec::new(), SquaredError::default());
    let mut encoder = FrameEncoder::new(variant, FrameOptions::default());
    for number in 0..count {
        let memory = media::frame_memory(&video, FrameIndex(number * frames / count))?;
        let picture = maker.picture(memory.bytes());
        let found = decoded(variant, maker.out_px(), encoder.textures(&picture))?;
        error.add(squared_error(
            variant,
            &found,
            &maker.levels(memory.bytes()),
        ));
        pictures.push(picture);
    }
    let (encode_fps, mean_bytes) = encode_for_a_while(&pictures, variant, args.threads)?;
    let [width, height] = maker.out_px();
    Ok(FileReport {
        media: shown(path).to_string(),
        format: variant.name(),
        quality: "fast",
        width,
        height,
        encode_fps,
        psnr_db: error.psnr_db(),
        mean_bytes,
    })
}

/// Has threads encode picture after picture for [`SPAN`]; gives frames a second of all together, and mean bytes of a frame.
fn encode_for_a_while(
    pictures: &[Picture],
    variant: HapVariant,
    threads: u16,
) -> Result<(f64, u64)> {
    let next = AtomicU64::new(0);
    let work = || -> Result<(u64, u64, Time)> {
        let mut encoder = FrameEncoder::new(variant, FrameOptions::default());
        let clock = Clock::system();
        let (mut done, mut bytes) = (0, 0);
        while done == 0 || clock.now() < SPAN {
            // Relaxed: only the number counts.
            let place = next.fetch_add(1, Ordering::Relaxed) % pictures.len().max(1) as u64;
            let picture = pictures.get(usize::try_from(place)?);
            let picture = picture.context("the file has no frames")?;
            bytes += encoder.packet(picture)?.len() as u64;
            done += 1;
        }
        Ok((done, bytes, clock.now()))
    };
    let results: Vec<Result<(u64, u64, Time)>> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = handles.into_iter().map(|handle| {
            let ended = handle.join();
            ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect()
    });
    let (mut fps, mut frames, mut all_bytes) = (0.0, 0, 0);
    for result in results {
        let (done, bytes, elapsed) = result?;
        fps += per_second(done as f64, elapsed.seconds());
        frames += done;
        all_bytes += bytes;
    }
    Ok((fps, all_bytes / frames.max(1)))
}

fn table(report: &Report<FileReport>) -> String {
    let mut lines = vec![format!(
        "{:>14}  {:>11}  {:>10}  {:>8}  {:>9}  media",
        "format", "size", "encode fps", "PSNR dB", "KB/frame"
    )];
    for file in &report.files {
        lines.push(format!(
            "{:>14}  {:>11}  {:>10.1}  {:>8.2}  {:>9.0}  {}",
            file.format,
            format!("{}×{}", file.width, file.height),
            file.encode_fps,
            file.psnr_db,
            file.mean_bytes as f64 / 1e3,
            file.media
        ));
    }
    lines.push(format!("threads: {}", report.threads));
    output::joined(&lines)
}
