//! The time at which a device plays each of its frames.

use crate::time::Time;

/// A report of a device's callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceReport {
    /// Frames handed to the device before this call.
    pub frames: u64,
    /// Of them those that were silence because there was nothing else.
    pub starved: u64,
    /// Time of the call.
    pub time: Time,
    /// Time from the call until its first frame is heard, as far as the device says.
    pub latency: Time,
}

/// Seconds within which the line follows what is reported: callbacks come some milliseconds early or late.
const FOLLOWS_WITHIN_S: f64 = 1.0;

/// Seconds off the line that are no tremble of callbacks.
const BREAK_S: f64 = 0.1;

/// Reports in a row off the line that are a break.
const BREAK_REPORTS: u32 = 3;

/// Seconds after which what a device that has just begun says of itself is right: until then it fills its buffers.
const SETTLED_S: f64 = 0.2;

/// Reports that the line is worth once it is settled.
const SETTLED_REPORTS: u32 = 8;

/// Frames by time: a line through what is reported.
#[derive(Clone, Copy, Debug)]
pub struct DeviceLine {
    rate_hz: f64,
    /// Time of frame zero by the nominal rate, in seconds; none before the first report.
    origin_s: Option<f64>,
    begun_s: f64,
    last_s: f64,
    reports: u32,
    off: u32,
}

impl DeviceLine {
    /// A device of this rate that was not heard of yet.
    pub fn new(rate_hz: u32) -> Self {
        Self {
            rate_hz: f64::from(rate_hz),
            origin_s: None,
            begun_s: 0.0,
            last_s: 0.0,
            reports: 0,
            off: 0,
        }
    }

    /// Takes a report.
    pub fn note(&mut self, report: DeviceReport) {
        let time_s = report.time.seconds();
        let seen = time_s + report.latency.seconds() - report.frames as f64 / self.rate_hz;
        let Some(origin) = self.origin_s else {
            self.restart(seen, time_s);
            return;
        };
        let apart = seen - origin;
        if apart.abs() > BREAK_S {
            self.off += 1;
            if self.off >= BREAK_REPORTS {
                self.restart(seen, time_s);
            }
            return;
        }
        self.off = 0;
        // While it settles the last reports count, and then all alike, until they are as many as a second has.
        if time_s - self.begun_s > SETTLED_S {
            self.reports = self.reports.saturating_add(1);
        }
        let elapsed = (time_s - self.last_s).max(0.0);
        let share =
            (elapsed / FOLLOWS_WITHIN_S).max(1.0 / f64::from(self.reports + SETTLED_REPORTS));
        self.origin_s = Some(origin + apart * share.min(1.0));
        self.last_s = time_s;
    }

    fn restart(&mut self, origin_s: f64, time_s: f64) {
        self.origin_s = Some(origin_s);
        (self.begun_s, self.last_s) = (time_s, time_s);
        (self.reports, self.off) = (0, 0);
    }

    /// The time at which a frame is heard; `None` before the device has settled.
    pub fn time_of(&self, frame: u64) -> Option<Time> {
        let is_settled = self.last_s - self.begun_s > SETTLED_S;
        let origin = self.origin_s.filter(|_| is_settled)?;
        Some(Time::from_seconds_f64(origin + frame as f64 / self.rate_hz))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(call: u64, late_ms: i64) -> DeviceReport {
        DeviceReport {
            frames: call * 480,
            starved: 0,
            time: Time::from_nanos(call as i64 * 10_000_000 + late_ms * 1_000_000),
            latency: Time::ZERO,
        }
    }

    #[test]
    fn callbacks_that_tremble_leave_the_line_straight() {
        let mut line = DeviceLine::new(48_000);
        for call in 0..500 {
            line.note(report(call, (call * 7 % 5) as i64));
            if call > 100 {
                let heard = line.time_of(call * 480).expect("known");
                let off = heard.millis() - call as f64 * 10.0 - 2.0;
                assert!(off.abs() < 0.5, "{off} ms off at call {call}");
            }
        }
    }

    #[test]
    fn a_device_that_stopped_is_followed_once_it_goes_on() {
        let mut line = DeviceLine::new(48_000);
        (0..100).for_each(|call| line.note(report(call, 0)));
        (100..103).for_each(|call| line.note(report(call, 3000)));
        assert_eq!(line.time_of(0), None, "it settles once more");
        (103..150).for_each(|call| line.note(report(call, 3000)));
        let heard = line.time_of(110 * 480).expect("known").millis();
        assert!((heard - 4100.0).abs() < 1.0, "{heard}");
    }
}
