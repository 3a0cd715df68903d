//! Files measured one after the other, and the report of all.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::cli::{output, project_input};

/// The result; its names are a contract.
#[derive(Serialize)]
pub struct Report<F> {
    schema: u32,
    /// Threads that were measured.
    pub threads: u16,
    /// Those of the files that could be read.
    pub files: Vec<F>,
}

/// What was measured.
pub struct Measured<F> {
    files: Vec<F>,
    is_complete: bool,
}

/// Measures each file; one that cannot be read is named on standard error, and the others are still measured.
///
/// # Errors
/// If none of the files can be `done`.
pub fn measured<F>(
    media: &[PathBuf],
    done: &str,
    mut measure: impl FnMut(&Path) -> Result<F, String>,
) -> Result<Measured<F>> {
    let mut files = Vec::new();
    for path in media {
        let refused = project_input::refuse_project(path).map_err(|error| error.to_string());
        match refused.and_then(|()| measure(path)) {
            Ok(file) => files.push(file),
            Err(error) => output::complain(&error),
        }
    }
    if files.is_empty() {
        bail!("none of the files can be {done}");
    }
    Ok(Measured {
        is_complete: files.len() == media.len(),
        files,
    })
}

impl<F: Serialize> Measured<F> {
    /// Prints the report, as JSON or as a table; exit code 2 if a file could not be read.
    ///
    /// # Errors
    /// That it cannot be printed.
    pub fn report(
        self,
        threads: u16,
        is_json: bool,
        table: impl FnOnce(&Report<F>) -> String,
    ) -> Result<ExitCode> {
        let report = Report {
            schema: 1,
            threads,
            files: self.files,
        };
        output::print_line(&if is_json {
            serde_json::to_string_pretty(&report)?
        } else {
            table(&report)
        })?;
        Ok(if self.is_complete {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }
}
