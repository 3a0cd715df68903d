//! Changes of prefetching and I/O while playing.

use super::deck::Deck;
use super::engine::Engine;
use super::options::PlaybackSettings;
use super::parts::Parts;

impl Engine {
    /// Prefetching and I/O.
    pub fn playback_settings(&self) -> PlaybackSettings {
        self.parts.options.playback
    }

    /// Changes prefetching and I/O, also while playing, without losing a frame. The prebuffer is clamped to
    /// its range. Another way of reading holds for each file once it is open anew; until
    /// then it is read as before.
    pub fn set_playback_settings(&mut self, settings: PlaybackSettings) {
        let parts = &mut self.parts;
        let settings = PlaybackSettings {
            prebuffer: settings.prebuffer.clamped(),
            ..settings
        };
        let before = std::mem::replace(&mut parts.options.playback, settings);
        if (before.prebuffer, before.budget_bytes) != (settings.prebuffer, settings.budget_bytes) {
            parts
                .player
                .set_memory(settings.prebuffer, settings.budget_bytes);
            parts
                .snapshot
                .set_target(&parts.target, settings.budget_bytes);
        }
        let reads_ahead = settings.io.reads_ahead();
        // Without prefetching, files stay open as they are.
        if reads_ahead && parts.library.io() != settings.io {
            parts.library.read_by(settings.io);
        }
        if before.io.reads_ahead() != reads_ahead {
            parts.state.is_handing_over = reads_ahead;
            if !reads_ahead {
                for deck in &self.decks {
                    parts.player.empty_deck(deck.id, parts.target.pool());
                }
            }
        }
        // What is shown of the settings changes too.
        parts.snapshot.mark_active();
    }
}

/// Notes if prefetching has caught up on every deck since it was switched on.
pub(super) fn note_hand_over(decks: &[Deck], parts: &mut Parts) {
    if parts.state.is_handing_over {
        parts.state.is_handing_over = decks.iter().any(|deck| {
            let next = deck.wanted.first();
            next.is_some_and(|next| {
                !parts.player.ring(deck.id).is_ready(next.key)
                    && !parts.player.has_failed(deck.id, next.key)
            })
        });
    }
}
