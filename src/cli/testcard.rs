//! `sextet testcard`: writes a moving test picture in any variant of HAP.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;

use anyhow::{Context as _, bail, ensure};
use clap::ValueEnum;

use super::interrupt::Interrupt;
use super::output;
use super::target::{self, OutputKind, OverwriteArgs, Target};
use crate::media::ffmpeg::mux::{MovWriter, MuxError};
use crate::media::frame::MAX_SIDE_PX;
use crate::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use crate::media::hap::testcard::{Scene, TestCard};
use crate::media::hap::{Compressor, HapVariant, MAX_CHUNKS};
use crate::stats::available_memory_bytes;
use crate::time::FrameRate;

/// A box after those of the movie, by which a card is known again: free space (ISO/IEC 14496-12, 8.1.2) of 24 bytes.
pub(super) const CARD_MARK: &[u8; 24] = b"\0\0\0\x18freeSextet test card";

/// The exit code of a card that an interrupt ended.
const INTERRUPTED: u8 = 1;

/// Writes a moving picture: a test card, which carries its frame index, or one of the demo's.
#[derive(Clone, Debug, clap::Args)]
pub struct TestcardArgs {
    /// The file to write, a QuickTime movie.
    #[arg(short, long, value_name = "OUT.mov")]
    pub output: PathBuf,
    /// Permission to write over other files.
    #[command(flatten)]
    pub overwrite: OverwriteArgs,
    /// The variant of HAP.
    #[arg(long, value_enum)]
    pub format: CardFormat,
    /// Signed half floats (hap-hdr only).
    #[arg(long)]
    pub signed: bool,
    /// Picture size in pixels.
    #[arg(long, value_name = "WxH")]
    pub size: CardSize,
    /// Frames per second, such as 60 or 30000/1001.
    #[arg(long, value_name = "N[/D]", allow_negative_numbers = true)]
    pub fps: FrameRate,
    /// Number of frames.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..),
          allow_negative_numbers = true)]
    pub frames: u32,
    /// Chunks per texture, which decode in parallel.
    #[arg(long, value_name = "K", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=MAX_CHUNKS as i64),
          allow_negative_numbers = true)]
    pub chunks: u32,
    /// The second-stage compressor.
    #[arg(long, value_enum, default_value_t = CardCompressor::Snappy)]
    pub compressor: CardCompressor,
    /// Bytes of a section header.
    #[arg(long, value_name = "4|8", default_value_t = 4, value_parser = parse_header,
          allow_negative_numbers = true)]
    pub header: u8,
    /// Share of random blocks, 0 to 1: about the ratio that Snappy reaches.
    #[arg(long, value_name = "0..1", default_value_t = 0.0, value_parser = parse_noise,
          allow_negative_numbers = true)]
    pub noise: f32,
    /// Sets colours, movement and random numbers.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = super::values::whole_number,
          allow_negative_numbers = true)]
    pub seed: u64,
    /// What it shows: the test card, or a picture of the demo that loops without a seam.
    #[arg(long, value_enum, default_value_t = CardPicture::Card)]
    pub picture: CardPicture,
}

/// The pictures by the names of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are those of Scene")]
pub enum CardPicture {
    /// The test card.
    Card,
    Aurora,
    Bokeh,
    Ribbons,
    Embers,
    Rings,
    Title,
}

impl CardPicture {
    /// The scene that it is; none for the test card.
    fn scene(self) -> Option<Scene> {
        match self {
            Self::Card => None,
            Self::Aurora => Some(Scene::Aurora),
            Self::Bokeh => Some(Scene::Bokeh),
            Self::Ribbons => Some(Scene::Ribbons),
            Self::Embers => Some(Scene::Embers),
            Self::Rings => Some(Scene::Rings),
            Self::Title => Some(Scene::Title),
        }
    }
}

/// The variants by the names of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names are those of HapVariant")]
pub enum CardFormat {
    Hap,
    HapAlpha,
    HapQ,
    HapQAlpha,
    HapAlphaOnly,
    HapR,
    HapHdr,
}

