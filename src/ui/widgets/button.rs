//! Buttons: with an icon, with quiet text, and the letter chips of a layer.

use egui::{
    Button, Color32, CornerRadius, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo,
};

use super::Icon;
use crate::ui::style;
use crate::ui::theme::Theme;

/// A button with a drawn icon.
pub(crate) struct IconButton {
    icon: Icon,
    name: &'static str,
    size: Vec2,
    fill: Option<Color32>,
    colour: Option<Color32>,
    is_on: Option<bool>,
    is_quiet: bool,
}

impl IconButton {
    /// A button of ordinary size; `name` says its effect.
    pub fn new(icon: Icon, name: &'static str) -> Self {
        Self {
            icon,
            name,
            size: Vec2::new(27.0, 25.0),
            fill: None,
            colour: None,
            is_on: None,
            is_quiet: false,
        }
    }

    /// With a colour of its own.
    pub fn fill(mut self, fill: Color32, colour: Color32) -> Self {
        self.fill = Some(fill);
        self.colour = Some(colour);
        self
    }

    /// A toggle, shown in this colour while it is on.
    pub fn on(mut self, is_on: bool, colour: Color32) -> Self {
        self.is_on = Some(is_on);
        if is_on {
            self.colour = Some(colour);
        }
        self
    }

    /// Small, and without a frame until the pointer is on it.
    pub fn quiet(mut self) -> Self {
        self.size = Vec2::splat(18.0);
        self.is_quiet = true;
        self
    }

    /// Draws it.
    pub fn ui(self, ui: &mut Ui, theme: &Theme, tooltip: String) -> Response {
        let (rect, response) = ui.allocate_exact_size(self.size, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| match self.is_on {
            Some(is_on) => WidgetInfo::selected(Role::Button, is_enabled, is_on, self.name),
            None => WidgetInfo::labeled(Role::Button, is_enabled, self.name),
        });
        let is_hot = response.hovered() || response.has_focus();
        let fill = match (self.fill, is_hot) {
            (Some(fill), false) => fill,
            (Some(fill), true) => fill.lerp_to_gamma(theme.strong, 0.15),
            (None, true) => theme.hovered,
            (None, false) if self.is_quiet => Color32::TRANSPARENT,
            (None, false) => theme.raised,
        };
        ui.painter()
            .rect_filled(rect, CornerRadius::same(style::RADIUS), fill);
        if response.has_focus() {
            focus_ring(ui, rect, theme);
        }
        let idle = if self.is_quiet { theme.dim } else { theme.text };
        self.icon
            .paint(ui.painter(), rect, self.colour.unwrap_or(idle));
        response.on_hover_text(tooltip)
    }
}

/// A button that is only text until the pointer is on it.
pub(crate) fn quiet_button(ui: &mut Ui, theme: &Theme, text: &str, tooltip: String) -> Response {
    let text = RichText::new(text)
        .font(style::regular(style::SMALL))
        .color(theme.dim);
    ui.add(Button::new(text).frame_when_inactive(false).small())
        .on_hover_text(tooltip)
}

/// The room that a quiet button with this text takes in a row, in points, its distance to the next one included.
pub(crate) fn quiet_width(ui: &Ui, text: &str) -> f32 {
    text_width(ui, text) + 2.0 * ui.spacing().button_padding.x + ui.spacing().item_spacing.x
}

/// The width of a small text in one line, in points.
pub(crate) fn text_width(ui: &Ui, text: &str) -> f32 {
    let font = style::regular(style::SMALL);
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x.ceil() + 1.0
}

/// Quiet text that is on or off.
pub(crate) fn quiet_toggle(
    ui: &mut Ui,
    theme: &Theme,
    (text, is_on): (&str, bool),
    tooltip: String,
) -> Response {
    let colour = if is_on { theme.accent } else { theme.dim };
    let rich = RichText::new(text)
        .font(style::regular(style::SMALL))
        .color(colour);
    let response = ui.add(Button::new(rich).frame_when_inactive(false).small());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_enabled, is_on, text));
    response.on_hover_text(tooltip)
}

/// A small square toggle with a letter. `name` is its name in AccessKit.
pub(crate) fn toggle_chip(
    ui: &Ui,
    rect: egui::Rect,
    id: egui::Id,
    (letter, name): (&str, &str),
    on: Option<Color32>,
) -> Response {
    let theme = Theme::of(ui.ctx());
    let response = ui.interact(rect, id, Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), on.is_some(), name));
    let idle = if response.hovered() {
        theme.hovered
    } else {
        theme.raised
    };
    let (fill, text) = match on {
        Some(colour) => (colour, theme.background),
        None => (idle, theme.dim),
    };
    ui.painter().rect_filled(rect, 3.0, fill);
    if response.has_focus() {
        focus_ring(ui, rect, theme);
    }
    ui.painter().text(
        rect.center(),
        egui::Align2::CENTER_CENTER,
        letter,
        style::medium(10.0),
        text,
    );
    response
}

fn focus_ring(ui: &Ui, rect: egui::Rect, theme: &Theme) {
    let stroke = Stroke::new(1.0, theme.accent);
    ui.painter()
        .rect_stroke(rect, f32::from(style::RADIUS), stroke, StrokeKind::Outside);
}
