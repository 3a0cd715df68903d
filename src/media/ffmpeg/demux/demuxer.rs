//! One video stream of one file, demuxed by libavformat.

use std::ffi::OsStr;
use std::io::Seek as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::packet::Ref as _;

use super::codec_source::CodecSource;
use super::container::Container;
use super::counting_io::{CountingFile, ReadCounter, ReadTotals};
use super::format_by_extension;
use super::mp4_boxes::OuterBoxes;
use super::picture_files::PictureFiles;
use super::sound;
use super::stream::{TimeBase, VideoStream};
use crate::media::file::{MediaFile, open_error};
use crate::media::frame::Turn;
use crate::media::picture::kind::PictureKind;
use crate::media::picture::{is_animated_jpeg_xl, largest_in_ico, orientation};
use crate::media::sequence::{self, SequencePicture};
use crate::media::{MediaError, SoundStream};
use crate::time::numbered::NumberedName;
use crate::time::{Clock, Time};

/// Pictures of a sequence that are tried until one can be opened.
const MOST_TRIED: usize = 8;

/// Endings of files of JPEG pictures that are shown one after the other.
const FILM_ENDINGS: [&str; 3] = ["mjpeg", "mjpg", "mjp"];

/// An open file and the video stream that was chosen in it.
pub(in crate::media) struct Demuxer {
    /// Of a sequence of pictures, the first that could be opened, which stands for all.
    container: Container,
    /// The pictures of a sequence, which are then the packets.
    pictures: Option<PictureFiles>,
    stream: VideoStream,
    path: PathBuf,
    counter: Arc<ReadCounter>,
    clock: Clock,
}

/// An entry of libavformat's own index of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct IndexEntry {
    /// Bytes from the start of the file; of the payload, or of a header of fixed size before it.
    pub position: i64,
    /// Bytes of payload.
    pub size: i32,
    /// Timestamp in units of the stream's time base.
    pub timestamp: i64,
    /// True if an edit list leaves the packet out.
    pub is_discarded: bool,
}

impl Demuxer {
    /// Opens a file and chooses its video stream: the first that is no cover picture.
    ///
    /// # Errors
    /// The file's error, in the terms of [`MediaError`].
    pub(in crate::media) fn open(path: &Path, time_out: Time) -> Result<Self, MediaError> {
        prepare();
        match NumberedName::of(path) {
            Some(name) => Self::open_pictures(path, &name, time_out),
            None => Self::open_file(path, time_out),
        }
    }

    /// Opens numbered pictures as one stream, whose unit of time is a picture.
    fn open_pictures(path: &Path, name: &NumberedName, time_out: Time) -> Result<Self, MediaError> {
        let pictures = sequence::find(name, path)?;
        let mut demuxer = Self::open_first(&pictures, path, time_out)?;
        // One that has others behind it may look like a film.
        if !demuxer.is_picture() && demuxer.pictures.is_none() {
            return Err(MediaError::NotMedia {
                path: path.to_owned(),
                reason: "numbered files play as one if each is a picture".to_owned(),
            });
        }
        let rate = name.rate();
        demuxer.stream.time_base = TimeBase {
            num: i64::from(rate.den()),
            den: i64::from(rate.num()),
        };
        demuxer.stream.claimed_rates = vec![rate];
        let turn = demuxer.stream.shape.turn();
        demuxer.pictures = Some(PictureFiles::new(pictures, turn));
        path.clone_into(&mut demuxer.path);
        Ok(demuxer)
    }

    /// Opens the first of the pictures that can be: a damaged one is an error of its own frame.
    fn open_first(
        pictures: &[SequencePicture],
        path: &Path,
        time_out: Time,
    ) -> Result<Self, MediaError> {
        let mut first_error = None;
        for picture in pictures.iter().take(MOST_TRIED) {
            match Self::open_file(&picture.path, time_out) {
                Ok(demuxer) => return Ok(demuxer),
                Err(error) => _ = first_error.get_or_insert(error),
            }
        }
        Err(first_error.unwrap_or_else(|| MediaError::NotFound {
            path: path.to_owned(),
        }))
    }

