//! The media frame that a layer shows at a time, and those that come next.

use super::{Course, TimelinePosition, media_frame_at};
use crate::project::{ClipId, Layer, MediaId};
use crate::time::{FrameIndex, MediaTiming, Time};

/// Time that [`upcoming`] looks ahead, on the clock: long enough for a prebuffer across a gap between clips, short
/// enough for a still to cost little.
const LOOKAHEAD: Time = Time::from_seconds(2);

/// Most presentations that one call of [`upcoming`] examines, however fast the canvas: two seconds of 120 fps.
const MAX_LOOKAHEAD_TICKS: i64 = 240;

/// A frame that belongs on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DueFrame {
    /// The clip that shows it.
    pub clip: ClipId,
    /// Start of that clip on the timeline.
    pub start: Time,
    /// The media file.
    pub media: MediaId,
    /// The frame within it.
    pub frame: FrameIndex,
}

/// A frame that will belong on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpcomingFrame {
    /// The frame.
    pub frame: DueFrame,
    /// The time on the clock until it is first due.
    pub due_in: Time,
}

/// The course of playing, and the presentations on it that matter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lookahead {
    /// The course of playing; while paused, the course it would take.
    pub course: Course,
    /// Canvas frames from one presentation to the next, at least 1.
    pub stride: u32,
    /// Presentations from now on to skip, because no frame could be ready for them in time.
    pub skipped: u32,
}

/// One of the two decks of a layer, which play its clips in turn, so that two clips of a crossfade are shown at once,
/// and the first frames of the next clip are ready before a cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeckSide {
    /// Plays the clips of even index in the layer's list.
    #[default]
    A,
    /// Plays those of odd index.
    B,
}

impl DeckSide {
    /// Both.
    pub const ALL: [Self; DECKS_PER_LAYER] = [Self::A, Self::B];

