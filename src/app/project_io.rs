//! Reading and writing files for the window, on the thread `project-io`.
//!
//! A project is small, but the disk or the network share that it lies on may stall for seconds; playing goes on
//! meanwhile. One thread does one job after the other, so that two saves to one file cannot cross.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::worker::{Waker, Worker};
use crate::project::{Fingerprint, MediaId, Project, ProjectFileError, file};

/// Something to read or write.
#[derive(Debug)]
pub(crate) enum IoJob {
    /// Read a project.
    Load(PathBuf),
    /// Write a project.
    Save(Arc<Project>, PathBuf),
    /// Write a report, which is a text.
    WriteReport(String, PathBuf),
    /// Find the fingerprint of a media file.
    Fingerprint(FingerprintJob),
}

/// A media file to know again.
#[derive(Debug)]
pub(crate) struct FingerprintJob {
    /// Its number in the project.
    pub media: MediaId,
    /// Where it is.
    pub path: PathBuf,
    /// Its codec, as opening it told.
    pub codec: String,
    /// How many frames it has, as opening it told.
    pub frames: u64,
}

/// A job that was done.
#[derive(Debug)]
pub(crate) enum IoDone {
    /// A project was read from this file, or could not be.
    Loaded(PathBuf, Result<Box<Project>, ProjectFileError>),
    /// This snapshot was written to this file, or could not be.
    Saved(Arc<Project>, PathBuf, Result<(), ProjectFileError>),
    /// A report was written to this file, or could not be.
    ReportWritten(PathBuf, io::Result<()>),
    /// The fingerprint of a media file; none if it could not be read, which playing it will tell.
    Fingerprinted(MediaId, PathBuf, Option<Fingerprint>),
}

/// The thread that does these jobs.
pub(crate) type ProjectIo = Worker<IoJob, IoDone>;

/// Starts the thread.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(wake: Waker) -> io::Result<ProjectIo> {
    Worker::new("project-io", wake, carry_out)
}

fn carry_out(job: IoJob) -> IoDone {
    match job {
        IoJob::Load(path) => {
            let loaded = file::load(&path).map(Box::new);
            IoDone::Loaded(path, loaded)
        }
        IoJob::Save(project, path) => {
            let saved = file::save(&project, &path);
            IoDone::Saved(project, path, saved)
        }
        IoJob::WriteReport(text, path) => {
            let written = std::fs::write(&path, text);
            IoDone::ReportWritten(path, written)
        }
        IoJob::Fingerprint(job) => {
            let found = Fingerprint::of_file(&job.path, &job.codec, job.frames).ok();
            IoDone::Fingerprinted(job.media, job.path, found)
        }
    }
}
