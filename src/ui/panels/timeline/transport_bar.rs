//! Timecode, transport buttons and zoom, above the ruler. What there is no room for goes into a menu.

use egui::{Align, Layout, Rect, Slider, Ui, UiBuilder, vec2};

use super::marker_list::MARKERS;
use super::time_readout::TimeReadout;
use crate::ui::actions::perform;
use crate::ui::panels::top_bar::menu_item_ui;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{Icon, IconButton, MORE_WIDTH, more_ui, quiet_toggle, quiet_width};

/// Height of the bar.
pub(crate) const HEIGHT: f32 = 46.0;
/// Width of a transport button, and of a small one of the zoom.
const BUTTON: f32 = 27.0;
const SMALL_BUTTON: f32 = 18.0;
/// Width of the zoom's slider.
const SLIDER: f32 = 84.0;
/// Gap between the zoom controls.
const ZOOM_GAP: f32 = 4.0;
/// Gap between the groups of the bar, and to its right edge.
const GAP: f32 = 12.0;
const BUTTONS: usize = 7;

/// The transport buttons from left to right, each with its rank: the lower, the longer it stays in a narrow bar.
const RANKS: [(Action, usize); BUTTONS] = [
    (Action::ToStart, 3),
    (Action::StepBack, 1),
    (Action::PlayPause, 0),
    (Action::StepForward, 2),
    (Action::ToEnd, 5),
    (Action::Stop, 6),
    (Action::ToggleLoop, 4),
];

/// The extent of the zoom controls.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Zoom {
    Whole,
    Buttons,
    InAndOut,
    Nothing,
}

impl Zoom {
    /// Its width, with the gap on its left.
    fn width(self) -> f32 {
        let (small, gaps) = match self {
            Self::Nothing => return 0.0,
            Self::InAndOut => (2.0 * SMALL_BUTTON, 1.0),
            Self::Buttons => (3.0 * SMALL_BUTTON, 2.0),
            Self::Whole => (3.0 * SMALL_BUTTON + SLIDER, 3.0),
        };
        small + gaps * ZOOM_GAP + GAP
    }
}

/// The controls that fit beside the time readout.
#[derive(Clone, Copy, Debug, PartialEq)]
struct BarLayout {
    /// Gap between the buttons.
    spacing: f32,
    /// Number of buttons.
    buttons: usize,
    zoom: Zoom,
    /// True for the buttons beside the zoom: snapping, markers.
    has_extras: bool,
}

impl BarLayout {
    /// The most that fits in `room` points, of which the buttons beside the zoom take `extras`: they go first, then the
    /// slider, wide gaps, fit, zoom in and out, and at last transport buttons. What goes is in the menu.
    fn of(room: f32, extras: f32) -> Self {
        let plans = [
            (11.0, Zoom::Whole, true),
            (11.0, Zoom::Whole, false),
            (11.0, Zoom::Buttons, false),
            (5.0, Zoom::Buttons, false),
            (5.0, Zoom::InAndOut, false),
            (5.0, Zoom::Nothing, false),
        ];
        let plans = plans.map(|(spacing, zoom, has_extras)| Self {
            spacing,
            buttons: BUTTONS,
            zoom,
            has_extras,
        });
        let fits = |layout: &&Self| layout.width(extras) <= room;
        let rest = (room - MORE_WIDTH - GAP).max(0.0);
        plans.iter().find(fits).copied().unwrap_or_else(|| Self {
            spacing: 5.0,
            buttons: ((rest + 5.0) / (BUTTON + 5.0)) as usize,
            zoom: Zoom::Nothing,
            has_extras: false,
        })
    }

    /// Its width, the buttons beside the zoom taking `extras`.
    fn width(self, extras: f32) -> f32 {
        self.buttons_width() + self.right_width(extras)
    }

    /// The width of what is right of the transport buttons.
    fn right_width(self, extras: f32) -> f32 {
        let rest = if self.has_extras {
            extras
        } else {
            MORE_WIDTH + GAP
        };
        self.zoom.width() + rest
    }

