//! The files of a sequence of numbered pictures, or of one, as a demuxer gives them: each a packet of its own.
//!
//! So one file is one picture, whatever lies behind it: the second picture of a camera, or of a gain map.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::counting_io::{CountingFile, ReadCounter};
use crate::media::MediaError;
use crate::media::file::MediaFile;
use crate::media::frame::Turn;
use crate::media::picture::{begin_with_main_picture, orientation};
use crate::media::sequence::SequencePicture;
use crate::time::Clock;

/// The longest file that is taken for a picture, in bytes: 16384×16384 pixels of 16 bits each in four channels.
const MAX_PICTURE_BYTES: u64 = 2 << 30;

/// Pictures, and which of them comes next. Their timestamps are their places in the sequence.
pub(in crate::media) struct PictureFiles {
    pictures: Arc<[SequencePicture]>,
    next: usize,
    /// The turn by which all are to be seen.
    seen_by: Turn,
    /// How those that were read lie otherwise, by their place.
    turns: BTreeMap<i64, Turn>,
}

impl PictureFiles {
    /// All of them, from the first on; there is one at least. They are to be seen by this turn.
    pub(in crate::media) fn new(pictures: Vec<SequencePicture>, seen_by: Turn) -> Self {
        Self {
            pictures: pictures.into(),
            next: 0,
            seen_by,
            turns: BTreeMap::new(),
        }
    }

    /// The picture in a file of this length, which is to be seen by this turn.
    pub(in crate::media) fn one(path: &Path, bytes: u64, seen_by: Turn) -> Self {
        let picture = SequencePicture {
            place: 0,
            path: path.to_owned(),
            bytes,
        };
        Self::new(vec![picture], seen_by)
    }

    /// The turn that the picture at this place needs, once read, so that all are seen by one turn.
    pub(in crate::media) fn turn_at(&self, place: i64) -> Turn {
        self.turns.get(&place).copied().unwrap_or_default()
    }

    /// Takes over what is known of pictures that were read before.
    pub(in crate::media) fn know_turns_of(&mut self, other: &Self) {
        self.turns.clone_from(&other.turns);
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
        let mut bytes = read(picture, clock, counter).map_err(|error| {
            tracing::debug!(%error, "a picture of a sequence cannot be read");
            ffmpeg::Error::External
        })?;
        let turn = orientation::turn_of(bytes.as_slice()).seen_by(self.seen_by);
        if turn != Turn::default() {
            self.turns.insert(picture.place, turn);
        }
        begin_with_main_picture(&mut bytes);
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
