//! A thin line that shows a level from 0 to 1 and is dragged to set it.

use egui::{
    Color32, CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Ui, WidgetInfo,
    accesskit::Action,
};

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
}

/// Points above and below the line that belong to it.
const REACH: f32 = 3.0;
/// One press of an arrow key.
const KEY_STEP: f32 = 0.01;

/// Draws a level and returns its new value while it is being set: by dragging, by arrow keys up and down, by AccessKit.
pub(crate) fn level_ui(ui: &Ui, id: Id, value: f32, level: Level<'_>) -> (Response, Option<f32>) {
    let response = ui
        .interact(
            level.rect.expand2([0.0, REACH].into()),
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
    paint_line(ui, &response, set.unwrap_or(value), level, theme);
    (response, set)
}

fn new_value(ui: &Ui, response: &Response, value: f32, rect: Rect) -> Option<f32> {
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
