//! From a file to decoders of its sound.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::decoder::SoundDecoder;
use super::input::open_container;
use crate::media::ffmpeg::demux::demuxer::Demuxer;
use crate::media::ffmpeg::demux::sound::describe;
use crate::media::{MediaError, Sound, SoundOpener, SoundSource};
use crate::time::Time;

/// A file with sound.
pub(in crate::media) struct FileSound {
    path: PathBuf,
    /// Time of the container from which positions count.
    origin: Time,
    time_out: Time,
}

impl FileSound {
    /// The sound of a file that is open for its pictures.
    pub(in crate::media) fn beside(demuxer: &Demuxer) -> Option<Sound> {
        let (streams, origin) = demuxer.sound();
        Self::with(demuxer.path(), demuxer.time_out(), origin, streams)
    }

    /// The sound of a file without pictures; `None` if it has none either.
    ///
    /// # Errors
    /// The file's error.
    pub(in crate::media) fn alone(
        path: &Path,
        time_out: Time,
    ) -> Result<Option<Sound>, MediaError> {
        let container = open_container(path, time_out)?;
        let (streams, origin) = describe(container.input(), None);
        Ok(Self::with(path, time_out, origin, streams))
    }

    fn with(
        path: &Path,
        time_out: Time,
        origin: Option<Time>,
        streams: Vec<crate::media::SoundStream>,
    ) -> Option<Sound> {
        let opener = Arc::new(Self {
            path: path.to_owned(),
            origin: origin.unwrap_or(Time::ZERO),
            time_out,
        });
        (!streams.is_empty()).then_some(Sound { streams, opener })
    }
}

impl SoundOpener for FileSound {
    fn open(&self, stream: usize, rate_hz: u32) -> Result<Box<dyn SoundSource>, MediaError> {
        let decoder = SoundDecoder::open(&self.path, stream, self.origin, rate_hz, self.time_out)?;
        Ok(Box::new(decoder))
    }
}
