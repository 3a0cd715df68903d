//! Options of a player.

/// Threads and memory of a player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayerOptions {
    /// Threads that read.
    pub io_threads: usize,
    /// Threads that decode.
    pub decode_threads: usize,
    /// Frames that each deck reads ahead.
    pub prebuffer: usize,
    /// Bytes of frame memory for all decks together.
    pub budget_bytes: u64,
}

impl PlayerOptions {
    /// Workers by the number of cores: as many that decode as there are cores, and as many that read, but 3 or 4:
    /// a disk answers a few questions at once quicker than one by one, more only compete, and one is kept free of each
    /// deck. More readers come only when disks do not answer, and go again once they do.
    pub fn for_cores(cores: usize, prebuffer: usize, budget_bytes: u64) -> Self {
        Self {
            io_threads: cores.clamp(3, 4),
            decode_threads: cores.clamp(1, 16),
            prebuffer,
            budget_bytes,
        }
    }
}
