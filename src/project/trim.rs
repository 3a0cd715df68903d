//! A clip begun or ended elsewhere, which shows at each time what it showed.
//!
//! Every edit that keeps what is shown is made of [`Clip::trimmed_to`], which moves the start and the end and leaves
//! each frame at its time: trims, splits, ripples. Clips that repeat keep their run and change their phase; in the
//! others, which never come back to what is cut away, the in point moves (backwards the out point), as editors do.
//!
//! A length of the timeline is a whole number of flicks of the way only at some speeds. What is cut away is rounded up
//! to flicks, so that a frame which begins at a time still does, however often a clip is cut.

use super::course::FLICK;
use super::{Clip, LoopMode};
use crate::time::Time;

/// The greatest error of a product of times and speeds, in flicks: below it a product counts as whole. Times are below
/// 2⁵² flicks, of which a double-precision number holds sixty-fourths up to 2⁴⁷ (55 hours).
const PRODUCT_ERROR: f64 = 1.0 / 64.0;

impl Clip {
    /// The length of the timeline in which it covers a way, rounded down.
    fn length_of_way(&self, way: Time) -> Time {
        let length = way.flicks() as f64 / self.speed.abs();
        Time::from_flicks((length + PRODUCT_ERROR).floor() as i64)
    }

    /// The way from its start to another time, earlier or later, rounded up.
    pub(crate) fn way_to(&self, time: Time) -> Time {
        let product = (time - self.start).flicks() as f64 * self.speed.abs();
        Time::from_flicks((product - PRODUCT_ERROR).ceil() as i64)
    }

    /// The media beyond its span, at the side where it begins, that it may begin earlier with: a clip that repeats never
    /// leaves its span, and one whose file is not known yet shows none that it might not have.
    fn handle(&self, media_length: Option<Time>) -> Time {
        match self.loop_mode {
            LoopMode::Loop | LoopMode::Times(_) | LoopMode::PingPong => Time::ZERO,
            LoopMode::Once | LoopMode::HoldLast if self.speed > 0.0 => {
                let is_beyond = media_length.is_some_and(|length| self.media_in >= length);
                if is_beyond { Time::ZERO } else { self.media_in }
            }
            LoopMode::Once | LoopMode::HoldLast => {
                let rest = media_length.zip(self.media_out);
                rest.map_or(Time::ZERO, |(length, out)| (length - out).max(Time::ZERO))
            }
        }
    }

    /// The earliest time at which it may begin without a change of what it shows later.
    pub(crate) fn earliest_start(&self, media_length: Option<Time>) -> Time {
        if media_length.is_some_and(|length| self.period(length).is_some()) {
            return Time::ZERO;
        }
        let way = self.phase + self.handle(media_length);
        (self.start - self.length_of_way(way)).max(Time::ZERO)
    }

    /// The latest end at which it still shows something; `None` where it always does.
    pub(crate) fn latest_end(&self, media_length: Time) -> Option<Time> {
        let left = (self.whole_way(media_length)? - self.phase).max(Time::ZERO);
        let length = self.length_of_way(left);
        let is_short = self.nearest_way(length) < left;
        Some(self.start + length + if is_short { FLICK } else { Time::ZERO })
    }

    /// The clip with another start and end, which shows at each time what it showed: see the module. The start lies at
    /// or after [`Self::earliest_start`].
    ///
    /// A fade that is cut into ends (or begins) where it did; one at an edge that moves outwards goes with it.
    #[must_use]
    pub(crate) fn trimmed_to(&self, start: Time, end: Time, media_length: Option<Time>) -> Self {
        let shortened = |fade: Time, by: Time| {
            if fade > Time::ZERO && by > Time::ZERO {
                (fade - by).max(Time::ZERO)
            } else {
                fade
            }
        };
        let way = self.phase + self.way_to(start);
        let mut trimmed = Self {
            start,
            duration: end - start,
            fade_in: shortened(self.fade_in, start - self.start),
            fade_out: shortened(self.fade_out, self.end() - end),
            ..self.clone()
        };
        if start != self.start {
            trimmed.begin_at_way(way, media_length);
        }
        trimmed.clamp_fades();
        trimmed
    }

