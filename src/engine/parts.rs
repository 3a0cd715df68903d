//! The parts that decks share.

use std::sync::Arc;

use super::deck::Deck;
use super::layer_state::LayerState;
use super::options::EngineOptions;
use super::render_target::RenderTarget;
use super::snapshot_builder::SnapshotBuilder;
use super::sound_desk::SoundDesk;
use super::sync_reader::SyncReader;
use super::tick_state::TickState;
use super::view::EngineView;
use crate::gpu::GpuError;
use crate::library::Library;
use crate::playback::Player;
use crate::project::Project;
use crate::stats::LayerRecorder;
use crate::status::events::EventKind;
use crate::time::{Clock, Time};
use crate::transport::{Bounds, Transport};

/// The parts that decks share. A step of a tick takes one deck and these.
pub(super) struct Parts {
    pub(super) options: EngineOptions,
    pub(super) clock: Clock,
    pub(super) project: Arc<Project>,
    pub(super) transport: Transport,
    pub(super) library: Library,
    pub(super) player: Player,
    pub(super) target: RenderTarget,
    pub(super) sync_reader: SyncReader,
    /// In the order of the project.
    pub(super) layers: Vec<LayerState>,
    pub(super) snapshot: SnapshotBuilder,
    pub(super) state: TickState,
    pub(super) sound: SoundDesk,
}

/// The view of parts. A macro, since a function would borrow all of them, the snapshot too.
macro_rules! view_of {
    ($parts:expr, $decks:expr) => {
        EngineView {
            project: &$parts.project,
            layers: &$parts.layers,
            decks: $decks,
            library: &$parts.library,
            player: &$parts.player,
            target: &$parts.target,
            playback: $parts.options.playback,
        }
    };
}

impl Parts {
    /// The ends of the timeline, its loop and its frames.
    pub(super) fn bounds(&self) -> Bounds {
        Bounds::of(&self.project)
    }

    /// The time of a canvas frame.
    pub(super) fn interval(&self) -> Time {
        self.project.canvas.frame_rate.frame_duration()
    }

    /// The recorder of a deck's layer.
    pub(super) fn recorder(&mut self, deck: &Deck) -> Option<&mut LayerRecorder> {
        let state = self.layers.get_mut(deck.layer?)?;
        Some(&mut state.recorder)
    }

    /// True if the graphics device is gone.
    pub(super) fn has_lost_gpu(&self) -> bool {
        self.target.is_lost()
    }

    /// True if a frame that is due is read at that moment, by this thread: because that was asked for; or because
    /// prefetching was switched on just now, and the first frames are still on their way.
    pub(super) fn reads_in_place(&self) -> bool {
        !self.options.playback.io.reads_ahead() || self.state.is_handing_over
    }

    /// Logs an error of the graphics device, unless that was done lately.
    pub(super) fn log_gpu_error(&mut self, error: &GpuError) {
        self.log_gpu_text(error.to_string());
    }

    /// As [`Self::log_gpu_error`], with the file that it is about.
    pub(super) fn log_gpu_text(&mut self, text: String) {
        let now = self.clock.now();
        if self.state.error_throttle.admits(&text, now) {
            self.snapshot.log(now, EventKind::Error, text);
        }
    }

    /// Brings what the snapshot says of media files up to date.
    pub(super) fn refresh_media(&mut self) {
        self.snapshot.set_media(self.library.status());
        self.sound.outdate();
    }

    /// These and the decks, to look at.
    pub(super) fn view<'a>(&'a self, decks: &'a [Deck]) -> EngineView<'a> {
        view_of!(self, decks)
    }

    /// The same beside the snapshot that is made from it.
    pub(super) fn split_view<'a>(
        &'a mut self,
        decks: &'a [Deck],
    ) -> (&'a mut SnapshotBuilder, EngineView<'a>) {
        (&mut self.snapshot, view_of!(self, decks))
    }
}
