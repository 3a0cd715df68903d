//! The report of `play` and `bench playback`. Its form is a contract: scripts read it.

use serde::Serialize;

use super::HealthCounts;
use super::durations::{Durations, Timings};
use super::process::ProcessUsage;
use super::recorder::{CauseCounts, Counts, LayerRecorder};
use super::{AdapterInfo, BudgetShortage, per_second};

/// The version of the form.
pub const SCHEMA: u32 = 1;

/// The report of a run. Times are in milliseconds, sizes in bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The version of the form, [`SCHEMA`].
    pub schema: u32,
    /// Time that was played, in seconds: that of each canvas frame shown, the first among them.
    pub seconds: f64,
    /// The picture that was composed.
    pub canvas: CanvasReport,
    /// The adapter that drew it; none without drawing.
    pub adapter: Option<AdapterInfo>,
    /// All layers together.
    pub totals: TotalsReport,
    /// Each layer, in the order of the project.
    pub layers: Vec<LayerReport>,
    /// Times of the drawing thread.
    pub drawing: DrawingReport,
    /// The sound; none where no device was to play it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<SoundReport>,
    /// The process as a whole.
    pub process: ProcessUsage,
    /// Growth over a long run; none in one that ended before the first look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soak: Option<SoakReport>,
    /// The program's verdict; none of the bare engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictReport>,
}

/// The program's verdict, as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictReport {
    /// `holds`, `at-risk`, `will-drop` or `unknown`.
    pub verdict: &'static str,
    /// `predicted`, `measured` or `nothing`.
    pub basis: &'static str,
    /// `disk`, `decoding`, `drawing`, `source` or `media`, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// The verdict in a few words.
    pub headline: String,
    /// What it follows from, in sentences, a line each.
    pub explanation: String,
}

/// Sound, and its step with the pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SoundReport {
    /// The device that plays; none if there is none now.
    pub device: Option<String>,
    /// Its frames per second; 0 before there was one.
    pub rate: u32,
    /// Times that the device asked for sound and none was mixed.
    pub xruns: u64,
    /// How far sound was from where the clock of the pictures has it, either way.
    pub offset_ms: Percentiles,
    /// Times that it was further off than is slewed, and went to where it belongs.
    pub steps: u64,
    /// Times that sound was not decoded when it was to be mixed.
    pub missing: u64,
    /// Packets that could not be decoded.
    pub damaged_packets: u64,
    /// Time from mixing to being heard, without what the device needs.
    pub latency_ms: f64,
    /// The largest sample, left and right; full scale is 1.
    pub peak: [f32; 2],
}

/// Times of the drawing thread for each picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct DrawingReport {
    /// Time to compose the picture, on the thread.
    pub composite_ms: Percentiles,
    /// From the moment that a picture stands for to its being handed over.
    pub present_ms: Percentiles,
}

/// Growth between the first look at a long run and the last.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SoakReport {
    /// When the first look was taken, in seconds from the start.
    pub from_s: f64,
    /// When the last was.
    pub to_s: f64,
    /// Resident memory at the last look.
    pub rss_bytes: u64,
    /// By how much it grew.
    pub rss_growth_bytes: i64,
    /// By how much the number of threads grew.
    pub threads_growth: i64,
    /// Open files, sockets and the like at the last look, where the system says.
    pub handles: Option<u64>,
    /// By how much they grew.
    pub handles_growth: Option<i64>,
}

/// The composed picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CanvasReport {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pictures per second as a fraction.
    pub fps: String,
}

/// Counts with what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TotalsReport {
    /// Due frames and their fates.
    #[serde(flatten)]
    pub counts: Counts,
    /// Share of due frames that were ready when asked for, 0 to 1.
    pub hit_rate: f64,
    /// Causes of due frames not shown on time; the sum is `repeated + late + dropped`.
    pub drop_causes: CauseCounts,
}

