//! What is heard: the project as a scene, and the playhead as a plan, given to whoever plays or records.
//!
//! A tick looks whether the project, its files or the way the playhead moves are others than before, and says so; while they
//! are as they were it does nothing and allocates nothing.

use std::io;
use std::sync::Arc;

use super::sound_to::SoundTo;
use crate::audio::mix::{Fade, Scene, SoundKey, Strip, Voice, amplitude, gains};
use crate::audio::output::{Motion, Plan, Recorder, SoundStatus, SoundThread};
use crate::library::Library;
use crate::project::{Layer, Parameter, Project};
use crate::stats::report::SoundReport;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};
use crate::transport::{Bounds, PlayState, Transport};

/// Sound of a place that is dragged over.
const SCRUB_LENGTH: Time = Time::from_flicks(FLICKS_PER_SECOND / 12);

/// Says what is heard.
pub(super) struct SoundDesk {
    pub(super) output: Output,
    scene: Arc<Scene>,
    master_gain: f32,
    /// What the scene was made from; none once its files are others.
    project: Option<Arc<Project>>,
    told: Option<(Transport, Bounds)>,
    /// True once a scene is another one than was told.
    is_scene_new: bool,
    motion: Motion,
}

/// Who is told.
pub(super) enum Output {
    /// Nobody.
    Nowhere,
    /// A device.
    Device(SoundThread),
    /// A file, later.
    File(Recorder),
}

impl SoundDesk {
    /// A desk that leads there.
    ///
    /// # Errors
    /// That the system has no threads to give.
    pub(super) fn start(to: &SoundTo, clock: &Clock) -> io::Result<Self> {
        let output = match to {
            SoundTo::Nowhere => Output::Nowhere,
            SoundTo::Device { wish, offset } => {
                Output::Device(SoundThread::start(wish.clone(), *offset, clock.clone())?)
            }
            SoundTo::File => Output::File(Recorder::default()),
        };
        Ok(Self {
            output,
            ..Self::nowhere()
        })
    }

    /// A desk that leads nowhere.
    pub(super) fn nowhere() -> Self {
        Self {
            output: Output::Nowhere,
            scene: Arc::default(),
            master_gain: 1.0,
            project: None,
            told: None,
            is_scene_new: false,
            motion: Motion::Still { at: Time::ZERO },
        }
    }

    /// Notes that files were opened, closed or opened anew.
    pub(super) fn outdate(&mut self) {
        self.project = None;
    }

    /// Begins the counts anew, and what is kept.
    pub(super) fn reset(&mut self) {
        match &mut self.output {
            Output::Nowhere => {}
            Output::Device(thread) => thread.reset_counts(),
            Output::File(recorder) => recorder.clear(),
        }
        self.told = None;
    }

    fn status(&self) -> Option<SoundStatus> {
        match &self.output {
            Output::Device(thread) => Some(thread.status()),
            Output::Nowhere | Output::File(_) => None,
        }
    }

    /// The report of a run, if a device was to play.
    pub(super) fn report(&self) -> Option<SoundReport> {
        let status = self.status()?;
        Some(SoundReport {
            device: status.device,
            rate: status.rate_hz,
            xruns: status.xruns,
            offset_ms: (&status.offsets).into(),
            steps: status.steps,
            missing: status.missing,
            damaged_packets: status.damaged_packets,
            latency_ms: status.latency_ms,
            peak: status.master.peak,
        })
    }

