//! The state of the window that several panels share and that is not part of the document.

use super::gesture::Gesture;
use super::renaming::Renaming;
use super::selection::Selection;
use super::shown_panels::{PanelInfo, ShownPanels};
use super::thumbnails::Thumbnails;
use super::timeline_scale::TimelineScale;
use crate::project::Project;
use crate::project::edit::clipboard::CopiedClips;
use crate::time::TimeFormat;

/// State that lives from pass to pass. State that only one panel needs is the panel's own.
pub(crate) struct ViewState {
    /// The selection.
    pub selection: Selection,
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
    /// The gesture in progress.
    pub gesture: Gesture,
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
    /// The document that this belongs to.
    document: Option<u64>,
}

impl ViewState {
    /// The state of a window with these panels, before a document is drawn.
    pub fn new(panels: impl Iterator<Item = PanelInfo>) -> Self {
        Self {
            selection: Selection::default(),
            panels: ShownPanels::new(panels),
            is_preview_only: false,
            has_overlay: false,
            has_checkerboard: false,
            has_safe_areas: false,
            gesture: Gesture::default(),
            thumbnails: Thumbnails::default(),
            is_media_over_lanes: false,
            timeline: TimelineScale::default(),
            time_format: TimeFormat::default(),
            wants_time_entry: false,
            renaming: None,
            copied: None,
            document: None,
        }
    }

    /// Drops what refers to another document, or to parts of this one that are gone. `number` is the document's.
    pub fn follow(&mut self, project: &Project, number: u64) {
        if self.document.replace(number) != Some(number) {
            self.selection = Selection::Nothing;
            self.renaming = None;
            self.timeline.request_fit();
        }
        self.selection.retain_existing(project);
    }
}
