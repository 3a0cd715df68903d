//! The [`Status`](crate::status::Status), built: the only place that fills it.
//!
//! What has not changed stays as it is, and large parts are shared, so that a tick in steady state allocates nothing.

use std::sync::{Arc, LazyLock};

use super::controller::Controller;
use crate::project::{History, StepName};
use crate::status::Snapshot;
use crate::status::document::{DocumentStatus, TransportView};
use crate::status::program::{ProgramStatus, UndoSteps};

/// Stands in for the engine's snapshot while that may change.
static NO_SNAPSHOT: LazyLock<Arc<Snapshot>> = LazyLock::new(Arc::default);

impl Controller {
    /// Gives the snapshot back to the engine, which changes it in place as long as nobody shares it.
    pub(super) fn release_snapshot(&mut self) {
        self.status.snapshot = Arc::clone(&NO_SNAPSHOT);
    }

    /// Builds the status of this moment.
    pub(super) fn build_status(&mut self) {
        let transport = self.engine.transport();
        self.status.transport = TransportView {
            playhead: self.engine.playhead(),
            is_playing: transport.is_playing(),
            is_scrubbing: transport.is_scrubbing(),
            speed: transport.speed(),
        };
        self.status.snapshot = Arc::clone(self.engine.snapshot());
        share(&mut self.status.project, self.engine.project());
        self.status.prebuffer = self.program.settings.playback.prebuffer;
        if self.status.messages != self.messages.as_slice() {
            self.status.messages = self.messages.as_slice().to_vec();
        }
        let is_playing = self.status.transport.is_playing;
        self.status.verdict = self.verdict.follow(&self.status.snapshot, is_playing);
        self.build_document();
        self.build_program();
    }

    fn build_document(&mut self) {
        let DocumentStatus {
            number,
            state,
            name,
            is_dirty,
            undo,
            redo,
            unsaved_prompt,
        } = &mut self.status.document;
        let history = &self.session.history;
        *number = self.session.number();
        *state = history.state();
        if name != self.session.name() {
            self.session.name().clone_into(name);
        }
        *is_dirty = history.is_dirty();
        copy_name(undo, history.undo_name());
        copy_name(redo, history.redo_name());
        *unsaved_prompt = self.session.unsaved_prompt();
    }

    fn build_program(&mut self) {
        let now = self.now();
        let program = &self.program;
        let ProgramStatus {
            settings,
            recent,
            templates,
            prompt,
            task,
            relink,
            steps,
            kept_ago_s,
            displays,
            output,
        } = &mut self.status.program;
        share(settings, &program.settings);
        share(recent, &program.recent);
        share(templates, program.template_views());
        share(displays, &program.displays);
        share_option(prompt, self.prompts.view());
        share_option(relink, program.relink.as_ref());
        *task = program.tasks.view();
        copy_steps(steps, &self.session.history);
        *kept_ago_s = self.autosave.ago_s(now);
        *output = program.output.view(displays, &settings.output);
    }
}

fn share<T: ?Sized>(shown: &mut Arc<T>, current: &Arc<T>) {
    if !Arc::ptr_eq(shown, current) {
        *shown = Arc::clone(current);
    }
}

fn share_option<T>(shown: &mut Option<Arc<T>>, current: Option<&Arc<T>>) {
    let is_same = match (&*shown, current) {
        (Some(shown), Some(current)) => Arc::ptr_eq(shown, current),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !is_same {
        *shown = current.map(Arc::clone);
    }
}

fn copy_name(shown: &mut Option<StepName>, current: Option<&str>) {
    if shown.as_deref() != current {
        *shown = current.map(|name| StepName::Owned(name.to_owned()));
    }
}

fn copy_steps(shown: &mut UndoSteps, history: &History) {
    if !shown.done.iter().eq(history.done_names()) {
        shown.done = history.done_names().cloned().collect();
    }
    if !shown.undone.iter().eq(history.undone_names()) {
        shown.undone = history.undone_names().cloned().collect();
    }
}
