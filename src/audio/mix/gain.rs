//! Gains: decibels, pan, fades.

use crate::project::SILENT_DB;

/// The amplitude of a gain in decibels; that of the least is silence.
pub fn amplitude(decibels: f64) -> f64 {
    if decibels <= f64::from(SILENT_DB) {
        return 0.0;
    }
    10_f64.powf(decibels / 20.0)
}

/// Gains of left and right for a gain in decibels and a pan.
pub fn gains(decibels: f64, pan: f64) -> [f32; 2] {
    pan_gains(pan).map(|side| (amplitude(decibels) * side) as f32)
}

/// Gains of left and right for a pan of −1 (left) to 1 (right).
///
/// In the middle both are 1; to a side the other one falls by a quarter of a cosine, to silence. Neither is ever louder than it is, so that no pan overdrives.
pub fn pan_gains(pan: f64) -> [f64; 2] {
    let falling = (pan.abs().min(1.0) * std::f64::consts::FRAC_PI_2).cos();
    if pan > 0.0 {
        [falling, 1.0]
    } else {
        [1.0, falling]
    }
}

/// Gain of a fade at this share of its length, 0 to 1: a quarter of a sine, so that the powers of two that cross add up
/// to one.
pub(super) fn equal_power(share: f64) -> f64 {
    (share.clamp(0.0, 1.0) * std::f64::consts::FRAC_PI_2).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_decibels_are_twice_and_the_middle_changes_nothing() {
        assert!((amplitude(20.0) - 10.0).abs() < 1e-12);
        assert_eq!(amplitude(-96.0), 0.0);
        assert!((amplitude(-6.020_599_913) - 0.5).abs() < 1e-9);
        assert_eq!(pan_gains(0.0), [1.0, 1.0]);
        let [left, right] = pan_gains(1.0);
        assert!(left.abs() < 1e-12 && right == 1.0);
        let crossing = equal_power(0.3).powi(2) + equal_power(0.7).powi(2);
        assert!((crossing - 1.0).abs() < 1e-12, "powers add up");
    }
}
