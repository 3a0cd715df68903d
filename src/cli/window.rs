//! The window: what happens without a command.

use std::path::{self, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use crate::app;
use crate::media::sequence::is_sequence;
use crate::project::is_address;

/// What the window opens.
#[derive(Debug, clap::Args)]
pub struct WindowArgs {
    /// A project (.ron), or media files, each of which gets a layer of its own.
    #[arg(value_name = "PROJECT.ron | MEDIA")]
    pub paths: Vec<PathBuf>,
}

/// Opens the window, and comes back when it was closed.
///
/// # Errors
/// A path does not exist, or no window can be opened here.
pub fn run(args: &WindowArgs) -> Result<ExitCode> {
    let mut paths = Vec::with_capacity(args.paths.len());
    for path in &args.paths {
        if is_address(path) {
            paths.push(path.clone());
            continue;
        }
        // The working folder means nothing to a project that is saved elsewhere, so paths become absolute at once.
        let absolute = path::absolute(path)
            .with_context(|| format!("cannot make the path absolute: {}", path.display()))?;
        ensure!(
            absolute.exists() || is_sequence(&absolute),
            "file not found; check the name: {}",
            path.display()
        );
        paths.push(absolute);
    }
    app::run(paths)?;
    Ok(ExitCode::SUCCESS)
}
