//! Autosave: when unsaved changes are kept for after a crash.
//!
//! ```text
//! clean ── changed ──► waiting ── the interval is over ──► kept ── changed ──► waiting
//!   ▲                                                       │
//!   └──────────────── saved, or another document ───────────┘
//! ```

use std::sync::Arc;

use crate::project::Project;
use crate::time::Time;

/// Seconds from one age that is shown to the next, so that a window at rest seldom repaints for it.
const AGE_STEP_S: u64 = 10;

/// The changes that were kept last, and when.
#[derive(Debug, Default)]
pub(crate) struct Autosave {
    due_at: Option<Time>,
    project: Option<Arc<Project>>,
    since: Option<Time>,
}

/// The next thing to do about unsaved changes.
#[derive(Debug)]
pub(crate) enum AutosaveStep {
    /// Nothing until this time, if ever.
    Wait(Option<Time>),
    /// Keep the document as it is.
    Keep,
    /// Forget the changes that were kept.
    Forget,
}

impl Autosave {
    /// The step for the document as it is now.
    pub fn step(
        &mut self,
        document: &Arc<Project>,
        is_dirty: bool,
        now: Time,
        interval: Time,
    ) -> AutosaveStep {
        if !is_dirty {
            let has_any = self.project.is_some();
            *self = Self::default();
            return if has_any {
                AutosaveStep::Forget
            } else {
                AutosaveStep::Wait(None)
            };
        }
        let is_kept = |kept: &Arc<Project>| Arc::ptr_eq(kept, document) || kept == document;
        if self.project.as_ref().is_some_and(is_kept) {
            self.due_at = None;
            return AutosaveStep::Wait(None);
        }
        let due_at = *self.due_at.get_or_insert(now + interval);
        if now < due_at {
            return AutosaveStep::Wait(Some(due_at));
        }
        self.due_at = None;
        self.project = Some(Arc::clone(document));
        AutosaveStep::Keep
    }

    /// Notes that changes were kept, or could not be; then they are tried again after the interval.
    pub fn note(&mut self, is_kept: bool, now: Time) {
        if is_kept && self.project.is_some() {
            self.since = Some(now);
        } else {
            self.project = None;
        }
    }

    /// Takes changes that a crash left behind as kept.
    pub fn adopt(&mut self, document: Arc<Project>, now: Time) {
        self.project = Some(document);
        self.since = Some(now);
    }

    /// Whole seconds since changes were kept, in steps.
    pub fn ago_s(&self, now: Time) -> Option<u64> {
        let seconds = u64::try_from((now - self.since?).nanos()).unwrap_or(0) / 1_000_000_000;
        Some(if seconds < 60 {
            seconds / AGE_STEP_S * AGE_STEP_S
        } else {
            seconds / 60 * 60
        })
    }

    /// Time at which the age that is shown becomes another one.
    pub fn next_age(&self, now: Time) -> Option<Time> {
        let since = self.since?;
        let step = if self.ago_s(now)? < 60 {
            AGE_STEP_S
        } else {
            60
        };
        let shown = self.ago_s(now)? + step;
        Some(since + Time::from_seconds(i64::try_from(shown).unwrap_or(i64::MAX / 2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Time = Time::from_seconds(30);

    #[test]
    fn changes_are_kept_once_after_the_interval_and_forgotten_when_saved() {
        let at = Time::from_seconds;
        let mut kept = Autosave::default();
        let document = Arc::new(Project::default());
        assert!(
            matches!(
                kept.step(&document, false, at(0), INTERVAL),
                AutosaveStep::Wait(None)
            ),
            "nothing to keep"
        );
        let step = kept.step(&document, true, at(1), INTERVAL);
        assert!(
            matches!(step, AutosaveStep::Wait(Some(due)) if due == at(31)),
            "{step:?}"
        );
        assert!(
            matches!(
                kept.step(&document, true, at(31), INTERVAL),
                AutosaveStep::Keep
            ),
            "due"
        );
        kept.note(true, at(32));
        assert_eq!(kept.ago_s(at(45)), Some(10));
        assert_eq!(kept.next_age(at(45)), Some(at(52)));
        assert!(
            matches!(
                kept.step(&document, true, at(99), INTERVAL),
                AutosaveStep::Wait(None)
            ),
            "nothing new"
        );
        assert!(
            matches!(
                kept.step(&document, false, at(100), INTERVAL),
                AutosaveStep::Forget
            ),
            "saved"
        );
        assert_eq!(kept.ago_s(at(101)), None);
    }

    #[test]
    fn what_could_not_be_kept_is_tried_again() {
        let mut kept = Autosave::default();
        let document = Arc::new(Project::default());
        kept.step(&document, true, Time::ZERO, INTERVAL);
        kept.step(&document, true, INTERVAL, INTERVAL);
        kept.note(false, INTERVAL);
        assert_eq!(kept.ago_s(INTERVAL), None);
        let step = kept.step(&document, true, INTERVAL, INTERVAL);
        assert!(matches!(step, AutosaveStep::Wait(Some(_))), "{step:?}");
    }
}
