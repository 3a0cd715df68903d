//! A panel, the rows of the table of panels, and the panels of a running window.

use std::collections::BTreeMap;

use egui::{Context, Id, LayerId, Order, Rect, Ui, Vec2, Window, pos2, vec2};

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

/// Gap between two tool windows, and offset of one that has no room beside the others.
const GAP: f32 = 8.0;
const CASCADE: f32 = 26.0;

/// The panels of a running window. Content is created when it is first shown.
pub(crate) struct Panels {
    rows: Vec<(&'static PanelRow, Option<Box<dyn Panel>>)>,
    /// Where tool windows were when they were last seen, by name.
    places: BTreeMap<&'static str, Rect>,
}

impl Panels {
    /// The panels of a table, none created yet.
    pub fn new(table: &'static [PanelRow]) -> Self {
        Self {
            rows: table.iter().map(|row| (row, None)).collect(),
            places: BTreeMap::new(),
        }
    }

    /// Gives tool windows the places that they had in the last run.
    pub fn set_tool_places(&mut self, places: &BTreeMap<String, [f32; 4]>) {
        for (row, _) in &self.rows {
            let name = row.info.id.0;
            if let Some([left, top, width, height]) = places.get(name) {
                let place = Rect::from_min_size(pos2(*left, *top), vec2(*width, *height));
                self.places.insert(name, place);
            }
        }
    }

    /// The places of tool windows, by name.
    pub fn tool_places(&self) -> BTreeMap<String, [f32; 4]> {
        let places = self.places.iter();
        places
            .map(|(name, place)| {
                let [min, size] = [place.min.to_vec2(), place.size()];
                ((*name).to_owned(), [min.x, min.y, size.x, size.y])
            })
            .collect()
    }

    /// Lets each panel take its keys, before anything is drawn.
    pub fn begin_pass(&mut self, ctx: &Context, pass: &mut Pass<'_, '_>) {
        for panel in self.rows.iter_mut().filter_map(|(_, panel)| panel.as_mut()) {
            panel.begin_pass(ctx, pass);
        }
    }

    /// True while a panel that is shown has the keys to itself.
    pub fn takes_keys(&self, shown: &ShownPanels) -> bool {
        let mut panels = self.rows.iter();
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

    /// Draws the windows that are open. Tools open in `free`, beside each other, and afterwards where they were.
    pub fn windows_ui(&mut self, ui: &Ui, free: Option<Rect>, pass: &mut Pass<'_, '_>) {
        let screen = ui.ctx().content_rect();
        let free = free.unwrap_or_else(|| screen.shrink(GAP));
        let mut open = self.open_tools(pass);
        for (row, panel) in &mut self.rows {
            let PanelInfo { id, placement, .. } = row.info;
            let Some(window) = placement.window() else {
                continue;
            };
            let size = Vec2::from(window.size);
            let place = match placement {
                Placement::Tool(_) => match self.places.get(id.0) {
                    Some(place) => *place,
                    None => beside(&open, size, free),
                },
                Placement::Docked | Placement::Dialog(_) | Placement::Popup => {
                    Rect::from_center_size(screen.center(), size.min(screen.size()))
                }
            };
            let mut is_open = pass.state.panels.is_shown(id);
            // A window that was closed is shown as well: it fades.
            let shown = Window::new(window.title)
                .id(window_id(id))
                .open(&mut is_open)
                .default_size(place.size())
                .default_pos(place.min)
                .collapsible(false)
                .show(ui.ctx(), |ui| {
                    panel.get_or_insert_with(row.create).ui(ui, pass);
                });
            if let (Some(shown), Placement::Tool(_), true) = (shown, placement, is_open) {
                self.places.insert(id.0, shown.response.rect);
                open.push(shown.response.rect);
            }
            pass.state.panels.set_shown(id, is_open);
        }
    }

    /// The places of the tool windows that are open already.
    fn open_tools(&self, pass: &Pass<'_, '_>) -> Vec<Rect> {
        let shown = pass.state.panels.shown();
        shown
            .filter(|info| matches!(info.placement, Placement::Tool(_)))
            .filter_map(|info| self.places.get(info.id.0).copied())
            .collect()
    }

    fn entry(&mut self, id: PanelId) -> Option<&mut (&'static PanelRow, Option<Box<dyn Panel>>)> {
        self.rows.iter_mut().find(|(row, _)| row.info.id == id)
    }
}

/// The place of a window of this size beside those that are open: at the right end of `free`, or as far left as it must
/// be; over the first of them, a little aside, where there is no room.
fn beside(open: &[Rect], size: Vec2, free: Rect) -> Rect {
    let size = size.min(free.size());
    let at = |right: f32| Rect::from_min_size(pos2(right - size.x, free.bottom() - size.y), size);
    let mut right = free.right();
    while right - size.x >= free.left() {
        let place = at(right);
        let covered = open.iter().filter(|other| other.intersects(place));
        match covered.map(|other| other.left()).min_by(f32::total_cmp) {
            Some(left) => right = left - GAP,
            None => return place,
        }
    }
    let aside = CASCADE * open.len() as f32;
    let place = at(free.right()).translate(vec2(-aside, -aside));
    place.translate((free.min - place.min).max(Vec2::ZERO))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_open_beside_each_other_and_aside_where_there_is_no_room() {
        let free = Rect::from_min_size(pos2(0.0, 600.0), vec2(1600.0, 360.0));
        let size = vec2(620.0, 460.0);
        let mut open = Vec::new();
        for count in 0..5 {
            let place = beside(&open, size, free);
            assert!(free.contains_rect(place), "{place:?}");
            let is_covered = open.iter().any(|other: &Rect| other.intersects(place));
            assert_eq!(is_covered, count >= 2, "{place:?} of {open:?}");
            assert!(!open.contains(&place), "never hidden as a whole");
            open.push(place);
        }
        let tiny = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 50.0));
        assert_eq!(beside(&[], size, tiny), tiny);
    }
}
