//! The depth of the prebuffers: by the longest reads of late.
//!
//! A read that takes long is harmless while the frames behind it are here already. A ring is refilled once
//! [`RUN`](super::ring::RUN) of its slots are free, so while that read is on its way it holds all but so many; each of
//! them lasts for a frame's time. Readers are shared: a disk that stalls keeps them from all decks, so one tail counts for
//! all. When it answers again each deck wants a frame at once; one of each takes no longer than a frame's time, or the
//! disk could not hold the show at all, so one slot more covers that.

use super::ring::RUN;
use crate::settings::MAX_PREBUFFER;
use crate::time::{FLICKS_PER_SECOND, Time};

/// Tail that is assumed until there is a calm minute's experience: a picture's time at 60 per second, for which five
/// slots are enough.
const ASSUMED: Time = Time::from_flicks(FLICKS_PER_SECOND / 60);

/// Slots besides those that last for the tail: what a run leaves free, and the frame that waits for its turn afterwards.
const BESIDES: usize = RUN + 1;

/// Time without a long read after which what was longest before is forgotten: a disk that stalls now and then does so
/// again, and memory is cheaper than a frame.
const CALM: Time = Time::from_seconds(60);

/// Share of the tail from which on a read is as long as that.
const AS_LONG: f64 = 0.75;

/// Follows the longest reads of late.
#[derive(Clone, Copy, Debug)]
pub struct ReadTail {
    longest: Time,
    /// Time of the last read that was about as long.
    longest_at: Time,
    /// The longest of those since.
    since: Time,
}

impl Default for ReadTail {
    fn default() -> Self {
        Self {
            longest: ASSUMED,
            longest_at: Time::ZERO,
            since: Time::ZERO,
        }
    }
}

impl ReadTail {
    /// A tail that begins now.
    pub fn new(now: Time) -> Self {
        Self {
            longest_at: now,
            ..Self::default()
        }
    }

    /// Notes the time from a reader's beginning with a frame to its being ready.
    pub fn note(&mut self, took: Time, now: Time) {
        if took.seconds() >= self.longest.seconds() * AS_LONG {
            self.longest = self.longest.max(took);
            self.longest_at = now;
            self.since = Time::ZERO;
        } else {
            self.since = self.since.max(took);
            if now - self.longest_at >= CALM {
                *self = Self {
                    longest: self.since,
                    longest_at: now,
                    since: Time::ZERO,
                };
            }
        }
    }

    /// Slots that cover it for a deck that shows a frame each `interval`.
    pub fn slots(&self, interval: Time) -> usize {
        let interval = interval.flicks().max(1);
        let frames = self.longest.flicks().max(0).saturating_add(interval - 1) / interval;
        let frames = usize::try_from(frames).unwrap_or(MAX_PREBUFFER);
        frames.saturating_add(BESIDES).min(MAX_PREBUFFER)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::settings::MIN_PREBUFFER;

    fn millis(millis: i64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    /// A picture's time at 60 per second.
    const PICTURE: Time = Time::from_flicks(FLICKS_PER_SECOND / 60);

    /// Plays for so many seconds at a disk whose reads take so long, one each picture.
    fn play(tail: &mut ReadTail, from_s: i64, seconds: i64, took_ms: i64) {
        for picture in 0..seconds * 60 {
            let now = Time::from_seconds(from_s) + PICTURE.scaled(picture as f64);
            tail.note(millis(took_ms), now);
        }
    }

    #[test]
    fn it_begins_with_five_grows_with_the_tail_and_covers_a_stall() {
        let mut tail = ReadTail::default();
        assert_eq!(tail.slots(PICTURE), 5);
        play(&mut tail, 0, 10, 2);
        assert_eq!(tail.slots(PICTURE), 5, "a calm start proves little");
        for (took_ms, slots) in [
            (15, 5),
            (30, 6),
            (45, 7),
            (64, 8),
            (180, 15),
            (900, 16),
            (1, 16),
        ] {
            tail.note(millis(took_ms), Time::from_seconds(11));
            assert_eq!(tail.slots(PICTURE), slots, "{took_ms} ms");
        }
    }

    #[test]
    fn slower_frames_need_fewer_slots_for_the_same_stall() {
        let mut tail = ReadTail::default();
        tail.note(millis(200), Time::ZERO);
        assert_eq!(tail.slots(PICTURE), 16);
        assert_eq!(tail.slots(Time::from_flicks(FLICKS_PER_SECOND / 25)), 9);
        assert_eq!(tail.slots(Time::ZERO), MAX_PREBUFFER, "no interval at all");
    }

    #[test]
    fn a_long_calm_takes_slots_away_and_a_stall_before_its_end_keeps_them() {
        let mut tail = ReadTail::default();
        tail.note(millis(200), Time::ZERO);
        play(&mut tail, 0, 50, 3);
        tail.note(millis(180), Time::from_seconds(50));
        play(&mut tail, 50, 59, 3);
        assert_eq!(tail.slots(PICTURE), 16, "it stalled a minute ago");
        play(&mut tail, 109, 3, 3);
        assert_eq!(tail.slots(PICTURE), 5, "all are short now");
        tail.note(millis(200), Time::from_seconds(113));
        assert_eq!(tail.slots(PICTURE), 16, "at once");
    }

    proptest! {
        #[test]
        fn slots_are_always_in_range_and_cover_the_longest_read_of_the_last_minute(
            reads in proptest::collection::vec((0_i64..2000, 0_i64..5000), 1..200), interval_ms in 1_i64..200,
        ) {
            let mut tail = ReadTail::default();
            let (mut now, mut past) = (Time::ZERO, Vec::new());
            for (took_ms, gap_ms) in reads {
                now += millis(gap_ms);
                tail.note(millis(took_ms), now);
                past.push((now, millis(took_ms)));
                let slots = tail.slots(millis(interval_ms));
                prop_assert!((MIN_PREBUFFER..=MAX_PREBUFFER).contains(&slots));
                let lately = past.iter().filter(|(at, _)| now - *at < CALM);
                let longest = lately.map(|(_, took)| took.millis()).fold(0.0, f64::max);
                let covered = (slots - BESIDES) as f64 * interval_ms as f64;
                prop_assert!(slots == MAX_PREBUFFER || covered + 1e-6 >= longest * AS_LONG, "{slots}: {longest}");
            }
        }
    }
}
