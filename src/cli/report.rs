//! `sextet report`: a written report as a table, or two side by side with their ratios.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};

use super::output;
use crate::stats::compare::{Row, WrittenReport, sections};

/// Arguments of `report`.
#[derive(clap::Args, Clone, Debug)]
pub struct ReportArgs {
    /// A report that `play --report` wrote.
    #[arg(value_name = "A.json")]
    pub one: PathBuf,
    /// Another one to set beside it.
    #[arg(value_name = "B.json")]
    pub other: Option<PathBuf>,
}

/// Shows the table.
///
/// # Errors
/// If a file cannot be read, or is no report of this version.
pub fn run(args: &ReportArgs) -> anyhow::Result<ExitCode> {
    let one = load(&args.one)?;
    let other = args.other.as_deref().map(load).transpose()?;
    let mut lines = vec![format!("A  {}  {}", one.title(), args.one.display())];
    if let Some((other, path)) = other.as_ref().zip(args.other.as_ref()) {
        lines.push(format!("B  {}  {}", other.title(), path.display()));
    }
    for section in sections(&one, other.as_ref()) {
        lines.push(section.title);
        lines.extend(section.rows.iter().map(|row| line(row, other.is_some())));
    }
    output::print_line(&output::joined(&lines))?;
    Ok(ExitCode::SUCCESS)
}

fn load(path: &Path) -> anyhow::Result<WrittenReport> {
    let json = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow!(
            "no such report; check the name, or write one with `sextet play --headless --report`: {}",
            path.display()
        ),
        _ => anyhow!(
            "cannot read the report ({error}); check its rights and its disk: {}",
            path.display()
        ),
    })?;
    WrittenReport::parse(&json).with_context(|| format!("cannot show {}", path.display()))
}

fn line(row: &Row, has_other: bool) -> String {
    let cell = |value: Option<f64>| match value {
        Some(value) => format!("{value:>12.*}", row.digits),
        None => format!("{:>12}", "–"),
    };
    let one = format!("  {:<16}{}", row.name, cell(row.one));
    if !has_other {
        return one;
    }
    let ratio = match row.ratio() {
        Some(ratio) => format!("{ratio:>9.3} ×"),
        None => format!("{:>11}", "–"),
    };
    format!("{one}{}{ratio}", cell(row.other))
}
