//! Taking up what threads finished: files opened, and frames read and decoded.

use super::Engine;
use super::deck::{Deck, DeckError};
use super::options::IoMode;
use super::snapshot_builder::SnapshotBuilder;
use crate::library::Library;
use crate::media::MediaError;
use crate::playback::{DeckId, FrameEvent};
use crate::playback::{FrameKey, Source};
use crate::project::Project;
use crate::stats::LayerRecorder;
use crate::time::Time;

/// The share of a picture's time from which on a usual read is slow.
const SLOW_SHARE: f64 = 0.5;

impl Engine {
    /// Takes up files that were opened, or failed to open.
    pub(super) fn receive_files(&mut self) {
        let now = self.clock.now();
        self.note_broken(now);
        let news = self.library.take_up(now);
        for note in news.notes {
            tracing::info!("{note}");
            self.snapshot_builder.log(now, false, note);
        }
        for error in news.errors {
            self.snapshot_builder.log(now, true, error);
        }
        if news.has_changed {
            self.snapshot_builder.mark_active();
            self.snapshot_builder.snapshot.media = self.library.status();
            self.state.is_picture_stale |= !news.opened.is_empty();
        }
        self.state.opened = news.opened;
    }

    /// Has files looked at again that are read slowly, where measuring chose how: one that memory held when it was opened
    /// may not be there any more.
    pub(super) fn review_reading(&mut self, now: Time) {
        if self.options.playback.io != IoMode::Auto {
            return;
        }
        let slow_ms = self.project.canvas.frame_rate.frame_duration().millis() * SLOW_SHARE;
        for deck in &self.decks {
            let read = &self.recorders[deck.first_deck].read;
            if let Some(source) = deck.last_source
                && read.recent_ms(50.0) > slow_ms
            {
                self.library.review(source, now);
            }
        }
    }

    /// Has the files looked for again whose frames fail.
    fn note_broken(&mut self, now: Time) {
        for deck in &self.decks {
            if let Some(error) = &deck.error {
                self.library
                    .note_broken(error.source, error.is_refused, now);
            }
        }
    }

    /// Takes up all frames that have arrived; or, given a moment on the clock, waits until then for one. Says whether a
    /// wait brought one.
    pub(super) fn receive_frames(&mut self, wait_until: Option<Time>) -> bool {
        let (player, decks, snapshot_builder) = (
            &mut self.player,
            &mut self.decks,
            &mut self.snapshot_builder,
        );
        let recorders = &mut self.recorders;
        let (project, library) = (&self.project, &self.library);
        let now = self.clock.now();
        let on_news = &mut |id: DeckId, key, news| {
            let deck: &mut Deck = &mut decks[id.0];
            let recorder = &mut recorders[deck.first_deck];
            receive_frame(
                project,
                library,
                recorder,
                deck,
                snapshot_builder,
                now,
                (key, news),
            );
        };
        let Some(deadline) = wait_until else {
            player.poll(self.target.pool(), on_news);
            return false;
        };
        player.wait(deadline, self.target.pool(), on_news)
    }
}

/// Notes what a worker says of a frame.
pub(super) fn receive_frame(
    project: &Project,
    library: &Library,
    recorder: &mut LayerRecorder,
    deck: &mut Deck,
    snapshot_builder: &mut SnapshotBuilder,
    now: Time,
    (key, news): (FrameKey, FrameEvent),
) {
    match news {
        FrameEvent::ProxyFailed(MediaError::NoSuchFrame { .. }) => deck.lost_proxy = Some(key),
        FrameEvent::ProxyFailed(error) => {
            snapshot_builder.log(now, false, error.to_string());
            (deck.lost_proxy, deck.broken_proxy) = (Some(key), Some(key.source));
        }
        FrameEvent::Ready { cost, waited } => {
            recorder.read.record(cost.read);
            recorder.decode.record(cost.decode);
            recorder.wait.record(waited);
            recorder.read_bytes += cost.read_bytes;
            // The file is in order again, or another has come in its place.
            let is_over =
                |error: &DeckError| error.source == key.source || !library.lists(error.source);
            if deck.error.as_ref().is_some_and(is_over) {
                deck.error = None;
            }
            let layer = project
                .layers
                .iter()
                .position(|layer| Some(layer.id) == deck.layer);
            snapshot_builder.read(layer, cost.read);
        }
        FrameEvent::Wasted { read_bytes } => recorder.read_bytes += read_bytes,
        FrameEvent::Failed(error) => {
            let mut text = error.to_string();
            let is_refused = error.is_refusal();
            if let MediaError::Panicked { .. } = error
                && let Some(Source { media, .. }) = library.by_source(key.source)
            {
                text.push_str(&media.facts.path.display().to_string());
            }
            if deck.is_news(key.source, now) {
                snapshot_builder.log(now, true, text.clone());
            }
            if deck.due.is_some_and(|due| due.key == key) {
                // The jump did not land: from now on the frames that are missing count as such.
                deck.awaiting = None;
            }
            deck.error = Some(DeckError {
                source: key.source,
                text,
                is_refused,
            });
        }
    }
}
