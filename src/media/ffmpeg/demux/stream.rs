//! The video stream, as its container describes it.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::Disposition;

use crate::media::frame::Shape;
use crate::time::FrameRate;

/// The most that a pixel may be wider than high, or higher than wide; beyond it the container errs.
const MAX_ASPECT: u32 = 16;

/// Brands of files that are sequences of pictures, whose alpha is a stream of its own (AVIF 1.1, 8; 23008-12, 10).
const SEQUENCE_BRANDS: [&str; 3] = ["avis", "msf1", "hevc"];

/// A video stream as its container describes it; the frames themselves may say otherwise.
#[derive(Clone, Debug)]
pub(in crate::media) struct VideoStream {
    /// Its number in the file.
    pub index: usize,
    /// The codec, as far as FFmpeg knows it.
    pub codec: ffmpeg::codec::Id,
    /// The four bytes that name the codec in the container; zero where there are none.
    pub tag: [u8; 4],
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// The unit of its timestamps.
    pub time_base: TimeBase,
    /// The rates that the container claims, the likeliest first.
    pub claimed_rates: Vec<FrameRate>,
    /// Turns and stretches that its pictures need to be seen.
    pub shape: Shape,
    /// Frames that the container claims; zero if it does not say.
    pub claimed_frames: u64,
    /// True if frames may be decoded in another order than they are shown in.
    pub has_delay: bool,
    /// True if alpha lies beside each picture, as a picture of its own (`AlphaMode` 1 in Matroska).
    pub has_alpha_beside: bool,
}

/// The unit of timestamps, `num/den` seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct TimeBase {
    /// Numerator, positive.
    pub num: i64,
    /// Denominator, positive.
    pub den: i64,
}

impl TimeBase {
    /// libavformat's own, for what belongs to no stream: microseconds (`AV_TIME_BASE`).
    pub(in crate::media) const AV: Self = Self {
        num: 1,
        den: 1_000_000,
    };

    /// That of a stream.
    pub(in crate::media) fn of(stream: &ffmpeg::Stream<'_>) -> Self {
        let base = stream.time_base();
        Self {
            num: i64::from(base.numerator()).max(1),
            den: i64::from(base.denominator()).max(1),
        }
    }
}

impl VideoStream {
    /// The video stream of this number, or else the first that is no cover picture.
    pub(in crate::media) fn choose(input: &Input, wanted: Option<usize>) -> Option<Self> {
        let is_video = |stream: &ffmpeg::Stream<'_>| {
            stream.parameters().medium() == ffmpeg::media::Type::Video
                && !stream.disposition().contains(Disposition::ATTACHED_PIC)
        };
        let wanted = wanted.and_then(|wanted| input.stream(wanted));
        wanted
            .filter(is_video)
            .or_else(|| input.streams().find(is_video))
            .map(|stream| Self::describe(&stream))
    }

    /// The stream that holds its alpha: in a sequence of pictures, the only other of its size and codec.
    pub(in crate::media) fn alpha_in(&self, input: &Input) -> Option<Self> {
        let metadata = input.metadata();
        let brand = metadata.get("major_brand")?;
        if !SEQUENCE_BRANDS.contains(&brand) {
            return None;
        }
        let others = input.streams().filter(|stream| {
            let is_video = stream.parameters().medium() == ffmpeg::media::Type::Video;
            is_video && stream.index() != self.index
        });
        let mut others = others.map(|stream| Self::describe(&stream));
        let only = others.next().filter(|_| others.next().is_none())?;
        let is_alike = |of: &Self| (of.codec, of.width_px, of.height_px, of.claimed_frames);
        (is_alike(&only) == is_alike(self)).then_some(only)
    }

    #[expect(
        unsafe_code,
        reason = "ffmpeg-next does not show a stream's tag and size"
    )]
    fn describe(stream: &ffmpeg::Stream<'_>) -> Self {
        let parameters = stream.parameters();
        // SAFETY: the parameters belong to the stream borrowed here and are only read.
        let (tag, width, height, delay, aspects) = unsafe {
            let raw = &*parameters.as_ptr();
            let aspects = [
                (*stream.as_ptr()).sample_aspect_ratio,
                raw.sample_aspect_ratio,
            ];
            (
                raw.codec_tag,
                raw.width,
                raw.height,
                raw.video_delay,
                aspects,
            )
        };
        Self {
            index: stream.index(),
            codec: parameters.id(),
            tag: tag.to_le_bytes(),
            width_px: u32::try_from(width).unwrap_or(0),
            height_px: u32::try_from(height).unwrap_or(0),
            time_base: TimeBase::of(stream),
            shape: shape(stream, aspects),
            claimed_rates: [stream.avg_frame_rate(), stream.rate()]
                .into_iter()
                .filter_map(frame_rate)
                .collect(),
            claimed_frames: u64::try_from(stream.frames()).unwrap_or(0),
            has_delay: delay > 0,
            has_alpha_beside: stream.metadata().get("alpha_mode") == Some("1"),
        }
    }

    /// A stream of nothing in particular, in units of 1/15360 s, to read an index against.
    pub(in crate::media) fn blank() -> Self {
        Self {
            index: 0,
            codec: ffmpeg::codec::Id::None,
            tag: [0; 4],
            width_px: 0,
            height_px: 0,
            time_base: TimeBase {
                num: 1,
                den: 15_360,
            },
            claimed_rates: Vec::new(),
            shape: Shape::default(),
            claimed_frames: 0,
            has_delay: false,
            has_alpha_beside: false,
        }
    }

    /// The decoder in software. FFmpeg's own decoders of VP8 and VP9 leave alpha out that lies beside the picture;
    /// those of libvpx, where FFmpeg has them, do not.
    pub(in crate::media) fn decoder(&self) -> Option<ffmpeg::Codec> {
        let with_alpha = match self.codec {
            ffmpeg::codec::Id::VP8 if self.has_alpha_beside => Some("libvpx"),
            ffmpeg::codec::Id::VP9 if self.has_alpha_beside => Some("libvpx-vp9"),
            _ => None,
        };
        with_alpha
            .and_then(ffmpeg::decoder::find_by_name)
            .or_else(|| ffmpeg::decoder::find(self.codec))
    }

    /// The codec's name as FFmpeg has it, or its tag where FFmpeg does not know it.
    pub(in crate::media) fn codec_name(&self) -> String {
        if self.codec == ffmpeg::codec::Id::None {
            return String::from_utf8_lossy(&self.tag).into_owned();
        }
        self.codec.name().to_owned()
    }
}

