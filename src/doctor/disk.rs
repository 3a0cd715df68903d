//! Throughput of a disk that is read as playing reads it: real packets, in their order, over all layers, with as many
//! readers as playing has.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::demand::Piece;
use super::media_under_test::MediaUnderTest;
use crate::media::io::disk::Disk;
use crate::media::io::way::{Way, WayRates};
use crate::media::io::{PacketBuffer, Reader};
use crate::stats::durations::Durations;
use crate::stats::per_second;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Length of the measurement of what the page cache does not hold, in each way.
const COLD_SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND * 4 / 10);

/// Length of filling the page cache, and then of reading from it.
const WARM_SPAN: Time = Time::from_flicks(FLICKS_PER_SECOND / 4);

/// The measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DiskRates {
    /// Reading what the page cache does not hold, in the way that playing reads it.
    pub cold: Option<ColdRate>,
    /// Bytes per second through the page cache, after a first time.
    pub warm: f64,
}

/// Reading what the page cache does not hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ColdRate {
    /// The way.
    pub way: Way,
    /// Bytes per second.
    pub bytes_per_second: f64,
    /// Longest of 99 % of the reads, in milliseconds.
    pub p99_ms: f64,
}

/// Measures one disk; none if there is nothing to read, or reading fails. Playing takes the way that is faster here.
pub(super) fn measure(
    under_test: &MediaUnderTest,
    pieces: &[Piece],
    threads: usize,
    disk: &Disk,
) -> Option<DiskRates> {
    let file_of = |piece: &Piece| &under_test.open[piece.file];
    let direct_of = |piece: &Piece| file_of(piece).direct.as_deref();
    let cached_of = |piece: &Piece| Some(&*file_of(piece).cached);
    let reading = |pieces, reader_of, span| Reading {
        pieces,
        reader_of,
        threads,
        span,
    };
    let has_direct = pieces.iter().all(|piece| direct_of(piece).is_some());
    let direct = has_direct
        .then(|| reading(pieces, &direct_of, COLD_SPAN).run())
        .flatten();
    // What memory holds is left there: the show may begin with it.
    let mut files = pieces.iter().map(file_of);
    let cached = (direct.is_some() && files.all(|file| !file.is_in_cache))
        .then(|| {
            let files: BTreeSet<usize> = pieces.iter().map(|piece| piece.file).collect();
            for index in files {
                under_test.open[index].file.forget_cached();
            }
            reading(pieces, &cached_of, COLD_SPAN).run()
        })
        .flatten();
    disk.note_trial(WayRates {
        direct: direct.as_ref().map(|rate| rate.bytes_per_second),
        cached: cached.as_ref().map(|rate| rate.bytes_per_second),
    });
    let (way, _) = disk.choice();
    let cold = match (way, cached) {
        (Way::Cached, Some(cached)) => Some((Way::Cached, cached)),
        (_, _) => direct.map(|direct| (Way::Direct, direct)),
    };
    // Brought in the first time, measured the second.
    let first = reading(pieces, &cached_of, WARM_SPAN).run()?;
    let known = &pieces[..first.reads.clamp(1, pieces.len())];
    let warm = reading(known, &cached_of, WARM_SPAN).run()?;
    Some(DiskRates {
        cold: cold.map(|(way, rate)| ColdRate {
            way,
            bytes_per_second: rate.bytes_per_second,
            p99_ms: rate.p99_ms,
        }),
        warm: warm.bytes_per_second,
    })
}

struct Reading<'a> {
    pieces: &'a [Piece],
    reader_of: &'a (dyn Fn(&Piece) -> Option<&'a dyn Reader> + Sync),
    threads: usize,
    span: Time,
}

struct Rate {
    bytes_per_second: f64,
    p99_ms: f64,
    reads: usize,
}

impl Reading<'_> {
    /// Reads over and over until the time is up; none if there is nothing to read, or a read fails.
    fn run(&self) -> Option<Rate> {
        if self.pieces.is_empty() {
            return None;
        }
        let (next, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        let durations = Mutex::new(Durations::default());
        let clock = Clock::system();
        let work = || {
            let mut packet = PacketBuffer::default();
            let mut own = Durations::default();
            let mut is_good = true;
            while is_good && clock.now() < self.span {
                // Relaxed, here and below: each number is taken once, and the threads are joined before the sum is
                // read.
                let place = next.fetch_add(1, Ordering::Relaxed) % self.pieces.len();
                let piece = &self.pieces[place];
                let begin = clock.now();
                is_good = self.read(piece, &mut packet).is_some();
                own.record(clock.now() - begin);
                bytes.fetch_add(u64::from(piece.span.size), Ordering::Relaxed);
            }
            durations.lock().add(&own);
            is_good
        };
        let is_good = std::thread::scope(|scope| {
            let running: Vec<_> = (0..self.threads.max(1))
                .map(|_| scope.spawn(work))
                .collect();
            // All are joined, whatever the first of them says.
            let outcomes: Vec<bool> = running
                .into_iter()
                .map(|thread| thread.join().unwrap_or(false))
                .collect();
            !outcomes.contains(&false)
        });
        let seconds = clock.now().seconds();
        is_good.then(|| Rate {
            bytes_per_second: per_second(bytes.into_inner() as f64, seconds),
            p99_ms: durations.into_inner().percentile_ms(99.0),
            reads: next.into_inner(),
        })
    }

    fn read(&self, piece: &Piece, packet: &mut PacketBuffer) -> Option<()> {
        let reader = (self.reader_of)(piece)?;
        let size = usize::try_from(piece.span.size).ok()?;
        reader.read(piece.span.offset, size, packet).ok()
    }
}
