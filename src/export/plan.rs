//! What a conversion will do, known before anything is written.

use std::path::{Path, PathBuf};

use super::error::ExportError;
use super::examine::Examination;
use super::origin::{origin_of, origin_of_movie};
use super::picture::PictureMaker;
use super::schedule::Schedule;
use super::settings::{ConvertSettings, SoundChoice};
use crate::media::ffmpeg::mux_sound::{SoundCopy, SoundTransfer};
use crate::media::hap::HapVariant;
use crate::media::hap::encode::FrameOptions;
use crate::media::{self, Media, OpenOptions, TextureSupport, Video};
use crate::time::FrameRate;

/// Texture bytes to a chunk, where their number is not set: enough for a thread to be worth waking.
const CHUNK_BYTES: u64 = 1 << 20;

/// Most chunks chosen, the most that FFmpeg's decoder takes (libavcodec/hap.h, `HAP_MAX_CHUNKS`).
const MAX_CHOSEN_CHUNKS: u64 = 64;

/// Rates that timecode counts in, as whole frames a second.
const TIMECODE_RATES: [u32; 9] = [24, 25, 30, 48, 50, 60, 100, 120, 150];

/// Words about the container itself, which another one does not share.
const OWN_WORDS: [&str; 5] = [
    "major_brand",
    "minor_version",
    "compatible_brands",
    "encoder",
    "timecode",
];

/// A conversion that can begin.
pub struct ConvertPlan {
    /// The variant to write.
    pub variant: HapVariant,
    /// Pixels across and down.
    pub size_px: [u32; 2],
    /// The frames to write.
    pub frames: u64,
    /// Their rate; the mean one if it varies.
    pub rate: FrameRate,
    /// Frames of the source left out.
    pub dropped: u64,
    /// Frames that repeat the one before.
    pub doubled: u64,
    /// True if colours are divided by alpha.
    pub is_premultiplied: bool,
    /// True if the file has alpha and the variant holds none.
    pub loses_alpha: bool,
    /// What becomes of the sound; none if there is none.
    pub sound: Option<SoundTransfer>,
    /// FFmpeg's names of codecs of sound that is left out, since it can be neither copied nor decoded.
    pub sound_left_out: Vec<String>,
    /// Estimated bytes of the movie; none if no frame could be looked at.
    pub estimated_bytes: Option<u64>,
    /// Chunks per texture.
    pub chunks: u32,
    pub(super) video: Video,
    pub(super) maker: PictureMaker,
    pub(super) schedule: Schedule,
    pub(super) options: FrameOptions,
    pub(super) origin: Option<String>,
    /// Whose sound to take over; none if none.
    sound_from: Option<PathBuf>,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) threads: usize,
}

