//! What a sound thread says of itself.

use crate::audio::mix::Levels;
use crate::stats::durations::Durations;

/// Most strips that have levels.
pub(super) const STRIPS: usize = 16;

/// The state of a sound thread, as of its last turn.
#[derive(Clone, Debug, Default)]
pub struct SoundStatus {
    /// The device that plays, if one does.
    pub device: Option<String>,
    /// Its frames per second.
    pub rate_hz: u32,
    /// Frames that were silence because the ring was empty, in runs: how often that happened.
    pub xruns: u64,
    /// Times that sound was not decoded when it was needed.
    pub missing: u64,
    /// Packets that could not be decoded.
    pub damaged_packets: u64,
    /// Times that sound was more than 40 ms off and went to where it belongs.
    pub steps: u64,
    /// Time that sound waits between mixing and being heard, in milliseconds.
    pub latency_ms: f64,
    /// Fill of the ring, in milliseconds.
    pub ring_ms: f64,
    /// Sound ahead of the picture, in milliseconds; none while nothing rolls.
    pub offset_ms: Option<f64>,
    /// How far sound and picture were apart, either way.
    pub offsets: Durations,
    /// Levels of the master: the peak since the counts began, the power of late.
    pub master: Levels,
    /// The same of each strip.
    pub strips: [Levels; STRIPS],
}

/// What is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundEvent {
    /// A device plays.
    Playing {
        /// Its name.
        device: String,
        /// Its frames per second.
        rate_hz: u32,
    },
    /// No device plays, and this is why. It is tried again and again.
    Silent {
        /// The reason.
        reason: String,
    },
    /// The sound of a file cannot be decoded.
    Undecodable {
        /// The file's error.
        error: String,
    },
}

impl std::fmt::Display for SoundEvent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Playing { device, rate_hz } => {
                write!(formatter, "sound is played by {device} at {rate_hz} Hz")
            }
            Self::Silent { reason } => write!(
                formatter,
                "no sound: {reason}; pictures play on, and sound comes back by itself"
            ),
            Self::Undecodable { error } => formatter.write_str(error),
        }
    }
}