    /// Moves the beginning of the course to this way, which is below zero by no more than the handle.
    fn begin_at_way(&mut self, way: Time, media_length: Option<Time>) {
        match self.loop_mode {
            LoopMode::Loop | LoopMode::PingPong => {
                self.phase = way;
                // Without a known file the way is never below zero.
                self.phase = self.folded_phase(media_length).max(Time::ZERO);
            }
            LoopMode::Times(_) => self.phase = way.max(Time::ZERO),
            LoopMode::Once | LoopMode::HoldLast => {
                let cut = self.cut_from_span(way, media_length);
                self.phase = (way - cut).max(Time::ZERO);
            }
        }
    }

    /// Takes a way off the media span, at the side where it begins, or adds one that is below zero; returns how much of
    /// it. A flick of the span stays. While the file is not known nothing is taken off, since its end may come first.
    fn cut_from_span(&mut self, way: Time, media_length: Option<Time>) -> Time {
        let (length, is_known) = media_length.map_or((Time::MAX, false), |length| (length, true));
        let end = self.media_out.map_or(length, |out| out.min(length));
        let most = if is_known {
            (end - self.media_in - FLICK).max(Time::ZERO)
        } else {
            Time::ZERO
        };
        let cut = way.min(most);
        if cut == Time::ZERO {
            return cut;
        }
        if self.speed > 0.0 {
            self.media_in = (self.media_in + cut).max(Time::ZERO);
        } else {
            self.media_out = Some(end - cut).filter(|out| *out < length);
        }
        cut
    }

