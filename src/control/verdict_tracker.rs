//! The verdict of the program, kept up to date: the only place that judges.

use crate::status::diagnosis::{Diagnosis, Resource, Verdict};
use crate::status::snapshot::{CauseCounts, Counts, DoctorStatus, Snapshot};
use crate::status::verdict::{Bottleneck, GOOD_HIT_RATE, Measurement, Prediction, ProgramVerdict};

/// Share of due frames up to which losses are within the target of playing.
const GOOD_LOSS: f64 = 0.001;

/// Share of due frames from which on playing has failed.
const FAILED_LOSS: f64 = 0.01;

/// Due frames that a share is taken of at least, so that one frame at the start of a run is not a large share.
const LEAST_DUE: u64 = 1000;

/// Share of a new drawing time in the smoothed one: what lasts for a second counts, one slow picture does not.
const SMOOTHING: f64 = 1.0 / 32.0;

/// Keeps the worst of what was measured since the counts were reset, and joins it with the doctor's prediction.
#[derive(Debug, Default)]
pub struct VerdictTracker {
    worst: Option<Measurement>,
    /// Time to draw as a share of a refresh, smoothed.
    drawing_load: f64,
}

impl VerdictTracker {
    /// Takes a snapshot of the engine in; gives the verdict as of it. Counts without a due frame have been reset.
    pub fn follow(&mut self, snapshot: &Snapshot, is_playing: bool) -> ProgramVerdict {
        if snapshot.totals.due == 0 {
            *self = Self::default();
        } else {
            self.measure(snapshot, is_playing);
        }
        ProgramVerdict {
            prediction: (snapshot.diagnosis.as_deref())
                .map(|diagnosis| prediction(diagnosis, snapshot.doctor_status)),
            measurement: self.worst,
            is_examining: snapshot.doctor_status == DoctorStatus::Running,
        }
    }

    fn measure(&mut self, snapshot: &Snapshot, is_playing: bool) {
        if is_playing && snapshot.refresh_ms > 0.0 {
            let drawing_ms = snapshot.gpu_ms.unwrap_or(snapshot.composite_p99_ms);
            let load = f64::from(drawing_ms / snapshot.refresh_ms);
            self.drawing_load += (load - self.drawing_load) * SMOOTHING;
        }
        let before = self.worst;
        let totals = &snapshot.totals;
        // Removing a layer takes its counts along, and none of what was lost.
        let lost = totals.lost().max(before.map_or(0, |worst| worst.lost));
        let drawing_load = before.map_or(0.0, |worst| worst.drawing_load);
        let drawing_load = drawing_load.max(self.drawing_load);
        let (verdict, cause) = [by_losses(totals), by_hits(totals), by_drawing(drawing_load)]
            .into_iter()
            .rev()
            .max_by_key(|(verdict, _)| *verdict)
            .unwrap_or((Verdict::Holds, None));
        let before = before.map(|worst| (worst.verdict, worst.cause));
        // Of two that are alike the newer names the cause, as far as it has one.
        let (verdict, cause) = match before {
            Some((worst, known)) if worst > verdict => (worst, known),
            Some((worst, known)) if worst == verdict => (verdict, cause.or(known)),
            Some(_) | None => (verdict, cause),
        };
        self.worst = Some(Measurement {
            verdict,
            due: totals.due,
            lost,
            hit_rate: totals.hit_rate(),
            cause,
            drawing_load,
        });
    }
}

fn by_losses(totals: &Counts) -> (Verdict, Option<Bottleneck>) {
    let share = totals.lost() as f64 / totals.due.max(LEAST_DUE) as f64;
    let verdict = if share > FAILED_LOSS {
        Verdict::WillDrop
    } else if share > GOOD_LOSS {
        Verdict::AtRisk
    } else {
        Verdict::Holds
    };
    (verdict, main_cause(&totals.causes))
}

fn by_hits(totals: &Counts) -> (Verdict, Option<Bottleneck>) {
    let misses = totals.asked.saturating_sub(totals.hits);
    let share = misses as f64 / totals.asked.max(LEAST_DUE) as f64;
    let verdict = if share > 1.0 - GOOD_HIT_RATE {
        Verdict::AtRisk
    } else {
        Verdict::Holds
    };
    (verdict, main_cause(&totals.causes))
}

fn by_drawing(load: f64) -> (Verdict, Option<Bottleneck>) {
    let verdict = Verdict::of(1.0 / load.max(f64::EPSILON));
    let cause = (verdict > Verdict::Holds).then_some(Bottleneck::Drawing);
    (verdict, cause)
}

