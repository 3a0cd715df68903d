//! `sextet frame`: one exact frame of a media file as a picture.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use super::graphics::headless_gpu;
use super::output::{self, PictureKind};
use super::project_input;
use super::target::{self, OutputKind, OverwriteArgs, Target};
use crate::gpu::{self, Gpu};
use crate::media::{self, MediaError, PlayedBy, TextureSupport, Video};
use crate::time::{FrameIndex, Time};

/// Arguments of `frame`.
#[derive(Debug, clap::Args)]
pub struct FrameArgs {
    /// The file.
    pub media: PathBuf,
    /// The frame.
    #[command(flatten)]
    pub which: Which,
    /// Output path of the picture, at the file's own size, turned as its container says: a PNG, RGBA with straight alpha, or a
    /// JPEG, over black, by how the name ends.
    #[arg(short, long, value_name = "OUT.png")]
    pub output: PathBuf,
    /// Permission to write over other files.
    #[command(flatten)]
    pub overwrite: OverwriteArgs,
    /// Renderer that turns the stored texels into a picture; without it the GPU, or the CPU where there is none.
    #[arg(long)]
    pub renderer: Option<Renderer>,
}

/// The frame, by index or by time.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The frame's number, counted from 0.
    #[arg(long, value_name = "N", value_parser = super::values::whole_number, allow_negative_numbers = true)]
    pub index: Option<u64>,
    /// Seconds from the start of the file.
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    pub time: Option<f64>,
}

/// Renderer that turns stored texels into a picture.
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
/// If the file or the frame is not usable, the GPU asked for is missing, or the picture cannot be written.
pub fn run(args: &FrameArgs) -> Result<ExitCode> {
    PictureKind::of(&args.output)?;
    project_input::refuse_project(&args.media)?;
    // The file first: what is wrong with it shows without a GPU.
    let mut media = media::open_video(&args.media, TextureSupport::BlockCompressed)?;
    let frame = args.which.frame(&media)?;
    let target = Target {
        path: &args.output,
        kind: OutputKind::Picture,
    };
    let read = std::slice::from_ref(&args.media);
    target::check(&[target], read)?;
    target::refuse_foreign(target, args.overwrite)?;
    let gpu = args.gpu()?;
    let has_blocks = media.facts.played_by == PlayedBy::Hap;
    if has_blocks && gpu.as_ref().is_some_and(|gpu| !gpu.has_bc()) {
        media = media::open_video(&args.media, TextureSupport::RgbaOnly)?;
    }
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
    output::write_picture(&picture, &args.output)?;
    Ok(ExitCode::SUCCESS)
}

impl FrameArgs {
    /// The GPU, if the renderer is not the CPU.
    fn gpu(&self) -> Result<Option<Gpu>> {
        match self.renderer {
            Some(Renderer::Cpu) => Ok(None),
            Some(Renderer::Gpu) => {
                let gpu = headless_gpu().context("no GPU to draw with; try --renderer cpu")?;
                Ok(Some(gpu))
            }
            None => Ok(headless_gpu()
                .inspect_err(|error| tracing::warn!(%error, "no GPU; the CPU draws the frame"))
                .ok()),
        }
    }
}

impl Which {
    /// The frame meant; a time before the start or past the end is refused as a number past the end is.
    fn frame(&self, media: &Video) -> Result<FrameIndex> {
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
