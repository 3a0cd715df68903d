//! Requests on their way from the thread to the tick, of each path no more than its last value.
//!
//! A value takes the place of an earlier one of the same path, so that a flood of values is no more work for a tick than
//! one of each. What is carried out is not merged with anything, and values are not merged across it: `set, play, set`
//! stays what it is.

use std::collections::{HashMap, VecDeque};

use super::pattern::Pattern;
use super::peer::Peer;
use crate::command::tree::ParameterPath;
use crate::command::{Assignment, Command};

/// Most requests that wait: many times the paths of a show with six layers.
const MOST: usize = 8192;

/// Requests that wait from which on only values are taken: they may take each other's places, other requests not.
const MOST_OF_OTHERS: usize = 4096;

/// Most bytes of values that wait.
const MOST_BYTES: usize = 4 << 20;

/// Most messages to the user that wait.
const MOST_LINES: usize = 32;

/// A request from outside.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// Who asks.
    pub from: Peer,
    /// The address that the message had, under which it is answered.
    pub address: String,
    /// What is asked for.
    pub what: What,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A parameter is set.
    Set(Assignment),
    /// A command is carried out.
    Do(Box<Command>),
    /// The values of these parameters, in one answer; times counted in frames if that is said.
    Values {
        /// The parameters.
        paths: Vec<ParameterPath>,
        /// True if times are counted in frames.
        is_frames: bool,
    },
    /// The values of all parameters that a pattern matches.
    Matching(Pattern),
    /// The nodes that a pattern matches; all without.
    List(Option<Pattern>),
    /// The statistics of prebuffers.
    Stats,
}

/// Reason that a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many messages of different kinds at once")]
pub(super) struct InboxFull;

/// Requests that wait for the tick.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    waiting: VecDeque<Request>,
    /// Number of the first request that waits, counted from the beginning of time.
    first: u64,
    /// Numbers of the values that another value may take the place of.
    values: HashMap<ParameterPath, u64>,
    bytes: usize,
    lines: Vec<(bool, String)>,
}

impl Inbox {
    /// Takes a request.
    ///
    /// # Errors
    /// There are too many.
    pub fn push(&mut self, request: Request) -> Result<(), InboxFull> {
        match &request.what {
            // A switch that is turned over twice is not turned over once.
            What::Set(setting) if setting.value.trim() != "toggle" => {
                return self.push_value(request);
            }
            What::Set(_) | What::Do(_) => self.values.clear(),
            What::Values { .. } | What::Matching(_) | What::List(_) | What::Stats => {}
        }
        if self.waiting.len() >= MOST_OF_OTHERS {
            return Err(InboxFull);
        }
        self.push_back(request)
    }

    fn push_value(&mut self, request: Request) -> Result<(), InboxFull> {
        let What::Set(setting) = &request.what else {
            return Err(InboxFull);
        };
        let place = self.values.get(&setting.path);
        let place = place.and_then(|number| number.checked_sub(self.first));
        if let Some(waiting) = place.and_then(|place| self.waiting.get_mut(place as usize)) {
            self.bytes = self.bytes - weight(waiting) + weight(&request);
            *waiting = request;
            return Ok(());
        }
        if self.waiting.len() >= MOST {
            self.drop_outdated();
        }
        let path = setting.path.clone();
        let number = self.first + self.waiting.len() as u64;
        self.push_back(request)?;
        self.values.insert(path, number);
        Ok(())
    }

    fn push_back(&mut self, request: Request) -> Result<(), InboxFull> {
        let bytes = weight(&request);
        if self.waiting.len() >= MOST || self.bytes + bytes > MOST_BYTES {
            return Err(InboxFull);
        }
        self.bytes += bytes;
        self.waiting.push_back(request);
        Ok(())
    }

    /// Drops values that a later one of the same path follows, whatever stands between them: of two evils the lesser.
    fn drop_outdated(&mut self) {
        let mut last = HashMap::new();
        for (place, request) in self.waiting.iter().enumerate() {
            if let What::Set(setting) = &request.what {
                last.insert(setting.path.clone(), place);
            }
        }
        let mut place = 0;
        self.waiting.retain(|request| {
            let is_kept = match &request.what {
                What::Set(setting) => last.get(&setting.path) == Some(&place),
                What::Do(_)
                | What::Values { .. }
                | What::Matching(_)
                | What::List(_)
                | What::Stats => true,
            };
            place += 1;
            is_kept
        });
        self.bytes = self.waiting.iter().map(weight).sum();
        self.values.clear();
    }

