//! Writing HAP packets to a QuickTime movie through libavformat.
//!
//! libavformat's muxer takes the tags of five variants. Hap R and Hap HDR are written under another of them, and the
//! four bytes of the sample entry are put right in the finished file. The file is written under a temporary name beside
//! its own and renamed once it is whole, so that nobody ever opens half a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use ffmpeg_next::codec::packet::{Flags, Packet};
use ffmpeg_next::{Dictionary, Rational, ffi, format};
use tempfile::TempPath;

use super::mux_sound::SoundCopy;
use super::sample_entry::find_sample_entry;

use crate::media::hap::HapVariant;
use crate::time::FrameRate;

/// Error of writing a movie.
#[derive(Debug, thiserror::Error)]
pub enum MuxError {
    /// The path has a character that libavformat cannot be given.
    #[error("the path is not valid Unicode; choose another name: {}", .path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot write the file ({source}); check the folder, its rights and its free space: {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// libavformat refused.
    #[error("cannot write the movie ({reason}): {}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// libavformat's error.
        reason: ffmpeg_next::Error,
    },
    /// The finished file does not have the sample entry to be put right.
    #[error("the movie was written without a sample entry of {expected}: {}", .path.display())]
    NoSampleEntry {
        /// The file.
        path: PathBuf,
        /// The tag that was looked for.
        expected: String,
    },
}

impl MuxError {
    /// True if the disk is full.
    pub fn is_for_want_of_room(&self) -> bool {
        match self {
            Self::Io { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Format { reason, .. } => matches!(
                reason,
                ffmpeg_next::Error::Other { errno } if *errno == ffmpeg_next::util::error::ENOSPC
            ),
            Self::Path { .. } | Self::NoSampleEntry { .. } => false,
        }
    }

    /// The same error of the file by another of its paths.
    #[must_use]
    pub fn about(mut self, other: &Path) -> Self {
        match &mut self {
            Self::Path { path }
            | Self::Io { path, .. }
            | Self::Format { path, .. }
            | Self::NoSampleEntry { path, .. } => other.clone_into(path),
        }
        self
    }
}

/// The error without the name of a temporary file, which tempfile puts into those of its own making: they have no code of
/// the system.
fn bare(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() {
        return error;
    }
    error.kind().into()
}

/// The file under another name, until it is whole.
enum Temporary {
    /// Removed unless it becomes whole.
    Own(TempPath),
    /// The caller's.
    Kept(PathBuf),
}

impl Temporary {
    fn path(&self) -> &Path {
        match self {
            Self::Own(path) => path,
            Self::Kept(path) => path,
        }
    }

    fn persist(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Own(temporary) => temporary.persist(path).map_err(|refused| refused.error),
            Self::Kept(temporary) => std::fs::rename(temporary, path),
        }
    }
}

/// A movie to be written.
pub struct MovieFormat<'a> {
    /// The variant of HAP.
    pub variant: HapVariant,
    /// Visible pixels across and down.
    pub size_px: [u32; 2],
    /// Frames per second; the mean, where they have lengths of their own.
    pub rate: FrameRate,
    /// Units in a second, in which [`MovWriter::write_at`] counts; none to count frames of `rate`.
    pub units_per_second: Option<u32>,
    /// Width of a pixel to its height.
    pub pixel_aspect: (u32, u32),
    /// True if the movie says that its colours are those of BT.709 displays, or linear light of the same primaries.
    pub has_colour_tags: bool,
    /// Words of the container about itself, such as `title` and `timecode`.
    pub metadata: &'a [(String, String)],
}

impl MovieFormat<'_> {
    /// Frames of one length and square pixels, and nothing more.
    pub fn plain(variant: HapVariant, size_px: [u32; 2], rate: FrameRate) -> Self {
        Self {
            variant,
            size_px,
            rate,
            units_per_second: None,
            pixel_aspect: (1, 1),
            has_colour_tags: false,
            metadata: &[],
        }
    }
}

/// A movie being written. Dropped before [`Self::finish`], it leaves nothing behind, unless it was begun by
/// [`Self::create_at`].
pub struct MovWriter {
    path: PathBuf,
    temporary: Temporary,
    output: format::context::Output,
    variant: HapVariant,
    /// Seconds per frame.
    frame_time: Rational,
    frames: i64,
    sound: Option<SoundCopy>,
}

impl MovWriter {
    /// Begins a movie with one video stream of frames of equal length. `path` is replaced when the movie is finished.
    ///
    /// # Errors
    /// The error of the file system or libavformat.
    pub fn create(
        path: &Path,
        variant: HapVariant,
        width_px: u32,
        height_px: u32,
        rate: FrameRate,
    ) -> Result<Self, MuxError> {
        let movie = MovieFormat::plain(variant, [width_px, height_px], rate);
        Self::create_with(path, &movie, None)
    }

