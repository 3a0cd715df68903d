//! Small pieces of the window as pictures. They were made with Mesa's llvmpipe; set `UPDATE_SNAPSHOTS=1` to make them
//! anew there.

use crate::ui_host::{harness, rich};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{SnapshotOptions, image_snapshot_options};
use image::RgbaImage;

/// Draws the whole window in a theme, with a clip selected.
fn window(theme: egui::Theme) -> RgbaImage {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, [1280.0, 720.0]);
    harness.ctx.set_theme(theme);
    harness.get_by_label_contains("waves_storm.mov, 00").click();
    harness.run_steps(20);
    harness.remove_cursor();
    harness.run_steps(20);
    harness.render().expect("drawn")
}

fn compare(window: &RgbaImage, name: &str, [x, y]: [u32; 2], [width, height]: [u32; 2]) {
    let piece = image::imageops::crop_imm(window, x, y, width, height).to_image();
    let options = SnapshotOptions::new()
        .threshold(0.8)
        .max_failed_pixels(10)
        .output_path("tests/snapshots");
    image_snapshot_options(&piece, name, &options);
}

#[test]
fn the_panels_look_as_they_did() {
    let window = window(egui::Theme::Dark);
    compare(&window, "ui_media_bin", [0, 34], [238, 240]);
    compare(&window, "ui_inspector", [950, 34], [320, 240]);
    compare(&window, "ui_timeline", [380, 455], [320, 240]);
    compare(&window, "ui_performance", [950, 410], [320, 200]);
}

#[test]
fn the_light_theme_looks_as_it_did() {
    let window = window(egui::Theme::Light);
    compare(&window, "ui_light_inspector", [950, 34], [320, 240]);
    compare(&window, "ui_light_timeline", [380, 455], [320, 240]);
}
