//! What the person is told until they put it away.

use crate::ui::view::Message;

/// Most messages shown at once; the oldest go first, and all of them are in the log as well.
const MOST: usize = 8;

/// The messages shown, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    shown: Vec<Message>,
    last_id: u64,
}

impl Messages {
    /// Shows what went wrong and what to do about it.
    pub fn error(&mut self, text: impl Into<String>) {
        let text = text.into();
        tracing::warn!("{text}");
        self.show(true, text);
    }

    /// Shows what the person may want to know.
    pub fn info(&mut self, text: impl Into<String>) {
        let text = text.into();
        tracing::info!("{text}");
        self.show(false, text);
    }

    /// Puts a message away; one that is gone already stays gone.
    pub fn dismiss(&mut self, id: u64) {
        self.shown.retain(|message| message.id != id);
    }

    /// The messages, oldest first.
    pub fn as_slice(&self) -> &[Message] {
        &self.shown
    }

    fn show(&mut self, is_error: bool, text: String) {
        // The same thing said twice helps nobody: the newer one takes the older one's place.
        self.shown.retain(|message| message.text != text);
        if self.shown.len() >= MOST {
            self.shown.remove(0);
        }
        self.last_id += 1;
        self.shown.push(Message {
            id: self.last_id,
            is_error,
            text,
        });
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
