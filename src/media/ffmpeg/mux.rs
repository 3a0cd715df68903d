//! Writing HAP packets to a QuickTime movie through libavformat.
//!
//! libavformat's muxer takes the tags of five variants. Hap R and Hap HDR are written under another of them, and the
//! four bytes of the sample entry are put right in the finished file. The file is written under a temporary name beside
//! its own and renamed once it is whole, so that nobody ever opens half a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use ffmpeg_next::codec::packet::{Flags, Packet};
use ffmpeg_next::{Dictionary, Rational, ffi, format};
use tempfile::TempPath;

use super::mux_sound::SoundCopy;

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

/// A movie being written. Dropped before [`Self::finish`], it leaves nothing behind.
pub struct MovWriter {
    path: PathBuf,
    temporary: TempPath,
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
        mut sound: Option<SoundCopy>,
    ) -> Result<Self, MuxError> {
        let io_error = |source| MuxError::Io {
            path: path.to_owned(),
            source: bare(source),
        };
        let format_error = |reason| MuxError::Format {
            path: path.to_owned(),
            reason,
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
        if temporary.to_str().is_none() {
            return Err(MuxError::Path {
                path: path.to_owned(),
            });
        }
        ffmpeg_next::init().map_err(format_error)?;
        let mut output = format::output_as(&temporary, "mov").map_err(format_error)?;
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
            path: absolute,
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
    pub fn finish_with(self, boxes: &[u8]) -> Result<(), MuxError> {
        let Self {
            path,
            temporary,
            mut output,
            variant,
            sound,
            ..
        } = self;
        if let Some(mut sound) = sound {
            sound
                .write_until(&mut output, f64::INFINITY)
                .map_err(|reason| MuxError::Format {
                    path: path.clone(),
                    reason,
                })?;
        }
        output.write_trailer().map_err(|reason| MuxError::Format {
            path: path.clone(),
            reason,
        })?;
        // Closes the file, and with it writes what is still buffered.
        drop(output);
        let io_error = |source| MuxError::Io {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&temporary)
            .map_err(io_error)?;
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
        temporary
            .persist(&path)
            .map_err(|refused| io_error(refused.error))
    }
}

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

/// The boxes between the file and a sample description (ISO/IEC 14496-12: 8.2.1, 8.3.1, 8.4.1, 8.4.4, 8.5.1, 8.5.2).
const PATH_TO_DESCRIPTION: [[u8; 4]; 6] =
    [*b"moov", *b"trak", *b"mdia", *b"minf", *b"stbl", *b"stsd"];

/// The offset of the tag in the first sample entry, or `None` if that is not `tag`.
fn find_sample_entry(file: &mut File, tag: [u8; 4]) -> io::Result<Option<u64>> {
    let mut begin = 0;
    let mut end = file.seek(SeekFrom::End(0))?;
    for wanted in PATH_TO_DESCRIPTION {
        let Some(body) = find_box(file, begin, end, wanted)? else {
            return Ok(None);
        };
        (begin, end) = body;
    }
    // Version and flags, the count of entries, and the entry's size come before its tag (ISO/IEC 14496-12, 8.5.2.2).
    let at = begin.saturating_add(12);
    let mut found = [0; 4];
    if at.saturating_add(4) > end {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut found)?;
    Ok((found == tag).then_some(at))
}

/// Begin and end of the body of the first box of a type between two offsets.
fn find_box(
    file: &mut File,
    begin: u64,
    end: u64,
    wanted: [u8; 4],
) -> io::Result<Option<(u64, u64)>> {
    let mut at = begin;
    while at.saturating_add(8) <= end {
        let mut header = [0; 16];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header[..8])?;
        let [a, b, c, d, kind @ ..] = header[..8].try_into().unwrap_or([0; 8]);
        let (size, header_bytes) = match u32::from_be_bytes([a, b, c, d]) {
            // To the end, and 64 bits long.
            0 => (end.saturating_sub(at), 8),
            1 => {
                file.read_exact(&mut header[8..])?;
                let long = header[8..].try_into().unwrap_or([0; 8]);
                (u64::from_be_bytes(long), 16)
            }
            short => (u64::from(short), 8),
        };
        let next = at.saturating_add(size);
        if size < header_bytes || next > end {
            return Ok(None);
        }
        if kind == wanted {
            return Ok(Some((at + header_bytes, next)));
        }
        at = next;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let size = (body.len() as u32 + 8).to_be_bytes();
        [&size, &kind, body].concat()
    }

    fn long_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let size = (body.len() as u64 + 16).to_be_bytes();
        [&1_u32.to_be_bytes()[..], &kind, &size, body].concat()
    }

    fn found(bytes: &[u8]) -> Option<u64> {
        let mut file = tempfile::tempfile().expect("temporary file");
        file.write_all(bytes).expect("written");
        find_sample_entry(&mut file, *b"HapY").expect("reads")
    }

    /// A movie whose description has one entry, each box made by `wrap`.
    fn movie(wrap: fn([u8; 4], &[u8]) -> Vec<u8>) -> Vec<u8> {
        let entry = plain_box(*b"HapY", &[0; 16]);
        let mut bytes = [&[0, 0, 0, 0, 0, 0, 0, 1], &entry[..]].concat();
        for kind in PATH_TO_DESCRIPTION.into_iter().rev() {
            // A neighbour before each, which holds the tag where nobody should look.
            bytes = [plain_box(*b"free", b"HapY"), wrap(kind, &bytes)].concat();
        }
        bytes
    }

    #[test]
    fn the_sample_entry_is_found_through_boxes_of_both_lengths() {
        for bytes in [movie(plain_box), movie(long_box)] {
            let at = found(&bytes).expect("an entry") as usize;
            assert_eq!(&bytes[at..at + 4], b"HapY");
            assert_eq!(
                bytes[at - 4..at],
                [0, 0, 0, 24],
                "the entry's size lies before"
            );
        }
    }

    #[test]
    fn boxes_that_are_wrong_or_missing_give_no_entry() {
        let whole = movie(plain_box);
        for length in 0..whole.len() - 16 {
            assert_eq!(found(&whole[..length]), None, "cut off at {length}");
        }
        let other = [plain_box(*b"moov", &plain_box(*b"udta", &[0; 40])), whole].concat();
        assert_eq!(found(&other), None, "the first movie box has no track");
        assert_eq!(
            found(&[0, 0, 0, 7, b'm', b'o', b'o', b'v']),
            None,
            "less than its header"
        );
    }
}