    /// The side that plays the clip at this index in the layer's list.
    pub fn of_place(place: usize) -> Self {
        if place.is_multiple_of(DECKS_PER_LAYER) {
            Self::A
        } else {
            Self::B
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Decks of a layer: at no time are there more than two clips.
pub const DECKS_PER_LAYER: usize = 2;

/// The frame that one side of `layer` shows at `time`; `None` between its clips and for media whose `timing` is not
/// known yet.
///
/// At the starts of canvas frames ([`Bounds::snap`](super::Bounds::snap)) it shows media frames in a steady cadence.
pub fn due<'a>(
    layer: &Layer,
    side: DeckSide,
    time: Time,
    timing: &dyn Fn(MediaId) -> Option<&'a MediaTiming>,
) -> Option<DueFrame> {
    let clip = &layer.clips[place_at(layer, side, time)?];
    let frame = media_frame_at(clip, timing(clip.media)?, time)?;
    Some(DueFrame {
        clip: clip.id,
        start: clip.start,
        media: clip.media,
        frame,
    })
}

/// Fills `out` with up to `count` distinct frames that a side of `layer` shows next, in play order, each with the time
/// until it is first due.
///
/// Only frames that will be due are among them: at four times the speed every fourth. The frame on screen now is not,
/// unless another one comes between and it is due again (a short loop, the turn of a ping-pong): `out` is the set that
/// must be in memory besides it. The order follows the loop's seam, the turns of clips, and gaps between clips of up to
/// two seconds, and ends with the frame that playing ends on; from a pause at the end it is that of playing anew. One
/// call examines 240 presentations at most, and allocates nothing once `out` has grown to `count`.
pub fn upcoming<'a>(
    layer: &Layer,
    side: DeckSide,
    ahead: &Lookahead,
    count: usize,
    timing: &dyn Fn(MediaId) -> Option<&'a MediaTiming>,
    out: &mut Vec<UpcomingFrame>,
) {
    out.clear();
    let (course, bounds) = (&ahead.course, ahead.course.bounds());
    let canvas = bounds.canvas;
    // By picture and not by clip: after a cut to the same frame there is nothing to read.
    let mut on_screen = due(layer, side, course.playhead(), timing).map(key);
    let stride = i64::from(ahead.stride.max(1));
    let ticks = (canvas.frame_at(LOOKAHEAD) / stride).clamp(1, MAX_LOOKAHEAD_TICKS);
    // Playing that begins anew shows its first frame at once. Otherwise the frame of tick 0 is on screen already.
    let first_tick = i64::from(ahead.skipped) + i64::from(!course.begins_anew());
    for tick in first_tick..=first_tick + ticks {
        if out.len() >= count {
            break;
        }
        // Canvas frames between two presentations are never due, so nothing is read for them.
        let due_in = canvas.time_of(tick * stride);
        let position = course.position_after(due_in);
        let next = due(layer, side, bounds.snap(position.time()), timing);
        // A gap counts as a change: the frame before it must be in memory again after it.
        if next.map(key) != on_screen {
            on_screen = next.map(key);
            if let Some(frame) = next
                && !out.iter().any(|other| key(other.frame) == key(frame))
            {
                out.push(UpcomingFrame { frame, due_in });
            }
        }
        // Playing rests on this frame, and later ticks would only repeat it.
        if matches!(position, TimelinePosition::Ended { .. }) {
            break;
        }
    }
}

/// The index of the clip that begins last of those under `time`.
pub fn newest_place_at(layer: &Layer, time: Time) -> Option<usize> {
    let place = begun_by(layer, time).checked_sub(1)?;
    let older = place.checked_sub(1);
    // The clips that began last may have ended, with a gap after them.
    [Some(place), older]
        .into_iter()
        .flatten()
        .find(|place| time < layer.clips[*place].end())
}

/// The index of a side's clip under `time`, found by bisection.
pub(super) fn place_at(layer: &Layer, side: DeckSide, time: Time) -> Option<usize> {
    let begun = begun_by(layer, time);
    // Clips never overlap by three: of any three that have begun, the first has ended, so two candidates are left.
    (begun.saturating_sub(DECKS_PER_LAYER)..begun)
        .find(|place| DeckSide::of_place(*place) == side && time < layer.clips[*place].end())
}

/// Number of clips that begin at or before `time`.
fn begun_by(layer: &Layer, time: Time) -> usize {
    layer.clips.partition_point(|clip| clip.start <= time)
}

/// The identity of a picture in memory, whichever clip shows it.
fn key(frame: DueFrame) -> (MediaId, FrameIndex) {
    (frame.media, frame.frame)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::project::{Clip, LayerId, LoopMode, TimeRange};
    use crate::time::FrameRate;
    use crate::transport::{Bounds, SettleOutcome, Transport};
    use proptest::prelude::*;

    pub fn layer(clips: Vec<Clip>) -> Layer {
        let mut layer = Layer::new(LayerId(1), "layer".to_owned(), 0);
        layer.clips = clips;
        layer
    }

    pub fn clip(id: u32, media: u32, start: i64, frames: i64) -> Clip {
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

    /// Playing from a canvas frame at a speed, not begun yet.
    #[derive(Clone, Copy, Debug)]
    struct Way {
        from: i64,
        speed: f64,
        stride: u32,
        bounds: Bounds,
    }

    impl Way {
        fn new(from: i64, bounds: Bounds) -> Self {
            let (speed, stride) = (1.0, 1);
            Self {
                from,
                speed,
                stride,
                bounds,
            }
        }

        fn paused(&self) -> Transport {
            let mut transport = Transport::new();
            transport.set_speed(Time::ZERO, self.speed, &self.bounds);
            transport.seek(
                Time::ZERO,
                self.bounds.canvas.time_of(self.from),
                &self.bounds,
            );
            transport
        }

        fn ahead(&self) -> Lookahead {
            Lookahead {
                course: self.paused().course(Time::ZERO, &self.bounds),
                stride: self.stride,
                skipped: 0,
            }
        }
    }

    fn next_frames(layer: &Layer, way: &Way, media: &MediaTiming) -> Vec<(u64, i64)> {
        next_frames_of(layer, DeckSide::A, way, media)
    }

    fn next_frames_of(
        layer: &Layer,
        side: DeckSide,
        way: &Way,
        media: &MediaTiming,
    ) -> Vec<(u64, i64)> {
        let mut out = Vec::new();
        upcoming(layer, side, &way.ahead(), 4, &|_| Some(media), &mut out);
        let tick = |due_in| FrameRate::FPS_60.frame_at(due_in);
        out.iter()
            .map(|next| (next.frame.frame.0, tick(next.due_in)))
            .collect()
    }

    #[test]
    fn the_loop_seam_is_looked_across() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let next = next_frames(&layer, &Way::new(97, bounds(100, true)), &media);
        assert_eq!(next, [(98, 1), (99, 2), (0, 3), (1, 4)]);
        let next = next_frames(&layer, &Way::new(97, bounds(100, false)), &media);
        assert_eq!(next, [(98, 1), (99, 2)], "nothing follows the end");
    }

    #[test]
    fn backwards_the_seam_leads_to_the_end() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let way = Way {
            speed: -1.0,
            ..Way::new(1, bounds(100, true))
        };
        assert_eq!(
            next_frames(&layer, &way, &media),
            [(0, 1), (99, 2), (98, 3), (97, 4)]
        );
    }

