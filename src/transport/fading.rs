//! Opacity of a layer's picture: fades, and crossfades from clip to clip.

use super::DeckSide;
use super::schedule::place_at;
use crate::project::Layer;
use crate::time::Time;

/// Opacity of the picture of a side, 0 to 1: the layer's opacity times the clip's fades, of which a crossfade is one;
/// zero between clips.
///
/// The weights of a crossfade mix the two pictures before the result is blended with the canvas below: with `L` the
/// layer's opacity and `p` the elapsed share of the crossfade, the later clip has `L·p`, the earlier one `L·(1 − p)`.
pub fn opacity_at(layer: &Layer, side: DeckSide, time: Time) -> f32 {
    let Some(place) = place_at(layer, side, time) else {
        return 0.0;
    };
    let clip = &layer.clips[place];
    let [before, after] = layer.crossfades(place);
    let rising = faded(time - clip.start, before.unwrap_or(clip.fade_in));
    let falling = faded(clip.end() - time, after.unwrap_or(clip.fade_out));
    layer.at(time).opacity * rising * falling
}

/// Opacity of a fade of this length at a distance from its transparent end, 0 to 1.
fn faded(distance: Time, length: Time) -> f32 {
    if distance >= length {
        return 1.0;
    }
    (distance.seconds() / length.seconds()).clamp(0.0, 1.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::FrameRate;
    use crate::transport::schedule::tests::{clip, layer};

    #[test]
    fn fades_rise_and_fall_within_the_layers_opacity() {
        let mut clip = clip(1, 1, 60, 120);
        clip.fade_in = Time::from_seconds(1);
        clip.fade_out = Time::from_seconds_f64(0.5);
        let mut layer = layer(vec![clip]);
        layer.opacity = 0.5;
        let at = |seconds| opacity_at(&layer, DeckSide::A, Time::from_seconds_f64(seconds));
        assert_eq!(
            [0.9, 1.0, 1.5, 2.0, 2.5, 2.75, 3.0].map(at),
            [0.0, 0.0, 0.25, 0.5, 0.5, 0.25, 0.0]
        );
    }

    #[test]
    fn the_parts_of_a_crossfade_add_up_to_the_layers_opacity() {
        let mut layer = layer(vec![clip(1, 1, 0, 120), clip(2, 2, 60, 120)]);
        let at = |layer: &Layer, side: usize, frame| {
            opacity_at(layer, DeckSide::ALL[side], FrameRate::FPS_60.time_of(frame))
        };
        assert_eq!(
            [0, 59, 60, 75, 90].map(|frame| at(&layer, 0, frame)),
            [1.0, 1.0, 1.0, 0.75, 0.5]
        );
        assert_eq!(
            [60, 75, 90, 120, 179].map(|frame| at(&layer, 1, frame)),
            [0.0, 0.25, 0.5, 1.0, 1.0]
        );
        assert_eq!((at(&layer, 0, 120), at(&layer, 1, 59)), (0.0, 0.0));
        layer.clips[0].fade_out = Time::from_seconds(2);
        layer.clips[1].fade_in = Time::from_seconds_f64(0.5);
        layer.clips[1].fade_out = Time::from_seconds(1);
        assert_eq!(at(&layer, 0, 20), 1.0, "a fade that the crossfade replaces");
        assert_eq!(at(&layer, 1, 150), 0.5, "a fade on the other side");
        layer.clips[1].fade_out = Time::ZERO;
        layer.opacity = 0.6;
        for frame in 60..120 {
            let (earlier, later) = (at(&layer, 0, frame), at(&layer, 1, frame));
            let sum = earlier + later;
            assert!((sum - 0.6).abs() < 1e-5, "at {frame}: {sum}");
        }
    }
}