/// Turned and mirrored as the container's display matrix says, with the first pixel aspect that is one.
fn shape(stream: &ffmpeg::Stream<'_>, aspects: [ffmpeg::ffi::AVRational; 2]) -> Shape {
    let matrix = stream
        .side_data()
        .find(|data| data.kind() == ffmpeg::packet::side_data::Type::DisplayMatrix)
        .and_then(|data| display_matrix(data.data()));
    let (quarter_turns, is_mirrored) = matrix.map_or((0, false), turned);
    let aspect = |ratio: ffmpeg::ffi::AVRational| {
        let num = u32::try_from(ratio.num).ok()?;
        let den = u32::try_from(ratio.den).ok()?;
        let is_sane = num > 0 && den > 0 && num / den < MAX_ASPECT && den / num < MAX_ASPECT;
        is_sane.then_some((num, den))
    };
    Shape {
        quarter_turns,
        is_mirrored,
        pixel_aspect: aspects.into_iter().find_map(aspect).unwrap_or((1, 1)),
    }
}

/// The linear part of a display matrix: nine numbers of 32 bits, row by row (libavutil/display.h).
fn display_matrix(bytes: &[u8]) -> Option<[[f64; 2]; 2]> {
    let number = |index: usize| {
        let four = bytes.get(index * 4..index * 4 + 4)?;
        Some(f64::from(i32::from_ne_bytes(four.try_into().ok()?)))
    };
    Some([[number(0)?, number(1)?], [number(3)?, number(4)?]])
}

/// The nearest number of quarter turns clockwise, and whether the picture is mirrored before. A point (x, y) is shown
/// at (a·x + c·y, b·x + d·y).
fn turned([[a, b], [c, d]]: [[f64; 2]; 2]) -> (u8, bool) {
    let quarters = (-c).atan2(d) / std::f64::consts::FRAC_PI_2;
    let is_mirrored = a * d - b * c < 0.0;
    (quarters.round().rem_euclid(4.0) as u8, is_mirrored)
}

fn frame_rate(rate: ffmpeg::Rational) -> Option<FrameRate> {
    let num = u32::try_from(rate.numerator()).ok()?;
    let den = u32::try_from(rate.denominator()).ok()?;
    FrameRate::new(num, den)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_matrices_are_told_apart_by_quarter_turns_and_mirrors() {
        for (matrix, expected) in [
            ([[1.0, 0.0], [0.0, 1.0]], (0, false)),
            ([[0.0, 1.0], [-1.0, 0.0]], (1, false)),
            ([[-1.0, 0.0], [0.0, -1.0]], (2, false)),
            ([[0.0, -1.0], [1.0, 0.0]], (3, false)),
            ([[-1.0, 0.0], [0.0, 1.0]], (0, true)),
            ([[1.0, 0.0], [0.0, -1.0]], (2, true)),
        ] {
            assert_eq!(turned(matrix), expected, "{matrix:?}");
        }
    }

    #[test]
    fn a_display_matrix_that_is_cut_short_is_none() {
        assert_eq!(display_matrix(&[0; 19]), None);
        assert!(display_matrix(&[0; 36]).is_some(), "whole");
    }
}
