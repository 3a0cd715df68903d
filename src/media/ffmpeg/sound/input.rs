//! The packets of one stream of sound.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use crate::media::MediaError;
use crate::media::ffmpeg::demux::container::Container;
use crate::media::ffmpeg::demux::counting_io::{CountingFile, ReadCounter};
use crate::media::ffmpeg::demux::demuxer::{not_media, prepare, refuse_pipes};
use crate::media::ffmpeg::demux::stream::TimeBase;
use crate::media::file::{MediaFile, open_error};
use crate::time::{Clock, Time};

/// An open file and one of its streams of sound.
pub(super) struct SoundInput {
    container: Container,
    stream: usize,
    path: PathBuf,
}

/// Opens a file whose streams are to be looked at.
///
/// # Errors
/// The file's error.
pub(super) fn open_container(path: &Path, time_out: Time) -> Result<Container, MediaError> {
    prepare();
    refuse_pipes(path)?;
    let file = MediaFile::open(path)?;
    let handle = file.as_file().try_clone();
    let handle = handle.map_err(|source| open_error(path, source))?;
    let faults = file.faults().clone();
    let counter = Arc::new(ReadCounter::default());
    let counting = CountingFile::new(handle, faults, Clock::system(), counter);
    Container::open(counting, None, time_out).map_err(|error| not_media(path, &file, error))
}

impl SoundInput {
    /// Opens the stream with this number of a file.
    ///
    /// # Errors
    /// The file's error; [`MediaError::NoSound`].
    pub(super) fn open(path: &Path, stream: usize, time_out: Time) -> Result<Self, MediaError> {
        let mut container = open_container(path, time_out)?;
        let medium = container
            .input()
            .stream(stream)
            .map(|stream| stream.parameters().medium());
        if medium != Some(ffmpeg::media::Type::Audio) {
            let path = path.to_owned();
            return Err(MediaError::NoSound { path });
        }
        container.read_only(stream);
        // An Ogg page says where it ends, which for the last one may lie within its last packet: after a jump to it libavformat
        // would guess. Frames without a timestamp are counted from those that have one.
        if container.format() == "ogg" {
            container.guess_no_timestamps();
        }
        Ok(Self {
            container,
            stream,
            path: path.to_owned(),
        })
    }

    /// Opens the file anew, at its start.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub(super) fn reopen(&mut self) -> Result<(), MediaError> {
        *self = Self::open(&self.path, self.stream, self.container.time_out())?;
        Ok(())
    }

    /// The unit of timestamps.
    pub(super) fn time_base(&self) -> TimeBase {
        let stream = self.container.input().stream(self.stream);
        stream.map_or(TimeBase::AV, |stream| TimeBase::of(&stream))
    }

    /// A decoder at the start of the stream.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub(super) fn decoder(&self) -> Result<ffmpeg::decoder::Audio, MediaError> {
        let Some(stream) = self.container.input().stream(self.stream) else {
            let path = self.path.clone();
            return Err(MediaError::NoSound { path });
        };
        let parameters = stream.parameters();
        let codec = ffmpeg::decoder::find(parameters.id());
        let codec = codec.ok_or_else(|| MediaError::UnsupportedCodec {
            path: self.path.clone(),
            codec: parameters.id().name().to_owned(),
        })?;
        let base = self.time_base();
        let open = || {
            let mut decoder = ffmpeg::codec::Context::from_parameters(parameters)?.decoder();
            let side = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
            // Samples that the container says are to be skipped move the timestamps only where the decoder knows this.
            decoder.set_packet_time_base((side(base.num), side(base.den)));
            let mut options = ffmpeg::Dictionary::new();
            options.set("threads", "1");
            // AC-3 puts noise where it has no bits (A/52, 7.3.4): with this the same in a frame whichever came before.
            options.set("cons_noisegen", "1");
            decoder.open_as_with(codec, options)?.audio()
        };
        open().map_err(|error| self.decode_error(error))
    }

    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// The file system's, or that reading took too long.
    pub(super) fn next_packet(&mut self) -> Result<Option<ffmpeg::Packet>, ffmpeg::Error> {
        self.container.next_packet(self.stream)
    }

    /// Goes to the packet at or before a timestamp.
    ///
    /// # Errors
    /// As of [`Container::seek`].
    pub(super) fn seek(&mut self, timestamp: i64) -> Result<(), ffmpeg::Error> {
        self.container.seek(self.stream, timestamp)
    }

    /// FFmpeg's error, as one of the file.
    pub(super) fn decode_error(&self, error: ffmpeg::Error) -> MediaError {
        MediaError::Sound {
            path: self.path.clone(),
            reason: crate::media::ffmpeg::demux::demuxer::reason_of(error),
        }
    }
}
