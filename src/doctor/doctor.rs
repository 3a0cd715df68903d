//! The order of an examination.

use super::checks;
use super::checks::Memory;
use super::decoding;
use super::decoding::Cost;
use super::demand::{Demand, pieces};
use super::disk;
use super::disk::DiskRates;
use super::media_under_test::{Disk, MediaUnderTest};
use crate::media::TextureSupport;
use crate::media::io::slow_disk::SlowDisk;
use crate::media::io::way::Way;
use crate::playback::PlayerOptions;
use crate::project::Project;
use crate::settings::PrebufferDepth;
use crate::stats::available_memory_bytes;
use crate::stats::process::{self, UncountedIo};
use crate::status::diagnosis::{
    Diagnosis, DiskFigures, FileFigures, Moment, Problem, Resource, SAFE_MARGIN, SCHEMA, Verdict,
    verdict, worst_moments,
};

/// Options of an examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorOptions {
    /// Frames that each layer reads ahead when it plays.
    pub prebuffer: PrebufferDepth,
    /// Bytes of frame memory for all layers together.
    pub budget_bytes: u64,
    /// Texture kinds that the adapter which will draw can sample.
    pub textures: TextureSupport,
    /// A disk made slower than it is, if one is.
    pub slow_disk: Option<SlowDisk>,
}

/// Examines a project: opens its files, measures a few seconds, and says whether it will hold. Nothing else should play
/// meanwhile.
pub fn diagnose(project: &Project, options: &DoctorOptions) -> Diagnosis {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let player = PlayerOptions::for_cores(cores, options.prebuffer, options.budget_bytes);
    let mut under_test =
        MediaUnderTest::open(project, options.textures, options.slow_disk.as_ref());
    let mut notes = std::mem::take(&mut under_test.notes);
    let costs = measure_costs(&mut under_test, player.decode_threads);
    let demand = Demand::of(project, &under_test, &costs, cores);
    if demand.is_cut {
        notes.push(
            "The timeline is longer than what was looked at; its end is left out.".to_owned(),
        );
    }
    let memory = Memory {
        prebuffer: options.prebuffer.at_start(),
        budget_bytes: options.budget_bytes,
    };
    let mut problems = checks::check(project, &under_test, &costs, cores, memory);
    let readers = readers(project, &player);
    let mut disks = Vec::new();
    let mut rates = Vec::new();
    for (index, disk) in under_test.disks.iter().enumerate() {
        let (needed, at_s) = demand.peak_of_disk(index);
        let pieces = pieces(project, &under_test, index, at_s);
        let before = process::storage_bytes_read();
        let measured = disk::measure(&under_test, &pieces, readers, &disk.io);
        let Some(measured) = measured else {
            rates.push(f64::INFINITY);
            if !pieces.is_empty() {
                problems.push(unreadable(&under_test, index, at_s));
            }
            continue;
        };
        let doubt = doubt_about_cold(&measured, before, process::storage_bytes_read);
        notes.extend(doubt.map(|doubt| doubt.to_string()));
        let finding = DiskFinding {
            disk,
            name: under_test
                .open
                .iter()
                .find(|file| file.disk == index)
                .map_or_else(String::new, |file| file.name.clone()),
            measured,
            needed,
            at_s,
            fits_in_memory: fits_in_memory(&under_test, index),
        };
        rates.push(finding.rate());
        problems.extend(finding.problem());
        disks.push(finding.figures());
    }
    let moments = worst_moments(demand.moments(&rates));
    problems.extend(work_problem(&moments, cores));
    notes.push(
        "Uploading to the graphics adapter and drawing are not part of these figures.".to_owned(),
    );
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.at_best));
    let worst = moments.first().map_or(0.0, |moment| moment.load);
    let (verdict, margin) = verdict(worst, &problems);
    Diagnosis {
        schema: SCHEMA,
        verdict,
        margin: if under_test.failed.is_empty() {
            margin
        } else {
            0.0
        },
        problems,
        moments,
        disks,
        files: file_figures(&under_test, &costs),
        cores,
        notes,
    }
}

