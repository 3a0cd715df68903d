//! Room on the disk that a movie is written to.

use std::path::Path;
use std::time::Duration;

use super::error::ExportError;
use crate::project::storage::free_bytes;

/// Time between two looks at a full disk: no system tells when there is room again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Room to go on with, at least.
const MIN_BYTES: u64 = 1 << 20;

/// Waits until there are so many bytes of room beside a file; where the system does not say, for a while.
///
/// # Errors
/// [`ExportError::Cancelled`].
pub(super) fn wait_for_room(
    file: &Path,
    bytes: u64,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<(), ExportError> {
    let folder = file.parent().unwrap_or(file);
    loop {
        // The wait comes first: what was refused a moment ago would be refused again.
        crossbeam_channel::after(LOOK_EVERY).recv().ok();
        if is_cancelled() {
            return Err(ExportError::Cancelled);
        }
        if free_bytes(folder).is_none_or(|free| free >= bytes.max(MIN_BYTES)) {
            return Ok(());
        }
    }
}
