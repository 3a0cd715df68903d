//! Frames of animated pictures: each is decoded as a picture of its own and drawn upon those before it.
//!
//! Frames that are kept around the one asked for are places to go on from, so that going backwards draws each stretch
//! once and not each frame from the start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ffmpeg_next::codec::Id;
use ffmpeg_next::color::{Range, Space};
use ffmpeg_next::format::Pixel;

use super::convert::PictureWriter;
use super::one_picture::OnePictureDecoder;
use super::picture::{PictureFacts, PictureFormat};
use super::picture_file::PictureFile;
use crate::media::ffmpeg::demux::demuxer::reason_of;
use crate::media::file::MediaFile;
use crate::media::frame::{
    ColourModel, FrameLayout, FrameMemory, HeapMemory, LayoutError, OutsideMemory, PlaneFormat,
    Shape,
};
use crate::media::packets::PacketTable;
use crate::media::picture::animation::{Animation, AnimationForm, AnimationFrame, Disposal};
use crate::media::picture::canvas::Canvas;
use crate::media::picture::orientation;
use crate::media::source::{DecodeOutcome, SequentialOpener, SequentialSource};
use crate::media::{MediaError, Video};
use crate::time::{Clock, FrameIndex};

/// A file that holds an animation.
struct AnimationOpener {
    path: PathBuf,
    file: Arc<MediaFile>,
    animation: Arc<Animation>,
    packets: PacketTable,
    layout: Arc<FrameLayout>,
}

/// Opens a file that holds this animation.
///
/// # Errors
/// [`MediaError::Layout`] if it is too large, [`MediaError::UnsupportedCodec`], or what is wrong with its first frame.
pub(in crate::media) fn open(
    path: &Path,
    file: Arc<MediaFile>,
    animation: Animation,
) -> Result<Video, MediaError> {
    let shape = Shape::default().with_turn(orientation::turn_of(&*file));
    let colour = ColourModel::Rgb {
        has_alpha: !animation.is_opaque(),
    };
    let planes = [(PlaneFormat::Rgba8, 0, 0)];
    let layout = FrameLayout::new(animation.width_px, animation.height_px, colour, &planes)
        .map_err(|source| MediaError::Layout {
            path: path.to_owned(),
            source,
        })?
        .with_shape(shape);
    let opener = AnimationOpener {
        path: path.to_owned(),
        file,
        packets: animation.packets(),
        animation: Arc::new(animation),
        layout: Arc::new(layout),
    };
    let codec = opener.animation.codec();
    // Whether it can be decoded at all shows at its first frame.
    opener.source()?.picture_of(0)?;
    let facts = PictureFile {
        path: path.to_owned(),
        codec: codec.to_owned(),
        layout: Arc::clone(&opener.layout),
        colour: "RGB, 8 bits".to_owned(),
        timing: opener.animation.timing(),
        packets: opener.packets.clone(),
        why: format!(
            "It is an animation in {codec}: FFmpeg decodes what each frame draws, which is then put where it belongs."
        ),
    };
    Ok(facts.into_video(Arc::new(opener)))
}

impl AnimationOpener {
    fn source(&self) -> Result<AnimationSource, MediaError> {
        let id = match self.animation.form {
            AnimationForm::Png { .. } => Id::PNG,
            AnimationForm::WebP => Id::WEBP,
        };
        Ok(AnimationSource {
            path: self.path.clone(),
            file: Arc::clone(&self.file),
            animation: Arc::clone(&self.animation),
            layout: Arc::clone(&self.layout),
            decoder: OnePictureDecoder::open(id, &self.path)?,
            converter: None,
            canvas: Canvas::new(self.layout.width_px, self.layout.height_px),
            drawn: None,
            kept: BTreeMap::new(),
            most_kept_bytes: 0,
            clock: Clock::system(),
            read_bytes: 0,
            read_nanos: 0,
        })
    }
}

impl SequentialOpener for AnimationOpener {
    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError> {
        Ok(Box::new(self.source()?))
    }

    fn packets(&self) -> Option<&PacketTable> {
        Some(&self.packets)
    }

