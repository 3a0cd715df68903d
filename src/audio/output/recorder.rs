//! What was played, mixed once more: exactly, and into a file.
//!
//! While it plays only the plans are kept, so that the pictures have the machine for themselves.

use std::io;
use std::path::{Path, PathBuf};

use super::feeder::Feeder;
use super::plan::{Motion, Plan};
use super::wav::WavWriter;
use crate::audio::mix::Offline;
use crate::audio::{nearest_sample, time_of};
use crate::media::StereoFrame;
use crate::project::shown;
use crate::time::Time;

/// Frames that are mixed at a time.
const TURN_FRAMES: usize = 512;

/// The sound was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system refused.
    #[error("cannot write the sound ({source}); check the folder, its rights and its disk: {}", shown(.path))]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// The plans of a run, each from the time on at which it held.
#[derive(Debug, Default)]
pub struct Recorder {
    plans: Vec<Plan>,
}

impl Recorder {
    /// Keeps a plan, which holds from its time on.
    pub fn keep(&mut self, plan: Plan) {
        self.plans.push(plan);
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.plans.clear();
    }

    /// The begin of playing, on the clock.
    fn begin(&self) -> Option<usize> {
        let mut plans = self.plans.iter();
        plans.position(|plan| matches!(plan.motion, Motion::Rolling { .. }))
    }

    /// Mixes what was played for `length` from the begin of playing on into a file; gives the errors of media files.
    ///
    /// # Errors
    /// [`RecordError::Write`].
    pub fn write(&self, length: Time, path: &Path) -> Result<Vec<String>, RecordError> {
        let refused = |source| RecordError::Write {
            path: path.to_owned(),
            source,
        };
        let mut wav = WavWriter::create(path).map_err(refused)?;
        let mut samples = Offline::default();
        let frames = nearest_sample(length);
        self.mix(frames, &mut samples, |frames| wav.write(frames))
            .map_err(refused)?;
        wav.finish().map_err(refused)?;
        Ok(samples.errors)
    }

    /// Mixes so many frames from the begin of playing on.
    fn mix(
        &self,
        frames: i64,
        samples: &mut Offline,
        mut put: impl FnMut(&[StereoFrame]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(mut current) = self.begin() else {
            return silence(frames, put);
        };
        let begin = self.plans[current].from;
        let mut feeder = Feeder::for_file();
        let latency = nearest_sample(feeder.latency());
        let mut buffer = [[0.0; 2]; TURN_FRAMES];
        let mut done = -latency;
        while done < frames {
            // A frame is mixed for when it is heard, and plans hold for what is mixed from their time on.
            let mixed = begin + time_of(done + latency);
            while self
                .plans
                .get(current + 1)
                .is_some_and(|next| next.from <= mixed)
            {
                current += 1;
            }
            let next = self.plans.get(current + 1);
            let until = next.map_or(frames + latency, |next| nearest_sample(next.from - begin));
            let left = (until - done - latency).clamp(1, (frames - done).max(1));
            let count = TURN_FRAMES.min(usize::try_from(left).unwrap_or(TURN_FRAMES));
            let heard = begin + time_of(done);
            feeder.feed(&self.plans[current], heard, samples, &mut buffer[..count]);
            let skipped = usize::try_from(-done).unwrap_or(0).min(count);
            put(&buffer[skipped..count])?;
            done += count as i64;
        }
        Ok(())
    }
}

fn silence(frames: i64, mut put: impl FnMut(&[StereoFrame]) -> io::Result<()>) -> io::Result<()> {
    let mut left = usize::try_from(frames).unwrap_or(0);
    while left > 0 {
        let count = left.min(TURN_FRAMES);
        put(&[[0.0; 2]; TURN_FRAMES][..count])?;
        left -= count;
    }
    Ok(())
}