impl ConvertPlan {
    /// Opens a file and looks at a few of its frames.
    ///
    /// # Errors
    /// What is wrong with the file, or with what is asked of it.
    pub fn new(path: &Path, settings: &ConvertSettings) -> Result<Self, ExportError> {
        let Media { video, sound, .. } =
            media::open(path, &OpenOptions::new(TextureSupport::RgbaOnly))?;
        let video = video.ok_or_else(|| media::MediaError::NoVideo {
            path: path.to_owned(),
        })?;
        if video.facts.is_live() {
            return Err(ExportError::Live {
                path: path.to_owned(),
            });
        }
        let variant = settings.format.variant();
        let mut maker = PictureMaker {
            layout: (*video.layout).clone(),
            is_light: matches!(variant, Some(HapVariant::HapHdr { .. })),
            is_premultiplied: false,
            size_px: settings.size_px,
        };
        if variant == Some(HapVariant::HapAlphaOnly) && !maker.layout.colour.has_alpha() {
            return Err(ExportError::NoAlpha {
                variant: HapVariant::HapAlphaOnly,
                path: path.to_owned(),
            });
        }
        let seen = Examination::of(&video, &maker, settings);
        let variant = match variant {
            Some(variant) => variant,
            None => seen.variant(&maker)?,
        };
        maker.is_light = matches!(variant, HapVariant::HapHdr { .. });
        maker.is_premultiplied = seen.is_premultiplied;
        let size_px = maker.out_px();
        let options = options(settings, variant, size_px)?;
        let schedule = Schedule::new(&video.facts.timing, settings.rate);
        let has_alpha = seen.has_alpha;
        let frame_bytes = seen.frame_bytes(variant, options)?;
        let (dropped, doubled) = schedule.dropped_and_doubled();
        let copy = sound_of(path, sound.is_some())?;
        let metadata = copy
            .as_ref()
            .map(|copy| metadata_of(copy, &schedule))
            .unwrap_or_default();
        let copy = copy.filter(|_| sound.is_some() && settings.sound == SoundChoice::Keep);
        Ok(Self {
            variant,
            size_px,
            frames: schedule.frames(),
            rate: schedule.rate(),
            dropped,
            doubled,
            is_premultiplied: maker.is_premultiplied,
            loses_alpha: has_alpha && !variant.has_alpha(),
            sound: copy.as_ref().and_then(SoundCopy::transfer),
            sound_left_out: copy
                .as_ref()
                .map(|copy| copy.left_out().to_vec())
                .unwrap_or_default(),
            estimated_bytes: frame_bytes.map(|bytes| bytes.saturating_mul(schedule.frames())),
            chunks: options.chunks,
            video,
            maker,
            schedule,
            options,
            sound_from: copy.is_some().then(|| path.to_owned()),
            origin: origin_of(path, settings),
            metadata,
            threads: settings.threads.max(1),
        })
    }

    /// The sound to take over, from its beginning.
    pub(super) fn open_sound(&self) -> Result<Option<SoundCopy>, ExportError> {
        let from = self.sound_from.as_deref();
        let open = from.map(|path| SoundCopy::open(path, OpenOptions::TIME_OUT));
        Ok(open.transpose()?)
    }

    /// True if frames have lengths of their own.
    pub fn is_variable(&self) -> bool {
        self.schedule.units_per_second().is_some()
    }
}

/// True if the movie at a path is the whole result of converting this file in this way.
pub fn is_made_of(movie: &Path, source: &Path, settings: &ConvertSettings) -> bool {
    let made_of = origin_of_movie(movie);
    made_of.is_some() && made_of == origin_of(source, settings)
}

fn options(
    settings: &ConvertSettings,
    variant: HapVariant,
    [width_px, height_px]: [u32; 2],
) -> Result<FrameOptions, ExportError> {
    let layout = variant.block_layout(width_px, height_px)?;
    let largest = layout.planes.iter().map(|plane| plane.tight_bytes()).max();
    let chosen = largest.unwrap_or(1).div_ceil(CHUNK_BYTES);
    let chosen = u32::try_from(chosen.clamp(1, MAX_CHOSEN_CHUNKS)).unwrap_or(1);
    Ok(FrameOptions {
        chunks: settings.chunks.unwrap_or(chosen),
        compressor: settings.compressor,
        ..FrameOptions::default()
    })
}

/// The sound and the words of a file; none where it has no container that tells any.
fn sound_of(path: &Path, has_sound: bool) -> Result<Option<SoundCopy>, ExportError> {
    match SoundCopy::open(path, OpenOptions::TIME_OUT) {
        Ok(copy) => Ok(Some(copy)),
        Err(error) if has_sound => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// What the movie tells of itself: what the file told, and the timecode if its frames are still the same.
fn metadata_of(copy: &SoundCopy, schedule: &Schedule) -> Vec<(String, String)> {
    let own = |(key, _): &&(String, String)| !OWN_WORDS.contains(&key.as_str());
    let mut words: Vec<_> = copy.metadata().iter().filter(own).cloned().collect();
    let whole = schedule.rate().fps().round() as u32;
    let is_counted = schedule.is_as_it_is()
        && schedule.units_per_second().is_none()
        && TIMECODE_RATES.contains(&whole);
    if let Some(timecode) = copy.timecode().filter(|_| is_counted) {
        words.push(("timecode".to_owned(), timecode));
    }
    words
}
