//! The window's own work for one frame, with six lanes of twenty clips each; the target is below 2 ms.
//!
//! `cargo bench --bench ui_pass` measures a pass over all panels while playing, alone and with the tessellation that
//! egui does for the GPU. No picture is drawn.

#[path = "../ui_host/mod.rs"]
#[expect(
    dead_code,
    reason = "the host is shared with tests that use more of it"
)]
mod ui_host;

use criterion::Criterion;
use egui::{Context, FullOutput, Pos2, RawInput, Rect, vec2};
use sextet::project::{Clip, ClipId};
use sextet::time::Time;
use ui_host::Host;

const LANES: u32 = 6;
const CLIPS: u32 = 20;

/// The rich project with twenty clips on every lane.
fn crowded() -> Host {
    let mut host = ui_host::rich();
    for (lane, layer) in (0_u32..LANES).zip(&mut host.project.layers) {
        let media = layer.clips[0].media;
        let clip = |number: u32| {
            let id = ClipId(lane * 100 + number + 1);
            let start = Time::from_seconds(i64::from(number) * 5);
            let mut clip = Clip::new(id, media, start, Time::from_seconds(5));
            clip.fade_in = Time::from_seconds(1);
            clip
        };
        layer.clips = (0..CLIPS).map(clip).collect();
    }
    assert_eq!(host.project.validate(), Ok(()), "it holds its rules");
    host
}

/// One frame, a sixtieth of a second after the one before.
fn frame(ctx: &Context, host: &mut Host, number: u32) -> FullOutput {
    let input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0))),
        time: Some(f64::from(number) / 60.0),
        ..RawInput::default()
    };
    host.transport.playhead = Time::from_nanos(i64::from(number % 6000) * 16_666_667);
    ctx.run_ui(input, |ui| host.pass(ui))
}

fn passes(criterion: &mut Criterion) {
    let ctx = Context::default();
    sextet::ui::install(&ctx);
    let mut host = crowded();
    let mut number = 0;
    let mut next = |host: &mut Host| {
        number += 1;
        host.log.clear();
        let mut output = frame(&ctx, host, number);
        output.textures_delta.clear();
        output
    };
    // Thumbnails become textures a few a frame.
    for _ in 0..120 {
        next(&mut host);
    }
    criterion.bench_function("ui pass, 6 lanes of 20 clips", |bencher| {
        bencher.iter(|| next(&mut host));
    });
    criterion.bench_function("ui pass and tessellation, 6 lanes of 20 clips", |bencher| {
        bencher.iter(|| {
            let output = next(&mut host);
            ctx.tessellate(output.shapes, output.pixels_per_point)
        });
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    passes(&mut criterion);
    criterion.final_summary();
}