    /// The actions that it leaves out, in the order of the menu.
    fn left_out(self) -> Vec<Action> {
        let buttons = RANKS.iter().filter(|(_, rank)| *rank >= self.buttons);
        let zoom: &[Action] = match self.zoom {
            Zoom::Whole | Zoom::Buttons => &[],
            Zoom::InAndOut => &[Action::ZoomFit],
            Zoom::Nothing => &[Action::ZoomFit, Action::ZoomIn, Action::ZoomOut],
        };
        let extras: &[Action] = if self.has_extras {
            &[]
        } else {
            &[Action::AddMarker, Action::ShowMarkers, Action::ToggleSnap]
        };
        let buttons = buttons.map(|(action, _)| *action);
        buttons.chain(zoom.iter().chain(extras).copied()).collect()
    }

    fn buttons_width(self) -> f32 {
        let count = self.buttons as f32;
        count * BUTTON + (count - 1.0).max(0.0) * self.spacing
    }
}

/// Draws the bar into a rectangle.
pub(crate) fn transport_bar_ui(
    ui: &mut Ui,
    rect: Rect,
    readout: &mut TimeReadout,
    pass: &mut Pass<'_, '_>,
) {
    let text_right = readout.ui(ui, rect, pass);
    let room = rect
        .with_min_x(text_right + GAP)
        .with_max_x(rect.right() - GAP);
    let extras = extras_width(ui, pass);
    let layout = BarLayout::of(room.width(), extras);
    let size = vec2(layout.buttons_width(), 30.0);
    let least = room.left() + size.x / 2.0;
    let most = room.right() - layout.right_width(extras) - size.x / 2.0;
    let centre = rect.center().x.min(most).max(least);
    let buttons = Rect::from_center_size(egui::pos2(centre, rect.center().y), size);
    ui.scope_builder(
        UiBuilder::new()
            .max_rect(buttons)
            .layout(Layout::left_to_right(Align::Center)),
        |ui| buttons_ui(ui, layout, pass),
    );
    let right = room.with_min_x(buttons.right() + GAP);
    ui.scope_builder(
        UiBuilder::new()
            .max_rect(right)
            .layout(Layout::right_to_left(Align::Center)),
        |ui| right_ui(ui, layout, pass),
    );
}

fn buttons_ui(ui: &mut Ui, layout: BarLayout, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let is_playing = pass.view.transport.is_playing;
    let is_looping = pass.view.project.is_looping;
    ui.spacing_mut().item_spacing.x = layout.spacing;
    for (action, _) in RANKS.iter().filter(|(_, rank)| *rank < layout.buttons) {
        let plain = |icon| IconButton::new(icon, action.label());
        let play = |icon, name| IconButton::new(icon, name).fill(theme.accent, theme.background);
        let (button, what) = match action {
            Action::ToStart => (plain(Icon::ToStart), action.label()),
            Action::StepBack => (plain(Icon::StepBack), action.label()),
            Action::StepForward => (plain(Icon::StepForward), action.label()),
            Action::ToEnd => (plain(Icon::ToEnd), action.label()),
            Action::Stop => (plain(Icon::Stop), action.label()),
            Action::ToggleLoop => {
                let button = plain(Icon::Loop).on(is_looping, theme.range);
                (button, action.label())
            }
            _ if is_playing => (play(Icon::Pause, "Pause"), "Pause"),
            _ => (play(Icon::Play, "Play"), "Play"),
        };
        let tooltip = action.tooltip(ui.ctx(), what);
        if button.ui(ui, theme, tooltip).clicked() {
            perform(*action, pass);
        }
    }
}

/// Draws zoom, snapping and markers from the right, and the menu of what is left out.
fn right_ui(ui: &mut Ui, layout: BarLayout, pass: &mut Pass<'_, '_>) {
    ui.spacing_mut().item_spacing.x = ZOOM_GAP;
    let left_out = layout.left_out();
    if !left_out.is_empty() {
        more_ui(ui, pass.theme, "More controls", |ui| {
            for action in left_out {
                menu_item_ui(ui, action, pass);
            }
        });
        ui.add_space(GAP - ZOOM_GAP);
    }
    zoom_ui(ui, layout.zoom, pass);
    if layout.has_extras {
        extras_ui(ui, pass);
    }
}

