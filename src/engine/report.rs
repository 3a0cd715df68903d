//! The engine's numbers as the report that scripts read.

use super::deck::{Deck, error_of};
use super::deck_assignment::{DeckAssignment, first_deck_of, main_of};
use super::options::PlaybackSettings;
use crate::library::Library;
use crate::playback::DeckId;
use crate::playback::Player;
use crate::project::Project;
use crate::stats::process::ProcessUsage;
use crate::stats::report::{
    CanvasReport, DrawingReport, LayerIdentity, LayerReport, PrebufferReport, Report, SCHEMA,
};
use crate::stats::{Counts, LayerRecorder};
use crate::status::snapshot::AdapterInfo;

/// What the report is made from.
pub struct Parts<'a> {
    /// The project.
    pub project: &'a Project,
    /// The decks of its layers.
    pub decks: &'a [Deck],
    /// What was measured, by deck.
    pub recorders: &'a [LayerRecorder],
    /// How clips are dealt out among decks, by deck.
    pub assignments: &'a [DeckAssignment],
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
            let first_deck = first_deck_of(parts.decks, layer.id)?;
            Some(layer_report(parts, index, first_deck))
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

fn layer_report(parts: &Parts<'_>, index: usize, first_deck: usize) -> LayerReport {
    let deck_index = main_of(parts.decks, parts.assignments, first_deck);
    let deck = &parts.decks[deck_index];
    let source = deck
        .last_source
        .and_then(|source| parts.library.by_source(source));
    let failure = || {
        let layer = parts.project.layers.get(index)?;
        let clip = layer.clips.first()?;
        parts.library.error(clip.media).map(str::to_owned)
    };
    let error = error_of(parts.decks, first_deck)
        .map(str::to_owned)
        .or_else(failure);
    let identity = source.map_or_else(LayerIdentity::default, |source| {
        let facts = &source.media.facts;
        LayerIdentity {
            media: facts.path.display().to_string(),
            path: facts.played_by.to_owned(),
            codec: facts.codec.clone(),
            width: facts.width_px,
            height: facts.height_px,
            fps: facts.timing.rate().to_string(),
            io: parts
                .settings
                .describe(source.media.reading.name)
                .to_owned(),
            decoding: source.media.health.decoding().to_string(),
            health: source.media.health.counts(),
        }
    });
    let slots = parts.player.slots(DeckId(deck_index));
    let frame_bytes = source.map_or(0, |source| source.media.layout.bytes);
    let decks = parts
        .decks
        .iter()
        .filter(|deck| deck.first_deck == first_deck);
    let (filled, ticks) = decks.fold((0, 0), |(filled, ticks), deck| {
        (filled + deck.fill.0, ticks + deck.fill.1)
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
    let (recorder, seconds) = (&parts.recorders[first_deck], parts.seconds);
    LayerReport::new(index, identity, error, recorder, prebuffer, seconds)
}
