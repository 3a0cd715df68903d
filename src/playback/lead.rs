//! The lead of a deck: the time before it is due at which a frame has to be begun.

use crate::time::Time;

/// Frames that are remembered.
const RECENT: usize = 5;

/// Follows the time that a deck's last frames took, from a reader's beginning with them to their being ready.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lead {
    recent: [Time; RECENT],
    count: usize,
}

impl Lead {
    /// Notes the time that one more frame took.
    pub fn note(&mut self, took: Time) {
        self.recent.rotate_right(1);
        self.recent[0] = took;
        self.count = (self.count + 1).min(RECENT);
    }

    /// Time that the next frame has to be expected to take; zero while little is known.
    ///
    /// Where the last frames took about as long, that is the longest but one of them; where few were much slower than
    /// the others, it is what the quick ones took: a disk that stalled once is as quick as before, and a disk that
    /// recovers is believed at the second quick frame.
    pub fn expected(&self) -> Time {
        if self.count < RECENT {
            return Time::ZERO;
        }
        let mut sorted = self.recent;
        sorted.sort_unstable();
        let (quick, slow) = (sorted[1], sorted[RECENT - 2]);
        if quick + quick >= slow { slow } else { quick }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(millis: &[i64]) -> f64 {
        let mut lead = Lead::default();
        for took in millis {
            lead.note(Time::from_nanos(took * 1_000_000));
        }
        lead.expected().millis().round()
    }

    #[test]
    fn a_steady_disk_is_expected_to_stay_as_it_is() {
        assert!(after(&[50, 50, 50, 50]) < 1e-9, "too little is known");
        assert!((after(&[48, 52, 50, 55, 51]) - 52.0).abs() < 1e-9);
    }

    #[test]
    fn a_stall_changes_nothing_and_a_disk_that_recovers_is_believed_soon() {
        assert!((after(&[1, 1, 300, 300, 300]) - 1.0).abs() < 1e-9);
        assert!((after(&[50, 50, 50, 50, 50, 1, 1]) - 1.0).abs() < 1e-9);
        assert!((after(&[1, 1, 1, 1, 50, 50, 50, 50]) - 50.0).abs() < 1e-9);
    }
}