/// The second-stage compressors by the names of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CardCompressor {
    /// Snappy, where it makes a chunk smaller.
    Snappy,
    /// Every chunk stored.
    None,
}

impl From<CardCompressor> for Compressor {
    fn from(compressor: CardCompressor) -> Self {
        match compressor {
            CardCompressor::Snappy => Self::Snappy,
            CardCompressor::None => Self::Stored,
        }
    }
}

/// A picture size that a card can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSize {
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
}

impl FromStr for CardSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || {
            format!(
                "not a size: {text:?}; write it as 1920x1080, each side from 1 to {MAX_SIDE_PX}"
            )
        };
        let (width, height) = text.split_once(['x', 'X', '×']).ok_or_else(refused)?;
        let side = |part: &str| {
            let side = part.trim().parse().ok();
            side.filter(|side| (1..=MAX_SIDE_PX).contains(side))
        };
        let (width_px, height_px) = side(width).zip(side(height)).ok_or_else(refused)?;
        Ok(Self {
            width_px,
            height_px,
        })
    }
}

fn parse_header(text: &str) -> Result<u8, String> {
    match text {
        "4" => Ok(4),
        "8" => Ok(8),
        _ => Err("choose 4 or 8".to_owned()),
    }
}

fn parse_noise(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|noise| (0.0..=1.0).contains(noise))
        .ok_or_else(|| "choose a share from 0 to 1".to_owned())
}

impl TestcardArgs {
    fn card(&self) -> anyhow::Result<TestCard> {
        Ok(TestCard {
            variant: self.variant()?,
            width_px: self.size.width_px,
            height_px: self.size.height_px,
            rate: self.fps,
            noise: self.noise,
            seed: self.seed,
        })
    }

    fn frame_options(&self) -> FrameOptions {
        FrameOptions {
            chunks: self.chunks,
            compressor: self.compressor.into(),
            header: match self.header {
                8 => HeaderLength::Long,
                _ => HeaderLength::Short,
            },
            has_offsets: false,
        }
    }

    fn variant(&self) -> anyhow::Result<HapVariant> {
        let variant = match self.format {
            CardFormat::Hap => HapVariant::Hap,
            CardFormat::HapAlpha => HapVariant::HapAlpha,
            CardFormat::HapQ => HapVariant::HapQ,
            CardFormat::HapQAlpha => HapVariant::HapQAlpha,
            CardFormat::HapAlphaOnly => HapVariant::HapAlphaOnly,
            CardFormat::HapR => HapVariant::HapR,
            CardFormat::HapHdr => HapVariant::HapHdr {
                is_signed: self.signed,
            },
        };
        if self.signed && self.format != CardFormat::HapHdr {
            bail!("--signed goes with --format hap-hdr only; leave it out");
        }
        Ok(variant)
    }
}

/// Writes the test card that `args` ask for. An older card of the name is replaced once the new one is whole; where it
/// is not to become whole, because an interrupt comes, nothing is written.
///
/// # Errors
/// Arguments that do not go together, that no file can be at that place, and what the encoder, the muxer or the file
/// system said.
pub fn run(args: &TestcardArgs) -> anyhow::Result<ExitCode> {
    // Ended at once, it would leave the unfinished file behind.
    let interrupt = Interrupt::listen_to_the_end().context("cannot listen for Ctrl+C")?;
    run_unless(args, &interrupt)
}

