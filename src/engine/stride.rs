//! The stride: canvas frames between two ticks, on displays slower than the canvas and where drawing is slow.

/// Ticks of equal distance after which it is taken for that of the display.
const STEADY_TICKS: u32 = 8;

/// Distances that are remembered: an odd number, so that one hiccup among them leaves the median alone.
const RECENT_TICKS: usize = 5;

/// Canvas frames between two ticks, as far as they can be foretold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stride {
    recent: [i64; RECENT_TICKS],
    repeats: u32,
}

impl Stride {
    /// Notes the number of frames from the last tick to this one.
    pub(super) fn note(&mut self, frames: i64) {
        let is_same = self.recent[0] == frames;
        self.repeats = if is_same {
            self.repeats.saturating_add(1)
        } else {
            0
        };
        self.recent.rotate_right(1);
        self.recent[0] = frames;
    }

    /// Frames from one that is shown to the next, on a display whose rate the canvas's is a multiple of; otherwise 1: asking
    /// for too many costs some reading, asking for too few costs the picture.
    pub(super) fn steady_frames(self) -> u32 {
        if self.repeats < STEADY_TICKS {
            return 1;
        }
        u32::try_from(self.recent[0]).map_or(1, |frames| frames.max(1))
    }

    /// The usual distance, at least 1, whatever single ticks did.
    pub(super) fn usual_frames(self) -> i64 {
        let mut sorted = self.recent;
        sorted.sort_unstable();
        sorted[RECENT_TICKS / 2].max(1)
    }
}
