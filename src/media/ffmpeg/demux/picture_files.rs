//! The files of a sequence of numbered pictures, as a demuxer gives them: each a packet of its own.

use std::io::Read as _;
use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::counting_io::{CountingFile, ReadCounter};
use crate::media::MediaError;
use crate::media::file::MediaFile;
use crate::media::sequence::SequencePicture;
use crate::time::Clock;

/// The longest file that is taken for a picture, in bytes: 16384×16384 pixels of 16 bits each in four channels.
const MAX_PICTURE_BYTES: u64 = 2 << 30;

/// Numbered pictures, and which of them comes next. Their timestamps are their places in the sequence.
pub(in crate::media) struct PictureFiles {
    pictures: Arc<[SequencePicture]>,
    next: usize,
}

impl PictureFiles {
    /// All of them, from the first on; there is one at least.
    pub(in crate::media) fn new(pictures: Vec<SequencePicture>) -> Self {
        Self {
            pictures: pictures.into(),
            next: 0,
        }
    }

    /// The pictures, in order.
    pub(in crate::media) fn all(&self) -> &[SequencePicture] {
        &self.pictures
    }

    /// Goes to the last picture at or before a place.
    pub(in crate::media) fn seek(&mut self, place: i64) {
        let after = self
            .pictures
            .partition_point(|picture| picture.place <= place);
        self.next = after.saturating_sub(1);
    }

    /// Reads the next picture into a packet of the stream of this number; `None` after the last.
    ///
    /// # Errors
    /// The file system's error.
    pub(in crate::media) fn next_packet(
        &mut self,
        stream: usize,
        clock: &Clock,
        counter: &Arc<ReadCounter>,
    ) -> Result<Option<ffmpeg::Packet>, ffmpeg::Error> {
        let Some(picture) = self.pictures.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        let bytes = read(picture, clock, counter).map_err(|error| {
            tracing::debug!(%error, "a picture of a sequence cannot be read");
            ffmpeg::Error::External
        })?;
        let mut packet = ffmpeg::Packet::copy(&bytes);
        packet.set_stream(stream);
        packet.set_pts(Some(picture.place));
        packet.set_dts(Some(picture.place));
        packet.set_duration(1);
        packet.set_flags(ffmpeg::packet::Flags::KEY);
        Ok(Some(packet))
    }
}

fn read(
    picture: &SequencePicture,
    clock: &Clock,
    counter: &Arc<ReadCounter>,
) -> Result<Vec<u8>, MediaError> {
    let path = &picture.path;
    let io = |source| MediaError::Io {
        path: path.clone(),
        source,
    };
    let file = MediaFile::open(path)?;
    let handle = file.as_file().try_clone().map_err(io)?;
    let counting = CountingFile::new(
        handle,
        file.faults().clone(),
        clock.clone(),
        Arc::clone(counter),
    );
    let bytes = file.len().min(MAX_PICTURE_BYTES);
    let mut content = Vec::with_capacity(usize::try_from(bytes).unwrap_or(0));
    counting.take(bytes).read_to_end(&mut content).map_err(io)?;
    Ok(content)
}
