//! Pictures around the playhead, kept as the decoder gave them.
//!
//! Stepping back, playing in reverse and small drags ask for frames that were decoded a moment ago on the way to
//! another one. Keeping them costs no copy: a picture is moved in here and lent out. All decoders together keep at most
//! [`TOTAL_BYTES`], each its equal share; what lies furthest from the frame asked for last goes first.

use std::sync::atomic::{AtomicU64, Ordering};

use ffmpeg_next as ffmpeg;

/// What the pictures kept by all decoders may take together, in bytes: 40 of 1080p in eight bits for one layer.
const TOTAL_BYTES: u64 = 128 << 20;

/// Decoders that keep pictures. A count alone, which orders nothing: relaxed ordering is enough.
static KEEPERS: AtomicU64 = AtomicU64::new(0);

/// Decoded pictures and which frames they are.
pub(super) struct NearPictures {
    pictures: Vec<(u64, ffmpeg::frame::Video)>,
    /// Bytes of one picture; all of a stream are about alike.
    picture_bytes: u64,
    /// Pictures that may be kept whatever they take: one where a device's own memory holds them.
    most: usize,
}

impl NearPictures {
    /// Nothing yet, and never more than `most` pictures.
    pub(super) fn new(most: usize) -> Self {
        KEEPERS.fetch_add(1, Ordering::Relaxed);
        Self {
            pictures: Vec::new(),
            picture_bytes: 0,
            most: most.max(1),
        }
    }

    /// How many pictures may be kept; one while their size is not known.
    pub(super) fn capacity(&self) -> usize {
        let share = TOTAL_BYTES / KEEPERS.load(Ordering::Relaxed).max(1);
        let fitting = share.checked_div(self.picture_bytes).unwrap_or(1);
        usize::try_from(fitting).unwrap_or(1).clamp(1, self.most)
    }

    /// The picture of a frame, if it is kept.
    pub(super) fn get(&self, frame: u64) -> Option<&ffmpeg::frame::Video> {
        let entry = self.pictures.iter().find(|(kept, _)| *kept == frame);
        entry.map(|(_, picture)| picture)
    }

    /// As [`Self::get`], to change it in place.
    pub(super) fn get_mut(&mut self, frame: u64) -> Option<&mut ffmpeg::frame::Video> {
        let entry = self.pictures.iter_mut().find(|(kept, _)| *kept == frame);
        entry.map(|(_, picture)| picture)
    }

    /// Keeps a picture on the way to `target`. Gives back memory for the next one: that of a picture that had to go.
    pub(super) fn keep(
        &mut self,
        frame: u64,
        picture: ffmpeg::frame::Video,
        target: u64,
    ) -> ffmpeg::frame::Video {
        if self.picture_bytes == 0 {
            self.picture_bytes = bytes_of(&picture);
        }
        self.pictures.retain(|(kept, _)| *kept != frame);
        self.pictures.push((frame, picture));
        let mut spare = None;
        while self.pictures.len() > self.capacity() {
            let furthest = self
                .pictures
                .iter()
                .enumerate()
                .filter(|(_, (kept, _))| *kept != frame)
                .max_by_key(|(_, (kept, _))| kept.abs_diff(target));
            let Some((index, _)) = furthest else {
                break;
            };
            spare = Some(self.pictures.swap_remove(index).1);
        }
        spare.unwrap_or_else(ffmpeg::frame::Video::empty)
    }
}

impl Drop for NearPictures {
    fn drop(&mut self) {
        KEEPERS.fetch_sub(1, Ordering::Relaxed);
    }
}

fn bytes_of(picture: &ffmpeg::frame::Video) -> u64 {
    (0..picture.planes())
        .map(|plane| picture.data(plane).len() as u64)
        .sum::<u64>()
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> ffmpeg::frame::Video {
        ffmpeg::frame::Video::new(ffmpeg::format::Pixel::GRAY8, 64, 64)
    }

    #[test]
    fn what_lies_furthest_from_the_target_goes_first() {
        let mut near = NearPictures::new(4);
        for frame in 10..20 {
            near.keep(frame, picture(), 19);
        }
        assert!(
            near.get(15).is_none() && near.get(16).is_some(),
            "the last four"
        );
        // Going back: the newest is kept, then what is near it.
        near.keep(2, picture(), 5);
        near.keep(3, picture(), 5);
        assert!(near.get(2).is_some() && near.get(3).is_some(), "just come");
        assert!(near.get(19).is_none(), "the furthest went");
        assert_eq!(near.pictures.len(), 4);
    }

    #[test]
    fn a_frame_that_comes_again_is_kept_once() {
        let mut near = NearPictures::new(8);
        near.keep(1, picture(), 1);
        near.keep(1, picture(), 1);
        assert_eq!(near.pictures.len(), 1);
        assert!(near.capacity() > 1, "small pictures fit");
    }
}