    /// Makes the scene anew, if the project or its files are others.
    pub(super) fn follow_scene(&mut self, project: &Arc<Project>, library: &Library) {
        let is_known = self
            .project
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, project));
        if !is_known {
            self.project = Some(Arc::clone(project));
            self.scene = Arc::new(scene_of(project, library));
            self.master_gain = amplitude(f64::from(project.master_gain_db)) as f32;
            self.is_scene_new = true;
        }
    }

    /// How the playhead moves now, and from which time of the clock on.
    fn motion_at(&self, now: Time, transport: &Transport, bounds: &Bounds) -> (Motion, Time) {
        let before = self.told.as_ref().map(|(transport, _)| transport);
        match transport.state() {
            PlayState::Playing { started_clock, .. } => {
                let is_same = before.is_some_and(|before| before.state() == transport.state());
                let from = if is_same { now } else { started_clock };
                let course = transport.course(from, bounds);
                (Motion::Rolling { course }, from)
            }
            PlayState::Paused | PlayState::Scrubbing { .. } => {
                let at = transport.playhead_at(now, bounds);
                let was_still = before.is_some_and(|before| !before.is_playing());
                let has_moved =
                    before.is_some_and(|before| before.seek_count() != transport.seek_count());
                let length = if transport.is_scrubbing() {
                    SCRUB_LENGTH
                } else {
                    bounds.canvas.frame_duration()
                };
                let motion = if was_still && has_moved {
                    Motion::Glimpse { at, length }
                } else {
                    Motion::Still { at }
                };
                (motion, now)
            }
        }
    }

    /// Says how the playhead moves, if it moves otherwise than was said last, or if the scene is another one.
    pub(super) fn tell(&mut self, now: Time, transport: &Transport, bounds: &Bounds) {
        let is_moved = self
            .told
            .as_ref()
            .is_none_or(|told| told.0 != *transport || told.1 != *bounds);
        if !is_moved && !self.is_scene_new {
            return;
        }
        let mut from = now;
        if is_moved {
            (self.motion, from) = self.motion_at(now, transport, bounds);
        } else if let Motion::Rolling { .. } = self.motion {
            let course = transport.course(now, bounds);
            self.motion = Motion::Rolling { course };
        }
        self.is_scene_new = false;
        self.told = Some((transport.clone(), *bounds));
        let plan = Plan {
            from,
            scene: Arc::clone(&self.scene),
            motion: self.motion,
            jumps: transport.seek_count(),
            master_gain: self.master_gain,
        };
        match &mut self.output {
            Output::Nowhere => {}
            Output::Device(thread) => thread.play(&plan),
            Output::File(recorder) => recorder.keep(plan),
        }
    }
}

/// What there is to hear in a project, of the files that are open.
fn scene_of(project: &Project, library: &Library) -> Scene {
    let mut scene = Scene::default();
    for (strip, layer) in project.layers.iter().enumerate() {
        let track = |parameter| layer.track(parameter).cloned();
        scene.strips.push(Strip {
            gain_db: layer.gain_db,
            pan: layer.pan,
            is_heard: project.is_heard(layer),
            gain_track: track(Parameter::Gain),
            pan_track: track(Parameter::Pan),
        });
        add_voices(&mut scene, strip, layer, library);
    }
    scene.voices.sort_by_key(|voice| voice.clip.start);
    scene
}

fn add_voices(scene: &mut Scene, strip: usize, layer: &Layer, library: &Library) {
    let mut track = 0;
    for (place, clip) in layer.clips.iter().enumerate() {
        let [before, after] = layer.crossfades(place);
        // Clips that follow each other share a track, so that a recording that was cut in two goes on in one piece.
        if before.is_some() {
            track = 1 - track;
        }
        let (Some(sound), Some(source)) = (library.sound(clip.media), library.source(clip.media))
        else {
            continue;
        };
        let wish = clip.sound;
        let place = (wish.stream as usize).min(sound.streams.len().saturating_sub(1));
        let Some(stream) = sound.streams.get(place) else {
            continue;
        };
        let own_gains = gains(f64::from(wish.gain_db), f64::from(wish.pan));
        scene.voices.push(Voice {
            clip: clip.clone(),
            media_length: source.video.facts.timing.duration(),
            key: SoundKey {
                clip: clip.id,
                file: source.id.0,
                stream: stream.index,
            },
            opener: Arc::clone(&sound.opener),
            strip,
            track,
            gains: if wish.is_mute { [0.0; 2] } else { own_gains },
            fade_in: Fade {
                length: before.unwrap_or(clip.fade_in),
            },
            fade_out: Fade {
                length: after.unwrap_or(clip.fade_out),
            },
        });
    }
}