    fn longest_group(&self) -> u64 {
        self.animation.longest_group()
    }
}

/// The frames of an animation, owned by one thread.
struct AnimationSource {
    path: PathBuf,
    file: Arc<MediaFile>,
    animation: Arc<Animation>,
    layout: Arc<FrameLayout>,
    decoder: OnePictureDecoder,
    /// Converter of what frames draw, as long as they have one size.
    converter: Option<Converter>,
    canvas: Canvas,
    /// The frame that the canvas shows.
    drawn: Option<u64>,
    /// Canvases of frames around the one asked for last.
    kept: BTreeMap<u64, Vec<u8>>,
    most_kept_bytes: u64,
    clock: Clock,
    read_bytes: u64,
    read_nanos: u64,
}

/// Conversion of decoded pictures of one size to red, green, blue and alpha.
struct Converter {
    writer: PictureWriter,
    size_px: (u32, u32),
    memory: HeapMemory,
    stride_bytes: usize,
}

impl Converter {
    fn new(size_px: (u32, u32)) -> Result<Self, LayoutError> {
        let facts = PictureFacts {
            space: Space::RGB,
            range: Range::JPEG,
            ..PictureFacts::untagged(Pixel::RGBA, size_px)
        };
        let format = Arc::new(PictureFormat::new(facts, Shape::default())?);
        let stride_bytes = format
            .layout
            .planes
            .first()
            .map_or(0, |plane| plane.stride_bytes);
        Ok(Self {
            memory: HeapMemory::new(usize::try_from(format.layout.bytes).unwrap_or(usize::MAX)),
            writer: PictureWriter::new(format),
            size_px,
            stride_bytes: stride_bytes as usize,
        })
    }
}

impl AnimationSource {
    /// Draws frames until the canvas shows this one; false if it is no longer wanted.
    fn reach(&mut self, target: u64, is_stale: &dyn Fn() -> bool) -> Result<bool, MediaError> {
        let animation = Arc::clone(&self.animation);
        if self.drawn == Some(target) {
            return Ok(true);
        }
        if let Some(pixels) = self.kept.get(&target) {
            self.canvas.show(pixels);
            // What a frame has covered is not known of a canvas that was kept.
            let can_go_on = can_follow(&animation, target);
            self.drawn = can_go_on.then_some(target);
            return Ok(true);
        }
        let start = animation.start_of(target);
        self.go_on_from(start, target);
        let next = self.drawn.map_or(start, |drawn| drawn + 1);
        for at in next..=target {
            if is_stale() {
                return Ok(false);
            }
            let Some(frame) = animation.frame(at) else {
                return Err(self.error(at, "there is none of this number".to_owned()));
            };
            let before = self.drawn.take().and_then(|before| animation.frame(before));
            match before {
                Some(before) => self.canvas.dispose(before),
                None => self.canvas.clear(),
            }
            match self.picture_of(at) {
                Ok(()) => self.draw(frame),
                Err(error) if at == target => return Err(error),
                // Those after it are shown without what it would have drawn.
                Err(error) => {
                    tracing::warn!("{error}");
                    self.canvas.skip();
                }
            }
            self.drawn = Some(at);
            self.keep_canvas(at, target);
        }
        Ok(true)
    }

    /// Puts the last frame that is there onto the canvas, of those from `start` to before `target`; else none.
    fn go_on_from(&mut self, start: u64, target: u64) {
        let is_between = |at: &u64| (start..target).contains(at);
        let drawn = self.drawn.filter(is_between);
        let mut kept = self.kept.range(start..target).rev();
        let kept = kept.find(|&(&at, _)| can_follow(&self.animation, at));
        match kept {
            Some((&at, pixels)) if drawn.is_none_or(|drawn| at > drawn) => {
                self.canvas.show(pixels);
                self.drawn = Some(at);
            }
            _ => self.drawn = drawn,
        }
    }

