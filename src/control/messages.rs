//! Messages to the user: errors until they are dismissed or no longer hold, the rest for a while.

use std::path::{Path, PathBuf};

use crate::status::document::{Message, Remedy};
use crate::status::events::{EventKind, LogLine};
use crate::time::Time;

/// Most messages kept at once; the oldest go first, and all of them are in the log as well.
const MOST: usize = 8;
/// Time that information is shown.
const SHOWN: Time = Time::from_seconds(8);

/// The messages shown, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    shown: Vec<Message>,
    /// Notes on each message, which are not shown.
    notes: Vec<Note>,
    last_id: u64,
    /// Messages that are not in the log yet.
    unlogged: Vec<LogLine>,
}

/// A message about to be shown, with what only the log says.
#[derive(Debug, Default)]
pub(crate) struct Notice {
    text: String,
    remedy: Option<Remedy>,
    details: String,
}

impl Notice {
    /// A text with a button.
    pub fn new(text: impl Into<String>, remedy: Remedy) -> Self {
        Self {
            text: text.into(),
            remedy: Some(remedy),
            ..Self::default()
        }
    }

    /// The same with what helps whoever looks for the reason, which goes into the log alone.
    pub fn with_details(self, details: impl Into<String>) -> Self {
        Self {
            details: details.into(),
            ..self
        }
    }
}

impl<T: Into<String>> From<T> for Notice {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Notes on a message.
#[derive(Debug, Default)]
struct Note {
    /// The media file that it is about.
    about: Option<PathBuf>,
    /// Time at which it was shown first.
    since: Option<Time>,
}

impl Messages {
    /// Shows an error and its remedy.
    pub fn error(&mut self, notice: impl Into<Notice>) {
        self.show(true, notice.into());
    }

    /// Shows an error of a media file until that opens.
    pub fn error_about(&mut self, path: &Path, notice: impl Into<Notice>) {
        self.error(notice);
        if let Some(note) = self.notes.last_mut() {
            note.about = Some(path.to_owned());
        }
    }

    /// Withdraws the errors of a media file, which is open now.
    pub fn withdraw(&mut self, path: &Path) {
        self.retain(|_, note| note.about.as_deref() != Some(path));
    }

    /// Dismisses information that has been shown long enough; gives the time until the next, if there is any.
    pub fn follow(&mut self, now: Time) -> Option<Time> {
        for note in &mut self.notes {
            note.since.get_or_insert(now);
        }
        let left = self.time_left(now)?;
        if left > Time::ZERO {
            return Some(left);
        }
        self.retain(|message, note| {
            message.is_error || note.since.is_none_or(|since| now - since < SHOWN)
        });
        self.time_left(now)
    }

    /// Time until the next information is dismissed; negative if that is due.
    fn time_left(&self, now: Time) -> Option<Time> {
        let shown = self.shown.iter().zip(&self.notes);
        shown
            .filter(|(message, _)| !message.is_error)
            .filter_map(|(_, note)| Some(note.since? + SHOWN - now))
            .min()
    }

    /// Shows information.
    pub fn info(&mut self, notice: impl Into<Notice>) {
        self.show(false, notice.into());
    }

    /// Takes the messages that are not in the log yet, as its lines, all but their time.
    pub fn take_unlogged(&mut self) -> std::vec::Drain<'_, LogLine> {
        self.unlogged.drain(..)
    }

    /// Dismisses a message, if it is still shown.
    pub fn dismiss(&mut self, id: u64) {
        self.retain(|message, _| message.id != id);
    }

    /// The messages, oldest first.
    pub fn as_slice(&self) -> &[Message] {
        &self.shown
    }

