//! The row of the two scales, which a chain between their fields links.

use egui::{Color32, Id, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::parameter_row::{keyed_row_ui, parameter_ui};
use crate::project::{Layer, LayerValues, Parameter};
use crate::ui::pass::Pass;
use crate::ui::widgets::FIELD_HEIGHT;

/// Width of the chain in points.
const CHAIN_WIDTH: f32 = 18.0;

/// Draws the row.
pub(crate) fn scale_row_ui(ui: &mut Ui, layers: &[&Layer], pass: &mut Pass<'_, '_>) {
    let parameters = [Parameter::ScaleX, Parameter::ScaleY];
    keyed_row_ui(ui, "Scale", layers, &parameters, pass, |ui, width, pass| {
        let width = (width - CHAIN_WIDTH) / 2.0;
        let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.x);
        parameter_ui(ui, width, layers, Parameter::ScaleX, pass);
        chain_ui(ui, pass);
        // The gap to the keyframe buttons is that of the other rows.
        ui.spacing_mut().item_spacing.x = gap;
        parameter_ui(ui, width, layers, Parameter::ScaleY, pass);
    });
}

fn chain_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let size = vec2(CHAIN_WIDTH, FIELD_HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = ui.interact(rect, Id::unique("scale chain"), Sense::click());
    let is_linked = pass.state.is_scale_linked;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_linked, "Link scales"));
    if response.clicked() {
        pass.state.is_scale_linked = !is_linked;
    }
    let theme = pass.theme;
    let colour = match (is_linked, response.hovered() || response.has_focus()) {
        (true, false) => theme.accent,
        (false, false) => theme.dim,
        (_, true) => theme.strong,
    };
    paint_chain(ui, rect.center(), is_linked, colour);
    response.on_hover_text(if is_linked {
        "Across and down keep their proportions; hold Shift to free them, click to unlink"
    } else {
        "Across and down are set one by one; click to link them"
    });
}

/// Draws two links, one within the other where they hold.
fn paint_chain(ui: &Ui, centre: Pos2, is_linked: bool, colour: Color32) {
    let apart = if is_linked { 2.2 } else { 3.8 };
    for side in [-1.0, 1.0] {
        let link = Rect::from_center_size(centre + vec2(side * apart, 0.0), vec2(6.6, 5.0));
        let stroke = Stroke::new(1.2, colour);
        ui.painter()
            .rect_stroke(link, 2.5, stroke, StrokeKind::Middle);
    }
}

/// True if the scales are linked now: Shift frees them while one is dragged.
pub(crate) fn is_scale_linked(ui: &Ui, pass: &Pass<'_, '_>) -> bool {
    // With Shift, Tab leaves a field that was typed in.
    let is_freed = ui.input(|input| input.modifiers.shift && input.pointer.primary_down());
    pass.state.is_scale_linked && !is_freed
}

/// The values that follow from setting a parameter: of linked scales the other one keeps its proportion to it.
pub(crate) fn with_linked(
    old: &LayerValues,
    (parameter, value): (Parameter, f32),
    is_linked: bool,
) -> Vec<(Parameter, f32)> {
    let other = match parameter {
        Parameter::ScaleX if is_linked => Parameter::ScaleY,
        Parameter::ScaleY if is_linked => Parameter::ScaleX,
        _ => return vec![(parameter, value)],
    };
    let (before, beside) = (parameter.of(old), other.of(old));
    // Equal ones stay so to the bit; from nothing, which has no proportions, both grow alike.
    let beside = if beside == before || before == 0.0 {
        value
    } else {
        beside * (value / before)
    };
    let (least, greatest) = other.range();
    vec![(parameter, value), (other, beside.clamp(least, greatest))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(scale: [f32; 2], to: (Parameter, f32)) -> Vec<f32> {
        let mut old = LayerValues::default();
        old.transform.scale = scale;
        let values = with_linked(&old, to, true);
        values.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn linked_scales_keep_their_proportions() {
        use Parameter as P;
        assert_eq!(linked([1.0, 0.5], (P::ScaleX, 0.5)), [0.5, 0.25]);
        assert_eq!(linked([1.0, 0.5], (P::ScaleY, 1.0)), [1.0, 2.0]);
        assert_eq!(linked([0.1, 0.1], (P::ScaleX, 0.7)), [0.7, 0.7]);
        assert_eq!(linked([0.0, 0.5], (P::ScaleX, 2.0)), [2.0, 2.0]);
        assert_eq!(linked([1.0, -1.0], (P::ScaleX, 2.0)), [2.0, -2.0]);
        assert_eq!(linked([1e-6, 1e6], (P::ScaleX, 1.0)), [1.0, 1e6]);
        assert_eq!(linked([1.0, 1.0], (P::Rotation, 5.0)), [5.0]);
    }
}
