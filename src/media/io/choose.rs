//! Choosing how a file is read: as asked, or by measuring its first reads.

use std::path::Path;
use std::sync::Arc;

use super::direct::DirectReader;
use super::{PacketBuffer, PreadReader, Reader, backend_of, cached_share};
use crate::media::file::MediaFile;
use crate::media::packets::{PacketSpan, PacketTable};
use crate::settings::IoMode;
use crate::time::Clock;

/// The share of a file in the page cache from which on it is read through it.
const CACHED_ENOUGH: f64 = 0.9;

/// Packets read each way to compare them: few, since a project waits for its files to open.
const TRIAL_PACKETS: usize = 4;

/// Factor by which reads through the page cache must be quicker to be preferred for a file that is not in it: a tenth,
/// since they cost processor time that direct reads do not.
const CLEARLY: f64 = 1.1;

/// A back end for a file, and the reason for it.
#[derive(Debug)]
pub struct BackendChoice {
    /// The back end, open.
    pub reader: Box<dyn Reader>,
    /// The reason, in a sentence.
    pub why: String,
    /// The mode that was asked for, where the system refused it.
    pub refused: Option<IoMode>,
}

/// Chooses the back end for the file at `path`, open as `file`, whose frames lie where `packets` says. May read a few
/// of them.
pub fn choose(
    mode: IoMode,
    path: &Path,
    file: &Arc<MediaFile>,
    packets: &PacketTable,
) -> BackendChoice {
    match mode {
        // The other back ends do not come by the place where faults are injected.
        _ if file.faults().is_planned() => as_asked(IoMode::Pread, path, file),
        IoMode::Auto => measure(path, file, packets),
        IoMode::Sync => as_asked(IoMode::Pread, path, file),
        named => as_asked(named, path, file),
    }
}

fn as_asked(mode: IoMode, path: &Path, file: &Arc<MediaFile>) -> BackendChoice {
    let name = mode.name();
    match backend_of(mode)(path, file) {
        Ok(reader) => BackendChoice {
            reader,
            why: format!("Read by {name}, as asked."),
            refused: None,
        },
        Err(refusal) => BackendChoice {
            reader: boxed(PreadReader::new(Arc::clone(file))),
            why: format!("Read by pread instead of {name}: {refusal}."),
            refused: Some(mode),
        },
    }
}

fn boxed(reader: impl Reader + 'static) -> Box<dyn Reader> {
    Box::new(reader)
}

fn measure(path: &Path, file: &Arc<MediaFile>, packets: &PacketTable) -> BackendChoice {
    let pread = PreadReader::new(Arc::clone(file));
    let by_pread = |reader: PreadReader, why: String| BackendChoice {
        reader: boxed(reader),
        why,
        refused: None,
    };
    let cached = cached_share(path).ok();
    if let Some(share) = cached
        && share >= CACHED_ENOUGH
    {
        let percent = share * 100.0;
        let why = format!("Read by pread, since {percent:.0} % of the file is in the page cache.");
        return by_pread(pread, why);
    }
    let direct = match DirectReader::open(path, file) {
        Ok(direct) => direct,
        Err(refusal) => {
            let why = format!("Read by pread, since there are no direct reads: {refusal}.");
            return by_pread(pread, why);
        }
    };
    let (for_direct, for_pread) = trial_packets(packets);
    let rates = (mb_per_s(&direct, &for_direct), mb_per_s(&pread, &for_pread));
    let held = match cached {
        Some(share) => format!("{:.0} % of the file is in the page cache", share * 100.0),
        None => "the system does not tell what is in the page cache".to_owned(),
    };
    match rates {
        (Some(direct_rate), Some(pread_rate)) if pread_rate > direct_rate * CLEARLY => by_pread(
            pread,
            format!(
                "Read by pread: {held}, and its first reads came quicker through it ({pread_rate:.0} against \
                 {direct_rate:.0} MB/s)."
            ),
        ),
        (Some(direct_rate), Some(pread_rate)) => BackendChoice {
            reader: boxed(direct),
            why: format!(
                "Read by direct: {held}, and its first reads came as quick or quicker past it ({direct_rate:.0} \
                 against {pread_rate:.0} MB/s)."
            ),
            refused: None,
        },
        _ => by_pread(
            pread,
            format!("Read by pread: {held}, and the file is too short to compare."),
        ),
    }
}

/// Packets to be read by each way: two stretches of consecutive ones, as playing reads them, so that what the page
/// cache reads ahead counts in its favour. Empty for a file with too few.
fn trial_packets(packets: &PacketTable) -> (Vec<PacketSpan>, Vec<PacketSpan>) {
    let spans = packets.spans();
    // A third of the file lies between them, more than is read ahead of the one into the other.
    let third = spans.len() / 3;
    if third < 2 * TRIAL_PACKETS {
        return (Vec::new(), Vec::new());
    }
    let stretch = |begin: usize| spans.iter().skip(begin).take(TRIAL_PACKETS);
    (
        stretch(third).copied().collect(),
        stretch(2 * third).copied().collect(),
    )
}

/// The rate of reading these packets one after the other, in megabytes (10⁶) per second; none if it cannot be measured.
fn mb_per_s(reader: &dyn Reader, spans: &[PacketSpan]) -> Option<f64> {
    /// Longest packet that is tried: a table may claim anything.
    const LONGEST: u32 = 64 << 20;
    let clock = Clock::system();
    let mut packet = PacketBuffer::default();
    let mut bytes = 0_u64;
    for span in spans {
        if span.size > LONGEST {
            return None;
        }
        reader
            .read(span.offset, span.size as usize, &mut packet)
            .ok()?;
        bytes += u64::from(span.size);
    }
    let seconds = clock.now().seconds();
    (bytes > 0 && seconds > 0.0).then(|| bytes as f64 / 1e6 / seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_tried_on_packets_of_its_own() {
        let table = |frames: u64| {
            let spans = (0..frames).map(|frame| PacketSpan {
                offset: frame * 10,
                size: 10,
            });
            PacketTable::new(spans.collect())
        };
        let (one, other) = trial_packets(&table(90));
        assert_eq!(one.len(), TRIAL_PACKETS);
        assert_eq!((one[0].offset, other[0].offset), (300, 600));
        assert!(one.iter().all(|span| !other.contains(span)), "none twice");
        let (one, other) = trial_packets(&table(20));
        assert!(one.is_empty() && other.is_empty(), "too few");
    }
}
