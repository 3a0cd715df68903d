//! `sextet bench seek`: from a jump to the exact frame, of the playhead or of one layer while others play.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::baseline::{Bare, BareReport};
use super::concurrent_load::{BesideReport, Playing};
use crate::cli::graphics::headless_gpu;
use crate::cli::{output, play, project_input};
use crate::control::headless::{self, SETTLE_LIMIT};
use crate::control::random::Random;
use crate::engine::{Engine, EngineOptions};
use crate::media::hap::testcard::read_index_grid;
use crate::media::proxy::ProxyStore;
use crate::media::{self, TextureSupport, Video};
use crate::project::{Clip, ClipId, Layer, LayerId, MediaId, MediaRef, Project};
use crate::stats::durations::Durations;
use crate::stats::report::Percentiles;
use crate::status::snapshot::ProxyStatus;
use crate::time::{Clock, FrameIndex, Time};

/// Time limit for a single frame; after it the frame counts as never delivered.
pub(super) const LIMIT: Time = Time::from_seconds(10);

/// Time limit for opening the file, and for its proxy to make no progress. Both are done at the lowest priority,
/// so a machine busy with something else takes its time.
const PATIENCE: Time = Time::from_seconds(120);

/// Seed of the random positions.
const SEED: u64 = 0x5EED;

/// Arguments of `bench seek`.
#[derive(clap::Args, Clone, Debug)]
pub struct SeekArgs {
    /// The file.
    media: PathBuf,
    /// Number of jumps, to positions that are random but the same in every run.
    #[arg(long, default_value_t = 500, value_name = "N", value_parser = clap::value_parser!(u32).range(1..),
          allow_negative_numbers = true)]
    count: u32,
    /// Jump to places within so many frames of the middle of the file, as a hand does that looks for one.
    #[arg(long, value_name = "FRAMES", conflicts_with_all = ["beside", "back"],
          allow_negative_numbers = true)]
    within: Option<u32>,
    /// Step one frame back each time, from the last frame on.
    #[arg(long, conflicts_with = "beside")]
    back: bool,
    /// Play these files beside it, and jump in the first alone, as slipping its clip does; nothing is drawn then.
    #[arg(long, num_args = 1.., value_name = "MEDIA", conflicts_with = "renderer")]
    beside: Vec<PathBuf>,
    /// Draw each frame and, for a test card, read its index back from the pixels; or do everything but draw.
    #[arg(long, value_enum, default_value_t = play::Renderer::None)]
    renderer: play::Renderer,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// The result; its names are a contract. Times are in milliseconds.
#[derive(Serialize)]
struct Report {
    schema: u32,
    media: String,
    count: u32,
    verified: u32,
    seek_ms: Percentiles,
    /// To the first picture of the frame asked for, a proxy's or its own; where the file has a proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_ms: Option<Percentiles>,
    /// Nothing where frames stand alone.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    bare: Option<BareReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<BesideReport>,
}