/// Cost of each file; one that fails when it is measured is moved to those that failed.
fn measure_costs(under_test: &mut MediaUnderTest, threads: usize) -> Vec<Cost> {
    let mut costs = Vec::with_capacity(under_test.open.len());
    for file in std::mem::take(&mut under_test.open) {
        match decoding::measure(&file.video, threads) {
            Ok(cost) => {
                costs.push(cost);
                under_test.open.push(file);
            }
            Err(error) => {
                let failure = (file.id, file.name, error.to_string());
                under_test.failed.push(failure);
            }
        }
    }
    costs
}

/// Threads that read at once when it plays: one layer alone never has them all.
fn readers(project: &Project, player: &PlayerOptions) -> usize {
    let layers = project
        .layers
        .iter()
        .filter(|layer| project.is_shown(layer));
    if layers.count() > 1 {
        player.io_threads
    } else {
        player.io_threads.saturating_sub(1).max(1)
    }
}

fn file_figures(under_test: &MediaUnderTest, costs: &[Cost]) -> Vec<FileFigures> {
    let files = under_test.open.iter().zip(costs);
    files
        .map(|(file, cost)| FileFigures {
            media: file.name.clone(),
            codec: file.video.facts.codec.clone(),
            // A still is decoded once; JSON has no infinity.
            decode_fps: if cost.fps.is_finite() { cost.fps } else { 0.0 },
            core_ms: cost.core_s * 1e3,
        })
        .collect()
}

/// True if the files of a disk fit into half of the memory that is free, so that they stay once they were read.
fn fits_in_memory(under_test: &MediaUnderTest, disk: usize) -> bool {
    let on_it = under_test.open.iter().filter(|file| file.disk == disk);
    let bytes: u64 = on_it.map(|file| file.bytes).sum();
    available_memory_bytes().is_some_and(|available| bytes <= available / 2)
}

/// Throughput and demand of a disk.
struct DiskFinding<'a> {
    disk: &'a Disk,
    name: String,
    measured: DiskRates,
    needed: f64,
    at_s: f64,
    fits_in_memory: bool,
}

impl DiskFinding<'_> {
    /// True if it holds only once all is in memory.
    fn needs_memory(&self) -> bool {
        let cold = self.measured.cold;
        let is_too_slow = cold.is_some_and(|cold| self.needed > cold.bytes_per_second);
        is_too_slow && self.fits_in_memory && self.needed * SAFE_MARGIN <= self.measured.warm
    }

    /// Bytes per second to count on. A show may begin cold, so that is what counts; but files that fit into memory
    /// are played from there from the second time on, so that a disk too slow for them is a risk and no more.
    fn rate(&self) -> f64 {
        match self.measured.cold {
            Some(_) if self.needs_memory() => self.needed,
            Some(cold) => cold.bytes_per_second,
            None => self.measured.warm,
        }
    }

    fn problem(&self) -> Option<Problem> {
        let rate = self.rate();
        if self.needed * SAFE_MARGIN <= rate {
            return None;
        }
        let cold = self.measured.cold;
        let given = cold.map_or(self.measured.warm, |cold| cold.bytes_per_second);
        let remedy = if self.needs_memory() {
            "Play the project once before the show, so that memory holds it; or move the files to a faster disk."
        } else {
            "Move the files to a faster disk, spread them over two, or export them smaller (Hap instead of Hap Q, \
             smaller pictures, Snappy)."
        };
        Some(Problem {
            media: self.name.clone(),
            problem: format!(
                "The disk gives {:.0} MB/s, and {:.0} MB/s are needed",
                given / 1e6,
                self.needed / 1e6
            ),
            remedy: remedy.to_owned(),
            at_best: Verdict::of(rate / self.needed.max(1.0)),
            at_s: Some(self.at_s),
        })
    }

    fn figures(&self) -> DiskFigures {
        let cold = self.measured.cold;
        DiskFigures {
            media: self.name.clone(),
            kind: self.disk.kind.clone(),
            cold_mb_per_s: cold.map(|cold| cold.bytes_per_second / 1e6),
            cold_p99_ms: cold.map(|cold| cold.p99_ms),
            cold_io: cold.map(|cold| cold.way.mode().name()),
            warm_mb_per_s: self.measured.warm / 1e6,
            needed_mb_per_s: self.needed / 1e6,
        }
    }
}

