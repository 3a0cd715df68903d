//! Opens the window.

use std::path::PathBuf;

use super::{AppOptions, SextetApp};
use crate::gpu;

/// The size of a new window, in points.
const SIZE: [f32; 2] = [1600.0, 960.0];

/// Smaller than this, the panels have no room for what they show.
const MIN_SIZE: [f32; 2] = [960.0, 600.0];

/// The window cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open a window ({0}); without a display, use `sextet play --headless`")]
pub struct WindowError(String);

/// Opens the window with these files, given by absolute paths, and comes back when it was closed.
///
/// # Errors
/// There is no display, or no graphics device that can draw on it.
pub fn run(paths: Vec<PathBuf>) -> Result<(), WindowError> {
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("sextet")
            .with_title("Sextet")
            .with_inner_size(SIZE)
            .with_min_inner_size(MIN_SIZE)
            .with_drag_and_drop(true),
        wgpu_options: gpu::wgpu_configuration(),
        // The window is flat and dark: noise against banding would only cost time, much of it on a software driver.
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    let options = AppOptions {
        paths,
        ..AppOptions::default()
    };
    eframe::run_native(
        "Sextet",
        native,
        Box::new(|cc| Ok(Box::new(SextetApp::new(cc, options)?))),
    )
    // eframe's error is not `Send`, so its text is kept.
    .map_err(|error| WindowError(error.to_string()))
}
