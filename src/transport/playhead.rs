//! The transport: playing, pausing, scrubbing, shuttling.

use super::course::travelled;
use super::{Bounds, Course, Direction, TimelinePosition};
use crate::project::{MAX_SPEED, MAX_TIME};
use crate::time::Time;

/// The state of the transport.
///
/// ```text
///            play                       scrub
///   ┌──────────────────► Playing ──────────────────┐
///   │   pause, stop,        ▲                      ▼
/// Paused ◄─ step, end ──────┤ scrub_end, ◄── Scrubbing { resumes }
///   │ ▲                     │ if it resumes     │  ▲
///   │ └─────────────────────────────────────────┘  │
///   │                scrub_end, if it does not     │
///   └──────────────────────────────────────────────┘
///                          scrub
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlayState {
    /// The playhead stands.
    #[default]
    Paused,
    /// The playhead follows the clock.
    Playing {
        /// Time on the clock when playing began here.
        started_clock: Time,
        /// The playhead then, in project time.
        started_time: Time,
    },
    /// The playhead follows a drag.
    Scrubbing {
        /// True if playing goes on after the drag.
        resumes: bool,
    },
}

/// The outcome of [`Transport::settle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleOutcome {
    /// Nothing happened.
    Unchanged,
    /// The playhead has passed the loop's seam since the last call.
    Looped,
    /// The playhead has reached the end, and is paused there.
    Ended,
}

/// The playhead as a function of the clock.
///
/// `now` is always a time of the same clock; while frames are presented it is the presentation time of the next one,
/// not the time of the call.
#[derive(Clone, Debug, PartialEq)]
pub struct Transport {
    state: PlayState,
    /// The playhead while it does not follow the clock.
    position: Time,
    /// Start of playing, to which stop goes back.
    began: Time,
    speed: f64,
    /// The speed of a shuttle, which overrides `speed` until playing stops.
    shuttle: Option<f64>,
    seek_count: u64,
}

/// The speeds of a shuttle, in order.
const SHUTTLE_SPEEDS: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

impl Default for Transport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport {
    /// Paused at zero, at normal speed.
    pub fn new() -> Self {
        Self {
            state: PlayState::Paused,
            position: Time::ZERO,
            began: Time::ZERO,
            speed: 1.0,
            shuttle: None,
            seek_count: 0,
        }
    }

    /// The state of the transport.
    pub fn state(&self) -> PlayState {
        self.state
    }

    /// True if the playhead follows the clock.
    pub fn is_playing(&self) -> bool {
        matches!(self.state, PlayState::Playing { .. })
    }

    /// True if the playhead follows a drag.
    pub fn is_scrubbing(&self) -> bool {
        matches!(self.state, PlayState::Scrubbing { .. })
    }

    /// Project time per clock time; negative plays backwards.
    pub fn speed(&self) -> f64 {
        self.shuttle.unwrap_or(self.speed)
    }

    /// The direction of playing, also while paused.
    pub fn direction(&self) -> Direction {
        Direction::of(self.speed())
    }

    /// Count of jumps: seek, scrub, stop, step, beginning anew. Passing the loop's seam is none, because it was
    /// foreseen.
    pub fn seek_count(&self) -> u64 {
        self.seek_count
    }

    /// The playhead. While it does not follow the clock it lies at the start of a canvas frame.
    pub fn playhead_at(&self, now: Time, bounds: &Bounds) -> Time {
        self.position_at(now, bounds)
            .map_or_else(|| bounds.snap(self.position), TimelinePosition::time)
    }

    /// Plays from the playhead, or from the start, or the loop's, if nothing is left to play. While playing nothing
    /// happens; it ends a drag. Either way the canvas frame that it begins with is on screen for all of its time.
    pub fn play(&mut self, now: Time, bounds: &Bounds) {
        if self.is_playing() {
            return;
        }
        let playhead = self.playhead_at(now, bounds);
        let from = bounds.play_start(playhead, self.direction());
        // Beginning anew is a jump: the frames prefetched at the playhead are not those that come.
        if from != playhead {
            self.seek_count += 1;
        }
        self.began = from;
        self.enter(now, from, bounds);
    }

    /// Pauses at the canvas frame that is on screen. It ends a drag.
    pub fn pause(&mut self, now: Time, bounds: &Bounds) {
        self.position = bounds.snap(self.playhead_at(now, bounds));
        self.rest();
    }

    /// Pauses, and goes back to the start of playing.
    pub fn stop(&mut self) {
        self.rest();
        self.jump(self.began);
    }