/// As [`run`], until the interrupt comes.
fn run_unless(args: &TestcardArgs, interrupt: &Interrupt) -> anyhow::Result<ExitCode> {
    let card = args.card()?;
    let options = args.frame_options();
    let scene = args.picture.scene();
    if scene.is_some() && (args.noise > 0.0 || args.seed != 0) {
        bail!("--noise and --seed go with the test card only; leave them or --picture out");
    }
    let loops = scene.map(|scene| (scene, args.frames));
    ensure!(args.frames > 0, "there must be at least one frame");
    let replaced = file_to_write(args)?;
    // A link is written through, and an error names what was typed.
    let failed = |error: MuxError| error.about(&args.output);
    let (width_px, height_px) = (card.width_px, card.height_px);
    let writer = MovWriter::create(&replaced, card.variant, width_px, height_px, card.rate);
    let mut writer = writer.map_err(failed)?;
    let workers = workers_in_memory(&card)?;
    let frames: Vec<u64> = (0..u64::from(args.frames)).collect();
    for batch in frames.chunks(workers) {
        if interrupt.has_come() {
            // Takes the unfinished file away.
            drop(writer);
            let output = args.output.display();
            output::complain(&format!("interrupted; nothing was written: {output}"));
            return Ok(ExitCode::from(INTERRUPTED));
        }
        for packet in encode_batch(&card, loops, &options, batch)? {
            writer.write(&packet).map_err(failed)?;
        }
    }
    writer.finish_with(CARD_MARK).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

/// Number of frames to encode at once: one on each core, or as many as there is memory for.
fn workers_in_memory(card: &TestCard) -> anyhow::Result<usize> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let layout = card.variant.block_layout(card.width_px, card.height_px)?;
    // Textures and packet, each in a buffer that may have grown to twice its length.
    let frame_bytes = layout.bytes.saturating_mul(4).max(1);
    let Some(left_bytes) = available_memory_bytes() else {
        return Ok(cores);
    };
    let workers = usize::try_from(left_bytes / frame_bytes).unwrap_or(usize::MAX);
    ensure!(
        workers > 0,
        "encoding a frame of this size takes {} MiB of memory, and {} MiB are left; choose a smaller size",
        frame_bytes.div_ceil(1 << 20),
        left_bytes >> 20
    );
    Ok(workers.min(cores))
}

/// The file that the card is written to.
fn file_to_write(args: &TestcardArgs) -> anyhow::Result<PathBuf> {
    let path = args.output.as_path();
    ensure!(
        is_movie_name(path),
        "a test card is a QuickTime movie; end the name in .mov: {}",
        path.display()
    );
    let replaced = target::file_to_replace(path)?;
    let kind = OutputKind::Card;
    target::refuse_foreign(Target { path, kind }, args.overwrite)?;
    Ok(replaced)
}