    fn show(&mut self, is_error: bool, notice: Notice) {
        let Notice {
            text,
            remedy,
            details,
        } = notice;
        if is_error {
            tracing::warn!(details, "{text}");
        } else {
            tracing::info!(details, "{text}");
        }
        self.unlogged.push(LogLine {
            is_error,
            kind: if is_error {
                EventKind::Error
            } else {
                EventKind::Note
            },
            was_shown: true,
            text: if details.is_empty() {
                text.clone()
            } else {
                format!("{text} ({details})")
            },
            ..LogLine::default()
        });
        // A repetition helps nobody: the newer message takes the place of the older.
        self.retain(|message, _| message.text != text);
        if self.shown.len() >= MOST {
            self.shown.remove(0);
            self.notes.remove(0);
        }
        self.last_id += 1;
        self.notes.push(Note::default());
        self.shown.push(Message {
            id: self.last_id,
            is_error,
            text,
            remedy,
        });
    }

    fn retain(&mut self, mut keeps: impl FnMut(&Message, &Note) -> bool) {
        let pairs = self.shown.drain(..).zip(self.notes.drain(..));
        let kept: Vec<_> = pairs
            .filter(|(message, note)| keeps(message, note))
            .collect();
        (self.shown, self.notes) = kept.into_iter().unzip();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_shown_once() {
        let mut messages = Messages::default();
        messages.error("disk is full");
        messages.info("saved");
        messages.error("disk is full");
        let texts: Vec<_> = messages
            .as_slice()
            .iter()
            .map(|message| &*message.text)
            .collect();
        assert_eq!(texts, ["saved", "disk is full"]);
    }

    #[test]
    fn what_is_no_error_goes_by_itself_and_an_error_stays_until_its_file_opens() {
        let mut messages = Messages::default();
        let start = Time::from_seconds(100);
        messages.error_about(Path::new("/m/a.mov"), "a.mov cannot be opened");
        messages.error("disk is full");
        messages.info("saved");
        assert_eq!(messages.follow(start), Some(SHOWN));
        let just_before = start + SHOWN - Time::from_flicks(1);
        assert_eq!(messages.follow(just_before), Some(Time::from_flicks(1)));
        assert_eq!(messages.as_slice().len(), 3);
        assert_eq!(messages.follow(start + SHOWN), None);
        assert_eq!(messages.as_slice().len(), 2, "the errors stay");
        messages.withdraw(Path::new("/m/b.mov"));
        assert_eq!(messages.as_slice().len(), 2);
        messages.withdraw(Path::new("/m/a.mov"));
        assert_eq!(messages.as_slice()[0].text, "disk is full");
    }

    #[test]
    fn every_message_goes_into_the_log_with_what_only_that_says() {
        let mut messages = Messages::default();
        messages.info("Saved");
        let notice = Notice::new("The disk is full", Remedy::SaveAs).with_details("ENOSPC");
        messages.error(notice);
        let shown = &messages.as_slice()[1];
        assert_eq!(shown.remedy, Some(Remedy::SaveAs));
        assert_eq!(shown.text, "The disk is full");
        let logged: Vec<_> = messages
            .take_unlogged()
            .map(|line| (line.is_error, line.text))
            .collect();
        let expected = [(false, "Saved"), (true, "The disk is full (ENOSPC)")];
        assert_eq!(
            logged,
            expected.map(|(is_error, text)| (is_error, text.to_owned()))
        );
        assert_eq!(messages.take_unlogged().count(), 0, "once");
    }

    #[test]
    fn a_dismissed_message_is_gone_and_its_number_is_not_used_again() {
        let mut messages = Messages::default();
        messages.info("one");
        let id = messages.as_slice()[0].id;
        messages.dismiss(id);
        messages.info("two");
        assert_eq!(messages.as_slice().len(), 1);
        assert_ne!(messages.as_slice()[0].id, id);
    }

    #[test]
    fn old_messages_make_room() {
        let mut messages = Messages::default();
        for number in 0..MOST + 3 {
            messages.info(format!("message {number}"));
        }
        assert_eq!(messages.as_slice().len(), MOST);
        assert_eq!(messages.as_slice()[0].text, "message 3");
    }
}
