//! Checks that need no measuring, or follow from what was measured: each problem with its remedy.

use std::path::Path;

use super::decoding::Cost;
use super::media_under_test::{FileUnderTest, MediaUnderTest};
use crate::media::VideoSource;
use crate::media::ffmpeg::OuterBoxes;
use crate::media::file::MediaFile;
use crate::playback::budget::{MIN_SLOTS, share_slots, shortage};
use crate::project::{LoopMode, Project, is_address};
use crate::stats::BudgetShortage;
use crate::status::diagnosis::{Problem, Verdict};

/// Pixels of a UHD picture; from here on one chunk per frame is too few.
const UHD_PX: u64 = 3840 * 2160;

/// Length of a file from which on an index at its end is worth a word, in bytes: reading a disk that sleeps, or a
/// network, up to there takes seconds.
const HUGE_BYTES: u64 = 2 << 30;

/// Seconds from one key frame to the next from which on a group of pictures is long.
const LONG_GROUP_S: f64 = 1.0;

/// Problems of the files and the settings.
pub(super) fn check(
    project: &Project,
    under_test: &MediaUnderTest,
    costs: &[Cost],
    cores: usize,
    memory: Memory,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, name, error) in &under_test.failed {
        let clips = project.layers.iter().flat_map(|layer| &layer.clips);
        let first = clips
            .filter(|clip| clip.media == *id)
            .map(|clip| clip.start);
        problems.push(Problem {
            at_s: first.min().map(|start| start.seconds()),
            ..problem(
                name,
                // The path is shown beside it.
                error.strip_suffix(name).map_or(error.as_str(), |text| text.trim_end_matches(": ")).to_owned(),
                if is_address(Path::new(name)) {
                    "Start what sends it, or correct the address; until it comes its clips are empty."
                } else {
                    "Put the file back, or choose where it is now; without it its clips are empty."
                },
                Verdict::WillDrop,
            )
        });
    }
    for (file, cost) in under_test.open.iter().zip(costs) {
        match &file.video.source {
            VideoSource::Pooled(_) => problems.extend(hap_problems(file, *cost, cores)),
            VideoSource::Sequential(_) => {
                problems.extend(decoder_problems(project, file, *cost));
            }
        }
        problems.extend(file_problems(file));
    }
    problems.extend(memory.problem(project, under_test));
    problems
}

fn problem(media: &str, problem: String, remedy: &str, at_best: Verdict) -> Problem {
    Problem {
        media: media.to_owned(),
        problem,
        remedy: remedy.to_owned(),
        at_best,
        at_s: None,
    }
}

fn hap_problems(file: &FileUnderTest, cost: Cost, cores: usize) -> Vec<Problem> {
    let facts = &file.video.facts;
    let mut problems = Vec::new();
    let mut advise = |what: String, remedy: &str| {
        problems.push(problem(&file.name, what, remedy, Verdict::Holds));
    };
    let (width, height) = (facts.coded_width_px, facts.coded_height_px);
    let is_large = u64::from(width) * u64::from(height) >= UHD_PX;
    if facts.chunks == 1 && is_large && cores > 1 {
        advise(
            format!(
                "Each {width}×{height} frame is one chunk, so a single core decodes it, in {:.1} ms",
                cost.core_s * 1e3
            ),
            &format!(
                "Export it with {} chunks (ffmpeg: -chunks {0}).",
                cores.min(8)
            ),
        );
    }
    if facts.chunks > 1 && facts.chunks as usize > cores {
        advise(
            format!(
                "Its frames have {} chunks, more than the {cores} cores here; the rest only costs time",
                facts.chunks
            ),
            &format!("Export it with {cores} chunks."),
        );
    }
    if (facts.width_px, facts.height_px) != (width, height) {
        advise(
            format!(
                "Its size, {}×{}, is no multiple of 4; whole blocks are stored and read, {width}×{height}",
                facts.width_px, facts.height_px
            ),
            "Export it at a size whose sides are multiples of 4.",
        );
    }
    problems
}