fn zoom_ui(ui: &mut Ui, zoom: Zoom, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let button = |ui: &mut Ui, icon, action: Action, pass: &mut Pass<'_, '_>| {
        let name = action.label();
        let tooltip = action.tooltip(ui.ctx(), name);
        if IconButton::new(icon, name)
            .quiet()
            .ui(ui, theme, tooltip)
            .clicked()
        {
            perform(action, pass);
        }
    };
    if zoom == Zoom::Nothing {
        return;
    }
    if zoom != Zoom::InAndOut {
        button(ui, Icon::Fit, Action::ZoomFit, pass);
    }
    button(ui, Icon::Plus, Action::ZoomIn, pass);
    if zoom == Zoom::Whole {
        slider_ui(ui, pass);
    }
    button(ui, Icon::Minus, Action::ZoomOut, pass);
}

fn markers_text(pass: &Pass<'_, '_>) -> String {
    format!("Markers {}", pass.view.project.markers.len())
}

/// The width that the buttons beside the zoom take.
fn extras_width(ui: &Ui, pass: &Pass<'_, '_>) -> f32 {
    quiet_width(ui, &markers_text(pass)) + quiet_width(ui, "Snap") + GAP
}

fn extras_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    ui.add_space(6.0);
    let markers = markers_text(pass);
    let is_shown = pass.state.panels.is_shown(MARKERS);
    let tooltip = Action::ShowMarkers.tooltip(ui.ctx(), "The list of markers");
    if quiet_toggle(ui, theme, (&markers, is_shown), tooltip).clicked() {
        perform(Action::ShowMarkers, pass);
    }
    let is_snapping = pass.state.timeline.is_snapping;
    let tooltip = "Clips snap to edges, markers and the playhead  (hold Ctrl or Alt not to)";
    let tooltip = Action::ToggleSnap.tooltip(ui.ctx(), tooltip);
    if quiet_toggle(ui, theme, ("Snap", is_snapping), tooltip).clicked() {
        perform(Action::ToggleSnap, pass);
    }
}

fn slider_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ui.spacing_mut().slider_width = SLIDER;
    let mut share = pass.state.timeline.zoom_share();
    let slider = Slider::new(&mut share, 0.0..=1.0).show_value(false);
    let response = ui.add(slider).accessible_name("Timeline zoom");
    if response.changed() {
        pass.state.timeline.set_zoom_share(share);
    }
    response.on_hover_text("Zoom of the timeline  (Ctrl+wheel)");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_room_puts_extras_into_the_menu_first_then_the_zoom_then_buttons() {
        let extras = 120.0;
        let mut last = (BUTTONS + 1, f32::INFINITY);
        for room in (30..700).rev() {
            let room = room as f32;
            let layout = BarLayout::of(room, extras);
            assert!(layout.width(extras) <= room, "{layout:?} in {room}");
            let now = (layout.buttons, layout.zoom.width());
            assert!(now.0 <= last.0 && now.1 <= last.1, "{layout:?} in {room}");
            assert!(layout.buttons == BUTTONS || layout.zoom == Zoom::Nothing);
            // The slider alone is in no menu: zooming in and out is.
            let buttons = RANKS.iter().filter(|(_, rank)| *rank < layout.buttons);
            let left_out = layout.left_out();
            for (action, _) in RANKS {
                let is_shown = buttons.clone().any(|(shown, _)| *shown == action);
                assert_ne!(is_shown, left_out.contains(&action), "{action:?} in {room}");
            }
            assert_eq!(left_out.contains(&Action::ToggleSnap), !layout.has_extras);
            last = now;
        }
        let whole = BarLayout::of(700.0, extras);
        assert!(whole.zoom == Zoom::Whole && whole.left_out().is_empty());
    }
}
