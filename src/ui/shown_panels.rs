//! The panels that can be shown and hidden, and which of them are shown.

use crate::command::Action;

/// The name of a panel: its key in the table, and in the layout that the settings keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PanelId(pub &'static str);

/// The place of a panel in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Placement {
    /// Beside the preview. Shown at first, kept in the layout, checked in its menu.
    Docked,
    /// A window that floats beside the work. Checked in its menu.
    Tool(FloatingWindow),
    /// A window that is opened, used and closed. It has no check mark.
    Dialog(FloatingWindow),
    /// Above all windows, and placed by itself. Keys are its own while it is shown, and its state goes with it.
    Popup,
}

/// Title and first size, in points, of a floating window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FloatingWindow {
    /// The title.
    pub title: &'static str,
    /// Width and height.
    pub size: [f32; 2],
}

impl Placement {
    /// The floating window, if it is one.
    pub fn window(self) -> Option<FloatingWindow> {
        match self {
            Self::Tool(window) | Self::Dialog(window) => Some(window),
            Self::Docked | Self::Popup => None,
        }
    }

    /// True for a panel whose menu entry shows by a mark that it is shown.
    pub fn is_checkable(self) -> bool {
        match self {
            Self::Docked | Self::Tool(_) => true,
            Self::Dialog(_) | Self::Popup => false,
        }
    }
}

/// A panel apart from its content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PanelInfo {
    /// Its name.
    pub id: PanelId,
    /// Its place.
    pub placement: Placement,
    /// The action that shows and hides it.
    pub action: Action,
}

/// All panels, each with whether it is shown.
#[derive(Debug)]
pub(crate) struct ShownPanels(Vec<(PanelInfo, bool)>);

impl ShownPanels {
    /// The panels as they are at first: those that are docked are shown.
    pub fn new(panels: impl Iterator<Item = PanelInfo>) -> Self {
        Self(
            panels
                .map(|info| (info, info.placement == Placement::Docked))
                .collect(),
        )
    }

    /// The panel that an action shows and hides.
    pub fn of_action(&self, action: Action) -> Option<PanelInfo> {
        let mut panels = self.0.iter().map(|(info, _)| *info);
        panels.find(|info| info.action == action)
    }

    /// True for a panel that is shown.
    pub fn is_shown(&self, id: PanelId) -> bool {
        self.shown().any(|info| info.id == id)
    }

    /// The panels that are shown, in the order of the table.
    pub fn shown(&self) -> impl Iterator<Item = PanelInfo> {
        let shown = self.0.iter().filter(|(_, is_shown)| *is_shown);
        shown.map(|(info, _)| *info)
    }

    /// Shows or hides a panel.
    pub fn set_shown(&mut self, id: PanelId, is_shown: bool) {
        for (info, shown) in &mut self.0 {
            if info.id == id {
                *shown = is_shown;
            }
        }
    }

    /// Hides these docked panels, by name, and shows the others.
    pub fn set_hidden_docks(&mut self, names: &[String]) {
        for (info, is_shown) in &mut self.0 {
            if info.placement == Placement::Docked {
                *is_shown = !names.iter().any(|name| name == info.id.0);
            }
        }
    }

    /// The names of the docked panels that are hidden.
    pub fn hidden_docks(&self) -> Vec<String> {
        let hidden = self.0.iter().filter(|(_, is_shown)| !is_shown);
        hidden
            .filter(|(info, _)| info.placement == Placement::Docked)
            .map(|(info, _)| info.id.0.to_owned())
            .collect()
    }
}
