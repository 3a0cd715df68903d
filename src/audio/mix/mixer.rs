//! The mixer: the voices of a scene at a moment of the timeline, added up.

use super::blocks::{BLOCK_FRAMES, Samples, Want};
use super::kernel::Kernel;
use super::meter::{Levels, Meter};
use super::scene::{Scene, Voice};
use super::track::Track;
use crate::audio::{SAMPLE, nearest_sample, time_of};
use crate::media::StereoFrame;
use crate::project::Leg;
use crate::time::Time;

/// Most frames that are mixed at a time; gains are straight lines between.
pub const MIX_BLOCK: usize = 64;

/// Most strips that are heard.
const MAX_STRIPS: usize = 16;

/// Tracks of a strip: two voices cross.
const TRACKS: usize = 2;

/// The most that a gain moves in a frame, as a share of full scale: 5 ms from silence to full.
const MOST_STEP: f32 = 1.0 / 240.0;

/// The fastest that a file is played, with the room to look around that this takes.
const MAX_GATHERED: usize = MIX_BLOCK * 10 + 2 * 260;

/// Most voices at a time: on each strip two that cross, and as many that follow within a block.
const MAX_ACTIVE: usize = MAX_STRIPS * TRACKS * 2;

/// Share of a fade by which two sounds that follow each other may differ.
const SAME_FADE: f64 = 0.01;

/// Mixes one block after the other.
#[derive(Clone, Debug)]
pub struct Mixer {
    lanes: Vec<[Lane; TRACKS]>,
    meters: Vec<Meter>,
    kernel: Kernel,
    gathered: Vec<StereoFrame>,
    /// The voices that sound in the block at hand, by their places in the scene.
    active: Vec<usize>,
    missing: u64,
}

/// A track, and what is played on it.
#[derive(Clone, Debug, Default)]
struct Lane {
    track: Track,
    last: Option<Last>,
    gains: [f32; 2],
}

/// Where a sound ended that may go on.
#[derive(Clone, Copy, Debug)]
struct Last {
    file: u64,
    stream: usize,
    /// The edge in the file, in frames.
    edge: f64,
    speed: f64,
    fade: f64,
}

/// A part of a block in which one leg of one voice sounds.
struct Piece<'a> {
    voice: &'a Voice,
    leg: Leg,
    /// Its first frame in the block.
    from: usize,
    /// Time of the first of them.
    time: Time,
}

impl Default for Mixer {
    fn default() -> Self {
        Self::new()
    }
}

impl Mixer {
    /// A mixer that has heard nothing yet.
    pub fn new() -> Self {
        Self {
            lanes: (0..MAX_STRIPS).map(|_| Default::default()).collect(),
            meters: vec![Meter::default(); MAX_STRIPS],
            kernel: Kernel::new(),
            gathered: vec![[0.0; 2]; MAX_GATHERED],
            active: Vec::with_capacity(MAX_ACTIVE),
            missing: 0,
        }
    }

    /// Forgets all that it has heard.
    pub fn reset(&mut self) {
        for lane in self.lanes.iter_mut().flatten() {
            *lane = Lane::default();
        }
    }

    /// Adds the sound of `scene` from timeline time `at` on to `out`, of at most [`MIX_BLOCK`] frames; it comes out
    /// [`TRACK_LATENCY`](super::TRACK_LATENCY) later. Without a scene, silence.
    pub fn mix(
        &mut self,
        scene: Option<&Scene>,
        at: Time,
        samples: &mut dyn Samples,
        out: &mut [StereoFrame],
    ) {
        let strips = scene.map_or(0, |scene| scene.strips.len()).min(MAX_STRIPS);
        self.find_active(scene, at, at + time_of(out.len() as i64));
        for strip in 0..MAX_STRIPS {
            let mut sum = [[0.0_f32; 2]; MIX_BLOCK];
            let sum = &mut sum[..out.len()];
            let mut is_heard = false;
            for track in 0..TRACKS {
                let scene = scene.filter(|_| strip < strips);
                is_heard |= self.play((strip, track), scene, at, samples, sum);
            }
            if is_heard {
                self.meters[strip].note(sum);
                for (to, from) in out.iter_mut().zip(sum.iter()) {
                    to[0] += from[0];
                    to[1] += from[1];
                }
            }
        }
    }

    /// Finds the voices that sound between two times.
    fn find_active(&mut self, scene: Option<&Scene>, from: Time, until: Time) {
        self.active.clear();
        let voices = scene.map_or(&[][..], |scene| &scene.voices);
        let begun = voices.partition_point(|voice| voice.clip.start < until);
        let heard = voices[..begun].iter().enumerate();
        let heard = heard.filter(|(_, voice)| voice.clip.end() > from);
        self.active
            .extend(heard.map(|(place, _)| place).take(MAX_ACTIVE));
    }