/// Jumps and measures; exit code 1 if a frame was not the one asked for, or never came, or if layers beside lost more
/// than a run may.
///
/// # Errors
/// If the file cannot be read, or has a single frame.
pub fn run(args: &SeekArgs) -> anyhow::Result<ExitCode> {
    project_input::refuse_project(&args.media)?;
    let media = media::open_video(&args.media, TextureSupport::BlockCompressed)?;
    if media.facts.timing.frames() < 2 {
        bail!(
            "there is nowhere to jump in a file of one frame: {}",
            args.media.display()
        );
    }
    let report = if args.beside.is_empty() {
        from_rest(args, &media)?
    } else {
        while_playing(args, &media)?
    };
    output::print_line(&if args.json {
        serde_json::to_string_pretty(&report)?
    } else {
        summary(&report)
    })?;
    let beside_held = report.beside.is_none_or(|beside| !beside.fell_short());
    Ok(if report.verified == args.count && beside_held {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn from_rest(args: &SeekArgs, media: &Video) -> anyhow::Result<Report> {
    let mut run = Run::begin(media, args.renderer)?;
    run.wait_for_proxy();
    let mut bare = if args.back || args.within.is_some() {
        // What is had from memory is not to be held against decoding.
        None
    } else {
        Bare::open(media)?
    };
    let mut places = Places::new(args, media);
    let mut durations = Durations::default();
    let mut first_pictures = Durations::default();
    let mut verified = 0;
    for _ in 0..args.count {
        let target = places.next(run.shown());
        if let Some(jump) = run.seek(target) {
            durations.record(jump.exact);
            first_pictures.record(jump.first_picture);
            verified += u32::from(run.is_right_picture(target));
            if let Some(bare) = &mut bare {
                bare.measure(target.frame, jump.exact)?;
            }
        }
    }
    let has_proxy = run.engine.proxy_status(MediaId(1)) == ProxyStatus::Ready;
    Ok(Report {
        proxy_ms: has_proxy.then(|| (&first_pictures).into()),
        bare: bare.map(Bare::report),
        ..report(args, verified, &durations, None)
    })
}

fn while_playing(args: &SeekArgs, media: &Video) -> anyhow::Result<Report> {
    let mut playing = Playing::begin(media, &args.beside)?;
    let mut random = Random::new(SEED);
    let mut durations = Durations::default();
    let mut verified = 0;
    for _ in 0..args.count {
        if let Some((duration, is_right)) = playing.jump(&mut random) {
            durations.record(duration);
            verified += u32::from(is_right);
        }
    }
    let beside = Some(playing.finish());
    Ok(report(args, verified, &durations, beside))
}

fn report(
    args: &SeekArgs,
    verified: u32,
    durations: &Durations,
    beside: Option<BesideReport>,
) -> Report {
    Report {
        schema: 1,
        media: args.media.display().to_string(),
        count: args.count,
        verified,
        seek_ms: durations.into(),
        proxy_ms: None,
        bare: None,
        beside,
    }
}

fn summary(report: &Report) -> String {
    let ms = &report.seek_ms;
    let mut lines = vec![format!(
        "{} jumps, {} exact: median {:.2} ms, 95 % within {:.2} ms, 99 % within {:.2} ms, longest {:.2} ms",
        report.count, report.verified, ms.p50, ms.p95, ms.p99, ms.max
    )];
    lines.extend(report.proxy_ms.as_ref().map(|ms| {
        format!(
            "the first picture, the proxy's or its own: median {:.2} ms, 95 % within {:.2} ms, 99 % within {:.2} ms, \
             longest {:.2} ms",
            ms.p50, ms.p95, ms.p99, ms.max
        )
    }));
    lines.extend(report.bare.map(|bare| bare.sentence()));
    lines.extend(report.beside.map(|beside| beside.sentence()));
    lines.join("\n")
}

/// Target of a jump: the time, and the frame that belongs there.
#[derive(Clone, Copy)]
struct Target {
    time: Time,
    frame: FrameIndex,
}

/// Latency of a jump.
#[derive(Clone, Copy)]
struct Jump {
    /// Until a picture of the frame was there: its proxy, or itself.
    first_picture: Time,
    /// Until the frame itself was there.
    exact: Time,
}

/// Targets of the jumps of a run, in order.
enum Places<'a> {
    /// Anywhere, or near the middle: canvas frames from the first on, so many of them.
    Random {
        media: &'a Video,
        random: Random,
        first: i64,
        count: i64,
    },
    /// One frame back each time, and from the first frame to the last.
    Back { media: &'a Video, next: u64 },
}

impl<'a> Places<'a> {
    fn new(args: &SeekArgs, media: &'a Video) -> Self {
        let timing = &media.facts.timing;
        if args.back {
            let next = timing.frames() - 1;
            return Self::Back { media, next };
        }
        let all = timing.rate().frame_at(timing.duration()).max(2);
        let (first, count) = args.within.map_or((0, all), |within| {
            let within = i64::from(within).max(1);
            let first = (all / 2 - within).max(0);
            (first, (2 * within + 1).min(all - first))
        });
        Self::Random {
            media,
            random: Random::new(SEED),
            first,
            count,
        }
    }

    /// A place that is not the one on screen.
    fn next(&mut self, shown: Option<FrameIndex>) -> Target {
        match self {
            Self::Random {
                media,
                random,
                first,
                count,
            } => {
                let timing = &media.facts.timing;
                loop {
                    let time = timing.rate().time_of(*first + random.below(*count));
                    let frame = timing.frame_at(time);
                    if shown != Some(frame) {
                        return Target { time, frame };
                    }
                }
            }
            Self::Back { media, next } => {
                let timing = &media.facts.timing;
                let frame = FrameIndex(*next);
                *next = next.checked_sub(1).unwrap_or_else(|| timing.frames() - 1);
                let time = timing.time_of(frame);
                Target { time, frame }
            }
        }
    }
}

/// An engine that shows one file, on a canvas of its size and rate.
struct Run {
    engine: Engine,
    clock: Clock,
    /// True if each picture's pixels carry its frame index.
    has_index_grid: bool,
}

impl Run {
    fn begin(media: &Video, renderer: play::Renderer) -> anyhow::Result<Self> {
        let gpu = match renderer {
            play::Renderer::None => None,
            play::Renderer::Gpu => {
                let gpu = headless_gpu();
                Some(gpu.context("leave out --renderer to measure without a GPU")?)
            }
        };
        let has_index_grid = gpu.is_some() && is_test_card(media)?;
        let options = EngineOptions {
            proxies: ProxyStore::standard(),
            ..EngineOptions::default()
        };
        let mut engine = Engine::new(options, Clock::system(), gpu)?;
        engine.set_project(Arc::new(project(media)));
        headless::settle(&mut engine, PATIENCE, || false);
        if let Some(error) = engine.media_error(MediaId(1)) {
            bail!("{error}");
        }
        if engine.media_facts(MediaId(1)).is_none() {
            let (path, limit) = (media.facts.path.display(), PATIENCE.seconds());
            bail!(
                "did not open within {limit} s, since the machine or its disk is too busy: {path}"
            );
        }
        Ok(Self {
            engine,
            clock: Clock::system(),
            has_index_grid,
        })
    }

    /// Waits until the file's proxy is there, if it is to have one: it is made once, and found from then on. Says why where
    /// it gets none.
    fn wait_for_proxy(&mut self) {
        let mut last = (ProxyStatus::None, self.clock.now());
        let mut told = None;
        while self.engine.is_making_proxies() {
            self.engine.tick();
            let (status, now) = (self.engine.proxy_status(MediaId(1)), self.clock.now());
            if status != last.0 {
                if let ProxyStatus::Making { percent } = status
                    && told.replace(percent / 10) != Some(percent / 10)
                {
                    output::remark(&format!("making its proxy: {percent} %"));
                }
                last = (status, now);
            }
            if now - last.1 > PATIENCE {
                output::remark(
                    "its proxy is not waited for any longer, since the machine or its disk is too busy",
                );
                return;
            }
            self.engine.wait_a_moment();
        }
        if let ProxyStatus::Refused(reason) = self.engine.proxy_status(MediaId(1)) {
            output::remark(&format!("no proxy is made: {reason}"));
        }
        headless::settle(&mut self.engine, SETTLE_LIMIT, || false);
    }

    fn shown(&self) -> Option<FrameIndex> {
        self.engine.snapshot().layers.first()?.shown
    }

    /// Jumps, and waits for the exact frame; gives how long it took, or nothing if it did not come.
    fn seek(&mut self, target: Target) -> Option<Jump> {
        let begin = self.clock.now();
        let limit = begin + LIMIT;
        let mut first_picture = None;
        self.engine.seek(target.time);
        loop {
            self.engine.tick();
            let now = self.clock.now();
            if self.proxy_shown() == Some(target.frame) {
                first_picture.get_or_insert(now - begin);
            }
            if self.shown() == Some(target.frame) {
                // The next jump is one from rest, as a user's is.
                headless::settle(&mut self.engine, SETTLE_LIMIT, || false);
                let exact = now - begin;
                return Some(Jump {
                    first_picture: first_picture.unwrap_or(exact),
                    exact,
                });
            }
            if now > limit {
                return None;
            }
            self.engine.wait_a_moment();
        }
    }

    fn proxy_shown(&self) -> Option<FrameIndex> {
        self.engine.snapshot().layers.first()?.proxy
    }

    /// True if the picture on screen is the one asked for: by the engine's frame key, and for a test card
    /// that is drawn its pixels do.
    fn is_right_picture(&mut self, target: Target) -> bool {
        if self.shown() != Some(target.frame) {
            return false;
        }
        if !self.has_index_grid {
            return true;
        }
        let picture = self.engine.read_canvas();
        picture.is_some_and(|picture| read_index_grid(&picture) == Some(target.frame.0))
    }
}

/// True if the file's pictures carry their index, judged by the first and the last.
fn is_test_card(media: &Video) -> anyhow::Result<bool> {
    let last = FrameIndex(media.facts.timing.frames() - 1);
    for frame in [FrameIndex(0), last] {
        if read_index_grid(&media::frame_rgba(media, frame)?) != Some(frame.0) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn project(media: &Video) -> Project {
    let facts = &media.facts;
    let mut project = Project::default();
    project.canvas.width_px = facts.width_px;
    project.canvas.height_px = facts.height_px;
    project.canvas.frame_rate = facts.timing.rate();
    project.media.push(MediaRef {
        id: MediaId(1),
        path: facts.path.clone(),
        absolute_hint: None,
        fingerprint: None,
    });
    let mut layer = Layer::new(LayerId(1), "1".to_owned(), 0);
    let duration = facts.timing.duration();
    layer
        .clips
        .push(Clip::new(ClipId(1), MediaId(1), Time::ZERO, duration));
    project.layers.push(layer);
    project
}
