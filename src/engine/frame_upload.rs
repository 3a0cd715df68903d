//! Putting frames into textures: the one that is due, or the nearest there is.

use std::sync::Arc;

use super::Engine;
use super::options::Pace;
use super::tick::TickContext;
use crate::playback::DeckId;
use crate::playback::FrameKey;
use crate::time::Time;

impl Engine {
    /// Puts the due frame into the deck's texture if it is ready; while scrubbing, whatever came. Says whether there is
    /// a new picture.
    pub(super) fn show_if_ready(&mut self, index: usize, context: &TickContext) -> bool {
        let deck = &self.decks[index];
        let Some(due) = deck.due else {
            return false;
        };
        let mut key = due.key;
        if context.is_scrubbing
            && deck.shown != Some(key)
            && !self.player.ring(DeckId(index)).is_ready(key)
        {
            // The newest position is still on its way: the one before it is better than a picture that stands still. The
            // proxy of the newest is better still.
            if self.has_proxy(index) {
                return false;
            }
            let Some(other) = self.player.ready_scrubbed(DeckId(index)) else {
                return false;
            };
            key = other;
        }
        self.show(index, key, context.clock)
    }

    /// Puts a ready frame into a deck's texture. Says whether there is a new picture.
    fn show(&mut self, index: usize, key: FrameKey, now: Time) -> bool {
        let deck = &mut self.decks[index];
        let Some(due) = deck.due else {
            return false;
        };
        let is_exact = due.key == key;
        if deck.shown == Some(key) {
            // Two clips may show the same frame, and nothing of the first be on screen any more.
            let is_hidden = deck.proxy.take().is_some();
            let is_new = deck.shown_clip.replace(due.clip) != Some(due.clip) || is_hidden;
            if is_exact {
                deck.landed(now, &mut self.recorders[deck.first_deck]);
            }
            return is_new;
        }
        if deck.rests(key.source, now) {
            return false;
        }
        let source = self.library.by_source(key.source);
        // A device that is gone takes nothing; the frame stays ready for the next one.
        let source = source.filter(|_| !self.target.is_lost());
        let Some(layout) = source.map(|source| Arc::clone(&source.media.layout)) else {
            return false;
        };
        let Some(memory) = self.player.take(DeckId(index), key) else {
            return false;
        };
        let begin = self.clock.now();
        if let Err(error) = self.target.upload(index, &layout, memory) {
            self.note_refusal(index, key.source, &error);
            return false;
        }
        let end = self.clock.now();
        let deck = &mut self.decks[index];
        let recorder = &mut self.recorders[deck.first_deck];
        recorder.upload.record(end - begin);
        (deck.shown, deck.shown_clip) = (Some(key), Some(due.clip));
        (deck.proxy, deck.refusal) = (None, None);
        if is_exact {
            deck.landed(end, recorder);
        }
        true
    }

    /// While what is due is not there: shows, of the frames whose time is over, the one nearest to it that has come.
    /// Says whether there is a new picture.
    pub(super) fn show_late(&mut self, index: usize, context: &TickContext) -> bool {
        let is_wanted =
            context.is_playing && !context.is_scrubbing && self.options.pace == Pace::RealTime;
        let Some(missing) = self.missing(index).filter(|_| is_wanted) else {
            return false;
        };
        let ring = self.player.ring(DeckId(index));
        let mut overdue = self.decks[index].ledger.overdue().iter().rev();
        let late = overdue.find(|key| **key != missing && ring.is_ready(**key));
        let Some(key) = late.copied() else {
            return false;
        };
        let is_new = self.show(index, key, context.clock);
        let deck = &mut self.decks[index];
        if deck.shown == Some(key) {
            deck.ledger
                .shown_late(key, &mut self.recorders[deck.first_deck]);
        }
        is_new
    }

    /// The frame that is due on a deck and not in its texture.
    pub(super) fn missing(&self, index: usize) -> Option<FrameKey> {
        let deck = &self.decks[index];
        deck.due
            .map(|due| due.key)
            .filter(|key| deck.shown != Some(*key))
    }

    /// Waits for due frames that are on their way, while playing and for no longer than a part of the frame's slack.
    pub(super) fn wait_for_missing(&mut self, context: &TickContext) -> bool {
        let mut has_new_picture = false;
        if !context.is_playing {
            return false;
        }
        self.note_misses(context);
        // Where drawing itself takes several frames' time, waiting an eighth of that costs little and saves a picture.
        let interval = self.project.canvas.frame_rate.frame_duration();
        let share = interval.scaled((self.state.stride.usual_frames() - 1) as f64 / 8.0);
        let deadline = context.clock + self.options.miss_wait.max(share);
        while (0..self.decks.len()).any(|index| self.is_awaited(index)) {
            if !self.receive_frames(Some(deadline)) {
                break;
            }
            for index in 0..self.decks.len() {
                has_new_picture |= self.show_if_ready(index, context);
            }
        }
        has_new_picture
    }

    pub(super) fn is_awaited(&self, index: usize) -> bool {
        self.missing(index)
            .is_some_and(|key| self.player.stage(DeckId(index), key).is_some())
    }

    /// Marks where due frames were not there when asked for, before any waiting.
    pub(super) fn note_misses(&mut self, context: &TickContext) {
        if !context.is_counted {
            return;
        }
        for index in 0..self.decks.len() {
            if self.decks[index].awaiting.is_some() {
                // Where a jump leads could not be foreseen.
                self.decks[index].is_hit = true;
                continue;
            }
            let missing = self.missing(index);
            let is_new = missing.is_some() && self.decks[index].ledger.current() != missing;
            self.decks[index].is_hit = missing.is_none();
            if is_new && let Some(layer) = self.layer_index(self.decks[index].layer) {
                self.snapshot_builder.missed(layer, context.playhead);
            }
        }
    }
}
