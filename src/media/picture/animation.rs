//! Animations of pictures: which part of the picture each frame draws, for how long, and what becomes of it after.
//!
//! Each frame is stored as a picture of its own, which [`Animation::file_of`] makes a whole file of.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;
use super::kind::PictureKind;
use super::{apng, webp};
use crate::media::packets::{PacketSpan, PacketTable};
use crate::time::{FLICKS_PER_SECOND, FrameRate, MediaTiming, Time};

/// The time of a frame for which the file gives none: a tenth of a second, as browsers have it. Other times are taken
/// as they are.
const WITHOUT_TIME: Time = Time::from_flicks(FLICKS_PER_SECOND / 10);

/// An animation. How often it is to be played is left to the clip that plays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Animation {
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Its frames, at least one.
    pub frames: Vec<AnimationFrame>,
    /// Form of its frames.
    pub form: AnimationForm,
}

/// Form that the frames of an animation are stored in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) enum AnimationForm {
    /// PNG, all of them with these header bytes behind their size, and these chunks.
    Png {
        /// Bit depth, colour type, compression, filter and interlacing.
        header: [u8; 5],
        /// Palette and transparency, as chunks.
        palette: Vec<u8>,
    },
    /// WebP.
    WebP,
}

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct AnimationFrame {
    /// The part of the picture that it draws.
    pub area: Area,
    /// Its time; never zero.
    pub duration: Time,
    /// What becomes of its part once its time is over.
    pub disposal: Disposal,
    /// True if it is laid over what is there; else it replaces it, see-through pixels included.
    pub is_blended: bool,
    /// True if the file says that none of its pixels are see-through.
    pub is_opaque: bool,
    /// Parts of the file that hold it.
    pub parts: Vec<PacketSpan>,
}

/// A part of a picture, in pixels from the top-left corner; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Area {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// What becomes of a frame's part of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Disposal {
    /// It stays.
    Keep,
    /// It becomes see-through.
    Clear,
    /// It becomes what it was before.
    Restore,
}

impl Animation {
    /// The animation in a file of a picture; `None` if it holds a still.
    pub(in crate::media) fn of<B: Bytes + ?Sized>(bytes: &B) -> Option<Self> {
        let animation = match PictureKind::of(bytes) {
            PictureKind::Png => apng::animation(bytes),
            PictureKind::WebP => webp::animation(bytes),
            _ => None,
        }?;
        (!animation.frames.is_empty()).then_some(animation)
    }

    /// The codec of its frames, by FFmpeg's name.
    pub(in crate::media) fn codec(&self) -> &'static str {
        match self.form {
            AnimationForm::Png { .. } => "apng",
            AnimationForm::WebP => "webp",
        }
    }

    /// A frame as the file of a picture of its own; `None` if there is no such frame, or bytes are missing.
    pub(in crate::media) fn file_of<B: Bytes + ?Sized>(
        &self,
        frame: u64,
        bytes: &B,
    ) -> Option<Vec<u8>> {
        let frame = self.frame(frame)?;
        match &self.form {
            AnimationForm::Png { header, palette } => apng::file_of(frame, header, palette, bytes),
            AnimationForm::WebP => webp::file_of(frame, bytes),
        }
    }

    /// A frame by its number.
    pub(in crate::media) fn frame(&self, frame: u64) -> Option<&AnimationFrame> {
        self.frames.get(usize::try_from(frame).ok()?)
    }

    /// The last frame at or before this one that needs nothing of those before it.
    pub(in crate::media) fn start_of(&self, frame: u64) -> u64 {
        let mut start = frame;
        while start > 0 && !self.stands_alone(start) {
            start = start.saturating_sub(1);
        }
        start
    }

    /// True if nothing of the frames before it is seen in a frame or after it.
    fn stands_alone(&self, frame: u64) -> bool {
        let before = frame.checked_sub(1).and_then(|before| self.frame(before));
        let is_blank = before
            .is_none_or(|before| before.disposal == Disposal::Clear && self.is_whole(before.area));
        let replaces_all = self.frame(frame).is_some_and(|frame| {
            self.is_whole(frame.area)
                && (!frame.is_blended || frame.is_opaque)
                // What was before may come back.
                && frame.disposal != Disposal::Restore
        });
        is_blank || replaces_all
    }

    /// True if an area is the whole picture.
    fn is_whole(&self, area: Area) -> bool {
        (area.width, area.height) == (self.width_px, self.height_px)
    }

    /// True if its picture is never see-through.
    pub(in crate::media) fn is_opaque(&self) -> bool {
        let is_first_whole = self.frame(0).is_some_and(|first| self.is_whole(first.area));
        is_first_whole
            && self
                .frames
                .iter()
                .all(|frame| frame.is_opaque && frame.disposal == Disposal::Keep)
    }

    /// Most frames from one that stands alone to the next, or to the end.
    pub(in crate::media) fn longest_group(&self) -> u64 {
        let mut longest = 1;
        let mut length = 0_u64;
        for frame in 0..self.frames.len() as u64 {
            length = if self.stands_alone(frame) {
                1
            } else {
                length.saturating_add(1)
            };
            longest = longest.max(length);
        }
        longest
    }

    /// The time of each frame.
    pub(in crate::media) fn timing(&self) -> MediaTiming {
        let count = self.frames.len() as u64;
        let mut begins = Vec::with_capacity(self.frames.len());
        let mut end = Time::ZERO;
        for frame in &self.frames {
            begins.push(end);
            end = Time::from_flicks(end.flicks().saturating_add(frame.duration.flicks()));
        }
        let first = self
            .frames
            .first()
            .map_or(WITHOUT_TIME, |first| first.duration);
        let mean = rate_of(end, count).unwrap_or(FrameRate::FPS_60);
        // A constant rate must say the very times.
        let is_even = self.frames.iter().all(|frame| frame.duration == first);
        if is_even && mean.frame_duration() == first {
            return MediaTiming::constant(mean, count);
        }
        MediaTiming::table(mean, begins.into(), end)
    }

    /// Places of its frames in the file: where each begins, and the length of its parts together.
    pub(in crate::media) fn packets(&self) -> PacketTable {
        let spans = self.frames.iter().map(|frame| PacketSpan {
            offset: frame.parts.first().map_or(0, |part| part.offset),
            size: frame
                .parts
                .iter()
                .fold(0, |sum: u32, part| sum.saturating_add(part.size)),
        });
        PacketTable::new(spans.collect())
    }
}

