//! Opening a media file: from a path to its picture stream and its sound.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::MediaError;
use super::address::{AddressKind, LiveAddress};
use super::ffmpeg::{
    Demuxer, FfmpegOpener, FileSound, HapPackets, HapStreamOpener, LiveOpener, open_animation,
    open_heif,
};
use super::file::MediaFile;
use super::frame::Shape;
use super::hap::{HapSource, HapVariant};
use super::health::SourceHealth;
use super::io::choose;
use super::options::OpenOptions;
use super::packets::PacketTable;
use super::picture::animation::Animation;
use super::picture::kind::PictureKind;
use super::read_path::{Backend, Fallback, ReadPath};
use super::sound::Sound;
use super::source::FrameSource as _;
use super::texture_support::TextureSupport;
use super::video::{PlayedBy, Video, VideoFacts, VideoSource};
use crate::settings::DecodeBy;
use crate::time::MediaTiming;

/// An open media file: a picture stream, sound, or both.
#[derive(Clone)]
pub struct Media {
    /// The file or address.
    pub path: PathBuf,
    /// The picture stream.
    pub video: Option<Video>,
    /// The sound, of what is no live source.
    pub sound: Option<Sound>,
}

impl Media {
    /// A file of sound alone.
    fn of_sound(path: &Path, sound: Sound) -> Self {
        Self {
            path: path.to_owned(),
            video: None,
            sound: Some(sound),
        }
    }

    /// The picture stream.
    ///
    /// # Errors
    /// [`MediaError::NoVideo`].
    pub fn into_video(self) -> Result<Video, MediaError> {
        let path = self.path;
        self.video.ok_or(MediaError::NoVideo { path })
    }
}

/// A file without sound.
impl From<Video> for Media {
    fn from(video: Video) -> Self {
        Self {
            path: video.facts.path.clone(),
            video: Some(video),
            sound: None,
        }
    }
}

/// Opens the picture stream of a media file for an adapter, with the usual options.
///
/// # Errors
/// The file's error.
pub fn open_video(path: &Path, textures: TextureSupport) -> Result<Video, MediaError> {
    open(path, &OpenOptions::new(textures))?.into_video()
}

/// Opens a media file; it may take as long as the disk takes, so never on the thread that draws.
///
/// # Errors
/// The file's error.
pub fn open(path: &Path, options: &OpenOptions) -> Result<Media, MediaError> {
    match AddressKind::of(path) {
        AddressKind::File => {}
        AddressKind::Live(address) => return Ok(open_live(address, options)?.into()),
        AddressKind::Incomplete => {
            let path = path.to_owned();
            return Err(MediaError::IncompleteAddress { path });
        }
        AddressKind::Unknown { scheme } => {
            return Err(MediaError::UnknownAddress {
                path: path.to_owned(),
                scheme,
            });
        }
    }
    if let Some(video) = open_picture(path)? {
        return Ok(video.into());
    }
    let demuxer = match Demuxer::open(path, options.time_out) {
        Err(error @ MediaError::NoVideo { .. }) => {
            let sound = FileSound::alone(path, options.time_out)?;
            return sound.map(|sound| Media::of_sound(path, sound)).ok_or(error);
        }
        opened => opened?,
    };
    let sound = FileSound::beside(&demuxer);
    let video = match HapVariant::from_fourcc(demuxer.stream().tag) {
        Some(variant) => open_hap(demuxer, variant, options),
        None => open_with_ffmpeg(demuxer, options.decode_by),
    }?;
    Ok(Media {
        sound,
        ..video.into()
    })
}

/// Opens what is taken apart here rather than by libavformat: the main picture of a HEIF file, and animations in PNG and
/// WebP. `None` for any other file, and for what cannot be opened at all, which is said elsewhere.
fn open_picture(path: &Path) -> Result<Option<Video>, MediaError> {
    let Ok(file) = MediaFile::open(path) else {
        return Ok(None);
    };
    if PictureKind::of(&file) == PictureKind::Heif {
        return open_heif(path, &Arc::new(file)).map(Some);
    }
    Animation::of(&file)
        .map(|animation| open_animation(path, Arc::new(file), animation))
        .transpose()
}

