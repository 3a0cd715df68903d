//! The frames for each moment: where the playhead is then, mixed, limited, at the device's rate.

use super::plan::{Motion, Plan};
use super::slewer::Slewer;
use super::step_control::{Step, StepControl};
use crate::audio::mix::{GRAIN, Grain, wants_of};
use crate::audio::mix::{
    Grains, Levels, MASTER_LATENCY, MIX_BLOCK, Master, Mixer, Samples, Scene, TRACK_LATENCY, Want,
};
use crate::audio::{SAMPLE, time_of};
use crate::media::StereoFrame;
use crate::project::TimeRange;
use crate::time::{FLICKS_PER_SECOND, Time};

/// Time of sound ahead of what is heard that decoding is asked for.
const LOOKAHEAD: Time = Time::from_flicks(FLICKS_PER_SECOND * 3 / 4);

/// Speed beyond which a shuttle is silent.
const FASTEST_GRAINS: f64 = 8.0;

/// Frames that are behind between the mixer and the slewer.
const MIX_LATENCY: usize = TRACK_LATENCY + MASTER_LATENCY;

/// Makes frames for a device or a file.
pub struct Feeder {
    mixer: Mixer,
    grains: Grains,
    master: Master,
    slewer: Slewer,
    control: StepControl,
    /// True if what is off is taken up; a file is exact.
    is_slewed: bool,
    slew: f64,
    /// Project time that is mixed next, and the jumps then; none while it does not roll.
    rolling: Option<(Time, u64)>,
    /// The place that was heard last by itself.
    glimpsed: Option<(Time, u64)>,
    last_heard: Option<Time>,
    error_s: Option<f64>,
    steps: u64,
}

impl Feeder {
    /// A feeder of a device of this rate, whose clock is its own.
    pub fn for_device(rate_hz: u32) -> Self {
        Self::new(rate_hz, true)
    }

    /// A feeder of a file: of the mix as it is.
    pub(super) fn for_file() -> Self {
        Self::new(crate::audio::RATE_HZ, false)
    }

    fn new(rate_hz: u32, is_slewed: bool) -> Self {
        Self {
            mixer: Mixer::new(),
            grains: Grains::default(),
            master: Master::default(),
            slewer: Slewer::new(rate_hz),
            control: StepControl::default(),
            is_slewed,
            slew: 0.0,
            rolling: None,
            glimpsed: None,
            last_heard: None,
            error_s: None,
            steps: 0,
        }
    }

    /// Time from mixing to what comes out.
    pub fn latency(&self) -> Time {
        let frames = MIX_LATENCY as f64 + self.slewer.waiting();
        Time::from_flicks((frames * SAMPLE.flicks() as f64).round() as i64)
    }

    /// Fills `out` by a plan, where its first frame is heard at `heard_at` on the clock.
    pub fn feed(
        &mut self,
        plan: &Plan,
        heard_at: Time,
        samples: &mut dyn Samples,
        out: &mut [StereoFrame],
    ) {
        let mixed_for = heard_at + self.latency();
        self.follow(plan, mixed_for, heard_at);
        let Self {
            mixer,
            grains,
            master,
            slewer,
            rolling,
            ..
        } = self;
        let mut clock = mixed_for;
        slewer.pull(self.slew, out, |frames| {
            let begin = frames.len();
            let count = if let Some((at, _)) = rolling {
                roll(mixer, plan, at, samples, frames)
            } else {
                frames.resize(begin + MIX_BLOCK, [0.0; 2]);
                mixer.mix(None, Time::ZERO, samples, &mut frames[begin..]);
                if grains.is_at_hop()
                    && let Some(grain) = shuttle_grain(plan, clock)
                {
                    grains.ask(grain);
                }
                MIX_BLOCK
            };
            grains.pull(&plan.scene, samples, &mut frames[begin..]);
            master.process(plan.master_gain, &mut frames[begin..]);
            clock += time_of(count as i64);
        });
    }

    /// Follows the playhead: goes on, is slewed, jumps, or stands.
    fn follow(&mut self, plan: &Plan, mixed_for: Time, heard_at: Time) {
        let elapsed = self.last_heard.map_or(Time::ZERO, |last| heard_at - last);
        self.last_heard = Some(heard_at);
        self.glimpse(plan);
        let wanted = plan.position_at(mixed_for).filter(|_| plan.speed() == 1.0);
        let Some(wanted) = wanted else {
            (self.rolling, self.error_s) = (None, None);
            return;
        };
        let Some((at, _)) = self.rolling.filter(|(_, jumps)| *jumps == plan.jumps) else {
            self.jump(wanted, plan.jumps);
            return;
        };
        if !self.is_slewed {
            return;
        }
        let error = folded(at - wanted, loop_span(plan)).seconds();
        match self.control.step(error, elapsed.seconds()) {
            Step::Slew(slew) => {
                self.slew = slew;
                self.error_s = Some(error);
            }
            Step::Jump => {
                self.steps += 1;
                self.jump(wanted, plan.jumps);
            }
        }
    }

    fn jump(&mut self, to: Time, jumps: u64) {
        self.rolling = Some((to, jumps));
        self.grains.drop_asked();
        self.error_s = Some(0.0);
    }

    /// Asks for the sound of a place that was gone to by hand.
    fn glimpse(&mut self, plan: &Plan) {
        let Motion::Glimpse { at, length } = plan.motion else {
            return;
        };
        let place = Some((at, plan.jumps));
        if self.glimpsed != place {
            self.glimpsed = place;
            self.grains.ask(Grain {
                from: at,
                frames: usize::try_from(length.div_euclid(SAMPLE))
                    .unwrap_or(0)
                    .max(HALF_GRAIN),
                is_backwards: false,
                is_of_many: false,
            });
        }
    }

