//! Options of a player.

use crate::media::io::reading_threads;
use crate::settings::PrebufferDepth;

/// Threads and memory of a player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayerOptions {
    /// Threads that read.
    pub io_threads: usize,
    /// Threads that decode.
    pub decode_threads: usize,
    /// Frames that each deck reads ahead.
    pub prebuffer: PrebufferDepth,
    /// Bytes of frame memory for all decks together.
    pub budget_bytes: u64,
}

impl PlayerOptions {
    /// Workers by the number of cores: as many that decode as there are cores, and as many that read as disks are measured
    /// with, one of which is kept free of each deck. More readers come only when disks do not answer, and go again once
    /// they do.
    pub fn for_cores(cores: usize, prebuffer: PrebufferDepth, budget_bytes: u64) -> Self {
        Self {
            io_threads: reading_threads(cores),
            decode_threads: cores.clamp(1, 16),
            prebuffer,
            budget_bytes,
        }
    }
}