/// The cause of most losses; none without any.
fn main_cause(causes: &CauseCounts) -> Option<Bottleneck> {
    let causes = [
        (causes.read, Bottleneck::Disk),
        (causes.decode, Bottleneck::Decoding),
        (causes.upload + causes.present, Bottleneck::Drawing),
        (causes.source, Bottleneck::Source),
    ];
    let (count, cause) = causes.into_iter().rev().max_by_key(|(count, _)| *count)?;
    (count > 0).then_some(cause)
}

fn prediction(diagnosis: &Diagnosis, status: DoctorStatus) -> Prediction {
    let narrowest = diagnosis.moments.first().map(|moment| moment.resource);
    let narrowest = narrowest.map(|resource| match resource {
        Resource::Disk => Bottleneck::Disk,
        Resource::Cores | Resource::Decoder => Bottleneck::Decoding,
    });
    // Where the margin alone would do, a file decides.
    let is_of_a_file = diagnosis.verdict > Verdict::of(diagnosis.margin);
    Prediction {
        verdict: diagnosis.verdict,
        margin: diagnosis.margin,
        cause: if is_of_a_file {
            Some(Bottleneck::Media)
        } else {
            narrowest
        },
        is_outdated: status == DoctorStatus::Outdated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(due: u64, lost: u64, hits: u64) -> Snapshot {
        Snapshot {
            totals: Counts {
                due,
                presented: due - lost,
                repeated: lost,
                asked: due,
                hits,
                causes: CauseCounts {
                    read: lost,
                    ..CauseCounts::default()
                },
                ..Counts::default()
            },
            refresh_ms: 16.0,
            composite_p99_ms: 1.0,
            ..Snapshot::default()
        }
    }

    fn measured(
        tracker: &mut VerdictTracker,
        snapshot: &Snapshot,
        is_playing: bool,
    ) -> Measurement {
        let verdict = tracker.follow(snapshot, is_playing);
        verdict.measurement.expect("frames were due")
    }

    #[test]
    fn a_verdict_is_kept_until_the_counts_are_reset() {
        let mut tracker = VerdictTracker::default();
        let good = measured(&mut tracker, &snapshot(1000, 1, 999), true);
        assert_eq!(good.verdict, Verdict::Holds, "one of a thousand");
        let bad = measured(&mut tracker, &snapshot(1200, 60, 600), true);
        assert_eq!(
            (bad.verdict, bad.cause),
            (Verdict::WillDrop, Some(Bottleneck::Disk))
        );
        let paused = measured(&mut tracker, &snapshot(1200, 60, 600), false);
        assert_eq!(paused, bad, "pausing makes nothing better");
        let later = measured(&mut tracker, &snapshot(1_000_000, 60, 999_400), true);
        assert_eq!(later.verdict, Verdict::WillDrop, "nor does going on");
        let removed = measured(&mut tracker, &snapshot(500, 0, 500), true);
        assert_eq!((removed.verdict, removed.lost), (Verdict::WillDrop, 60));
        let reset = tracker.follow(&Snapshot::default(), false);
        assert_eq!(reset, ProgramVerdict::default());
        let after = measured(&mut tracker, &snapshot(1200, 0, 1200), true);
        assert_eq!(after.verdict, Verdict::Holds);
    }

    #[test]
    fn hits_that_are_few_are_a_risk_though_no_frame_is_lost() {
        let mut tracker = VerdictTracker::default();
        let half = measured(&mut tracker, &snapshot(1200, 0, 600), true);
        assert_eq!(half.verdict, Verdict::AtRisk);
        let verdict = tracker.follow(&snapshot(1200, 0, 600), false);
        assert_eq!(verdict.headline(), "Prebuffers run short");
    }

    #[test]
    fn drawing_that_stays_too_slow_counts_and_one_slow_picture_does_not() {
        let mut tracker = VerdictTracker::default();
        let mut played = snapshot(1200, 0, 1200);
        played.gpu_ms = Some(90.0);
        let once = measured(&mut tracker, &played, true);
        assert_eq!(once.verdict, Verdict::Holds);
        for _ in 0..120 {
            tracker.follow(&played, true);
        }
        played.gpu_ms = Some(1.0);
        for is_playing in [false, true] {
            let verdict = tracker.follow(&played, is_playing);
            assert_eq!(verdict.headline(), "Drawing is too slow");
            assert_eq!(verdict.cause(), Some(Bottleneck::Drawing));
        }
    }
}
