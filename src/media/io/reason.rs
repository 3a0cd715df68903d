//! Why a file is read as it is.

use std::fmt;
use std::sync::Arc;

use super::way::{Measured, Way, WayRates};
use crate::settings::IoMode;

/// The reason for the way in which a file is read. Its name is a word of reports.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ReadReason {
    /// This mode was asked for.
    Asked(IoMode),
    /// The system refused the mode that was asked for.
    Refused {
        /// The mode.
        mode: IoMode,
        /// The system's words.
        refusal: Arc<str>,
    },
    /// FFmpeg demuxes it.
    Demuxed,
    /// It is the proxy of a file, in the cache folder.
    Proxy,
    /// The page cache holds it.
    InPageCache {
        /// As it was opened, in percent.
        percent: u8,
    },
    /// The file system has no direct reads of it.
    NoDirectReads {
        /// The system's words.
        refusal: Arc<str>,
    },
    /// Its disk is not measured yet: its first reads go both ways.
    NotMeasured,
    /// Its disk was measured both ways.
    Measured {
        /// The way that was chosen.
        way: Way,
        /// Reading past the page cache, in megabytes (10⁶) per second.
        direct_mb_per_s: u32,
        /// Reading through it what it does not hold, likewise.
        cached_mb_per_s: u32,
        /// Occasion of the measurement.
        measured: Measured,
    },
}

impl ReadReason {
    /// The word of reports.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// The reason for a way, by the rates of its disk.
    pub(super) fn of_disk(way: Way, rates: WayRates, measured: Measured) -> Self {
        let in_mb = |rate: f64| (rate / 1e6).round().clamp(0.0, f64::from(u32::MAX)) as u32;
        match rates.direct.zip(rates.cached) {
            Some((direct, cached)) => Self::Measured {
                way,
                direct_mb_per_s: in_mb(direct),
                cached_mb_per_s: in_mb(cached),
                measured,
            },
            None => Self::NotMeasured,
        }
    }
}

/// A sentence.
impl fmt::Display for ReadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(mode) => write!(f, "Read by {}, as asked.", mode.name()),
            Self::Refused { mode, refusal } => {
                write!(f, "Read by pread instead of {}: {refusal}.", mode.name())
            }
            Self::Demuxed => write!(f, "Read by FFmpeg, which demuxes it."),
            Self::Proxy => write!(f, "It lies in the cache folder."),
            Self::InPageCache { percent } => write!(
                f,
                "Read by pread, since {percent} % of the file is in the page cache."
            ),
            Self::NoDirectReads { refusal } => write!(
                f,
                "Read by pread, since there are no direct reads: {refusal}."
            ),
            Self::NotMeasured => write!(
                f,
                "Read past the page cache and through it in turn, until its disk is measured."
            ),
            Self::Measured {
                way,
                direct_mb_per_s,
                cached_mb_per_s,
                measured,
            } => {
                let when = match measured {
                    Measured::Playing => "while it played",
                    Measured::Opening | Measured::Never => "at first",
                };
                write!(
                    f,
                    "Read by {}: {when} its disk gave {direct_mb_per_s} MB/s past the page cache and \
                     {cached_mb_per_s} MB/s through it.",
                    way.mode().name()
                )
            }
        }
    }
}
