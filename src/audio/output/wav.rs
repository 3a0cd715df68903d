//! Writing WAV files of 32-bit floats.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::audio::RATE_HZ;
use crate::media::StereoFrame;

/// `WAVE_FORMAT_IEEE_FLOAT` (Microsoft, Multimedia Programming Interface and Data Specifications 1.0).
const FORMAT_FLOAT: u16 = 3;

/// Bytes of a frame.
const FRAME_BYTES: u32 = 8;

/// A chunk that says which program wrote the file, as readers pass over chunks that they do not know.
pub const WAV_MARK: &[u8; 12] = b"sxtt\x04\0\0\0mix\0";

/// Its place in the file.
pub const WAV_MARK_AT: std::ops::Range<usize> = 50..62;

/// Bytes of the headers before the samples: RIFF, `fmt ` with an empty extension, `fact`, the mark, `data`.
const HEADER_BYTES: u32 = 12 + 26 + 12 + 12 + 8;

/// A stereo file at the rate of the mix that is being written. It is whole once [`Self::finish`] has said so.
pub struct WavWriter {
    file: BufWriter<File>,
    frames: u32,
}

impl WavWriter {
    /// Begins a file, in the place of one that may be there.
    ///
    /// # Errors
    /// The system's.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut writer = Self {
            file: BufWriter::new(File::create(path)?),
            frames: 0,
        };
        writer.header()?;
        Ok(writer)
    }

    /// Writes frames.
    ///
    /// # Errors
    /// The system's; that the file has become longer than its headers can say, which is six hours.
    pub fn write(&mut self, frames: &[StereoFrame]) -> io::Result<()> {
        let count = u32::try_from(frames.len()).ok();
        let most = (u32::MAX - HEADER_BYTES) / FRAME_BYTES;
        let total = count.and_then(|count| self.frames.checked_add(count));
        let total = total.filter(|total| *total <= most).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                "a WAV file holds no more than 4 GiB",
            )
        })?;
        for sample in frames.iter().flatten() {
            self.file.write_all(&sample.to_le_bytes())?;
        }
        self.frames = total;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The system's.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.header()?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }

    fn header(&mut self) -> io::Result<()> {
        let data_bytes = self.frames * FRAME_BYTES;
        let file = &mut self.file;
        file.write_all(b"RIFF")?;
        file.write_all(&(HEADER_BYTES - 8 + data_bytes).to_le_bytes())?;
        file.write_all(b"WAVEfmt ")?;
        file.write_all(&18_u32.to_le_bytes())?;
        file.write_all(&FORMAT_FLOAT.to_le_bytes())?;
        file.write_all(&2_u16.to_le_bytes())?;
        file.write_all(&RATE_HZ.to_le_bytes())?;
        file.write_all(&(RATE_HZ * FRAME_BYTES).to_le_bytes())?;
        file.write_all(&(FRAME_BYTES as u16).to_le_bytes())?;
        file.write_all(&32_u16.to_le_bytes())?;
        file.write_all(&0_u16.to_le_bytes())?;
        file.write_all(b"fact")?;
        file.write_all(&4_u32.to_le_bytes())?;
        file.write_all(&self.frames.to_le_bytes())?;
        file.write_all(WAV_MARK)?;
        file.write_all(b"data")?;
        file.write_all(&data_bytes.to_le_bytes())
    }
}