    /// Moves the playhead, and goes on playing if it plays. While paused, stop will come back here. It ends a drag.
    pub fn seek(&mut self, now: Time, time: Time, bounds: &Bounds) {
        self.jump(time);
        match self.state {
            // `began` stays: stop goes back to the start of playing, not to a seek within it.
            PlayState::Playing { .. } => self.enter(now, self.position, bounds),
            PlayState::Scrubbing { .. } | PlayState::Paused => {
                self.rest();
                self.began = self.position;
            }
        }
    }

    /// Moves the playhead as part of a drag. Playing is suspended meanwhile.
    pub fn scrub(&mut self, time: Time) {
        self.jump(time);
        self.state = match self.state {
            PlayState::Playing { .. } => PlayState::Scrubbing { resumes: true },
            PlayState::Paused => PlayState::Scrubbing { resumes: false },
            scrubbing @ PlayState::Scrubbing { .. } => scrubbing,
        };
    }

    /// Ends a drag at this position, and resumes playing from there if it played before. Without a drag it is
    /// [`Self::seek`].
    pub fn scrub_end(&mut self, now: Time, time: Time, bounds: &Bounds) {
        let resumes = self.state == PlayState::Scrubbing { resumes: true };
        // The seek pauses, which ends a shuttle; a drag only suspends it.
        let shuttle = self.shuttle;
        self.seek(now, time, bounds);
        if resumes {
            self.shuttle = shuttle;
            self.enter(now, self.position, bounds);
        }
    }

    /// Pauses, and moves by this many canvas frames, clamped to the timeline.
    pub fn step(&mut self, now: Time, frames: i64, bounds: &Bounds) {
        let frame = bounds.canvas.frame_at(self.playhead_at(now, bounds));
        let stepped = bounds.canvas.time_of(frame.saturating_add(frames));
        // A seek may have led beyond the end: from there a step stays and does not snap back to the last frame.
        let latest = bounds.last_frame().max(bounds.canvas.time_of(frame));
        self.rest();
        self.jump(stepped.min(latest));
        self.began = self.position;
    }

    /// Sets project time per clock time, clamped to −10 to 10, and ends a shuttle. Zero and values that are not finite
    /// change nothing. While playing it applies from `now` on.
    pub fn set_speed(&mut self, now: Time, speed: f64, bounds: &Bounds) {
        if speed == 0.0 || !speed.is_finite() {
            return;
        }
        let speed = speed.clamp(-MAX_SPEED, MAX_SPEED);
        self.change_speed(now, bounds, |transport| {
            transport.shuttle = None;
            transport.speed = speed;
        });
    }

    /// Plays in a direction: at speed 1 first, twice as fast on each further call, up to 8. The other direction turns
    /// round at speed 1. Pausing ends it and restores the speed before.
    pub fn shuttle(&mut self, now: Time, direction: Direction, bounds: &Bounds) {
        // A shuttle from a pause begins at speed 1, even in the direction of the speed set before.
        let is_same_way = self.is_playing() && self.direction() == direction;
        let magnitude = if is_same_way {
            let speed = self.speed().abs();
            let faster = SHUTTLE_SPEEDS.into_iter().find(|step| *step > speed);
            faster.unwrap_or(speed)
        } else {
            SHUTTLE_SPEEDS[0]
        };
        let speed = match direction {
            Direction::Forwards => magnitude,
            Direction::Backwards => -magnitude,
        };
        self.change_speed(now, bounds, |transport| transport.shuttle = Some(speed));
        self.play(now, bounds);
    }

    /// The course of playing from here; while paused, the course it would take.
    pub fn course(&self, now: Time, bounds: &Bounds) -> Course {
        let playhead = self.playhead_at(now, bounds);
        let (started_time, elapsed, begins_anew) = match self.state {
            PlayState::Playing {
                started_clock,
                started_time,
            } => (started_time, now - started_clock, false),
            PlayState::Paused | PlayState::Scrubbing { .. } => {
                let direction = self.direction();
                let start = bounds.play_start(playhead, direction);
                let entry = bounds.entry(start, direction);
                (entry, Time::ZERO, start != playhead)
            }
        };
        Course {
            playhead,
            started_time,
            elapsed,
            begins_anew,
            speed: self.speed(),
            bounds: *bounds,
        }
    }

