//! Small pieces of the window as pictures. They were made with Mesa's llvmpipe; set `UPDATE_SNAPSHOTS=1` to make them
//! anew there.

mod ui_host;

use egui_kittest::kittest::Queryable as _;
use egui_kittest::{SnapshotOptions, image_snapshot_options};
use image::RgbaImage;
use ui_host::{harness, rich};

/// Draws the whole window once, and cuts out pieces.
fn window() -> RgbaImage {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, [1280.0, 720.0]);
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
fn the_media_bin_the_timeline_and_the_performance_table_look_as_they_did() {
    let window = window();
    compare(&window, "ui_media_bin", [0, 34], [238, 240]);
    compare(&window, "ui_timeline", [380, 455], [320, 240]);
    compare(&window, "ui_performance", [950, 410], [320, 200]);
}
