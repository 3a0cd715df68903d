//! A bar that shows a level from 0 to 1 and is dragged to set it.

use egui::{
    Align2, Color32, CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, accesskit::Action, pos2,
};

use crate::ui::style;
use crate::ui::theme::Theme;

/// The appearance of a level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level<'a> {
    /// Its name in AccessKit.
    pub name: &'a str,
    /// The rectangle that it fills.
    pub rect: Rect,
    /// The colour of the filled part.
    pub colour: Color32,
    /// True if it stands for several values that differ; the value is then that of one of them.
    pub is_mixed: bool,
    /// True for a field with its value written in it, false for a thin line.
    pub is_field: bool,
}

/// One press of an arrow key.
const KEY_STEP: f32 = 0.01;

/// Draws a level and returns its new value while it is being set: by dragging, by arrow keys up and down, by AccessKit;
/// a double click sets it to 1.
pub(crate) fn level_ui(ui: &Ui, id: Id, value: f32, level: Level<'_>) -> (Response, Option<f32>) {
    let reach = if level.is_field { 0.0 } else { 3.0 };
    let response = ui
        .interact(
            level.rect.expand2([0.0, reach].into()),
            id,
            Sense::click_and_drag(),
        )
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), f64::from(value), level.name));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(1.0);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
    let set = new_value(ui, &response, value, level.rect);
    let theme = Theme::of(ui.ctx());
    if level.is_field {
        paint_field(ui, &response, set.unwrap_or(value), level, theme);
    } else {
        paint_line(ui, &response, set.unwrap_or(value), level, theme);
    }
    (response, set)
}

fn new_value(ui: &Ui, response: &Response, value: f32, rect: Rect) -> Option<f32> {
    if response.double_clicked() {
        return Some(1.0);
    }
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let share = (pointer.x - rect.left()) / rect.width().max(1.0);
        return Some((share.clamp(0.0, 1.0) * 100.0).round() / 100.0);
    }
    let steps = key_steps(ui, response);
    (steps != 0.0).then(|| (value + steps * KEY_STEP).clamp(0.0, 1.0))
}

fn key_steps(ui: &Ui, response: &Response) -> f32 {
    let mut steps = ui.input(|input| {
        input.num_accesskit_action_requests(response.id, Action::Increment) as f32
            - input.num_accesskit_action_requests(response.id, Action::Decrement) as f32
    });
    if response.has_focus() {
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        ui.input_mut(|input| {
            steps += input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as f32;
            steps -= input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as f32;
        });
    }
    steps
}

fn paint_field(ui: &Ui, response: &Response, value: f32, level: Level<'_>, theme: &Theme) {
    let painter = ui.painter();
    painter.rect_filled(level.rect, 3.0, theme.background);
    let mut filled = level.rect.shrink(1.0);
    filled.set_right(filled.left() + filled.width() * value.clamp(0.0, 1.0));
    painter.rect_filled(filled, 2.0, level.colour.gamma_multiply(0.38));
    let edge = Rect::from_min_max(
        pos2((filled.right() - 2.0).max(filled.left()), filled.top()),
        filled.max,
    );
    painter.rect_filled(edge, 0.0, level.colour);
    let is_hot = response.hovered() || response.has_focus();
    let border = if is_hot { theme.faint } else { theme.line };
    painter.rect_stroke(
        level.rect,
        3.0,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
    painter.text(
        level.rect.right_center() - egui::vec2(7.0, 0.0),
        Align2::RIGHT_CENTER,
        if level.is_mixed {
            "—".to_owned()
        } else {
            format!("{:.0} %", value * 100.0)
        },
        style::regular(style::TEXT),
        theme.text,
    );
}

fn paint_line(ui: &Ui, response: &Response, value: f32, level: Level<'_>, theme: &Theme) {
    let painter = ui.painter();
    let is_hot = response.hovered() || response.dragged() || response.has_focus();
    let rect = if is_hot {
        level.rect.expand2([0.0, 1.0].into())
    } else {
        level.rect
    };
    painter.rect_filled(rect, 1.5, theme.background);
    let mut filled = rect;
    filled.set_right(rect.left() + rect.width() * value.clamp(0.0, 1.0));
    painter.rect_filled(filled, 1.5, level.colour);
}