    /// The same before a device is there to be fed: what is to be heard first.
    pub(super) fn first_wants(plan: &Plan, clock: Time, wants: &mut Vec<Want>) {
        wants.clear();
        let at = match plan.motion {
            Motion::Still { at } | Motion::Glimpse { at, .. } => Some(at),
            Motion::Rolling { .. } => plan.position_at(clock),
        };
        if let Some(at) = at {
            want_rolling(&plan.scene, at, loop_span(plan), wants);
        }
    }

    /// Puts what decoding is to have ready into `wants`, the soonest first; no more than `wants` has room for.
    pub fn wants(&self, plan: &Plan, heard_at: Time, wants: &mut Vec<Want>) {
        wants.clear();
        if let Some(grain) = self.grains.asked() {
            wants_of(
                &plan.scene,
                grain.from,
                grain.from + time_of(grain.frames as i64),
                wants,
            );
        }
        let mixed_for = heard_at + self.latency();
        match plan.motion {
            Motion::Still { at } | Motion::Glimpse { at, .. } => {
                wants_of(&plan.scene, at, at + LOOKAHEAD, wants);
            }
            Motion::Rolling { .. } if plan.speed() == 1.0 => {
                let wanted = plan.position_at(mixed_for);
                let Some(at) = self.rolling.map(|(at, _)| at).or(wanted) else {
                    return;
                };
                want_rolling(&plan.scene, at, loop_span(plan), wants);
            }
            Motion::Rolling { .. } => {
                let mut ahead = Time::ZERO;
                while ahead < LOOKAHEAD {
                    if let Some(grain) = shuttle_grain(plan, mixed_for + ahead) {
                        let until = grain.from + time_of(grain.frames as i64);
                        wants_of(&plan.scene, grain.from, until, wants);
                    }
                    ahead += time_of(GRAIN as i64);
                }
            }
        }
    }

    /// Seconds by which sound is ahead of the clock, at the last call of [`Self::feed`]; none where nothing rolls.
    pub fn error_s(&self) -> Option<f64> {
        self.error_s
    }

    /// Jumps so far that no jump of the playhead called for.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Times since the last call that sound was not there when it was needed.
    pub fn take_missing(&mut self) -> u64 {
        self.mixer.take_missing()
    }

    /// Levels of the master since the last call.
    pub fn take_levels(&mut self) -> Levels {
        self.master.take_levels()
    }

    /// Levels of a strip since the last call.
    pub fn take_strip_levels(&mut self, strip: usize) -> Levels {
        self.mixer.take_levels(strip)
    }
}

/// Frames of the shortest glimpse.
const HALF_GRAIN: usize = GRAIN / 2;

/// Mixes a block from project time `at`, or up to the seam of the loop; gives its frames.
fn roll(
    mixer: &mut Mixer,
    plan: &Plan,
    at: &mut Time,
    samples: &mut dyn Samples,
    frames: &mut Vec<StereoFrame>,
) -> usize {
    let span = loop_span(plan).filter(|span| *at < span.end);
    let left = span.map_or(i64::MAX, |span| {
        (span.end - *at + SAMPLE - Time::from_flicks(1)).div_euclid(SAMPLE)
    });
    let count = usize::try_from(left)
        .unwrap_or(MIX_BLOCK)
        .clamp(1, MIX_BLOCK);
    let begin = frames.len();
    frames.resize(begin + count, [0.0; 2]);
    mixer.mix(Some(&plan.scene), *at, samples, &mut frames[begin..]);
    *at += time_of(count as i64);
    if let Some(span) = span
        && *at >= span.end
    {
        *at = *at - span.end + span.start;
    }
    count
}

fn loop_span(plan: &Plan) -> Option<TimeRange> {
    match plan.motion {
        Motion::Rolling { course } => course.bounds().loop_span(),
        Motion::Still { .. } | Motion::Glimpse { .. } => None,
    }
}

/// The grain of a shuttle at a time of the clock.
fn shuttle_grain(plan: &Plan, clock: Time) -> Option<Grain> {
    let speed = plan.speed();
    if speed == 0.0 || speed == 1.0 || speed.abs() > FASTEST_GRAINS {
        return None;
    }
    Some(Grain {
        from: plan.position_at(clock)? - time_of(HALF_GRAIN as i64),
        frames: GRAIN,
        is_backwards: speed < 0.0,
        is_of_many: true,
    })
}

/// An error, the shortest way round a loop.
fn folded(error: Time, span: Option<TimeRange>) -> Time {
    let Some(span) = span else {
        return error;
    };
    let length = span.end - span.start;
    if error.abs() > length {
        return error;
    }
    let half = Time::from_flicks(length.flicks() / 2);
    (error + half).rem_euclid(length) - half
}

/// Wants of what is played from `at` on, over the seam of a loop.
fn want_rolling(scene: &Scene, mut at: Time, span: Option<TimeRange>, wants: &mut Vec<Want>) {
    let mut left = LOOKAHEAD;
    while left > Time::ZERO {
        let span = span.filter(|span| at < span.end);
        let until = span.map_or(at + left, |span| span.end.min(at + left));
        wants_of(scene, at, until, wants);
        left -= until - at;
        match span {
            Some(span) if until == span.end && span.end - span.start > SAMPLE => at = span.start,
            _ => return,
        }
    }
}
