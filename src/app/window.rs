//! The window, opened; and another one in its place when its graphics device is gone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::shutdown_signal::{ShutdownSignal, SignalListener};
use super::{AppOptions, SextetApp};
use crate::command::remote::RemoteStart;
use crate::control::{AppDirs, ControllerOptions, WindowRestart, settings_file};
use crate::engine::EngineOptions;
use crate::gpu;
use crate::media::proxy::ProxyStore;
use crate::media::thumbnail_cache::ThumbnailCache;
use crate::playback::thread::panic_text;
use crate::settings::Settings;

/// The size of a new window, in points.
const SIZE: [f32; 2] = [1600.0, 960.0];

/// Least size of the window, in points: smaller, the panels have no room for their content. At scale 2 it fits a screen
/// of 1600 by 1000 pixels, with a panel of the desktop.
const MIN_SIZE: [f32; 2] = [760.0, 440.0];

/// Most windows opened in the place of one whose device was lost: a driver that fails again and again is not mended by
/// trying.
const MAX_REOPENED: u32 = 5;

/// Attempts at opening windows in all: after a panic the system's event loop ends once more before it opens one.
const MAX_ATTEMPTS: u32 = 3 * MAX_REOPENED;

/// Time after which another picture is drawn where a window got none: soon for the eye, and little work where that goes
/// on.
const REDRAW_AFTER: Duration = Duration::from_millis(100);

/// A window that cannot be opened, or ended otherwise than by being closed.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No window can be opened.
    #[error(
        "cannot open a window ({0}); it needs a display and a Vulkan, Metal or OpenGL driver, of a GPU or in software; \
         without, use `sextet play --headless`"
    )]
    NotOpened(String),
    /// There is no screen to open it on.
    #[error(
        "there is no display to open a window on; use `sextet play --headless` without one, or set {0}"
    )]
    NoDisplay(&'static str),
    /// The window ended in a panic.
    #[error(
        "the window broke down ({0}); unsaved changes are kept, and the next start offers them"
    )]
    BrokeDown(String),
    /// The window was open, and the system or the driver ended it.
    #[error(
        "the window ended ({0}); look after the display and its driver; unsaved changes are kept, and the next start \
         offers them"
    )]
    Ended(String),
    /// The graphics device was lost too often.
    #[error(
        "the graphics device was lost {MAX_REOPENED} times; look after its driver; unsaved changes are kept, and the next \
         start offers them"
    )]
    Lost,
}

/// Opens the window with these files, given by absolute paths, and with these remotes, and comes back when it was closed.
///
/// # Errors
/// There is no display, no graphics device that can draw on it, or the window ended otherwise than by being closed.
pub fn run(mut paths: Vec<PathBuf>, remotes: &[RemoteStart]) -> Result<(), WindowError> {
    let restart = WindowRestart::default();
    let mut lost = 0;
    for _ in 0..MAX_ATTEMPTS {
        let was_open = run_once(std::mem::take(&mut paths), remotes, &restart)?;
        if !restart.is_waiting() {
            return Ok(());
        }
        lost += u32::from(was_open);
        if lost > MAX_REOPENED {
            break;
        }
        tracing::warn!("the graphics device was lost; the window is opened anew");
    }
    Err(WindowError::Lost)
}

