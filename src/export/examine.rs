//! A look at a few frames before the work: is alpha really there, how is it meant, which variant is good enough.

use image::RgbaImage;

use super::encoder::{FrameEncoder, SquaredError, decoded, squared_error};
use super::error::ExportError;
use super::picture::{Picture, PictureMaker, is_beyond_white};
use super::settings::{AlphaCoding, ConvertSettings};
use crate::media::hap::HapVariant;
use crate::media::hap::encode::FrameOptions;
use crate::media::{self, Video};
use crate::time::FrameIndex;

/// Frames looked at to choose a variant.
const CHOICE_SAMPLES: u64 = 6;

/// Frames looked at to see whether there is alpha, and how it is meant.
const ALPHA_SAMPLES: u64 = 24;

/// Frames looked at to estimate the size of the movie.
const SIZE_SAMPLES: u64 = 2;

/// Most bytes of pictures kept of them, of which there is at least one.
const MAX_SAMPLE_BYTES: u64 = 64 << 20;

/// Quality at which the smaller variant is enough, in dB: differences of less are hard to see side by side.
const GOOD_ENOUGH_DB: f64 = 40.0;

/// Share of half-transparent pixels as bright as premultiplied colours can be, from which on they are taken for such.
const PREMULTIPLIED_SHARE: f64 = 0.02;

/// Fewest half-transparent pixels to tell anything from.
const MIN_PARTIAL: u64 = 64;

/// What a few frames say.
pub(super) struct Examination {
    /// True if a pixel is not opaque.
    pub has_alpha: bool,
    /// True if colours are multiplied by alpha, as far as can be told.
    pub is_premultiplied: bool,
    /// True if all colour that is seen is white.
    is_white: bool,
    /// Some of them, as they will be encoded.
    samples: Vec<Picture>,
    levels: Vec<RgbaImage>,
}

/// Counts over pixels.
#[derive(Default)]
struct AlphaCounts {
    transparent: u64,
    partial: u64,
    brighter: u64,
    as_bright: u64,
    coloured: u64,
}

impl AlphaCounts {
    fn add(&mut self, picture: &RgbaImage) {
        for pixel in picture.pixels() {
            let [r, g, b, alpha] = pixel.0;
            let brightest = r.max(g).max(b);
            self.transparent += u64::from(alpha < 255);
            self.coloured += u64::from(alpha > 0 && r.min(g).min(b) < 250);
            // At the ends of the range both codings have the same colours.
            if (8..248).contains(&alpha) {
                self.partial += 1;
                // Rounding to 8 bits and lossy codecs leave a few levels either way.
                self.brighter += u64::from(brightest > alpha.saturating_add(6));
                self.as_bright += u64::from(brightest.abs_diff(alpha) <= 6);
            }
        }
    }

    fn is_premultiplied(&self) -> bool {
        let share = |count: u64| count as f64 / self.partial.max(1) as f64;
        self.partial >= MIN_PARTIAL
            && share(self.brighter) < 0.001
            && share(self.as_bright) >= PREMULTIPLIED_SHARE
    }
}

impl Examination {
    /// Looks at frames of a file; those that are damaged are passed over.
    pub fn of(video: &Video, maker: &PictureMaker, settings: &ConvertSettings) -> Self {
        let frames = video.facts.timing.frames();
        let has_choice = settings.format.variant().is_none();
        let is_alpha_open = maker.layout.colour.has_alpha();
        let count = match (has_choice, is_alpha_open) {
            (_, true) => ALPHA_SAMPLES,
            (true, false) => CHOICE_SAMPLES,
            (false, false) => SIZE_SAMPLES,
        };
        let count = count.min(frames);
        let [width_px, height_px] = maker.out_px();
        let picture_bytes = u64::from(width_px) * u64::from(height_px) * 4;
        let kept = (MAX_SAMPLE_BYTES / picture_bytes.max(1)).clamp(1, CHOICE_SAMPLES);
        let every = (count / kept).max(1);
        let mut counts = AlphaCounts::default();
        let (mut samples, mut levels) = (Vec::new(), Vec::new());
        for number in 0..count {
            // In the middle of each share of the file, since many begin and end in black.
            let frame = FrameIndex((2 * number + 1) * frames / (2 * count));
            let Ok(memory) = media::frame_memory(video, frame) else {
                continue;
            };
            let picture = maker.levels(memory.bytes());
            if is_alpha_open {
                counts.add(&picture);
            }
            if number % every == 0 {
                if maker.is_light {
                    samples.push(maker.picture(memory.bytes()));
                }
                levels.push(picture);
            }
        }
        Self {
            has_alpha: counts.transparent > 0,
            is_premultiplied: match settings.alpha {
                AlphaCoding::Auto => counts.is_premultiplied(),
                AlphaCoding::Straight => false,
                AlphaCoding::Premultiplied => counts.transparent > 0,
            },
            is_white: counts.transparent > 0 && counts.coloured == 0,
            samples,
            levels,
        }
    }

    /// The variant that suits the pictures: what is beyond white, deeper than 8 bits or white keeps to a variant made for it;
    /// of the others the smaller one, if it is good enough.
    ///
    /// # Errors
    /// [`ExportError::Layout`] if a side is out of range.
    pub fn variant(&self, maker: &PictureMaker) -> Result<HapVariant, ExportError> {
        if is_beyond_white(&maker.layout) && !self.has_alpha {
            return Ok(HapVariant::HapHdr { is_signed: false });
        }
        if self.is_white {
            return Ok(HapVariant::HapAlphaOnly);
        }
        if maker.layout.coding.bits > 8 {
            return Ok(HapVariant::HapR);
        }
        let (small, good) = if self.has_alpha {
            (HapVariant::HapAlpha, HapVariant::HapQAlpha)
        } else {
            (HapVariant::Hap, HapVariant::HapQ)
        };
        let is_enough = self.psnr_db(small)? >= GOOD_ENOUGH_DB;
        Ok(if is_enough { small } else { good })
    }

    /// The quality of a variant on the pictures looked at.
    fn psnr_db(&self, variant: HapVariant) -> Result<f64, ExportError> {
        let mut encoder = FrameEncoder::new(variant, FrameOptions::default());
        let mut error = SquaredError::default();
        for picture in &self.levels {
            let size_px = [picture.width(), picture.height()];
            let textures = encoder.textures(&Picture::Levels(picture.clone()));
            let found = decoded(variant, size_px, textures)?;
            error.add(squared_error(variant, &found, picture));
        }
        Ok(error.psnr_db())
    }

    /// Mean bytes of a frame in a variant, of those looked at; none if none could be.
    ///
    /// # Errors
    /// [`ExportError::Encode`] where the options are not what the format allows.
    pub fn frame_bytes(
        self,
        variant: HapVariant,
        options: FrameOptions,
    ) -> Result<Option<u64>, ExportError> {
        let mut encoder = FrameEncoder::new(variant, options);
        let levels = self.levels.into_iter().map(Picture::Levels);
        let pictures: Vec<_> = if self.samples.is_empty() {
            levels.collect()
        } else {
            self.samples
        };
        let (mut bytes, mut count) = (0, 0);
        for picture in pictures.iter().take(SIZE_SAMPLES as usize) {
            bytes += encoder.packet(picture)?.len() as u64;
            count += 1;
        }
        Ok((count > 0).then(|| bytes / count))
    }
}
