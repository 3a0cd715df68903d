//! Rates over a time that may be zero.

/// `amount` by `seconds`; zero where no time has passed, since a report has no infinity.
pub fn per_second(amount: f64, seconds: f64) -> f64 {
    if seconds > 0.0 { amount / seconds } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_has_no_rate() {
        assert_eq!(per_second(3.0, 2.0), 1.5);
        for seconds in [0.0, -1.0, f64::NAN] {
            assert_eq!(per_second(3.0, seconds), 0.0);
        }
    }
}
