//! The step of sound with the clock: what is done about an error.

/// Error in seconds beyond which nothing is slewed: the sound goes to where it belongs.
pub const JUMP: f64 = 0.040;

/// The most by which sound is played faster or slower: 0.1 %, less than two cents.
pub const MOST_SLEW: f64 = 0.001;

/// Slew for each second of error.
const PROPORTIONAL: f64 = 0.5;

/// Slew for each second of error in each second that it lasts: what the device's clock is off is learnt within ten
/// seconds, without overshoot worth the name (damping 1.1).
const INTEGRAL: f64 = 0.05;

/// What is done about an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Sound is played by this share faster, or slower where it is negative.
    Slew(f64),
    /// Sound goes to where it belongs.
    Jump,
}

/// Keeps sound in step, as a value that knows no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepControl {
    learnt: f64,
}

impl StepControl {
    /// What is done about sound that is `error_s` seconds ahead of where it belongs, `elapsed_s` after the last call.
    pub fn step(&mut self, error_s: f64, elapsed_s: f64) -> Step {
        if !error_s.is_finite() || error_s.abs() > JUMP {
            return Step::Jump;
        }
        let direct = -PROPORTIONAL * error_s;
        let slew = direct + self.learnt;
        // What cannot be done is not learnt.
        if slew.abs() < MOST_SLEW {
            self.learnt -= INTEGRAL * error_s * elapsed_s.clamp(0.0, 1.0);
            self.learnt = self.learnt.clamp(-MOST_SLEW, MOST_SLEW);
        }
        Step::Slew(slew.clamp(-MOST_SLEW, MOST_SLEW))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_is_off_is_learnt_and_stays_within_two_milliseconds() {
        for off in [-200e-6, 200e-6] {
            let mut control = StepControl::default();
            let (mut error, mut worst) = (0.0_f64, 0.0_f64);
            for _ in 0..3600 * 100 {
                let Step::Slew(slew) = control.step(error, 0.01) else {
                    panic!("a jump at {error}");
                };
                error += (off + slew) * 0.01;
                worst = worst.max(error.abs());
            }
            assert!(worst < 0.001, "{worst}");
            assert!(error.abs() < 1e-5, "{error} is left");
        }
    }

    #[test]
    fn a_large_error_is_a_jump_and_a_small_one_goes_slowly() {
        let mut control = StepControl::default();
        assert_eq!(control.step(0.041, 0.01), Step::Jump);
        assert_eq!(control.step(f64::NAN, 0.01), Step::Jump);
        assert_eq!(control.step(0.03, 0.01), Step::Slew(-MOST_SLEW));
        assert_eq!(control.step(-0.03, 0.01), Step::Slew(MOST_SLEW));
    }
}
