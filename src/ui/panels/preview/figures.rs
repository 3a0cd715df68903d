//! The figures at the pointer while a handle is dragged.

use egui::{Align2, Id, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

use crate::project::LayerValues;
use crate::ui::style;
use crate::ui::theme::Theme;

/// From the pointer to the figures, in points, clear of the pointer's own picture.
const OFFSET: Vec2 = vec2(18.0, 20.0);
/// Between the figures and their frame, in points.
const MARGIN: Vec2 = vec2(7.0, 4.0);

/// A number with at most one decimal, which is left out where it is 0.
fn short(value: f32) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match text {
        "-0" => "0".to_owned(),
        text => text.replace('-', "−"),
    }
}

/// The same with its sign, for a difference.
fn signed(value: f32) -> String {
    let text = short(value);
    if value > 0.0 && text != "0" {
        format!("+{text}")
    } else {
        text
    }
}

/// A position, or the way of several layers.
pub(crate) fn position(values: &LayerValues) -> String {
    let [x, y] = values.transform.position_px;
    format!("x {}  y {}", short(x), short(y))
}

/// A way on the canvas.
pub(crate) fn way(by: Vec2) -> String {
    format!("x {}  y {}", signed(by.x), signed(by.y))
}

/// Factors across and down, one number where they are the same.
pub(crate) fn percent([across, down]: [f32; 2]) -> String {
    let [across, down] = [across, down].map(|factor| short(factor * 100.0));
    if across == down {
        format!("{across} %")
    } else {
        format!("{across} × {down} %")
    }
}

/// An angle.
pub(crate) fn degrees(degrees: f32) -> String {
    format!("{}°", short(degrees))
}

/// The angle that several layers are turned by.
pub(crate) fn by_degrees(degrees: f32) -> String {
    format!("{}°", signed(degrees))
}

/// Draws figures beside the pointer, within the stage.
pub(crate) fn figures_ui(ui: &Ui, stage: Rect, pointer: Pos2, text: &str) {
    // The picture below is the same in both themes.
    let theme = Theme::dark();
    let painter = ui.painter_at(stage);
    let font = style::medium(style::SMALL);
    let galley = painter.layout_no_wrap(text.to_owned(), font, theme.strong);
    let size = galley.size() + MARGIN * 2.0;
    let mut rect = Align2::LEFT_TOP.anchor_size(pointer + OFFSET, size);
    if rect.right() > stage.right() {
        rect = rect.translate(vec2(-size.x - 2.0 * OFFSET.x, 0.0));
    }
    if rect.bottom() > stage.bottom() {
        rect = rect.translate(vec2(0.0, -size.y - 1.5 * OFFSET.y));
    }
    painter.rect_filled(rect, 4.0, theme.background.gamma_multiply(0.9));
    let stroke = Stroke::new(1.0, theme.line);
    painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
    painter.galley(rect.min + MARGIN, galley, theme.strong);
    let response = ui.interact(rect, Id::unique("preview figures"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_as_short_as_they_can_be() {
        assert_eq!(short(-38.5), "−38.5");
        assert_eq!((short(-0.01), signed(0.01)), ("0".into(), "0".into()));
        assert_eq!(way(vec2(30.0, -12.0)), "x +30  y −12");
        assert_eq!(percent([0.45, 0.45]), "45 %");
        assert_eq!(percent([0.45, 0.6]), "45 × 60 %");
        assert_eq!(by_degrees(15.0), "+15°");
    }
}