    fn open_file(path: &Path, time_out: Time) -> Result<Self, MediaError> {
        refuse_pipes(path)?;
        let file = MediaFile::open(path)?;
        let clock = Clock::system();
        let counter = Arc::new(ReadCounter::default());
        let kind = PictureKind::of(&file);
        let open_as = |known: Option<Id>| -> Result<(Container, VideoStream), MediaError> {
            let handle = file.as_file().try_clone();
            let mut handle = handle.map_err(|source| open_error(path, source))?;
            // The place in the file is shared with the one before, which may have read.
            handle.rewind().map_err(|source| open_error(path, source))?;
            let faults = file.faults().clone();
            let counting = CountingFile::new(handle, faults, clock.clone(), Arc::clone(&counter));
            let as_picture = known.map(|codec| (codec, file.len()));
            let container = Container::open(counting, as_picture, time_out)
                .map_err(|error| not_media(path, &file, error))?;
            let largest = (kind == PictureKind::Ico).then(|| largest_in_ico(&file));
            let stream = VideoStream::choose(container.input(), largest.flatten());
            let stream = stream.ok_or_else(|| MediaError::NoVideo {
                path: path.to_owned(),
            })?;
            Ok((container, stream))
        };
        let (opened, mut stream) = match (open_as(None), format_by_extension::codec_of(path)) {
            (Err(MediaError::NotMedia { .. } | MediaError::NoVideo { .. }), Some(codec)) => {
                open_as(Some(codec))?
            }
            (opened, _) => opened?,
        };
        let container = opened.format();
        if container == "jpegxl_pipe" && is_animated_jpeg_xl(&file) {
            return Err(MediaError::UnsupportedCodec {
                path: path.to_owned(),
                codec: "animated JPEG XL".to_owned(),
            });
        }
        let mut pictures = None;
        if kind != PictureKind::Other && is_of_pictures(&container) {
            let turn = orientation::turn_of(&file);
            stream.shape = stream.shape.with_turn(turn);
            pictures = is_one_picture(kind, path, &file)
                .then(|| PictureFiles::one(path, file.len(), turn));
        }
        Ok(Self {
            container: opened,
            pictures,
            stream,
            path: path.to_owned(),
            counter,
            clock,
        })
    }

    /// The same file, opened anew: at its start, and as it is on the disk now.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(in crate::media) fn reopened(&self) -> Result<Self, MediaError> {
        let mut reopened = Self::open(&self.path, self.time_out())?;
        if reopened.stream.index != self.stream.index {
            reopened.stream = self.stream.clone();
        }
        if let (Some(pictures), Some(known)) = (&mut reopened.pictures, &self.pictures) {
            pictures.know_turns_of(known);
        }
        Ok(reopened)
    }

    /// The same file, opened anew at the alpha that lies in a stream of its own; `None` if there is none.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(in crate::media) fn at_alpha(&self) -> Result<Option<Self>, MediaError> {
        let Some(stream) = self.stream.alpha_in(self.container.input()) else {
            return Ok(None);
        };
        let reopened = self.reopened()?;
        Ok(Some(Self { stream, ..reopened }))
    }

    /// The file.
    pub(in crate::media) fn path(&self) -> &Path {
        &self.path
    }

    /// The file that the packet of this timestamp is in: that of its picture, in a sequence.
    pub(in crate::media) fn path_at(&self, timestamp: Option<i64>) -> &Path {
        let pictures = self.pictures().unwrap_or_default();
        let place = timestamp.and_then(|timestamp| {
            pictures
                .binary_search_by_key(&timestamp, |picture| picture.place)
                .ok()
        });
        place.map_or(&self.path, |place| &pictures[place].path)
    }

    /// The turn that the picture of this timestamp needs before it is seen as the stream's shape says; it is known once
    /// the picture was read.
    pub(in crate::media) fn turn_at(&self, timestamp: Option<i64>) -> Turn {
        let pictures = self.pictures.as_ref().zip(timestamp);
        pictures.map_or_else(Turn::default, |(pictures, place)| pictures.turn_at(place))
    }

    /// The video stream.
    pub(in crate::media) fn stream(&self) -> &VideoStream {
        &self.stream
    }

    /// The sound of the file, as its container describes it, and the time of the container from which it counts.
    pub(in crate::media) fn sound(&self) -> (Vec<SoundStream>, Option<Time>) {
        sound::describe(self.container.input(), Some(self.stream.index))
    }

    /// The names of the container format, separated by commas.
    pub(in crate::media) fn format(&self) -> String {
        self.container.format()
    }

    /// True if the file is a picture and nothing else, as FFmpeg says with the name of its demuxer.
    fn is_picture(&self) -> bool {
        is_picture(&self.format())
    }

    /// Time limit of one call.
    pub(in crate::media) fn time_out(&self) -> Time {
        self.container.time_out()
    }

    /// The video stream, for a decoder.
    pub(in crate::media) fn codec_source(&self) -> CodecSource<'_> {
        let stream = self.container.input().stream(self.stream.index);
        CodecSource {
            path: &self.path,
            stream: &self.stream,
            parameters: stream.map(|stream| stream.parameters()),
            is_low_delay: false,
        }
    }

    /// Reads so far.
    pub(in crate::media) fn totals(&self) -> ReadTotals {
        self.counter.totals()
    }

    /// The next packet of the video stream; `None` at the end, or where the file is cut off.
    ///
    /// Packets that the demuxer calls corrupt are passed over.
    ///
    /// # Errors
    /// The file system's error, or that reading took too long.
    pub(in crate::media) fn next_packet(
        &mut self,
    ) -> Result<Option<ffmpeg::Packet>, ffmpeg::Error> {
        if let Some(pictures) = &mut self.pictures {
            return pictures.next_packet(self.stream.index, &self.clock, &self.counter);
        }
        self.container.next_packet(self.stream.index)
    }

    /// libavformat's own; of a sequence of pictures, that of one of them.
    pub(in crate::media) fn container(&mut self) -> &mut Container {
        &mut self.container
    }

    /// The streams of the file; of a sequence of pictures, those of one of them.
    pub(in crate::media) fn input(&self) -> &ffmpeg::format::context::Input {
        self.container.input()
    }

    /// Goes to the key frame at or before a timestamp of the stream, as far as the container knows.
    ///
    /// # Errors
    /// That the container cannot seek, or that it took too long.
    pub(in crate::media) fn seek(&mut self, timestamp: i64) -> Result<(), ffmpeg::Error> {
        if let Some(pictures) = &mut self.pictures {
            pictures.seek(timestamp);
            return Ok(());
        }
        self.container.seek(self.stream.index, timestamp)
    }

    /// The files of a sequence of pictures.
    pub(in crate::media) fn pictures(&self) -> Option<&[SequencePicture]> {
        self.pictures.as_ref().map(PictureFiles::all)
    }

    /// The index that the container itself brought, in the order of decoding.
    #[expect(unsafe_code, reason = "ffmpeg-next does not show libavformat's index")]
    pub(in crate::media) fn index_entries(&mut self) -> Vec<IndexEntry> {
        let index = self.stream.index;
        let Some(stream) = self.container.input_mut().stream_mut(index) else {
            return Vec::new();
        };
        let mut stream = stream;
        // SAFETY: the pointer is that of a stream of an open context, which `stream` borrows mutably.
        let raw = unsafe { stream.as_mut_ptr() };
        // SAFETY: as above.
        let count = unsafe { ffmpeg::ffi::avformat_index_get_entries_count(raw) };
        (0..count)
            .filter_map(|at| {
                // SAFETY: the entry is null or valid until the context is used again, which is after the copy.
                let entry = unsafe { ffmpeg::ffi::avformat_index_get_entry(raw, at).as_ref() }?;
                Some(IndexEntry {
                    position: entry.pos,
                    size: entry.size(),
                    timestamp: entry.timestamp,
                    is_discarded: entry.flags() & ffmpeg::ffi::AVINDEX_DISCARD_FRAME != 0,
                })
            })
            .collect()
    }
}