    /// Shortens the fades to the clip's length, the second one first. Negative ones stay, and are refused.
    pub(super) fn clamp_fades(&mut self) {
        self.fade_in = self.fade_in.min(self.duration);
        let rest = self.duration - self.fade_in.max(Time::ZERO);
        self.fade_out = self.fade_out.min(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::edit::{clip_edit, clip_split, group_edit};
    use crate::project::{ClipId, EditCommand, MediaId, Project};
    use crate::time::{FrameIndex, FrameRate, MediaTiming};
    use crate::transport::media_frame_at;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// Canvas frames that are looked at.
    const FRAMES: i64 = 260;

    /// What a clip shows.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Shown {
        Frame(FrameIndex),
        /// After its runs.
        Nothing,
    }

    /// A clip on a canvas, and its file.
    #[derive(Clone, Debug)]
    struct Scene {
        project: Project,
        timing: MediaTiming,
    }

    impl Scene {
        fn rate(&self) -> FrameRate {
            self.project.canvas.frame_rate
        }

        fn at(&self, frame: i64) -> Time {
            self.rate().time_of(frame)
        }

        fn clip(&self, id: u32) -> &Clip {
            self.project.clip(ClipId(id)).expect("exists").1
        }

        fn length(&self) -> Time {
            self.timing.duration()
        }

        /// What the first clip there shows at each canvas frame; nothing beside it.
        fn shown(&self) -> Vec<Option<Shown>> {
            let clips = &self.project.layers[0].clips;
            let show = |time| {
                let mut clips = clips.iter();
                let clip = clips.find(|clip| clip.start <= time && time < clip.end())?;
                let frame = media_frame_at(clip, &self.timing, time);
                Some(frame.map_or(Shown::Nothing, Shown::Frame))
            };
            (0..FRAMES).map(|frame| show(self.at(frame))).collect()
        }

        fn apply(&mut self, edits: &[EditCommand]) {
            for edit in edits {
                self.project = edit.applied_to(&self.project).expect("can be done");
            }
        }
    }

    /// An edit that keeps what is shown, at a canvas frame.
    #[derive(Clone, Copy, Debug)]
    enum Op {
        TrimStart(i64),
        TrimEnd(i64),
        Split(i64),
        RippleStart(i64),
        Nudge(i64),
    }

    fn any_op() -> impl Strategy<Value = Op> {
        let frame = || 0..FRAMES;
        prop_oneof![
            3 => frame().prop_map(Op::TrimStart),
            2 => frame().prop_map(Op::TrimEnd),
            2 => frame().prop_map(Op::Split),
            1 => frame().prop_map(Op::RippleStart),
            1 => (-40_i64..40).prop_map(Op::Nudge),
        ]
    }

    fn any_timing() -> impl Strategy<Value = MediaTiming> {
        let rates = [(60, 1), (25, 1), (30, 1), (60_000, 1001), (24, 1), (1, 10)];
        let constant =
            (prop::sample::select(rates.to_vec()), 1_u64..90).prop_map(|((num, den), frames)| {
                MediaTiming::constant(FrameRate::new(num, den).expect("a rate"), frames)
            });
        let still = Just(MediaTiming::constant(FrameRate::FPS_60, 1));
        let table = prop::collection::vec(1_i64..40_000_000, 1..40).prop_map(|lengths| {
            let mut begins = vec![Time::ZERO];
            for length in lengths {
                begins.push(begins[begins.len() - 1] + Time::from_flicks(length));
            }
            let end = begins.pop().expect("at least one");
            MediaTiming::table(FrameRate::FPS_60, Arc::from(begins), end)
        });
        prop_oneof![4 => constant, 1 => still, 1 => table]
    }

    /// Speeds of up to three decimals, at which a canvas frame is a whole number of flicks of the way.
    fn any_speed() -> impl Strategy<Value = f64> {
        let speed = prop_oneof![
            3 => prop::sample::select(vec![1.0, 2.0, 0.5, 10.0]),
            2 => (1_i32..10_000).prop_map(|thousandths| f64::from(thousandths) / 1000.0),
        ];
        (speed, any::<bool>()).prop_map(|(speed, is_back)| if is_back { -speed } else { speed })
    }

    fn any_mode() -> impl Strategy<Value = LoopMode> {
        prop_oneof![
            Just(LoopMode::Once),
            Just(LoopMode::HoldLast),
            Just(LoopMode::Loop),
            Just(LoopMode::PingPong),
            (1_u32..6).prop_map(LoopMode::Times),
        ]
    }

    fn any_scene() -> impl Strategy<Value = Scene> {
        let canvas = prop::sample::select(vec![24, 25, 30, 50, 60]);
        let media = 0_i64..2_000_000_000;
        let span = (
            media.clone(),
            prop::option::of(1..1_500_000_000_i64),
            media,
            any::<bool>(),
        );
        let place = (0_i64..120, 2_i64..140);
        (any_timing(), canvas, any_speed(), any_mode(), span, place).prop_map(
            |(timing, canvas, speed, mode, (media_in, length, phase, is_plain), place)| {
                let rate = FrameRate::new(canvas, 1).expect("a rate");
                let mut project =
                    Project::with_media_layers(&[("/m/a.mov".into(), rate.time_of(1))]);
                project.canvas.frame_rate = rate;
                let mut clip = Clip::new(
                    ClipId(1),
                    MediaId(1),
                    rate.time_of(place.0),
                    rate.time_of(place.1),
                );
                (clip.speed, clip.loop_mode) = (speed, mode);
                if !is_plain {
                    clip.media_in = Time::from_flicks(media_in);
                    clip.media_out = length.map(|length| clip.media_in + Time::from_flicks(length));
                    clip.phase = Time::from_flicks(phase);
                }
                project.layers[0].clips = vec![clip];
                assert_eq!(project.validate(), Ok(()));
                Scene { project, timing }
            },
        )
    }

    /// Carries out an edit of the clip with this number; returns by how many frames all of it was moved.
    fn carry_out(scene: &mut Scene, id: u32, op: Op) -> i64 {
        let (layer, clip) = scene.project.clip(ClipId(id)).expect("exists");
        let (clip, length) = (clip.clone(), Some(scene.length()));
        let start = scene.rate().frame_at(clip.start);
        match op {
            Op::TrimStart(frame) => {
                let at = scene.at(frame);
                let edit = clip_edit::trimmed_start(&scene.project, layer, &clip, at, length);
                scene.apply(&[edit]);
            }
            Op::TrimEnd(frame) => {
                let at = scene.at(frame);
                let edit = clip_edit::trimmed_end(&scene.project, layer, &clip, at, length);
                scene.apply(&[edit]);
            }
            Op::Split(frame) => {
                let next = scene.project.next_clip_id();
                let parts = clip_split::split(layer, &clip, scene.at(frame), next, length);
                scene.apply(&parts.map(Vec::from).unwrap_or_default());
            }
            Op::RippleStart(frame) => {
                if scene.at(frame) <= clip.start || clip.end() <= scene.at(frame) {
                    return 0;
                }
                // A clip that begins between two canvas frames is not moved by whole ones: then others are due.
                if scene.at(start) != clip.start {
                    return 0;
                }
                let trimmed = Clip {
                    start: clip.start,
                    ..clip.trimmed_to(scene.at(frame), clip.end(), length)
                };
                let by = trimmed.duration - clip.duration;
                let edit =
                    group_edit::ripple_trimmed(&scene.project, layer, &trimmed, clip.end(), by);
                scene.apply(&[edit.expect("there is a layer")]);
                return start - frame;
            }
            Op::Nudge(frames) => {
                // Nothing is in its way.
                scene.project.layers[0]
                    .clips
                    .retain(|other| other.id == clip.id);
                let by = scene.at(frames.abs());
                let by = if frames < 0 { -by } else { by };
                let edit = group_edit::moved(&scene.project, &[clip.id], by, 0);
                scene.apply(&[edit.expect("there is room")]);
                return scene.rate().frame_at(scene.clip(id).start) - start;
            }
        }
        0
    }

    proptest! {
        #[test]
        fn what_is_left_of_a_clip_shows_the_same_frames(
            scene in any_scene(), ops in prop::collection::vec(any_op(), 1..6),
        ) {
            let mut scene = scene;
            for op in ops {
                // The clip that is edited, alone.
                let last = scene.project.layers[0].clips.last().expect("one is left").id.0;
                scene.project.layers[0].clips.retain(|clip| clip.id.0 == last);
                let (before, was) = (scene.shown(), scene.clip(last).clone());
                let by = carry_out(&mut scene, last, op);
                let after = scene.shown();
                for (frame, shown) in (0_i64..).zip(&before) {
                    let now = usize::try_from(frame + by).ok().and_then(|frame| after.get(frame));
                    if let (Some(shown), Some(Some(now))) = (shown, now) {
                        prop_assert_eq!(now, shown, "{:?} at {} of {:?}", op, frame, was);
                    }
                }
                if let Op::Split(_) = op {
                    prop_assert_eq!(after, before, "{:?} of {:?}", op, was);
                }
            }
        }

        #[test]
        fn a_slip_shows_at_each_time_what_came_later(scene in any_scene(), frames in -60_i64..60) {
            let mut scene = scene;
            let clip = scene.clip(1).clone();
            let by = scene.at(frames.abs());
            let by = if frames < 0 { -by } else { by };
            let Some(edit) = clip_edit::slipped(&clip, by, Some(scene.length())) else {
                return Ok(());
            };
            let before = scene.shown();
            scene.apply(&[edit]);
            let slipped = scene.clip(1).clone();
            let is_whole = match clip.loop_mode {
                LoopMode::Loop | LoopMode::PingPong => true,
                LoopMode::Times(_) => slipped.phase - clip.phase == clip.way_to(clip.start + by),
                // The media span may be held by an end of the file.
                LoopMode::Once | LoopMode::HoldLast => false,
            };
            for (frame, shown) in (0_i64..).zip(scene.shown()) {
                let later = usize::try_from(frame + frames).ok().and_then(|later| before.get(later));
                if let (true, Some(shown), Some(Some(later))) = (is_whole, shown, later) {
                    prop_assert_eq!(&shown, later, "at {} of {:?}", frame, clip);
                }
            }
        }

        #[test]
        fn what_is_cut_off_comes_back(scene in any_scene(), frame in 0..FRAMES) {
            let mut scene = scene;
            let clip = scene.clip(1).clone();
            let before = scene.shown();
            carry_out(&mut scene, 1, Op::TrimStart(frame));
            let start = scene.rate().frame_at(clip.start);
            carry_out(&mut scene, 1, Op::TrimStart(start));
            for (now, was) in scene.shown().iter().zip(&before) {
                if let (Some(now), Some(was)) = (now, was) {
                    prop_assert_eq!(now, was, "{:?}", clip);
                }
            }
        }
    }

    /// A looping clip of one lane at the speed and rate at which its frames begin between flicks of the way.
    fn awkward(speed: f64, mode: LoopMode) -> Scene {
        let rate = FrameRate::new(60_000, 1001).expect("a rate");
        let mut project = Project::with_media_layers(&[("/m/a.mov".into(), rate.time_of(1))]);
        project.canvas.frame_rate = rate;
        let mut clip = Clip::new(ClipId(1), MediaId(1), rate.time_of(3), rate.time_of(250));
        (clip.speed, clip.loop_mode) = (speed, mode);
        project.layers[0].clips = vec![clip];
        let timing = MediaTiming::constant(rate, 50);
        Scene { project, timing }
    }

    #[test]
    fn cuts_between_flicks_move_no_frame_either_however_many() {
        let modes = [
            LoopMode::Loop,
            LoopMode::PingPong,
            LoopMode::Times(9),
            LoopMode::HoldLast,
        ];
        for speed in [
            0.1,
            0.3,
            0.7,
            0.35,
            1.5,
            -0.3,
            -0.7,
            1.0 / 3.0,
            -2.0 / 3.0,
            0.01,
        ] {
            for mode in modes {
                let mut scene = awkward(speed, mode);
                let before = scene.shown();
                for (id, frame) in (1..).zip([20, 21, 33, 64, 65, 66, 111, 200]) {
                    carry_out(&mut scene, id, Op::Split(frame));
                }
                assert_eq!(scene.project.layers[0].clips.len(), 9);
                assert_eq!(scene.shown(), before, "{speed} {mode:?}");
            }
        }
    }

    #[test]
    fn a_fade_that_is_cut_into_keeps_its_place_and_one_at_a_moved_edge_its_length() {
        let s = Time::from_seconds;
        let mut clip = Clip::new(ClipId(1), MediaId(1), s(10), s(10));
        (clip.fade_in, clip.fade_out) = (s(2), s(3));
        let fades = |start: i64, end: i64| {
            let trimmed = clip.trimmed_to(s(start), s(end), Some(s(4)));
            (trimmed.fade_in, trimmed.fade_out)
        };
        assert_eq!(fades(11, 20), (s(1), s(3)), "still ends at 12");
        assert_eq!(fades(13, 20), (s(0), s(3)));
        assert_eq!(fades(10, 19), (s(2), s(2)), "still begins at 17");
        assert_eq!(fades(8, 25), (s(2), s(3)), "outwards");
    }

    #[test]
    fn a_clip_that_repeats_begins_earlier_as_far_as_it_likes_and_another_as_far_as_its_file() {
        let s = Time::from_seconds;
        let mut clip = Clip::new(ClipId(1), MediaId(1), s(10), s(4));
        assert_eq!(clip.earliest_start(Some(s(4))), Time::ZERO);
        assert_eq!(clip.earliest_start(None), s(10), "its run is not known");
        clip.phase = s(1);
        assert_eq!(clip.earliest_start(None), s(9));
        clip.loop_mode = LoopMode::Times(3);
        assert_eq!(clip.earliest_start(Some(s(4))), s(9), "its first run");
        clip.loop_mode = LoopMode::Once;
        clip.media_in = s(2);
        assert_eq!(clip.earliest_start(Some(s(4))), s(7));
        (clip.speed, clip.media_out) = (-2.0, Some(s(3)));
        assert_eq!(clip.earliest_start(Some(s(4))), s(9), "the file ends at 4");
    }
}
