//! Log of events, with a limit on how often the same is reported.

use std::collections::VecDeque;

use crate::time::Time;

/// Most lines of the log.
pub const LOG_LINES: usize = 400;

/// Span in which events of one kind on one layer make one line, which counts them.
const SAME_LINE: Time = Time::from_seconds(1);

/// Lines that are looked through for one to add to: more than there are layers and kinds that come in bursts.
const LOOK_BACK: usize = 24;

/// The kind of an event, in the order in which kinds are offered.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum EventKind {
    /// Something went wrong.
    Error,
    /// Due frames were not shown on time.
    Drop,
    /// The prebuffer did not have several due frames in a row.
    Miss,
    /// Nothing was drawn for several frames.
    Stall,
    /// Something is done in another way than asked for, or than is best.
    Fallback,
    /// The playhead jumped.
    Seek,
    /// Something worth knowing.
    #[default]
    Note,
}

impl EventKind {
    /// All kinds, in that order.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

    /// Its name.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One event, or several of a kind in quick succession.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogLine {
    /// Time since the program began.
    pub time: Time,
    /// True if it is an error; otherwise it is information.
    pub is_error: bool,
    /// Its kind.
    pub kind: EventKind,
    /// The layer that it is about, by its place in the project.
    pub layer: Option<usize>,
    /// The playhead at the time, where that matters.
    pub playhead: Option<Time>,
    /// Number of times, where it is counted; 0 for what happens once.
    pub count: u64,
    /// True if the user was shown it as a message.
    pub was_shown: bool,
    /// The event in words.
    pub text: String,
}

/// Adds a line; a counted event that follows another of its kind and layer within a second adds to that one's count.
///
/// `text` is asked for only if there is a new line. A line that is not counted and repeats the last one is left out.
pub fn add(log: &mut VecDeque<LogLine>, mut line: LogLine, text: impl FnOnce() -> String) {
    if line.count > 0 {
        let known = log.iter_mut().rev().take(LOOK_BACK).find(|known| {
            known.kind == line.kind
                && known.layer == line.layer
                && line.time - known.time < SAME_LINE
        });
        if let Some(known) = known {
            known.count += line.count;
            return;
        }
    }
    let text = text();
    if line.count == 0 && log.back().is_some_and(|last| last.text == text) {
        return;
    }
    if log.len() >= LOG_LINES {
        log.pop_front();
    }
    line.text = text;
    log.push_back(line);
}

/// The log as comma-separated values, a header first (RFC 4180).
pub fn to_csv<'a>(lines: impl Iterator<Item = &'a LogLine>) -> String {
    let mut csv = String::from("seconds,kind,layer,playhead_s,count,text\r\n");
    for line in lines {
        let layer = line
            .layer
            .map_or_else(String::new, |layer| layer.to_string());
        let playhead = line
            .playhead
            .map_or_else(String::new, |at| format!("{:.3}", at.seconds()));
        let text = line.text.replace('"', "\"\"");
        let line = format!(
            "{:.3},{},{layer},{playhead},{},\"{text}\"\r\n",
            line.time.seconds(),
            line.kind.name(),
            line.count.max(1)
        );
        csv.push_str(&line);
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drop_at(millis: i64, layer: usize) -> LogLine {
        LogLine {
            time: Time::from_nanos(millis * 1_000_000),
            kind: EventKind::Drop,
            layer: Some(layer),
            count: 1,
            ..LogLine::default()
        }
    }

    #[test]
    fn a_burst_is_one_line_that_counts() {
        let mut log = VecDeque::new();
        for frame in 0..120 {
            for layer in 0..6 {
                add(&mut log, drop_at(frame * 16, layer), || "lost".to_owned());
            }
        }
        assert_eq!(log.len(), 12, "two seconds of six layers");
        assert_eq!(log.iter().map(|line| line.count).sum::<u64>(), 720);
    }

    #[test]
    fn what_is_not_counted_is_told_once_in_a_row() {
        let mut log = VecDeque::new();
        for text in ["a", "a", "b", "a"] {
            add(&mut log, LogLine::default(), || text.to_owned());
        }
        assert_eq!(log.len(), 3);
    }

    #[test]
    fn the_log_is_bounded_and_quotes_are_doubled() {
        let mut log = VecDeque::new();
        for line in 0..LOG_LINES + 10 {
            add(&mut log, LogLine::default(), || format!("\"{line}\""));
        }
        assert_eq!(log.len(), LOG_LINES);
        let csv = to_csv(log.iter().rev().take(1));
        assert!(csv.ends_with(",1,\"\"\"409\"\"\"\r\n"), "{csv}");
    }
}
