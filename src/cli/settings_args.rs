//! Playback settings as typed: the arguments that `play` and `bench playback` share.

use crate::engine::{MAX_BUDGET_BYTES, MIN_BUDGET_BYTES, PlaybackSettings};
use crate::settings::{IoMode, MAX_PREBUFFER, MIN_PREBUFFER, PrebufferDepth};

/// Arguments that say how frames are had in time.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct SettingsArgs {
    /// I/O mode.
    #[arg(long, value_enum, default_value_t = IoMode::Auto)]
    io: IoMode,
    /// Frames that each layer reads ahead, 3 to 16, or `auto`: as many as cover the longest reads of late.
    #[arg(long, default_value_t = PrebufferDepth::Auto, value_name = "N", value_parser = prebuffer,
          allow_negative_numbers = true)]
    prebuffer: PrebufferDepth,
    /// Frame memory for all layers together, in MiB; 192 for six layers without it.
    #[arg(long, value_name = "MIB",
          value_parser = clap::value_parser!(u64).range(MIN_BUDGET_BYTES >> 20..=MAX_BUDGET_BYTES >> 20),
          allow_negative_numbers = true)]
    budget: Option<u64>,
}

impl SettingsArgs {
    /// The same as settings; without a budget given it is `budget_bytes`.
    pub fn settings(&self, budget_bytes: u64) -> PlaybackSettings {
        PlaybackSettings {
            prebuffer: self.prebuffer,
            io: self.io,
            budget_bytes: self
                .budget
                .map_or(budget_bytes, |mebibytes| mebibytes << 20),
        }
    }
}

fn prebuffer(text: &str) -> Result<PrebufferDepth, String> {
    let read = text.parse().ok();
    read.filter(|prebuffer: &PrebufferDepth| prebuffer.clamped() == *prebuffer)
        .ok_or_else(|| format!("it is neither auto nor in {MIN_PREBUFFER}..={MAX_PREBUFFER}"))
}
