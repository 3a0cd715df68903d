//! Streams of sound, as their container describes them.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::context::Input;

use super::stream::TimeBase;
use crate::media::{Sound, SoundStream};
use crate::time::Time;

/// The streams of sound that a container lists; none if it has none. Nothing is read.
pub(in crate::media) fn describe(input: &Input) -> Option<Sound> {
    let of_file = duration(input.duration(), TimeBase::AV);
    let streams: Vec<SoundStream> = input
        .streams()
        .filter(|stream| stream.parameters().medium() == ffmpeg::media::Type::Audio)
        .map(|stream| {
            let of_stream = duration(stream.duration(), TimeBase::of(&stream));
            let (channels, rate_hz) = channels_and_rate(&stream);
            SoundStream {
                index: stream.index(),
                codec: stream.parameters().id().name().to_owned(),
                channels,
                rate_hz,
                duration: of_stream.or(of_file),
            }
        })
        .collect();
    (!streams.is_empty()).then_some(Sound { streams })
}

/// A length in units of a time base. libavformat gives a negative number for one that it does not know.
fn duration(units: i64, base: TimeBase) -> Option<Time> {
    (units > 0).then(|| Time::from_time_base(units, base.num, base.den))
}

#[expect(
    unsafe_code,
    reason = "ffmpeg-next does not show a stream's channels and rate"
)]
fn channels_and_rate(stream: &ffmpeg::Stream<'_>) -> (u32, u32) {
    let parameters = stream.parameters();
    // SAFETY: the parameters belong to the stream borrowed here and are only read.
    let (channels, rate) = unsafe {
        let raw = &*parameters.as_ptr();
        (raw.ch_layout.nb_channels, raw.sample_rate)
    };
    let number = |number: i32| u32::try_from(number).unwrap_or(0);
    (number(channels), number(rate))
}
