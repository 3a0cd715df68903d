//! A long run of `play`, watched: a line a minute, a report file that is whole at any moment, and what grew since the
//! first minute.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crossbeam_channel::{Sender, bounded};

use super::output;
use crate::engine::Engine;
use crate::media::fault_injection;
use crate::playback::thread::{NamedThread, panic_text};
use crate::stats::Report;
use crate::stats::process::{self, ProcessUsage};
use crate::stats::report::SoakReport;
use crate::time::Time;

/// Watches a run.
pub struct Soak {
    every: Time,
    next: Time,
    first: Option<Sample>,
    last: Option<Sample>,
    writer: Option<ReportWriter>,
}

/// Figures of the process that must not grow.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample {
    at_s: f64,
    rss_bytes: u64,
    threads: u64,
    handles: Option<u64>,
}

impl Sample {
    fn now(at: Time) -> Self {
        let usage = ProcessUsage::now();
        Self {
            at_s: at.seconds(),
            rss_bytes: usage.rss_bytes,
            threads: usage.threads,
            handles: process::open_handles(),
        }
    }
}

impl Soak {
    /// Looks every so often; writes the report so far to `path` each time, if there is one.
    ///
    /// # Errors
    /// If the report cannot be written there: better said now than in an hour; or the system has no thread to give.
    pub fn new(every: Time, path: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self {
            every,
            next: every,
            first: None,
            last: None,
            writer: path.map(ReportWriter::start).transpose()?,
        })
    }

    /// Takes a look, if it is time to, `elapsed` after the start.
    pub fn look(&mut self, elapsed: Time, engine: &Engine) {
        if elapsed < self.next {
            return;
        }
        self.next = elapsed + self.every;
        let sample = Sample::now(elapsed);
        let first = *self.first.get_or_insert(sample);
        self.last = Some(sample);
        let report = self.with_growth(engine.report());
        output::remark(&line(&report, first, sample));
        if let Some(writer) = &self.writer {
            writer.write(&report);
        }
    }

    /// Adds to a report what grew between the first look and the last.
    pub fn with_growth(&self, mut report: Report) -> Report {
        report.soak = self.first.zip(self.last).map(|(first, last)| SoakReport {
            from_s: first.at_s,
            to_s: last.at_s,
            rss_bytes: last.rss_bytes,
            rss_growth_bytes: difference(last.rss_bytes, first.rss_bytes),
            threads_growth: difference(last.threads, first.threads),
            handles: last.handles,
            handles_growth: last
                .handles
                .zip(first.handles)
                .map(|(last, first)| difference(last, first)),
        });
        report
    }
}

fn difference(now: u64, before: u64) -> i64 {
    i64::try_from(i128::from(now) - i128::from(before)).unwrap_or(i64::MAX)
}

fn line(report: &Report, first: Sample, now: Sample) -> String {
    let counts = &report.totals.counts;
    let seconds = now.at_s as u64;
    let growth = difference(now.rss_bytes, first.rss_bytes) as f64 / f64::from(1 << 20);
    let handles = match now.handles.zip(first.handles) {
        Some((now, first)) => format!("{now} handles ({:+})", difference(now, first)),
        None => "handles not known".to_owned(),
    };
    format!(
        "{:>3}:{:02}  {} due, {} lost ({:.4} %), hit {:.2} %, {:.1} MiB ({growth:+.2}), {} threads ({:+}), {handles}",
        seconds / 60,
        seconds % 60,
        counts.due,
        counts.lost(),
        counts.loss_rate() * 100.0,
        counts.hit_rate() * 100.0,
        now.rss_bytes as f64 / f64::from(1 << 20),
        now.threads,
        difference(now.threads, first.threads),
    )
}

/// Writes reports on a thread of its own, so that a slow disk costs no frame.
struct ReportWriter {
    jobs: Option<Sender<String>>,
    thread: Option<NamedThread>,
}

impl ReportWriter {
    fn start(path: &Path) -> anyhow::Result<Self> {
        let path: PathBuf = path.to_owned();
        // Nothing is there to be reported yet, but the place can be tried.
        output::temporary_beside(&path)?;
        // One waits while one is written; what comes on top is older than the one after it.
        let (jobs, inbox) = bounded::<String>(1);
        let thread = NamedThread::spawn("report".to_owned(), move || {
            while let Ok(json) = inbox.recv() {
                // Unwind safe: the file is replaced as a whole or not at all, and nothing else is kept.
                let written = catch_unwind(AssertUnwindSafe(|| {
                    fault_injection::step("report");
                    output::replace_file(&path, json.as_bytes())
                }));
                match written {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => output::complain(&format!("{error:#}")),
                    Err(panic) => output::complain(&format!(
                        "writing the report broke down ({}); the next one is tried again",
                        panic_text(&*panic)
                    )),
                }
            }
        })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    fn write(&self, report: &Report) {
        match serde_json::to_string_pretty(report) {
            Ok(json) => {
                if let Some(jobs) = &self.jobs
                    && jobs.try_send(json).is_err()
                {
                    output::complain(
                        "the report before this one is still being written; this one is left out",
                    );
                }
            }
            Err(error) => output::complain(&error.to_string()),
        }
    }
}

impl Drop for ReportWriter {
    fn drop(&mut self) {
        // The thread writes what waits and sees the end. It is waited for, lest it write over the report after this.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shrank_is_told_as_such() {
        assert_eq!(difference(3, 5), -2);
        assert_eq!(difference(u64::MAX, 0), i64::MAX);
    }

    #[test]
    fn a_report_whose_writing_breaks_down_leaves_the_next_one_to_be_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("out.json");
        let is_over = std::sync::atomic::AtomicBool::new(false);
        let (step, steps) = bounded(2);
        let broken = fault_injection::at_step(
            "report",
            std::sync::Arc::new(move || {
                step.send(()).expect("the test listens");
                let is_over = is_over.swap(true, std::sync::atomic::Ordering::Relaxed);
                assert!(is_over, "a bug of the test's");
            }),
        );
        let writer = ReportWriter::start(&path).expect("writable");
        let jobs = writer.jobs.as_ref().expect("open");
        jobs.send("first".to_owned()).expect("taken");
        steps.recv().expect("it begins");
        jobs.send("second".to_owned()).expect("taken");
        drop(writer);
        drop(broken);
        let written = std::fs::read_to_string(&path).expect("written");
        assert_eq!(written, "second");
    }

    #[test]
    fn a_report_that_cannot_be_written_is_told_of_at_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let nowhere = folder.path().join("none").join("out.json");
        assert!(Soak::new(Time::from_seconds(60), Some(&nowhere)).is_err());
    }
}