    /// Begins a movie with one video stream, and the sound of another file.
    ///
    /// # Errors
    /// The error of the file system or libavformat.
    pub fn create_with(
        path: &Path,
        movie: &MovieFormat<'_>,
        sound: Option<SoundCopy>,
    ) -> Result<Self, MuxError> {
        let io_error = |source| MuxError::Io {
            path: path.to_owned(),
            source: bare(source),
        };
        // An absolute path is never taken for a protocol by libavformat, whatever colons are in it.
        let absolute = std::path::absolute(path).map_err(io_error)?;
        let folder = absolute.parent().unwrap_or(&absolute);
        let temporary = tempfile::Builder::new()
            .prefix(".sextet-")
            .suffix(".mov")
            .tempfile_in(folder)
            .map_err(io_error)?
            .into_temp_path();
        Self::begin(absolute, Temporary::Own(temporary), movie, sound)
    }

    /// As [`Self::create_with`], over the bytes of the file at `part`, which stay where nothing else is written and are the
    /// caller's to remove.
    ///
    /// # Errors
    /// The error of the file system or libavformat.
    pub fn create_at(
        path: &Path,
        part: &Path,
        movie: &MovieFormat<'_>,
        sound: Option<SoundCopy>,
    ) -> Result<Self, MuxError> {
        let io_error = |source| MuxError::Io {
            path: path.to_owned(),
            source,
        };
        let absolute = std::path::absolute(path).map_err(io_error)?;
        let part = std::path::absolute(part).map_err(io_error)?;
        Self::begin(absolute, Temporary::Kept(part), movie, sound)
    }

    fn begin(
        path: PathBuf,
        temporary: Temporary,
        movie: &MovieFormat<'_>,
        mut sound: Option<SoundCopy>,
    ) -> Result<Self, MuxError> {
        let format_error = |reason| MuxError::Format {
            path: path.clone(),
            reason,
        };
        if temporary.path().to_str().is_none() {
            return Err(MuxError::Path { path });
        }
        ffmpeg_next::init().map_err(format_error)?;
        let mut options = Dictionary::new();
        // An option of libavformat's protocol `file`.
        options.set("truncate", "0");
        let mut output =
            format::output_as_with(temporary.path(), "mov", options).map_err(format_error)?;
        let frame_time = match movie.units_per_second {
            Some(units) => rational(1, units),
            None => rational(movie.rate.den(), movie.rate.num()),
        };
        let frame_time = frame_time.ok_or_else(|| format_error(ffmpeg_next::Error::InvalidData))?;
        add_hap_stream(&mut output, movie, frame_time).map_err(format_error)?;
        if let Some(sound) = &mut sound {
            sound.add_streams(&mut output).map_err(format_error)?;
        }
        let mut metadata = Dictionary::new();
        for (key, value) in movie.metadata {
            metadata.set(key, value);
        }
        output.set_metadata(metadata);
        output.write_header().map_err(format_error)?;
        Ok(Self {
            path,
            temporary,
            output,
            variant: movie.variant,
            frame_time,
            frames: 0,
            sound,
        })
    }

    /// Appends a frame behind the last one.
    ///
    /// # Errors
    /// libavformat's error, as when the disk is full.
    pub fn write(&mut self, frame: &[u8]) -> Result<(), MuxError> {
        let begin = self.frames;
        self.frames += 1;
        self.write_at(frame, begin, 1)
    }

    /// Appends a frame that is shown from `begin` for `duration`, in the movie's units, and the sound up to there.
    ///
    /// # Errors
    /// libavformat's error, as when the disk is full.
    pub fn write_at(&mut self, frame: &[u8], begin: i64, duration: i64) -> Result<(), MuxError> {
        let refused = |path: &Path, reason| MuxError::Format {
            path: path.to_owned(),
            reason,
        };
        let mut packet = Packet::copy(frame);
        packet.set_stream(0);
        packet.set_flags(Flags::KEY);
        packet.set_pts(Some(begin));
        packet.set_dts(Some(begin));
        packet.set_duration(duration);
        // The muxer chose its own time base when it wrote the header, a multiple of the rate: this is exact.
        let stream_time = self
            .output
            .stream(0)
            .map_or(self.frame_time, |stream| stream.time_base());
        packet.rescale_ts(self.frame_time, stream_time);
        packet
            .write(&mut self.output)
            .map_err(|reason| refused(&self.path, reason))?;
        if let Some(sound) = &mut self.sound {
            let seconds = begin as f64 * f64::from(self.frame_time);
            sound
                .write_until(&mut self.output, seconds)
                .map_err(|reason| refused(&self.path, reason))?;
        }
        Ok(())
    }

