//! The main picture of a HEIF file: its tiles decoded and put together, with its alpha.
//!
//! ```text
//! HeifPicture ─► tiles ─► OnePictureDecoder ─► Assembled (planes) ─┬► with_alpha ─► PictureWriter ─► memory
//!                alpha ─► the same ────────────────────────────────┘
//! ```

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;
use ffmpeg_next::color::{Primaries, Range, Space, TransferCharacteristic};
use ffmpeg_next::format::Pixel;

use super::assembly::{self, Assembly};
use super::convert::PictureWriter;
use super::one_picture::OnePictureDecoder;
use super::picture::{PictureFacts, PictureFormat};
use super::picture_file::{PictureFile, way};
use super::pixels;
use crate::media::ffmpeg::demux::demuxer::reason_of;
use crate::media::file::MediaFile;
use crate::media::frame::{FrameLayout, FrameMemory, LayoutError, MAX_SIDE_PX, Shape};
use crate::media::packets::{PacketSpan, PacketTable};
use crate::media::picture::heif::{
    CodedPicture, Colour, Crop, HeifPicture, PictureCodec, Unreadable,
};
use crate::media::source::{DecodeOutcome, SequentialOpener, SequentialSource};
use crate::media::{MediaError, Video};
use crate::time::{FrameIndex, FrameRate, MediaTiming};

/// Pictures a second of a still, which FFmpeg takes for pictures without time.
const STILL_RATE: (u32, u32) = (25, 1);

/// A file whose main content is one picture.
struct HeifOpener {
    path: PathBuf,
    file: Arc<MediaFile>,
    picture: Arc<HeifPicture>,
    format: Arc<PictureFormat>,
    packets: PacketTable,
}

/// Opens the main picture of a HEIF file, and decodes it once to learn what it is like.
///
/// # Errors
/// [`MediaError::UnsupportedCodec`] if it is made in a way that is not known, [`MediaError::Layout`], or what is wrong
/// with it.
pub(in crate::media) fn open(path: &Path, file: &Arc<MediaFile>) -> Result<Video, MediaError> {
    let picture = HeifPicture::of(&**file).map_err(|error| match error {
        Unreadable::Damaged => MediaError::NotMedia {
            path: path.to_owned(),
            reason: error.to_string(),
        },
        Unreadable::Unknown(_) => MediaError::UnsupportedCodec {
            path: path.to_owned(),
            codec: format!("HEIF, {error}"),
        },
    })?;
    let shape = Shape {
        pixel_aspect: picture.colours.pixel_aspect,
        ..Shape::default().with_turn(picture.colours.turn)
    };
    let decoder = Assembler { path, file };
    let Some(first) = decoder.assembled(&picture, &|| false)? else {
        return Err(MediaError::NoFrames {
            path: path.to_owned(),
        });
    };
    let format = PictureFormat::new(PictureFacts::of(&first), shape);
    let format = format.map_err(|source| decoder.layout_error(source))?;
    let tiles = picture
        .colours
        .tiles
        .iter()
        .chain(picture.alpha.iter().flat_map(|alpha| &alpha.tiles));
    let runs = tiles.flat_map(|tile| &tile.runs);
    let bytes = runs
        .clone()
        .fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
    let span = PacketSpan {
        offset: runs.map(|&(offset, _)| offset).min().unwrap_or(0),
        size: u32::try_from(bytes).unwrap_or(u32::MAX),
    };
    let codec = id_of(picture.colours.codec).name();
    let opener = HeifOpener {
        path: path.to_owned(),
        file: Arc::clone(file),
        format: Arc::new(format),
        packets: PacketTable::new(vec![span]),
        picture: Arc::new(picture),
    };
    let facts = PictureFile {
        path: path.to_owned(),
        codec: codec.to_owned(),
        layout: Arc::clone(&opener.format.layout),
        colour: opener.format.colour(),
        timing: MediaTiming::constant(still_rate(), 1),
        packets: opener.packets.clone(),
        why: opener.why(codec),
    };
    Ok(facts.into_video(Arc::new(opener)))
}

fn still_rate() -> FrameRate {
    FrameRate::new(STILL_RATE.0, STILL_RATE.1).unwrap_or(FrameRate::FPS_60)
}