    /// Takes a message to the user; when there are too many, it is dropped.
    pub fn tell(&mut self, is_error: bool, text: String) {
        if self.lines.len() < MOST_LINES {
            self.lines.push((is_error, text));
        }
    }

    /// Takes the oldest request out.
    pub fn pop(&mut self) -> Option<Request> {
        let request = self.waiting.pop_front()?;
        if let What::Set(setting) = &request.what
            && self.values.get(&setting.path) == Some(&self.first)
        {
            self.values.remove(&setting.path);
        }
        self.first += 1;
        self.bytes -= weight(&request);
        Some(request)
    }

    /// Takes the messages to the user out.
    pub fn take_lines(&mut self) -> Vec<(bool, String)> {
        std::mem::take(&mut self.lines)
    }

    /// True if nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.lines.is_empty()
    }
}

/// Bytes of text that a request holds, about.
fn weight(request: &Request) -> usize {
    let of_what = match &request.what {
        What::Set(setting) => setting.value.len(),
        What::Do(command) => match &**command {
            Command::Set(setting) => setting.value.len(),
            _ => size_of::<Command>(),
        },
        What::Values { .. } | What::Matching(_) | What::List(_) | What::Stats => 0,
    };
    request.address.len() + of_what
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::TransportCommand;

    fn set(path: &str, value: &str) -> Request {
        Request {
            from: Peer::Tcp(0),
            address: path.to_owned(),
            what: What::Set(Assignment {
                path: path.parse().expect("a path"),
                value: value.to_owned(),
            }),
        }
    }

    fn play() -> Request {
        Request {
            from: Peer::Tcp(0),
            address: String::new(),
            what: What::Do(Box::new(TransportCommand::Play.into())),
        }
    }

    fn taken(inbox: &mut Inbox) -> Vec<String> {
        let requests = std::iter::from_fn(|| inbox.pop());
        let words = requests.map(|request| match request.what {
            What::Set(setting) => format!("{} {}", setting.path, setting.value),
            _ => "do".to_owned(),
        });
        words.collect()
    }

    #[test]
    fn a_flood_of_values_is_one_of_each_path_and_the_last() {
        let mut inbox = Inbox::default();
        for value in 0..100_000 {
            let path = format!("/layer/{}/opacity", value % 6);
            inbox.push(set(&path, &value.to_string())).expect("taken");
        }
        let taken = taken(&mut inbox);
        assert_eq!(taken.len(), 6);
        for layer in 0..6 {
            let last = (0..100_000)
                .rev()
                .find(|value| value % 6 == layer)
                .expect("one");
            assert!(taken.contains(&format!("/layer/{layer}/opacity {last}")));
        }
        assert_eq!(inbox.bytes, 0);
    }

    #[test]
    fn values_are_not_merged_across_what_is_carried_out_nor_when_they_turn_over() {
        let mut inbox = Inbox::default();
        for request in [
            set("/a", "1"),
            set("/a", "2"),
            play(),
            set("/a", "3"),
            set("/b", "toggle"),
            set("/b", "toggle"),
        ] {
            inbox.push(request).expect("taken");
        }
        let expected = ["/a 2", "do", "/a 3", "/b toggle", "/b toggle"];
        assert_eq!(taken(&mut inbox), expected);
    }

    #[test]
    fn a_flood_of_everything_keeps_the_last_value_of_each_path() {
        let mut inbox = Inbox::default();
        let mut refused = 0;
        for value in 0..50_000 {
            refused += usize::from(inbox.push(play()).is_err());
            inbox.push(set("/a", &value.to_string())).expect("taken");
        }
        assert!(refused > 0, "it is bounded");
        assert!(inbox.waiting.len() <= MOST);
        let taken = taken(&mut inbox);
        let last = taken.iter().rfind(|words| words.starts_with("/a"));
        assert_eq!(last.map(String::as_str), Some("/a 49999"));
    }

    #[test]
    fn values_that_were_taken_leave_nothing_behind() {
        let mut inbox = Inbox::default();
        inbox.push(set("/first", "0")).expect("taken");
        for number in 0..10_000 {
            inbox.push(set(&format!("/{number}"), "0")).expect("taken");
            inbox.pop();
        }
        assert_eq!(inbox.values.len(), 1, "that of the one that waits");
    }

    #[test]
    fn values_are_bounded_in_bytes() {
        let mut inbox = Inbox::default();
        let long = "x".repeat(60_000);
        let taken =
            (0..1000).filter(|number| inbox.push(set(&format!("/{number}"), &long)).is_ok());
        assert!(taken.count() <= MOST_BYTES / 60_000);
    }
}