impl Area {
    /// That of these numbers, if it is not empty and lies inside a picture of this size.
    pub(super) fn inside(
        [left, top, width, height]: [u32; 4],
        (width_px, height_px): (u32, u32),
    ) -> Option<Self> {
        let is_inside =
            left.checked_add(width)? <= width_px && top.checked_add(height)? <= height_px;
        (is_inside && width > 0 && height > 0).then_some(Self {
            left,
            top,
            width,
            height,
        })
    }
}

/// The time of a frame, which a file gives as a fraction of a second; that of one without time if it is zero.
pub(super) fn duration(num: u32, den: u32) -> Time {
    let flicks = u64::try_from(FLICKS_PER_SECOND).unwrap_or(0);
    let flicks = u64::from(num)
        .saturating_mul(flicks)
        .checked_div(u64::from(den));
    match flicks.and_then(|flicks| i64::try_from(flicks).ok()) {
        None | Some(0) => WITHOUT_TIME,
        Some(flicks) => Time::from_flicks(flicks),
    }
}

/// So many frames in so much time.
fn rate_of(length: Time, frames: u64) -> Option<FrameRate> {
    let (mut num, mut den) = (
        u128::from(frames).checked_mul(u128::try_from(FLICKS_PER_SECOND).ok()?)?,
        u128::try_from(length.flicks()).ok()?,
    );
    let (mut a, mut b) = (num, den);
    while b != 0 {
        (a, b) = (b, a.checked_rem(b)?);
    }
    num = num.checked_div(a)?;
    den = den.checked_div(a)?;
    while num.max(den) > u128::from(u32::MAX) {
        (num, den) = (num >> 1, den >> 1);
    }
    FrameRate::new(u32::try_from(num).ok()?, u32::try_from(den).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn animation(frames: &[(Area, Disposal, bool, u32)]) -> Animation {
        let frames = frames
            .iter()
            .map(|&(area, disposal, is_blended, hundredths)| AnimationFrame {
                area,
                duration: duration(hundredths, 100),
                disposal,
                is_blended,
                is_opaque: false,
                parts: Vec::new(),
            })
            .collect();
        Animation {
            width_px: 8,
            height_px: 6,
            frames,
            form: AnimationForm::WebP,
        }
    }

    const WHOLE: Area = Area {
        left: 0,
        top: 0,
        width: 8,
        height: 6,
    };

    const PART: Area = Area {
        left: 1,
        top: 1,
        width: 2,
        height: 2,
    };

    #[test]
    fn frames_that_stand_alone_are_told_apart() {
        let animation = animation(&[
            (WHOLE, Disposal::Keep, false, 4),
            (PART, Disposal::Keep, false, 4),
            (WHOLE, Disposal::Keep, true, 4),
            (WHOLE, Disposal::Keep, false, 4),
            (PART, Disposal::Clear, false, 4),
            (PART, Disposal::Restore, true, 4),
            (WHOLE, Disposal::Clear, true, 4),
            (PART, Disposal::Keep, true, 4),
            (WHOLE, Disposal::Restore, false, 4),
        ]);
        let starts: Vec<u64> = (0..9).map(|frame| animation.start_of(frame)).collect();
        assert_eq!(starts, [0, 0, 0, 3, 3, 3, 3, 7, 7]);
        assert_eq!(animation.longest_group(), 4);
    }

    #[test]
    fn even_times_are_a_rate_and_others_a_table() {
        let even = animation(&[(WHOLE, Disposal::Keep, false, 4); 3]).timing();
        assert_eq!(even.rate(), FrameRate::new(25, 1).expect("valid"));
        assert!(!even.is_variable(), "all the same");
        let timing = animation(&[
            (WHOLE, Disposal::Keep, false, 4),
            (WHOLE, Disposal::Keep, false, 0),
            (WHOLE, Disposal::Keep, false, 1),
        ])
        .timing();
        assert!(timing.is_variable(), "each has its own");
        let hundredths = |count| Time::from_flicks(FLICKS_PER_SECOND / 100 * count);
        let begins = [0, 1, 2].map(|frame| timing.time_of(crate::time::FrameIndex(frame)));
        assert_eq!(begins, [0, 4, 14].map(hundredths));
        assert_eq!(timing.duration(), hundredths(15));
    }
}