    /// Plays the voices of a track; true if there was anything to hear.
    fn play(
        &mut self,
        (strip, track): (usize, usize),
        scene: Option<&Scene>,
        at: Time,
        samples: &mut dyn Samples,
        out: &mut [StereoFrame],
    ) -> bool {
        let mut done = 0;
        let mut is_playing = false;
        for place in 0..self.active.len() {
            let voice = scene.and_then(|scene| scene.voices.get(self.active[place]));
            let mine = voice.filter(|voice| voice.strip == strip && voice.track == track);
            if let Some(voice) = mine {
                is_playing = true;
                done = self.play_voice((strip, track), scene, voice, (at, done), samples, out);
            }
        }
        let lane = &mut self.lanes[strip][track];
        if !is_playing && lane.last.is_none() && lane.track.is_at_rest() {
            return false;
        }
        lane.rest(out, done);
        true
    }

    /// Plays a voice from a frame of the block on; gives the frame after its last.
    fn play_voice(
        &mut self,
        (strip, track): (usize, usize),
        scene: Option<&Scene>,
        voice: &Voice,
        (at, mut done): (Time, usize),
        samples: &mut dyn Samples,
        out: &mut [StereoFrame],
    ) -> usize {
        let strip_of = scene.and_then(|scene| scene.strips.get(strip));
        while done < out.len() {
            let time = at + time_of(done as i64);
            if time >= voice.clip.end() {
                break;
            }
            let begin = frame_at(voice.clip.start, at).max(done);
            if begin >= out.len() {
                break;
            }
            let lane = &mut self.lanes[strip][track];
            if begin > done {
                lane.rest(&mut out[..begin], done);
                done = begin;
                continue;
            }
            let Some(leg) = voice.clip.leg_at(time, voice.media_length) else {
                break;
            };
            // Between keys gains are all but straight.
            let turn = strip_of.and_then(|strip| strip.next_turn(time));
            let end = turn.map_or(leg.until, |turn| turn.min(leg.until));
            let until = frame_at(end, at).clamp(done + 1, out.len());
            if leg.speed == 0.0 {
                lane.rest(&mut out[..until], done);
                done = until;
                continue;
            }
            let piece = Piece {
                voice,
                leg,
                from: done,
                time,
            };
            let mut heard = [[0.0; 2]; MIX_BLOCK];
            let heard = &mut heard[..until - done];
            if fill(&mut self.gathered, &self.kernel, &piece, samples, heard) {
                let at_end = at + time_of(until as i64);
                let gains = strip_of.map_or([0.0; 2], |strip| strip.gains_at(at_end));
                let gains = [0, 1].map(|side| gains[side] * voice.gains[side]);
                lane.write(&piece, gains, heard, out);
            } else {
                self.missing += 1;
                lane.rest(&mut out[..until], done);
            }
            done = until;
        }
        done
    }

    /// Times since the last call that sound was not there when it was needed.
    pub fn take_missing(&mut self) -> u64 {
        std::mem::take(&mut self.missing)
    }

    /// Levels of a strip since the last call.
    pub fn take_levels(&mut self, strip: usize) -> Levels {
        self.meters
            .get_mut(strip)
            .map_or_else(Levels::default, Meter::take)
    }
}

impl Lane {
    /// Is silent from frame `done` of the block on.
    fn rest(&mut self, out: &mut [StereoFrame], done: usize) {
        for place in out.iter_mut().skip(done) {
            if self.last.take().is_some() {
                self.track.jump();
            }
            let frame = self.track.push([0.0; 2]);
            place[0] += frame[0];
            place[1] += frame[1];
        }
    }

