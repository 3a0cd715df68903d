//! The chooser on disks that are simulated read by read.

use proptest::prelude::*;

use super::*;

/// Bytes of a read: a packet of 1080p60 Hap Q.
const PACKET: u64 = 2_000_000;

/// Readers, as playing has.
const READERS: usize = 4;

/// A disk whose reads share its bandwidth in turn, and readers that want so many packets per second.
struct Simulated {
    chooser: WayChooser,
    now: Time,
    /// Time at which the disk has done all that it was asked for.
    free_at: Time,
    /// Reads in flight: their way and their end.
    reads: Vec<(Way, Time)>,
    /// Time from which on a packet more is wanted.
    wanted_at: Time,
    /// Reads done in each way, and all bytes.
    done: [u64; 2],
}

fn seconds(seconds: f64) -> Time {
    Time::from_flicks((seconds * FLICKS_PER_SECOND as f64) as i64)
}

impl Simulated {
    fn new(chooser: WayChooser) -> Self {
        Self {
            chooser,
            now: Time::ZERO,
            free_at: Time::ZERO,
            reads: Vec::new(),
            wanted_at: Time::ZERO,
            done: [0; 2],
        }
    }

    /// Plays for so long at a disk of these rates, in MB/s, which is asked for `needed` MB/s, in runs of 18 packets.
    fn play(&mut self, length: f64, needed: f64, rate_of: impl Fn(Way) -> f64) {
        let until = self.now + seconds(length);
        let interval = seconds(PACKET as f64 * 18.0 / (needed * 1e6));
        let mut waiting = 0;
        loop {
            while self.wanted_at <= self.now {
                waiting += 18;
                self.wanted_at += interval;
            }
            while waiting > 0 && self.reads.len() < READERS {
                waiting -= 1;
                let way = self.chooser.begin(self.now);
                let transfer = seconds(PACKET as f64 / (rate_of(way) * 1e6));
                self.free_at = self.free_at.max(self.now) + transfer;
                self.reads.push((way, self.free_at));
            }
            let next = self.reads.iter().map(|(_, end)| *end).min();
            let next = next.map_or(self.wanted_at, |end| end.min(self.wanted_at));
            if next > until {
                self.now = until;
                return;
            }
            self.now = next;
            let (ended, left): (Vec<_>, Vec<_>) =
                self.reads.iter().partition(|(_, end)| *end <= next);
            self.reads = left;
            for (way, _) in ended {
                self.done[way as usize] += 1;
                self.chooser.end(way, PACKET, self.now);
            }
        }
    }
}

fn opened(direct: f64, cached: f64) -> Simulated {
    let mut chooser = WayChooser::default();
    chooser.note_trial(WayRates {
        direct: Some(direct * 1e6),
        cached: Some(cached * 1e6),
    });
    Simulated::new(chooser)
}

fn rates(direct: f64, cached: f64) -> impl Fn(Way) -> f64 {
    move |way| match way {
        Way::Direct => direct,
        Way::Cached => cached,
    }
}

#[test]
fn the_faster_way_is_taken_at_the_opening_and_direct_reads_of_equal_ones() {
    for (direct, cached, way) in [
        (1600.0, 800.0, Way::Direct),
        (800.0, 1600.0, Way::Cached),
        (1000.0, 1000.0, Way::Direct),
        (980.0, 1000.0, Way::Direct),
        (900.0, 1000.0, Way::Cached),
    ] {
        let chooser = opened(direct, cached).chooser;
        assert_eq!(chooser.way(), way, "{direct} against {cached}");
        assert_eq!(chooser.measured(), Measured::Opening);
    }
}

#[test]
fn the_first_reads_decide_before_the_prebuffers_are_full() {
    for (direct, cached) in [(1600.0, 800.0), (800.0, 1600.0), (3000.0, 200.0)] {
        let mut disk = Simulated::new(WayChooser::default());
        // Two runs of eighteen packets, with a pause between them.
        disk.play(0.8, 70.0, rates(direct, cached));
        let expected = if direct > cached {
            Way::Direct
        } else {
            Way::Cached
        };
        assert_eq!(disk.chooser.measured(), Measured::Opening);
        assert_eq!(disk.chooser.way(), expected, "{direct} against {cached}");
        let measured = disk.chooser.rates();
        for (way, real) in [(Way::Direct, direct), (Way::Cached, cached)] {
            let found = measured.of(way).expect("measured") / 1e6;
            assert!(
                (found / real - 1.0).abs() < 0.1,
                "{way:?}: {found} of {real}"
            );
        }
    }
}

#[test]
fn one_way_measured_alone_decides_nothing() {
    let mut chooser = WayChooser::default();
    chooser.note_trial(WayRates {
        direct: Some(1e9),
        cached: None,
    });
    assert_eq!(chooser.measured(), Measured::Never);
}

