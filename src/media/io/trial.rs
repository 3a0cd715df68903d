//! Measuring a disk both ways, with as many reads in flight as playing has.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::way::WayRates;
use super::{PacketBuffer, Reader};
use crate::media::packets::{PacketSpan, PacketTable};
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Stretches of the file that each way reads, in turn with the other, so that a disk that is warming up favours neither.
const STRETCHES: usize = 2;

/// Bytes of a stretch: eight packets of 1080p60 Hap Q, two for each reader.
const STRETCH_BYTES: u64 = 16 << 20;

/// Longest time from which on no more of a stretch is read: a project waits for its files to open.
const STRETCH_SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND / 12);

/// Fewest packets of a stretch.
const FEWEST_PACKETS: usize = 2;

/// Longest packet that is tried: a table may claim anything.
const LONGEST_BYTES: u32 = 64 << 20;

/// Threads that read at once when playing, on a machine with so many cores: as many as there are cores, but 3 or 4. A
/// disk answers a few questions at once quicker than one by one; more only compete.
pub fn reading_threads(cores: usize) -> usize {
    cores.clamp(3, 4)
}

/// The rates of a file's disk; none if the file is too short, or cannot be read.
pub fn measure(
    direct: &dyn Reader,
    cached: &dyn Reader,
    packets: &PacketTable,
) -> Option<WayRates> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let readers = reading_threads(cores);
    let (mut of_direct, mut of_cached) = (Total::default(), Total::default());
    for [for_direct, for_cached] in stretches(packets)? {
        of_direct.add(read(direct, for_direct, readers)?);
        of_cached.add(read(cached, for_cached, readers)?);
    }
    Some(WayRates {
        direct: Some(of_direct.rate()?),
        cached: Some(of_cached.rate()?),
    })
}

/// Bytes, and the time that they took.
#[derive(Clone, Copy, Default)]
struct Total {
    bytes: u64,
    took: Time,
}

impl Total {
    fn add(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.took += other.took;
    }

    fn rate(self) -> Option<f64> {
        (self.bytes > 0 && self.took > Time::ZERO).then(|| self.bytes as f64 / self.took.seconds())
    }
}

/// Pairs of stretches of consecutive packets, as playing reads them, so that what the page cache reads ahead counts in
/// its favour. Between any two lies as much again, so that the one is not read ahead into the other. None for a file
/// with too few packets.
fn stretches(packets: &PacketTable) -> Option<[[&[PacketSpan]; 2]; STRETCHES]> {
    let spans = packets.spans();
    let part = spans.len() / (2 * STRETCHES + 1);
    let stretch = |index: usize| {
        let from = part * (index + 1);
        let longest = spans.get(from..from + part / 2).unwrap_or_default();
        let mut bytes = 0;
        let is_inside = |span: &&PacketSpan| {
            let is_inside = bytes < STRETCH_BYTES;
            bytes += u64::from(span.size);
            is_inside
        };
        let count = longest.iter().take_while(is_inside).count();
        longest.get(..count).unwrap_or_default()
    };
    let pairs = std::array::from_fn(|pair| [stretch(2 * pair), stretch(2 * pair + 1)]);
    let mut all = pairs.iter().flatten();
    let is_good = all.all(|stretch: &&[PacketSpan]| {
        stretch.len() >= FEWEST_PACKETS && stretch.iter().all(|span| span.size <= LONGEST_BYTES)
    });
    is_good.then_some(pairs)
}

/// Reads packets, so many at once.
fn read(reader: &dyn Reader, spans: &[PacketSpan], readers: usize) -> Option<Total> {
    let (next, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
    let clock = Clock::system();
    let work = || {
        let mut packet = PacketBuffer::default();
        // Relaxed, here and below: each number is taken once, and the threads are joined before the sum is read.
        while let Some(span) = spans.get(next.fetch_add(1, Ordering::Relaxed)) {
            if reader
                .read(span.offset, span.size as usize, &mut packet)
                .is_err()
            {
                return false;
            }
            bytes.fetch_add(u64::from(span.size), Ordering::Relaxed);
            if clock.now() >= STRETCH_SPAN {
                break;
            }
        }
        true
    };
    let is_good = std::thread::scope(|scope| {
        let running: Vec<_> = (0..readers).map(|_| scope.spawn(work)).collect();
        // All are joined, whatever the first of them says.
        let outcomes: Vec<bool> = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or(false))
            .collect();
        !outcomes.contains(&false)
    });
    is_good.then(|| Total {
        bytes: bytes.into_inner(),
        took: clock.now(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(frames: u64, size: u32) -> PacketTable {
        let spans = (0..frames).map(|frame| PacketSpan {
            offset: frame * u64::from(size),
            size,
        });
        PacketTable::new(spans.collect())
    }

    #[test]
    fn each_way_is_tried_on_packets_of_its_own_far_from_the_others() {
        let table = table(100, 1 << 20);
        let pairs = stretches(&table).expect("long enough");
        let all: Vec<_> = pairs.as_flattened().iter().collect();
        for (index, stretch) in all.iter().enumerate() {
            assert_eq!(stretch.len(), 10, "half of a fifth");
            assert_eq!(stretch[0].offset, (20 * (index as u64 + 1)) << 20);
        }
        let long = self::table(1000, 2 << 20);
        let pairs = stretches(&long).expect("long enough");
        assert!(
            pairs
                .as_flattened()
                .iter()
                .all(|stretch| stretch.len() == 8)
        );
    }

    #[test]
    fn a_file_with_few_packets_or_absurd_ones_is_not_tried() {
        assert!(stretches(&PacketTable::default()).is_none());
        assert!(stretches(&table(19, 100)).is_none());
        assert!(stretches(&table(20, 100)).is_some());
        assert!(stretches(&table(100, LONGEST_BYTES + 1)).is_none());
    }
}
