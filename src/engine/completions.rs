//! Receiving what threads finished: files opened, and frames read and decoded.

use super::deck::{Deck, DeckError, DeckErrorKind};
use super::layer_state::LayerState;
use super::parts::Parts;
use super::snapshot_builder::SnapshotBuilder;
use crate::library::Library;
use crate::media::MediaError;
use crate::playback::{DeckId, FrameEvent, FrameKey};
use crate::status::events::EventKind;
use crate::time::Time;

/// Receives files that were opened, or failed to open.
pub(super) fn receive_files(decks: &[Deck], parts: &mut Parts) {
    let now = parts.clock.now();
    // Files whose frames fail are looked for again.
    for error in decks.iter().filter_map(|deck| deck.error.as_ref()) {
        if error.kind != DeckErrorKind::TimedOut {
            let is_refused = error.kind == DeckErrorKind::Refused;
            parts.library.note_broken(error.source, is_refused, now);
        }
    }
    let changes = parts.library.receive(now);
    for (kind, note) in changes.notes {
        tracing::info!("{note}");
        parts.snapshot.log(now, kind, note);
    }
    for error in changes.errors {
        parts.snapshot.log(now, EventKind::Error, error);
    }
    if changes.has_changed {
        parts.snapshot.mark_active();
        parts.refresh_media();
        parts.state.is_picture_stale |= !changes.opened.is_empty();
    }
    parts.state.opened = changes.opened;
}

/// Receives all frames that have arrived; or, given a time on the clock, waits until then for one. Says whether a wait
/// brought one.
pub(super) fn receive_frames(
    decks: &mut [Deck],
    parts: &mut Parts,
    wait_until: Option<Time>,
) -> bool {
    let now = parts.clock.now();
    let (player, pool) = (&mut parts.player, parts.target.pool());
    let mut sink = EventSink {
        layers: &mut parts.layers,
        library: &parts.library,
        snapshot: &mut parts.snapshot,
    };
    let on = &mut |id: DeckId, key, event| {
        if let Some(deck) = decks.get_mut(id.0) {
            sink.receive(deck, key, event, now);
        }
    };
    let Some(deadline) = wait_until else {
        player.poll(pool, on);
        return false;
    };
    player.wait(deadline, pool, on)
}

/// Receivers of the events of frames.
pub(super) struct EventSink<'a> {
    layers: &'a mut [LayerState],
    library: &'a Library,
    snapshot: &'a mut SnapshotBuilder,
}

impl<'a> EventSink<'a> {
    /// The parts that they are.
    pub(super) fn of(parts: &'a mut Parts) -> Self {
        Self {
            layers: &mut parts.layers,
            library: &parts.library,
            snapshot: &mut parts.snapshot,
        }
    }

    /// Notes what a worker says of a frame.
    pub(super) fn receive(&mut self, deck: &mut Deck, key: FrameKey, event: FrameEvent, now: Time) {
        // What comes for a layer that is gone is of no use to the one that may have its deck next.
        let Some(layer) = deck.layer else {
            return;
        };
        let recorder = &mut self.layers[layer].recorder;
        match event {
            FrameEvent::ProxyFailed(MediaError::NoSuchFrame { .. }) => deck.lost_proxy = Some(key),
            FrameEvent::ProxyFailed(error) => {
                self.snapshot.log(now, EventKind::Note, error.to_string());
                (deck.lost_proxy, deck.broken_proxy) = (Some(key), Some(key.source));
            }
            FrameEvent::Ready { cost, waited } => {
                recorder.read.record(cost.read);
                recorder.decode.record(cost.decode);
                recorder.wait.record(waited);
                recorder.read_bytes += cost.read_bytes;
                // The file is in order again, or another has come in its place.
                let is_over = |error: &mut DeckError| {
                    error.source == key.source || !self.library.lists(error.source)
                };
                deck.error.take_if(is_over);
                self.snapshot.add_read(layer, cost.read);
            }
            FrameEvent::Wasted { read_bytes } => recorder.read_bytes += read_bytes,
            FrameEvent::Failed(error) => self.receive_failure(deck, key, &error, now),
        }
    }

    fn receive_failure(&mut self, deck: &mut Deck, key: FrameKey, error: &MediaError, now: Time) {
        let mut text = error.to_string();
        if let MediaError::Panicked { .. } = error
            && let Some(source) = self.library.by_source(key.source)
        {
            // Who caught the panic knew of no file.
            text.push_str(&source.video.facts.path.display().to_string());
        }
        if deck.is_worth_logging(key.source, now) {
            self.snapshot.log(now, EventKind::Error, text.clone());
        }
        if deck.due.is_some_and(|due| due.key == key) {
            // The jump did not land: from now on the frames that are missing count as such.
            deck.awaiting = None;
        }
        deck.error = Some(DeckError {
            source: key.source,
            text,
            kind: if error.is_refusal() {
                DeckErrorKind::Refused
            } else {
                DeckErrorKind::Damaged
            },
        });
    }
}