    /// Bytes of the movie so far.
    #[expect(
        unsafe_code,
        reason = "ffmpeg-next does not say where a file is written"
    )]
    pub fn position(&mut self) -> u64 {
        // SAFETY: the output is borrowed mutably, and its file is open as long as it lives; seeking by nothing from where it
        // is only tells that place.
        let at = unsafe { ffi::avio_seek((*self.output.as_mut_ptr()).pb, 0, SEEK_FROM_HERE) };
        u64::try_from(at).unwrap_or(0)
    }

    /// Completes the movie and gives it its name.
    ///
    /// # Errors
    /// The error of libavformat or the file system; there is then no new file.
    pub fn finish(self) -> Result<(), MuxError> {
        self.finish_with(&[])
    }

    /// The same with boxes of the caller's own after the movie's.
    ///
    /// # Errors
    /// As of [`Self::finish`].
    pub fn finish_with(mut self, boxes: &[u8]) -> Result<(), MuxError> {
        let length = self.write_end().map_err(|reason| MuxError::Format {
            path: self.path.clone(),
            reason,
        })?;
        let Self {
            path,
            temporary,
            output,
            variant,
            ..
        } = self;
        // Closes the file, and with it writes what is still buffered.
        drop(output);
        let io_error = |source| MuxError::Io {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(temporary.path())
            .map_err(io_error)?;
        // What was there before may have been longer.
        file.set_len(length).map_err(io_error)?;
        let written = tag_for_muxer(variant);
        if written != variant.fourcc() {
            let entry = find_sample_entry(&mut file, written)
                .map_err(io_error)?
                .ok_or_else(|| MuxError::NoSampleEntry {
                    path: path.clone(),
                    expected: String::from_utf8_lossy(&written).into_owned(),
                })?;
            file.seek(SeekFrom::Start(entry)).map_err(io_error)?;
            file.write_all(&variant.fourcc()).map_err(io_error)?;
        }
        file.seek(SeekFrom::End(0)).map_err(io_error)?;
        file.write_all(boxes).map_err(io_error)?;
        file.sync_all().map_err(io_error)?;
        make_readable(&file).map_err(io_error)?;
        drop(file);
        temporary.persist(&path).map_err(io_error)
    }

    /// Writes the rest of the sound, and what stands behind all packets; gives the length of the whole.
    fn write_end(&mut self) -> Result<u64, ffmpeg_next::Error> {
        if let Some(mut sound) = self.sound.take() {
            sound.write_until(&mut self.output, f64::INFINITY)?;
        }
        self.output.write_trailer()?;
        Ok(self.position())
    }
}

/// `SEEK_CUR` of every system.
const SEEK_FROM_HERE: std::ffi::c_int = 1;

/// A temporary file is for its owner only; a movie has the rights that files usually have.
#[cfg(unix)]
fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &File) -> io::Result<()> {
    Ok(())
}

/// The tag to write the stream under: the variant's own if the muxer knows it.
fn tag_for_muxer(variant: HapVariant) -> [u8; 4] {
    match variant {
        HapVariant::HapR | HapVariant::HapHdr { .. } => HapVariant::HapQ.fourcc(),
        known => known.fourcc(),
    }
}

fn rational(numerator: u32, denominator: u32) -> Option<Rational> {
    let numerator = i32::try_from(numerator).ok()?;
    Some(Rational::new(numerator, i32::try_from(denominator).ok()?))
}

#[expect(
    unsafe_code,
    reason = "the safe binding has no way to set a stream's tag and size without an encoder"
)]
fn add_hap_stream(
    output: &mut format::context::Output,
    movie: &MovieFormat<'_>,
    frame_time: Rational,
) -> Result<(), ffmpeg_next::Error> {
    let tag = tag_for_muxer(movie.variant);
    let too_large = |_| ffmpeg_next::Error::InvalidData;
    let [width, height] = movie.size_px.map(i32::try_from);
    let (width, height) = (width.map_err(too_large)?, height.map_err(too_large)?);
    let aspect = rational(movie.pixel_aspect.0, movie.pixel_aspect.1);
    let aspect = aspect.unwrap_or_else(|| Rational::new(1, 1));
    let rate = rational(movie.rate.num(), movie.rate.den());
    let mut stream = output.add_stream(None::<ffmpeg_next::Codec>)?;
    stream.set_time_base(frame_time);
    stream.set_avg_frame_rate(rate.unwrap_or_else(|| frame_time.invert()));
    // SAFETY: `stream` borrows the output that owns the AVStream, and avformat_new_stream() never leaves `codecpar`
    // null.
    unsafe {
        let raw = &mut *stream.as_mut_ptr();
        raw.sample_aspect_ratio = aspect.into();
        let parameters = &mut *raw.codecpar;
        parameters.codec_type = ffi::AVMediaType::AVMEDIA_TYPE_VIDEO;
        parameters.codec_id = ffi::AVCodecID::AV_CODEC_ID_HAP;
        parameters.codec_tag = u32::from_le_bytes(tag);
        parameters.width = width;
        parameters.height = height;
        parameters.sample_aspect_ratio = aspect.into();
        parameters.bits_per_coded_sample = if tag == *b"Hap1" || tag == *b"HapY" {
            24
        } else {
            32
        };
        if movie.has_colour_tags {
            parameters.color_range = ffi::AVColorRange::AVCOL_RANGE_JPEG;
            parameters.color_primaries = ffi::AVColorPrimaries::AVCOL_PRI_BT709;
            parameters.color_space = ffi::AVColorSpace::AVCOL_SPC_RGB;
            parameters.color_trc = if let HapVariant::HapHdr { .. } = movie.variant {
                ffi::AVColorTransferCharacteristic::AVCOL_TRC_LINEAR
            } else {
                ffi::AVColorTransferCharacteristic::AVCOL_TRC_BT709
            };
        }
    }
    Ok(())
}