    /// Decodes what a frame draws.
    fn picture_of(&mut self, at: u64) -> Result<(), MediaError> {
        let Some(frame) = self.animation.frame(at) else {
            return Err(self.error(at, "there is none of this number".to_owned()));
        };
        let size_px = (frame.area.width, frame.area.height);
        let begin = self.clock.now();
        let file = self.animation.file_of(at, &*self.file);
        self.read_nanos += u64::try_from((self.clock.now() - begin).nanos()).unwrap_or(0);
        let file = file.ok_or_else(|| self.error(at, "its bytes cannot be read".to_owned()))?;
        self.read_bytes += file.len() as u64;
        let decoded = self.decoder.decode(&file);
        let picture = decoded.map_err(|error| self.error(at, reason_of(error)))?;
        if (picture.width(), picture.height()) != size_px {
            return Err(self.error(at, "it has another size than the file says".to_owned()));
        }
        let converter = match self.converter.take() {
            Some(known) if known.size_px == size_px => known,
            _ => Converter::new(size_px).map_err(|error| self.error(at, error.to_string()))?,
        };
        let converter = self.converter.insert(converter);
        let written = converter.writer.write(&picture, &mut converter.memory);
        written.map_err(|error| self.error(at, reason_of(error)))
    }

    fn draw(&mut self, frame: &AnimationFrame) {
        if let Some(converter) = &self.converter {
            let stride_bytes = converter.stride_bytes;
            self.canvas
                .draw(frame, converter.memory.bytes(), stride_bytes);
        }
    }

    /// Keeps the canvas as that of a frame, in place of those that are farthest from the one that is wanted.
    fn keep_canvas(&mut self, at: u64, target: u64) {
        let most = self.most_kept();
        if most == 0 {
            return;
        }
        let mut spare = None;
        while self.kept.len() >= most {
            let distance = |at: &u64| at.abs_diff(target);
            let (first, last) = (self.kept.keys().next(), self.kept.keys().next_back());
            let farthest = first.into_iter().chain(last).max_by_key(|at| distance(at));
            let Some(&farthest) = farthest.filter(|farthest| distance(farthest) >= distance(&at))
            else {
                return;
            };
            spare = self.kept.remove(&farthest);
        }
        let mut pixels = spare.unwrap_or_default();
        pixels.clear();
        pixels.extend_from_slice(self.canvas.pixels());
        self.kept.insert(at, pixels);
    }

    /// Canvases that may be kept.
    fn most_kept(&self) -> usize {
        let most = self.most_kept_bytes / (self.canvas.pixels().len() as u64).max(1);
        usize::try_from(most).unwrap_or(usize::MAX)
    }

    fn error(&self, frame: u64, reason: String) -> MediaError {
        MediaError::Decode {
            path: self.path.clone(),
            frame: FrameIndex(frame),
            reason,
        }
    }
}

/// True if the frame after this one can be drawn from its picture alone.
fn can_follow(animation: &Animation, at: u64) -> bool {
    let frame = animation.frame(at);
    frame.is_some_and(|frame| frame.disposal != Disposal::Restore)
}

impl SequentialSource for AnimationSource {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        (self.read_bytes, self.read_nanos) = (0, 0);
        let frames = self.animation.frames.len() as u64;
        if frame.0 >= frames {
            return Err(MediaError::NoSuchFrame {
                path: self.path.clone(),
                frame,
                frames,
            });
        }
        if !self.reach(frame.0, is_stale)? {
            return Ok(DecodeOutcome::Stale);
        }
        if let Some(plane) = self.layout.planes.first() {
            let rows = self.canvas.pixels().chunks(plane.row_bytes.max(1) as usize);
            let offsets = (0..).step_by(plane.stride_bytes as usize);
            for (offset, row) in offsets.zip(rows) {
                memory
                    .write(offset, row)
                    .map_err(|OutsideMemory| self.error(frame.0, OutsideMemory.to_string()))?;
            }
        }
        Ok(DecodeOutcome::Frame {
            read_bytes: self.read_bytes,
            read_nanos: self.read_nanos,
        })
    }

    fn keep(&mut self, bytes: u64) {
        self.most_kept_bytes = bytes;
        let most = self.most_kept();
        while self.kept.len() > most {
            self.kept.pop_first();
        }
    }

    fn kept_bytes(&self) -> u64 {
        self.kept.len() as u64 * self.canvas.pixels().len() as u64
    }
}
