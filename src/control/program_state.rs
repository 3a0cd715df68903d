//! The program around the document: settings, recent projects, templates, tasks, displays.

use std::path::PathBuf;
use std::sync::Arc;

use super::output_state::OutputState;
use super::tasks::Tasks;
use super::templates::Template;
use crate::settings::Settings;
use crate::status::program::{DisplayView, RecentView, RelinkView, TemplateView};
use crate::time::Time;

/// Quiet time after which changed settings are written.
const SETTINGS_REST: Time = Time::from_seconds(1);

/// The program around the document.
pub(crate) struct ProgramState {
    /// The settings.
    pub settings: Arc<Settings>,
    /// Time of the last change of settings that is not written yet.
    pub settings_changed_at: Option<Time>,
    /// Recent projects.
    pub recent: Arc<[RecentView]>,
    /// Work on media files.
    pub tasks: Tasks,
    /// Result of the search for missing media.
    pub relink: Option<Arc<RelinkView>>,
    /// The output window.
    pub output: OutputState,
    /// The displays.
    pub displays: Arc<[DisplayView]>,
    /// The folder in which media files were chosen last in this run.
    pub media_folder: Option<PathBuf>,
    /// The same of projects and what is written for them.
    pub project_folder: Option<PathBuf>,
    templates: Vec<Template>,
    template_views: Arc<[TemplateView]>,
}

impl ProgramState {
    /// The state at the start, with these settings.
    pub fn new(settings: Settings, tasks: Tasks) -> Self {
        Self {
            settings: Arc::new(settings),
            settings_changed_at: None,
            recent: Arc::default(),
            tasks,
            relink: None,
            output: OutputState::default(),
            displays: Arc::default(),
            media_folder: None,
            project_folder: None,
            templates: Vec::new(),
            template_views: Arc::default(),
        }
    }

    /// Sets the templates.
    pub fn set_templates(&mut self, templates: Vec<Template>) {
        self.template_views = templates.iter().map(Template::view).collect();
        self.templates = templates;
    }

    /// The template at this index.
    pub fn template(&self, index: usize) -> Option<&Template> {
        self.templates.get(index)
    }

    /// The templates as they are shown.
    pub fn template_views(&self) -> &Arc<[TemplateView]> {
        &self.template_views
    }

    /// Time at which changed settings are written.
    pub fn settings_due_at(&self) -> Option<Time> {
        self.settings_changed_at
            .map(|changed| changed + SETTINGS_REST)
    }
}
