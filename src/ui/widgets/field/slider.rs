//! The bar within a field: where on it a value lies.

use egui::Color32;

/// Points about the neutral value within which a drag goes to it.
const SNAP: f32 = 4.0;

/// A bar. Its range is that of dragging; more may be typed where the field allows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slider {
    /// The value at its left end.
    pub least: f64,
    /// The value at its right end.
    pub most: f64,
    /// The value that changes nothing: marked, and where the bar begins. At the left end where absent.
    pub neutral: Option<f64>,
    /// True if equal distances are equal ratios; both ends are then above zero.
    pub is_logarithmic: bool,
    /// The colour of the bar.
    pub colour: Color32,
}

impl Slider {
    /// The place of a value, 0 to 1 from end to end, beyond that outside.
    pub(super) fn share(&self, value: f64) -> f64 {
        if self.is_logarithmic {
            let value = value.max(f64::MIN_POSITIVE);
            (value / self.least).ln() / (self.most / self.least).ln()
        } else {
            (value - self.least) / (self.most - self.least)
        }
    }

    /// The value of a place.
    pub(super) fn value(&self, share: f64) -> f64 {
        if self.is_logarithmic {
            self.least * (self.most / self.least).powf(share)
        } else {
            self.least + share * (self.most - self.least)
        }
    }

    /// A value dragged by a part of the width. It does not leave the bar, unless it was outside.
    pub(super) fn moved(&self, value: f64, by: f64) -> f64 {
        let share = self.share(value);
        self.value((share + by).clamp(share.min(0.0), share.max(1.0)))
    }

    /// The neutral value if this one is next to it on a bar of this width.
    pub(super) fn snapped(&self, value: f64, width: f32) -> f64 {
        let neutral = self.neutral.unwrap_or(self.least);
        let gap = (self.share(value) - self.share(neutral)).abs() * f64::from(width);
        if self.neutral.is_some() && gap < f64::from(SNAP) {
            neutral
        } else {
            value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_values_belong_together_and_neutral_is_in_the_middle() {
        for (least, most, neutral, is_logarithmic) in [
            (-1.0, 1.0, 0.0, false),
            (0.0, 2.0, 1.0, false),
            (0.25, 4.0, 1.0, true),
        ] {
            let slider = Slider {
                least,
                most,
                neutral: Some(neutral),
                is_logarithmic,
                colour: Color32::WHITE,
            };
            assert!((slider.share(neutral) - 0.5).abs() < 1e-9, "{slider:?}");
            for step in 0..=10 {
                let share = f64::from(step) / 10.0;
                let there = slider.share(slider.value(share));
                assert!((there - share).abs() < 1e-9, "{slider:?}");
            }
            assert_eq!(slider.snapped(slider.value(0.49), 200.0), neutral);
            assert_ne!(slider.snapped(slider.value(0.4), 200.0), neutral);
            let typed = most + 1.0;
            assert!(slider.moved(typed, 0.5) <= typed + 1e-9, "{slider:?}");
            assert!(
                (slider.moved(neutral, 9.0) - most).abs() < 1e-9,
                "{slider:?}"
            );
        }
    }
}