    /// Plays a piece.
    fn write(
        &mut self,
        piece: &Piece<'_>,
        target: [f32; 2],
        heard: &[StereoFrame],
        out: &mut [StereoFrame],
    ) {
        let frames_of = |time: Time| time.flicks() as f64 / SAMPLE.flicks() as f64;
        let (voice, speed) = (piece.voice, piece.leg.speed);
        let edge = frames_of(piece.leg.edge);
        let fade = voice.fade(piece.time);
        let is_same = self.last.is_some_and(|last| {
            last.file == voice.key.file
                && last.stream == voice.key.stream
                && (last.edge - edge).abs() < 0.5 * speed.abs().max(1.0) + 1e-6
                && last.speed == speed
                && (last.fade - fade).abs() < SAME_FADE
        });
        if !is_same {
            self.track.jump();
            self.gains = target;
        }
        let count = heard.len();
        let step = |side: usize| {
            ((target[side] - self.gains[side]) / count as f32).clamp(-MOST_STEP, MOST_STEP)
        };
        let steps = [step(0), step(1)];
        let begin = self.gains;
        let end_time = piece.time + time_of(count as i64);
        let is_steady = voice.is_steady(piece.time, end_time);
        for (place, frame) in heard.iter().enumerate() {
            let fade = if is_steady {
                1.0
            } else {
                voice.fade(piece.time + time_of(place as i64)) as f32
            };
            let gain = |side: usize| (begin[side] + steps[side] * place as f32) * fade;
            let pushed = self.track.push([frame[0] * gain(0), frame[1] * gain(1)]);
            let to = &mut out[piece.from + place];
            to[0] += pushed[0];
            to[1] += pushed[1];
        }
        self.gains = [0, 1].map(|side| begin[side] + steps[side] * count as f32);
        self.last = Some(Last {
            file: voice.key.file,
            stream: voice.key.stream,
            edge: edge + speed * count as f64,
            speed,
            fade: voice.fade(end_time),
        });
    }
}

/// The first frame of a block that begins `at` which lies at or after a time.
fn frame_at(time: Time, at: Time) -> usize {
    let flicks = u64::try_from((time - at).flicks()).unwrap_or(0);
    let frames = flicks.div_ceil(SAMPLE.flicks().unsigned_abs());
    usize::try_from(frames).unwrap_or(usize::MAX)
}

/// The frames of a file that a piece plays; false if they are not there.
///
/// At the speed of the file, and backwards at that speed, each frame is one of the file: the nearest. At others, values
/// between them.
fn fill(
    gathered: &mut [StereoFrame],
    kernel: &Kernel,
    piece: &Piece<'_>,
    samples: &mut dyn Samples,
    heard: &mut [StereoFrame],
) -> bool {
    let (voice, speed) = (piece.voice, piece.leg.speed);
    if speed == 1.0 {
        return samples.fetch(voice, nearest_sample(piece.leg.edge), heard);
    }
    if speed == -1.0 {
        let last = nearest_sample(piece.leg.edge);
        let is_there = samples.fetch(voice, last - heard.len() as i64, heard);
        heard.reverse();
        return is_there;
    }
    // Backwards, what comes lies before the edge.
    let edge = piece.leg.edge.flicks() as f64 / SAMPLE.flicks() as f64;
    let first = if speed < 0.0 { edge - 1.0 } else { edge };
    let last = first + speed * (heard.len() - 1) as f64;
    let reach = Kernel::reach(speed) as i64;
    let low = first.min(last).floor() as i64 - reach;
    let high = first.max(last).ceil() as i64 + reach + 1;
    let count = usize::try_from(high - low).unwrap_or(0).min(gathered.len());
    let gathered = &mut gathered[..count];
    if !samples.fetch(voice, low, gathered) {
        return false;
    }
    for (place, frame) in heard.iter_mut().enumerate() {
        *frame = kernel.at(gathered, first + speed * place as f64 - low as f64, speed);
    }
    true
}

/// Adds the blocks that a scene needs between two times to `wants`, the soonest first; `wants` keeps its room.
pub(in crate::audio) fn wants_of(scene: &Scene, from: Time, until: Time, wants: &mut Vec<Want>) {
    let step = time_of(BLOCK_FRAMES as i64 / 2);
    let mut time = from;
    while time < until && wants.len() < wants.capacity() {
        for voice in scene
            .voices
            .iter()
            .filter(|voice| voice.clip.start < time + step && voice.clip.end() > time)
        {
            let time = time.max(voice.clip.start);
            let Some(leg) = voice.clip.leg_at(time, voice.media_length) else {
                continue;
            };
            // From the edge to where this step leads, with what the kernel looks at.
            let reach = Kernel::reach(leg.speed) as i64;
            let edge = nearest_sample(leg.edge);
            let way = nearest_sample((leg.until.min(time + step) - time).scaled(leg.speed));
            let low = (edge.min(edge + way) - reach).div_euclid(BLOCK_FRAMES as i64);
            let high = (edge.max(edge + way) + reach).div_euclid(BLOCK_FRAMES as i64);
            for block in low..=high {
                let is_known = wants
                    .iter()
                    .any(|want| want.block == block && want.key == voice.key);
                if !is_known && wants.len() < wants.capacity() {
                    wants.push(Want {
                        key: voice.key,
                        block,
                        opener: voice.opener.clone(),
                    });
                }
            }
        }
        time += step;
    }
}
