//! A connection to a live source: opened, read, broken off when it takes too long or is no longer wanted.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::context::Input;

use crate::media::address::{LiveAddress, Reach};
use crate::media::ffmpeg::decode::codec::{Codec, CodecSetup};
use crate::media::ffmpeg::demux::codec_source::CodecSource;
use crate::media::ffmpeg::demux::demuxer::reason_of;
use crate::media::ffmpeg::demux::stream::VideoStream;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Length of a stream that is looked at to learn what is in it, in microseconds: FFmpeg's own five seconds would be
/// five seconds of black.
const ANALYSED: &str = "1500000";

/// Pause before FFmpeg is asked again for a picture that is not there yet and has no descriptor to wait on.
const CAMERA_WAIT: Time = Time::from_flicks(FLICKS_PER_SECOND / 300);

/// Deadline and stop flag, shared with the callback that FFmpeg asks while it waits.
#[derive(Clone)]
pub(in crate::media) struct Patience {
    clock: Clock,
    time_out: Time,
    /// In flicks of `clock`. Set and read by the connection's own thread, so relaxed ordering is enough.
    deadline: Arc<AtomicI64>,
    /// Set by whoever no longer wants the source; it orders nothing, so relaxed is enough here too.
    wants_to_stop: Arc<AtomicBool>,
}

impl Patience {
    pub(in crate::media) fn new(
        clock: Clock,
        time_out: Time,
        wants_to_stop: Arc<AtomicBool>,
    ) -> Self {
        Self {
            clock,
            time_out,
            deadline: Arc::default(),
            wants_to_stop,
        }
    }

    /// Gives what follows the time-out.
    fn arm(&self) {
        let deadline = self.clock.now() + self.time_out;
        self.deadline.store(deadline.flicks(), Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.wants_to_stop.load(Ordering::Relaxed)
            || self.clock.now().flicks() > self.deadline.load(Ordering::Relaxed)
    }
}

/// An open connection and its decoder.
pub(in crate::media) struct LiveInput {
    input: Input,
    stream: VideoStream,
    codec: Codec,
    patience: Patience,
    /// True if a packet has come.
    has_begun: bool,
    picture: ffmpeg::frame::Video,
}

/// Outcome of asking for the next picture.
pub(in crate::media) enum Next {
    /// A picture, and when it is to be shown by the source's own timestamps, if it has any.
    Picture(ffmpeg::frame::Video, Option<Time>),
    /// A packet or picture that cannot be decoded; the next may be.
    Corrupt,
    /// Nothing yet: to be asked again after this long.
    NotYet(Time),
    /// The source ended or broke, for this reason.
    Over(String),
}

impl LiveInput {
    /// Connects, and opens a decoder for the first video stream.
    ///
    /// # Errors
    /// The reason why there is no connection or no picture, in words.
    pub(in crate::media) fn connect(
        address: &LiveAddress,
        setup: &CodecSetup,
        patience: Patience,
    ) -> Result<Self, String> {
        // Connecting, asking, looking at the stream and the first packet have one time-out together.
        patience.arm();
        let input = match address.camera() {
            Some(device) => super::camera::open(device)?,
            None => open_stream(address, &patience)?,
        };
        let stream = VideoStream::choose(&input, None).ok_or("it sends no pictures")?;
        let parameters = input.stream(stream.index).map(|stream| stream.parameters());
        let path = PathBuf::from(&address.text);
        let source = CodecSource {
            path: &path,
            stream: &stream,
            parameters,
            is_low_delay: address.is_sent(),
        };
        let codec = Codec::open(&source, setup).map_err(|error| error.to_string())?;
        Ok(Self {
            input,
            stream,
            codec,
            patience,
            has_begun: false,
            picture: ffmpeg::frame::Video::empty(),
        })
    }

    /// The stream as its container describes it.
    pub(in crate::media) fn stream(&self) -> &VideoStream {
        &self.stream
    }

    /// The next picture, waiting for it up to the time-out.
    pub(in crate::media) fn next(&mut self) -> Next {
        loop {
            match self.codec.decoder.receive_frame(&mut self.picture) {
                Ok(()) => return self.take_picture(),
                Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {}
                Err(ffmpeg::Error::Eof) => return Next::Over("the stream ended".to_owned()),
                Err(_) => return Next::Corrupt,
            }
            if self.has_begun {
                self.patience.arm();
            }
            let mut packet = ffmpeg::Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() != self.stream.index => self.has_begun = true,
                Ok(()) => {
                    self.has_begun = true;
                    if self.codec.decoder.send_packet(&packet).is_err() {
                        return Next::Corrupt;
                    }
                }
                Err(ffmpeg::Error::Eof) => {
                    // What the decoder still holds comes out; after it, the end.
                    if self.codec.decoder.send_eof().is_err() {
                        return Next::Over("the stream ended".to_owned());
                    }
                }
                Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {
                    return Next::NotYet(CAMERA_WAIT);
                }
                Err(ffmpeg::Error::InvalidData) => return Next::Corrupt,
                Err(error) => return Next::Over(words(error)),
            }
        }
    }

    fn take_picture(&mut self) -> Next {
        let mut picture = std::mem::replace(&mut self.picture, ffmpeg::frame::Video::empty());
        if let Some(hardware) = self.codec.hardware()
            && let Err(error) = hardware.download(&mut picture)
        {
            return Next::Over(words(error));
        }
        let base = self.stream.time_base;
        let timestamp = picture.timestamp().or_else(|| picture.pts());
        let time = timestamp.map(|timestamp| Time::from_time_base(timestamp, base.num, base.den));
        Next::Picture(picture, time)
    }
}

fn open_stream(address: &LiveAddress, patience: &Patience) -> Result<Input, String> {
    let mut options = ffmpeg::Dictionary::new();
    match address.reach {
        Reach::Fetched { protocols } => options.set("protocol_whitelist", protocols),
        Reach::Sent { protocols } => {
            options.set("protocol_whitelist", protocols);
            // What arrives while the stream is being looked at is old by the time it could be shown.
            options.set("fflags", "nobuffer");
        }
        Reach::Camera => {}
    }
    options.set("analyzeduration", ANALYSED);
    let asked = patience.clone();
    let is_over = move || asked.is_over();
    ffmpeg::format::input_with_interrupt_and_dictionary(&address.text, is_over, options)
        .map_err(words)
}

/// FFmpeg's error, in words for the user.
pub(in crate::media) fn words(error: ffmpeg::Error) -> String {
    match error {
        ffmpeg::Error::Exit => "it does not answer".to_owned(),
        error => reason_of(error),
    }
}
