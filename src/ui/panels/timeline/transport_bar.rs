//! Timecode, transport buttons and zoom, above the ruler.

use egui::{Align, Layout, Rect, Slider, Ui, UiBuilder, vec2};

use super::time_readout::TimeReadout;
use crate::ui::actions::perform;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{Icon, IconButton, quiet_button, quiet_toggle, quiet_width};

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
}

impl BarLayout {
    /// The most that fits in `room` points: the slider goes first, then wide gaps, fit, zoom in and out, and at last
    /// buttons that have a key or an equivalent.
    fn of(room: f32) -> Self {
        let plans = [
            (11.0, Zoom::Whole),
            (11.0, Zoom::Buttons),
            (5.0, Zoom::Buttons),
            (5.0, Zoom::InAndOut),
            (5.0, Zoom::Nothing),
        ];
        let plans = plans.map(|(spacing, zoom)| Self {
            spacing,
            buttons: BUTTONS,
            zoom,
        });
        let fits = |layout: &&Self| layout.buttons_width() + layout.zoom.width() <= room;
        plans.iter().find(fits).copied().unwrap_or_else(|| Self {
            spacing: 5.0,
            buttons: ((room + 5.0) / (BUTTON + 5.0)).max(0.0) as usize,
            zoom: Zoom::Nothing,
        })
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
    let layout = BarLayout::of(room.width());
    let size = vec2(layout.buttons_width(), 30.0);
    let least = room.left() + size.x / 2.0;
    let most = room.right() - layout.zoom.width() - size.x / 2.0;
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
        |ui| zoom_ui(ui, layout.zoom, pass),
    );
}

fn buttons_ui(ui: &mut Ui, layout: BarLayout, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let is_playing = pass.view.transport.is_playing;
    let is_looping = pass.view.project.is_looping;
    ui.spacing_mut().item_spacing.x = layout.spacing;
    let (icon, name) = if is_playing {
        (Icon::Pause, "Pause")
    } else {
        (Icon::Play, "Play")
    };
    let plain = |icon, action: Action| (IconButton::new(icon, action.label()), action);
    // Each with its rank: the lower, the longer it stays in a narrow bar.
    let buttons = [
        (plain(Icon::ToStart, Action::ToStart), 3),
        (plain(Icon::StepBack, Action::StepBack), 1),
        (
            (
                IconButton::new(icon, name).fill(theme.accent, theme.background),
                Action::PlayPause,
            ),
            0,
        ),
        (plain(Icon::StepForward, Action::StepForward), 2),
        (plain(Icon::ToEnd, Action::ToEnd), 5),
        (plain(Icon::Stop, Action::Stop), 6),
        (
            (
                IconButton::new(Icon::Loop, "Loop").on(is_looping, theme.range),
                Action::ToggleLoop,
            ),
            4,
        ),
    ];
    let shown = buttons
        .into_iter()
        .filter(|(_, rank)| *rank < layout.buttons);
    for ((button, action), _) in shown {
        let what = if action == Action::PlayPause {
            name
        } else {
            action.label()
        };
        let tooltip = action.tooltip(ui.ctx(), what);
        if button.ui(ui, theme, tooltip).clicked() {
            perform(action, pass);
        }
    }
}

fn zoom_ui(ui: &mut Ui, zoom: Zoom, pass: &mut Pass<'_, '_>) {
    if zoom == Zoom::Nothing {
        return;
    }
    let theme = pass.theme;
    ui.spacing_mut().item_spacing.x = ZOOM_GAP;
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
    if zoom != Zoom::InAndOut {
        button(ui, Icon::Fit, Action::ZoomFit, pass);
    }
    button(ui, Icon::Plus, Action::ZoomIn, pass);
    if zoom == Zoom::Whole {
        slider_ui(ui, pass);
    }
    button(ui, Icon::Minus, Action::ZoomOut, pass);
    ui.add_space(6.0);
    let markers = format!("Markers {}", pass.view.project.markers.len());
    let needed = quiet_width(ui, &markers) + quiet_width(ui, "Snap");
    if zoom != Zoom::Whole || ui.available_width() < needed {
        return;
    }
    let tooltip = Action::AddMarker.tooltip(ui.ctx(), "Add a marker at the playhead");
    if quiet_button(ui, theme, &markers, tooltip).clicked() {
        perform(Action::AddMarker, pass);
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
    fn less_room_leaves_out_the_slider_first_then_fit_then_buttons() {
        let mut last = (BUTTONS + 1, f32::INFINITY);
        for room in (0..500).rev() {
            let room = room as f32;
            let layout = BarLayout::of(room);
            let width = layout.buttons_width() + layout.zoom.width();
            assert!(width <= room.max(0.0), "{layout:?} in {room}");
            let now = (layout.buttons, layout.zoom.width());
            assert!(now.0 <= last.0 && now.1 <= last.1, "{layout:?} in {room}");
            assert!(layout.buttons == BUTTONS || layout.zoom == Zoom::Nothing);
            last = now;
        }
        assert_eq!(BarLayout::of(500.0).zoom, Zoom::Whole);
    }
}
