//! The sound of a file, taken over into a movie: its packets as they are where QuickTime knows the codec, else as PCM.

use std::path::Path;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::format::context::Output;
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::{Packet, Rational, ffi};

use super::demux::demuxer::Demuxer;
use crate::media::MediaError;
use crate::time::Time;

/// How far sound is written ahead of the pictures, in seconds: what players read at once.
const AHEAD_SECONDS: f64 = 0.5;

/// The sound of a file, read as a movie is written.
pub struct SoundCopy {
    demuxer: Demuxer,
    tracks: Vec<Track>,
    /// When the first picture appears, in seconds of the file's own time.
    begin_seconds: f64,
    /// A packet whose time has not come.
    next: Option<(usize, Packet)>,
    metadata: Vec<(String, String)>,
    /// Codecs of streams that can be neither copied nor decoded.
    left_out: Vec<String>,
    is_at_end: bool,
}

/// A stream of sound on its way.
struct Track {
    source: usize,
    source_base: Rational,
    target: usize,
    /// Decodes what cannot be copied.
    pcm: Option<Pcm>,
    /// The last timestamp written, in units of the target: the muxer takes rising ones only.
    written: Option<i64>,
}

/// A decoder, and the samples that it gives.
struct Pcm {
    decoder: ffmpeg::decoder::Audio,
    rate_hz: u32,
    frame: ffmpeg::frame::Audio,
}

/// What became of a stream of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundTransfer {
    /// Every stream is copied.
    Copied,
    /// At least one is decoded to PCM.
    Pcm,
}

impl SoundCopy {
    /// The sound of a file; `None` if it has none that can be taken over.
    ///
    /// # Errors
    /// The file's error.
    pub fn open(path: &Path, time_out: Time) -> Result<Self, MediaError> {
        let mut demuxer = Demuxer::open(path, time_out)?;
        let video = demuxer.stream().index;
        let begin_seconds = demuxer.input().stream(video).map_or(0.0, |stream| {
            let start = stream.start_time();
            let is_known = start != ffi::AV_NOPTS_VALUE;
            if is_known {
                start as f64 * f64::from(stream.time_base())
            } else {
                0.0
            }
        });
        let (mut tracks, mut left_out, mut unwanted) = (Vec::new(), Vec::new(), Vec::new());
        for stream in demuxer.input().streams() {
            let index = stream.index();
            if stream.parameters().medium() != ffmpeg::media::Type::Audio {
                unwanted.push(index);
                continue;
            }
            if let Some(track) = Track::of(&stream) {
                tracks.push(track);
            } else {
                left_out.push(stream.parameters().id().name().to_owned());
                unwanted.push(index);
            }
        }
        let metadata = demuxer.input().metadata();
        let metadata = metadata
            .iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        for index in unwanted {
            demuxer.container().discard(index);
        }
        Ok(Self {
            demuxer,
            tracks,
            begin_seconds,
            next: None,
            metadata,
            left_out,
            is_at_end: false,
        })
    }

    /// What becomes of its streams; `None` if there are none.
    pub fn transfer(&self) -> Option<SoundTransfer> {
        if self.tracks.is_empty() {
            return None;
        }
        let has_pcm = self.tracks.iter().any(|track| track.pcm.is_some());
        Some(if has_pcm {
            SoundTransfer::Pcm
        } else {
            SoundTransfer::Copied
        })
    }

    /// FFmpeg's names of the codecs that can be neither copied nor decoded.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Words of the container about itself.
    pub fn metadata(&self) -> &[(String, String)] {
        &self.metadata
    }

    /// The timecode of the first picture, where the file has one.
    pub fn timecode(&self) -> Option<String> {
        let stream = self.demuxer.input().stream(self.demuxer.stream().index)?;
        let of_stream = stream.metadata().get("timecode").map(str::to_owned);
        of_stream.or_else(|| {
            let known = self.metadata.iter().find(|(key, _)| key == "timecode");
            known.map(|(_, value)| value.clone())
        })
    }

    /// Adds a stream for each of its own.
    pub(super) fn add_streams(&mut self, output: &mut Output) -> Result<(), ffmpeg::Error> {
        for track in &mut self.tracks {
            let source = self.demuxer.input().stream(track.source);
            let source = source.ok_or(ffmpeg::Error::StreamNotFound)?;
            let mut target = output.add_stream(None::<ffmpeg::Codec>)?;
            track.target = target.index();
            target.set_parameters(source.parameters());
            let base = if let Some(pcm) = &track.pcm {
                describe_pcm(&mut target, pcm)?;
                Rational::new(1, i32::try_from(pcm.rate_hz).unwrap_or(48_000))
            } else {
                forget_tag(&mut target);
                track.source_base
            };
            target.set_time_base(base);
        }
        Ok(())
    }

