//! Pictures around the playhead, kept as the decoder gave them.
//!
//! Stepping back, playing in reverse and small drags ask for frames that were decoded a moment ago on the way to
//! another one. Keeping them costs no copy: a picture is moved in here and lent out. Who owns the decoder says how many
//! bytes they may take; what lies furthest from the frame asked for last goes first.

use ffmpeg_next as ffmpeg;

/// Decoded pictures and which frames they are.
pub(in crate::media) struct NearPictures {
    pictures: Vec<(u64, ffmpeg::frame::Video)>,
    /// Bytes of one picture; all of a stream are about alike.
    picture_bytes: u64,
    /// Bytes that all may take together; one picture is kept whatever it takes.
    limit_bytes: u64,
    /// Pictures that may be kept whatever they take: one where a device's own memory holds them.
    most: usize,
}

impl NearPictures {
    /// Nothing yet, and never more than `most` pictures: one until [`Self::set_limit`] allows more.
    pub(in crate::media) fn new(most: usize) -> Self {
        Self {
            pictures: Vec::new(),
            picture_bytes: 0,
            limit_bytes: 0,
            most: most.max(1),
        }
    }

    /// Most pictures kept; one while their size is not known.
    pub(in crate::media) fn capacity(&self) -> usize {
        let fitting = self.limit_bytes.checked_div(self.picture_bytes);
        usize::try_from(fitting.unwrap_or(1))
            .unwrap_or(usize::MAX)
            .clamp(1, self.most)
    }

    /// Bytes that the pictures kept take.
    pub(in crate::media) fn bytes(&self) -> u64 {
        self.picture_bytes * self.pictures.len() as u64
    }

    /// Sets how many bytes they may take together. What is too much goes at once, that of `held` last.
    pub(in crate::media) fn set_limit(&mut self, bytes: u64, held: u64) {
        self.limit_bytes = bytes;
        // Memory of a picture that went, of no use without one that comes.
        drop(self.make_room(held, held, false));
    }

    /// The picture of a frame, if it is kept.
    pub(in crate::media) fn get(&self, frame: u64) -> Option<&ffmpeg::frame::Video> {
        let entry = self.pictures.iter().find(|(kept, _)| *kept == frame);
        entry.map(|(_, picture)| picture)
    }

    /// As [`Self::get`], to change it in place.
    pub(in crate::media) fn get_mut(&mut self, frame: u64) -> Option<&mut ffmpeg::frame::Video> {
        let entry = self.pictures.iter_mut().find(|(kept, _)| *kept == frame);
        entry.map(|(_, picture)| picture)
    }

    /// Keeps a picture near `target`. Where frames are asked for backwards, those behind it go first. Gives back memory
    /// for the next one: that of a picture that had to go.
    pub(in crate::media) fn keep(
        &mut self,
        frame: u64,
        picture: ffmpeg::frame::Video,
        target: u64,
        is_going_back: bool,
    ) -> ffmpeg::frame::Video {
        if self.picture_bytes == 0 {
            self.picture_bytes = bytes_of(&picture);
        }
        self.pictures.retain(|(kept, _)| *kept != frame);
        self.pictures.push((frame, picture));
        self.make_room(frame, target, is_going_back)
            .unwrap_or_else(ffmpeg::frame::Video::empty)
    }

    /// Lets go of what is furthest from `target`, but not of `held`, until the rest fits; gives one that went.
    fn make_room(
        &mut self,
        held: u64,
        target: u64,
        is_going_back: bool,
    ) -> Option<ffmpeg::frame::Video> {
        let distance = |kept: u64| (is_going_back && kept > target, kept.abs_diff(target));
        let mut spare = None;
        while self.pictures.len() > self.capacity() {
            let furthest = self
                .pictures
                .iter()
                .enumerate()
                .filter(|(_, (kept, _))| *kept != held)
                .max_by_key(|(_, (kept, _))| distance(*kept));
            let Some((index, _)) = furthest else {
                break;
            };
            spare = Some(self.pictures.swap_remove(index).1);
        }
        spare
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

    /// Bytes of `count` such pictures.
    fn bytes_of_pictures(count: u64) -> u64 {
        bytes_of(&picture()) * count
    }

    #[test]
    fn what_lies_furthest_from_the_target_goes_first() {
        let mut near = NearPictures::new(4);
        near.set_limit(u64::MAX, 0);
        for frame in 10..20 {
            near.keep(frame, picture(), 19, false);
        }
        assert!(
            near.get(15).is_none() && near.get(16).is_some(),
            "the last four"
        );
        // Going back: the newest is kept, then what is near it.
        near.keep(2, picture(), 5, false);
        near.keep(3, picture(), 5, false);
        assert!(near.get(2).is_some() && near.get(3).is_some(), "just come");
        assert!(near.get(19).is_none(), "the furthest went");
        assert_eq!(near.pictures.len(), 4);
    }

    #[test]
    fn going_back_what_was_passed_goes_before_what_comes() {
        let mut near = NearPictures::new(6);
        near.set_limit(u64::MAX, 0);
        for frame in 20..26 {
            near.keep(frame, picture(), 20, true);
        }
        for frame in 10..13 {
            near.keep(frame, picture(), 20, true);
        }
        let kept: Vec<u64> = (0..30).filter(|&frame| near.get(frame).is_some()).collect();
        assert_eq!(kept, [10, 11, 12, 20, 21, 22]);
    }

    #[test]
    fn a_frame_that_comes_again_is_kept_once() {
        let mut near = NearPictures::new(8);
        near.set_limit(u64::MAX, 0);
        near.keep(1, picture(), 1, false);
        near.keep(1, picture(), 1, false);
        assert_eq!(near.pictures.len(), 1);
        assert!(near.capacity() > 1, "small pictures fit");
    }

    #[test]
    fn the_bytes_allowed_are_never_exceeded_and_the_picture_held_stays() {
        let mut near = NearPictures::new(usize::MAX);
        near.keep(1, picture(), 1, false);
        near.keep(2, picture(), 2, false);
        assert_eq!(near.pictures.len(), 1, "nothing was allowed yet");
        near.set_limit(bytes_of_pictures(5) + 1, 2);
        for frame in 3..20 {
            near.keep(frame, picture(), frame, false);
            assert!(near.bytes() <= bytes_of_pictures(5));
        }
        assert_eq!(near.capacity(), 5);
        near.set_limit(bytes_of_pictures(2), 15);
        assert!(near.get(15).is_some(), "held");
        assert_eq!(near.bytes(), bytes_of_pictures(2));
        near.set_limit(0, 15);
        assert!(near.get(15).is_some(), "one stays whatever is allowed");
    }
}