    /// Settles the state for the time that has passed, once per tick.
    ///
    /// At the end it pauses on the last frame. After the loop's seam it counts from there, so that a later change of
    /// the loop or the duration does not move the playhead by the laps before; at speed 1 this is exact, at others
    /// within a flick for each lap.
    pub fn settle(&mut self, now: Time, bounds: &Bounds) -> SettleOutcome {
        match self.position_at(now, bounds) {
            Some(TimelinePosition::Ended { time }) => {
                self.position = time;
                self.rest();
                SettleOutcome::Ended
            }
            // Without this, a shorter loop would divide the laps before it anew, and the playhead would jump.
            Some(TimelinePosition::At { time, laps }) if laps != 0 => {
                self.start(now, time);
                SettleOutcome::Looped
            }
            _ => SettleOutcome::Unchanged,
        }
    }

    /// The position of playing, if it plays.
    fn position_at(&self, now: Time, bounds: &Bounds) -> Option<TimelinePosition> {
        let PlayState::Playing {
            started_clock,
            started_time,
        } = self.state
        else {
            return None;
        };
        let way = travelled(now - started_clock, self.speed());
        Some(bounds.position(started_time, started_time + way, self.direction()))
    }

    /// Pauses, which ends a shuttle.
    fn rest(&mut self) {
        self.state = PlayState::Paused;
        self.shuttle = None;
    }

    /// Changes the speed. While playing the old one applies up to now, and the new one from the canvas frame on screen.
    fn change_speed(&mut self, now: Time, bounds: &Bounds, change: impl FnOnce(&mut Self)) {
        let playhead = self.playhead_at(now, bounds);
        change(self);
        if self.is_playing() {
            self.enter(now, playhead, bounds);
        }
    }

    /// Plays from the canvas frame at `time`, all of it.
    fn enter(&mut self, now: Time, time: Time, bounds: &Bounds) {
        self.start(now, bounds.entry(time, self.direction()));
    }

    fn start(&mut self, now: Time, from: Time) {
        self.state = PlayState::Playing {
            started_clock: now,
            started_time: from,
        };
    }

