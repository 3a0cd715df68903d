//! The depth at which disks are read.

/// Threads that read at once when playing, on a machine with so many cores: as many as there are cores, but 3 or 4. A
/// disk answers a few questions at once quicker than one by one; more only compete.
pub fn reading_threads(cores: usize) -> usize {
    cores.clamp(3, 4)
}
