//! This process as the system counts it.

use std::fs::File;
use std::io::{self, Read as _};

/// Memory, processor time and threads of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct ProcessUsage {
    /// Most memory ever resident, in bytes; 0 where the system does not say.
    pub peak_rss_bytes: u64,
    /// Memory resident now, in bytes; 0 where the system does not say.
    #[serde(skip)]
    pub rss_bytes: u64,
    /// Processor time of all threads since the start, in seconds.
    pub cpu_seconds: f64,
    /// Threads now.
    pub threads: u64,
}

impl ProcessUsage {
    /// Reads `/proc/self/status` and `/proc/self/stat` (proc(5)); elsewhere than on Linux all is zero.
    pub fn now() -> Self {
        let (mut status, mut stat) = ([0; LONGEST_BYTES], [0; LONGEST_BYTES]);
        let status = text_of("/proc/self/status", &mut status);
        let stat = text_of("/proc/self/stat", &mut stat);
        Self {
            peak_rss_bytes: status_value(status, "VmHWM:") * 1024,
            rss_bytes: status_value(status, "VmRSS:") * 1024,
            cpu_seconds: cpu_ticks(stat) as f64 / ticks_per_second(),
            threads: status_value(status, "Threads:"),
        }
    }
}

/// Processor time of the calling thread so far, in seconds; none where the system does not say.
pub fn thread_cpu_seconds() -> Option<f64> {
    // The first of the numbers is the time on a processor in nanoseconds (kernel documentation, sched-stats).
    let mut buffer = [0; LONGEST_BYTES];
    let text = text_of("/proc/thread-self/schedstat", &mut buffer);
    let nanos: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanos as f64 / 1e9)
}

/// Reason that the system gives no count of what this process reads.
#[derive(Debug, thiserror::Error)]
pub enum UncountedIo {
    /// It does not let this program read it.
    #[error("the system does not let this program read {path} ({source})")]
    Unreadable {
        /// The file of the counts.
        path: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// There is no such count.
    #[error("{path} has no {name}")]
    NoSuchCount {
        /// The file of the counts.
        path: &'static str,
        /// The name of the count.
        name: &'static str,
    },
}

/// Bytes that this process had read from storage so far: `read_bytes` of `/proc/self/io` (proc(5)).
///
/// # Errors
/// Reason that it is not known.
pub fn storage_bytes_read() -> Result<u64, UncountedIo> {
    io_count(OWN_IO, "read_bytes:")
}

/// Bytes that this process asked the system to read so far, from storage or not: `rchar` of `/proc/self/io`.
///
/// # Errors
/// Reason that it is not known.
pub fn bytes_asked_for() -> Result<u64, UncountedIo> {
    io_count(OWN_IO, "rchar:")
}

/// The file in which the system counts what this process reads and writes (proc(5)). Hardened systems keep it to themselves.
const OWN_IO: &str = "/proc/self/io";

fn io_count(path: &'static str, name: &'static str) -> Result<u64, UncountedIo> {
    let text =
        std::fs::read_to_string(path).map_err(|source| UncountedIo::Unreadable { path, source })?;
    count_in(&text, name).ok_or(UncountedIo::NoSuchCount { path, name })
}

fn count_in(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

/// Threads whose names begin alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThreadGroup {
    /// The common prefix of their names, such as `decode`.
    pub name: String,
    /// Number of threads.
    pub threads: usize,
    /// Processor time: in seconds so far, or per second where two looks were compared.
    pub cpu: f64,
}

/// The threads of this process by the beginnings of their names, with their processor time so far; empty where the
/// system does not say.
pub fn thread_groups() -> Vec<ThreadGroup> {
    let mut groups: Vec<ThreadGroup> = Vec::new();
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else {
        return groups;
    };
    for task in tasks.flatten() {
        // A thread may end between two lines.
        let Ok(stat) = std::fs::read_to_string(task.path().join("stat")) else {
            continue;
        };
        let name = thread_name(&stat);
        let name = name.split('-').next().unwrap_or(name);
        let cpu = cpu_ticks(&stat) as f64 / ticks_per_second();
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => {
                group.threads += 1;
                group.cpu += cpu;
            }
            None => groups.push(ThreadGroup {
                name: name.to_owned(),
                threads: 1,
                cpu,
            }),
        }
    }
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    groups
}

