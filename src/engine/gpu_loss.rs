//! A graphics device that is gone, and another one in its place.
//!
//! ```text
//! drawing ── the driver is reset, the adapter removed ──► lost: logged once, nothing is uploaded or drawn, playing goes on
//!    ▲                                                      │
//!    └── Engine::set_gpu: every frame decoded anew ◄────────┘
//! ```
//!
//! The owner of the device gets another one: the commands make one, the window opens itself anew.

use super::engine::{Engine, EngineError};
use super::parts::Parts;
use super::render_target::{RenderTarget, textures_for};
use crate::gpu::{Gpu, GpuError};

impl Engine {
    /// The graphics device that it draws with.
    pub fn gpu(&self) -> Option<&Gpu> {
        self.parts.target.gpu()
    }

    /// True if the graphics device is gone. Playing goes on, and nothing is drawn, until [`Engine::set_gpu`] gives another.
    pub fn has_lost_gpu(&self) -> bool {
        self.parts.has_lost_gpu()
    }

    /// Draws with this device from now on, or with none. What was decoded for the one before is given up and decoded anew.
    ///
    /// # Errors
    /// [`EngineError::OtherAdapter`] if the frames of files that are open cannot be drawn by it, or that it has no room for
    /// the canvas; all is then as before.
    pub fn set_gpu(&mut self, gpu: Option<Gpu>) -> Result<(), EngineError> {
        if gpu.is_some() && textures_for(gpu.as_ref()) != self.textures {
            return Err(EngineError::OtherAdapter);
        }
        let parts = &mut self.parts;
        let budget_bytes = parts.options.playback.budget_bytes;
        let divisor = parts.options.canvas_divisor;
        let target = RenderTarget::new(gpu, &parts.project.canvas, budget_bytes, divisor)?;
        for deck in &mut self.decks {
            // Memory goes back to the device that it came from.
            parts.player.empty_deck(deck.id, parts.target.pool());
            (deck.shown, deck.shown_clip, deck.proxy) = (None, None, None);
            deck.refusal = None;
        }
        parts.target = target;
        parts.snapshot.set_target(&parts.target, budget_bytes);
        parts.state.is_picture_stale = true;
        Ok(())
    }
}

/// Logs that a device is gone, or that it refused something. Says whether it is gone.
pub(super) fn note_lost_gpu(parts: &mut Parts) -> bool {
    if let Some(text) = parts.target.take_failure() {
        parts.log_gpu_error(&GpuError::Refused(text));
    }
    let is_lost = parts.has_lost_gpu();
    if is_lost && !parts.state.is_loss_logged {
        parts.log_gpu_error(&GpuError::Lost);
    }
    parts.state.is_loss_logged = is_lost;
    is_lost
}
