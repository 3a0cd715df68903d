//! Reactions of a window that gets no surface texture to draw into.
//!
//! | its surface | because | then |
//! |---|---|---|
//! | is outdated | the window has another size, scale or display | it is configured anew, and drawn at once |
//! | is lost | the display or its server is gone, or was another's for a while | it is made anew, and drawn at once |
//! | is occluded | nobody sees the window | this picture is left out; the system tells when it is seen again |
//! | has none in time | the system holds back the pictures of a hidden window, or is busy | another is drawn a moment
//! later |
//! | refuses | a fault, or memory that is lacking | it is configured anew, now and then; another is drawn a moment
//! later |
//!
//! None of these closes the window: the engine ticks on, and so does the output.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use egui_wgpu::SurfaceErrorAction;

/// Refusals per reconfiguration of the surface: one every six seconds at ten attempts a second, so that a surface that
/// refuses for good costs next to nothing.
const REFUSALS: u32 = 64;

/// Schedules another picture, from any thread.
pub type Redraw = Arc<dyn Fn() + Send + Sync>;

/// Decides on the reaction to a missing surface texture.
pub(super) struct SurfaceCare {
    redraw: Redraw,
    refusals: AtomicU32,
}

impl SurfaceCare {
    /// Calls `redraw` where nothing else would schedule another picture.
    pub fn new(redraw: Redraw) -> Self {
        Self {
            redraw,
            refusals: AtomicU32::new(0),
        }
    }

    /// The reaction to a status.
    pub fn action(&self, status: &wgpu::CurrentSurfaceTexture) -> SurfaceErrorAction {
        match status {
            wgpu::CurrentSurfaceTexture::Success(_)
            | wgpu::CurrentSurfaceTexture::Suboptimal(_)
            | wgpu::CurrentSurfaceTexture::Occluded => SurfaceErrorAction::SkipFrame,
            wgpu::CurrentSurfaceTexture::Outdated => SurfaceErrorAction::Reconfigure,
            wgpu::CurrentSurfaceTexture::Lost => {
                tracing::warn!("the surface of a window was lost; it is made anew");
                SurfaceErrorAction::RecreateSurface
            }
            wgpu::CurrentSurfaceTexture::Timeout => {
                tracing::debug!("a window got no picture in time");
                (self.redraw)();
                SurfaceErrorAction::SkipFrame
            }
            wgpu::CurrentSurfaceTexture::Validation => self.refused(),
        }
    }

    fn refused(&self) -> SurfaceErrorAction {
        // Relaxed: the count orders nothing else, and one thread draws.
        let before = self.refusals.fetch_add(1, Ordering::Relaxed);
        if before.is_multiple_of(REFUSALS) {
            tracing::warn!("the surface of a window refuses to be drawn on; it is configured anew");
            return SurfaceErrorAction::Reconfigure;
        }
        (self.redraw)();
        SurfaceErrorAction::SkipFrame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A care, and how often it asked for another picture.
    fn care() -> (SurfaceCare, Arc<AtomicU32>) {
        let redraws = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&redraws);
        let redraw = move || _ = counted.fetch_add(1, Ordering::Relaxed);
        (SurfaceCare::new(Arc::new(redraw)), redraws)
    }

    #[test]
    fn each_state_of_a_surface_has_its_remedy_and_leaves_no_window_undrawn() {
        use SurfaceErrorAction::{Reconfigure, RecreateSurface, SkipFrame};
        let (care, redraws) = care();
        let redraws = || redraws.load(Ordering::Relaxed);
        // Those that configure or make a surface anew have it drawn by themselves.
        let outdated = care.action(&wgpu::CurrentSurfaceTexture::Outdated);
        assert!(matches!(outdated, Reconfigure));
        let lost = care.action(&wgpu::CurrentSurfaceTexture::Lost);
        assert!(matches!(lost, RecreateSurface));
        let occluded = care.action(&wgpu::CurrentSurfaceTexture::Occluded);
        assert!(matches!(occluded, SkipFrame));
        assert_eq!(redraws(), 0, "nobody sees it");
        let late = care.action(&wgpu::CurrentSurfaceTexture::Timeout);
        assert!(matches!(late, SkipFrame));
        assert_eq!(redraws(), 1, "a moment later");
    }

    #[test]
    fn a_surface_that_refuses_for_good_is_configured_anew_only_now_and_then() {
        let (care, redraws) = care();
        let remedies = (0..3 * REFUSALS)
            .map(|_| care.action(&wgpu::CurrentSurfaceTexture::Validation))
            .filter(|action| matches!(action, SurfaceErrorAction::Reconfigure));
        assert_eq!(remedies.count(), 3);
        let others = 3 * (REFUSALS - 1);
        assert_eq!(redraws.load(Ordering::Relaxed), others, "tried again later");
    }
}
