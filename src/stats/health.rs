//! Losses of a source that goes on: corrupt packets, pictures that could not be decoded.

use std::fmt;

/// The counters of a source at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct HealthCounts {
    /// Packets and pictures that were passed over because they are corrupt.
    pub corrupt: u64,
    /// Pictures that should have come out of the decoder and did not.
    pub lost: u64,
    /// Pictures that came out of the decoder after a later one.
    pub disordered: u64,
    /// Pictures of a live source that were dropped because newer ones waited.
    pub skipped: u64,
    /// Times that a live source was connected again.
    pub reconnects: u64,
}

impl fmt::Display for HealthCounts {
    /// A summary of the losses, such as `3 corrupt packets, 1 lost picture`; nothing where all is well.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.corrupt, "corrupt packet"),
            (self.lost, "lost picture"),
            (self.disordered, "picture out of order"),
            (self.skipped, "picture skipped to keep up"),
            (self.reconnects, "reconnection"),
        ];
        let mut separator = "";
        for (count, name) in parts.into_iter().filter(|(count, _)| *count > 0) {
            let (head, tail) = name.split_once(' ').unwrap_or((name, ""));
            // The noun is the first word where a phrase follows it, else the last.
            let plural = if count == 1 {
                name.to_owned()
            } else if head == "picture" {
                format!("{head}s {tail}")
            } else {
                format!("{name}s")
            };
            write!(f, "{separator}{count} {plural}")?;
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_a_person_would_say_them() {
        assert_eq!(HealthCounts::default().to_string(), "");
        let counts = HealthCounts {
            corrupt: 3,
            lost: 1,
            disordered: 2,
            ..HealthCounts::default()
        };
        assert_eq!(
            counts.to_string(),
            "3 corrupt packets, 1 lost picture, 2 pictures out of order"
        );
    }
}
