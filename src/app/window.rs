//! Opens the window.

use std::path::PathBuf;

use super::{AppOptions, Places, SextetApp, settings_file};
use crate::engine::EngineOptions;
use crate::gpu;
use crate::media::kept_pictures::PictureStore;
use crate::media::proxy::ProxyStore;
use crate::ui::settings::Settings;

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
    let places = Places::of_user();
    let read = places
        .as_ref()
        .map(|places| settings_file::load(&places.settings()));
    let (settings, notice) = match read {
        Some(Ok(settings)) => (settings, None),
        Some(Err(error)) => (Settings::default(), Some(error.to_string())),
        None => (Settings::default(), None),
    };
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("sextet")
            .with_title("Sextet")
            .with_inner_size(settings.layout.window.unwrap_or(SIZE))
            .with_maximized(settings.layout.is_maximised)
            .with_min_inner_size(MIN_SIZE)
            .with_drag_and_drop(true),
        wgpu_options: gpu::wgpu_configuration(),
        // The window is flat and dark: noise against banding would only cost time, much of it on a software driver.
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    let defaults = AppOptions::default();
    let options = AppOptions {
        paths,
        places,
        settings,
        notice,
        engine: EngineOptions {
            pictures: PictureStore::standard(),
            proxies: ProxyStore::standard(),
            ..defaults.engine.clone()
        },
        ..defaults
    };
    eframe::run_native(
        "Sextet",
        native,
        Box::new(|cc| Ok(Box::new(SextetApp::new(cc, options)?))),
    )
    // eframe's error is not `Send`, so its text is kept.
    .map_err(|error| WindowError(error.to_string()))
}