/// True if a name ends as those of QuickTime movies do, or in nothing that would tell of another format.
fn is_movie_name(path: &Path) -> bool {
    path.extension().is_none_or(|extension| {
        ["mov", "qt"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The packets of a few frames, each encoded on a thread of its own.
fn encode_batch(
    card: &TestCard,
    loops: Option<(Scene, u32)>,
    options: &FrameOptions,
    frames: &[u64],
) -> anyhow::Result<Vec<Vec<u8>>> {
    thread::scope(|scope| {
        let encoders = frames.iter().map(|&frame| {
            thread::Builder::new()
                .name(format!("encode-{frame}"))
                .spawn_scoped(scope, move || encode_frame(card, loops, options, frame))
                .context("cannot start a thread to encode on")
        });
        let encoders: Vec<_> = encoders.collect::<Result<_, _>>()?;
        let joined = encoders.into_iter().map(|encoder| match encoder.join() {
            Ok(packet) => packet,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

/// The packet of a frame: of the card, or of a scene that loops after so many frames.
fn encode_frame(
    card: &TestCard,
    loops: Option<(Scene, u32)>,
    options: &FrameOptions,
    frame: u64,
) -> anyhow::Result<Vec<u8>> {
    let textures = match loops {
        None => card.textures(frame),
        Some((scene, frames)) => {
            let size = [card.width_px, card.height_px];
            scene.textures(card.variant, size, frame, frames)
        }
    };
    let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
    let mut packet = Vec::new();
    write_frame(card.variant, &textures, options, &mut packet)
        .with_context(|| format!("cannot encode frame {frame}"))?;
    Ok(packet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(Debug, clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: TestcardArgs,
    }

    fn run(args: &TestcardArgs) -> anyhow::Result<ExitCode> {
        // The signals of the process that tests stay as they are.
        run_unless(args, &Interrupt::default())
    }

    const USUAL: &str = "testcard -o card.mov --format hap-q --size 64x36 --fps 60 --frames 3";

    fn parse(more: &str) -> Result<TestcardArgs, clap::Error> {
        let words = USUAL.split(' ').chain(more.split_whitespace());
        Command::try_parse_from(words).map(|command| command.args)
    }

    #[test]
    fn options_left_out_have_their_usual_values() {
        let args = parse("").expect("enough");
        assert_eq!((args.chunks, args.header, args.seed), (1, 4, 0));
        assert_eq!(args.compressor, CardCompressor::Snappy);
        assert_eq!(args.noise, 0.0);
    }

    #[test]
    fn bad_arguments_are_refused_with_their_name() {
        for (good, bad) in [
            ("--size 64x36", "--size 0x36"),
            ("--size 64x36", "--size 64x16385"),
            ("--size 64x36", "--size 64"),
            ("--fps 60", "--fps 0"),
            ("--fps 60", "--fps 30/0"),
            ("--frames 3", "--frames 0"),
            ("--frames 3", "--frames -1"),
            ("--format hap-q", "--format h264"),
        ] {
            let line = USUAL.replace(good, bad);
            let error = Command::try_parse_from(line.split(' ')).expect_err(bad);
            assert_eq!(error.exit_code(), 2, "{bad}");
        }
        for bad in [
            "--noise 1.5",
            "--noise -0.1",
            "--noise NaN",
            "--chunks 0",
            "--chunks 4097",
            "--header 6",
            "--compressor zip",
        ] {
            let option = bad.split(' ').next().expect("an option");
            let error = parse(bad).expect_err(bad);
            assert!(error.to_string().contains(option), "{bad}: {error}");
        }
    }

    #[test]
    fn a_scene_takes_neither_noise_nor_seed() {
        for more in ["--picture rings --noise 0.1", "--picture rings --seed 3"] {
            let error = run(&parse(more).expect("parses")).expect_err("refused");
            assert!(error.to_string().contains("--picture"), "{error}");
        }
    }

    #[test]
    fn signed_goes_with_hdr_only() {
        let error = run(&parse("--signed").expect("parses")).expect_err("refused");
        assert!(error.to_string().contains("hap-hdr"), "{error}");
    }

    #[test]
    fn a_card_replaces_an_older_card_and_other_files_only_when_told_to() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let output = folder.path().join("card.mov");
        std::fs::write(&output, b"old").expect("written");
        let mut args = parse("--chunks 64 --header 8 --noise 0.5").expect("parses");
        args.output.clone_from(&output);
        let error = run(&args).expect_err("refused").to_string();
        assert!(error.contains("--overwrite"), "{error}");
        assert_eq!(std::fs::read(&output).expect("reads"), b"old");
        args.overwrite.overwrite = true;
        run(&args).expect("runs");
        args.overwrite.overwrite = false;
        run(&args).expect("replaces its own");
        let written = std::fs::read(&output).expect("reads");
        assert_eq!(&written[4..8], b"ftyp");
        assert!(
            written.windows(4).any(|window| window == b"HapY"),
            "its tag"
        );
        let names = std::fs::read_dir(folder.path()).expect("reads");
        assert_eq!(names.count(), 1);

        for other in ["card.avi", "card.mp4", "card.MKV"] {
            args.output = folder.path().join(other);
            let error = run(&args).expect_err("refused").to_string();
            assert!(error.contains("end the name in .mov"), "{error}");
            assert!(!args.output.exists(), "{other}");
        }
        args.output = folder.path().join("none").join("card.mov");
        let error = run(&args).expect_err("no such folder");
        assert!(
            error.to_string().contains("cannot write the file"),
            "{error}"
        );
        assert!(!error.to_string().contains(".sextet-"), "{error}");
    }
}