    /// Writes what sounds until a little after `seconds` from the first picture.
    pub(super) fn write_until(
        &mut self,
        output: &mut Output,
        seconds: f64,
    ) -> Result<(), ffmpeg::Error> {
        let until = seconds + AHEAD_SECONDS;
        while !self.is_at_end {
            let Some((place, packet)) = self.next.take().or_else(|| self.read()) else {
                self.is_at_end = true;
                return self.flush(output);
            };
            let track = &mut self.tracks[place];
            let at = packet.pts().or_else(|| packet.dts()).unwrap_or(0) as f64;
            if at * f64::from(track.source_base) - self.begin_seconds > until {
                self.next = Some((place, packet));
                return Ok(());
            }
            track.write(Some(packet), self.begin_seconds, output)?;
        }
        Ok(())
    }

    fn read(&mut self) -> Option<(usize, Packet)> {
        while let Some(packet) = self.demuxer.container().next_of_any() {
            let tracks = &mut self.tracks.iter();
            if let Some(place) = tracks.position(|track| track.source == packet.stream()) {
                return Some((place, packet));
            }
        }
        None
    }

    fn flush(&mut self, output: &mut Output) -> Result<(), ffmpeg::Error> {
        for track in &mut self.tracks {
            track.write(None, self.begin_seconds, output)?;
        }
        Ok(())
    }
}

impl Track {
    /// A stream as it can be taken over; `None` if it cannot.
    fn of(stream: &ffmpeg::Stream<'_>) -> Option<Self> {
        let pcm = if is_known_to_quicktime(stream.parameters().id()) {
            None
        } else {
            Some(Pcm::of(stream)?)
        };
        Some(Self {
            source: stream.index(),
            source_base: stream.time_base(),
            target: 0,
            pcm,
            written: None,
        })
    }

    /// Writes a packet, copied or decoded; without one, what the decoder still holds.
    fn write(
        &mut self,
        packet: Option<Packet>,
        begin_seconds: f64,
        output: &mut Output,
    ) -> Result<(), ffmpeg::Error> {
        let Some(base) = output.stream(self.target).map(|stream| stream.time_base()) else {
            return Err(ffmpeg::Error::StreamNotFound);
        };
        let Some(mut pcm) = self.pcm.take() else {
            let Some(mut packet) = packet else {
                return Ok(());
            };
            let shift = (begin_seconds / f64::from(self.source_base)).round() as i64;
            packet.set_pts(packet.pts().map(|pts| pts.saturating_sub(shift)));
            packet.set_dts(packet.dts().map(|dts| dts.saturating_sub(shift)));
            packet.rescale_ts(self.source_base, base);
            return self.write_rising(packet, output);
        };
        let sent = match &packet {
            Some(packet) => pcm.decoder.send_packet(packet),
            None => pcm.decoder.send_eof(),
        };
        // A damaged packet is silence; the next one has its own time.
        if let Err(error) = sent {
            tracing::debug!("sound that cannot be decoded: {error}");
        }
        while pcm.decoder.receive_frame(&mut pcm.frame).is_ok() {
            let samples = interleaved(&pcm.frame);
            let begin = pcm.frame.pts().map_or_else(
                || self.written.unwrap_or(0),
                |pts| {
                    let seconds = pts as f64 * f64::from(self.source_base) - begin_seconds;
                    (seconds * f64::from(pcm.rate_hz)).round() as i64
                },
            );
            let mut packet = Packet::copy(&samples);
            packet.set_pts(Some(begin));
            packet.set_dts(Some(begin));
            packet.set_duration(pcm.frame.samples() as i64);
            let rate = i32::try_from(pcm.rate_hz).unwrap_or(48_000);
            packet.rescale_ts(Rational::new(1, rate), base);
            self.write_rising(packet, output)?;
        }
        self.pcm = Some(pcm);
        Ok(())
    }

    /// Writes a packet unless its time does not lie behind the last one's.
    fn write_rising(
        &mut self,
        mut packet: Packet,
        output: &mut Output,
    ) -> Result<(), ffmpeg::Error> {
        let Some(dts) = packet.dts().or_else(|| packet.pts()) else {
            return Ok(());
        };
        if self.written.is_some_and(|written| dts <= written) {
            return Ok(());
        }
        self.written = Some(dts);
        packet.set_dts(Some(dts));
        packet.set_stream(self.target);
        packet.set_position(-1);
        packet.write(output).map(drop)
    }
}