/// The name in brackets, which may hold brackets itself.
fn thread_name(stat: &str) -> &str {
    let begin = stat.find('(').map_or(0, |at| at + 1);
    let end = stat.rfind(')').unwrap_or(begin);
    stat.get(begin..end).unwrap_or("")
}

/// Files, sockets and the like that this process has open; none where the system does not say.
pub fn open_handles() -> Option<u64> {
    // The folder itself is open while it is read.
    let entries = std::fs::read_dir("/proc/self/fd").ok()?;
    Some((entries.count() as u64).saturating_sub(1))
}

/// True if this program was started with a signal ignored, as `nohup` does with that of a terminal that goes: it is meant
/// to outlive it. Only Linux says, in a mask of bits (`proc_pid_status(5)`).
pub fn ignores(signal: i32) -> bool {
    let mut buffer = [0; LONGEST_BYTES];
    has_signal(text_of("/proc/self/status", &mut buffer), signal)
}

fn has_signal(status: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| (mask >> (signal - 1)) & 1 == 1)
}

/// Longest file of the system that is read; those of a process are about a third of it.
const LONGEST_BYTES: usize = 4096;

/// Reads a file of the system. This happens between two pictures, so it allocates nothing.
fn text_of<'buffer>(path: &str, buffer: &'buffer mut [u8]) -> &'buffer str {
    let length = File::open(path)
        .and_then(|mut file| file.read(buffer))
        .unwrap_or(0);
    std::str::from_utf8(&buffer[..length]).unwrap_or_default()
}

#[cfg(unix)]
fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

#[cfg(not(unix))]
fn ticks_per_second() -> f64 {
    1.0
}

fn status_value(status: &str, name: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// `utime` and `stime`, the 14th and 15th fields; counted from the end of the name, which may hold spaces.
fn cpu_ticks(stat: &str) -> u64 {
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_does_not_shift_the_fields() {
        let stat = "7 (a) b) (c) S 1 2 3 4 5 6 7 8 9 10 40 2 0 0 20";
        assert_eq!(cpu_ticks(stat), 42);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn threads_are_grouped_by_the_beginning_of_their_names() {
        let (hold, held) = crossbeam_channel::bounded::<()>(0);
        std::thread::scope(|scope| {
            for index in 0..2 {
                let held = held.clone();
                std::thread::Builder::new()
                    .name(format!("grouped-{index}"))
                    .spawn_scoped(scope, move || held.recv().is_err())
                    .expect("a thread");
            }
            // A thread has its name once it runs; it is there as soon as it waits.
            while thread_groups()
                .iter()
                .all(|group| group.name != "grouped" || group.threads < 2)
            {
                std::thread::yield_now();
            }
            drop(hold);
        });
    }

    #[test]
    fn disk_statistics_that_may_not_be_read_are_said_to_be_unknown_and_never_zero() {
        let refused = io_count("/proc/self/no such file", "rchar:");
        assert!(
            matches!(refused, Err(UncountedIo::Unreadable { .. })),
            "{refused:?}"
        );
        let text = "rchar: 12\nwchar: x\n";
        assert_eq!(count_in(text, "rchar:"), Some(12));
        assert_eq!(count_in(text, "wchar:"), None);
        assert_eq!(count_in(text, "read_bytes:"), None);
    }

    #[test]
    fn the_first_signal_is_the_lowest_bit_of_the_mask() {
        let status = "SigBlk:\t0000000000000001\nSigIgn:\t0000000000001002\n";
        assert!(has_signal(status, 2) && has_signal(status, 13));
        assert!(!has_signal(status, 1) && !has_signal(status, 3));
        assert!(!has_signal("", 1), "not told");
    }

    #[test]
    fn memory_is_in_kibibytes() {
        assert_eq!(status_value("Name:\tx\nVmRSS:\t  12 kB\n", "VmRSS:"), 12);
        assert_eq!(status_value("", "VmRSS:"), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_memory_and_a_thread() {
        let usage = ProcessUsage::now();
        assert!(usage.peak_rss_bytes >= usage.rss_bytes, "{usage:?}");
        assert!(usage.rss_bytes > 0 && usage.threads > 0, "{usage:?}");
    }
}
