//! The course of a clip: the part of its media file that it shows at each time.
//!
//! ```text
//! time ─► way ─────────────────────────► place in the run ──────► position in the file
//!         phase + |speed| · (time−start)  by the loop mode          from its start, or backwards from its end
//!
//! file ├──────in[═══════════ run ═══════════]out──────┤
//! ```
//!
//! The *run* is the media span that is played; the *way* is the media time travelled in it, over all repetitions. The
//! same course begun or ended elsewhere is in `trim`.

use super::{Clip, LoopMode};
use crate::time::Time;

/// The shortest run.
pub(super) const FLICK: Time = Time::from_flicks(1);

/// The media span of a clip within its file.
#[derive(Clone, Copy, Debug)]
struct Run {
    begin: Time,
    /// At least one flick.
    length: Time,
}

impl Run {
    fn of(clip: &Clip, media_length: Time) -> Self {
        let end = clip
            .media_out
            .map_or(media_length, |out| out.min(media_length));
        Self {
            begin: clip.media_in,
            length: (end - clip.media_in).max(FLICK),
        }
    }
}

/// A part of a clip's course between two turns or seams, in which all goes on at one speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// The position in the file at the time asked for: the edge between what was played and what comes, so that
    /// backwards it lies behind what comes.
    pub edge: Time,
    /// Media time per timeline time, negative backwards, zero where the last frame is held.
    pub speed: f64,
    /// The timeline time at which the leg ends.
    pub until: Time,
}

impl Clip {
    /// The leg of its course at a project time, in a media file of this length; `None` where
    /// [`Self::media_position`] has none.
    pub fn leg_at(&self, time: Time, media_length: Time) -> Option<Leg> {
        let position = self.media_position(time, media_length)?;
        let run = Run::of(self, media_length);
        let way = self.phase + self.nearest_way(time - self.start);
        let lap = way.div_euclid(run.length);
        let is_held = self.loop_mode == LoopMode::HoldLast && way >= run.length;
        let is_way_back = self.loop_mode == LoopMode::PingPong && lap.rem_euclid(2) == 1;
        let is_backwards = (self.speed < 0.0) != is_way_back;
        let until = if is_held {
            self.end()
        } else {
            let left = run.length - way.rem_euclid(run.length);
            time + left.scaled(1.0 / self.speed.abs()).max(FLICK)
        };
        let speed = match (is_held, is_backwards) {
            (true, _) => 0.0,
            (false, true) => -self.speed.abs(),
            (false, false) => self.speed.abs(),
        };
        Some(Leg {
            edge: if is_backwards {
                position + FLICK
            } else {
                position
            },
            speed,
            until: until.min(self.end()),
        })
    }

    /// The position in its media file, of this length, that the clip shows at a project time; `None` outside the clip
    /// and where its runs have ended.
    ///
    /// An out point past the end of the file counts as the end; from an in point there, the position is the in point,
    /// which stands for the last frame. At speed 1 and −1 all is exact; at others the way is rounded to the nearest
    /// flick. Played backwards, the run is mirrored: it begins with its last flick.
    pub fn media_position(&self, time: Time, media_length: Time) -> Option<Time> {
        if time < self.start || time >= self.end() {
            return None;
        }
        let run = Run::of(self, media_length);
        let way = self.phase + self.nearest_way(time - self.start);
        let into = folded(way, run.length, self.loop_mode)?;
        Some(if self.speed > 0.0 {
            run.begin + into
        } else {
            run.begin + (run.length - FLICK - into)
        })
    }

    /// The length of its media span within a file of this length.
    pub fn run_length(&self, media_length: Time) -> Time {
        Run::of(self, media_length).length
    }

    /// The way after which its course begins anew; `None` where it never does.
    pub fn period(&self, media_length: Time) -> Option<Time> {
        let run = self.run_length(media_length);
        match self.loop_mode {
            LoopMode::Loop => Some(run),
            LoopMode::PingPong => Some(run + run),
            LoopMode::Once | LoopMode::HoldLast | LoopMode::Times(_) => None,
        }
    }

    /// The whole way of its runs; `None` where it has no end.
    pub fn whole_way(&self, media_length: Time) -> Option<Time> {
        let run = self.run_length(media_length);
        match self.loop_mode {
            LoopMode::Once => Some(run),
            LoopMode::Times(times) => {
                let flicks = run.flicks().saturating_mul(i64::from(times));
                Some(Time::from_flicks(flicks))
            }
            LoopMode::HoldLast | LoopMode::Loop | LoopMode::PingPong => None,
        }
    }

    /// The phase, folded to the first period.
    pub fn folded_phase(&self, media_length: Option<Time>) -> Time {
        let period = media_length.and_then(|length| self.period(length));
        period.map_or(self.phase, |period| self.phase.rem_euclid(period))
    }

    /// The way that it covers in a length of the timeline.
    pub(crate) fn nearest_way(&self, length: Time) -> Time {
        let speed = self.speed.abs();
        if speed == 1.0 {
            length
        } else {
            length.scaled(speed)
        }
    }
}

/// The way, folded into a run of this length: from zero to below the length.
fn folded(way: Time, length: Time, mode: LoopMode) -> Option<Time> {
    let last = length - FLICK;
    match mode {
        LoopMode::Once => (way < length).then_some(way),
        LoopMode::HoldLast => Some(way.min(last)),
        LoopMode::Loop => Some(way.rem_euclid(length)),
        LoopMode::Times(times) => {
            (way.div_euclid(length) < i64::from(times)).then(|| way.rem_euclid(length))
        }
        LoopMode::PingPong => {
            let turned = way.rem_euclid(length + length);
            let is_way_back = turned >= length;
            Some(if is_way_back {
                length + last - turned
            } else {
                turned
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipId, MediaId};

    #[test]
    fn a_leg_goes_on_as_the_positions_do_until_it_ends() {
        let modes = [
            LoopMode::Once,
            LoopMode::HoldLast,
            LoopMode::Loop,
            LoopMode::Times(2),
            LoopMode::PingPong,
        ];
        let length = Time::from_flicks(10_000);
        for mode in modes {
            for speed in [1.0, -1.0, 2.0, -0.5] {
                let mut clip = Clip::new(
                    ClipId(1),
                    MediaId(1),
                    Time::from_flicks(100),
                    Time::from_flicks(40_000),
                );
                (clip.loop_mode, clip.speed) = (mode, speed);
                clip.media_in = Time::from_flicks(2_000);
                clip.phase = Time::from_flicks(1_300);
                verify_legs(&clip, length);
            }
        }
    }

    fn verify_legs(clip: &Clip, length: Time) {
        let what = format!("{:?} at {}", clip.loop_mode, clip.speed);
        let mut time = clip.start;
        while let Some(leg) = clip.leg_at(time, length) {
            assert!(leg.until > time, "{what}: it goes on");
            // The last flick may be rounded beyond the end.
            let last = leg.until - Time::from_flicks(2);
            for later in [time, time + FLICK, last] {
                let later = later.min(last).max(time);
                let position = clip.media_position(later, length).expect("within the leg");
                let edge = leg.edge + (later - time).scaled(leg.speed);
                let behind = if leg.speed < 0.0 { FLICK } else { Time::ZERO };
                let off = (edge - behind - position).abs();
                assert!(off <= Time::from_flicks(2), "{what}: {off:?} off");
            }
            time = leg.until;
        }
        assert_eq!(clip.media_position(time, length), None, "{what}: it ends");
    }
}
