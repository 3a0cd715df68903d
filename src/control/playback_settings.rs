//! Settings, put to use: how projects are played, how the window looks, which keys do what.

use crate::app::SextetApp;
use crate::control::project_io::IoJob;
use crate::engine::{EngineOptions, IoMode, PlaybackSettings};
use crate::media::DecodeBy;
use crate::settings::{IoChoice, Playback, Settings, ThemeChoice};
use crate::time::Time;
use crate::ui::keymap;

/// What the settings say of playing, for an engine that is about to start.
pub(crate) fn apply(playback: &Playback, options: &mut EngineOptions) {
    options.playback = engine_settings(playback);
    options.decode_by = if playback.is_software_decode {
        DecodeBy::Software
    } else {
        DecodeBy::Auto
    };
}

fn engine_settings(playback: &Playback) -> PlaybackSettings {
    PlaybackSettings {
        reads_ahead: playback.is_async,
        prebuffer: playback.prebuffer,
        io: match playback.io {
            _ if playback.is_mapped => IoMode::Mmap,
            IoChoice::Auto => IoMode::Auto,
            IoChoice::Pread => IoMode::Pread,
            IoChoice::Direct => IoMode::Direct,
            IoChoice::Uring => IoMode::Uring,
        },
        budget_bytes: u64::from(playback.budget_mib) << 20,
    }
}

impl SextetApp {
    /// Takes up settings that a person changed.
    pub(crate) fn set_settings(&mut self, settings: Settings, ctx: &egui::Context) {
        let settings = settings.held();
        let before = self.state.settings.playback;
        self.state.settings = settings;
        self.state.settings_changed_at = Some(self.engine_now());
        let playback = self.state.settings.playback;
        if playback != before {
            self.engine
                .set_playback_settings(engine_settings(&playback));
        }
        self.show_settings(ctx);
    }

    /// Gives the window its look and its keys.
    pub(crate) fn show_settings(&self, ctx: &egui::Context) {
        let look = &self.state.settings.look;
        ctx.set_theme(match look.theme {
            ThemeChoice::Dark => egui::Theme::Dark,
            ThemeChoice::Light => egui::Theme::Light,
        });
        ctx.set_zoom_factor(look.scale_percent as f32 / 100.0);
        keymap::install(ctx, &self.state.settings.shortcuts);
    }

    /// Has changed settings written once they have been left alone; gives when that will be.
    pub(crate) fn save_settings_when_due(&mut self) -> Option<Time> {
        let due_at = self.state.settings_due_at()?;
        if self.engine_now() < due_at {
            return Some(due_at);
        }
        self.state.settings_changed_at = None;
        let settings = Box::new(self.state.settings.clone());
        self.submit(IoJob::SaveSettings(settings), "save the settings");
        None
    }

    /// A new document made from a template.
    pub(crate) fn begin_from_template(&mut self, index: usize, ctx: &egui::Context) {
        use crate::control::document::Document;
        use crate::control::session::PendingAction;
        let Some(template) = self.state.templates.get(index) else {
            return;
        };
        let project = Box::new(template.project.clone());
        let document = Document::untitled(project);
        let step = self
            .session
            .request(PendingAction::Replace(Box::new(document)));
        self.take(step, ctx);
    }
}