    fn jump(&mut self, time: Time) {
        self.position = time.clamp(Time::ZERO, MAX_TIME);
        self.seek_count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::FrameRate;
    use proptest::prelude::*;

    fn seconds(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn bounds(is_looping: bool) -> Bounds {
        Bounds {
            duration: seconds(10),
            loop_range: None,
            is_looping,
            canvas: FrameRate::FPS_60,
        }
    }

    #[test]
    fn the_end_pauses_on_the_last_frame_and_play_begins_anew() {
        let (mut transport, bounds) = (Transport::new(), bounds(false));
        transport.play(seconds(100), &bounds);
        assert_eq!(
            transport.settle(seconds(109), &bounds),
            SettleOutcome::Unchanged
        );
        assert_eq!(
            transport.settle(seconds(110), &bounds),
            SettleOutcome::Ended
        );
        assert_eq!(
            transport.playhead_at(seconds(500), &bounds),
            bounds.last_frame()
        );
        let jumps = transport.seek_count();
        transport.play(seconds(200), &bounds);
        assert_eq!(transport.playhead_at(seconds(201), &bounds), seconds(1));
        assert_eq!(transport.seek_count(), jumps + 1);
    }

    #[test]
    fn a_loop_is_no_jump_and_a_later_change_of_its_length_moves_nothing() {
        let (mut transport, mut bounds) = (Transport::new(), bounds(true));
        transport.play(Time::ZERO, &bounds);
        assert_eq!(
            transport.settle(seconds(95), &bounds),
            SettleOutcome::Looped
        );
        assert_eq!(transport.seek_count(), 0);
        bounds.duration = seconds(11);
        assert_eq!(transport.playhead_at(seconds(96), &bounds), seconds(6));
    }

    #[test]
    fn stop_goes_back_to_where_playing_began() {
        let (mut transport, bounds) = (Transport::new(), bounds(false));
        transport.seek(Time::ZERO, seconds(3), &bounds);
        transport.play(Time::ZERO, &bounds);
        transport.seek(seconds(1), seconds(7), &bounds);
        assert_eq!(
            transport.playhead_at(seconds(2), &bounds),
            seconds(8),
            "plays on after a seek"
        );
        transport.stop();
        assert_eq!(transport.playhead_at(seconds(9), &bounds), seconds(3));
    }

    #[test]
    fn a_drag_holds_playing_and_goes_on_where_it_ends() {
        let (mut transport, bounds) = (Transport::new(), bounds(false));
        transport.play(Time::ZERO, &bounds);
        transport.scrub(seconds(4));
        transport.scrub(seconds(5));
        assert!(transport.is_scrubbing(), "dragging");
        assert_eq!(transport.playhead_at(seconds(3), &bounds), seconds(5));
        transport.scrub_end(seconds(6), seconds(2), &bounds);
        assert_eq!(transport.playhead_at(seconds(7), &bounds), seconds(3));
        transport.pause(seconds(7), &bounds);
        transport.scrub(seconds(1));
        transport.scrub_end(seconds(8), seconds(2), &bounds);
        assert_eq!(transport.state(), PlayState::Paused);
    }

    #[test]
    fn pausing_and_stepping_lie_on_canvas_frames() {
        let (mut transport, bounds) = (Transport::new(), bounds(false));
        transport.play(Time::ZERO, &bounds);
        let now = seconds(1) + Time::from_flicks(12_345);
        transport.pause(now, &bounds);
        assert_eq!(transport.playhead_at(now, &bounds), seconds(1));
        transport.step(now, -61, &bounds);
        assert_eq!(
            transport.playhead_at(now, &bounds),
            Time::ZERO,
            "held to the start"
        );
        transport.step(now, i64::MAX, &bounds);
        assert_eq!(transport.playhead_at(now, &bounds), bounds.last_frame());
    }

    #[test]
    fn an_empty_project_ends_at_once() {
        let empty = Bounds {
            duration: Time::ZERO,
            ..bounds(true)
        };
        let mut transport = Transport::new();
        transport.play(Time::ZERO, &empty);
        assert_eq!(transport.settle(Time::ZERO, &empty), SettleOutcome::Ended);
        assert_eq!(transport.playhead_at(seconds(1), &empty), Time::ZERO);
    }

    #[test]
    fn a_shuttle_grows_faster_turns_round_and_is_forgotten_on_pause() {
        let (mut transport, bounds) = (Transport::new(), bounds(false));
        transport.seek(Time::ZERO, seconds(5), &bounds);
        let mut speeds = Vec::new();
        for direction in [Direction::Forwards; 5].into_iter().chain([
            Direction::Backwards,
            Direction::Backwards,
            Direction::Forwards,
        ]) {
            transport.shuttle(Time::ZERO, direction, &bounds);
            speeds.push(transport.speed());
        }
        assert_eq!(speeds, [1.0, 2.0, 4.0, 8.0, 8.0, -1.0, -2.0, 1.0]);
        assert!(transport.is_playing(), "it plays at once");
        transport.shuttle(Time::ZERO, Direction::Backwards, &bounds);
        let playhead = bounds.snap(transport.playhead_at(seconds(2), &bounds));
        assert_eq!(playhead, seconds(3));
        transport.pause(seconds(2), &bounds);
        assert_eq!(transport.speed(), 1.0, "as before");
    }

    #[test]
    fn a_change_of_speed_leaves_the_playhead_where_it_is() {
        let (mut transport, bounds) = (Transport::new(), bounds(true));
        transport.play(Time::ZERO, &bounds);
        let frame_at =
            |transport: &Transport, now| bounds.snap(transport.playhead_at(seconds(now), &bounds));
        transport.set_speed(seconds(3), -2.0, &bounds);
        assert_eq!(frame_at(&transport, 3), seconds(3));
        assert_eq!(frame_at(&transport, 4), seconds(1));
        assert_eq!(transport.seek_count(), 0, "no jump");
        transport.set_speed(seconds(4), 0.25, &bounds);
        assert_eq!(frame_at(&transport, 8), seconds(2));
    }

    proptest! {
        #[test]
        fn settling_often_or_never_leads_to_the_same_playhead(
            ticks in prop::collection::vec(0_i64..30_000_000_000, 1..40), start in 0_i64..9,
        ) {
            let bounds = bounds(true);
            let mut settled = Transport::new();
            settled.seek(Time::ZERO, seconds(start), &bounds);
            settled.play(Time::ZERO, &bounds);
            let untouched = settled.clone();
            let mut now = Time::ZERO;
            for tick in ticks {
                now += Time::from_flicks(tick);
                settled.settle(now, &bounds);
                let exact = (seconds(start) + now).rem_euclid(seconds(10));
                prop_assert_eq!(settled.playhead_at(now, &bounds), exact);
                prop_assert_eq!(untouched.playhead_at(now, &bounds), exact);
            }
        }

        #[test]
        fn backwards_stays_within_the_timeline(elapsed in 0_i64..100_000_000_000, speed in -10.0_f64..-0.1) {
            let bounds = bounds(true);
            let mut transport = Transport::new();
            transport.seek(Time::ZERO, seconds(5), &bounds);
            transport.set_speed(Time::ZERO, speed, &bounds);
            transport.play(Time::ZERO, &bounds);
            let playhead = transport.playhead_at(Time::from_flicks(elapsed), &bounds);
            prop_assert!((Time::ZERO..seconds(10)).contains(&playhead));
        }
    }
}
