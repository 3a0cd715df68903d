//! Shortages of memory: reported once, with a fallback in use until a retry.

use super::GpuError;

/// The last shortage.
#[derive(Default)]
pub(super) struct Shortage {
    untold: Option<GpuError>,
    lasts: bool,
}

impl Shortage {
    /// Notes a failed allocation, and the fallback.
    pub fn note(&mut self, error: GpuError, meanwhile: &'static str) {
        self.untold = Some(GpuError::Meanwhile {
            error: Box::new(error),
            meanwhile,
        });
        self.lasts = true;
    }

    /// True while the fallback is in use.
    pub fn lasts(&self) -> bool {
        self.lasts
    }

    /// Ends the fallback: the next use retries.
    pub fn end(&mut self) {
        self.lasts = false;
    }

    /// The shortage to report, once.
    pub fn take(&mut self) -> Option<GpuError> {
        self.untold.take()
    }
}