/// Opens a window, and comes back when it was closed; true if it ever was open.
fn run_once(
    paths: Vec<PathBuf>,
    remotes: &[RemoteStart],
    restart: &WindowRestart,
) -> Result<bool, WindowError> {
    let app_dirs = AppDirs::of_user();
    let (settings, notice) = settings_of(app_dirs.as_ref());
    let opened = Arc::new(OnceLock::<egui::Context>::new());
    let (shutdown, woken) = (ShutdownSignal::default(), Arc::clone(&opened));
    let wake = move || {
        if let Some(ctx) = woken.get() {
            ctx.request_repaint();
        }
    };
    // Held until the window is gone.
    let _signals = SignalListener::listen(shutdown.clone(), Arc::new(wake))
        .inspect_err(|error| tracing::error!("signals are not heard ({error})"));
    let redrawn = Arc::clone(&opened);
    let redraw = move || {
        if let Some(ctx) = redrawn.get() {
            ctx.request_repaint_after(REDRAW_AFTER);
        }
    };
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("sextet")
            .with_title("Sextet")
            .with_inner_size(settings.layout.window.unwrap_or(SIZE))
            .with_maximized(settings.layout.is_maximised)
            .with_min_inner_size(MIN_SIZE)
            .with_drag_and_drop(true),
        wgpu_options: gpu::wgpu_configuration(Arc::new(redraw)),
        // The window is flat and dark: noise against banding would only cost time, much of it on a software driver.
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    let defaults = ControllerOptions::default();
    let control = ControllerOptions {
        paths,
        app_dirs,
        notice,
        engine: EngineOptions {
            thumbnail_cache: ThumbnailCache::standard(),
            proxies: ProxyStore::standard(),
            ..defaults.engine.clone()
        },
        restart: restart.clone(),
        has_sound: true,
        remotes: remotes.to_vec(),
        ..defaults
    };
    let options = AppOptions {
        control: control.with_settings(settings),
        shutdown,
        ..AppOptions::default()
    };
    // Unwind safe: the program has kept unsaved changes as it was dropped, and nothing of it is used after this.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            "Sextet",
            native,
            Box::new(|cc| {
                let app = SextetApp::new(cc, options)?;
                opened.get_or_init(|| cc.egui_ctx.clone());
                Ok(Box::new(app))
            }),
        )
        // eframe's error is not `Send`, so its text is kept.
        .map_err(|error| {
            (
                not_opened(&error),
                without_source_locations(&error.to_string()),
            )
        })
    }));
    let error = match outcome {
        // Its device was lost, which what draws it may have met with a panic.
        _ if restart.is_waiting() => return Ok(opened.get().is_some()),
        Ok(Ok(())) => return Ok(opened.get().is_some()),
        Ok(Err((error, _))) if opened.get().is_none() => return Err(error),
        Ok(Err((_, text))) => WindowError::Ended(text),
        Err(panic) => WindowError::BrokeDown(panic_text(&*panic)),
    };
    tell(&error);
    Err(error)
}

/// The settings of the user; the usual ones where there are none or they cannot be read, and the reason of the latter.
fn settings_of(app_dirs: Option<&AppDirs>) -> (Settings, Option<String>) {
    match app_dirs.map(|app_dirs| settings_file::load(&app_dirs.settings())) {
        Some(Ok(settings)) => (settings, None),
        Some(Err(error)) => (Settings::default(), Some(error.to_string())),
        None => (Settings::default(), None),
    }
}

/// The variables that name the display, where the window system has such.
const DISPLAY: &str = "DISPLAY or WAYLAND_DISPLAY";

fn not_opened(error: &eframe::Error) -> WindowError {
    let is_unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    let has_display_names = cfg!(all(unix, not(target_os = "macos")));
    match error {
        eframe::Error::WinitEventLoop(_)
            if has_display_names && ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().all(is_unset) =>
        {
            WindowError::NoDisplay(DISPLAY)
        }
        error => WindowError::NotOpened(without_source_locations(&error.to_string())),
    }
}

/// The text of an error without the source locations that it names, which help nobody who has not written it.
fn without_source_locations(text: &str) -> String {
    match text.split_once(" at ") {
        Some((what, rest)) => match rest.split_once(": ") {
            Some((place, why)) if place.contains(".rs:") => format!("{what}: {why}"),
            _ => text.to_owned(),
        },
        None => text.to_owned(),
    }
}

/// Shows a dialog of the system: the window is gone, and who started the program from a desktop sees no terminal.
fn tell(error: &WindowError) {
    let text = error.to_string();
    let shown = catch_unwind(|| {
        rfd::MessageDialog::new()
            .set_level(rfd::MessageLevel::Error)
            .set_title("Sextet")
            .set_description(text)
            .show()
    });
    if shown.is_err() {
        tracing::error!("no dialog can be shown either");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_source_code_are_left_out() {
        assert_eq!(
            without_source_locations("os error at /root/.cargo/x/src/mod.rs:765: no display"),
            "os error: no display"
        );
        assert_eq!(without_source_locations("no adapter"), "no adapter");
    }
}
