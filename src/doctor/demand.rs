//! The demand of the timeline: bytes of each disk, and work, in every quarter of a second.

use super::decoding::Cost;
use super::media_under_test::MediaUnderTest;
use crate::media::packets::PacketSpan;
use crate::project::Project;
use crate::status::diagnosis::{Moment, Resource};
use crate::time::{FrameIndex, MediaTiming, Time};
use crate::transport::schedule::{self, DeckSide};

/// Stretches that a second is cut into; a moment is a second that may begin at any of them.
const PER_SECOND: usize = 4;

/// Canvas frames that are looked at: more than four hours at 60 per second. What comes after is said to be left out.
const MOST_FRAMES: i64 = 1_000_000;

/// Frames of one disk, as playing reads them, that are enough to measure it by.
const MOST_PIECES: usize = 4096;

/// The demand of the timeline.
pub(super) struct Demand {
    disks: usize,
    layers: usize,
    stretches: usize,
    /// Bytes, by stretch and disk.
    bytes: Vec<f64>,
    /// Share of all cores together, by stretch.
    cores: Vec<f64>,
    /// Seconds of one core, by stretch.
    busy_s: Vec<f64>,
    /// Share of a layer's own decoder, by stretch and layer.
    decoder: Vec<f64>,
    /// True if the timeline is longer than the part examined.
    pub is_cut: bool,
}

/// A frame to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The file's place among those that could be opened.
    pub file: usize,
    /// Positions of its bytes.
    pub span: PacketSpan,
}

/// A frame that becomes due.
struct Due {
    layer: usize,
    file: usize,
    frame: FrameIndex,
}

/// Calls `on` for each frame that becomes due, with its canvas frame, in the order of playing, from `first` until `on`
/// says that it is enough.
fn walk(
    project: &Project,
    under_test: &MediaUnderTest,
    first: i64,
    count: i64,
    on: &mut dyn FnMut(i64, Due) -> bool,
) {
    let rate = project.canvas.frame_rate;
    let timing = |id| -> Option<&MediaTiming> {
        let file = under_test.open.get(under_test.by_id(id)?)?;
        Some(&file.video.facts.timing)
    };
    let decks: Vec<(usize, DeckSide)> = (0..project.layers.len())
        .filter(|layer| project.is_shown(&project.layers[*layer]))
        .flat_map(|layer| DeckSide::ALL.map(|side| (layer, side)))
        .collect();
    let mut last = vec![None; decks.len()];
    for tick in first..first + count {
        let time = rate.time_of(tick);
        for ((index, side), last) in decks.iter().copied().zip(&mut last) {
            let due = schedule::due(&project.layers[index], side, time, &timing);
            if due == *last {
                continue;
            }
            *last = due;
            let Some((due, file)) = due.and_then(|due| Some((due, under_test.by_id(due.media)?)))
            else {
                continue;
            };
            let due = Due {
                layer: index,
                file,
                frame: due.frame,
            };
            if !on(tick, due) {
                return;
            }
        }
    }
}

impl Demand {
    /// Sums up the timeline; `costs` belong to the open files.
    pub fn of(
        project: &Project,
        under_test: &MediaUnderTest,
        costs: &[Cost],
        cores: usize,
    ) -> Self {
        let rate = project.canvas.frame_rate;
        let all = rate.frame_at(project.duration()).max(1);
        let frames = all.min(MOST_FRAMES);
        let (disks, layers) = (under_test.disks.len().max(1), project.layers.len().max(1));
        let stretch_of = |tick: i64| {
            let seconds = rate.time_of(tick).seconds();
            (seconds * PER_SECOND as f64 + 1e-6) as usize
        };
        let stretches = stretch_of(frames - 1) + 1;
        let mut demand = Self {
            disks,
            layers,
            stretches,
            bytes: vec![0.0; stretches * disks],
            cores: vec![0.0; stretches],
            busy_s: vec![0.0; stretches],
            decoder: vec![0.0; stretches * layers],
            is_cut: frames < all,
        };
        walk(project, under_test, 0, frames, &mut |tick, due| {
            let file = &under_test.open[due.file];
            let stretch = stretch_of(tick);
            let size = file.packets().span(due.frame).map_or(0, |span| span.size);
            demand.bytes[stretch * disks + file.disk] += f64::from(size);
            let cost = costs[due.file];
            demand.busy_s[stretch] += cost.core_s;
            if cost.is_sequential {
                demand.decoder[stretch * layers + due.layer] += 1.0 / cost.fps;
                demand.cores[stretch] += cost.core_s / cores as f64;
            } else {
                demand.cores[stretch] += 1.0 / cost.fps;
            }
            true
        });
        demand
    }

