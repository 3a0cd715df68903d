//! Which media frame a layer shows at a time, and which ones come next.

use super::{Bounds, Direction, Place, media_frame_at};
use crate::project::{Clip, ClipId, Layer, MediaId};
use crate::time::{FrameIndex, MediaTiming, Time};

/// How far ahead [`upcoming`] looks, in project time: long enough for a prebuffer across a gap between clips, short
/// enough for a still to cost little.
const LOOKAHEAD: Time = Time::from_seconds(2);

/// Most presentations that one call of [`upcoming`] looks at, however fast the canvas: two seconds of 120 fps.
const MAX_LOOKAHEAD_TICKS: i64 = 240;

/// A frame that belongs on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DueFrame {
    /// The clip that shows it.
    pub clip: ClipId,
    /// The media file.
    pub media: MediaId,
    /// The frame within it.
    pub frame: FrameIndex,
}

/// A frame that will belong on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// The frame.
    pub frame: DueFrame,
    /// How much project time passes until it is first due; divided by the speed it is the time left to have it ready.
    pub due_in: Time,
}

/// How playing goes on from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookahead {
    /// The playhead.
    pub from: Time,
    /// Which way playing goes, or would go from a pause.
    pub direction: Direction,
    /// Canvas frames from one presentation to the next, at least 1.
    pub stride: u32,
    /// The ends of the timeline and the loop.
    pub bounds: Bounds,
}

/// The frame that `layer` shows at `time`; `None` between clips and for media whose `timing` is not known yet.
///
/// Asked at the starts of canvas frames ([`Bounds::snap`]), it shows each media frame in a steady cadence.
pub fn due<'a>(
    layer: &Layer,
    time: Time,
    timing: &dyn Fn(MediaId) -> Option<&'a MediaTiming>,
) -> Option<DueFrame> {
    let clip = clip_at(layer, time)?;
    let frame = media_frame_at(clip, timing(clip.media)?, time)?;
    Some(DueFrame {
        clip: clip.id,
        media: clip.media,
        frame,
    })
}

/// Fills `out` with up to `count` distinct frames that `layer` shows next, in play order, each with the time at which
/// it is first due.
///
/// The frame on screen now is not among them, unless another one comes between and it is due again (a short loop, the
/// turn of a ping-pong): `out` is what must be in memory besides it. The order follows the loop's seam, the turns of
/// clips, and gaps between clips of up to two seconds; at the end it is that of playing anew. One call looks at 240
/// presentations at most, and allocates nothing once `out` has grown to `count`.
pub fn upcoming<'a>(
    layer: &Layer,
    ahead: &Lookahead,
    count: usize,
    timing: &dyn Fn(MediaId) -> Option<&'a MediaTiming>,
    out: &mut Vec<Upcoming>,
) {
    out.clear();
    let Lookahead {
        from,
        direction,
        stride,
        bounds,
    } = *ahead;
    let canvas = bounds.canvas;
    let mut on_screen = due(layer, bounds.snap(from), timing).map(key);
    let start = bounds.play_start(from, direction);
    // Playing that begins anew shows its first frame at once; otherwise that one is on screen already.
    let first_tick = i64::from(start == from);
    let first = canvas.frame_at(start);
    let start = canvas.time_of(first);
    let stride = i64::from(stride.max(1));
    let ticks = (canvas.frame_at(LOOKAHEAD) / stride).clamp(1, MAX_LOOKAHEAD_TICKS);
    for tick in first_tick..=ticks {
        if out.len() >= count {
            break;
        }
        let frames = match direction {
            Direction::Forwards => tick * stride,
            Direction::Backwards => -tick * stride,
        };
        let unfolded = canvas.time_of(first + frames);
        let Place::At { time, .. } = bounds.place(start, unfolded) else {
            break;
        };
        let next = due(layer, bounds.snap(time), timing);
        if next.map(key) == on_screen {
            continue;
        }
        on_screen = next.map(key);
        if let Some(frame) = next
            && !out.iter().any(|other| key(other.frame) == key(frame))
        {
            out.push(Upcoming {
                frame,
                due_in: (unfolded - start).abs(),
            });
        }
    }
}

/// The layer's opacity times that of its clip's fades, 0 to 1; zero between clips.
pub fn opacity_at(layer: &Layer, time: Time) -> f32 {
    clip_at(layer, time).map_or(0.0, |clip| {
        let rise = faded(time - clip.start, clip.fade_in);
        let fall = faded(clip.end() - time, clip.fade_out);
        layer.opacity * rise * fall
    })
}

/// The clip under `time`, found in the ascending list by bisection.
fn clip_at(layer: &Layer, time: Time) -> Option<&Clip> {
    let after = layer.clips.partition_point(|clip| clip.start <= time);
    let clip = layer.clips.get(after.checked_sub(1)?)?;
    (time < clip.end()).then_some(clip)
}

