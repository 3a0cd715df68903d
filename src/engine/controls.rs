//! Playing, pausing, jumping, and how fast.

use super::deck::Deck;
use super::engine::Engine;
use crate::stats::LayerRecorder;
use crate::status::events::LogLine;
use crate::time::Time;
use crate::transport::{Bounds, Direction};

impl Engine {
    /// Adds a line to the log, as of now.
    pub fn log(&mut self, line: LogLine) {
        let time = self.parts.clock.now();
        let text = line.text.clone();
        self.parts.snapshot.event(LogLine { time, ..line }, || text);
    }

    /// The playhead now.
    pub fn playhead(&self) -> Time {
        self.parts
            .transport
            .playhead_at(self.parts.clock.now(), &self.bounds())
    }

    fn bounds(&self) -> Bounds {
        self.parts.bounds()
    }

    /// Plays from the playhead.
    pub fn play(&mut self) {
        let bounds = self.bounds();
        self.parts.transport.play(self.parts.clock.now(), &bounds);
        self.restart_pace();
    }

    /// Plays from the in point: the start of the loop range, or of the timeline. Backwards from the out point.
    pub fn play_from_in(&mut self) {
        let range = self.parts.project.loop_range;
        let from = match self.parts.transport.direction() {
            Direction::Forwards => range.map_or(Time::ZERO, |range| range.start),
            Direction::Backwards => {
                let end = range.map_or_else(|| self.parts.project.duration(), |range| range.end);
                let last = self.bounds().snap(end - Time::from_flicks(1));
                last.max(Time::ZERO)
            }
        };
        self.seek(from);
        self.play();
    }

    /// Sets project time per clock time, clamped to −10 to 10: negative plays backwards. Zero and NaN change
    /// nothing. It lasts until it is set again.
    pub fn set_speed(&mut self, speed: f64) {
        let (now, bounds) = (self.presentation_time(), self.bounds());
        let speed_before = self.parts.transport.speed();
        self.parts.transport.set_speed(now, speed, &bounds);
        self.note_turn(speed_before);
    }

    /// Plays in a direction, faster each time it is asked for again: 1, 2, 4, 8 times. The other direction turns round at
    /// speed 1. It lasts until playing stops.
    pub fn shuttle(&mut self, direction: Direction) {
        let (now, bounds) = (self.presentation_time(), self.bounds());
        let (speed_before, was_playing) = (
            self.parts.transport.speed(),
            self.parts.transport.is_playing(),
        );
        self.parts.transport.shuttle(now, direction, &bounds);
        if was_playing {
            self.note_turn(speed_before);
        } else {
            self.restart_pace();
        }
    }

    /// Ticks are counted from the next one on.
    fn restart_pace(&mut self) {
        self.pacer.restart();
        self.parts.state.last_presentation = None;
    }

    /// The time that the picture on screen stands for while playing, from which a change of speed counts; otherwise now.
    fn presentation_time(&self) -> Time {
        let last = self.parts.state.last_presentation;
        last.filter(|_| self.parts.transport.is_playing())
            .unwrap_or_else(|| self.parts.clock.now())
    }

    /// Has what is due after a change of speed waited for without blame, as after a jump: nobody could foresee it.
    fn note_turn(&mut self, speed_before: f64) {
        if self.parts.transport.is_playing() && speed_before != self.parts.transport.speed() {
            self.for_each_recorder(Deck::turn);
        }
    }

    /// Stays at the picture on screen.
    pub fn pause(&mut self) {
        let (now, bounds) = (self.presentation_time(), self.bounds());
        self.parts.transport.pause(now, &bounds);
        self.interrupt_ledgers();
    }

    /// Pauses, and goes back to where playing began.
    pub fn stop(&mut self) {
        self.parts.transport.stop();
        self.interrupt_ledgers();
    }

    /// Pauses, and moves by this many canvas frames.
    pub fn step_frames(&mut self, frames: i64) {
        let bounds = self.bounds();
        self.parts
            .transport
            .step(self.parts.clock.now(), frames, &bounds);
        self.interrupt_ledgers();
    }

    /// Moves the playhead.
    pub fn seek(&mut self, time: Time) {
        let (now, bounds) = (self.parts.clock.now(), self.bounds());
        self.parts.transport.seek(now, time, &bounds);
        self.restart_pace();
    }

    /// Moves the playhead as part of a drag: the newest position wins.
    pub fn scrub(&mut self, time: Time) {
        self.parts.transport.scrub(time);
    }

    /// Ends a drag at this position, which lands exactly.
    pub fn scrub_end(&mut self, time: Time) {
        let (now, bounds) = (self.parts.clock.now(), self.bounds());
        self.parts.transport.scrub_end(now, time, &bounds);
        self.restart_pace();
    }

    fn for_each_recorder(&mut self, change: impl Fn(&mut Deck, &mut LayerRecorder)) {
        for deck in &mut self.decks {
            if let Some(recorder) = self.parts.recorder(deck) {
                change(deck, recorder);
            }
        }
    }

    fn interrupt_ledgers(&mut self) {
        self.for_each_recorder(|deck, recorder| deck.ledger.finish(recorder));
        self.parts.state.last_presentation = None;
    }
}
