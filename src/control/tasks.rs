//! Tasks: long work on media files, one piece at a time, on the thread `media-files`.
//!
//! It shows its progress and can be cancelled; the thread is not kept waiting by anything else, so that saving a
//! project never waits for a copy of its media.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use super::worker::{Outcome, SubmitError, Waker, Worker};
use crate::media::sequence::first_file;
use crate::project::storage::collect::{CollectError, CollectedFolder, collect};
use crate::project::storage::relink::{MissingMedia, SearchResult, search};
use crate::project::{MediaId, Progress, Project, is_address};
use crate::status::program::TaskView;

/// A task.
pub(crate) enum TaskJob {
    /// Copy project and media into a new folder of this name.
    Collect {
        /// The project.
        project: Arc<Project>,
        /// Ids of its media files that can be played.
        playable: BTreeSet<MediaId>,
        /// The name of the new folder.
        name: OsString,
        /// The folder that gets it.
        parent: PathBuf,
    },
    /// Search a folder for media files.
    Search {
        /// The folder.
        folder: PathBuf,
        /// The files to find.
        wanted: Vec<MissingMedia>,
    },
    /// Show a file in the system's file manager.
    Reveal(PathBuf),
}

/// The reply to a task.
pub(crate) enum TaskReply {
    /// Project and media were copied, or not.
    Collected(Result<CollectedFolder, CollectError>),
    /// This folder was searched, or could not be.
    Searched(PathBuf, Vec<MissingMedia>, io::Result<SearchResult>),
    /// The file manager was asked, or there is none.
    Revealed(PathBuf, io::Result<()>),
}

/// Owns the thread.
pub(crate) struct Tasks {
    worker: Worker<(TaskJob, Arc<Progress>), TaskReply>,
    running: Vec<RunningTask>,
}

struct RunningTask {
    title: &'static str,
    has_total: bool,
    progress: Arc<Progress>,
}

impl Tasks {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(wake: Waker) -> io::Result<Self> {
        let mut shown = Vec::new();
        let worker = Worker::new(
            "media-files",
            wake,
            move |(job, progress): (TaskJob, Arc<Progress>)| carry_out(job, &progress, &mut shown),
        )?;
        Ok(Self {
            worker,
            running: Vec::new(),
        })
    }

    /// Without a thread: no task is taken.
    pub fn off() -> Self {
        Self {
            worker: Worker::off(),
            running: Vec::new(),
        }
    }

    /// Hands over a task.
    ///
    /// # Errors
    /// The reason why it is not taken.
    pub fn submit(&mut self, job: TaskJob) -> Result<(), SubmitError> {
        let (title, has_total) = match &job {
            TaskJob::Collect { .. } => ("Collecting project and media", true),
            TaskJob::Search { .. } => ("Searching for missing media", false),
            TaskJob::Reveal(_) => ("Opening the file manager", false),
        };
        let progress = Arc::new(Progress::default());
        self.worker.submit((job, Arc::clone(&progress)))?;
        self.running.push(RunningTask {
            title,
            has_total,
            progress,
        });
        Ok(())
    }

    /// The next reply, if there is one.
    pub fn poll(&mut self) -> Option<Outcome<TaskReply>> {
        let outcome = self.worker.poll()?;
        if !self.running.is_empty() {
            self.running.remove(0);
        }
        Some(outcome)
    }

    /// Cancels all tasks.
    pub fn cancel(&self) {
        for running in &self.running {
            running.progress.cancel();
        }
    }

    /// True if there is none.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// The running task and its progress.
    pub fn view(&self) -> Option<TaskView> {
        let running = self.running.first()?;
        let progress = &running.progress;
        Some(TaskView {
            title: running.title,
            subject: progress.subject(),
            share: running.has_total.then(|| progress.share()),
        })
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        // The worker waits for the task at hand, which then ends soon.
        self.cancel();
    }
}

fn carry_out(job: TaskJob, progress: &Progress, shown: &mut Vec<Child>) -> TaskReply {
    match job {
        TaskJob::Collect {
            project,
            playable,
            name,
            parent,
        } => TaskReply::Collected(collect(&project, &playable, &name, &parent, progress)),
        TaskJob::Search { folder, wanted } => {
            let found = search(&folder, &wanted, progress);
            TaskReply::Searched(folder, wanted, found)
        }
        TaskJob::Reveal(path) => {
            // A path that is no folder would be opened by whatever program is registered for it.
            let folder = path.parent().filter(|folder| folder.is_dir());
            if is_address(&path) || folder.is_none() {
                return TaskReply::Revealed(path, Err(io::ErrorKind::NotFound.into()));
            }
            // Those that have ended are waited for, so that none stays behind as a zombie.
            shown.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
            let child = reveal_command(&path).spawn();
            TaskReply::Revealed(path, child.map(|child| shown.push(child)))
        }
    }
}

/// The system's command to show a file; no shell is involved, so that nothing in a name can be taken for a command.
fn reveal_command(path: &Path) -> Command {
    let mut command;
    if cfg!(target_os = "macos") {
        command = Command::new("open");
        command.arg("-R").arg(first_file(path).as_ref());
    } else {
        command = Command::new("xdg-open");
        command.arg(path.parent().unwrap_or(path));
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The folders of these files, each once.
pub(crate) fn folders_of<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> BTreeSet<PathBuf> {
    paths
        .filter_map(|path| Some(path.parent()?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;

    #[test]
    fn the_file_manager_gets_the_path_as_one_argument() {
        let path = Path::new("/shows/a; rm -rf b/c d.mov");
        let command = reveal_command(path);
        let arguments: Vec<_> = command.get_args().collect();
        if cfg!(target_os = "macos") {
            assert_eq!(arguments, ["-R", "/shows/a; rm -rf b/c d.mov"]);
        } else {
            assert_eq!(arguments, ["/shows/a; rm -rf b"]);
        }
    }

    #[test]
    fn nothing_but_a_folder_that_is_there_is_handed_to_the_system() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("show.desktop");
        std::fs::write(&program, "[Desktop Entry]").expect("writes");
        let inside = program.join("a.mov");
        let gone = folder.path().join("gone/a.mov");
        for path in [
            inside,
            gone,
            "http://host/a.mov".into(),
            "odd+thing://x/y".into(),
        ] {
            let job = TaskJob::Reveal(path.clone());
            let mut shown = Vec::new();
            let done = carry_out(job, &Progress::default(), &mut shown);
            assert!(
                matches!(done, TaskReply::Revealed(_, Err(_))) && shown.is_empty(),
                "{}",
                path.display()
            );
        }
    }

    #[test]
    fn work_is_shown_until_it_is_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let (woken, wakes) = bounded(4);
        let wake: Waker = Arc::new(move || woken.send(()).expect("the test listens"));
        let mut tasks = Tasks::start(wake).expect("a thread");
        assert_eq!(tasks.view(), None);
        let job = TaskJob::Collect {
            project: Arc::default(),
            playable: BTreeSet::new(),
            name: "show".into(),
            parent: folder.path().to_owned(),
        };
        tasks.submit(job).expect("room");
        assert!(
            tasks.view().is_some_and(|view| view.share.is_some()),
            "shown"
        );
        wakes.recv().expect("woken");
        let done = tasks.poll().expect("done").expect("no panic");
        assert!(matches!(done, TaskReply::Collected(Ok(_))), "copied");
        assert!(tasks.is_idle(), "nothing left");
        assert!(folder.path().join("show/show.ron").exists(), "copied");
    }
}
