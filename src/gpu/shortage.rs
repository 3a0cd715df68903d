//! What there was no memory for: told once, and done without until it is time to try again.

use super::GpuError;

/// The last shortage.
#[derive(Default)]
pub(super) struct Shortage {
    untold: Option<GpuError>,
    lasts: bool,
}

impl Shortage {
    /// Notes that something could not be had, and what is done instead.
    pub fn note(&mut self, error: GpuError, meanwhile: &'static str) {
        self.untold = Some(GpuError::Meanwhile {
            error: Box::new(error),
            meanwhile,
        });
        self.lasts = true;
    }

    /// Whether it is too early to try again.
    pub fn lasts(&self) -> bool {
        self.lasts
    }

    /// It is time to try again.
    pub fn end(&mut self) {
        self.lasts = false;
    }

    /// What is to be told of it, once.
    pub fn take(&mut self) -> Option<GpuError> {
        self.untold.take()
    }
}