    #[test]
    fn only_what_will_be_due_is_read_ahead_at_other_speeds() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let next = |speed, from, is_looping| {
            let way = Way {
                speed,
                ..Way::new(from, bounds(100, is_looping))
            };
            next_frames(&layer, &way, &media)
        };
        assert_eq!(next(4.0, 90, true), [(94, 1), (98, 2), (2, 3), (6, 4)]);
        assert_eq!(next(-4.0, 9, true), [(5, 1), (1, 2), (97, 3), (93, 4)]);
        assert_eq!(next(0.25, 10, true), [(11, 4), (12, 8), (13, 12), (14, 16)]);
        assert_eq!(next(-8.0, 11, false), [(3, 1), (0, 2)], "the end too");
    }

    #[test]
    fn the_next_clip_is_found_across_a_gap_and_not_beyond_two_seconds() {
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let near = layer(vec![clip(1, 1, 0, 10), clip(2, 1, 100, 10)]);
        let way = Way::new(8, bounds(300, false));
        let next = |side| next_frames_of(&near, side, &way, &media);
        assert_eq!(next(DeckSide::A), [(9, 1)]);
        assert_eq!(next(DeckSide::B), [(0, 92), (1, 93), (2, 94), (3, 95)]);
        let far = layer(vec![clip(1, 1, 0, 10), clip(2, 1, 200, 10)]);
        assert_eq!(next_frames_of(&far, DeckSide::B, &way, &media), []);
    }

    #[test]
    fn a_frame_on_screen_that_is_due_again_after_another_must_stay_in_memory() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 2);
        let next = next_frames(&layer, &Way::new(0, bounds(100, true)), &media);
        assert_eq!(next, [(1, 1), (0, 2)]);
        let still = MediaTiming::constant(FrameRate::FPS_60, 1);
        assert_eq!(
            next_frames(&layer, &Way::new(0, bounds(100, true)), &still),
            []
        );
    }

    #[test]
    fn media_that_is_not_open_yet_has_no_frames() {
        let layer = layer(vec![clip(1, 1, 0, 100)]);
        assert_eq!(due(&layer, DeckSide::A, Time::ZERO, &|_| None), None);
    }

    #[test]
    fn in_a_crossfade_each_deck_has_its_own_clip() {
        let layer = layer(vec![
            clip(1, 1, 0, 60),
            clip(2, 2, 40, 60),
            clip(3, 1, 90, 60),
        ]);
        let media = MediaTiming::constant(FrameRate::FPS_60, 100);
        let at = |side: usize, frame| {
            let time = FrameRate::FPS_60.time_of(frame);
            due(&layer, DeckSide::ALL[side], time, &|_| Some(&media))
                .map(|due| (due.clip.0, due.frame.0))
        };
        assert_eq!((at(0, 45), at(1, 45)), (Some((1, 45)), Some((2, 5))));
        assert_eq!((at(0, 70), at(1, 70)), (None, Some((2, 30))));
        assert_eq!((at(0, 95), at(1, 95)), (Some((3, 5)), Some((2, 55))));
        let newest = |frame| newest_place_at(&layer, FrameRate::FPS_60.time_of(frame));
        assert_eq!(
            [39, 45, 95, 149, 150].map(newest),
            [Some(0), Some(1), Some(2), Some(2), None]
        );
    }

    /// The frames that `upcoming` must return, found by playing: a transport runs on a clock, one presentation after
    /// the other, and the frames it would show are recorded.
    fn by_playing(
        layer: &Layer,
        side: DeckSide,
        way: &Way,
        count: usize,
        timing: &MediaTiming,
    ) -> Vec<UpcomingFrame> {
        let bounds = way.bounds;
        let show = |time| due(layer, side, bounds.snap(time), &|_| Some(timing));
        let mut transport = way.paused();
        let mut shown = vec![(Time::ZERO, show(bounds.canvas.time_of(way.from)))];
        let jumps = transport.seek_count();
        transport.play(Time::ZERO, &bounds);
        let frames = bounds.canvas.frame_at(LOOKAHEAD) / i64::from(way.stride);
        // Where playing begins anew, its first presentation counts too.
        let first_tick = i64::from(transport.seek_count() == jumps);
        for tick in first_tick..=first_tick + frames.clamp(1, MAX_LOOKAHEAD_TICKS) {
            let clock = bounds.canvas.time_of(tick * i64::from(way.stride));
            let settled = transport.settle(clock, &bounds);
            shown.push((clock, show(transport.playhead_at(clock, &bounds))));
            if settled == SettleOutcome::Ended {
                break;
            }
        }
        shown.dedup_by_key(|(_, frame)| frame.map(key));
        let mut found: Vec<UpcomingFrame> = Vec::new();
        for (due_in, frame) in shown.into_iter().skip(1) {
            if let Some(frame) = frame
                && found.iter().all(|other| key(other.frame) != key(frame))
            {
                found.push(UpcomingFrame { frame, due_in });
            }
        }
        found.truncate(count);
        found
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
        let one = (-30_i64..70, 1_i64..90, 0_i64..40, 1_u32..3, mode, speed);
        prop::collection::vec(one, 0..5).prop_map(|parts| {
            let (mut start, mut overlap) = (0, 0);
            let mut clips = Vec::new();
            for (id, (gap, frames, media_in, media, loop_mode, speed)) in (1..).zip(parts) {
                // A gap below zero is a crossfade, no longer than leaves a rest of the clip before it.
                let gap = gap.max(-overlap);
                let mut clip = clip(id, media, start + gap, frames - gap.min(0));
                clip.media_in = FrameRate::FPS_60.time_of(media_in);
                (clip.loop_mode, clip.speed) = (loop_mode, speed);
                start += gap.max(0) + frames;
                overlap = frames - 1;
                clips.push(clip);
            }
            layer(clips)
        })
    }

    fn any_way() -> impl Strategy<Value = Way> {
        let range = prop::option::of((0_i64..200, 1_i64..100));
        let speed = prop::sample::select(&[1.0, -1.0, 4.0, -4.0, 8.0, 0.5, -0.25, 1.5][..]);
        let from = 0_i64..280;
        (from, speed, 1_u32..4, range, any::<bool>(), 1_i64..300).prop_map(
            |(from, speed, stride, range, is_looping, frames)| {
                let time = |frame| FrameRate::FPS_60.time_of(frame);
                let mut bounds = bounds(frames, is_looping);
                bounds.loop_range = range.map(|(start, length)| TimeRange {
                    start: time(start),
                    end: time(start + length),
                });
                Way {
                    from: from.min(frames - 1),
                    speed,
                    stride,
                    bounds,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_foretold_is_what_playing_shows(
            layer in any_layer(), way in any_way(), timing in any_timing(), count in 1_usize..12, played in 0_i64..200,
            side in 0..DECKS_PER_LAYER,
        ) {
            let side = DeckSide::ALL[side];
            let mut out = Vec::new();
            upcoming(&layer, side, &way.ahead(), count, &|_| Some(&timing), &mut out);
            prop_assert_eq!(&out, &by_playing(&layer, side, &way, count, &timing));

            // In the middle of playing the next presentation's frame is the first of those foretold.
            let (mut transport, bounds) = (way.paused(), way.bounds);
            transport.play(Time::ZERO, &bounds);
            let clock = bounds.canvas.time_of(played);
            transport.settle(clock, &bounds);
            let ahead = Lookahead { course: transport.course(clock, &bounds), ..way.ahead() };
            upcoming(&layer, side, &ahead, count, &|_| Some(&timing), &mut out);
            if transport.is_playing() {
                let next = clock + bounds.canvas.time_of(i64::from(way.stride));
                transport.settle(next, &bounds);
                let show = |clock| due(&layer, side, bounds.snap(transport.playhead_at(clock, &bounds)), &|_| Some(&timing));
                let foretold = out.iter().find(|next| next.due_in == bounds.canvas.time_of(i64::from(way.stride)));
                let on_screen = due(&layer, side, ahead.course.playhead(), &|_| Some(&timing));
                if let Some(shown) = show(next).filter(|shown| Some(key(*shown)) != on_screen.map(key)) {
                    prop_assert_eq!(foretold.map(|next| next.frame), Some(shown));
                }
            }
        }
    }
}
