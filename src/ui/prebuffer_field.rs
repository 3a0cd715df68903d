//! The field for the number of frames that each layer reads ahead: a number, or below the least one `auto`.

use egui::{Ui, Vec2};

use crate::settings::{MAX_PREBUFFER, MIN_PREBUFFER, PrebufferDepth};
use crate::status::Snapshot;
use crate::time::formula::Unit;
use crate::ui::widgets::{Field, Word};

/// The number that stands for `auto`.
const AUTO: usize = MIN_PREBUFFER - 1;

/// Draws the field, whose name in AccessKit is `name`; returns the depth that the user gives. With `auto` it says how
/// many frames that is now.
pub(crate) fn prebuffer_field_ui(
    ui: &mut Ui,
    size: Vec2,
    name: &str,
    depth: PrebufferDepth,
    snapshot: &Snapshot,
) -> Option<PrebufferDepth> {
    let now = snapshot.layers.iter().map(|layer| layer.slots.len()).max();
    let shown = match now {
        Some(now) if now > 0 => format!("auto (now {now})"),
        _ => "auto".to_owned(),
    };
    let frames = match depth {
        PrebufferDepth::Auto => AUTO,
        PrebufferDepth::Frames(frames) => frames,
    };
    let range = AUTO as f64..=MAX_PREBUFFER as f64;
    let field = Field {
        speed: 0.05,
        word: Some(Word {
            typed: "auto",
            shown: &shown,
            value: AUTO as f64,
        }),
        tooltip: "Frames that each layer reads ahead, 3 to 16; below that, auto: as many as cover the longest reads of late",
        ..Field::new(name, frames as f64, range, Unit::Frames)
    };
    let (_, change) = field.ui(ui, size);
    let frames = change?.applied_to(field.value, false, &field.range).round() as usize;
    Some(if frames < MIN_PREBUFFER {
        PrebufferDepth::Auto
    } else {
        PrebufferDepth::Frames(frames)
    })
}
