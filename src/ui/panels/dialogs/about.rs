//! The program's version, and the licences of its parts.

use egui::{RichText, Ui};

use crate::ui::pass::Pass;
use crate::ui::style;

/// Draws the text.
pub(crate) fn about_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let title = format!("Sextet {}", env!("CARGO_PKG_VERSION"));
    ui.label(
        RichText::new(title)
            .font(style::semibold(15.0))
            .color(pass.theme.accent),
    );
    ui.label(env!("CARGO_PKG_DESCRIPTION"));
    ui.add_space(8.0);
    ui.label("Licensed under MIT or Apache-2.0, as you choose.");
    ui.label(
        "Type: Inter 4.001, © 2016 The Inter Project Authors, under the SIL Open Font License 1.1 \
         (assets/fonts/OFL.txt).",
    );
    ui.label("Decoding beyond HAP: FFmpeg, under its own licence.");
}
