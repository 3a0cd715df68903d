//! Small clips made with the `ffmpeg` tool, and what that tool says of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::RgbaImage;
use sextet::media::cpu::frame_to_rgba;
use sextet::media::frame::HeapMemory;
use sextet::media::source::{DecodeOutcome, SequentialSource};
use sextet::media::{self, TextureSupport, Video, VideoSource};
use sextet::time::FrameIndex;
use tempfile::TempDir;

/// Pictures of which no two within 256 are alike, so that the frame number can be told from each.
const PICTURES: &str = "color=s=96x64:r=30,format=yuv420p,\
    geq=lum='mod(N*37+X,200)+20':cb='128+40*sin(N*0.9)':cr='mod(N*11+Y,120)+60'";

/// FFmpeg's conversion with the chroma filter that the program uses, and with chroma where MPEG-2 and its successors
/// put it: over the even columns, midway between the rows.
pub const SAME_CHROMA: &str = "scale=in_h_chr_pos=0:in_v_chr_pos=128:\
    flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp";

/// A folder with one clip in it, which goes when this is dropped.
pub struct Clip {
    _folder: TempDir,
    pub path: PathBuf,
}

impl Clip {
    /// A clip of numbered pictures, encoded as `encoding` says.
    pub fn numbered(name: &str, frames: u32, encoding: &str) -> Self {
        Self::filtered(name, frames, "null", encoding)
    }

    /// The same with a filter before the encoder.
    pub fn filtered(name: &str, frames: u32, filter: &str, encoding: &str) -> Self {
        let source = format!("{PICTURES},trim=end_frame={frames},{filter}");
        let mut arguments = vec!["-f", "lavfi", "-i", &source, "-vsync", "passthrough"];
        arguments.extend(encoding.split_whitespace());
        Self::made(name, &arguments)
    }

    /// A clip made by `ffmpeg` with these arguments.
    pub fn made(name: &str, arguments: &[&str]) -> Self {
        let clip = Self::of(name, &[]);
        run(Command::new("ffmpeg")
            .args(["-v", "error", "-y"])
            .args(arguments)
            .arg(&clip.path));
        clip
    }

    /// A file of these bytes.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        Self {
            _folder: folder,
            path,
        }
    }

    pub fn open(&self) -> Video {
        media::open_video(&self.path, TextureSupport::BlockCompressed).expect("opens")
    }

    /// Every frame as FFmpeg decodes and converts it.
    pub fn reference(&self, size: (u32, u32)) -> Vec<RgbaImage> {
        self.reference_through(size, SAME_CHROMA)
    }

    /// Every frame as FFmpeg decodes it and converts it with a filter.
    pub fn reference_through(&self, size: (u32, u32), filter: &str) -> Vec<RgbaImage> {
        self.reference_by(&[], size, filter)
    }

    /// The same as one of FFmpeg's decoders gives it, or with other options before the input.
    pub fn reference_by(
        &self,
        options: &[&str],
        (width, height): (u32, u32),
        filter: &str,
    ) -> Vec<RgbaImage> {
        let raw = run(Command::new("ffmpeg")
            .args(["-v", "error"])
            .args(options)
            .arg("-i")
            .arg(&self.path)
            .args(["-map", "0:v:0", "-vsync", "passthrough"])
            .args(["-vf", filter, "-pix_fmt", "rgba"])
            .args(["-f", "rawvideo", "-"]));
        raw.chunks_exact((width * height * 4) as usize)
            .map(|frame| RgbaImage::from_raw(width, height, frame.to_vec()).expect("whole"))
            .collect()
    }

    /// One field of every video packet, in presentation order.
    pub fn packets(&self, field: &str) -> Vec<u64> {
        let text = run(Command::new("ffprobe")
            .args(["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"])
            .args(["-show_entries", &format!("packet={field}")])
            .arg(&self.path));
        let text = String::from_utf8(text).expect("text");
        let number = |line: &str| line.trim_end_matches(',').parse().expect("a number");
        text.lines().map(number).collect()
    }
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().expect("the ffmpeg tools are installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output.stdout
}

/// Bytes that decoders of the tests may keep around the playhead, in bytes: all of a small clip.
const KEPT_BYTES: u64 = 64 << 20;

/// A decoder of its own for a file that FFmpeg plays.
pub fn decoder_of(media: &Video) -> Box<dyn SequentialSource> {
    let mut decoder = match &media.source {
        VideoSource::Sequential(opener) => opener.open().expect("a decoder"),
        VideoSource::Pooled(_) => panic!("played frame by frame"),
    };
    decoder.keep(KEPT_BYTES);
    decoder
}

/// One frame from a decoder, as a picture.
pub fn picture(decoder: &mut dyn SequentialSource, frame: u64) -> RgbaImage {
    let layout = std::sync::Arc::clone(decoder.layout());
    let mut memory = HeapMemory::new(usize::try_from(layout.bytes).expect("small"));
    let decoded = decoder
        .decode(FrameIndex(frame), &mut memory, &|| false)
        .unwrap_or_else(|error| panic!("frame {frame}: {error}"));
    assert!(
        matches!(decoded, DecodeOutcome::Frame { .. }),
        "still wanted"
    );
    frame_to_rgba(&layout, memory.bytes())
}

/// The number of the reference that a picture is most like, and the mean difference from it.
pub fn nearest(picture: &RgbaImage, references: &[RgbaImage]) -> (u64, f64) {
    let (at, difference) = references
        .iter()
        .map(|reference| mean_difference(picture, reference))
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .expect("there are references");
    (at as u64, difference)
}

pub fn mean_difference(a: &RgbaImage, b: &RgbaImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions(), "of one size");
    let sum: u64 = a
        .as_raw()
        .iter()
        .zip(b.as_raw())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.as_raw().len() as f64
}

/// Overwrites bytes of a file.
pub fn damage(path: &Path, offset: usize, bytes: &[u8]) {
    let mut stored = std::fs::read(path).expect("readable");
    stored[offset..offset + bytes.len()].copy_from_slice(bytes);
    std::fs::write(path, stored).expect("written");
}
