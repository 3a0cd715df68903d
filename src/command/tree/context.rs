//! The state that the tree reads and that settings are resolved against.

use std::sync::LazyLock;

use crate::project::{Layer, Project};
use crate::settings::Settings;
use crate::status::document::TransportView;
use crate::status::program::{DisplayView, OutputView};

static DEFAULT_SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);

/// The state behind the tree, as it is when it is read or set: what an earlier command of the same tick did must be in.
#[derive(Clone, Copy, Debug)]
pub struct TreeContext<'a> {
    /// The project.
    pub project: &'a Project,
    /// The playhead.
    pub transport: TransportView,
    /// The settings.
    pub settings: &'a Settings,
    /// The output window.
    pub output: OutputView,
    /// The displays.
    pub displays: &'a [DisplayView],
}

impl<'a> TreeContext<'a> {
    /// A project that nothing plays, with default settings.
    pub fn at_rest(project: &'a Project) -> Self {
        Self {
            project,
            transport: TransportView {
                speed: 1.0,
                ..TransportView::default()
            },
            settings: &DEFAULT_SETTINGS,
            output: OutputView::default(),
            displays: &[],
        }
    }

    /// The layers from the back to the front, the order in which paths number them.
    pub(super) fn layers(&self) -> impl ExactSizeIterator<Item = &'a Layer> + use<'a> {
        self.project.layers.iter().rev()
    }
}
