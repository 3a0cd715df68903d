//! Memory that is left to this process: on the machine, in the control groups that it runs in (`cgroups(7)`), and of its
//! address space (`ulimit -v`).

use std::fs;
use std::path::Path;

/// Memory that could be used without anything being thrown out that is needed, in bytes; none where the system does
/// not say.
pub fn available_memory_bytes() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok();
    let machine = machine.and_then(|text| Some(value_in(&text, "MemAvailable:")? * 1024));
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let groups = groups
        .lines()
        .filter_map(|line| left_in_groups(line, Path::new("/sys/fs/cgroup")));
    machine
        .into_iter()
        .chain(groups)
        .chain(address_space_left())
        .min()
}

/// Bytes of address space that the limit of this process leaves, if it has one (`RLIMIT_AS`, `getrlimit(2)`).
#[cfg(unix)]
pub fn address_space_left() -> Option<u64> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::As).current?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    Some(limit.saturating_sub(value_in(&status, "VmSize:")? * 1024))
}

/// This system has no such limit.
#[cfg(not(unix))]
pub fn address_space_left() -> Option<u64> {
    None
}

/// Names of a control group's files, and of the page cache in its statistics, which is given up where memory is short.
struct GroupFiles {
    limit: &'static str,
    usage: &'static str,
    cached: [&'static str; 2],
}

/// Version 2 (kernel documentation, cgroup-v2, "Memory Interface Files").
const V2: GroupFiles = GroupFiles {
    limit: "memory.max",
    usage: "memory.current",
    cached: ["inactive_file", "active_file"],
};

/// Version 1 (kernel documentation, cgroup-v1/memory, 2 and 5.2).
const V1: GroupFiles = GroupFiles {
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    cached: ["total_inactive_file", "total_active_file"],
};

/// The bytes left in the group of a line of `/proc/self/cgroup`, `ID:CONTROLLERS:PATH`, and in those above it; none where
/// nothing limits them.
fn left_in_groups(line: &str, mounted: &Path) -> Option<u64> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (controllers, path) = (fields.next()?, fields.next()?);
    let (root, files) = match controllers {
        "" => (mounted.to_owned(), V2),
        _ if controllers.split(',').any(|name| name == "memory") => (mounted.join("memory"), V1),
        _ => return None,
    };
    let group = root.join(path.trim_start_matches('/'));
    let above = group
        .ancestors()
        .take_while(|group| group.starts_with(&root));
    above.filter_map(|group| left_in(group, &files)).min()
}

fn left_in(group: &Path, files: &GroupFiles) -> Option<u64> {
    let number = |name: &str| {
        let text = fs::read_to_string(group.join(name)).ok()?;
        text.trim().parse::<u64>().ok()
    };
    let (limit, used) = (number(files.limit)?, number(files.usage)?);
    let statistics = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let cached = files
        .cached
        .iter()
        .filter_map(|name| value_in(&statistics, name));
    let needed = used.saturating_sub(cached.sum());
    Some(limit.saturating_sub(needed))
}

/// The number behind a name, on a line of its own.
fn value_in(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().map(str::split_whitespace);
    lines.find_map(|mut words| (words.next()? == name).then(|| words.next()?.parse().ok())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_with_the_least_left_counts_and_its_page_cache_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |group: &str, files: &[(&str, &str)]| {
            let group = folder.path().join(group);
            fs::create_dir_all(&group).expect("made");
            for (name, text) in files {
                fs::write(group.join(name), text).expect("written");
            }
        };
        let left = |line| left_in_groups(line, folder.path());
        write(
            "a",
            &[
                ("memory.max", "1000\n"),
                ("memory.current", "700\n"),
                (
                    "memory.stat",
                    "anon 1\ninactive_file 300\nactive_file 100\n",
                ),
            ],
        );
        write("a/b", &[("memory.max", "max\n"), ("memory.current", "9\n")]);
        write("a/c", &[("memory.max", "50\n"), ("memory.current", "60\n")]);
        assert_eq!(left("0::/a/b"), Some(700), "of the group above");
        assert_eq!(left("0::/a/c"), Some(0), "beyond its limit");
        assert_eq!(left("0::/"), None, "nothing limits it");
        write(
            "memory/d",
            &[
                ("memory.limit_in_bytes", "500\n"),
                ("memory.usage_in_bytes", "100\n"),
            ],
        );
        assert_eq!(left("4:cpu,memory:/d"), Some(400));
        for other in ["3:cpu:/d", "4", ""] {
            assert_eq!(left(other), None, "{other}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn some_memory_is_left() {
        assert!(available_memory_bytes().is_some_and(|bytes| bytes > 0));
    }
}
