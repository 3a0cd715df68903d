//! All ways of reading give the same bytes and the same errors.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use strum::IntoEnumIterator as _;

use super::*;
use crate::media::file::{MediaFile, ReadError};

/// The modes that name a back end.
fn named() -> impl Iterator<Item = IoMode> {
    IoMode::iter().filter(|mode| !matches!(mode, IoMode::Auto | IoMode::Sync))
}

/// A file of this many bytes, each of them telling its place.
fn file_of(bytes: usize) -> (tempfile::NamedTempFile, Vec<u8>) {
    let stored: Vec<u8> = (0..bytes as u64)
        .map(|place| (place.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8)
        .collect();
    let mut file = tempfile::NamedTempFile::new().expect("temporary file");
    file.write_all(&stored).expect("written");
    file.as_file().sync_all().expect("on the disk");
    (file, stored)
}

fn reader(backend: IoMode, path: &Path) -> BackendChoice {
    let file = Arc::new(MediaFile::open(path).expect("opens"));
    let chosen = choose(backend, path, &file, None);
    let got = chosen.reader.mode();
    assert!(
        got == backend || got == IoMode::Pread && chosen.refused == Some(backend),
        "{backend:?} became {got:?}: {}",
        chosen.why
    );
    chosen
}

#[test]
fn every_way_reads_the_same_bytes_wherever_they_lie() {
    let (file, stored) = file_of(70_001);
    let spans = [
        (0, 1),
        (1, 4095),
        (4095, 2),
        (4096, 4096),
        (5000, 30_000),
        (69_000, 1001),
        (70_000, 1),
        (0, 70_001),
        (3, 0),
    ];
    for backend in named() {
        let chosen = reader(backend, file.path());
        let mut packet = PacketBuffer::default();
        for (offset, len) in spans {
            chosen
                .reader
                .read(offset as u64, len, &mut packet)
                .expect("inside the file");
            assert!(
                *packet == stored[offset..offset + len],
                "{backend:?} at {offset}, {len} bytes"
            );
        }
    }
}

#[test]
fn every_way_says_the_same_past_the_end() {
    let (file, _) = file_of(10_000);
    for backend in named() {
        let chosen = reader(backend, file.path());
        for (offset, len) in [(9_999, 2), (10_000, 1), (50_000, 4096), (u64::MAX, 1)] {
            let outcome = chosen
                .reader
                .read(offset, len, &mut PacketBuffer::default());
            let wanted_bytes = len as u64;
            assert!(
                matches!(outcome, Err(ReadError::PastEnd { offset: at, wanted }) if at == offset && wanted == wanted_bytes),
                "{backend:?} at {offset}: {outcome:?}"
            );
        }
    }
}

#[test]
fn a_file_that_became_shorter_is_an_error_and_no_crash() {
    for backend in named() {
        let (file, stored) = file_of(50_000);
        let chosen = reader(backend, file.path());
        let mut packet = PacketBuffer::default();
        let mut read = |offset, len| {
            chosen
                .reader
                .read(offset, len, &mut packet)
                .map(|()| packet.to_vec())
        };
        assert!(read(30_000, 20_000).expect("still there") == stored[30_000..]);
        file.as_file().set_len(20_000).expect("cut short");
        let outcome = read(30_000, 20_000);
        assert!(
            matches!(outcome, Err(ReadError::PastEnd { .. })),
            "{backend:?}"
        );
        assert!(
            read(1000, 19_000).expect("what is left") == stored[1000..20_000],
            "{backend:?}"
        );
    }
}

#[test]
fn many_threads_read_one_file_at_once() {
    let (file, stored) = file_of(400_000);
    for backend in named() {
        let chosen = reader(backend, file.path());
        std::thread::scope(|scope| {
            for thread in 0..4_usize {
                let (reader, stored) = (&chosen.reader, &stored);
                scope.spawn(move || {
                    let mut packet = PacketBuffer::default();
                    for round in 0..50 {
                        let offset = (thread * 97_003 + round * 7919) % 390_000;
                        reader
                            .read(offset as u64, 9_999, &mut packet)
                            .expect("inside the file");
                        assert!(*packet == stored[offset..offset + 9_999], "{backend:?}");
                    }
                });
            }
        });
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_refused_way_is_replaced_and_the_reason_told() {
    // Files of the kernel's own have no direct reads.
    let path = Path::new("/proc/self/status");
    let temporary = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(temporary.path(), b"x").expect("written");
    let file = Arc::new(MediaFile::open(temporary.path()).expect("opens"));
    let chosen = choose(IoMode::Direct, path, &file, None);
    assert_eq!(chosen.reader.mode(), IoMode::Pread);
    assert!(
        chosen
            .why
            .to_string()
            .starts_with("Read by pread instead of direct: "),
        "{}",
        chosen.why
    );
    // Another file under the same name is not read in place of the one that is open.
    let (other, _) = file_of(10);
    let chosen = choose(IoMode::Direct, other.path(), &file, None);
    assert_eq!(chosen.reader.mode(), IoMode::Pread);
    assert!(
        chosen.why.to_string().contains("replaced"),
        "{}",
        chosen.why
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_just_written_is_read_through_the_page_cache() {
    let (file, _) = file_of(4 << 20);
    let Ok(share) = cached_share(file.path()) else {
        return; // This file system does not tell.
    };
    assert!(share > 0.99, "just written: {share}");
    let open = Arc::new(MediaFile::open(file.path()).expect("opens"));
    let chosen = choose(IoMode::Auto, file.path(), &open, None);
    assert_eq!(chosen.reader.mode(), IoMode::Pread, "{}", chosen.why);
    assert!(
        chosen
            .why
            .to_string()
            .contains("100 % of the file is in the page cache"),
        "{}",
        chosen.why
    );
    // Cold, its disk is measured by what is read of it; or something else has done that already.
    open.forget_cached();
    let chosen = choose(IoMode::Auto, file.path(), &open, None);
    let is_measured = matches!(
        chosen.why,
        ReadReason::Measured { .. } | ReadReason::NotMeasured
    );
    assert!(
        is_measured || chosen.reader.reason().is_none(),
        "{}",
        chosen.why
    );
}

/// Has four readers read packets of 64 KiB, all that the disk gives, until `is_done` or for a while.
#[cfg(target_os = "linux")]
fn read_until(chosen: &BackendChoice, stored: &[u8], is_done: &(dyn Fn() -> bool + Sync)) {
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let mut packet = PacketBuffer::default();
                let rounds = (0..200).take_while(|_| !is_done());
                for offset in rounds.map(|round| ((thread + round * 4) % 64) << 16) {
                    chosen
                        .reader
                        .read(offset as u64, 1 << 16, &mut packet)
                        .expect("inside the file");
                    assert!(*packet == stored[offset..offset + (1 << 16)]);
                }
            });
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_is_read_in_the_way_that_it_gives_more_by_and_the_other_when_that_turns_slow() {
    use super::slow_disk::{SlowDisk, SlowDiskOptions};
    const SLOW: u64 = 5_000_000;
    const QUICK: u64 = 4_000_000_000;
    let (file, stored) = file_of(4 << 20);
    let open = Arc::new(MediaFile::open(file.path()).expect("opens"));
    let evict = || open.forget_cached();
    evict();
    if is_in_cache(file.path()) || direct::DirectReader::open(file.path(), &open).is_err() {
        return; // This file system lies in memory, or has no direct reads.
    }
    for (direct, cached, mode) in [(QUICK, SLOW, IoMode::Direct), (SLOW, QUICK, IoMode::Pread)] {
        let options = |direct, cached| SlowDiskOptions {
            bytes_per_second: Some(cached),
            direct_bytes_per_second: Some(direct),
            ..SlowDiskOptions::default()
        };
        let disk = SlowDisk::new(options(direct, cached));
        evict();
        let chosen = choose(IoMode::Auto, file.path(), &open, Some(&disk));
        let is_measured = || matches!(chosen.reader.reason(), Some(ReadReason::Measured { .. }));
        read_until(&chosen, &stored, &is_measured);
        assert_eq!(chosen.reader.mode(), mode, "{:?}", chosen.reader.reason());
        // It turns round.
        disk.set_options(options(cached, direct));
        let has_changed = || chosen.reader.mode() != mode;
        read_until(&chosen, &stored, &has_changed);
        assert!(has_changed(), "{:?}", chosen.reader.reason());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_leaves_the_page_cache_is_read_as_its_disk_is_from_then_on() {
    let (file, stored) = file_of(4 << 20);
    let open = Arc::new(MediaFile::open(file.path()).expect("opens"));
    let chosen = choose(IoMode::Auto, file.path(), &open, None);
    if chosen.reader.reason().is_none() {
        return; // No direct reads here, so there is nothing to choose.
    }
    let mut packet = PacketBuffer::default();
    let mut read = |frame: usize| {
        let offset = frame << 16;
        chosen
            .reader
            .read(offset as u64, 1 << 16, &mut packet)
            .expect("inside the file");
        assert!(*packet == stored[offset..offset + (1 << 16)]);
        chosen.reader.reason()
    };
    let in_cache = Some(ReadReason::InPageCache { percent: 100 });
    assert_eq!(read(0), in_cache);
    // Far apart, so that none is read ahead for another.
    for frame in [10, 30, 50] {
        open.forget_cached();
        read(frame);
    }
    if !is_in_cache(file.path()) {
        assert_ne!(read(5), in_cache, "three packets in a row were not there");
    }
}