impl Pcm {
    fn of(stream: &ffmpeg::Stream<'_>) -> Option<Self> {
        let context = ffmpeg::codec::Context::from_parameters(stream.parameters()).ok()?;
        let mut decoder = context.decoder();
        decoder.set_packet_time_base(stream.time_base());
        let decoder = decoder.audio().ok()?;
        let rate_hz = decoder.rate();
        let is_known = pcm_codec(decoder.format()).is_some() && rate_hz > 0;
        is_known.then(|| Self {
            decoder,
            rate_hz,
            frame: ffmpeg::frame::Audio::empty(),
        })
    }
}

/// The PCM that holds samples of a format without loss.
fn pcm_codec(format: Sample) -> Option<(ffi::AVCodecID, usize)> {
    match format {
        Sample::I16(_) => Some((ffi::AVCodecID::AV_CODEC_ID_PCM_S16LE, 2)),
        Sample::I32(_) => Some((ffi::AVCodecID::AV_CODEC_ID_PCM_S32LE, 4)),
        Sample::F32(_) => Some((ffi::AVCodecID::AV_CODEC_ID_PCM_F32LE, 4)),
        Sample::F64(_) => Some((ffi::AVCodecID::AV_CODEC_ID_PCM_F64LE, 8)),
        Sample::None | Sample::U8(_) | Sample::I64(_) => None,
    }
}

/// The samples of a frame, one of each channel after the other.
fn interleaved(frame: &ffmpeg::frame::Audio) -> Vec<u8> {
    let Some((_, bytes)) = pcm_codec(frame.format()) else {
        return Vec::new();
    };
    let (samples, channels) = (frame.samples(), frame.planes());
    let is_planar = matches!(
        frame.format(),
        Sample::I16(Type::Planar)
            | Sample::I32(Type::Planar)
            | Sample::F32(Type::Planar)
            | Sample::F64(Type::Planar)
    );
    if !is_planar {
        let length = samples * usize::from(frame.channels()) * bytes;
        return frame.data(0)[..length].to_vec();
    }
    let mut out = Vec::with_capacity(samples * channels * bytes);
    for sample in 0..samples {
        for channel in 0..channels {
            out.extend_from_slice(&frame.data(channel)[sample * bytes..(sample + 1) * bytes]);
        }
    }
    out
}

/// True if QuickTime movies have a tag for the codec.
#[expect(
    unsafe_code,
    reason = "ffmpeg-next cannot ask a container for its codecs"
)]
fn is_known_to_quicktime(codec: Id) -> bool {
    // SAFETY: the name is a string with an end; the format that is found, or null, is static and only read.
    unsafe {
        let format = ffi::av_guess_format(c"mov".as_ptr(), std::ptr::null(), std::ptr::null());
        !format.is_null()
            && ffi::avformat_query_codec(format, codec.into(), ffi::FF_COMPLIANCE_NORMAL) == 1
    }
}

/// Has the muxer choose the tag: that of another container may mean something else here.
#[expect(unsafe_code, reason = "ffmpeg-next cannot set the tag of a stream")]
fn forget_tag(stream: &mut ffmpeg::StreamMut<'_>) {
    // SAFETY: the stream borrows the output that owns it, and its parameters are never null.
    unsafe { (*(*stream.as_mut_ptr()).codecpar).codec_tag = 0 };
}

/// Makes the parameters copied from the source those of PCM; rate and channels stay.
#[expect(
    unsafe_code,
    reason = "ffmpeg-next cannot set parameters without an encoder"
)]
fn describe_pcm(stream: &mut ffmpeg::StreamMut<'_>, pcm: &Pcm) -> Result<(), ffmpeg::Error> {
    let (codec, bytes) = pcm_codec(pcm.decoder.format()).ok_or(ffmpeg::Error::InvalidData)?;
    let bytes = i32::try_from(bytes).unwrap_or(4);
    // SAFETY: the stream borrows the output that owns it, and its parameters are never null; extradata is allocated by
    // libavutil, whose av_freep() takes it away and leaves null.
    unsafe {
        let parameters = &mut *(*stream.as_mut_ptr()).codecpar;
        ffi::av_freep((&raw mut parameters.extradata).cast());
        parameters.extradata_size = 0;
        parameters.codec_id = codec;
        parameters.codec_tag = 0;
        parameters.format = -1;
        parameters.sample_rate = i32::try_from(pcm.rate_hz).unwrap_or(48_000);
        parameters.bits_per_coded_sample = bytes * 8;
        parameters.bits_per_raw_sample = 0;
        parameters.block_align = bytes * parameters.ch_layout.nb_channels;
        parameters.frame_size = 0;
        parameters.initial_padding = 0;
        parameters.bit_rate =
            i64::from(parameters.block_align) * 8 * i64::from(parameters.sample_rate);
    }
    Ok(())
}