fn id_of(codec: PictureCodec) -> Id {
    match codec {
        PictureCodec::Hevc => Id::HEVC,
        PictureCodec::Av1 => Id::AV1,
        PictureCodec::Jpeg => Id::MJPEG,
    }
}

impl HeifOpener {
    /// The way of playing it, in a sentence.
    fn why(&self, codec: &str) -> String {
        let tiles = match self.picture.colours.tiles.len() {
            1 => String::new(),
            tiles => format!(" in {tiles} tiles"),
        };
        let alpha = match (&self.picture.alpha, self.picture.is_premultiplied) {
            (None, _) => "",
            (Some(_), false) => ", with its alpha",
            (Some(_), true) => ", with its alpha, by which its colours are multiplied already",
        };
        let way = way(&self.format);
        format!("It is a picture in {codec}{tiles}, which FFmpeg decodes{alpha}; {way}.")
    }
}

impl SequentialOpener for HeifOpener {
    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError> {
        Ok(Box::new(HeifSource {
            path: self.path.clone(),
            file: Arc::clone(&self.file),
            picture: Arc::clone(&self.picture),
            writer: PictureWriter::new(Arc::clone(&self.format)),
            layout: Arc::clone(&self.format.layout),
            held: None,
            read_bytes: self.packets.largest_bytes().into(),
        }))
    }

    fn packets(&self) -> Option<&PacketTable> {
        Some(&self.packets)
    }
}

/// The picture, kept once it is decoded.
struct HeifSource {
    held: Option<ffmpeg::frame::Video>,
    path: PathBuf,
    file: Arc<MediaFile>,
    picture: Arc<HeifPicture>,
    writer: PictureWriter,
    layout: Arc<FrameLayout>,
    read_bytes: u64,
}

impl SequentialSource for HeifSource {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        if frame.0 > 0 {
            return Err(MediaError::NoSuchFrame {
                path: self.path.clone(),
                frame,
                frames: 1,
            });
        }
        let assembler = Assembler {
            path: &self.path,
            file: &self.file,
        };
        let mut read_bytes = 0;
        let picture = if let Some(held) = &self.held {
            held
        } else {
            let Some(picture) = assembler.assembled(&self.picture, is_stale)? else {
                return Ok(DecodeOutcome::Stale);
            };
            read_bytes = self.read_bytes;
            self.held.insert(picture)
        };
        let written = self.writer.write(picture, memory);
        written.map_err(|error| assembler.error(error))?;
        Ok(DecodeOutcome::Frame {
            read_bytes,
            read_nanos: 0,
        })
    }

    fn kept_bytes(&self) -> u64 {
        self.held.as_ref().map_or(0, |_| self.layout.bytes)
    }
}

/// Decodes tiles of a file and puts them together.
struct Assembler<'a> {
    path: &'a Path,
    file: &'a MediaFile,
}