/// The part of a fade of this length that is done this far from its transparent end, 0 to 1.
fn faded(distance: Time, length: Time) -> f32 {
    if distance >= length {
        return 1.0;
    }
    (distance.seconds() / length.seconds()).clamp(0.0, 1.0) as f32
}

/// What makes two frames the same picture in memory, whichever clip shows it.
fn key(frame: DueFrame) -> (MediaId, FrameIndex) {
    (frame.media, frame.frame)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::project::{LayerId, LoopMode, TimeRange};
    use crate::time::FrameRate;
    use crate::transport::{Settled, Transport};
    use proptest::prelude::*;

    fn layer(clips: Vec<Clip>) -> Layer {
        let mut layer = Layer::new(LayerId(1), "layer".to_owned(), 0);
        layer.clips = clips;
        layer
    }

    fn clip(id: u32, media: u32, start: i64, frames: i64) -> Clip {
        let time = |frame| FrameRate::FPS_60.time_of(frame);
        Clip::new(ClipId(id), MediaId(media), time(start), time(frames))
    }

    fn bounds(frames: i64, is_looping: bool) -> Bounds {
        let canvas = FrameRate::FPS_60;
        Bounds {
            duration: canvas.time_of(frames),
            loop_range: None,
            is_looping,
            canvas,
        }
    }

    fn ahead(from: i64, bounds: Bounds) -> Lookahead {
        let from = FrameRate::FPS_60.time_of(from);
        Lookahead {
            from,
            direction: Direction::Forwards,
            stride: 1,
            bounds,
        }
    }

    fn next_frames(layer: &Layer, ahead: &Lookahead, media: &MediaTiming) -> Vec<(u64, i64)> {
        let mut out = Vec::new();
        upcoming(layer, ahead, 4, &|_| Some(media), &mut out);
        let tick = |due_in| FrameRate::FPS_60.frame_at(due_in);
        out.iter()
            .map(|next| (next.frame.frame.0, tick(next.due_in)))
            .collect()
    }

    #[test]
    fn the_loop_seam_is_looked_across() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let next = next_frames(&layer, &ahead(97, bounds(100, true)), &media);
        assert_eq!(next, [(98, 1), (99, 2), (0, 3), (1, 4)]);
        let next = next_frames(&layer, &ahead(97, bounds(100, false)), &media);
        assert_eq!(next, [(98, 1), (99, 2)], "nothing follows the end");
    }

    #[test]
    fn backwards_the_seam_leads_to_the_end() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let ahead = Lookahead {
            direction: Direction::Backwards,
            ..ahead(1, bounds(100, true))
        };
        assert_eq!(
            next_frames(&layer, &ahead, &media),
            [(0, 1), (99, 2), (98, 3), (97, 4)]
        );
    }

    #[test]
    fn the_next_clip_is_found_across_a_gap_and_not_beyond_two_seconds() {
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let near = layer(vec![clip(1, 1, 0, 10), clip(2, 1, 100, 10)]);
        let next = next_frames(&near, &ahead(8, bounds(300, false)), &media);
        assert_eq!(next, [(9, 1), (0, 92), (1, 93), (2, 94)]);
        let far = layer(vec![clip(1, 1, 0, 10), clip(2, 1, 200, 10)]);
        assert_eq!(
            next_frames(&far, &ahead(8, bounds(300, false)), &media),
            [(9, 1)]
        );
    }

    #[test]
    fn a_frame_on_screen_that_is_due_again_after_another_must_stay_in_memory() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 2);
        let next = next_frames(&layer, &ahead(0, bounds(100, true)), &media);
        assert_eq!(next, [(1, 1), (0, 2)]);
        let still = MediaTiming::constant(FrameRate::FPS_60, 1);
        assert_eq!(
            next_frames(&layer, &ahead(0, bounds(100, true)), &still),
            []
        );
    }

    #[test]
    fn media_that_is_not_open_yet_has_no_frames() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        assert_eq!(due(&layer, Time::ZERO, &|_| None), None);
    }

    #[test]
    fn fades_rise_and_fall_within_the_layers_opacity() {
        let mut clip = clip(1, 1, 60, 120);
        clip.fade_in = Time::from_seconds(1);
        clip.fade_out = Time::from_seconds_f64(0.5);
        let mut layer = layer(vec![clip]);
        layer.opacity = 0.5;
        let at = |seconds| opacity_at(&layer, Time::from_seconds_f64(seconds));
        assert_eq!(
            [0.9, 1.0, 1.5, 2.0, 2.5, 2.75, 3.0].map(at),
            [0.0, 0.0, 0.25, 0.5, 0.5, 0.25, 0.0]
        );
    }

    /// What `upcoming` must give, found by playing: a transport runs on a clock, one presentation after the other, and
    /// what it would show is written down.
    fn by_playing(
        layer: &Layer,
        ahead: &Lookahead,
        count: usize,
        timing: &MediaTiming,
    ) -> Vec<Upcoming> {
        let bounds = ahead.bounds;
        let from = bounds.snap(ahead.from);
        let show = |time| due(layer, time, &|_| Some(timing));
        let mut transport = playing(ahead);
        let mut shown = vec![(Time::ZERO, show(from))];
        let frames = bounds.canvas.frame_at(LOOKAHEAD) / i64::from(ahead.stride);
        // Seeking is one jump; beginning anew is another, after which the first presentation counts too.
        let first_tick = i64::from(transport.seek_count() == 1);
        for tick in first_tick..=frames.clamp(1, MAX_LOOKAHEAD_TICKS) {
            let clock = bounds.canvas.time_of(tick * i64::from(ahead.stride));
            if transport.settle(clock, &bounds) == Settled::Ended {
                break;
            }
            shown.push((
                clock,
                show(bounds.snap(transport.playhead_at(clock, &bounds))),
            ));
        }
        shown.dedup_by_key(|(_, frame)| frame.map(key));
        let mut found: Vec<Upcoming> = Vec::new();
        for (due_in, frame) in shown.into_iter().skip(1) {
            if let Some(frame) = frame
                && found.iter().all(|other| key(other.frame) != key(frame))
            {
                found.push(Upcoming { frame, due_in });
            }
        }
        found.truncate(count);
        found
    }

    fn playing(ahead: &Lookahead) -> Transport {
        let mut transport = Transport::new();
        if ahead.direction == Direction::Backwards {
            transport.set_speed(Time::ZERO, -1.0, &ahead.bounds);
        }
        transport.seek(Time::ZERO, ahead.from);
        transport.play(Time::ZERO, &ahead.bounds);
        transport
    }

    fn any_timing() -> impl Strategy<Value = MediaTiming> {
        let rates = [
            (24_000, 1001),
            (25, 1),
            (30, 1),
            (50, 1),
            (60, 1),
            (120, 1),
            (1, 1),
        ];
        let constant =
            (prop::sample::select(rates.to_vec()), 1_u64..90).prop_map(|((num, den), frames)| {
                MediaTiming::constant(FrameRate::new(num, den).expect("a rate"), frames)
            });
        let table = prop::collection::vec(1_i64..80_000_000, 1..60).prop_map(|lengths| {
            let ends: Vec<_> = lengths
                .iter()
                .scan(0, |sum, length| {
                    *sum += length;
                    Some(Time::from_flicks(*sum))
                })
                .collect();
            let end = ends[ends.len() - 1];
            let begins: Arc<[Time]> = std::iter::once(Time::ZERO)
                .chain(ends[..ends.len() - 1].iter().copied())
                .collect();
            MediaTiming::table(FrameRate::FPS_60, begins, end)
        });
        prop_oneof![constant, table]
    }

    fn any_layer() -> impl Strategy<Value = Layer> {
        let mode = prop::sample::select(
            &[
                LoopMode::Once,
                LoopMode::HoldLast,
                LoopMode::Loop,
                LoopMode::PingPong,
            ][..],
        );
        let speed = prop::sample::select(&[1.0, -1.0, 0.5, -2.0, 1.5, 0.3][..]);
        let one = (0_i64..70, 1_i64..90, 0_i64..40, 1_u32..3, mode, speed);
        prop::collection::vec(one, 0..5).prop_map(|parts| {
            let mut start = 0;
            let mut clips = Vec::new();
            for (id, (gap, frames, media_in, media, loop_mode, speed)) in (1..).zip(parts) {
                let mut clip = clip(id, media, start + gap, frames);
                clip.media_in = FrameRate::FPS_60.time_of(media_in);
                (clip.loop_mode, clip.speed) = (loop_mode, speed);
                start += gap + frames;
                clips.push(clip);
            }
            layer(clips)
        })
    }

    fn any_lookahead() -> impl Strategy<Value = Lookahead> {
        let range = prop::option::of((0_i64..200, 1_i64..100));
        let from = 0_i64..280;
        (
            from,
            any::<bool>(),
            1_u32..4,
            range,
            any::<bool>(),
            1_i64..300,
        )
            .prop_map(|(from, is_backwards, stride, range, is_looping, frames)| {
                let time = |frame| FrameRate::FPS_60.time_of(frame);
                let mut bounds = bounds(frames, is_looping);
                bounds.loop_range = range.map(|(start, length)| TimeRange {
                    start: time(start),
                    end: time(start + length),
                });
                let direction = if is_backwards {
                    Direction::Backwards
                } else {
                    Direction::Forwards
                };
                Lookahead {
                    from: time(from.min(frames - 1)),
                    direction,
                    stride,
                    bounds,
                }
            })
    }

    proptest! {
        #[test]
        fn what_is_foretold_is_what_playing_shows(
            layer in any_layer(), ahead in any_lookahead(), timing in any_timing(), count in 1_usize..12,
        ) {
            let mut out = Vec::new();
            upcoming(&layer, &ahead, count, &|_| Some(&timing), &mut out);
            prop_assert_eq!(&out, &by_playing(&layer, &ahead, count, &timing));
        }
    }
}
