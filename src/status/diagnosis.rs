//! Findings of the doctor: whether a project holds on this machine, by how much, when it is worst, and what to mend.

use serde::Serialize;

/// The version of the form.
pub const SCHEMA: u32 = 1;

/// The margin from which on a project holds: a fifth of what the machine gives is left for what else it has to do.
pub const SAFE_MARGIN: f64 = 1.25;

/// The largest margin reported; beyond it the figure says nothing more.
pub const MAX_MARGIN: f64 = 100.0;

/// Number of moments reported.
const MOST_MOMENTS: usize = 3;

/// Distance within which two moments are one, in seconds.
const SAME_MOMENT_S: f64 = 2.0;

/// Findings of the doctor. Its names are a contract: scripts read it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnosis {
    /// The version of the form, [`SCHEMA`].
    pub schema: u32,
    /// The verdict.
    pub verdict: Verdict,
    /// Capacity of the machine divided by the need of the worst moment; 0 where something cannot play at all.
    pub margin: f64,
    /// Problems, the worst first.
    pub problems: Vec<Problem>,
    /// The moments that need most, the worst first.
    pub moments: Vec<Moment>,
    /// Figures of each disk.
    pub disks: Vec<DiskFigures>,
    /// Cost of each media file.
    pub files: Vec<FileFigures>,
    /// Cores that the measurement counted on.
    pub cores: usize,
    /// Notes on what could not be found out, and what the figures leave out.
    pub notes: Vec<String>,
}

/// Verdict on a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// With room to spare.
    Holds,
    /// If nothing comes in between.
    AtRisk,
    /// Frames will be lost.
    WillDrop,
}

impl Verdict {
    /// By the margin alone.
    pub fn of(margin: f64) -> Self {
        if margin >= SAFE_MARGIN {
            Self::Holds
        } else if margin >= 1.0 {
            Self::AtRisk
        } else {
            Self::WillDrop
        }
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::AtRisk => "at-risk",
            Self::WillDrop => "will-drop",
        }
    }

    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::AtRisk => "at risk",
            Self::WillDrop => "will drop",
        }
    }
}

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the names in the report are a contract"
)]
pub struct Problem {
    /// The file or disk that it is about; empty for the machine as a whole.
    pub media: String,
    /// The problem.
    pub problem: String,
    /// The remedy.
    pub remedy: String,
    /// The best verdict that is left with it; [`Verdict::Holds`] for mere advice.
    pub at_best: Verdict,
    /// A moment of the timeline at which it matters, in seconds.
    pub at_s: Option<f64>,
}

/// The resource that a moment needs most of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Reading from a disk.
    Disk,
    /// All cores together, decoding.
    Cores,
    /// One decoder, which decodes frames in their order.
    Decoder,
}

/// Need of a second of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// Its start, in seconds.
    pub at_s: f64,
    /// Its need as a share of what the machine gives; 1 is all of it.
    pub load: f64,
    /// The resource it needs most of.
    pub resource: Resource,
    /// Bytes to read, in megabytes (10⁶) per second.
    pub read_mb_per_s: f64,
    /// Cores kept busy by decoding.
    pub busy_cores: f64,
}

/// Figures of a disk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiskFigures {
    /// One of the files on it.
    pub media: String,
    /// `solid-state`, `hard disk`, or why it is not known.
    pub kind: String,
    /// Reading what the page cache does not hold, in the way that playing reads it, in megabytes (10⁶) per second; none
    /// where the file system has no reads past the page cache.
    pub cold_mb_per_s: Option<f64>,
    /// That way: `direct` or `pread`.
    pub cold_io: Option<&'static str>,
    /// Longest of 99 % of those reads, in milliseconds.
    pub cold_p99_ms: Option<f64>,
    /// Reading through the page cache, after a first time.
    pub warm_mb_per_s: f64,
    /// Need of the worst moment.
    pub needed_mb_per_s: f64,
}

/// Cost of a media file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileFigures {
    /// The file.
    pub media: String,
    /// Its codec.
    pub codec: String,
    /// Frames per second that all cores together read and decode.
    pub decode_fps: f64,
    /// Milliseconds of one core for a frame.
    pub core_ms: f64,
}

impl FileFigures {
    /// True if it is a single picture, which costs nothing once it is decoded: there is no rate.
    pub fn is_still(&self) -> bool {
        self.decode_fps == 0.0
    }
}

impl Diagnosis {
    /// True if there is nothing to mend, advice included; otherwise the exit code is 1.
    pub fn is_clean(&self) -> bool {
        self.verdict == Verdict::Holds && self.problems.is_empty()
    }
}

/// The worst of all moments, each reported once: those near a worse one are left out.
pub fn worst_moments(mut moments: Vec<Moment>) -> Vec<Moment> {
    moments.sort_by(|one, other| other.load.total_cmp(&one.load));
    let mut worst: Vec<Moment> = Vec::with_capacity(MOST_MOMENTS);
    for moment in moments {
        let is_near = |known: &Moment| (known.at_s - moment.at_s).abs() < SAME_MOMENT_S;
        if worst.len() < MOST_MOMENTS && !worst.iter().any(is_near) {
            worst.push(moment);
        }
    }
    worst
}

/// The verdict by the worst moment and the worst problem, and the margin to go with it.
pub fn verdict(worst_load: f64, problems: &[Problem]) -> (Verdict, f64) {
    let margin = (1.0 / worst_load.max(1.0 / MAX_MARGIN)).min(MAX_MARGIN);
    let worst_problem = problems.iter().map(|problem| problem.at_best).max();
    let verdict = Verdict::of(margin).max(worst_problem.unwrap_or(Verdict::Holds));
    (verdict, margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at_s: f64, load: f64) -> Moment {
        Moment {
            at_s,
            load,
            resource: Resource::Disk,
            read_mb_per_s: 0.0,
            busy_cores: 0.0,
        }
    }

    #[test]
    fn the_verdict_follows_the_load() {
        for (load, expected) in [
            (0.5, Verdict::Holds),
            (0.9, Verdict::AtRisk),
            (1.1, Verdict::WillDrop),
            (2.0, Verdict::WillDrop),
        ] {
            let (verdict, margin) = verdict(load, &[]);
            assert_eq!(verdict, expected, "{load}");
            assert!((margin - 1.0 / load).abs() < 1e-9, "{load}");
        }
        assert_eq!(verdict(0.0, &[]), (Verdict::Holds, MAX_MARGIN));
    }

    #[test]
    fn a_problem_that_cannot_be_played_around_decides() {
        let missing = Problem {
            media: "a.mov".to_owned(),
            problem: "not there".to_owned(),
            remedy: "find it".to_owned(),
            at_best: Verdict::WillDrop,
            at_s: None,
        };
        assert_eq!(verdict(0.1, &[missing]).0, Verdict::WillDrop);
    }

    #[test]
    fn moments_beside_a_worse_one_are_not_told_again() {
        let moments = vec![
            moment(0.0, 0.1),
            moment(10.0, 0.9),
            moment(10.25, 0.95),
            moment(30.0, 0.5),
            moment(60.0, 0.4),
        ];
        let times: Vec<f64> = worst_moments(moments)
            .iter()
            .map(|worst| worst.at_s)
            .collect();
        assert_eq!(times, [10.25, 30.0, 60.0]);
    }
}
