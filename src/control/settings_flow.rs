//! Settings, put to use: the engine plays by them, the shell applies them, and they are written after a while.

use std::sync::Arc;

use super::controller::Controller;
use super::playback_settings::engine_settings;
use super::project_io::IoJob;
use super::shell_request::ShellRequest;
use crate::settings::Settings;
use crate::status::program::DisplayView;

impl Controller {
    /// Sets all settings from now on.
    pub(super) fn set_settings(&mut self, settings: Settings) {
        let settings = settings.clamped();
        let before = self.program.settings.playback;
        if settings.playback != before {
            self.engine
                .set_playback_settings(engine_settings(&settings.playback));
        }
        self.program.settings = Arc::new(settings);
        self.program.settings_changed_at = Some(self.now());
        self.requests.push(ShellRequest::ApplySettings);
    }

    /// Changes some of the settings.
    pub(super) fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.program.settings);
        change(&mut settings);
        self.set_settings(settings);
    }

    /// Has changed settings written once they have been left alone.
    pub(super) fn save_settings_when_due(&mut self) {
        let Some(due_at) = self.program.settings_due_at() else {
            return;
        };
        if self.now() < due_at {
            self.tick_at(due_at);
            return;
        }
        self.program.settings_changed_at = None;
        let settings = Box::new(Settings::clone(&self.program.settings));
        self.submit(IoJob::SaveSettings(settings), "save the settings");
    }

    /// Opens or closes the output.
    pub(super) fn toggle_output(&mut self) {
        // The displays may be others by now; a shell sets them anew.
        self.program.displays = Arc::default();
        self.program.output.toggle();
        self.requests.push(ShellRequest::PlaceOutput);
    }

    /// Shows the output on another display from now on.
    pub(super) fn set_output_display(&mut self, index: usize) {
        let Some(display) = self.program.displays.get(index) else {
            return;
        };
        let name = display.name.clone();
        self.change_settings(|settings| {
            settings.output.display = Some(name);
            settings.output.is_windowed = false;
        });
        self.requests.push(ShellRequest::PlaceOutput);
    }

    /// Shows the output in a window, or full screen, from now on.
    pub(super) fn set_output_windowed(&mut self, is_windowed: bool) {
        self.change_settings(|settings| settings.output.is_windowed = is_windowed);
        self.requests.push(ShellRequest::PlaceOutput);
    }

    /// Sets the displays that there are. The status has none until they are set, and again when the output was opened.
    pub fn set_displays(&mut self, displays: Vec<DisplayView>) {
        self.program.displays = displays.into();
    }
}
