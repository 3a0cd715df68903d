//! Choosing how a file is read: as asked, or by what is measured of its disk.

use std::path::Path;
use std::sync::Arc;

use super::auto::AutoReader;
use super::direct::DirectReader;
use super::disk::Disk;
use super::reason::ReadReason;
use super::residency::is_enough;
use super::slow_disk::SlowDisk;
use super::{PreadReader, Reader, backend_of, cached_share};
use crate::media::file::MediaFile;
use crate::settings::IoMode;

/// A back end for a file, and the reason for it.
#[derive(Debug)]
pub struct BackendChoice {
    /// The back end, open.
    pub reader: Box<dyn Reader>,
    /// The reason, as of now.
    pub why: ReadReason,
    /// The mode that was asked for, where the system refused it.
    pub refused: Option<IoMode>,
}

/// Chooses the back end for the file at `path`, open as `file`, on a disk that may have been made slower.
pub fn choose(
    mode: IoMode,
    path: &Path,
    file: &Arc<MediaFile>,
    slow_disk: Option<&SlowDisk>,
) -> BackendChoice {
    match mode {
        // The other back ends do not come by the place where faults are injected.
        _ if file.faults().is_planned() => as_asked(IoMode::Pread, path, file, slow_disk),
        IoMode::Auto => by_disk(path, file, slow_disk),
        IoMode::Sync => as_asked(IoMode::Pread, path, file, slow_disk),
        named => as_asked(named, path, file, slow_disk),
    }
}

fn on(slow_disk: Option<&SlowDisk>, reader: Box<dyn Reader>) -> Box<dyn Reader> {
    match slow_disk {
        Some(disk) => disk.reader(reader),
        None => reader,
    }
}

fn pread(file: &Arc<MediaFile>, slow_disk: Option<&SlowDisk>) -> Box<dyn Reader> {
    on(slow_disk, Box::new(PreadReader::new(Arc::clone(file))))
}

fn as_asked(
    mode: IoMode,
    path: &Path,
    file: &Arc<MediaFile>,
    slow_disk: Option<&SlowDisk>,
) -> BackendChoice {
    match backend_of(mode)(path, file) {
        Ok(reader) => BackendChoice {
            reader: on(slow_disk, reader),
            why: ReadReason::Asked(mode),
            refused: None,
        },
        Err(refusal) => BackendChoice {
            reader: pread(file, slow_disk),
            why: ReadReason::Refused {
                mode,
                refusal: refusal.to_string().into(),
            },
            refused: Some(mode),
        },
    }
}

fn by_disk(path: &Path, file: &Arc<MediaFile>, slow_disk: Option<&SlowDisk>) -> BackendChoice {
    let by = |reader: Box<dyn Reader>, why: ReadReason| BackendChoice {
        why: reader.reason().unwrap_or(why),
        reader,
        refused: None,
    };
    let share = cached_share(path).ok().filter(|share| is_enough(*share));
    // Rounded down: only all of it is 100 %.
    let percent = share.map(|share| (share * 100.0) as u8);
    let in_page_cache = percent.map(|percent| ReadReason::InPageCache { percent });
    let direct = match DirectReader::open(path, file) {
        Ok(direct) => on(slow_disk, Box::new(direct)),
        Err(refusal) => {
            let refusal = refusal.to_string().into();
            let why = in_page_cache.unwrap_or(ReadReason::NoDirectReads { refusal });
            return by(pread(file, slow_disk), why);
        }
    };
    let disk = slow_disk.map_or_else(|| Disk::of(file.as_file()), SlowDisk::disk);
    let auto = AutoReader::new(Arc::clone(file), direct, pread(file, slow_disk), disk);
    let Some(percent) = percent else {
        return by(Box::new(auto), ReadReason::NotMeasured);
    };
    if slow_disk.is_some() {
        // What memory holds the slower disk holds back as well.
        return by(pread(file, slow_disk), ReadReason::InPageCache { percent });
    }
    by(
        Box::new(auto.in_page_cache(percent)),
        ReadReason::InPageCache { percent },
    )
}
