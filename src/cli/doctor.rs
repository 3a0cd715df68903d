//! `sextet doctor`: will this hold on this machine, and if not, what to mend?

use std::path::PathBuf;
use std::process::ExitCode;

use super::play::SlowDiskArgs;
use super::{output, project_input};
use crate::doctor::{DoctorOptions, diagnose};
use crate::engine::PlaybackSettings;
use crate::media::TextureSupport;
use crate::status::Diagnosis;
use crate::status::diagnosis::{Problem, Resource, Verdict};
use crate::time::Time;

/// Arguments of `doctor`.
#[derive(clap::Args, Clone, Debug)]
pub struct DoctorArgs {
    /// A project (.ron), or media files that each become a looped layer.
    #[arg(required = true)]
    pub input: Vec<PathBuf>,
    /// The disk to examine it for instead of the one that is there.
    #[command(flatten)]
    pub slow_disk: SlowDiskArgs,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    pub json: bool,
}

/// Examines and tells: exit code 0 if there is nothing to mend, 1 if there is a problem of whatever weight.
///
/// # Errors
/// If there is nothing to examine.
pub fn run(args: &DoctorArgs) -> anyhow::Result<ExitCode> {
    let input = project_input::load(&args.input, Time::ZERO)?;
    let playback = PlaybackSettings::default();
    let options = DoctorOptions {
        prebuffer: playback.prebuffer,
        budget_bytes: playback.budget_bytes,
        textures: TextureSupport::BlockCompressed,
        slow_disk: args.slow_disk.disk(),
    };
    let diagnosis = diagnose(&input.project, &options);
    output::print_line(&if args.json {
        serde_json::to_string_pretty(&diagnosis)?
    } else {
        text(&diagnosis)
    })?;
    Ok(if !diagnosis.is_clean() {
        ExitCode::from(1)
    } else if !input.unreadable.is_empty() {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    })
}

/// The diagnosis as a table to read.
pub fn text(diagnosis: &Diagnosis) -> String {
    let mut lines = vec![headline(diagnosis)];
    for problem in &diagnosis.problems {
        lines.extend(problem_lines(problem));
    }
    if !diagnosis.moments.is_empty() {
        lines.push("The moments that need most:".to_owned());
    }
    for moment in &diagnosis.moments {
        let of = match moment.resource {
            Resource::Disk => "of the disk",
            Resource::Cores => "of all cores",
            Resource::Decoder => "of one decoder",
        };
        lines.push(format!(
            "  at {:>9.2} s  {:>4.0} % {of}: {:.0} MB/s to read, {:.2} cores decoding",
            moment.at_s,
            moment.load * 100.0,
            moment.read_mb_per_s,
            moment.busy_cores
        ));
    }
    for disk in &diagnosis.disks {
        let by = disk.cold_io.unwrap_or("the page cache");
        let cold = match disk.cold_mb_per_s.zip(disk.cold_p99_ms) {
            Some((rate, p99)) => format!("{rate:.0} MB/s cold by {by} (99 % within {p99:.1} ms)"),
            None => "cold not known".to_owned(),
        };
        lines.push(format!(
            "Disk ({}): {cold}, {:.0} MB/s warm, {:.0} MB/s needed; {}",
            disk.kind, disk.warm_mb_per_s, disk.needed_mb_per_s, disk.media
        ));
    }
    for file in &diagnosis.files {
        if file.is_still() {
            lines.push(format!(
                "File ({}): a still, decoded once and kept; {}",
                file.codec, file.media
            ));
            continue;
        }
        lines.push(format!(
            "File ({}): {:.0} frames per second on {} cores, {:.2} ms of one core each; {}",
            file.codec, file.decode_fps, diagnosis.cores, file.core_ms, file.media
        ));
    }
    lines.extend(diagnosis.notes.iter().cloned());
    output::joined(&lines)
}

fn headline(diagnosis: &Diagnosis) -> String {
    match diagnosis.verdict {
        Verdict::Holds => format!("Holds here, with {:.1} × what it needs.", diagnosis.margin),
        Verdict::AtRisk => format!(
            "At risk here: the machine gives {:.2} × what it needs.",
            diagnosis.margin
        ),
        Verdict::WillDrop => format!(
            "Will drop frames here: the machine gives {:.2} × what it needs.",
            diagnosis.margin
        ),
    }
}

fn problem_lines(problem: &Problem) -> [String; 2] {
    let weight = match problem.at_best {
        Verdict::Holds => "Advice",
        Verdict::AtRisk => "Risk",
        Verdict::WillDrop => "Fault",
    };
    let at = problem
        .at_s
        .map_or_else(String::new, |at_s| format!(" (at {at_s:.2} s)"));
    let media = if problem.media.is_empty() {
        String::new()
    } else {
        format!("; {}", problem.media)
    };
    [
        format!("{weight}: {}{at}{media}", problem.problem),
        format!("  {}", problem.remedy),
    ]
}
