//! Power cuts while a project is saved: the steps are recorded once, and every state that a disk may have after a cut
//! at any moment is tried.
//!
//! A disk promises little before a sync. Of bytes written to a file that was not synced it may have none, some, or all.
//! Of names changed in a folder that was not synced it may have any, in any order: worse than the file systems in use,
//! so that what holds here holds there.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::tests::{NEW, OLD, OLDER};
use super::{Backup, Disk, FileSteps, backup_path, replace_by};

/// A recorded step.
#[derive(Clone, Debug)]
enum Step {
    Create(PathBuf),
    Write(Vec<u8>),
    Sync,
    Link(PathBuf, PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncFolder,
}

impl Step {
    fn is_of_names(&self) -> bool {
        matches!(
            self,
            Self::Create(_) | Self::Link(..) | Self::Rename(..) | Self::Remove(_)
        )
    }
}

/// Carries out each step and records it.
#[derive(Default)]
struct Recorder(Vec<Step>);

impl FileSteps for Recorder {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        self.0.push(Step::Create(path.to_owned()));
        Disk.create(path)
    }

    fn write(&mut self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.0.push(Step::Write(bytes.to_vec()));
        Disk.write(file, bytes)
    }

    fn permit(&mut self, file: &File, permissions: Permissions) -> io::Result<()> {
        Disk.permit(file, permissions)
    }

    fn sync(&mut self, file: &File) -> io::Result<()> {
        self.0.push(Step::Sync);
        Disk.sync(file)
    }

    fn link(&mut self, path: &Path, name: &Path) -> io::Result<()> {
        self.0.push(Step::Link(path.to_owned(), name.to_owned()));
        Disk.link(path, name)
    }

    fn rename(&mut self, path: &Path, name: &Path) -> io::Result<()> {
        self.0.push(Step::Rename(path.to_owned(), name.to_owned()));
        Disk.rename(path, name)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.0.push(Step::Remove(path.to_owned()));
        Disk.remove(path)
    }

    fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        self.0.push(Step::SyncFolder);
        Disk.sync_folder(folder)
    }
}

/// The share of unsynced bytes that a disk has.
#[derive(Clone, Copy, Debug)]
enum Unsynced {
    None,
    Half,
    All,
}

/// File contents by path on a disk after a power cut.
type Names = BTreeMap<PathBuf, Vec<u8>>;

/// The disk after these steps: all that was synced, and of the other changes of names those in the bit set `has`.
fn after_cut(before: &Names, steps: &[Step], has: u32, unsynced: Unsynced) -> Names {
    let is_synced = steps.iter().any(|step| matches!(step, Step::Sync));
    let written = steps.iter().filter_map(|step| match step {
        Step::Write(bytes) => Some(bytes.as_slice()),
        _ => None,
    });
    let mut contents = written.collect::<Vec<_>>().concat();
    match unsynced {
        _ if is_synced => {}
        Unsynced::None => contents.clear(),
        Unsynced::Half => contents.truncate(contents.len() / 2),
        Unsynced::All => {}
    }
    let last_sync = steps
        .iter()
        .rposition(|step| matches!(step, Step::SyncFolder));
    let mut names = before.clone();
    let changes = steps.iter().enumerate();
    let changes = changes.filter(|(_, step)| step.is_of_names());
    for ((at, step), number) in changes.zip(0..) {
        let is_safe = last_sync.is_some_and(|synced| at < synced);
        let is_there = is_safe || has >> number & 1 == 1;
        if !is_there {
            continue;
        }
        match step {
            Step::Create(path) => _ = names.insert(path.clone(), contents.clone()),
            Step::Link(path, name) => {
                if let Some(bytes) = names.get(path).cloned() {
                    names.insert(name.clone(), bytes);
                }
            }
            // The new name leads to its file even if the disk never had the old one.
            Step::Rename(path, name) => {
                let named = steps.iter().find_map(|step| match step {
                    Step::Create(created) if created == path => Some(contents.clone()),
                    Step::Link(linked, second) if second == path => before.get(linked).cloned(),
                    _ => None,
                });
                if let Some(bytes) = names.remove(path).or(named) {
                    names.insert(name.clone(), bytes);
                }
            }
            Step::Remove(path) => _ = names.remove(path),
            Step::Write(_) | Step::Sync | Step::SyncFolder => {}
        }
    }
    names
}

/// Saves over an old file that has a backup; returns the names before and the steps.
fn recorded(folder: &Path) -> (PathBuf, Names, Vec<Step>) {
    let target = folder.join("show.ron");
    fs::write(&target, OLD).expect("writes");
    fs::write(backup_path(&target), OLDER).expect("writes");
    let before = [
        (target.clone(), OLD.to_vec()),
        (backup_path(&target), OLDER.to_vec()),
    ];
    let mut recorder = Recorder::default();
    replace_by(&mut recorder, &target, NEW, Backup::Keep).expect("saves");
    (target, before.into(), recorder.0)
}

/// Cuts the power at every moment; calls `look` with each state of the disk and the number of steps done.
fn cut_everywhere(before: &Names, steps: &[Step], mut look: impl FnMut(&Names, usize)) -> usize {
    let mut tried = 0;
    for done in 0..=steps.len() {
        let steps = &steps[..done];
        let changes = steps.iter().filter(|step| step.is_of_names()).count();
        for has in 0..1_u32 << changes {
            for unsynced in [Unsynced::None, Unsynced::Half, Unsynced::All] {
                look(&after_cut(before, steps, has, unsynced), done);
                tried += 1;
            }
        }
    }
    tried
}

#[test]
fn the_power_may_go_at_any_moment_and_the_old_or_the_new_file_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (target, before, steps) = recorded(folder.path());
    let tried = cut_everywhere(&before, &steps, |names, done| {
        let file = names.get(&target).map(Vec::as_slice);
        assert!(
            file == Some(OLD) || file == Some(NEW),
            "after {done}: {file:?}"
        );
        let kept = names.get(&backup_path(&target)).map(Vec::as_slice);
        assert!(
            kept == Some(OLDER) || kept == Some(OLD),
            "after {done}: {kept:?}"
        );
        if done == steps.len() {
            assert_eq!(file, Some(NEW), "it was said to be saved");
        }
    });
    assert!(tried > 100, "{tried} cuts of {steps:?}");
}

#[test]
fn without_the_sync_a_cut_would_spoil_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (target, before, mut steps) = recorded(folder.path());
    steps.retain(|step| !matches!(step, Step::Sync));
    let mut spoilt = 0;
    cut_everywhere(&before, &steps, |names, _| {
        let file = names.get(&target).map(Vec::as_slice);
        spoilt += usize::from(file != Some(OLD) && file != Some(NEW));
    });
    assert!(spoilt > 0, "the cuts find what the sync is for");
}
