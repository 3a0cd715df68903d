//! Playing, pausing, jumping, and how fast.

use super::Engine;
use crate::time::Time;
use crate::transport::{Bounds, Direction};

impl Engine {
    /// The playhead now.
    pub fn playhead(&self) -> Time {
        self.transport.playhead_at(self.clock.now(), &self.bounds())
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds::of(&self.project)
    }

    /// Plays from the playhead.
    pub fn play(&mut self) {
        let bounds = self.bounds();
        self.transport.play(self.clock.now(), &bounds);
        self.restart_pace();
    }

    /// Plays from the in point: the start of the loop range, or of the timeline. Backwards from the out point.
    pub fn play_from_in(&mut self) {
        let range = self.project.loop_range;
        let from = match self.transport.direction() {
            Direction::Forwards => range.map_or(Time::ZERO, |range| range.start),
            Direction::Backwards => {
                let end = range.map_or_else(|| self.project.duration(), |range| range.end);
                let last = self.bounds().snap(end - Time::from_flicks(1));
                last.max(Time::ZERO)
            }
        };
        self.seek(from);
        self.play();
    }

    /// Sets project time per clock time, held to −10 to 10: negative plays backwards. Zero and what is no number change
    /// nothing. It lasts until it is set again.
    pub fn set_speed(&mut self, speed: f64) {
        let (now, bounds) = (self.presentation_time(), self.bounds());
        let speed_before = self.transport.speed();
        self.transport.set_speed(now, speed, &bounds);
        self.note_turn(speed_before);
    }

    /// Plays in a direction, faster each time it is asked for again: 1, 2, 4, 8 times. The other direction turns round at
    /// speed 1. It lasts until playing stops.
    pub fn shuttle(&mut self, direction: Direction) {
        let (now, bounds) = (self.presentation_time(), self.bounds());
        let (speed_before, was_playing) = (self.transport.speed(), self.transport.is_playing());
        self.transport.shuttle(now, direction, &bounds);
        if was_playing {
            self.note_turn(speed_before);
        } else {
            self.restart_pace();
        }
    }

    /// Ticks are counted from the next one on.
    fn restart_pace(&mut self) {
        self.pacer.restart();
        self.state.last_presentation = None;
    }

    /// The moment of the picture on screen while playing, from which a change of speed counts; otherwise now.
    fn presentation_time(&self) -> Time {
        let last = self.state.last_presentation;
        last.filter(|_| self.transport.is_playing())
            .unwrap_or_else(|| self.clock.now())
    }

    /// What is due after a change of speed was not foreseen, and is waited for without blame, as after a jump.
    fn note_turn(&mut self, speed_before: f64) {
        if self.transport.is_playing() && speed_before != self.transport.speed() {
            for deck in &mut self.decks {
                deck.turn(&mut self.recorders[deck.first_deck]);
            }
        }
    }

    /// Stays at the picture on screen.
    pub fn pause(&mut self) {
        let (now, bounds) = (self.presentation_time(), self.bounds());
        self.transport.pause(now, &bounds);
        self.interrupt_ledgers();
    }

    /// Pauses, and goes back to where playing began.
    pub fn stop(&mut self) {
        self.transport.stop();
        self.interrupt_ledgers();
    }

    /// Pauses, and moves by this many canvas frames.
    pub fn step_frames(&mut self, frames: i64) {
        let bounds = self.bounds();
        self.transport.step(self.clock.now(), frames, &bounds);
        self.interrupt_ledgers();
    }

    /// Moves the playhead.
    pub fn seek(&mut self, time: Time) {
        self.transport.seek(self.clock.now(), time);
        self.restart_pace();
    }

    /// Moves the playhead as part of a drag: the newest position wins.
    pub fn scrub(&mut self, time: Time) {
        self.transport.scrub(time);
    }

    /// Ends a drag at this position, which lands exactly.
    pub fn scrub_end(&mut self, time: Time) {
        self.transport.scrub_end(self.clock.now(), time);
        self.restart_pace();
    }

    fn interrupt_ledgers(&mut self) {
        for deck in &mut self.decks {
            deck.ledger.finish(&mut self.recorders[deck.first_deck]);
        }
        self.state.last_presentation = None;
    }
}