impl Assembler<'_> {
    /// The picture with its alpha; `None` if it is no longer wanted.
    fn assembled(
        &self,
        picture: &HeifPicture,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<ffmpeg::frame::Video>, MediaError> {
        let colours = &picture.colours;
        let Some(mut whole) = self.coded(colours, colours.crop, is_stale)? else {
            return Ok(None);
        };
        tag(&mut whole, colours.colour);
        let Some(alpha) = &picture.alpha else {
            return Ok(Some(whole));
        };
        // Alpha is cut as its colours are, unless it says how itself.
        let crop = alpha.crop.or(colours.crop);
        let Some(alpha) = self.coded(alpha, crop, is_stale)? else {
            return Ok(None);
        };
        let both = assembly::with_alpha(&whole, &alpha);
        both.map(Some).map_err(|error| self.error(error))
    }

    /// The tiles of a picture side by side, cut to what is shown of them.
    fn coded(
        &self,
        coded: &CodedPicture,
        crop: Option<Crop>,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<ffmpeg::frame::Video>, MediaError> {
        let mut decoder = OnePictureDecoder::open(id_of(coded.codec), self.path)?;
        let mut target: Option<Assembly> = None;
        for (at, tile) in coded.tiles.iter().enumerate() {
            if is_stale() {
                return Ok(None);
            }
            let packet = tile.packet(self.file);
            let packet = packet.ok_or_else(|| self.error(ffmpeg::Error::InvalidData))?;
            let decoded = decoder.decode(&packet);
            let decoded = decoded.map_err(|error| self.error(error))?;
            let decoded_px = (decoded.width(), decoded.height());
            let is_whole = coded.size_px.is_none_or(|size_px| size_px == decoded_px);
            if coded.tiles.len() == 1 && crop.is_none() && is_whole {
                return Ok(Some(decoded));
            }
            let assembly = if let Some(assembly) = &mut target {
                assembly
            } else {
                let size_px = coded.size_px.unwrap_or(decoded_px);
                self.check_size(size_px)?;
                let rows = coded.tiles.len() / coded.columns.max(1);
                let covered = [coded.columns, rows].map(|count| count as u64);
                let is_covered = covered[0] * u64::from(decoded_px.0) >= u64::from(size_px.0)
                    && covered[1] * u64::from(decoded_px.1) >= u64::from(size_px.1);
                if !is_covered {
                    return Err(self.error(ffmpeg::Error::InvalidData));
                }
                target.insert(Assembly::new(&decoded, size_px, crop))
            };
            let (column, row) = (at % coded.columns, at / coded.columns);
            let put = assembly.put(&decoded, column, row);
            put.map_err(|error| self.error(error))?;
        }
        Ok(target.map(Assembly::into_picture))
    }

    /// Refuses a size before memory is taken for it.
    fn check_size(&self, (width_px, height_px): (u32, u32)) -> Result<(), MediaError> {
        let sides = 1..=MAX_SIDE_PX;
        if sides.contains(&width_px) && sides.contains(&height_px) {
            return Ok(());
        }
        Err(self.layout_error(LayoutError {
            width_px,
            height_px,
        }))
    }

    fn layout_error(&self, source: LayoutError) -> MediaError {
        MediaError::Layout {
            path: self.path.to_owned(),
            source,
        }
    }

    fn error(&self, error: ffmpeg::Error) -> MediaError {
        MediaError::Decode {
            path: self.path.to_owned(),
            frame: FrameIndex(0),
            reason: reason_of(error),
        }
    }
}

/// Tags a picture with the colours that its file names, and those that hold where neither file nor picture names any:
/// sRGB of full range by the matrix of BT.601 (MIAF, ISO/IEC 23000-22, 7.3.6.4).
fn tag(picture: &mut ffmpeg::frame::Video, colour: Option<Colour>) {
    // FFmpeg's names for full range in the format itself say something of the chroma's siting as well, which is
    // JPEG's and not HEVC's.
    if let Some(rest) = pixels::name(picture.format()).strip_prefix("yuvj")
        && let Ok(plain) = Pixel::from_str(&format!("yuv{rest}"))
    {
        picture.set_format(plain);
        picture.set_color_range(Range::JPEG);
    }
    let Some(colour) = colour else {
        if picture.color_space() == Space::Unspecified {
            picture.set_color_space(Space::SMPTE170M);
        }
        if picture.color_range() == Range::Unspecified {
            picture.set_color_range(Range::JPEG);
        }
        return;
    };
    picture.set_color_range(if colour.is_full_range {
        Range::JPEG
    } else {
        Range::MPEG
    });
    // Numbers of ISO/IEC 23091-2; for others what the picture itself says is left.
    let space = match colour.matrix {
        1 => Some(Space::BT709),
        4 => Some(Space::FCC),
        5 => Some(Space::BT470BG),
        6 => Some(Space::SMPTE170M),
        7 => Some(Space::SMPTE240M),
        8 => Some(Space::YCGCO),
        9 => Some(Space::BT2020NCL),
        10 => Some(Space::BT2020CL),
        _ => None,
    };
    let transfer = match colour.transfer {
        1 => Some(TransferCharacteristic::BT709),
        8 => Some(TransferCharacteristic::Linear),
        13 => Some(TransferCharacteristic::IEC61966_2_1),
        16 => Some(TransferCharacteristic::SMPTE2084),
        18 => Some(TransferCharacteristic::ARIB_STD_B67),
        _ => None,
    };
    let primaries = match colour.primaries {
        1 => Some(Primaries::BT709),
        9 => Some(Primaries::BT2020),
        12 => Some(Primaries::SMPTE432),
        _ => None,
    };
    if let Some(space) = space {
        picture.set_color_space(space);
    }
    if let Some(transfer) = transfer {
        picture.set_color_transfer_characteristic(transfer);
    }
    if let Some(primaries) = primaries {
        picture.set_color_primaries(primaries);
    }
}