fn decoder_problems(project: &Project, file: &FileUnderTest, cost: Cost) -> Vec<Problem> {
    let facts = &file.video.facts;
    let VideoSource::Sequential(opener) = &file.video.source else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let rate = facts.timing.rate().fps();
    let group = opener.longest_group();
    if facts.timing.frames() > 1 && group as f64 / rate.max(1e-9) >= LONG_GROUP_S {
        let clips = project.layers.iter().flat_map(|layer| &layer.clips);
        let turns = clips
            .filter(|clip| clip.media == file.id)
            .any(|clip| clip.speed < 0.0 || matches!(clip.loop_mode, LoopMode::PingPong));
        let seek_ms = group as f64 / cost.fps * 1e3;
        problems.push(problem(
            &file.name,
            format!(
                "Up to {group} frames lie between its key frames: a jump takes up to {seek_ms:.0} ms{}",
                if turns { ", and a clip plays it backwards" } else { "" }
            ),
            "Export it as HAP, or with a key frame at least every half second.",
            if turns { Verdict::AtRisk } else { Verdict::Holds },
        ));
    }
    let bits = file.video.layout.coding.bits;
    if bits > 8 {
        problems.push(problem(
            &file.name,
            format!(
                "Its {bits}-bit pictures come at {:.0} frames per second here",
                cost.fps
            ),
            "Export it as HAP, or in 8 bits where that is enough.",
            Verdict::Holds,
        ));
    }
    problems
}

fn file_problems(file: &FileUnderTest) -> Vec<Problem> {
    let mut problems = Vec::new();
    if file.video.facts.timing.is_variable() {
        problems.push(problem(
            &file.name,
            "Its frames have unequal lengths, so no canvas rate shows it evenly".to_owned(),
            "Export it at a constant rate, best that of the canvas (ffmpeg: -fps_mode cfr -r RATE).",
            Verdict::Holds,
        ));
    }
    if file.bytes >= HUGE_BYTES
        && let Ok(handle) = MediaFile::open(file.video.facts.path.as_path())
        && OuterBoxes::scan(&handle).is_index_last
    {
        problems.push(problem(
            &file.name,
            format!(
                "Its index lies at the end of {:.1} GB, which makes opening it slow where reading is",
                file.bytes as f64 / 1e9
            ),
            "Write it once more with the index in front (ffmpeg: -c copy -movflags +faststart).",
            Verdict::Holds,
        ));
    }
    problems
}

/// The memory that playing may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    /// Frames that each layer wants to have ahead.
    pub prebuffer: usize,
    /// Bytes for all layers together.
    pub budget_bytes: u64,
}

impl Memory {
    /// The problem, if the budget leaves a layer with fewer frames than it wants or is too small to be held at all.
    fn problem(self, project: &Project, under_test: &MediaUnderTest) -> Option<Problem> {
        let frame_bytes = |id| {
            let file = under_test.open.get(under_test.by_id(id)?)?;
            Some(file.video.layout.bytes)
        };
        let layers = project
            .layers
            .iter()
            .filter(|layer| project.is_shown(layer));
        let largest: Vec<u64> = layers
            .map(|layer| {
                let of_clips = layer
                    .clips
                    .iter()
                    .filter_map(|clip| frame_bytes(clip.media));
                of_clips.max().unwrap_or(0)
            })
            .collect();
        let needed = largest.iter().sum::<u64>() * self.prebuffer as u64;
        let remedy = format!(
            "Allow {} MiB, or use smaller pictures.",
            needed.div_ceil(1 << 20)
        );
        if let Some(BudgetShortage {
            budget_bytes,
            needed_bytes,
        }) = shortage(&largest, self.budget_bytes)
        {
            let what = format!(
                "The memory budget of {} MiB is exceeded, since {MIN_SLOTS} frames of each layer take {} MiB",
                budget_bytes >> 20,
                needed_bytes.div_ceil(1 << 20)
            );
            return Some(problem("", what, &remedy, Verdict::AtRisk));
        }
        let slots = share_slots(&largest, self.prebuffer, self.budget_bytes);
        let fewest = slots
            .into_iter()
            .min()
            .filter(|few| *few < self.prebuffer)?;
        Some(problem(
            "",
            format!(
                "The memory budget of {} MiB leaves a layer {fewest} frames ahead instead of {}",
                self.budget_bytes >> 20,
                self.prebuffer
            ),
            &remedy,
            if fewest <= MIN_SLOTS {
                Verdict::AtRisk
            } else {
                Verdict::Holds
            },
        ))
    }
}
