//! A project from the command line: a `.ron` file, or media files that each become a layer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use crossbeam_channel::Receiver;

use super::output;
use crate::media::detached_call::call_detached;
use crate::media::sequence::grouped;
use crate::media::{self, MediaError, TextureSupport};
use crate::project::storage::file;
use crate::project::{MAX_LAYERS, Project, as_given, is_address};
use crate::time::{Clock, Time};

/// Time limit for opening all files together: longer than a disk that sleeps takes to wake up. Those that do not
/// answer by then are left to the engine, which opens them whenever they do.
const PATIENCE: Time = Time::from_seconds(5);

/// A project to play.
pub struct ProjectInput {
    /// The project.
    pub project: Project,
    /// Errors already printed, of media files named on the command line that could not be read. They have their layers all the
    /// same, which play once they can be.
    pub unreadable: BTreeSet<String>,
}

/// Loads what the arguments name. Media files become one looped layer each, at least `at_least` long, the first at the
/// back; those that cannot be read are complained about.
///
/// # Errors
/// If there is nothing to play.
pub fn load(paths: &[PathBuf], at_least: Time) -> anyhow::Result<ProjectInput> {
    match paths {
        [path] if is_project(path) => Ok(ProjectInput {
            project: file::load(path)?,
            unreadable: BTreeSet::new(),
        }),
        _ => load_media(
            &grouped(paths.iter().map(|path| as_given(path)).collect()),
            at_least,
        ),
    }
}

/// True if a path names a project rather than a media file.
pub fn is_project(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("ron"))
}

/// Refuses a project where one media file is meant; one that is not there is left to whoever opens it.
///
/// # Errors
/// Advice for a project given where media are expected.
pub fn refuse_project(path: &Path) -> anyhow::Result<()> {
    if is_project(path) && path.exists() {
        bail!(
            "this is a project and no media file; name one of its files, or use `sextet play --headless` or `sextet doctor`: \
             {}",
            path.display()
        );
    }
    Ok(())
}

fn load_media(paths: &[PathBuf], at_least: Time) -> anyhow::Result<ProjectInput> {
    if let Some(project) = paths.iter().find(|path| is_project(path)) {
        bail!(
            "a project is opened by itself; leave out the other files, or this one: {}",
            project.display()
        );
    }
    if paths.len() > MAX_LAYERS {
        bail!(
            "{} files are more than the {MAX_LAYERS} layers of a project; leave some out",
            paths.len()
        );
    }
    let clock = Clock::system();
    let until = clock.instant_at(clock.now() + PATIENCE);
    let opening = paths.iter().map(|path| begin_opening(path));
    let opening = opening.collect::<std::io::Result<Vec<_>>>();
    let opening = opening.context("no thread to open the files with")?;
    let mut layers = Vec::new();
    let mut unreadable = BTreeSet::new();
    let mut failed = 0;
    for (path, opening) in paths.iter().zip(opening) {
        // What an address is, is not asked: it would connect once for nothing, and some servers answer only once.
        let opened = opening.map(|opening| opening.recv_deadline(until));
        let (duration, complaint) = match opened {
            None => (at_least, None),
            Some(Ok(Ok(duration))) => (duration, None),
            Some(Ok(Err(error))) if paths.len() == 1 => return Err(error.into()),
            Some(Ok(Err(error))) => (at_least, Some(error.to_string())),
            Some(Err(_)) => (at_least, Some(silent(path))),
        };
        layers.push((path.clone(), duration));
        if let Some(complaint) = complaint {
            failed += 1;
            if unreadable.insert(complaint.clone()) {
                output::complain(&complaint);
            }
        }
    }
    if failed == layers.len() {
        bail!("none of the files can be played");
    }
    let mut project = Project::with_media_layers(&layers);
    // The loop of each layer is its own: the end of the timeline lies behind the end of the run.
    let end = at_least + Time::from_seconds(2);
    for clip in project.layers.iter_mut().flat_map(|layer| &mut layer.clips) {
        clip.duration = clip.duration.max(end);
    }
    Ok(ProjectInput {
        project,
        unreadable,
    })
}

/// Has a media file opened for its duration, on a thread that is not waited for if its disk does not answer.
fn begin_opening(path: &Path) -> std::io::Result<Option<Receiver<Result<Time, MediaError>>>> {
    if is_address(path) {
        return Ok(None);
    }
    let path = path.to_owned();
    let opened = call_detached("open", move || {
        let media = media::open_video(&path, TextureSupport::BlockCompressed);
        media.map(|media| media.facts.timing.duration())
    })?;
    Ok(Some(opened))
}

fn silent(path: &Path) -> String {
    format!(
        "does not answer, and plays once it does; look after its disk: {}",
        path.display()
    )
}