fn unreadable(under_test: &MediaUnderTest, disk: usize, at_s: f64) -> Problem {
    let on_it = under_test.open.iter().find(|file| file.disk == disk);
    Problem {
        media: on_it.map_or_else(String::new, |file| file.name.clone()),
        problem: "Reading failed while the disk was measured".to_owned(),
        remedy: "Check the disk and its cable; copy the files to another one.".to_owned(),
        at_best: Verdict::WillDrop,
        at_s: Some(at_s),
    }
}

/// A doubt about rates that were measured past the page cache.
#[derive(Debug, thiserror::Error)]
enum ColdDoubt {
    /// Nothing was read from a disk meanwhile.
    #[error(
        "Reads past the page cache did not reach a disk by the system's count; what is told as cold is not."
    )]
    NotFromDisk,
    /// It is not known what was.
    #[error("Whether cold reads came from the disk is not known: {0}.")]
    Uncounted(#[from] UncountedIo),
}

/// The doubt whether reads past the page cache came from the disk at all, by the system's own count (proc(5), `io`)
/// before and after.
fn doubt_about_cold(
    measured: &DiskRates,
    before: Result<u64, UncountedIo>,
    after: impl FnOnce() -> Result<u64, UncountedIo>,
) -> Option<ColdDoubt> {
    // Through the page cache it is the system that decides what comes from the disk.
    measured.cold.filter(|cold| cold.way == Way::Direct)?;
    match before.and_then(|before| Ok((before, after()?))) {
        Ok((before, after)) => (before == after).then_some(ColdDoubt::NotFromDisk),
        Err(error) => Some(error.into()),
    }
}

/// The problem of decoding, if that is what the worst moment needs too much of.
fn work_problem(moments: &[Moment], cores: usize) -> Option<Problem> {
    let of_work = moments
        .iter()
        .find(|moment| moment.resource != Resource::Disk)?;
    let margin = 1.0 / of_work.load.max(1e-9);
    if margin >= SAFE_MARGIN {
        return None;
    }
    let (problem, remedy) = match of_work.resource {
        Resource::Decoder => (
            format!(
                "A decoder that works frame after frame is at {:.0} % of what it can do",
                of_work.load * 100.0
            ),
            "Export that file as HAP, smaller, or at a lower rate.",
        ),
        Resource::Cores | Resource::Disk => (
            format!(
                "Decoding needs {:.1} of the {cores} cores",
                of_work.load * cores as f64
            ),
            "Use fewer layers at once, smaller pictures, or Hap instead of Hap Q and Hap R.",
        ),
    };
    Some(Problem {
        media: String::new(),
        problem,
        remedy: remedy.to_owned(),
        at_best: Verdict::of(margin),
        at_s: Some(of_work.at_s),
    })
}

#[cfg(test)]
mod tests {
    use super::super::disk::ColdRate;
    use super::*;

    #[test]
    fn cold_rates_are_doubted_where_no_disk_was_read_or_that_is_not_known() {
        let cold = DiskRates {
            cold: Some(ColdRate {
                way: Way::Direct,
                bytes_per_second: 1e9,
                p99_ms: 1.0,
            }),
            warm: 2e9,
        };
        let uncounted = || {
            Err(UncountedIo::NoSuchCount {
                path: "/proc/self/io",
                name: "read_bytes:",
            })
        };
        let doubt = |before, after| doubt_about_cold(&cold, before, || after);
        assert!(matches!(doubt(Ok(7), Ok(7)), Some(ColdDoubt::NotFromDisk)));
        assert!(doubt(Ok(7), Ok(8)).is_none(), "some of it came from there");
        for (before, after) in [(uncounted(), Ok(7)), (Ok(7), uncounted())] {
            let doubt = doubt(before, after);
            assert!(matches!(doubt, Some(ColdDoubt::Uncounted(_))), "{doubt:?}");
        }
        let warm_only = DiskRates { cold: None, ..cold };
        let doubt = doubt_about_cold(&warm_only, Ok(0), || Ok(0));
        assert!(doubt.is_none(), "nothing is told as cold");
    }
}
