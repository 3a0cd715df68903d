//! The numbers beside the pointer while something is dragged.

use egui::{
    Align2, Color32, Id, LayerId, Order, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};

use crate::ui::pass::Pass;
use crate::ui::style;

/// Draws a line of text beside the pointer, as a label in AccessKit.
pub(crate) fn readout_ui(ui: &Ui, text: &str, pass: &Pass<'_, '_>) {
    let Some(pointer) = ui.ctx().pointer_latest_pos() else {
        return;
    };
    let theme = pass.theme;
    let layer = LayerId::new(Order::Tooltip, Id::unique("drag readout"));
    let painter = ui.ctx().layer_painter(layer);
    let galley = painter.layout_no_wrap(text.to_owned(), style::medium(style::SMALL), theme.strong);
    let size = galley.size() + vec2(14.0, 8.0);
    let mut rect = Rect::from_min_size(pointer + vec2(14.0, 14.0), size);
    let room = ui.ctx().content_rect().shrink(4.0);
    if rect.right() > room.right() {
        rect = Align2::RIGHT_TOP.anchor_size(pointer + vec2(-10.0, 14.0), size);
    }
    if rect.bottom() > room.bottom() {
        rect = rect.translate(vec2(0.0, -size.y - 24.0));
    }
    painter.rect_filled(rect, 4.0, theme.background);
    let stroke = Stroke::new(1.0, theme.line);
    painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
    painter.galley(rect.min + vec2(7.0, 4.0), galley, Color32::PLACEHOLDER);
    let response = ui.interact(Rect::NOTHING, Id::unique("drag readout"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}
