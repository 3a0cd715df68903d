//! Reports that were written to files, read back and set side by side.

use serde::Deserialize;

use super::per_second;
use super::report::SCHEMA;

/// Reason that a file is no report that can be shown.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// It is not JSON at all.
    #[error("not JSON ({0}); name a report that `play --report` or `bench playback --json` wrote")]
    NotJson(serde_json::Error),
    /// It says nothing of its version.
    #[error("no report of `play` or `bench playback`: it has no `schema`")]
    NoSchema,
    /// It is of a version that this program does not know.
    #[error(
        "a report of version {found}, and this program reads version {SCHEMA}; use the program that wrote it"
    )]
    OtherVersion {
        /// The version found.
        found: u64,
    },
    /// It has the right version, and something else in it.
    #[error("no report of `play` or `bench playback` ({0})")]
    NotAReport(serde_json::Error),
}

#[derive(Deserialize)]
struct Header {
    schema: Option<u64>,
}

/// The part of a report that is shown and compared; the rest is passed over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct WrittenReport {
    /// Time that was played, in seconds.
    pub seconds: f64,
    canvas: WrittenCanvas,
    totals: WrittenCounts,
    layers: Vec<WrittenLayer>,
    process: WrittenProcess,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct WrittenCanvas {
    width: u32,
    height: u32,
    fps: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct WrittenCounts {
    due: u64,
    presented: u64,
    repeated: u64,
    late: u64,
    dropped: u64,
    hit_rate: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct WrittenLayer {
    media: String,
    codec: String,
    io: String,
    #[serde(flatten)]
    counts: WrittenCounts,
    prebuffer: WrittenPrebuffer,
    read_ms: WrittenPercentiles,
    decode_ms: WrittenPercentiles,
    upload_ms: WrittenPercentiles,
    read_mb_per_s: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct WrittenPrebuffer {
    mean_fill: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct WrittenPercentiles {
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct WrittenProcess {
    peak_rss_bytes: u64,
    cpu_seconds: f64,
    threads: u64,
}

/// One figure of a report, or of two.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The name of the figure.
    pub name: String,
    /// Digits behind the decimal point.
    pub digits: usize,
    /// In the first report.
    pub one: Option<f64>,
    /// In the second.
    pub other: Option<f64>,
}

impl Row {
    /// The second by the first; none where one is missing or the first is zero.
    pub fn ratio(&self) -> Option<f64> {
        let (one, other) = self.one.zip(self.other)?;
        (one.abs() > 0.0).then(|| other / one)
    }
}

/// A heading and the rows below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The subject of the rows.
    pub title: String,
    /// The figures.
    pub rows: Vec<Row>,
}

impl WrittenReport {
    /// Reads a report from JSON.
    ///
    /// # Errors
    /// If it is none, or of another version.
    pub fn parse(json: &str) -> Result<Self, CompareError> {
        let header: Header = serde_json::from_str(json).map_err(|error| {
            if error.is_data() {
                CompareError::NoSchema
            } else {
                CompareError::NotJson(error)
            }
        })?;
        match header.schema {
            None => Err(CompareError::NoSchema),
            Some(found) if found != u64::from(SCHEMA) => Err(CompareError::OtherVersion { found }),
            Some(_) => serde_json::from_str(json).map_err(CompareError::NotAReport),
        }
    }

    /// In a line: how long, and on what canvas.
    pub fn title(&self) -> String {
        let canvas = &self.canvas;
        format!(
            "{:.1} s on a canvas of {}×{} at {} fps, {} layers",
            self.seconds,
            canvas.width,
            canvas.height,
            canvas.fps,
            self.layers.len()
        )
    }

    fn total_rows(&self) -> Vec<(&'static str, usize, f64)> {
        let process = &self.process;
        let mut rows = count_rows(&self.totals);
        let read: f64 = self.layers.iter().map(|layer| layer.read_mb_per_s).sum();
        rows.extend([
            ("read MB/s", 1, read),
            (
                "cores busy",
                2,
                per_second(process.cpu_seconds, self.seconds),
            ),
            (
                "peak memory MiB",
                1,
                process.peak_rss_bytes as f64 / f64::from(1 << 20),
            ),
            ("threads", 0, process.threads as f64),
        ]);
        rows
    }
}

impl WrittenLayer {
    fn rows(&self) -> Vec<(&'static str, usize, f64)> {
        let mut rows = count_rows(&self.counts);
        let (read, decode, upload) = (&self.read_ms, &self.decode_ms, &self.upload_ms);
        rows.extend([
            ("read p50 ms", 2, read.p50),
            ("read p95 ms", 2, read.p95),
            ("read p99 ms", 2, read.p99),
            ("read max ms", 2, read.max),
            ("decode p50 ms", 2, decode.p50),
            ("decode p99 ms", 2, decode.p99),
            ("upload p50 ms", 2, upload.p50),
            ("upload p99 ms", 2, upload.p99),
            ("read MB/s", 1, self.read_mb_per_s),
            ("mean fill", 2, self.prebuffer.mean_fill),
        ]);
        rows
    }

    fn title(&self, index: usize) -> String {
        format!(
            "layer {index}: {} ({}, {})",
            self.media, self.codec, self.io
        )
    }
}

fn count_rows(counts: &WrittenCounts) -> Vec<(&'static str, usize, f64)> {
    let lost = counts.repeated + counts.late + counts.dropped;
    // Where nothing was due, the report still has a number for scripts.
    let hits = match counts.due {
        0 => f64::NAN,
        _ => counts.hit_rate * 100.0,
    };
    vec![
        ("due", 0, counts.due as f64),
        ("presented", 0, counts.presented as f64),
        ("repeated", 0, counts.repeated as f64),
        ("late", 0, counts.late as f64),
        ("dropped", 0, counts.dropped as f64),
        ("lost %", 3, lost as f64 / counts.due.max(1) as f64 * 100.0),
        ("hit %", 2, hits),
    ]
}

/// A report as a table, or two side by side; layers are paired by their place.
pub fn sections(one: &WrittenReport, other: Option<&WrittenReport>) -> Vec<Section> {
    let mut sections = vec![Section {
        title: "all layers".to_owned(),
        rows: pair(
            &one.total_rows(),
            other.map(WrittenReport::total_rows).as_deref(),
        ),
    }];
    let others = other.map_or(&[][..], |other| &other.layers);
    for index in 0..one.layers.len().max(others.len()) {
        let (first, second) = (one.layers.get(index), others.get(index));
        let title = match (first, second) {
            (Some(first), Some(second)) if first.title(index) != second.title(index) => {
                format!("{}; against {}", first.title(index), second.title(index))
            }
            (Some(layer), _) | (None, Some(layer)) => layer.title(index),
            (None, None) => continue,
        };
        let rows = match (
            first.map(WrittenLayer::rows),
            second.map(WrittenLayer::rows),
        ) {
            (Some(first), second) => pair(&first, second.as_deref()),
            (None, Some(second)) => pair(&second, None)
                .into_iter()
                .map(|row| Row {
                    one: None,
                    other: row.one,
                    ..row
                })
                .collect(),
            (None, None) => Vec::new(),
        };
        sections.push(Section { title, rows });
    }
    sections
}

/// The rows of one report beside those of the other; what is no number was not measured.
fn pair(
    one: &[(&'static str, usize, f64)],
    other: Option<&[(&'static str, usize, f64)]>,
) -> Vec<Row> {
    one.iter()
        .enumerate()
        .map(|(index, (name, digits, value))| Row {
            name: (*name).to_owned(),
            digits: *digits,
            one: Some(*value).filter(|value| !value.is_nan()),
            other: other
                .and_then(|rows| rows.get(index))
                .map(|row| row.2)
                .filter(|value| !value.is_nan()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::process::ProcessUsage;
    use crate::stats::report::{
        CanvasReport, DrawingReport, LayerIdentity, LayerReport, PrebufferReport, Report,
    };
    use crate::stats::{Counts, LayerRecorder};

    fn report(lost: u64, layers: usize) -> String {
        let counts = Counts {
            due: 1000,
            presented: 1000 - lost,
            repeated: lost,
            ..Counts::default()
        };
        let recorder = LayerRecorder {
            counts,
            read_bytes: 10_000_000,
            ..LayerRecorder::default()
        };
        let layer = |index| {
            let identity = LayerIdentity::default();
            let prebuffer = PrebufferReport::default();
            LayerReport::new(index, identity, None, &recorder, prebuffer, 10.0)
        };
        let report = Report {
            schema: SCHEMA,
            seconds: 10.0,
            canvas: CanvasReport {
                width: 64,
                height: 32,
                fps: "60/1".to_owned(),
            },
            adapter: None,
            totals: counts.into(),
            layers: (0..layers).map(layer).collect(),
            drawing: DrawingReport::default(),
            sound: None,
            process: ProcessUsage::default(),
            verdict: None,
            soak: None,
        };
        serde_json::to_string(&report).expect("plain data")
    }

    fn row<'a>(sections: &'a [Section], name: &str) -> &'a Row {
        let rows = &sections[0].rows;
        rows.iter().find(|row| row.name == name).expect("a row")
    }

    #[test]
    fn what_the_program_writes_it_reads_and_sets_side_by_side() {
        let one = WrittenReport::parse(&report(10, 2)).expect("its own");
        let other = WrittenReport::parse(&report(5, 3)).expect("its own");
        let sections = sections(&one, Some(&other));
        assert_eq!(sections.len(), 4, "all, and three layers");
        assert_eq!(row(&sections, "repeated").ratio(), Some(0.5));
        assert_eq!(row(&sections, "late").ratio(), None, "zero by zero");
        assert_eq!(row(&sections, "read MB/s").one, Some(2.0));
        assert_eq!(
            sections[3].rows[0].one, None,
            "the first has no third layer"
        );
        assert_eq!(sections[3].rows[0].other, Some(1000.0));
    }

    #[test]
    fn a_hit_rate_of_nothing_is_not_told() {
        let played = WrittenReport::parse(&report(0, 1)).expect("its own");
        let mut idle = played.clone();
        idle.totals.due = 0;
        let sections = sections(&idle, Some(&played));
        let hits = row(&sections, "hit %");
        assert_eq!((hits.one, hits.other), (None, Some(100.0)));
    }

    #[test]
    fn other_versions_and_other_things_are_refused_with_a_reason() {
        let refusal = |json: &str| WrittenReport::parse(json).expect_err("refused").to_string();
        let newer = report(0, 1).replace("\"schema\":1", "\"schema\":7");
        assert!(refusal(&newer).contains("version 7"), "{}", refusal(&newer));
        assert!(refusal("{}").contains("no `schema`"));
        assert!(refusal("[1]").contains("schema") || refusal("[1]").contains("report"));
        assert!(refusal("no").contains("not JSON"));
        assert!(refusal(r#"{"schema":1,"seek_ms":{}}"#).contains("no report"));
    }
}
