//! `sextet frames`: the frames of a file, raw, for other programs.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use serde::Serialize;

use super::output;
use super::project_input;
use super::target::{self, OutputKind, OverwriteArgs, Target};
use crate::export::{FrameFile, FrameRange, WalkedFrame};
use crate::media::frame::YCbCrMatrix;
use crate::project::{as_given, shown};

/// Writes the frames of a media file as raw pixels: each once, in order. One that cannot be decoded ends it with its number.
#[derive(Clone, Debug, clap::Args)]
pub struct FramesArgs {
    /// The file.
    media: PathBuf,
    /// The first frame, counted from 0.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    from: u64,
    /// The first frame that is not wanted any more; without it, all to the end.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    to: Option<u64>,
    /// Every so many frames, one.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..),
          allow_negative_numbers = true)]
    every: u64,
    /// Where the pixels go: a file or pipe, or - for standard output.
    #[arg(long, value_name = "OUT")]
    raw: PathBuf,
    /// Their format.
    #[arg(long, value_enum, default_value_t = RawFormat::Rgba)]
    format: RawFormat,
    /// Where a line of JSON for each frame goes, such as /dev/fd/3; without it, to standard error.
    #[arg(long, value_name = "OUT")]
    index: Option<PathBuf>,
}

/// Format of raw pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RawFormat {
    /// Red, green, blue and straight alpha, a byte each.
    Rgba,
    /// Red, green and blue, a byte each.
    Rgb,
    /// YUV4MPEG2: 4:4:4, 8 bits, video range of BT.709, up to 720×576 of BT.601.
    Y4m,
}

/// A line of the index; its names are a contract.
#[derive(Serialize)]
struct IndexLine {
    /// Its place in the output.
    index: u64,
    /// The frame of the file.
    frame: u64,
    pts_seconds: f64,
    width: u32,
    height: u32,
    format: &'static str,
    bytes: u64,
}

/// Writes the frames.
///
/// # Errors
/// What is wrong with the file or a frame of it, and what cannot be written.
pub fn run(args: &FramesArgs) -> Result<ExitCode> {
    project_input::refuse_project(&args.media)?;
    let file = FrameFile::open(&as_given(&args.media))?;
    let is_in_file = args.from < file.frames() && args.to.is_none_or(|to| to > args.from);
    ensure!(
        is_in_file,
        "there are no such frames; the file has {}, from 0 on: {}",
        file.frames(),
        shown(&args.media)
    );
    let is_printed = args.raw.as_os_str() == "-";
    if is_printed && io::stdout().is_terminal() {
        bail!("raw pixels are nothing for a terminal; lead standard output to a program or a file");
    }
    let mut out: Box<dyn Write> = if is_printed {
        Box::new(io::stdout().lock())
    } else {
        let target = || Target {
            path: &args.raw,
            kind: OutputKind::Movie,
        };
        target::check(&[target()], std::slice::from_ref(&args.media))?;
        target::refuse_foreign(target(), OverwriteArgs { overwrite: false })?;
        Box::new(opened(&args.raw)?)
    };
    let mut index: Box<dyn Write> = match &args.index {
        Some(path) => Box::new(opened(path)?),
        None => Box::new(io::stderr()),
    };
    let range = FrameRange {
        from: args.from,
        to: args.to,
        every: args.every,
    };
    let mut bytes = Vec::new();
    if args.format == RawFormat::Y4m {
        out.write_all(y4m_header(&file).as_bytes())
            .context("cannot write the pixels")?;
    }
    for frame in file.walk(range) {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => {
                output::show_error(&error.into());
                return Ok(ExitCode::FAILURE);
            }
        };
        args.format.bytes_of(&frame, &mut bytes);
        out.write_all(&bytes).context("cannot write the pixels")?;
        // Whoever reads the line finds the frame.
        out.flush().context("cannot write the pixels")?;
        let line = serde_json::to_string(&args.format.line_of(&frame, bytes.len()))?;
        writeln!(index, "{line}").context("cannot write the index")?;
    }
    index.flush().context("cannot write the index")?;
    Ok(ExitCode::SUCCESS)
}

/// A file, or what is open already under a name such as `/dev/fd/3`.
fn opened(path: &PathBuf) -> Result<BufWriter<std::fs::File>> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).open(path);
    let file = file.with_context(|| format!("cannot write: {}", path.display()))?;
    Ok(BufWriter::new(file))
}

/// The header of a stream (yuv4mpeg(5)).
fn y4m_header(file: &FrameFile) -> String {
    let [width_px, height_px] = file.size_px();
    let (rate, (wide, high)) = (file.rate(), file.pixel_aspect());
    format!(
        "YUV4MPEG2 W{width_px} H{height_px} F{}:{} Ip A{wide}:{high} C444 XCOLORRANGE=LIMITED\n",
        rate.num(),
        rate.den()
    )
}

impl RawFormat {
    fn bytes_of(self, frame: &WalkedFrame, out: &mut Vec<u8>) {
        out.clear();
        let pixels = frame.picture.pixels().map(|pixel| pixel.0);
        match self {
            Self::Rgba => out.extend_from_slice(frame.picture.as_raw()),
            Self::Rgb => out.extend(pixels.flat_map(|[r, g, b, _]| [r, g, b])),
            Self::Y4m => {
                out.extend_from_slice(b"FRAME\n");
                for row in y4m_rows(frame.picture.dimensions()) {
                    out.extend(pixels.clone().map(|[r, g, b, _]| {
                        let [red, green, blue] = [r, g, b].map(|level| f32::from(level) / 255.0);
                        let sum = row[0] * red + row[1] * green + row[2] * blue + row[3];
                        (sum + 0.5) as u8
                    }));
                }
            }
        }
    }

    fn line_of(self, frame: &WalkedFrame, bytes: usize) -> IndexLine {
        IndexLine {
            index: frame.index,
            frame: frame.frame.0,
            pts_seconds: frame.pts.seconds(),
            width: frame.picture.width(),
            height: frame.picture.height(),
            format: match self {
                Self::Rgba => "rgba",
                Self::Rgb => "rgb",
                Self::Y4m => "y4m",
            },
            bytes: bytes as u64,
        }
    }
}

/// The largest size that is taken for BT.601 where nothing names a matrix, as in a stream of this kind; of larger ones,
/// BT.709 is.
const SD_SIZE_PX: (u32, u32) = (720, 576);

/// Y, Cb and Cr of 8 bits from red, green, blue and 1: 219 levels of luma from 16 on, 224 of chroma about 128 (ITU-R BT.709-6,
/// items 3.2 to 3.4; BT.601-7, 2.5).
fn y4m_rows((width_px, height_px): (u32, u32)) -> [[f32; 4]; 3] {
    let matrix = if width_px <= SD_SIZE_PX.0 && height_px <= SD_SIZE_PX.1 {
        YCbCrMatrix::Bt601
    } else {
        YCbCrMatrix::Bt709
    };
    let (red, blue) = matrix.luma_weights();
    let [red, green, blue] = [red, 1.0 - red - blue, blue].map(|weight| weight as f32);
    let (to_cb, to_cr) = (112.0 / (1.0 - blue), 112.0 / (1.0 - red));
    [
        [219.0 * red, 219.0 * green, 219.0 * blue, 16.0],
        [-red * to_cb, -green * to_cb, 112.0, 128.0],
        [112.0, -green * to_cr, -blue * to_cr, 128.0],
    ]
}
