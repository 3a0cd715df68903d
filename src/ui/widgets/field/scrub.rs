//! Dragging a field.

use egui::{Response, Ui, emath};

use super::memory::Memory;
use super::number::Field;

/// How much slower a drag is with Shift.
const FINE: f64 = 0.1;

/// The value that a drag of the field has come to in this pass.
pub(super) fn scrubbed(ui: &Ui, response: &Response, field: &Field<'_>) -> Option<f64> {
    if !response.dragged() {
        return None;
    }
    let is_fine = ui.input(|input| input.modifiers.shift);
    let speed = if is_fine { FINE } else { 1.0 };
    let by = f64::from(response.drag_delta().x) * speed;
    let known = Memory::with(ui.ctx(), |memory| memory.scrub);
    let start = match known {
        Some((id, exact)) if id == response.id && !response.drag_started() => exact,
        _ => field.value,
    };
    let width = response.rect.width();
    let (least, most) = (*field.range.start(), *field.range.end());
    let exact = match field.slider {
        Some(slider) => slider.moved(start, by / f64::from(width.max(1.0))),
        // No further out than the end, so that the way back begins at once.
        None => (start + by * field.speed).clamp(least, most),
    };
    Memory::with(ui.ctx(), |memory| memory.scrub = Some((response.id, exact)));
    let near = match field.slider {
        Some(slider) if !is_fine => slider.snapped(exact, width),
        Some(_) => exact,
        // A round number within the width of a point.
        None => {
            let reach = field.speed * speed;
            emath::smart_aim::best_in_range_f64(exact - reach, exact + reach)
        }
    };
    let decimals = field.decimals + usize::from(is_fine);
    Some(emath::round_to_decimals(near, decimals).clamp(least, most))
}
