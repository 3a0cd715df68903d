//! Changing how frames are had in time, while playing.

use super::Engine;
use super::options::{MAX_PREBUFFER, MIN_PREBUFFER, PlaybackSettings};

impl Engine {
    /// How frames are had in time.
    pub fn playback_settings(&self) -> PlaybackSettings {
        self.options.playback
    }

    /// Changes how frames are had in time, also while playing, without losing a frame. The prebuffer is held to
    /// [`MIN_PREBUFFER`] and [`MAX_PREBUFFER`]. Another way of reading holds for each file once it is open anew; until
    /// then it is read as before.
    pub fn set_playback_settings(&mut self, settings: PlaybackSettings) {
        let settings = PlaybackSettings {
            prebuffer: settings.prebuffer.clamp(MIN_PREBUFFER, MAX_PREBUFFER),
            ..settings
        };
        let before = std::mem::replace(&mut self.options.playback, settings);
        if (before.prebuffer, before.budget_bytes) != (settings.prebuffer, settings.budget_bytes) {
            self.player
                .set_memory(settings.prebuffer, settings.budget_bytes);
            self.observer.snapshot.frame_budget_bytes = settings.budget_bytes;
        }
        let reads_ahead = settings.io.reads_ahead();
        // Without reading ahead, files stay open as they are.
        if reads_ahead && self.library.io() != settings.io {
            self.library.read_by(settings.io);
        }
        if before.io.reads_ahead() != reads_ahead {
            self.state.is_handing_over = reads_ahead;
            if !reads_ahead {
                for lane in 0..self.lanes.len() {
                    self.player.empty_lane(lane, self.drawing.pool());
                }
            }
        }
        // What is shown of the settings changes too.
        self.observer.stir();
    }

    /// Whether a frame that is due is read at that moment, by this thread: because that was asked for; or because
    /// reading ahead was switched on just now, and the first frames are still on their way.
    pub(super) fn reads_in_place(&self) -> bool {
        !self.options.playback.io.reads_ahead() || self.state.is_handing_over
    }

    /// Notes whether reading ahead has caught up on every lane since it was switched on.
    pub(super) fn note_hand_over(&mut self) {
        if self.state.is_handing_over {
            self.state.is_handing_over = (0..self.lanes.len()).any(|index| {
                let next = self.lanes[index].wanted.first();
                next.is_some_and(|next| {
                    !self.player.ring(index).is_ready(next.key)
                        && !self.player.has_failed(index, next.key)
                })
            });
        }
    }
}
