//! The field for the number of frames that each layer reads ahead: a number, or below the least one `auto`.

use egui::{DragValue, Response, Ui};

use crate::settings::{MAX_PREBUFFER, MIN_PREBUFFER, PrebufferDepth};
use crate::status::Snapshot;

/// The number that stands for `auto`.
const AUTO: usize = MIN_PREBUFFER - 1;

/// Draws the field. With `auto` it says how many frames that is now.
pub(crate) fn prebuffer_field_ui(
    ui: &mut Ui,
    depth: &mut PrebufferDepth,
    snapshot: &Snapshot,
) -> Response {
    let now = snapshot.layers.iter().map(|layer| layer.slots.len()).max();
    let mut frames = match *depth {
        PrebufferDepth::Auto => AUTO,
        PrebufferDepth::Frames(frames) => frames,
    };
    let field = DragValue::new(&mut frames)
        .range(AUTO..=MAX_PREBUFFER)
        .speed(0.05)
        .custom_formatter(move |frames, _| text(frames, now.unwrap_or(0)))
        .custom_parser(number);
    let response = ui.add(field);
    if response.changed() {
        *depth = if frames < MIN_PREBUFFER {
            PrebufferDepth::Auto
        } else {
            PrebufferDepth::Frames(frames)
        };
    }
    response.on_hover_text(
        "Frames that each layer reads ahead, 3 to 16; below that, auto: as many as cover the longest reads of late",
    )
}

fn text(frames: f64, now: usize) -> String {
    match frames.round() {
        frames if frames >= MIN_PREBUFFER as f64 => format!("{frames}"),
        _ if now > 0 => format!("auto (now {now})"),
        _ => "auto".to_owned(),
    }
}

fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.starts_with("auto") {
        return Some(AUTO as f64);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back() {
        for frames in AUTO..=MAX_PREBUFFER {
            let shown = text(frames as f64, 7);
            assert_eq!(number(&shown), Some(frames as f64), "{shown}");
        }
        assert_eq!(text(AUTO as f64, 7), "auto (now 7)");
        assert_eq!(text(AUTO as f64, 0), "auto", "nothing plays");
        assert_eq!(number("many"), None);
    }
}
