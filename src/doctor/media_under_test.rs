//! The files of a project, open to be measured.

use std::path::Path;
use std::sync::Arc;

use crate::media::file::MediaFile;
use crate::media::io::slow_disk::SlowDisk;
use crate::media::io::{Reader, choose, is_in_cache};
use crate::media::packets::PacketTable;
use crate::media::sequence::first_file;
use crate::media::{self, TextureSupport, Video, VideoSource, io};
use crate::project::{MediaId, MediaRef, Project, is_address, shown};
use crate::settings::IoMode;
use crate::time::numbered::NumberedName;

/// A file that could be opened.
pub(super) struct FileUnderTest {
    /// Its id in the project.
    pub id: MediaId,
    /// Its path, as shown.
    pub name: String,
    /// The file as the engine opens it.
    pub video: Video,
    /// Reads past the page cache, where the file system does that.
    pub direct: Option<Box<dyn Reader>>,
    /// Reads through the page cache.
    pub cached: Box<dyn Reader>,
    /// The file that both read.
    pub file: Arc<MediaFile>,
    /// True if the page cache holds it, so that playing would read it from there.
    pub is_in_cache: bool,
    /// Its length in bytes; of numbered pictures, that of all.
    pub bytes: u64,
    /// Bytes that can be read with `direct` and `cached`; of numbered pictures, those of the first.
    pub readable_bytes: u64,
    /// Index of its disk among the project's.
    pub disk: usize,
}

impl FileUnderTest {
    /// Positions of its frames' bytes; empty where they are not known.
    pub fn packets(&self) -> &PacketTable {
        static NONE: std::sync::LazyLock<PacketTable> =
            std::sync::LazyLock::new(PacketTable::default);
        match &self.video.source {
            VideoSource::Pooled(source) => source.packets(),
            VideoSource::Sequential(opener) => opener.packets(),
        }
        .unwrap_or(&NONE)
    }
}

/// All files of a project, and the disks that they are on.
#[derive(Default)]
pub(super) struct MediaUnderTest {
    /// Those that could be opened.
    pub open: Vec<FileUnderTest>,
    /// The others: path, and why not.
    pub failed: Vec<(MediaId, String, String)>,
    /// The disks.
    pub disks: Vec<Disk>,
    /// Reason that some cannot be read past the page cache.
    pub notes: Vec<String>,
}

/// A disk, or whatever a file system lies on.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    /// The system's number of it.
    pub device: u64,
    /// The disk as playing sees it.
    pub io: Arc<io::disk::Disk>,
    /// Its facts, or why they are not known.
    pub kind: String,
}

impl MediaUnderTest {
    /// Opens the files that clips of visible layers show.
    pub fn open(project: &Project, textures: TextureSupport, slow_disk: Option<&SlowDisk>) -> Self {
        let mut under_test = Self::default();
        let is_used = |media: &&MediaRef| {
            project.layers.iter().any(|layer| {
                project.is_shown(layer) && layer.clips.iter().any(|clip| clip.media == media.id)
            })
        };
        for media in project.media.iter().filter(is_used) {
            under_test.add(media, textures, slow_disk);
        }
        under_test
    }

    fn add(&mut self, media: &MediaRef, textures: TextureSupport, slow_disk: Option<&SlowDisk>) {
        let name = shown(&media.path).to_string();
        if is_address(&media.path) {
            match media::open_video(&media.path, textures) {
                Ok(_) => self.notes.push(format!(
                    "A live source answers; what it needs is not measured. {name}"
                )),
                Err(error) => self.failed.push((media.id, name, error.to_string())),
            }
            return;
        }
        // Of numbered pictures the first stands for all.
        let first = first_file(&media.path);
        let opened = media::open_video(&media.path, textures)
            .and_then(|opened| Ok((opened, Arc::new(MediaFile::open(&first)?))));
        let (opened, file) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.failed.push((media.id, name, error.to_string()));
                return;
            }
        };
        let by = |mode| choose(mode, &first, &file, slow_disk);
        let (direct, cached) = (by(IoMode::Direct), by(IoMode::Pread).reader);
        let has_direct = direct.reader.mode() == IoMode::Direct;
        if !has_direct {
            self.notes.push(format!(
                "What the disk gives cold is not known. {} {name}",
                direct.why
            ));
        }
        let io = slow_disk.map_or_else(|| io::disk::Disk::of(file.as_file()), SlowDisk::disk);
        let disk = self.disk_of(&first, io);
        self.open.push(FileUnderTest {
            id: media.id,
            video: opened,
            direct: has_direct.then_some(direct.reader),
            cached,
            is_in_cache: is_in_cache(&first),
            file: Arc::clone(&file),
            bytes: bytes_of(&media.path).unwrap_or(file.len()),
            readable_bytes: file.len(),
            disk,
            name,
        });
    }

    fn disk_of(&mut self, path: &Path, io: Arc<io::disk::Disk>) -> usize {
        let device = device_of(path);
        if let Some(known) = self.disks.iter().position(|disk| disk.device == device) {
            return known;
        }
        let kind = kind_of(device);
        self.disks.push(Disk { device, io, kind });
        self.disks.len() - 1
    }

    /// The file with this id in the project.
    pub fn by_id(&self, id: MediaId) -> Option<usize> {
        self.open.iter().position(|file| file.id == id)
    }
}

/// The length of all numbered pictures that a path names, if it does.
fn bytes_of(path: &Path) -> Option<u64> {
    let files = NumberedName::of(path)?.files().ok()?;
    Some(files.values().map(|file| file.bytes).sum())
}

#[cfg(unix)]
fn device_of(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).map_or(0, |metadata| metadata.dev())
}

#[cfg(not(unix))]
fn device_of(_path: &Path) -> u64 {
    0
}

/// The kind of a device, as the block layer names it (`queue/rotational`, sysfs-block).
#[cfg(target_os = "linux")]
fn kind_of(device: u64) -> String {
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    if major == 0 {
        return "not a disk of its own (memory, network or overlay)".to_owned();
    }
    let block = format!("/sys/dev/block/{major}:{minor}");
    // A partition has no queue of its own; that of its disk is one folder up.
    let read = |place: &str| std::fs::read_to_string(format!("{block}/{place}/rotational"));
    match read("queue").or_else(|_no_queue| read("../queue")) {
        Ok(text) if text.trim() == "0" => "solid-state".to_owned(),
        Ok(text) if text.trim() == "1" => "hard disk".to_owned(),
        Ok(text) => format!("unknown: the system says {:?}", text.trim()),
        Err(error) => format!("unknown: the system does not tell ({error})"),
    }
}

#[cfg(not(target_os = "linux"))]
fn kind_of(_device: u64) -> String {
    "unknown: this system does not tell".to_owned()
}
