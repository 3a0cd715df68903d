//! A panel, the rows of the table of panels, and the panels of a running window.

use egui::{Context, Id, LayerId, Order, Ui, Vec2, Window};

use super::pass::Pass;
use super::shown_panels::{FloatingWindow, PanelId, PanelInfo, Placement, ShownPanels};
use crate::command::Action;

/// Content that can be shown and hidden. It owns the state that only it needs; a function is a panel without state.
pub(crate) trait Panel {
    /// Draws the content.
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>);

    /// Takes its keys before anything of the pass is drawn, hidden or not.
    fn begin_pass(&mut self, _ctx: &Context, _pass: &mut Pass<'_, '_>) {}

    /// True while keys that are pressed are its own and ask for no action.
    fn takes_keys(&self) -> bool {
        false
    }
}

impl<F: FnMut(&mut Ui, &mut Pass<'_, '_>)> Panel for F {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        self(ui, pass);
    }
}

/// One row of the table of panels.
pub(crate) struct PanelRow {
    /// Everything but the content.
    pub info: PanelInfo,
    /// Creates the content.
    pub create: Create,
}

type Create = fn() -> Box<dyn Panel>;

impl PanelRow {
    /// A panel beside the preview.
    pub const fn docked(id: PanelId, action: Action, create: Create) -> Self {
        Self::new(id, Placement::Docked, action, create)
    }

    /// A window that floats beside the work.
    pub const fn tool(
        id: PanelId,
        (title, size): (&'static str, [f32; 2]),
        action: Action,
        create: Create,
    ) -> Self {
        let window = FloatingWindow { title, size };
        Self::new(id, Placement::Tool(window), action, create)
    }

    /// A window that is opened, used and closed.
    pub const fn dialog(
        id: PanelId,
        (title, size): (&'static str, [f32; 2]),
        action: Action,
        create: Create,
    ) -> Self {
        let window = FloatingWindow { title, size };
        Self::new(id, Placement::Dialog(window), action, create)
    }

    /// A panel above all windows.
    pub const fn popup(id: PanelId, action: Action, create: Create) -> Self {
        Self::new(id, Placement::Popup, action, create)
    }

    const fn new(id: PanelId, placement: Placement, action: Action, create: Create) -> Self {
        let info = PanelInfo {
            id,
            placement,
            action,
        };
        Self { info, create }
    }
}

/// The panels of a running window. Content is created when it is first shown.
pub(crate) struct Panels(Vec<(&'static PanelRow, Option<Box<dyn Panel>>)>);

impl Panels {
    /// The panels of a table, none created yet.
    pub fn new(table: &'static [PanelRow]) -> Self {
        Self(table.iter().map(|row| (row, None)).collect())
    }

    /// Lets each panel take its keys, before anything is drawn.
    pub fn begin_pass(&mut self, ctx: &Context, pass: &mut Pass<'_, '_>) {
        for panel in self.0.iter_mut().filter_map(|(_, panel)| panel.as_mut()) {
            panel.begin_pass(ctx, pass);
        }
    }

    /// True while a panel that is shown has the keys to itself.
    pub fn takes_keys(&self, shown: &ShownPanels) -> bool {
        let mut panels = self.0.iter();
        panels.any(|(row, panel)| {
            let takes_keys = row.info.placement == Placement::Popup
                || panel.as_ref().is_some_and(|panel| panel.takes_keys());
            takes_keys && shown.is_shown(row.info.id)
        })
    }

    /// Draws a docked panel in all the room of `ui`.
    pub fn docked_ui(&mut self, id: PanelId, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        if let Some((row, panel)) = self.entry(id) {
            panel.get_or_insert_with(row.create).ui(ui, pass);
        }
    }

    /// Draws a popup while it is shown.
    pub fn popup_ui(&mut self, id: PanelId, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let Some((row, panel)) = self.entry(id) else {
            return;
        };
        if pass.state.panels.is_shown(id) {
            panel.get_or_insert_with(row.create).ui(ui, pass);
        } else {
            *panel = None;
        }
    }

    /// Draws the windows that are open.
    pub fn windows_ui(&mut self, ui: &Ui, pass: &mut Pass<'_, '_>) {
        for (row, panel) in &mut self.0 {
            let PanelInfo { id, placement, .. } = row.info;
            let Some(window) = placement.window() else {
                continue;
            };
            let mut is_open = pass.state.panels.is_shown(id);
            // A window that was closed is shown as well: it fades.
            Window::new(window.title)
                .id(window_id(id))
                .open(&mut is_open)
                .default_size(window.size)
                .default_pos(ui.ctx().content_rect().center() - Vec2::from(window.size) / 2.0)
                .collapsible(false)
                .show(ui.ctx(), |ui| {
                    panel.get_or_insert_with(row.create).ui(ui, pass);
                });
            pass.state.panels.set_shown(id, is_open);
        }
    }

    fn entry(&mut self, id: PanelId) -> Option<&mut (&'static PanelRow, Option<Box<dyn Panel>>)> {
        self.0.iter_mut().find(|(row, _)| row.info.id == id)
    }
}

/// Closes the window in front of all others; false if none is open.
pub(crate) fn close_front(ctx: &Context, panels: &mut ShownPanels) -> bool {
    let layers: Vec<_> = ctx.memory(|memory| memory.layer_ids().collect());
    let height = |info: &PanelInfo| {
        let layer = LayerId::new(Order::Middle, window_id(info.id));
        layers.iter().position(|other| *other == layer)
    };
    let open = panels.shown();
    let front = open
        .filter(|info| info.placement.window().is_some())
        .max_by_key(height);
    if let Some(info) = front {
        panels.set_shown(info.id, false);
    }
    front.is_some()
}

fn window_id(id: PanelId) -> Id {
    Id::unique(("window", id))
}
