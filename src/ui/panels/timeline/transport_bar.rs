//! Timecode, transport buttons and zoom, above the ruler.

use egui::{Align, Layout, Rect, Slider, Ui, UiBuilder, vec2};

use super::time_readout::TimeReadout;
use crate::ui::actions::{perform, static_label};
use crate::ui::shortcuts::Action;
use crate::ui::state::Pass;
use crate::ui::widgets::{Icon, IconButton, quiet_button, quiet_toggle};

/// Height of the bar.
pub(crate) const HEIGHT: f32 = 46.0;
const BUTTONS_WIDTH: f32 = 260.0;

/// Draws the bar into a rectangle.
pub(crate) fn transport_bar_ui(
    ui: &mut Ui,
    rect: Rect,
    readout: &mut TimeReadout,
    pass: &mut Pass<'_, '_>,
) {
    let text_right = readout.ui(ui, rect, pass);
    let size = vec2(BUTTONS_WIDTH, 30.0);
    let centre = rect.center().x.max(text_right + 12.0 + size.x / 2.0);
    let buttons = Rect::from_center_size(egui::pos2(centre, rect.center().y), size);
    ui.scope_builder(
        UiBuilder::new()
            .max_rect(buttons)
            .layout(Layout::left_to_right(Align::Center)),
        |ui| buttons_ui(ui, pass),
    );
    let right = Rect::from_min_max(egui::pos2(buttons.right() + 10.0, rect.top()), rect.max);
    ui.scope_builder(
        UiBuilder::new()
            .max_rect(right)
            .layout(Layout::right_to_left(Align::Center)),
        |ui| zoom_ui(ui, pass),
    );
}

fn buttons_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let is_playing = pass.view.transport.is_playing;
    let is_looping = pass.view.project.is_looping;
    ui.spacing_mut().item_spacing.x = 11.0;
    let (icon, name) = if is_playing {
        (Icon::Pause, "Pause")
    } else {
        (Icon::Play, "Play")
    };
    let plain = |icon, action| (IconButton::new(icon, static_label(action)), action);
    let buttons = [
        plain(Icon::ToStart, Action::ToStart),
        plain(Icon::StepBack, Action::StepBack),
        (
            IconButton::new(icon, name).fill(theme.accent, theme.background),
            Action::PlayPause,
        ),
        plain(Icon::StepForward, Action::StepForward),
        plain(Icon::ToEnd, Action::ToEnd),
        plain(Icon::Stop, Action::Stop),
        (
            IconButton::new(Icon::Loop, "Loop").on(is_looping, theme.range),
            Action::ToggleLoop,
        ),
    ];
    for (button, action) in buttons {
        let what = if action == Action::PlayPause {
            name
        } else {
            static_label(action)
        };
        let tooltip = action.tooltip(ui.ctx(), what);
        if button.ui(ui, theme, tooltip).clicked() {
            perform(action, pass);
        }
    }
}

fn zoom_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    ui.add_space(10.0);
    ui.spacing_mut().item_spacing.x = 4.0;
    let button = |ui: &mut Ui, icon, action: Action, pass: &mut Pass<'_, '_>| {
        let name = static_label(action);
        let tooltip = action.tooltip(ui.ctx(), name);
        if IconButton::new(icon, name)
            .quiet()
            .ui(ui, theme, tooltip)
            .clicked()
        {
            perform(action, pass);
        }
    };
    button(ui, Icon::Fit, Action::ZoomFit, pass);
    button(ui, Icon::Plus, Action::ZoomIn, pass);
    ui.spacing_mut().slider_width = 84.0;
    let mut share = pass.state.timeline.zoom_share();
    let slider = Slider::new(&mut share, 0.0..=1.0).show_value(false);
    let response = ui.add(slider).accessible_name("Timeline zoom");
    if response.changed() {
        pass.state.timeline.set_zoom_share(share);
    }
    response.on_hover_text("Zoom of the timeline  (Ctrl+wheel)");
    button(ui, Icon::Minus, Action::ZoomOut, pass);
    ui.add_space(6.0);
    if ui.available_width() < 120.0 {
        return;
    }
    let markers = pass.view.project.markers.len();
    let tooltip = Action::AddMarker.tooltip(ui.ctx(), "Add a marker at the playhead");
    if quiet_button(ui, theme, &format!("Markers {markers}"), tooltip).clicked() {
        perform(Action::AddMarker, pass);
    }
    let is_snapping = pass.state.timeline.is_snapping;
    let tooltip = "Clips snap to edges, markers and the playhead  (hold Ctrl or Alt not to)";
    let tooltip = Action::ToggleSnap.tooltip(ui.ctx(), tooltip);
    if quiet_toggle(ui, theme, ("Snap", is_snapping), tooltip).clicked() {
        perform(Action::ToggleSnap, pass);
    }
}