fn open_hap(
    demuxer: Demuxer,
    variant: HapVariant,
    options: &OpenOptions,
) -> Result<Video, MediaError> {
    let path = demuxer.path().to_owned();
    let size_px = (demuxer.stream().width_px, demuxer.stream().height_px);
    let shape = demuxer.stream().shape;
    let file = Arc::new(MediaFile::open(&path)?);
    let (textures, on_cpu) = variant.textures_on(options.textures);
    let no_blocks =
        (options.textures == TextureSupport::RgbaOnly).then_some(Fallback::NoBlockTextures);
    match HapPackets::find(demuxer, &file)? {
        HapPackets::Located {
            table,
            timing,
            is_from_index,
        } => {
            let (width_px, height_px) = size_px;
            let slow_disk = options.slow_disk.as_ref();
            let chosen = choose(options.io, &path, &file, slow_disk);
            let refused = chosen.refused.map(Fallback::IoRefused);
            let read_path = ReadPath {
                backend: Backend::Io(chosen.reader.mode()),
                why: chosen.why,
                fallback: refused.or(no_blocks),
            };
            let source =
                HapSource::new(&path, file, table, variant, width_px, height_px, textures)?
                    .with_reader(chosen.reader)
                    .with_shape(shape);
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
            let facts = VideoFacts {
                shape,
                ..hap_facts(&path, source.variant(), size_px, timing, rates, chunks, why)
            };
            Ok(Video {
                facts: Arc::new(facts),
                layout: Arc::clone(source.layout()),
                source: VideoSource::Pooled(Arc::new(source)),
                read_path,
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
            let facts = VideoFacts {
                shape,
                ..hap_facts(&path, opener.variant(), size_px, timing, rates, chunks, why)
            };
            Ok(Video {
                facts: Arc::new(facts),
                layout: Arc::clone(opener.layout()),
                source: VideoSource::Sequential(Arc::new(opener)),
                read_path: ReadPath {
                    fallback: no_blocks,
                    ..ReadPath::by_ffmpeg()
                },
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
) -> VideoFacts {
    VideoFacts {
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
        played_by: PlayedBy::Hap,
        why,
    }
}

fn open_with_ffmpeg(demuxer: Demuxer, by: DecodeBy) -> Result<Video, MediaError> {
    let health = Arc::new(SourceHealth::default());
    let opener = FfmpegOpener::new(demuxer, by, Arc::clone(&health))?;
    let layout = Arc::clone(opener.layout());
    let index = opener.index();
    let rates = Rates::of(&index.table, &index.timing);
    let (coded_width_px, coded_height_px) = opener.coded_size_px();
    let facts = VideoFacts {
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
        played_by: PlayedBy::Ffmpeg,
        why: opener.why(),
    };
    Ok(Video {
        facts: Arc::new(facts),
        layout,
        source: VideoSource::Sequential(Arc::new(opener)),
        read_path: ReadPath::by_ffmpeg(),
        health,
    })
}

fn open_live(address: LiveAddress, options: &OpenOptions) -> Result<Video, MediaError> {
    let path = PathBuf::from(&address.text);
    let health = Arc::new(SourceHealth::default());
    let opener = LiveOpener::new(address, options, Arc::clone(&health))?;
    let layout = Arc::clone(opener.layout());
    let facts = VideoFacts {
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
        played_by: PlayedBy::Live,
        why: opener.why(),
    };
    Ok(Video {
        facts: Arc::new(facts),
        layout,
        source: VideoSource::Sequential(Arc::new(opener)),
        read_path: ReadPath::by_ffmpeg(),
        health,
    })
}

/// Demand of a file on the disk, in megabytes (10⁶) per second of playing.
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
