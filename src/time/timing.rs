//! From a position within a media file to the frame shown there, and back.

use std::sync::Arc;

use super::{FrameIndex, FrameRate, Time};

/// Times of the frames of a media file.
///
/// Position zero is the presentation of the first frame; a container's start offset is taken off before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaTiming {
    rate: FrameRate,
    frames: u64,
    table: Option<Table>,
}

/// Begin times in ascending order, and the end of the last frame.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    begins: Arc<[Time]>,
    end: Time,
}

impl MediaTiming {
    /// Frames at one constant rate.
    pub fn constant(rate: FrameRate, frames: u64) -> Self {
        Self {
            rate,
            frames,
            table: None,
        }
    }

    /// Frames at their own times, for a file of variable rate.
    ///
    /// `begins` are presentation times in ascending order, the first of them zero; `end` is when the last frame
    /// leaves the screen; `mean` is the rate to show.
    pub fn table(mean: FrameRate, begins: Arc<[Time]>, end: Time) -> Self {
        Self {
            rate: mean,
            frames: begins.len() as u64,
            table: Some(Table { begins, end }),
        }
    }

    /// Number of frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The rate; the mean one when it varies.
    pub fn rate(&self) -> FrameRate {
        self.rate
    }

    /// True if frames have unequal lengths.
    pub fn is_variable(&self) -> bool {
        self.table.is_some()
    }

    /// The time from the first frame's appearance to the last one's end.
    pub fn duration(&self) -> Time {
        match &self.table {
            Some(table) => table.end,
            None => self
                .rate
                .time_of(i64::try_from(self.frames).unwrap_or(i64::MAX)),
        }
    }

    /// The frame on screen at `position`, held to the first and the last.
    pub fn frame_at(&self, position: Time) -> FrameIndex {
        let last = self.frames.saturating_sub(1);
        let index = match &self.table {
            Some(table) => table
                .begins
                .partition_point(|begin| *begin <= position)
                .saturating_sub(1) as u64,
            None => u64::try_from(self.rate.frame_at(position)).unwrap_or(0),
        };
        FrameIndex(index.min(last))
    }

    /// The position at which `frame` appears; for a frame past the end, the end.
    pub fn time_of(&self, frame: FrameIndex) -> Time {
        match &self.table {
            Some(table) => usize::try_from(frame.0)
                .ok()
                .and_then(|index| table.begins.get(index))
                .copied()
                .unwrap_or(table.end),
            None => self
                .rate
                .time_of(i64::try_from(frame.0.min(self.frames)).unwrap_or(i64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_outside_the_file_are_held_to_its_ends() {
        let timing = MediaTiming::constant(FrameRate::FPS_60, 240);
        assert_eq!(timing.frame_at(Time::from_seconds(-1)), FrameIndex(0));
        assert_eq!(timing.frame_at(Time::from_seconds(9)), FrameIndex(239));
        assert_eq!(timing.duration(), Time::from_seconds(4));
    }

    #[test]
    fn a_variable_rate_is_mapped_through_the_table() {
        let begins: Arc<[Time]> = [0.0, 0.1, 0.5]
            .into_iter()
            .map(Time::from_seconds_f64)
            .collect();
        let timing = MediaTiming::table(FrameRate::FPS_60, begins, Time::from_seconds(1));
        assert_eq!(timing.frame_at(Time::from_seconds_f64(0.49)), FrameIndex(1));
        assert_eq!(timing.frame_at(Time::from_seconds_f64(0.5)), FrameIndex(2));
        assert_eq!(timing.frame_at(Time::from_seconds(7)), FrameIndex(2));
        assert_eq!(timing.time_of(FrameIndex(1)), Time::from_seconds_f64(0.1));
    }
}
