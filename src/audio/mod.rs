//! Sound: the clips mixed, and handed to a device or a file in step with the clock.
//!
//! ```text
//! Scene (what sounds where) ─┐
//! decoders ─► BlockStore ────┤
//!                            ├─► mix::Mixer ─► Master (fader, limiter) ─► output::Feeder ─► ring ─► device
//! Motion (the playhead) ─────┘                                                         └─► or a file
//! ```
//!
//! * [`mix`]: a pure value that knows no clock, no device and no thread.
//! * [`output`]: the thread that mixes ahead, the device, the step with the picture, files.
//!
//! All is mixed at [`RATE_HZ`] in stereo; a device of another rate is served by the last step, which also takes up what
//! its clock is off. Positions on the timeline are [`Time`], of which [`SAMPLE`] is one sample.

pub mod mix;
pub mod output;

use crate::time::{FLICKS_PER_SECOND, Time};

/// Samples of each channel per second in the mix.
pub const RATE_HZ: u32 = 48_000;

/// The time of a sample, which is a whole number of flicks.
pub const SAMPLE: Time = Time::from_flicks(FLICKS_PER_SECOND / RATE_HZ as i64);

/// The time of so many samples.
pub(crate) fn time_of(samples: i64) -> Time {
    Time::from_flicks(samples.saturating_mul(SAMPLE.flicks()))
}

/// The sample at which, or before which, a time lies.
pub(crate) fn sample_at(time: Time) -> i64 {
    time.div_euclid(SAMPLE)
}

/// The sample nearest to a time.
pub(crate) fn nearest_sample(time: Time) -> i64 {
    sample_at(time + Time::from_flicks(SAMPLE.flicks() / 2))
}
