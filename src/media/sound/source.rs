//! Frames of sound by position.

use crate::media::MediaError;

/// A sample for the left and one for the right loudspeaker; full scale is −1 to 1, and more is allowed.
pub type StereoFrame = [f32; 2];

/// A decoder of one stream of sound, owned by one thread.
pub trait SoundSource: Send {
    /// Fills `frames` with the sound from position `at` on; silence where there is none.
    ///
    /// What is damaged is silence too, and counted.
    ///
    /// # Errors
    /// The file system's, or that the file cannot be read any more. `frames` then hold anything.
    fn read(&mut self, at: i64, frames: &mut [StereoFrame]) -> Result<(), MediaError>;

    /// Packets so far that could not be decoded.
    fn damaged_packets(&self) -> u64;
}

/// Opens decoders of the sound of a file.
pub trait SoundOpener: Send + Sync {
    /// A decoder of the stream with this number in the file, whose frames come at `rate_hz`, mixed down to two channels.
    ///
    /// It may take as long as the disk takes.
    ///
    /// # Errors
    /// The file's error; [`MediaError::NoSound`] if it is no stream of sound.
    fn open(&self, stream: usize, rate_hz: u32) -> Result<Box<dyn SoundSource>, MediaError>;
}
