//! A project from the command line: a `.ron` file, or media files that each become a layer.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::output;
use crate::media::sequence::grouped;
use crate::media::{self, TextureSupport};
use crate::project::{MAX_LAYERS, Project, file, is_address};
use crate::time::Time;

/// What to play.
pub struct ProjectInput {
    /// The project.
    pub project: Project,
    /// Whether a media file named on the command line could not be read and was left out.
    pub has_unreadable: bool,
}

/// Loads what the arguments name. Media files become one looped layer each, at least `at_least` long, the first at the
/// back; those that cannot be read are complained about and left out.
///
/// # Errors
/// If there is nothing to play.
pub fn load(paths: &[PathBuf], at_least: Time) -> anyhow::Result<ProjectInput> {
    match paths {
        [path] if is_project(path) => Ok(ProjectInput {
            project: file::load(path)?,
            has_unreadable: false,
        }),
        _ => load_media(&grouped(paths.to_vec()), at_least),
    }
}

/// Whether a path names a project rather than a media file.
pub fn is_project(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("ron"))
}

/// Refuses a project where one media file is meant; one that is not there is left to whoever opens it.
///
/// # Errors
/// What can be done with a project instead.
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
    let mut readable = Vec::new();
    let mut complained = Vec::new();
    for path in paths {
        if is_address(path) {
            // Asking what it is would connect once for nothing, and some servers answer only once.
            readable.push((path.clone(), at_least));
            continue;
        }
        match media::open(path, TextureSupport::BlockCompressed) {
            Ok(media) => readable.push((path.clone(), media.facts.timing.duration())),
            Err(error) if paths.len() == 1 => return Err(error.into()),
            Err(_) if complained.contains(path) => {}
            Err(error) => {
                output::complain(&error.to_string());
                complained.push(path.clone());
            }
        }
    }
    if readable.is_empty() {
        bail!("none of the files can be played");
    }
    let has_unreadable = readable.len() < paths.len();
    let mut project = Project::with_media_layers(&readable);
    // The loop of each layer is its own: the end of the timeline lies behind the end of the run.
    let end = at_least + Time::from_seconds(2);
    for clip in project.layers.iter_mut().flat_map(|layer| &mut layer.clips) {
        clip.duration = clip.duration.max(end);
    }
    Ok(ProjectInput {
        project,
        has_unreadable,
    })
}
