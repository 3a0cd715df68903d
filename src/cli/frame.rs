//! `sextet frame`: one exact frame of a media file as a PNG.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _, RgbaImage};

use super::output;
use crate::gpu::{self, Gpu};
use crate::media::{self, Media, MediaError, TextureSupport};
use crate::time::{FrameIndex, Time};

/// What `frame` is asked.
#[derive(Debug, clap::Args)]
pub struct FrameArgs {
    /// The file.
    pub media: PathBuf,
    /// Which frame.
    #[command(flatten)]
    pub which: Which,
    /// Where the PNG goes: RGBA with straight alpha, at the file's own size, turned as its container says.
    #[arg(short, long, value_name = "OUT.png")]
    pub output: PathBuf,
    /// What turns the stored texels into a picture; without it the GPU, or the CPU where there is none.
    #[arg(long)]
    pub renderer: Option<Renderer>,
}

/// Which frame: by number or by time.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The frame's number, counted from 0.
    #[arg(long, value_name = "N")]
    pub index: Option<u64>,
    /// Seconds from the start of the file.
    #[arg(long, value_name = "S")]
    pub time: Option<f64>,
}

/// What turns stored texels into a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Renderer {
    /// The shaders that also play.
    Gpu,
    /// The reference on the CPU.
    Cpu,
}

/// Writes the frame.
///
/// # Errors
/// What is wrong with the file or the frame, that the GPU asked for is not there, or that the PNG cannot be written.
pub fn run(args: &FrameArgs) -> Result<ExitCode> {
    let gpu = match args.renderer {
        Some(Renderer::Cpu) => None,
        Some(Renderer::Gpu) => {
            let gpu = Gpu::headless().context("no GPU to draw with; try --renderer cpu")?;
            Some(gpu.forgiving())
        }
        None => Gpu::headless()
            .inspect_err(|error| tracing::warn!(%error, "no GPU; the CPU draws the frame"))
            .ok()
            .map(Gpu::forgiving),
    };
    let textures = match &gpu {
        Some(gpu) if !gpu.has_bc() => TextureSupport::RgbaOnly,
        _ => TextureSupport::BlockCompressed,
    };
    let media = media::open(&args.media, textures)?;
    let frame = args.which.frame(&media)?;
    let stored = match &gpu {
        None => media::frame_rgba(&media, frame)?,
        Some(gpu) => {
            let memory = media::frame_memory(&media, frame)?;
            match gpu::frame_to_rgba(gpu, &media.layout, memory.bytes()) {
                // No renderer was asked for by name.
                Err(error) if args.renderer.is_none() => {
                    output::complain(&format!("{error}; the CPU draws the frame"));
                    media::frame_rgba(&media, frame)?
                }
                drawn => drawn?,
            }
        }
    };
    let picture = media::cpu::upright(stored, media.layout.shape);
    write_png(&args.output, &picture)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    Ok(ExitCode::SUCCESS)
}

impl Which {
    /// The frame meant; a time before the start or past the end is refused as a number past the end is.
    fn frame(&self, media: &Media) -> Result<FrameIndex> {
        let timing = &media.facts.timing;
        let frames = timing.frames();
        match (self.index, self.time) {
            (Some(index), _) if index < frames => Ok(FrameIndex(index)),
            (Some(index), _) => Err(MediaError::NoSuchFrame {
                path: media.facts.path.clone(),
                frame: FrameIndex(index),
                frames,
            }
            .into()),
            (None, Some(seconds)) => {
                let time = Time::from_seconds_f64(seconds);
                let duration = timing.duration();
                if !seconds.is_finite() || time < Time::ZERO || time >= duration {
                    bail!(
                        "the time {seconds} s was asked for, but the file lasts from 0 to {:.3} s: {}",
                        duration.seconds(),
                        media.facts.path.display()
                    );
                }
                Ok(timing.frame_at(time))
            }
            (None, None) => bail!("say which frame, with --index or --time"),
        }
    }
}

fn write_png(path: &Path, picture: &RgbaImage) -> Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let (width, height) = picture.dimensions();
    PngEncoder::new(file).write_image(picture, width, height, ExtendedColorType::Rgba8)?;
    Ok(())
}
