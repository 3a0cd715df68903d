//! Taking up what threads finished: files opened, and frames read and decoded.

use super::Engine;
use super::deck::{Lane, LaneError};
use super::snapshot_builder::Observer;
use crate::library::Library;
use crate::media::MediaError;
use crate::playback::player::News;
use crate::playback::{FrameKey, Source};
use crate::project::Project;
use crate::settings::IoMode;
use crate::stats::LayerRecorder;
use crate::status::events::EventKind;
use crate::time::Time;

/// The share of a picture's time from which on a usual read is slow.
const SLOW_SHARE: f64 = 0.5;

impl Engine {
    /// Takes up files that were opened, or failed to open.
    pub(super) fn take_up_files(&mut self) {
        let now = self.clock.now();
        self.note_broken(now);
        let news = self.library.take_up(now);
        for (kind, note) in news.notes {
            tracing::info!("{note}");
            self.observer.log(now, kind, note);
        }
        for error in news.errors {
            self.observer.log(now, EventKind::Error, error);
        }
        if news.has_changed {
            self.observer.stir();
            self.observer.snapshot.media = self.library.status();
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
        for lane in &self.lanes {
            let read = &self.recorders[lane.home].read;
            if let Some(source) = lane.last_source
                && read.recent_ms(50.0) > slow_ms
            {
                self.library.review(source, now);
            }
        }
    }

    /// Has the files looked for again whose frames fail.
    fn note_broken(&mut self, now: Time) {
        for lane in &self.lanes {
            if let Some(error) = &lane.error {
                self.library
                    .note_broken(error.source, error.is_refused, now);
            }
        }
    }

    /// Takes up all frames that have arrived; or, given a moment on the clock, waits until then for one. Says whether a
    /// wait brought one.
    pub(super) fn take_up_frames(&mut self, wait_until: Option<Time>) -> bool {
        let (player, lanes, observer) = (&mut self.player, &mut self.lanes, &mut self.observer);
        let recorders = &mut self.recorders;
        let (project, library) = (&self.project, &self.library);
        let now = self.clock.now();
        let on_news = &mut |index: usize, key, news| {
            let lane: &mut Lane = &mut lanes[index];
            let recorder = &mut recorders[lane.home];
            take_up(project, library, recorder, lane, observer, now, (key, news));
        };
        let Some(deadline) = wait_until else {
            player.poll(self.drawing.pool(), on_news);
            return false;
        };
        player.wait(deadline, self.drawing.pool(), on_news)
    }
}

/// Notes what a worker says of a frame.
pub(super) fn take_up(
    project: &Project,
    library: &Library,
    recorder: &mut LayerRecorder,
    lane: &mut Lane,
    observer: &mut Observer,
    now: Time,
    (key, news): (FrameKey, News),
) {
    match news {
        News::AsideFailed(MediaError::NoSuchFrame { .. }) => lane.lost_proxy = Some(key),
        News::AsideFailed(error) => {
            observer.log(now, EventKind::Note, error.to_string());
            (lane.lost_proxy, lane.broken_proxy) = (Some(key), Some(key.source));
        }
        News::Ready(measured) => {
            recorder.read.record(measured.read);
            recorder.decode.record(measured.decode);
            recorder.wait.record(measured.waited);
            recorder.read_bytes += measured.read_bytes;
            // The file is in order again, or another has come in its place.
            let is_over =
                |error: &LaneError| error.source == key.source || !library.lists(error.source);
            if lane.error.as_ref().is_some_and(is_over) {
                lane.error = None;
            }
            let layer = project
                .layers
                .iter()
                .position(|layer| Some(layer.id) == lane.layer);
            observer.read(layer, measured.read);
        }
        News::Wasted { read_bytes } => recorder.read_bytes += read_bytes,
        News::Failed(error) => {
            let mut text = error.to_string();
            let is_refused = error.is_refusal();
            if let MediaError::Panicked { .. } = error
                && let Some(Source { media, .. }) = library.by_source(key.source)
            {
                text.push_str(&media.facts.path.display().to_string());
            }
            if lane.is_news(key.source, now) {
                observer.log(now, EventKind::Error, text.clone());
            }
            if lane.due.is_some_and(|due| due.key == key) {
                // The jump did not land: from now on the frames that are missing count as such.
                lane.awaiting = None;
            }
            lane.error = Some(LaneError {
                source: key.source,
                text,
                is_refused,
            });
        }
    }
}
