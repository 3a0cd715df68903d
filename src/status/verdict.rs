//! [`ProgramVerdict`]: whether the show holds on this machine, by what the doctor predicts and by what playing measured.
//!
//! There is one for the whole program, which panels, reports and remotes word alike.

use super::diagnosis::Verdict;

/// Hit rate below which it is a warning: the target for normal playback.
pub const GOOD_HIT_RATE: f64 = 0.995;

/// Something that frames are lost to, or would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Bottleneck {
    /// Reading from a disk.
    Disk,
    /// Decoding, on all cores or in one decoder.
    Decoding,
    /// Composing pictures and handing them over, uploads included.
    Drawing,
    /// A live source that sends too late.
    Source,
    /// A media file that cannot be played as it is.
    Media,
}

impl Bottleneck {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Its name beside a verdict.
    fn word(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Decoding => "decoding",
            Self::Drawing => "drawing",
            Self::Source => "live source",
            Self::Media => "media",
        }
    }

    /// What to do about it.
    fn remedy(self) -> &'static str {
        match self {
            Self::Disk => {
                "Move the files to a faster disk, close what else reads from it, or read more frames ahead."
            }
            Self::Decoding => {
                "Convert the files to HAP, play fewer at once, or close other programs."
            }
            Self::Drawing => {
                "Use a faster graphics adapter and driver, a smaller canvas, or fewer layers at once."
            }
            Self::Source => "Look after the source and the network on the way to it.",
            Self::Media => "Open the doctor: it names the files.",
        }
    }
}

/// The doctor's prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Its verdict.
    pub verdict: Verdict,
    /// Capacity of the machine divided by the need of the worst moment.
    pub margin: f64,
    /// The narrowest of what it examined, where there is one.
    pub cause: Option<Bottleneck>,
    /// True if the project changed since.
    pub is_outdated: bool,
}

/// The measurement while playing, since the counts were reset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// The worst verdict since then: it never becomes better before the counts are reset.
    pub verdict: Verdict,
    /// Due frames.
    pub due: u64,
    /// Those of them that were not shown on time.
    pub lost: u64,
    /// Share of due frames that the prebuffers held, 0 to 1.
    pub hit_rate: f64,
    /// The cause of most losses, or of a verdict without any.
    pub cause: Option<Bottleneck>,
    /// Time to draw a picture as a share of a refresh; the highest that lasted.
    pub drawing_load: f64,
}

/// The evidence that a verdict follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Basis {
    /// Neither examined nor played.
    Nothing,
    /// The doctor's prediction.
    Predicted,
    /// The measurement while playing.
    Measured,
}

/// The verdict of the whole program: the worst of disk, decoding and drawing, with its cause.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProgramVerdict {
    /// The prediction, once the doctor was asked.
    pub prediction: Option<Prediction>,
    /// The measurement, once a frame was due.
    pub measurement: Option<Measurement>,
    /// True while the doctor is at work.
    pub is_examining: bool,
}

impl ProgramVerdict {
    /// The evidence that counts: the worse of the two, and of two that are alike the measurement where it lost anything.
    pub fn basis(&self) -> Basis {
        match (self.prediction, self.measurement) {
            (None, None) => Basis::Nothing,
            (Some(_), None) => Basis::Predicted,
            (None, Some(_)) => Basis::Measured,
            (Some(predicted), Some(measured)) => {
                let is_predicted = predicted.verdict > measured.verdict
                    || measured.verdict == Verdict::Holds && measured.lost == 0;
                if is_predicted {
                    Basis::Predicted
                } else {
                    Basis::Measured
                }
            }
        }
    }

    /// The verdict; none where nothing was examined or played.
    pub fn verdict(&self) -> Option<Verdict> {
        match self.basis() {
            Basis::Nothing => None,
            Basis::Predicted => self.prediction.map(|prediction| prediction.verdict),
            Basis::Measured => self.measurement.map(|measurement| measurement.verdict),
        }
    }

    /// Its cause, where it has one.
    pub fn cause(&self) -> Option<Bottleneck> {
        match self.basis() {
            Basis::Nothing => None,
            Basis::Predicted => self.prediction.and_then(|prediction| prediction.cause),
            Basis::Measured => self.measurement.and_then(|measurement| measurement.cause),
        }
    }

    /// True if it is a prediction for the project as it was before its last changes.
    pub fn is_outdated(&self) -> bool {
        self.basis() == Basis::Predicted
            && self
                .prediction
                .is_some_and(|prediction| prediction.is_outdated)
    }

