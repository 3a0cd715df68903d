//! Opening a media file: from a path to facts, timing, layout and a source of frames.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::MediaError;
use super::address::{LiveAddress, Place};
use super::ffmpeg::{Demuxer, FfmpegOpener, HapPackets, HapStreamOpener, LiveOpener};
use super::file::MediaFile;
use super::frame::{FrameLayout, Shape};
use super::hap::{HapSource, HapVariant};
use super::health::SourceHealth;
use super::io::choose;
use super::options::{OpenOptions, TextureSupport};
use super::packets::PacketTable;
use super::source::{FrameSource, SequentialOpener};
use crate::settings::DecodeBy;
use crate::time::MediaTiming;

/// What is known of a media file once it is open.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaFacts {
    /// Where it is.
    pub path: PathBuf,
    /// The codec: a HAP tag such as `HapY`, or FFmpeg's name such as `h264`.
    pub codec: String,
    /// Visible pixels across.
    pub width_px: u32,
    /// Visible pixels down.
    pub height_px: u32,
    /// Pixels across as stored, padding included.
    pub coded_width_px: u32,
    /// Pixels down as stored, padding included.
    pub coded_height_px: u32,
    /// How its numbers become a colour, in a few words; `assumed` marks what the file does not say.
    pub colour: String,
    /// How its pictures are to be turned and stretched to be seen.
    pub shape: Shape,
    /// When each frame is shown.
    pub timing: MediaTiming,
    /// Mean rate of stored bytes of video, in megabytes (10⁶) per second of playing.
    pub mean_mb_per_s: f64,
    /// Rate over the second of playing that needs most, in megabytes (10⁶) per second.
    pub peak_mb_per_s: f64,
    /// Most chunks in a frame looked at (HAP), 1 for other codecs.
    pub chunks: u32,
    /// `hap`, `ffmpeg` or `live`: the path that plays it.
    pub played_by: &'static str,
    /// Why that path, in a sentence.
    pub why: String,
}

/// The name of the path that plays live sources.
const LIVE: &str = "live";

impl MediaFacts {
    /// Whether it comes live: its frames have no numbers of their own, and none can be asked for twice.
    pub fn is_live(&self) -> bool {
        self.played_by == LIVE
    }
}

/// An open media file.
#[derive(Clone)]
pub struct Media {
    /// What it is.
    pub facts: Arc<MediaFacts>,
    /// The layout of its decoded frames.
    pub layout: Arc<FrameLayout>,
    /// Where its frames come from.
    pub source: MediaSource,
    /// How its bytes are read.
    pub reading: Reading,
    /// How its decoders do.
    pub health: Arc<SourceHealth>,
}

/// How the bytes of a media file are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The name of the way, such as `pread`; `ffmpeg` where libavformat reads.
    pub name: &'static str,
    /// Why that way, in a sentence.
    pub why: Arc<str>,
}

impl Reading {
    fn by_ffmpeg() -> Self {
        Self {
            name: "ffmpeg",
            why: "Read by FFmpeg, which demuxes it.".into(),
        }
    }
}

/// Where frames come from.
#[derive(Clone)]
pub enum MediaSource {
    /// Any worker may read and decode any frame.
    Pooled(Arc<dyn FrameSource>),
    /// A thread of its own decodes one frame after the other.
    Sequential(Arc<dyn SequentialOpener>),
}

/// Opens a media file; it may take as long as the disk takes, so never on the thread that draws.
///
/// # Errors
/// What is wrong with the file.
pub fn open(path: &Path, textures: TextureSupport) -> Result<Media, MediaError> {
    open_to_play(path, &OpenOptions::new(textures))
}

/// As [`open`], with a say in how.
///
/// # Errors
/// What is wrong with the file.
pub fn open_to_play(path: &Path, options: &OpenOptions) -> Result<Media, MediaError> {
    match Place::of(path) {
        Place::File => {}
        Place::Live(address) => return open_live(address, options),
        Place::Incomplete => {
            let path = path.to_owned();
            return Err(MediaError::IncompleteAddress { path });
        }
        Place::Unknown { scheme } => {
            return Err(MediaError::UnknownAddress {
                path: path.to_owned(),
                scheme,
            });
        }
    }
    let demuxer = Demuxer::open(path, options.time_out)?;
    match HapVariant::from_fourcc(demuxer.stream().tag) {
        Some(variant) => open_hap(demuxer, variant, options),
        None => open_with_ffmpeg(demuxer, options.decode_by),
    }
}

