//! The window's own work for one frame, with six lanes of twenty clips each; the target is below 2 ms.
//!
//! `cargo bench --bench ui_pass` measures a pass over all panels while playing, alone and with the tessellation that
//! egui does for the GPU. No picture is drawn. It also says what the performance panel costs of that, by leaving it out,
//! and the plots over the last minute, by opening them; the target for the panel is below 0.5 ms.

#[path = "../support/ui_host.rs"]
#[expect(
    dead_code,
    reason = "the host is shared with tests that use more of it"
)]
mod ui_host;

use criterion::Criterion;
use egui::{Context, Event, FullOutput, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use sextet::project::{Clip, ClipId};
use sextet::status::snapshot::{LayerSample, Sample};
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

/// A minute of samples, four a second, for every plot there is.
fn with_history(mut host: Host) -> Host {
    let time = |sample: i64| Time::from_nanos(sample * 250_000_000);
    host.snapshot.history = (0..240)
        .map(|sample| Sample {
            time: time(sample),
            frame_ms: 16.7,
            worst_frame_ms: 18.0,
            ..Sample::default()
        })
        .collect();
    for layer in &mut host.snapshot.layers {
        layer.history = (0..240)
            .map(|sample| LayerSample {
                time: time(sample),
                hit_rate: 1.0,
                read_ms: [0.3, 0.5, (sample % 7) as f32],
                fill: 0.8,
                lost: u32::from(sample % 60 == 7),
                lost_at: (sample % 60 == 7).then(|| time(sample)),
            })
            .collect();
    }
    host
}

/// One frame, a sixtieth of a second after the one before, with a key pressed in it or none.
fn frame(ctx: &Context, host: &mut Host, number: u32, key: Option<Key>) -> FullOutput {
    let press = |key| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::CTRL | Modifiers::COMMAND,
    };
    let input = RawInput {
        events: key.map(press).into_iter().collect(),
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0))),
        time: Some(f64::from(number) / 60.0),
        ..RawInput::default()
    };
    host.transport.playhead = Time::from_nanos(i64::from(number % 6000) * 16_666_667);
    ctx.run_ui(input, |ui| host.pass(ui))
}

/// A window that plays, drawn again and again.
struct Playing {
    ctx: Context,
    host: Host,
    number: u32,
}

impl Playing {
    /// A window in which the panels of these keys were shown or hidden.
    fn new(host: Host, keys: &[Key]) -> Self {
        let ctx = Context::default();
        sextet::ui::install(&ctx);
        let number = 0;
        let mut playing = Self { ctx, host, number };
        // Thumbnails become textures a few a frame.
        for frame in 0..120 {
            playing.next(keys.get(frame).copied());
        }
        playing
    }

    fn next(&mut self, key: Option<Key>) -> FullOutput {
        self.number += 1;
        self.host.log.clear();
        let mut output = frame(&self.ctx, &mut self.host, self.number, key);
        output.textures_delta.clear();
        output
    }
}

fn passes(criterion: &mut Criterion) {
    let mut whole = Playing::new(crowded(), &[]);
    criterion.bench_function("ui pass, 6 lanes of 20 clips", |bencher| {
        bencher.iter(|| whole.next(None));
    });
    criterion.bench_function("ui pass and tessellation, 6 lanes of 20 clips", |bencher| {
        bencher.iter(|| {
            let output = whole.next(None);
            whole.ctx.tessellate(output.shapes, output.pixels_per_point)
        });
    });
    let mut without = Playing::new(crowded(), &[Key::Num3]);
    criterion.bench_function("ui pass without the performance panel", |bencher| {
        bencher.iter(|| without.next(None));
    });
    let mut with_plots = Playing::new(with_history(crowded()), &[Key::P]);
    criterion.bench_function("ui pass with the plots over the last minute", |bencher| {
        bencher.iter(|| with_plots.next(None));
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    passes(&mut criterion);
    criterion.final_summary();
}
