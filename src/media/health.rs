//! Health of a source: its decoders write it, the panel reads it.
//!
//! A file that decodes with losses still plays, so none of this is an error. It is kept here, beside the frames, since
//! a loss belongs to the file and not to the frame that happened to be asked for.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::stats::HealthCounts;
use crate::time::Time;

/// The decoder of a file that FFmpeg plays, and the reason for it. As text it follows "decoded".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoding {
    /// A device of this kind, such as `VAAPI`.
    Device(&'static str),
    /// The processor, for this reason.
    Software(Arc<str>),
}

impl fmt::Display for Decoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(name) => write!(f, "by {name}"),
            Self::Software(reason) => write!(f, "in software ({reason})"),
        }
    }
}

/// Counters of one open file or address, shared by all its decoders.
///
/// Each counter stands alone, so relaxed ordering is enough. The lock protects what decodes, for the time of a copy.
#[derive(Debug, Default)]
pub struct SourceHealth {
    corrupt: AtomicU64,
    lost: AtomicU64,
    disordered: AtomicU64,
    skipped: AtomicU64,
    reconnects: AtomicU64,
    /// In flicks.
    jitter: AtomicI64,
    decoding: Mutex<Option<Decoding>>,
}

impl SourceHealth {
    /// The counters now.
    pub fn counts(&self) -> HealthCounts {
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        HealthCounts {
            corrupt: value(&self.corrupt),
            lost: value(&self.lost),
            disordered: value(&self.disordered),
            skipped: value(&self.skipped),
            reconnects: value(&self.reconnects),
        }
    }

    /// The decoder; none before a decoder was opened and for what FFmpeg does not decode.
    pub fn decoding(&self) -> Option<Decoding> {
        self.decoding.lock().clone()
    }

    /// Time by which some pictures of a live source came later than others, lately; zero for files.
    pub fn jitter(&self) -> Time {
        Time::from_flicks(self.jitter.load(Ordering::Relaxed))
    }

    /// Sets that.
    pub fn set_jitter(&self, jitter: Time) {
        self.jitter.store(jitter.flicks(), Ordering::Relaxed);
    }

    pub(super) fn set_decoding(&self, decoding: &Decoding) {
        *self.decoding.lock() = Some(decoding.clone());
    }

    pub(super) fn count_corrupt(&self, packets: u64) {
        self.corrupt.fetch_add(packets, Ordering::Relaxed);
    }

    pub(super) fn count_lost(&self, pictures: u64) {
        self.lost.fetch_add(pictures, Ordering::Relaxed);
    }

    pub(super) fn count_skipped(&self, pictures: u64) {
        self.skipped.fetch_add(pictures, Ordering::Relaxed);
    }

    pub(super) fn count_reconnect(&self) {
        self.reconnects.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_disordered(&self) {
        self.disordered.fetch_add(1, Ordering::Relaxed);
    }
}