impl From<Counts> for TotalsReport {
    fn from(counts: Counts) -> Self {
        Self {
            counts,
            hit_rate: counts.hit_rate(),
            drop_causes: counts.causes,
        }
    }
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerReport {
    /// Its place from the top of the project, from 0.
    pub index: usize,
    /// Its media and how they were played.
    #[serde(flatten)]
    pub identity: LayerIdentity,
    /// Due frames and their fates.
    #[serde(flatten)]
    pub counts: TotalsReport,
    /// The prebuffer.
    pub prebuffer: PrebufferReport,
    /// Time to read a frame.
    pub read_ms: Percentiles,
    /// Time to decode a frame.
    pub decode_ms: Percentiles,
    /// Time on the drawing thread to hand a frame to the GPU.
    pub upload_ms: Percentiles,
    /// Time that a frame waited in queues.
    pub wait_ms: Percentiles,
    /// Time from a seek to its frame.
    pub seek_ms: Percentiles,
    /// Time that a picture stayed longer or shorter than its cadence allows: than the two numbers of canvas frames next to
    /// what its rate asks for, or its own time stamps where frames have unequal lengths.
    pub cadence_error_ms: Percentiles,
    /// Stored bytes read.
    pub read_bytes: u64,
    /// Stored bytes read per second of the run, in megabytes (10⁶).
    pub read_mb_per_s: f64,
    /// The layer's error at the end, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A layer's prebuffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PrebufferReport {
    /// Frames that it holds at most, at the end.
    pub slots: usize,
    /// True if that follows the longest reads.
    pub auto: bool,
    /// Fewest that it held at most during the run.
    pub min_slots: usize,
    /// Most that it held at most during the run.
    pub max_slots: usize,
    /// Bytes of memory for them.
    pub bytes: u64,
    /// Frames ready, on average over the ticks of the run.
    pub mean_fill: f64,
    /// The budget, if it is too small for the layers, and what they take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_budget: Option<BudgetShortage>,
}

/// Percentiles of a duration, in milliseconds; zeros when nothing was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl From<&Durations> for Percentiles {
    fn from(durations: &Durations) -> Self {
        Self {
            p50: durations.percentile_ms(50.0),
            p95: durations.percentile_ms(95.0),
            p99: durations.percentile_ms(99.0),
            max: durations.max_ms(),
        }
    }
}

impl From<&Timings> for Percentiles {
    fn from(timings: &Timings) -> Self {
        timings.run().into()
    }
}

/// A layer's media, and how they were played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LayerIdentity {
    /// The media file played last.
    pub media: String,
    /// `hap` or `ffmpeg`; empty if nothing was opened.
    pub path: String,
    /// Codec of the media file.
    pub codec: String,
    /// Pixels across of the media file.
    pub width: u32,
    /// Pixels down of the media file.
    pub height: u32,
    /// Frames per second of the media file as a fraction.
    pub fps: String,
    /// The I/O back end that read its frames, as of the end.
    pub io: String,
    /// The reason for that.
    pub reading: ReadingReport,
    /// The decoder and why it was chosen, such as `in software (as asked)`; empty for HAP.
    pub decoding: String,
    /// Losses of the media file since it was opened.
    pub health: HealthCounts,
}

/// The reason for an I/O back end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadingReport {
    /// `asked`, `refused`, `demuxed`, `proxy`, `in-page-cache`, `no-direct-reads`, `not-measured` or `measured`; empty if
    /// nothing was opened.
    pub reason: String,
    /// `opening` or `playing`, for the occasion of the measurement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<&'static str>,
    /// Rate of its disk past the page cache, in megabytes (10⁶) per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_mb_per_s: Option<u32>,
    /// The same through it, of what it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_mb_per_s: Option<u32>,
    /// Share of the file that the page cache held when it was opened, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_percent: Option<u8>,
}

impl Report {
    /// The budget, if it is too small for the layers.
    pub fn over_budget(&self) -> Option<BudgetShortage> {
        let mut layers = self.layers.iter();
        layers.find_map(|layer| layer.prebuffer.over_budget)
    }