fn open_hap(
    demuxer: Demuxer,
    variant: HapVariant,
    options: &OpenOptions,
) -> Result<Media, MediaError> {
    let path = demuxer.path().to_owned();
    let size_px = (demuxer.stream().width_px, demuxer.stream().height_px);
    let file = Arc::new(MediaFile::open(&path)?);
    let (textures, on_cpu) = variant.textures_on(options.textures);
    match HapPackets::find(demuxer, &file)? {
        HapPackets::Located {
            table,
            timing,
            is_from_index,
        } => {
            let (width_px, height_px) = size_px;
            let chosen = choose(options.io, &path, &file, &table);
            let reading = Reading {
                name: chosen.reader.mode().name(),
                why: chosen.why.into(),
            };
            let reader = match &options.slow_disk {
                Some(disk) => disk.reader(chosen.reader),
                None => chosen.reader,
            };
            let source =
                HapSource::new(&path, file, table, variant, width_px, height_px, textures)?
                    .with_reader(reader);
            let found = if is_from_index {
                "located by the container's index"
            } else {
                "located by demuxing the file once"
            };
            let why = format!(
                "{} frames stand alone and are {found}, so any of them is read by its offset{on_cpu}.",
                source.variant().name(),
            );
            let rates = Rates::of(source.packets(), &timing);
            let chunks = source.chunks_in_first_frame();
            let facts = hap_facts(&path, source.variant(), size_px, timing, rates, chunks, why);
            Ok(Media {
                facts: Arc::new(facts),
                layout: Arc::clone(source.layout()),
                source: MediaSource::Pooled(Arc::new(source)),
                reading,
                health: Arc::default(),
            })
        }
        HapPackets::Streamed(index) => {
            let opener = HapStreamOpener::new(&path, index, variant, textures, options.time_out)?;
            let why = format!(
                "{} frames stand alone, but the container does not say where their bytes lie, so one thread demuxes \
                 them one after the other{on_cpu}.",
                opener.variant().name(),
            );
            let timing = opener.index().timing.clone();
            let rates = Rates::of(&opener.index().table, &timing);
            let chunks = opener.chunks();
            let facts = hap_facts(&path, opener.variant(), size_px, timing, rates, chunks, why);
            Ok(Media {
                facts: Arc::new(facts),
                layout: Arc::clone(opener.layout()),
                source: MediaSource::Sequential(Arc::new(opener)),
                reading: Reading::by_ffmpeg(),
                health: Arc::default(),
            })
        }
    }
}

fn hap_facts(
    path: &Path,
    variant: HapVariant,
    (width_px, height_px): (u32, u32),
    timing: MediaTiming,
    rates: Rates,
    chunks: u32,
    why: String,
) -> MediaFacts {
    MediaFacts {
        path: path.to_owned(),
        codec: variant.codec().to_owned(),
        width_px,
        height_px,
        coded_width_px: width_px.next_multiple_of(4),
        coded_height_px: height_px.next_multiple_of(4),
        colour: variant.name().to_owned(),
        shape: Shape::default(),
        timing,
        mean_mb_per_s: rates.mean_mb_per_s,
        peak_mb_per_s: rates.peak_mb_per_s,
        chunks,
        played_by: "hap",
        why,
    }
}

fn open_with_ffmpeg(demuxer: Demuxer, by: DecodeBy) -> Result<Media, MediaError> {
    let health = Arc::new(SourceHealth::default());
    let opener = FfmpegOpener::new(demuxer, by, Arc::clone(&health))?;
    let layout = Arc::clone(opener.layout());
    let index = opener.index();
    let rates = Rates::of(&index.table, &index.timing);
    let (coded_width_px, coded_height_px) = opener.coded_size_px();
    let facts = MediaFacts {
        path: opener.path().to_owned(),
        codec: opener.codec().to_owned(),
        width_px: layout.width_px,
        height_px: layout.height_px,
        coded_width_px,
        coded_height_px,
        colour: opener.colour(),
        shape: layout.shape,
        timing: index.timing.clone(),
        mean_mb_per_s: rates.mean_mb_per_s,
        peak_mb_per_s: rates.peak_mb_per_s,
        chunks: 1,
        played_by: "ffmpeg",
        why: opener.why(),
    };
    Ok(Media {
        facts: Arc::new(facts),
        layout,
        source: MediaSource::Sequential(Arc::new(opener)),
        reading: Reading::by_ffmpeg(),
        health,
    })
}

fn open_live(address: LiveAddress, options: &OpenOptions) -> Result<Media, MediaError> {
    let path = PathBuf::from(&address.text);
    let health = Arc::new(SourceHealth::default());
    let opener = LiveOpener::new(address, options, Arc::clone(&health))?;
    let layout = Arc::clone(opener.layout());
    let facts = MediaFacts {
        path,
        codec: opener.codec().to_owned(),
        width_px: layout.width_px,
        height_px: layout.height_px,
        coded_width_px: layout.width_px,
        coded_height_px: layout.height_px,
        colour: opener.colour(),
        shape: layout.shape,
        timing: opener.timing().clone(),
        mean_mb_per_s: 0.0,
        peak_mb_per_s: 0.0,
        chunks: 1,
        played_by: LIVE,
        why: opener.why(),
    };
    Ok(Media {
        facts: Arc::new(facts),
        layout,
        source: MediaSource::Sequential(Arc::new(opener)),
        reading: Reading::by_ffmpeg(),
        health,
    })
}

/// How much a file asks of the disk, in megabytes (10⁶) per second of playing.
#[derive(Clone, Copy)]
struct Rates {
    mean_mb_per_s: f64,
    peak_mb_per_s: f64,
}

impl Rates {
    fn of(packets: &PacketTable, timing: &MediaTiming) -> Self {
        Self {
            mean_mb_per_s: packets.mean_mb_per_s(timing.rate()),
            peak_mb_per_s: packets.peak_mb_per_s(timing.rate()),
        }
    }
}