    /// The sum over the second that begins with this stretch, per second; less where the timeline ends within it.
    fn second(&self, values: &[f64], begin: usize, width: usize, place: usize) -> f64 {
        let end = (begin + PER_SECOND).min(self.stretches);
        let sum: f64 = (begin..end)
            .filter_map(|stretch| values.get(stretch * width + place))
            .sum();
        sum * PER_SECOND as f64 / (end - begin).max(1) as f64
    }

    /// Starts of the seconds: whole ones only, if the timeline has one.
    fn seconds(&self) -> impl Iterator<Item = usize> {
        0..self.stretches.saturating_sub(PER_SECOND - 1).max(1)
    }

    /// Most bytes per second of a disk, and when, in seconds.
    pub fn peak_of_disk(&self, disk: usize) -> (f64, f64) {
        self.seconds()
            .map(|begin| {
                let rate = self.second(&self.bytes, begin, self.disks, disk);
                (rate, begin as f64 / PER_SECOND as f64)
            })
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .unwrap_or((0.0, 0.0))
    }

    /// Load of each second as a share of what the machine gave; `disk_rates` are bytes per second.
    pub fn moments(&self, disk_rates: &[f64]) -> Vec<Moment> {
        self.seconds()
            .map(|begin| {
                let mut load = self.second(&self.cores, begin, 1, 0);
                let mut resource = Resource::Cores;
                let mut take = |candidate: f64, name: Resource| {
                    if candidate > load {
                        (load, resource) = (candidate, name);
                    }
                };
                for layer in 0..self.layers {
                    let share = self.second(&self.decoder, begin, self.layers, layer);
                    take(share, Resource::Decoder);
                }
                let mut bytes = 0.0;
                for (disk, rate) in disk_rates.iter().enumerate() {
                    let needed = self.second(&self.bytes, begin, self.disks, disk);
                    bytes += needed;
                    if needed > 0.0 {
                        take(needed / rate.max(1.0), Resource::Disk);
                    }
                }
                Moment {
                    at_s: begin as f64 / PER_SECOND as f64,
                    load,
                    resource,
                    read_mb_per_s: bytes / 1e6,
                    busy_cores: self.second(&self.busy_s, begin, 1, 0),
                }
            })
            .collect()
    }
}

/// The frames that playing reads from a disk, in its order, from this moment on; from the start again at the end.
pub(super) fn pieces(
    project: &Project,
    under_test: &MediaUnderTest,
    disk: usize,
    from_s: f64,
) -> Vec<Piece> {
    let rate = project.canvas.frame_rate;
    let frames = rate.frame_at(project.duration()).clamp(1, MOST_FRAMES);
    let first = rate
        .frame_at(Time::from_seconds_f64(from_s))
        .clamp(0, frames - 1);
    let mut found = Vec::new();
    for (begin, count) in [(first, frames - first), (0, first)] {
        walk(project, under_test, begin, count, &mut |_, due| {
            let file = &under_test.open[due.file];
            if file.disk == disk
                && let Some(span) = file.packets().span(due.frame)
                && span.size > 0
                && span.end().is_some_and(|end| end <= file.readable_bytes)
            {
                let file = due.file;
                found.push(Piece { file, span });
            }
            found.len() < MOST_PIECES
        });
    }
    found
}