    /// The verdict in a few words, such as `Holds here · 1.8 ×` or `Lost 12 frames · disk`.
    pub fn headline(&self) -> String {
        if self.is_examining {
            return "Examining…".to_owned();
        }
        let (prediction, measurement) = (self.prediction, self.measurement);
        match (self.basis(), prediction, measurement) {
            (Basis::Predicted, Some(prediction), _) => prediction.headline(),
            (Basis::Measured, _, Some(measurement)) => measurement.headline(prediction),
            (Basis::Nothing | Basis::Predicted | Basis::Measured, ..) => "Will it hold?".to_owned(),
        }
    }

    /// The prediction and the measurement in sentences, then what to do.
    pub fn explanation(&self) -> String {
        let findings = self.findings();
        if self.prediction.is_some() {
            return findings;
        }
        let text = "Not examined yet: open the doctor to have the disks and decoders measured.";
        [text, &findings].join("\n").trim_end().to_owned()
    }

    /// What was predicted and measured, in sentences, then what to do; nothing where neither was.
    pub fn findings(&self) -> String {
        let mut lines = Vec::new();
        lines.extend(self.prediction.map(|prediction| prediction.explanation()));
        lines.extend(self.measurement.map(|measured| measured.explanation()));
        if self.basis() == Basis::Measured && self.verdict() > Some(Verdict::Holds) {
            lines.push(
                "What was measured counts more than what was predicted, until the counts are reset."
                    .to_owned(),
            );
        }
        if self.verdict() > Some(Verdict::Holds)
            && let Some(cause) = self.cause()
        {
            lines.push(cause.remedy().to_owned());
        }
        lines.join("\n")
    }
}

/// ` · disk`, or nothing.
fn because(cause: Option<Bottleneck>) -> String {
    cause.map_or_else(String::new, |cause| format!(" · {}", cause.word()))
}

/// `1 frame`, `12 frames`.
fn frames(count: u64) -> String {
    match count {
        1 => "1 frame".to_owned(),
        count => format!("{count} frames"),
    }
}

impl Prediction {
    fn headline(&self) -> String {
        let (margin, cause) = (self.margin, because(self.cause));
        let text = match self.verdict {
            Verdict::Holds => format!("Holds here · {margin:.1} ×"),
            Verdict::AtRisk => format!("At risk · {margin:.2} ×{cause}"),
            Verdict::WillDrop => format!("Will drop · {margin:.2} ×{cause}"),
        };
        // Of the project as it was, it is no more than a guess.
        if self.is_outdated {
            format!("{text}?")
        } else {
            text
        }
    }

    fn explanation(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Holds => "to hold",
            Verdict::AtRisk => "to be at risk",
            Verdict::WillDrop => "to drop frames",
        };
        let of = (self.cause).map_or_else(String::new, |cause| format!(" ({})", cause.word()));
        let before = if self.is_outdated {
            ", before the last changes"
        } else {
            ""
        };
        format!(
            "Predicted {verdict}{before}: the machine gives {:.2} times what the worst moment needs{of}.",
            self.margin
        )
    }
}

impl Measurement {
    fn headline(&self, prediction: Option<Prediction>) -> String {
        let cause = because(self.cause);
        match (self.verdict, self.lost) {
            (Verdict::Holds, 0) => "No frame lost".to_owned(),
            (Verdict::Holds, lost) => {
                let start = if prediction.is_some() {
                    "Holds here"
                } else {
                    "Holds so far"
                };
                format!("{start} · {lost} lost")
            }
            // Drawing that takes longer than a refresh says more than the losses that it makes.
            (Verdict::AtRisk | Verdict::WillDrop, _) if self.is_drawn_too_slowly() => {
                "Drawing is too slow".to_owned()
            }
            (Verdict::AtRisk | Verdict::WillDrop, 0) => {
                if self.cause == Some(Bottleneck::Drawing) {
                    "At risk · drawing".to_owned()
                } else {
                    "Prebuffers run short".to_owned()
                }
            }
            (Verdict::AtRisk, lost) => format!("Lost {}{cause}", frames(lost)),
            (Verdict::WillDrop, lost) => format!("Drops frames · {lost} lost{cause}"),
        }
    }

    /// True if most losses, or all that there is to say, come of drawing that takes longer than a refresh.
    fn is_drawn_too_slowly(&self) -> bool {
        self.drawing_load > 1.0 && self.cause == Some(Bottleneck::Drawing)
    }

