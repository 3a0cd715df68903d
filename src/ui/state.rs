//! What the window remembers that is not part of the document: selection, shown parts, zoom, a gesture in progress.

use std::collections::BTreeMap;

use super::View;
use super::after_typing::AfterTyping;
use super::gesture::Gesture;
use super::panels::dialogs::palette::PaletteState;
use super::panels::dialogs::settings::Page;
use super::panels::dialogs::shortcut_editor::Recording;
use super::panels::log::LogFilter;
use super::panels::performance::history::HeldHistory;
use super::panels::timeline::scale::TimelineScale;
pub(crate) use super::selection::Selection;
use super::theme::Theme;
use super::thumbnails::Thumbnails;
use crate::command::{Command, HistoryCommand};
use crate::project::edit::clipboard::CopiedClips;
use crate::project::{EditCommand, Layer, LayerId, Project};
use crate::settings::Layout;
use crate::status::MediaState;
use crate::time::TimeFormat;

/// Everything that a panel needs in one pass.
pub(crate) struct Pass<'p, 'v> {
    /// What is drawn.
    pub view: &'p View<'v>,
    /// What is asked for.
    pub commands: &'p mut Vec<Command>,
    /// What the window remembers.
    pub state: &'p mut ViewState,
    /// Colours.
    pub theme: &'static Theme,
}

impl<'v> Pass<'_, 'v> {
    /// Asks for something.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Asks for one change of the document.
    pub fn edit(&mut self, edit: EditCommand) {
        self.commands
            .push(Command::Edit(HistoryCommand::Apply(edit)));
    }

    /// Asks for a change as part of a gesture of this name, which begins if none is going on.
    pub fn gesture_edit(&mut self, name: &'static str, edit: EditCommand) {
        self.state.gesture.edit(name, edit, self.commands);
    }

    /// The size in points that a panel had in the last run, or else this one.
    pub fn panel_size(&self, name: &str, usual: f32) -> f32 {
        let panels = &self.view.program.settings.layout.panels;
        panels.get(name).copied().unwrap_or(usual)
    }

    /// Whether there are media files that could not be opened.
    pub fn has_missing_media(&self) -> bool {
        let mut media = self.view.snapshot.media.iter();
        media.any(|status| matches!(status.state, MediaState::Failed(_)))
    }

    /// Whether a question holds the window.
    pub fn is_asking(&self) -> bool {
        self.view.program.question.is_some() || self.view.document.unsaved_question.is_some()
    }

    /// The layer that the selection is or lies on; of several the one selected last.
    pub fn selected_layer(&self) -> Option<&'v Layer> {
        let project = self.view.project;
        match self.state.selection.layers().last() {
            Some(id) => project.layer(*id),
            None => Some(project.clip(self.state.selection.clip()?)?.0),
        }
    }

    /// The layers that are selected, or that have clips that are, each once; last the one that [`Self::selected_layer`]
    /// gives.
    pub fn selected_layers(&self) -> Vec<&'v Layer> {
        let project = self.view.project;
        let Some(shown) = self.selected_layer() else {
            return Vec::new();
        };
        let clips = self.state.selection.clips();
        let is_selected = |layer: &Layer| {
            self.state.selection.has_layer(layer.id)
                || layer.clips.iter().any(|clip| clips.contains(&clip.id))
        };
        let others = project.layers.iter().filter(|layer| layer.id != shown.id);
        let mut layers: Vec<_> = others.filter(|layer| is_selected(layer)).collect();
        layers.push(shown);
        layers
    }
}

/// A name being typed on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Renaming {
    /// What gets it.
    pub what: Renamed,
    /// What has been typed.
    pub text: String,
    /// Whether the field had the keyboard already, so that losing it is the end.
    pub has_begun: bool,
}

/// What can be given another name on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renamed {
    /// A layer.
    Layer(LayerId),
    /// A marker, by its place in the list.
    Marker(usize),
}

impl Renaming {
    /// The selected layer or marker, about to be given another name.
    pub fn of(pass: &Pass<'_, '_>) -> Option<Self> {
        let project = pass.view.project;
        let (what, text) = if let Selection::Marker(index) = pass.state.selection {
            let marker = project.markers.get(index)?;
            (Renamed::Marker(index), &marker.name)
        } else {
            let layer = pass.selected_layer()?;
            (Renamed::Layer(layer.id), &layer.name)
        };
        Some(Self {
            what,
            text: text.clone(),
            has_begun: false,
        })
    }
}

