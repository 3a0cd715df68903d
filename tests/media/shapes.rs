//! Turns, mirrors and oblong pixels that a container asks for: HAP follows them as other codecs do, in every container
//! that has them.

use sextet::media::frame::{Shape, Turn};
use sextet::media::{self, TextureSupport, Video, VideoSource, cpu};
use sextet::time::FrameIndex;

use super::codecs::has_encoder;
use super::make::Clip;

/// Display matrices of a QuickTime file, by rows a b, c d (QuickTime File Format, Track Header Atoms), and their turns.
const MATRICES: [([i32; 4], (u8, bool)); 6] = [
    ([1, 0, 0, 1], (0, false)),
    ([0, 1, -1, 0], (1, false)),
    ([-1, 0, 0, -1], (2, false)),
    ([0, -1, 1, 0], (3, false)),
    ([-1, 0, 0, 1], (0, true)),
    ([1, 0, 0, -1], (2, true)),
];

/// A clip of three frames of the codec, of pixels with this aspect.
fn clip(name: &str, encoding: &str, aspect: &str) -> Clip {
    let filter = format!("setsar={aspect}");
    Clip::filtered(name, 3, &filter, encoding)
}

/// The same file with this display matrix in its first track.
fn with_matrix(clip: &Clip, name: &str, matrix: [i32; 4]) -> Clip {
    let mut bytes = std::fs::read(&clip.path).expect("readable");
    let at = bytes.windows(4).position(|four| four == b"tkhd");
    let at = at.expect("a track");
    // Behind the header's numbers of version 0, two reserved ones, layer, group, volume and one more.
    let [a, b, c, d] = matrix.map(|number| number << 16);
    let nine = [a, b, 0, c, d, 0, 0, 0, 1 << 30].map(i32::to_be_bytes);
    bytes[at + 44..at + 80].copy_from_slice(&nine.concat());
    Clip::of(name, &bytes)
}

fn shape((quarter_turns, is_mirrored): (u8, bool), pixel_aspect: (u32, u32)) -> Shape {
    let turn = Turn {
        quarter_turns,
        is_mirrored,
    };
    let plain = Shape {
        pixel_aspect,
        ..Shape::default()
    };
    plain.with_turn(turn)
}

/// The shape that everything goes by: what draws, what is told, thumbnails.
#[track_caller]
fn assert_shape(media: &Video, expected: Shape, name: &str) {
    assert_eq!(media.layout.shape, expected, "{name}: drawn");
    assert_eq!(media.facts.shape, expected, "{name}: told");
    let own = match &media.source {
        VideoSource::Pooled(source) => source.layout().shape,
        VideoSource::Sequential(opener) => opener.open().expect("opens").layout().shape,
    };
    assert_eq!(own, expected, "{name}: decoded");
    let memory = media::frame_memory(media, FrameIndex(1)).expect("decodes");
    let small = cpu::thumbnail(&media.layout, memory.bytes(), 10_000);
    let seen = expected.seen_px(media.facts.width_px, media.facts.height_px);
    assert_eq!(
        <[u32; 2]>::from(small.dimensions()),
        seen,
        "{name}: thumbnail"
    );
}

#[test]
fn hap_is_turned_mirrored_and_stretched_as_its_container_says() {
    let encodings = [
        ("plain.mov", "-c:v hap"),
        ("plain.mov", "-c:v hap -format hap_q"),
        ("other.mov", "-c:v mpeg4 -q:v 2"),
    ];
    for (name, encoding) in encodings {
        if encoding.contains("hap") && !has_encoder("hap") {
            continue;
        }
        for (aspect, pixel_aspect) in [("1", (1, 1)), ("2", (2, 1)), ("8/9", (8, 9))] {
            let plain = clip(name, encoding, aspect);
            for (matrix, turn) in MATRICES {
                let turned = with_matrix(&plain, name, matrix);
                let name = format!("{encoding}: {matrix:?}, {aspect}");
                assert_shape(&turned.open(), shape(turn, pixel_aspect), &name);
            }
        }
    }
}

#[test]
fn hap_in_other_containers_and_without_block_textures_keeps_its_shape() {
    if !has_encoder("hap") {
        return;
    }
    for name in ["oblong.mkv", "oblong.avi"] {
        let clip = clip(name, "-c:v hap", "2");
        assert_shape(&clip.open(), shape((0, false), (2, 1)), name);
    }
    let turned = with_matrix(&clip("a.mov", "-c:v hap", "2"), "b.mov", [0, 1, -1, 0]);
    let media = media::open_video(&turned.path, TextureSupport::RgbaOnly).expect("opens");
    assert_shape(&media, shape((1, false), (2, 1)), "RGBA");
}