/// True if a file that FFmpeg opens by this demuxer is a picture and nothing else.
fn is_picture(container: &str) -> bool {
    container.ends_with("_pipe") || Ok(container) == format_by_extension::DEMUXER.to_str()
}

/// True if it is one, or JPEG pictures one after the other.
fn is_of_pictures(container: &str) -> bool {
    is_picture(container) || container == "mjpeg"
}

/// True if a file holds one picture, and what lies behind it is none to be shown after it.
///
/// JPEG pictures one after the other are a film only by their ending; those of cameras begin with one that counts.
fn is_one_picture(kind: PictureKind, path: &Path, file: &MediaFile) -> bool {
    match kind {
        PictureKind::Jpeg => {
            let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            let mut films = FILM_ENDINGS.iter();
            let is_film = films.any(|film| ending.eq_ignore_ascii_case(film));
            !is_film || orientation::has_more_pictures(file)
        }
        PictureKind::Png | PictureKind::WebP | PictureKind::Tiff => true,
        PictureKind::Heif | PictureKind::Ico | PictureKind::Other => false,
    }
}

/// Sets FFmpeg up, quietly. It may be called any number of times.
pub(in crate::media) fn prepare() {
    // It fills the table of error texts; an error of its own would only leave them empty.
    if let Err(error) = ffmpeg::init() {
        tracing::warn!("FFmpeg could not be set up: {error}");
    }
    ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
}

/// True if an edit list leaves the packet out of what is shown.
#[expect(unsafe_code, reason = "ffmpeg-next does not know this packet flag")]
pub(in crate::media) fn is_discarded(packet: &ffmpeg::Packet) -> bool {
    // SAFETY: the pointer is that of the packet borrowed here, which is initialised.
    let flags = unsafe { (*packet.as_ptr()).flags };
    flags & ffmpeg::ffi::AV_PKT_FLAG_DISCARD != 0
}

/// Refuses what would block for ever when it is opened: pipes, sockets and devices.
pub(in crate::media) fn refuse_pipes(path: &Path) -> Result<(), MediaError> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Err(MediaError::NotMedia {
            path: path.to_owned(),
            reason: "it is a pipe or a device".to_owned(),
        }),
        _ => Ok(()),
    }
}

pub(in crate::media) fn not_media(
    path: &Path,
    file: &MediaFile,
    error: ffmpeg::Error,
) -> MediaError {
    let path = path.to_owned();
    let boxes = OuterBoxes::scan(file);
    if boxes.is_family && !boxes.has_index {
        return MediaError::NoIndex { path };
    }
    let reason = reason_of(error);
    MediaError::NotMedia { path, reason }
}

/// FFmpeg's error, in words for the user.
pub(in crate::media) fn reason_of(error: ffmpeg::Error) -> String {
    match error {
        ffmpeg::Error::Exit => "reading took too long".to_owned(),
        error => error.to_string(),
    }
}
