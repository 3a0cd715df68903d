//! What a container says of its video stream.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::Disposition;

use crate::time::FrameRate;

/// A video stream as its container describes it; the frames themselves may say otherwise.
#[derive(Clone, Debug)]
pub(crate) struct VideoStream {
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
    /// The unit of its time stamps.
    pub time_base: TimeBase,
    /// The rates that the container claims, the likeliest first.
    pub claimed_rates: Vec<FrameRate>,
    /// How many frames the container claims, zero if it does not say.
    pub claimed_frames: u64,
}

/// The unit of time stamps, `num/den` seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeBase {
    /// Numerator, positive.
    pub num: i64,
    /// Denominator, positive.
    pub den: i64,
}

impl VideoStream {
    /// The first video stream that is no cover picture.
    pub(super) fn choose(input: &Input) -> Option<Self> {
        input
            .streams()
            .find(|stream| {
                stream.parameters().medium() == ffmpeg::media::Type::Video
                    && !stream.disposition().contains(Disposition::ATTACHED_PIC)
            })
            .map(|stream| Self::describe(&stream))
    }

    #[expect(
        unsafe_code,
        reason = "ffmpeg-next does not show a stream's tag and size"
    )]
    fn describe(stream: &ffmpeg::Stream<'_>) -> Self {
        let parameters = stream.parameters();
        // SAFETY: the parameters belong to the stream borrowed here and are only read.
        let (tag, width, height) = unsafe {
            let raw = &*parameters.as_ptr();
            (raw.codec_tag, raw.width, raw.height)
        };
        let time_base = stream.time_base();
        Self {
            index: stream.index(),
            codec: parameters.id(),
            tag: tag.to_le_bytes(),
            width_px: u32::try_from(width).unwrap_or(0),
            height_px: u32::try_from(height).unwrap_or(0),
            time_base: TimeBase {
                num: i64::from(time_base.numerator()).max(1),
                den: i64::from(time_base.denominator()).max(1),
            },
            claimed_rates: [stream.avg_frame_rate(), stream.rate()]
                .into_iter()
                .filter_map(frame_rate)
                .collect(),
            claimed_frames: u64::try_from(stream.frames()).unwrap_or(0),
        }
    }

    /// The codec's name as FFmpeg has it, or its tag where FFmpeg does not know it.
    pub(crate) fn codec_name(&self) -> String {
        if self.codec == ffmpeg::codec::Id::None {
            return String::from_utf8_lossy(&self.tag).into_owned();
        }
        self.codec.name().to_owned()
    }
}

fn frame_rate(rate: ffmpeg::Rational) -> Option<FrameRate> {
    let num = u32::try_from(rate.numerator()).ok()?;
    let den = u32::try_from(rate.denominator()).ok()?;
    FrameRate::new(num, den)
}
