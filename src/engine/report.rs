//! The engine's numbers as the report that scripts read.

use super::view::{EngineView, LayerView};
use crate::media::io::ReadReason;
use crate::project::shown;
use crate::settings::PrebufferDepth;
use crate::stats::Counts;
use crate::stats::process::ProcessUsage;
use crate::stats::report::{
    CanvasReport, DrawingReport, LayerIdentity, LayerReport, PrebufferReport, ReadingReport,
    Report, SCHEMA,
};

/// Makes the report of so many seconds of playing.
pub(super) fn report(view: &EngineView<'_>, seconds: f64, drawing: DrawingReport) -> Report {
    let canvas = &view.project.canvas;
    let layers: Vec<LayerReport> = view
        .layers()
        .enumerate()
        .map(|(index, layer)| layer_report(view, index, &layer, seconds))
        .collect();
    let mut totals = Counts::default();
    for layer in &layers {
        totals.add(&layer.counts.counts);
    }
    Report {
        schema: SCHEMA,
        seconds,
        canvas: CanvasReport {
            width: canvas.width_px,
            height: canvas.height_px,
            fps: canvas.frame_rate.to_string(),
        },
        adapter: view.target.adapter(),
        totals: totals.into(),
        layers,
        drawing,
        sound: None,
        process: ProcessUsage::now(),
        soak: None,
        verdict: None,
    }
}

fn layer_report(
    view: &EngineView<'_>,
    index: usize,
    layer: &LayerView<'_>,
    seconds: f64,
) -> LayerReport {
    let source = view.source_of(layer.main);
    // A file that never opened has no frames that could fail.
    let failure = || {
        let clip = layer.layer.clips.first()?;
        view.library.error(clip.media)
    };
    let error = view.error_of(layer.state).or_else(failure);
    let identity = source.map_or_else(LayerIdentity::default, |source| {
        let facts = &source.video.facts;
        let reading = source.video.reading();
        LayerIdentity {
            media: shown(&facts.path).to_string(),
            path: facts.played_by.name().to_owned(),
            codec: facts.codec.clone(),
            width: facts.width_px,
            height: facts.height_px,
            fps: facts.timing.rate().to_string(),
            io: view.playback.backend(reading.backend).name().to_owned(),
            reading: reading_report(&reading.why),
            decoding: (source.video.health.decoding())
                .map_or_else(String::new, |decoding| decoding.to_string()),
            health: source.video.health.counts(),
        }
    });
    let slots = view.player.slots(layer.main.id);
    let frame_bytes = source.map_or(0, |source| source.video.layout.bytes);
    let fills = view.decks_of(layer.state).map(|deck| deck.fill);
    let (filled, ticks) = fills.fold((0, 0), |sum, fill| (sum.0 + fill.0, sum.1 + fill.1));
    let depths = || view.decks_of(layer.state).filter_map(|deck| deck.depth);
    let prebuffer = PrebufferReport {
        slots,
        auto: view.playback.prebuffer == PrebufferDepth::Auto,
        min_slots: depths().map(|depth| depth.0).min().unwrap_or(slots),
        max_slots: depths().map(|depth| depth.1).max().unwrap_or(slots),
        bytes: frame_bytes * slots as u64,
        mean_fill: if ticks == 0 {
            0.0
        } else {
            filled as f64 / ticks as f64
        },
        over_budget: (view.player.budget_shortage()).filter(|_| frame_bytes > 0),
    };
    let error = error.map(str::to_owned);
    let recorder = &layer.state.recorder;
    LayerReport::new(index, identity, error, recorder, prebuffer, seconds)
}

fn reading_report(why: &ReadReason) -> ReadingReport {
    let reason = why.name().to_owned();
    match why {
        ReadReason::InPageCache { percent } => ReadingReport {
            reason,
            cached_percent: Some(*percent),
            ..ReadingReport::default()
        },
        ReadReason::Measured {
            direct_mb_per_s,
            cached_mb_per_s,
            measured,
            ..
        } => ReadingReport {
            reason,
            measured: Some((*measured).into()),
            direct_mb_per_s: Some(*direct_mb_per_s),
            cached_mb_per_s: Some(*cached_mb_per_s),
            ..ReadingReport::default()
        },
        ReadReason::Asked(_)
        | ReadReason::Refused { .. }
        | ReadReason::Demuxed
        | ReadReason::Proxy
        | ReadReason::NoDirectReads { .. }
        | ReadReason::NotMeasured => ReadingReport {
            reason,
            ..ReadingReport::default()
        },
    }
}