/// A part of the window that can be shown and hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub(crate) enum Part {
    /// The media bin.
    Media,
    /// The inspector.
    Inspector,
    /// The performance panel.
    Performance,
    /// The transport and the timeline.
    Timeline,
    /// The log.
    Log,
    /// Performance over time, large.
    History,
    /// The steps of undo.
    Steps,
    /// What is set for all projects.
    Settings,
    /// Canvas, rate, background, notes.
    ProjectSettings,
    /// The command palette.
    Palette,
    /// The list of shortcuts.
    Shortcuts,
    /// What the program is, and the licences of its parts.
    About,
    /// Whether the project will hold here.
    Doctor,
    /// Figures over the picture.
    Overlay,
}

const PARTS: usize = 14;

/// The panels, with the names that they have in the settings.
const PANELS: [(Part, &str); 4] = [
    (Part::Media, "media"),
    (Part::Inspector, "inspector"),
    (Part::Performance, "performance"),
    (Part::Timeline, "timeline"),
];

/// What the window remembers between passes.
pub(crate) struct ViewState {
    /// What is selected.
    pub selection: Selection,
    /// Whether the picture has the window to itself.
    pub is_preview_only: bool,
    /// Whether transparent parts of the canvas are shown as squares.
    pub has_checkerboard: bool,
    /// Whether lines show what every display shows of the canvas.
    pub has_safe_areas: bool,
    /// The gesture in progress.
    pub gesture: Gesture,
    /// Textures of thumbnails.
    pub thumbnails: Thumbnails,
    /// Whether a file dragged out of the bin is over the lanes.
    pub is_media_over_lanes: bool,
    /// The address of a live source while it is being written.
    pub address: Option<String>,
    /// Which part of time the timeline shows.
    pub timeline: TimelineScale,
    /// How times are written.
    pub time_format: TimeFormat,
    /// Whether the field in which a time to go to is typed is asked for.
    pub wants_time_entry: bool,
    /// What is being given another name on the timeline.
    pub renaming: Option<Renaming>,
    /// The clips that were copied last.
    pub copied: Option<CopiedClips>,
    /// What is typed in the command palette.
    pub palette: PaletteState,
    /// The page of the settings.
    pub settings_page: Page,
    /// The action that is getting other keys.
    pub recording: Recording,
    /// Whether notes are being typed, which is a gesture.
    pub is_typing_notes: bool,
    /// What waits for what is being typed.
    pub after_typing: AfterTyping,
    /// Widths and heights of panels as they were last drawn, by their names.
    pub panel_sizes: BTreeMap<&'static str, f32>,
    /// Plots that are held still.
    pub held_history: Option<HeldHistory>,
    /// Which lines of the log are shown.
    pub log_filter: LogFilter,
    shown: [bool; PARTS],
    /// The document that this belongs to.
    document: Option<u64>,
}

impl Default for ViewState {
    fn default() -> Self {
        let mut shown = [false; PARTS];
        for (part, _) in PANELS {
            shown[part as usize] = true;
        }
        Self {
            selection: Selection::default(),
            is_preview_only: false,
            has_checkerboard: false,
            has_safe_areas: false,
            gesture: Gesture::default(),
            thumbnails: Thumbnails::default(),
            is_media_over_lanes: false,
            address: None,
            timeline: TimelineScale::default(),
            time_format: TimeFormat::default(),
            wants_time_entry: false,
            renaming: None,
            copied: None,
            palette: PaletteState::default(),
            settings_page: Page::default(),
            recording: Recording::default(),
            is_typing_notes: false,
            after_typing: AfterTyping::default(),
            panel_sizes: BTreeMap::new(),
            held_history: None,
            log_filter: LogFilter::default(),
            shown,
            document: None,
        }
    }
}

impl ViewState {
    /// Whether a part is shown.
    pub fn is_shown(&self, part: Part) -> bool {
        self.shown[part as usize]
    }

    /// Shows or hides a part.
    pub fn set_shown(&mut self, part: Part, is_shown: bool) {
        self.shown[part as usize] = is_shown;
    }

    /// Arranges the panels as they were.
    pub fn set_layout(&mut self, layout: &Layout) {
        for (part, name) in PANELS {
            self.set_shown(part, !layout.hidden.iter().any(|hidden| hidden == name));
        }
    }

    /// How the panels are arranged.
    pub fn layout(&self) -> Layout {
        let hidden = PANELS.iter().filter(|(part, _)| !self.is_shown(*part));
        let sizes = self.panel_sizes.iter();
        Layout {
            hidden: hidden.map(|(_, name)| (*name).to_owned()).collect(),
            panels: sizes
                .map(|(name, size)| ((*name).to_owned(), *size))
                .collect(),
            ..Layout::default()
        }
    }

    /// Brings the state in line with a document that may have changed, or be another one.
    pub fn follow(&mut self, project: &Project, number: u64) {
        if self.document.replace(number) != Some(number) {
            self.is_typing_notes = false;
            self.selection = Selection::Nothing;
            self.renaming = None;
            self.timeline.request_fit();
        }
        self.selection.hold_to(project);
    }
}