#[test]
fn a_disk_that_has_time_to_spare_is_left_alone() {
    let mut disk = opened(1600.0, 800.0);
    disk.play(30.0, 740.0, rates(1600.0, 8000.0));
    assert_eq!(disk.done[Way::Cached as usize], 0, "nothing is tried out");
    assert_eq!(disk.chooser.changes(), 0);
}

#[test]
fn a_wrong_first_measurement_is_mended_within_the_first_second() {
    for (direct, cached) in [(400.0, 1200.0), (1200.0, 400.0)] {
        // As if the measurement had been the other way round.
        let mut disk = opened(cached, direct);
        let right = disk.chooser.way().other();
        disk.play(1.0, 740.0, rates(direct, cached));
        assert_eq!(disk.chooser.way(), right, "{direct} against {cached}");
        assert_eq!(disk.chooser.measured(), Measured::Playing);
        let before = disk.done[right.other() as usize];
        disk.play(10.0, 740.0, rates(direct, cached));
        let tried = disk.done[right.other() as usize] - before;
        let most = PROBE_READS + SKIPPED_READS + READERS as u32;
        assert!(tried <= u64::from(most), "and it stays so: {tried}");
    }
}

#[test]
fn a_disk_that_changes_its_behaviour_half_way_is_followed_at_once_both_times() {
    let mut disk = opened(1500.0, 700.0);
    disk.play(60.0, 740.0, rates(1500.0, 700.0));
    assert_eq!(disk.chooser.way(), Way::Direct);
    disk.play(0.5, 740.0, rates(300.0, 1400.0));
    assert_eq!(disk.chooser.way(), Way::Cached, "half a second after");
    disk.play(60.0, 740.0, rates(300.0, 1400.0));
    disk.play(0.5, 740.0, rates(1500.0, 300.0));
    assert_eq!(disk.chooser.way(), Way::Direct, "and back");
    assert_eq!(disk.chooser.changes(), 2);
}

#[test]
fn a_disk_too_slow_in_either_way_is_not_tried_over_and_over() {
    let mut disk = opened(400.0, 390.0);
    disk.play(60.0, 740.0, rates(400.0, 390.0));
    let [direct, cached] = disk.done;
    assert!(cached * 100 <= direct, "{cached} of {direct} reads tried");
    assert_eq!(disk.chooser.changes(), 0);
}

#[test]
fn a_trial_of_a_much_slower_way_is_ended_early() {
    let mut disk = opened(800.0, 20.0);
    disk.play(4.0, 1000.0, rates(800.0, 20.0));
    let tried = disk.done[Way::Cached as usize];
    // One for each reader is in flight before the first of them is done.
    assert!(
        (1..=READERS as u64 + 1).contains(&tried),
        "{tried} reads were tried"
    );
    assert_eq!(disk.chooser.way(), Way::Direct);
}

#[test]
fn reads_that_fail_speak_against_their_way() {
    let mut disk = opened(1000.0, 990.0);
    disk.play(0.08, 2000.0, rates(1000.0, 990.0));
    for _ in 0..40 {
        let way = disk.chooser.begin(disk.now);
        disk.now += seconds(0.002);
        let bytes = if way == Way::Cached { 0 } else { PACKET };
        disk.chooser.end(way, bytes, disk.now);
    }
    assert_eq!(disk.chooser.way(), Way::Direct);
}

proptest! {
    /// Whatever was measured first: once a busy disk was read for two seconds, it is read in the better way, or in one that
    /// is no slower than by what the scatter of measuring hides.
    #[test]
    fn a_busy_disk_ends_at_the_faster_way(
        direct in 50.0_f64..3000.0, cached in 50.0_f64..3000.0, first in any::<bool>(),
    ) {
        let mut disk = if first { opened(1000.0, 1.0) } else { opened(1.0, 1000.0) };
        let needed = direct.max(cached) * 2.0;
        disk.play(10.0, needed, rates(direct, cached));
        let used = rates(direct, cached)(disk.chooser.way());
        prop_assert!(used * FASTER * 1.05 >= direct.max(cached), "{direct} {cached} {:?}", disk.chooser);
    }

    /// However disks behave, reads in flight add up, and changes are rare.
    #[test]
    fn it_does_not_flap_whatever_a_disk_does(
        speeds in proptest::collection::vec((20.0_f64..3000.0, 20.0_f64..3000.0), 1..12), needed in 50.0_f64..2000.0,
    ) {
        let mut disk = opened(500.0, 500.0);
        for (direct, cached) in &speeds {
            disk.play(2.0, needed, rates(*direct, *cached));
            let in_flight = disk.chooser.in_flight.iter().sum::<u32>();
            prop_assert_eq!(in_flight as usize, disk.reads.len());
        }
        // Each new behaviour may be answered once, and what is steady once in a pause.
        let pauses = (speeds.len() as f64 * 2.0 / FIRST_PAUSE.seconds()).ceil() as u32;
        prop_assert!(disk.chooser.changes() <= speeds.len() as u32 + pauses);
    }
}
