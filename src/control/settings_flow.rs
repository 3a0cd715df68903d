//! Settings, put to use: the engine plays by them, the shell applies them, and they are written after a while.

use std::sync::Arc;

use super::controller::Controller;
use super::output_state::DisplayChange;
use super::playback_settings::{engine_settings, sound_to};
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
        if self.has_sound && settings.sound != self.program.settings.sound {
            let changed = self.engine.set_sound(sound_to(&settings.sound));
            if let Err(error) = changed {
                self.messages
                    .error(format!("cannot start a thread for sound ({error})"));
            }
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
        // What only plays keeps nothing.
        if self.io.is_off() {
            return;
        }
        let settings = Box::new(Settings::clone(&self.program.settings));
        self.submit(IoJob::SaveSettings(settings), "save the settings");
    }

    /// Opens or closes the output.
    pub(super) fn set_output_open(&mut self, is_open: bool) {
        self.program.output.set_open(is_open);
        self.requests.push(ShellRequest::PlaceOutput);
    }

    /// Shows the output on this display from now on.
    pub(super) fn set_output_display(&mut self, index: usize) {
        let Some(display) = self.program.displays.get(index) else {
            return;
        };
        let name = display.name.clone();
        self.change_settings(|settings| {
            settings.output.display = Some(name);
            settings.output.is_windowed = false;
        });
        self.set_output_open(true);
    }

    /// Shows the output in a window from now on; or full screen again, which leaves it closed if it is.
    pub(super) fn set_output_windowed(&mut self, is_windowed: bool) {
        self.change_settings(|settings| settings.output.is_windowed = is_windowed);
        self.set_output_open(is_windowed || self.program.output.is_open());
    }

    /// Sets the displays that there are now. The status has none until they are set.
    pub fn set_displays(&mut self, displays: Vec<DisplayView>) {
        if *self.program.displays == *displays {
            return;
        }
        let program = &mut self.program;
        let settings = &program.settings.output;
        let change = (program.output).follow_displays(&program.displays, &displays, settings);
        program.displays = displays.into();
        match change {
            Some(DisplayChange::Gone(name)) => self.messages.error(format!(
                "The output is closed: its display {name} is gone. It opens again when the display is back"
            )),
            Some(DisplayChange::Back(name)) => {
                let text = format!("The display {name} is back, and the output is open again");
                self.messages.info(text);
            }
            None => return,
        }
        self.requests.push(ShellRequest::PlaceOutput);
    }
}
