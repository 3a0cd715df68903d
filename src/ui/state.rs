//! The state of the window that several panels share and that is not part of the document.

use std::collections::BTreeSet;

use super::gesture::Gesture;
use super::help_line::HelpLine;
use super::renaming::Renaming;
use super::selection::{RememberedSelections, Selection};
use super::shown_panels::{PanelInfo, ShownPanels};
use super::thumbnails::Thumbnails;
use super::timeline_scale::TimelineScale;
use crate::project::Project;
use crate::project::edit::clipboard::CopiedClips;
use crate::status::document::DocumentStatus;
use crate::time::{Time, TimeFormat};

/// State that lives from pass to pass. State that only one panel needs is the panel's own.
pub(crate) struct ViewState {
    /// The selection.
    pub selection: Selection,
    /// The selections in earlier states of the document.
    remembered: RememberedSelections,
    /// The panels, and which of them are shown.
    pub panels: ShownPanels,
    /// True while the preview has the window to itself.
    pub is_preview_only: bool,
    /// True while figures are drawn over the preview.
    pub has_overlay: bool,
    /// True while transparent parts of the canvas are drawn as squares.
    pub has_checkerboard: bool,
    /// True while safe areas are outlined on the canvas.
    pub has_safe_areas: bool,
    /// Names of the inspector's sections that are folded away.
    pub folded_sections: BTreeSet<String>,
    /// True while the handles on the preview are those of the crop.
    pub is_cropping: bool,
    /// True while a scale across that is edited takes the one down along, and the other way round.
    pub is_scale_linked: bool,
    /// The gesture in progress.
    pub gesture: Gesture,
    /// The line of help in the status bar.
    pub help: HelpLine,
    /// Textures of thumbnails.
    pub thumbnails: Thumbnails,
    /// True while media dragged out of the bin is over the lanes.
    pub is_media_over_lanes: bool,
    /// The part of time that the timeline shows.
    pub timeline: TimelineScale,
    /// The format of times.
    pub time_format: TimeFormat,
    /// A request for the field in which a time to go to is typed.
    pub wants_time_entry: bool,
    /// The name being typed on the timeline.
    pub renaming: Option<Renaming>,
    /// The clips that were copied last.
    pub copied: Option<CopiedClips>,
    /// The time of the newest line of the log that was seen in its panel.
    pub log_seen: Option<Time>,
    /// The document that this belongs to.
    document: Option<u64>,
}

impl ViewState {
    /// The state of a window with these panels, before a document is drawn.
    pub fn new(panels: impl Iterator<Item = PanelInfo>) -> Self {
        Self {
            selection: Selection::default(),
            remembered: RememberedSelections::default(),
            panels: ShownPanels::new(panels),
            is_preview_only: false,
            has_overlay: false,
            has_checkerboard: false,
            has_safe_areas: false,
            folded_sections: BTreeSet::new(),
            is_cropping: false,
            is_scale_linked: true,
            gesture: Gesture::default(),
            help: HelpLine::default(),
            thumbnails: Thumbnails::default(),
            is_media_over_lanes: false,
            timeline: TimelineScale::default(),
            time_format: TimeFormat::default(),
            wants_time_entry: false,
            renaming: None,
            copied: None,
            log_seen: None,
            document: None,
        }
    }

    /// Drops what refers to another document, or to parts of this one that are gone, and takes up the selection of a
    /// state that undo or redo led back to.
    pub fn follow(&mut self, project: &Project, document: &DocumentStatus) {
        if self.document.replace(document.number) != Some(document.number) {
            self.selection = Selection::Nothing;
            self.remembered = RememberedSelections::default();
            self.renaming = None;
            self.timeline.request_fit();
        }
        self.remembered.follow(document.state, &mut self.selection);
        self.selection.retain_existing(project);
        self.remember_selection();
    }

    /// Remembers what is selected in this state of the document. An edit does so before it changes the selection.
    pub fn remember_selection(&mut self) {
        self.remembered.note(&self.selection);
    }
}
