//! The report as text.

use super::process::ProcessUsage;
use super::recorder::Counts;
use super::report::Report;

impl Report {
    /// The report as text: a line per layer, and what concerns all.
    pub fn to_text(&self) -> String {
        let adapter = self.adapter.as_ref();
        let mut lines = vec![format!(
            "{:.1} s on a canvas of {}×{} at {} fps, drawn by {}",
            self.seconds,
            self.canvas.width,
            self.canvas.height,
            self.canvas.fps,
            adapter.map_or("nothing", |adapter| &adapter.name)
        )];
        lines.push(format!(
            "{:>5}  {:>7} {:>9} {:>8} {:>5} {:>7} {:>7}  {:>6} {:>6} {:>6} {:>7}  media",
            "layer",
            "due",
            "presented",
            "repeated",
            "late",
            "dropped",
            "hit %",
            "p50",
            "p95",
            "p99",
            "MB/s"
        ));
        for layer in &self.layers {
            lines.push(format!(
                "{:>5}  {}  {:>6.2} {:>6.2} {:>6.2} {:>7.1}  {}",
                layer.index,
                counts_text(&layer.counts.counts),
                layer.read_ms.p50,
                layer.read_ms.p95,
                layer.read_ms.p99,
                layer.read_mb_per_s,
                // A line end in a name ends no line of the table.
                layer.identity.media.replace('\n', "\\n")
            ));
        }
        let causes = &self.totals.drop_causes;
        lines.push(format!(
            "{:>5}  {}  lost to read {}, decode {}, upload {}, present {}, source {}",
            "all",
            counts_text(&self.totals.counts),
            causes.read,
            causes.decode,
            causes.upload,
            causes.present,
            causes.source
        ));
        let counts = &self.totals.counts;
        if counts.due_evenly > counts.due {
            lines.push(format!(
                "read at an even rate, {} frames would have been due: time stamps are uneven, so that frames fall between \
                 two pictures of the canvas",
                counts.due_evenly
            ));
        }
        lines.push(process_text(&self.process));
        lines.extend(self.over_budget().map(|shortage| shortage.to_string()));
        if let Some(soak) = &self.soak {
            lines.push(format!(
                "from {:.0} s to {:.0} s: memory {:+.2} MiB, threads {:+}, handles {}",
                soak.from_s,
                soak.to_s,
                soak.rss_growth_bytes as f64 / f64::from(1 << 20),
                soak.threads_growth,
                soak.handles_growth
                    .map_or_else(|| "not known".to_owned(), |growth| format!("{growth:+}"))
            ));
        }
        let verdict = self.verdict.as_ref();
        lines.extend(verdict.map(|verdict| format!("verdict: {}", verdict.headline)));
        lines.join("\n")
    }
}

fn counts_text(counts: &Counts) -> String {
    let hits = counts.measured_hit_rate();
    let hits = hits.map_or_else(|| "–".to_owned(), |rate| format!("{:.2}", rate * 100.0));
    format!(
        "{:>7} {:>9} {:>8} {:>5} {:>7} {hits:>7}",
        counts.due, counts.presented, counts.repeated, counts.late, counts.dropped
    )
}

/// A process that runs has a thread; where none is counted, the system says nothing.
fn process_text(usage: &ProcessUsage) -> String {
    if usage.threads == 0 {
        return "memory, processor time and threads are not known: this system does not tell"
            .to_owned();
    }
    format!(
        "peak memory {:.1} MiB, {:.2} s of processor time, {} threads",
        usage.peak_rss_bytes as f64 / f64::from(1 << 20),
        usage.cpu_seconds,
        usage.threads
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_does_not_tell_is_said_to_be_unknown() {
        assert!(process_text(&ProcessUsage::default()).contains("not known"));
        let usage = ProcessUsage {
            peak_rss_bytes: 3 << 20,
            threads: 2,
            ..ProcessUsage::default()
        };
        assert!(process_text(&usage).starts_with("peak memory 3.0 MiB"));
    }
}
