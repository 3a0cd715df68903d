//! Jumps held against bare decoding: `bench seek` of a file whose frames need those before them.
//!
//! After each jump, while the engine rests, the same frame is decoded once more with nothing but libavcodec, from the key
//! frame before it. So both are measured on the same machine in the same second.

use serde::Serialize;

use crate::media::source::BaselineDecoder;
use crate::media::{MediaError, Video, VideoSource};
use crate::stats::durations::Durations;
use crate::stats::per_second;
use crate::stats::report::Percentiles;
use crate::time::{Clock, FrameIndex, Time};

/// Comparison of jumps with bare decoding.
#[derive(Clone, Copy, Serialize)]
pub struct BareReport {
    /// Time to decode every frame from the key frame before the target to the target, in milliseconds.
    decode_from_keyframe_ms: Percentiles,
    /// Time of all jumps together for each second of decoding all targets so.
    seek_per_decode: f64,
    /// The same of single jumps: the median, and what 95 % stay within.
    seek_per_decode_p50: f64,
    /// See [`Self::seek_per_decode_p50`].
    seek_per_decode_p95: f64,
    /// The same of the jump that took longest beside its decoding.
    seek_per_decode_max: f64,
}

impl BareReport {
    /// It in a sentence.
    pub fn sentence(&self) -> String {
        let ms = &self.decode_from_keyframe_ms;
        format!(
            "bare decoding from the key frame: median {:.2} ms, 95 % within {:.2} ms; the jumps took {:.2} times as long \
             (median {:.2}, 95 % within {:.2}, at most {:.2})",
            ms.p50,
            ms.p95,
            self.seek_per_decode,
            self.seek_per_decode_p50,
            self.seek_per_decode_p95,
            self.seek_per_decode_max
        )
    }
}

/// A bare decoder, and what it took.
pub struct Bare {
    decoder: Box<dyn BaselineDecoder>,
    clock: Clock,
    durations: Durations,
    jumps: Time,
    decodes: Time,
    ratios: Vec<f64>,
}

impl Bare {
    /// A decoder for a file; none where frames stand alone.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(media: &Video) -> Result<Option<Self>, MediaError> {
        let VideoSource::Sequential(opener) = &media.source else {
            return Ok(None);
        };
        if opener.longest_group() < 2 {
            return Ok(None);
        }
        Ok(opener.open_baseline()?.map(|decoder| Self {
            decoder,
            clock: Clock::system(),
            durations: Durations::default(),
            jumps: Time::ZERO,
            decodes: Time::ZERO,
            ratios: Vec::new(),
        }))
    }

    /// Decodes a frame to which a jump took so long.
    ///
    /// # Errors
    /// If it cannot be decoded.
    pub fn measure(&mut self, frame: FrameIndex, jump: Time) -> Result<(), MediaError> {
        let begin = self.clock.now();
        self.decoder.decode(frame)?;
        let decode = self.clock.now() - begin;
        self.durations.record(decode);
        self.jumps += jump;
        self.decodes += decode;
        self.ratios.push(ratio(jump, decode));
        Ok(())
    }

    /// The result.
    pub fn report(mut self) -> BareReport {
        self.ratios.sort_by(f64::total_cmp);
        let share = |percent: usize| {
            let at = self.ratios.len().saturating_sub(1) * percent / 100;
            self.ratios.get(at).copied().unwrap_or(0.0)
        };
        BareReport {
            decode_from_keyframe_ms: (&self.durations).into(),
            seek_per_decode: ratio(self.jumps, self.decodes),
            seek_per_decode_p50: share(50),
            seek_per_decode_p95: share(95),
            seek_per_decode_max: share(100),
        }
    }
}

fn ratio(jump: Time, decode: Time) -> f64 {
    per_second(jump.seconds(), decode.seconds())
}
