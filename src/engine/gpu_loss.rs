//! A graphics device that is gone, and another one in its place.
//!
//! ```text
//! drawing ── the driver is reset, the adapter removed ──► lost: told once, nothing is uploaded or drawn, playing goes on
//!    ▲                                                      │
//!    └── Engine::set_gpu: every frame decoded anew ◄────────┘
//! ```
//!
//! Who owns the device gets another one: the commands make one, the window opens itself anew.

use super::render_target::Drawing;
use super::{Engine, EngineError};
use crate::gpu::{Gpu, GpuError};
use crate::media::TextureSupport;
use crate::status::events::EventKind;
use crate::time::Time;

/// How long the same error of the device is not told again: it may come with every frame.
const QUIET: Time = Time::from_seconds(10);

/// Errors of the device that were told lately, each with the time.
#[derive(Default)]
pub(super) struct ToldError(Vec<(String, Time)>);

impl ToldError {
    /// Whether this one is worth a line now.
    fn is_news(&mut self, text: &str, now: Time) -> bool {
        self.0.retain(|(_, at)| now - *at < QUIET);
        let is_news = self.0.iter().all(|(told, _)| told != text);
        if is_news {
            self.0.push((text.to_owned(), now));
        }
        is_news
    }
}

/// How frames are to be decoded for this device.
pub(super) fn textures_for(gpu: Option<&Gpu>) -> TextureSupport {
    match gpu {
        Some(gpu) if !gpu.has_bc() => TextureSupport::RgbaOnly,
        Some(gpu) if gpu.is_software() => TextureSupport::Software,
        _ => TextureSupport::BlockCompressed,
    }
}

impl Engine {
    /// The graphics device that it draws with.
    pub fn gpu(&self) -> Option<&Gpu> {
        self.drawing.gpu()
    }

    /// Whether the graphics device is gone. Playing goes on, and nothing is drawn, until [`Engine::set_gpu`] gives another.
    pub fn has_lost_gpu(&self) -> bool {
        self.drawing.is_lost()
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
        let budget_bytes = self.options.playback.budget_bytes;
        let divisor = self.options.canvas_divisor;
        let drawing = Drawing::new(gpu, &self.project.canvas, budget_bytes, divisor)?;
        for index in 0..self.lanes.len() {
            self.player.empty_lane(index, self.drawing.pool());
            let lane = &mut self.lanes[index];
            (lane.shown, lane.shown_clip, lane.proxy) = (None, None, None);
            lane.refusal = None;
        }
        self.drawing = drawing;
        self.observer.snapshot.adapter = self.drawing.adapter();
        self.state.is_picture_stale = true;
        Ok(())
    }

    pub(super) fn log_error(&mut self, error: &GpuError) {
        self.log_device(error.to_string());
    }

    /// Tells of an error of the device, unless that was done lately.
    pub(super) fn log_device(&mut self, text: String) {
        let now = self.clock.now();
        if self.state.told_error.is_news(&text, now) {
            self.observer.log(now, EventKind::Error, text);
        }
    }

    /// Tells of a device that is gone, or that refused something. Says whether it is gone.
    pub(super) fn note_lost_gpu(&mut self) -> bool {
        if let Some(text) = self.drawing.take_failure() {
            self.log_error(&GpuError::Refused(text));
        }
        let is_lost = self.has_lost_gpu();
        if is_lost && !self.state.has_told_loss {
            self.log_error(&GpuError::Lost);
        }
        self.state.has_told_loss = is_lost;
        is_lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_comes_with_every_frame_is_told_now_and_then() {
        let mut told = ToldError::default();
        let at = Time::from_seconds;
        assert!(told.is_news("no room", at(0)));
        assert!(!told.is_news("no room", at(9)));
        assert!(told.is_news("something else", at(9)));
        assert!(!told.is_news("no room", at(9)), "though there are others");
        assert!(told.is_news("no room", at(10)), "still so");
    }
}
