//! The context of one pass: what panels read, and the commands that they push.

use super::View;
use super::format;
use super::renaming::{RenameTarget, Renaming};
use super::selection::Selection;
use super::state::ViewState;
use super::theme::Theme;
use crate::command::{Command, HistoryCommand};
use crate::project::{EditCommand, Layer};
use crate::status::MediaState;
use crate::time::Time;

/// Everything that a panel needs in one pass.
pub(crate) struct Pass<'p, 'v> {
    /// The state of the program.
    pub view: &'p View<'v>,
    /// The commands of this pass.
    pub commands: &'p mut Vec<Command>,
    /// The state of the window.
    pub state: &'p mut ViewState,
    /// Colours.
    pub theme: &'static Theme,
}

impl<'v> Pass<'_, 'v> {
    /// Pushes a command.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Pushes one edit of the document.
    pub fn edit(&mut self, edit: EditCommand) {
        self.state.remember_selection();
        self.commands
            .push(Command::Edit(HistoryCommand::Apply(edit)));
    }

    /// Pushes an edit of a gesture with this name, which begins if none is active.
    pub fn gesture_edit(&mut self, name: &'static str, edit: EditCommand) {
        self.state.gesture.edit(name, edit, self.commands);
    }

    /// A time as the user has chosen to read times.
    pub fn time_text(&self, time: Time) -> String {
        let rate = self.view.project.canvas.frame_rate;
        self.state.time_format.text(time, rate)
    }

    /// True while pictures follow each other; figures of the last second stand for nothing else.
    pub fn is_moving(&self) -> bool {
        self.view.transport.is_playing || self.view.transport.is_scrubbing
    }

    /// A figure of the last second; a dash while nothing moves, which it then says nothing of.
    pub fn figure(&self, text: impl FnOnce() -> String) -> String {
        if self.is_moving() {
            text()
        } else {
            format::NOTHING.to_owned()
        }
    }

    /// The size in points that a dock had in the last run, or else this one.
    pub fn panel_size(&self, name: &str, usual: f32) -> f32 {
        let panels = &self.view.program.settings.layout.panels;
        panels.get(name).copied().unwrap_or(usual)
    }

    /// True if a media file could not be opened.
    pub fn has_missing_media(&self) -> bool {
        let mut media = self.view.snapshot.media.iter();
        media.any(|status| matches!(status.state, MediaState::Failed(_)))
    }

    /// True unless the graphics adapter lacks the textures that HAP needs.
    pub fn has_bc(&self) -> bool {
        let adapter = self.view.snapshot.adapter.as_ref();
        adapter.is_none_or(|adapter| adapter.bc)
    }

    /// True while a prompt holds the window.
    pub fn has_prompt(&self) -> bool {
        self.view.program.prompt.is_some() || self.view.document.unsaved_prompt.is_some()
    }

    /// The layer that the selection is or lies on; of several the one selected last.
    pub fn selected_layer(&self) -> Option<&'v Layer> {
        let project = self.view.project;
        match self.state.selection.layers().last() {
            Some(id) => project.layer(*id),
            None => Some(project.clip(self.state.selection.clip()?)?.0),
        }
    }

    /// A renaming of the selected marker or layer that is about to begin.
    pub fn renaming(&self) -> Option<Renaming> {
        let project = self.view.project;
        let (target, text) = if let Selection::Marker(index) = self.state.selection {
            let marker = project.markers.get(index)?;
            (RenameTarget::Marker(index), &marker.name)
        } else {
            let layer = self.selected_layer()?;
            (RenameTarget::Layer(layer.id), &layer.name)
        };
        Some(Renaming {
            target,
            text: text.clone(),
            has_begun: false,
        })
    }

    /// Selects a marker, and begins to rename it.
    pub fn rename_marker(&mut self, index: usize) {
        self.state.selection = Selection::Marker(index);
        self.state.renaming = self.renaming();
    }

    /// The layers that are selected, or that have clips that are, each once; last the one that [`Self::selected_layer`]
    /// gives.
    pub fn selected_layers(&self) -> Vec<&'v Layer> {
        let project = self.view.project;
        let Some(shown) = self.selected_layer() else {
            return Vec::new();
        };
        let others = project.layers.iter().filter(|layer| layer.id != shown.id);
        let mut layers: Vec<_> = others.filter(|layer| self.is_selected(layer)).collect();
        layers.push(shown);
        layers
    }

    /// True if a layer or a clip on it is selected.
    pub fn is_selected(&self, layer: &Layer) -> bool {
        let clips = self.state.selection.clips();
        self.state.selection.has_layer(layer.id)
            || layer.clips.iter().any(|clip| clips.contains(&clip.id))
    }
}
