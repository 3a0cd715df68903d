//! A graphics device for commands without a window.

use anyhow::{Result, ensure};

use crate::gpu::Gpu;
use crate::stats::address_space_left;

/// Address space below which no graphics driver is loaded, in bytes: lavapipe (Mesa 22, LLVM 15) was seen to break down on a
/// null pointer with 0.6 GB, and to work with 1.1 GB.
const DRIVER_BYTES: u64 = 3 << 29;

/// A device that draws without a window, and does without what it has no memory for.
///
/// # Errors
/// That there is none, or no room for its driver.
pub fn headless_gpu() -> Result<Gpu> {
    leave_room_for_driver()?;
    Ok(Gpu::headless()?.forgiving())
}

/// Refuses to load a graphics driver where the process may not have the address space that one takes: drivers break down
/// where they get none.
///
/// # Errors
/// That there is too little.
pub fn leave_room_for_driver() -> Result<()> {
    if let Some(left_bytes) = address_space_left() {
        ensure!(
            left_bytes >= DRIVER_BYTES,
            "{} MiB of address space are left, and a graphics driver takes up to {}; raise the limit (ulimit -v)",
            left_bytes >> 20,
            DRIVER_BYTES >> 20
        );
    }
    Ok(())
}