    /// A line per layer as comma-separated values, a header first (RFC 4180).
    pub fn to_csv(&self) -> String {
        let mut csv = String::from(
            "layer,media,codec,io,due,presented,repeated,late,dropped,hit_rate,lost_read,lost_decode,lost_upload,\
             lost_present,read_p50_ms,read_p95_ms,read_p99_ms,read_max_ms,decode_p50_ms,decode_p99_ms,upload_p50_ms,\
             upload_p99_ms,wait_p99_ms,mean_fill,read_bytes,read_mb_per_s,lost_source\r\n",
        );
        for layer in &self.layers {
            let counts = &layer.counts.counts;
            let causes = &counts.causes;
            let (read, decode, upload) = (&layer.read_ms, &layer.decode_ms, &layer.upload_ms);
            let media = layer.identity.media.replace('"', "\"\"");
            let line = format!(
                "{},\"{media}\",{},{},{},{},{},{},{},{:.6},{},{},{},{},{:.3},{:.3},{:.3},{:.3},{:.3},{:.3},{:.3},\
                 {:.3},{:.3},{:.3},{},{:.3},{}\r\n",
                layer.index,
                layer.identity.codec,
                layer.identity.io,
                counts.due,
                counts.presented,
                counts.repeated,
                counts.late,
                counts.dropped,
                layer.counts.hit_rate,
                causes.read,
                causes.decode,
                causes.upload,
                causes.present,
                read.p50,
                read.p95,
                read.p99,
                read.max,
                decode.p50,
                decode.p99,
                upload.p50,
                upload.p99,
                layer.wait_ms.p99,
                layer.prebuffer.mean_fill,
                layer.read_bytes,
                layer.read_mb_per_s,
                causes.source
            );
            csv.push_str(&line);
        }
        csv
    }
}

impl LayerReport {
    /// The report of layer `index`, which played `identity`, from what was recorded in `seconds`.
    pub fn new(
        index: usize,
        identity: LayerIdentity,
        error: Option<String>,
        recorder: &LayerRecorder,
        prebuffer: PrebufferReport,
        seconds: f64,
    ) -> Self {
        Self {
            index,
            identity,
            counts: recorder.counts.into(),
            prebuffer,
            read_ms: (&recorder.read).into(),
            decode_ms: (&recorder.decode).into(),
            upload_ms: (&recorder.upload).into(),
            wait_ms: (&recorder.wait).into(),
            seek_ms: (&recorder.seek).into(),
            cadence_error_ms: (&recorder.cadence).into(),
            read_bytes: recorder.read_bytes,
            read_mb_per_s: per_second(recorder.read_bytes as f64 / 1e6, seconds),
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_scripts_rely_on() {
        let counts = Counts {
            due: 600,
            presented: 599,
            repeated: 1,
            due_evenly: 600,
            asked: 600,
            hits: 599,
            causes: CauseCounts {
                read: 1,
                ..CauseCounts::default()
            },
            ..Counts::default()
        };
        let recorder = LayerRecorder {
            counts,
            ..LayerRecorder::default()
        };
        let layer = LayerReport::new(
            0,
            LayerIdentity::default(),
            None,
            &recorder,
            PrebufferReport::default(),
            10.0,
        );
        let report = Report {
            schema: SCHEMA,
            seconds: 10.0,
            canvas: CanvasReport {
                width: 1920,
                height: 1080,
                fps: "60/1".to_owned(),
            },
            adapter: None,
            totals: counts.into(),
            layers: vec![layer],
            drawing: DrawingReport::default(),
            sound: None,
            process: ProcessUsage::default(),
            soak: None,
            verdict: None,
        };
        let csv = report.to_csv();
        let columns: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(columns, [27, 27], "{csv}");
        let json = serde_json::to_value(&report).expect("plain data");
        let keys = |value: &serde_json::Value| -> Vec<String> {
            value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        let mut top = keys(&json);
        top.sort_unstable();
        assert_eq!(
            top,
            [
                "adapter", "canvas", "drawing", "layers", "process", "schema", "seconds", "totals"
            ]
        );
        let mut layer = keys(&json["layers"][0]);
        layer.sort_unstable();
        insta::assert_snapshot!(layer.join(" "), @"cadence_error_ms codec decode_ms decoding drop_causes dropped due due_evenly fps health height hit_rate index io late media path prebuffer presented read_bytes read_mb_per_s read_ms reading repeated seek_ms upload_ms wait_ms width");
        insta::assert_snapshot!(json["totals"], @r#"{"drop_causes":{"decode":0,"present":0,"read":1,"source":0,"upload":0},"dropped":0,"due":600,"due_evenly":600,"hit_rate":0.9983333333333333,"late":0,"presented":599,"repeated":1}"#);
        insta::assert_snapshot!(json["process"], @r#"{"cpu_seconds":0.0,"peak_rss_bytes":0,"threads":0}"#);
    }
}
