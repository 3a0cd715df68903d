//! The engine's numbers as the report that scripts read.

use super::deck::{Lane, error_of};
use super::deck_assignment::{Dealing, home_of, main_of};
use super::options::PlaybackSettings;
use crate::library::Library;
use crate::playback::Player;
use crate::project::Project;
use crate::stats::AdapterInfo;
use crate::stats::process::ProcessUsage;
use crate::stats::report::{
    CanvasReport, DrawingReport, LayerIdentity, LayerReport, PrebufferReport, Report, SCHEMA,
};
use crate::stats::{Counts, LayerRecorder};

/// What the report is made from.
pub struct Parts<'a> {
    /// The project.
    pub project: &'a Project,
    /// The voices of its layers, by lane.
    pub lanes: &'a [Lane],
    /// What was measured, by lane.
    pub recorders: &'a [LayerRecorder],
    /// How clips are dealt out among voices, by lane.
    pub dealings: &'a [Dealing],
    /// Its media files.
    pub library: &'a Library,
    /// Its prebuffers.
    pub player: &'a Player,
    /// The adapter.
    pub adapter: Option<AdapterInfo>,
    /// How frames are read.
    pub settings: PlaybackSettings,
    /// Time played, in seconds.
    pub seconds: f64,
    /// What the drawing thread did.
    pub drawing: DrawingReport,
}

/// Makes the report.
pub fn report(parts: &Parts<'_>) -> Report {
    let canvas = &parts.project.canvas;
    let layers: Vec<LayerReport> = parts
        .project
        .layers
        .iter()
        .enumerate()
        .filter_map(|(index, layer)| {
            let home = home_of(parts.lanes, layer.id)?;
            Some(layer_report(parts, index, home))
        })
        .collect();
    let mut totals = Counts::default();
    for layer in &layers {
        totals.add(&layer.counts.counts);
    }
    Report {
        schema: SCHEMA,
        seconds: parts.seconds,
        canvas: CanvasReport {
            width: canvas.width_px,
            height: canvas.height_px,
            fps: canvas.frame_rate.to_string(),
        },
        adapter: parts.adapter.clone(),
        totals: totals.into(),
        layers,
        drawing: parts.drawing,
        process: ProcessUsage::now(),
        soak: None,
    }
}

fn layer_report(parts: &Parts<'_>, index: usize, home: usize) -> LayerReport {
    let lane_index = main_of(parts.lanes, parts.dealings, home);
    let lane = &parts.lanes[lane_index];
    let source = lane
        .last_source
        .and_then(|source| parts.library.by_source(source));
    let failure = || {
        let layer = parts.project.layers.get(index)?;
        let clip = layer.clips.first()?;
        parts.library.error(clip.media).map(str::to_owned)
    };
    let error = error_of(parts.lanes, home)
        .map(str::to_owned)
        .or_else(failure);
    let identity = source.map_or_else(LayerIdentity::default, |source| {
        let facts = &source.media.facts;
        LayerIdentity {
            media: facts.path.display().to_string(),
            path: facts.played_by.name().to_owned(),
            codec: facts.codec.clone(),
            width: facts.width_px,
            height: facts.height_px,
            fps: facts.timing.rate().to_string(),
            io: parts
                .settings
                .backend(source.media.read_path.backend)
                .name()
                .to_owned(),
            decoding: (source.media.health.decoding())
                .map_or_else(String::new, |decoding| decoding.to_string()),
            health: source.media.health.counts(),
        }
    });
    let slots = parts.player.slots(lane_index);
    let frame_bytes = source.map_or(0, |source| source.media.layout.bytes);
    let voices = parts.lanes.iter().filter(|lane| lane.home == home);
    let (filled, ticks) = voices.fold((0, 0), |(filled, ticks), lane| {
        (filled + lane.fill.0, ticks + lane.fill.1)
    });
    let prebuffer = PrebufferReport {
        slots,
        bytes: frame_bytes * slots as u64,
        mean_fill: if ticks == 0 {
            0.0
        } else {
            filled as f64 / ticks as f64
        },
    };
    let (recorder, seconds) = (&parts.recorders[home], parts.seconds);
    LayerReport::new(index, identity, error, recorder, prebuffer, seconds)
}