    fn explanation(&self) -> String {
        let lost = match self.lost {
            0 => format!(
                "Measured while playing: none of {} due frames was lost",
                self.due
            ),
            lost => format!(
                "Measured while playing: {lost} of {} due frames were not shown on time{}",
                self.due,
                (self.cause).map_or_else(String::new, |cause| format!(
                    ", most because of {}",
                    cause.word()
                ))
            ),
        };
        let drawing = if self.drawing_load > 1.0 {
            format!(
                "; drawing a picture took {:.1} times as long as it is shown",
                self.drawing_load
            )
        } else {
            String::new()
        };
        // Rounded down, so that 100 % is all of them.
        let hits = (self.hit_rate * 1000.0 + 1e-9).floor() / 10.0;
        format!("{lost}; the prebuffers held {hits:.1} % of them{drawing}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predicted(verdict: Verdict) -> Prediction {
        Prediction {
            verdict,
            margin: 3.7,
            cause: Some(Bottleneck::Disk),
            is_outdated: false,
        }
    }

    fn measured(verdict: Verdict, lost: u64, cause: Option<Bottleneck>) -> Measurement {
        Measurement {
            verdict,
            due: 1200,
            lost,
            hit_rate: 0.5,
            cause,
            drawing_load: 0.2,
        }
    }

    fn joined(prediction: Option<Prediction>, measurement: Option<Measurement>) -> ProgramVerdict {
        ProgramVerdict {
            prediction,
            measurement,
            is_examining: false,
        }
    }

    #[test]
    fn the_worse_of_prediction_and_measurement_counts_and_losses_beat_a_prediction() {
        let holds = Some(predicted(Verdict::Holds));
        let clean = Some(measured(Verdict::Holds, 0, None));
        let lossy = Some(measured(Verdict::AtRisk, 12, Some(Bottleneck::Decoding)));
        for (prediction, measurement, expected) in [
            (None, None, "Will it hold?"),
            (holds, None, "Holds here · 3.7 ×"),
            (None, clean, "No frame lost"),
            (holds, clean, "Holds here · 3.7 ×"),
            (holds, lossy, "Lost 12 frames · decoding"),
            (
                Some(predicted(Verdict::AtRisk)),
                lossy,
                "Lost 12 frames · decoding",
            ),
            (
                Some(predicted(Verdict::WillDrop)),
                clean,
                "Will drop · 3.70 × · disk",
            ),
            (
                holds,
                Some(measured(Verdict::Holds, 1, Some(Bottleneck::Disk))),
                "Holds here · 1 lost",
            ),
        ] {
            assert_eq!(joined(prediction, measurement).headline(), expected);
        }
        let both = joined(holds, lossy);
        assert_eq!(
            (both.basis(), both.cause()),
            (Basis::Measured, Some(Bottleneck::Decoding))
        );
        let text = both.explanation();
        for part in [
            "Predicted to hold",
            "12 of 1200",
            "counts more",
            "Convert the files",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn no_verdict_that_is_not_good_says_that_it_holds() {
        let causes = [
            None,
            Some(Bottleneck::Disk),
            Some(Bottleneck::Decoding),
            Some(Bottleneck::Drawing),
            Some(Bottleneck::Source),
            Some(Bottleneck::Media),
        ];
        for cause in causes {
            for verdict in [Verdict::AtRisk, Verdict::WillDrop] {
                for (lost, drawing_load) in [(0, 0.2), (0, 2.0), (7, 0.2), (7, 2.0)] {
                    let measurement = Measurement {
                        drawing_load,
                        ..measured(verdict, lost, cause)
                    };
                    let joined = joined(Some(predicted(Verdict::Holds)), Some(measurement));
                    let headline = joined.headline();
                    assert!(!headline.contains("Holds"), "{headline}");
                }
            }
        }
    }

    #[test]
    fn a_prediction_of_the_project_as_it_was_is_a_question() {
        let mut outdated = joined(Some(predicted(Verdict::Holds)), None);
        outdated.prediction.as_mut().expect("there").is_outdated = true;
        assert!(outdated.is_outdated());
        assert_eq!(outdated.headline(), "Holds here · 3.7 ×?");
        outdated.measurement = Some(measured(Verdict::AtRisk, 3, None));
        assert!(!outdated.is_outdated(), "it was measured");
    }
}
