//! Streams of sound, as their container describes them.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::context::Input;

use super::stream::TimeBase;
use crate::media::SoundStream;
use crate::time::Time;

/// The streams of sound that a container lists, and the time of the container from which positions count: that of the
/// first picture of the stream `picture`, else of the first sound. Nothing is read.
pub(in crate::media) fn describe(
    input: &Input,
    picture: Option<usize>,
) -> (Vec<SoundStream>, Option<Time>) {
    let of_file = duration(input.duration(), TimeBase::AV);
    let sounds = || {
        input
            .streams()
            .filter(|stream| stream.parameters().medium() == ffmpeg::media::Type::Audio)
    };
    let origin = match picture.and_then(|index| input.stream(index)) {
        Some(stream) => Some(start(&stream).unwrap_or(Time::ZERO)),
        None => sounds().filter_map(|stream| start(&stream)).min(),
    };
    let streams = sounds().map(|stream| {
        let of_stream = duration(stream.duration(), TimeBase::of(&stream));
        let begin = start(&stream).or(origin).unwrap_or(Time::ZERO);
        let (channels, rate_hz) = channels_and_rate(&stream);
        SoundStream {
            index: stream.index(),
            codec: stream.parameters().id().name().to_owned(),
            channels,
            layout: layout_name(&stream),
            rate_hz,
            start: begin - origin.unwrap_or(Time::ZERO),
            duration: of_stream.or(of_file),
        }
    });
    (streams.collect(), origin)
}

/// A length in units of a time base. libavformat gives a negative number for one that it does not know.
fn duration(units: i64, base: TimeBase) -> Option<Time> {
    (units > 0).then(|| Time::from_time_base(units, base.num, base.den))
}

/// The time of the first frame of a stream, where the container says it.
///
/// Matroska has what a codec puts before the first sound lie before time zero (`CodecDelay`, RFC 9559, 5.1.4.1.25): that
/// is no sound.
fn start(stream: &ffmpeg::Stream<'_>) -> Option<Time> {
    let base = TimeBase::of(stream);
    let units = stream.start_time();
    if units == ffmpeg::ffi::AV_NOPTS_VALUE {
        return None;
    }
    let begin = Time::from_time_base(units, base.num, base.den);
    Some(if begin < Time::ZERO {
        (begin + padding(stream)).min(Time::ZERO)
    } else {
        begin
    })
}

/// The length of what a codec puts before the first sound, where the container says it.
#[expect(unsafe_code, reason = "ffmpeg-next does not show a stream's padding")]
fn padding(stream: &ffmpeg::Stream<'_>) -> Time {
    let parameters = stream.parameters();
    // SAFETY: the parameters belong to the stream borrowed here and are only read.
    let (samples, rate_hz) = unsafe {
        let raw = &*parameters.as_ptr();
        (raw.initial_padding, raw.sample_rate)
    };
    if samples <= 0 || rate_hz <= 0 {
        return Time::ZERO;
    }
    Time::from_time_base(i64::from(samples), 1, i64::from(rate_hz))
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

/// FFmpeg's name of the layout of a stream's channels.
#[expect(
    unsafe_code,
    reason = "ffmpeg-next does not name layouts as FFmpeg 5.1 and newer have them"
)]
fn layout_name(stream: &ffmpeg::Stream<'_>) -> String {
    let parameters = stream.parameters();
    let mut name = [0_u8; 128];
    // SAFETY: the parameters belong to the stream borrowed here and are only read; FFmpeg writes no more than it is told
    // there is room for, the ending zero included.
    let status = unsafe {
        let raw = &*parameters.as_ptr();
        ffmpeg::ffi::av_channel_layout_describe(
            &raw const raw.ch_layout,
            name.as_mut_ptr().cast(),
            name.len(),
        )
    };
    let text = std::ffi::CStr::from_bytes_until_nul(&name).unwrap_or_default();
    if status < 0 {
        return String::new();
    }
    text.to_string_lossy().into_owned()
}
