//! Movies that Sextet writes, as FFmpeg sees them: its demuxer gives tags, times and packets, and its own HAP decoder,
//! where it has one for the variant, gives the same pictures as ours.

use std::path::Path;
use std::sync::Arc;

use ffmpeg_next::codec::{self, Id};
use ffmpeg_next::software::scaling;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::util::frame::Video;
use ffmpeg_next::{Rational, format, media};
use image::RgbaImage;
use sextet::media::TextureSupport;
use sextet::media::cpu::frame_to_rgba;
use sextet::media::ffmpeg::mux::MovWriter;
use sextet::media::file::MediaFile;
use sextet::media::frame::{ColourModel, HeapMemory};
use sextet::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use sextet::media::hap::testcard::{TestCard, read_index_grid};
use sextet::media::hap::{Compressor, HapSource, HapVariant};
use sextet::media::io::PacketBuffer;
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FrameSource as _};
use sextet::time::{FrameIndex, FrameRate};

const FRAMES: u64 = 3;

fn write_movie(path: &Path, card: &TestCard, options: &FrameOptions) {
    let mut writer =
        MovWriter::create(path, card.variant, card.width_px, card.height_px, card.rate)
            .expect("begins");
    for index in 0..FRAMES {
        let textures = card.textures(index);
        let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
        let mut packet = Vec::new();
        write_frame(card.variant, &textures, options, &mut packet).expect("encodes");
        writer.write(&packet).expect("writes");
    }
    writer.finish().expect("finishes");
}

struct Demuxed {
    tag: [u8; 4],
    rate: Rational,
    time_base: Rational,
    size: (u32, u32),
    packets: Vec<ffmpeg_next::Packet>,
    parameters: codec::Parameters,
}

fn demux(path: &Path) -> Demuxed {
    ffmpeg_next::init().expect("FFmpeg");
    let mut input = format::input(path).expect("opens");
    let stream = input
        .streams()
        .best(media::Type::Video)
        .expect("a video stream");
    let parameters = stream.parameters();
    let codec = codec::Context::from_parameters(stream.parameters()).expect("a context");
    #[expect(unsafe_code, reason = "the safe binding does not tell tag and size")]
    // SAFETY: the parameters belong to the stream, which lives as long as `input`.
    let (tag, size) = unsafe {
        let parameters = &*parameters.as_ptr();
        (
            parameters.codec_tag.to_le_bytes(),
            (parameters.width as u32, parameters.height as u32),
        )
    };
    drop(codec);
    let (rate, time_base) = (stream.avg_frame_rate(), stream.time_base());
    let packets = input.packets().map(|(_, packet)| packet).collect();
    Demuxed {
        tag,
        rate,
        time_base,
        size,
        packets,
        parameters,
    }
}

/// Frame that FFmpeg's decoder makes of the movie, as straight RGBA.
fn decode_with_ffmpeg(movie: &Demuxed) -> Vec<RgbaImage> {
    assert_eq!(movie.parameters.id(), Id::HAP, "FFmpeg knows the codec");
    let context = codec::Context::from_parameters(movie.parameters.clone()).expect("a context");
    let mut decoder = context.decoder().video().expect("a decoder");
    let mut images = Vec::new();
    for packet in &movie.packets {
        decoder.send_packet(packet).expect("takes the packet");
        let mut decoded = Video::empty();
        decoder.receive_frame(&mut decoded).expect("gives a frame");
        let mut rgba = Video::empty();
        scaling::Context::get(
            decoded.format(),
            decoded.width(),
            decoded.height(),
            Pixel::RGBA,
            decoded.width(),
            decoded.height(),
            scaling::Flags::POINT,
        )
        .expect("a converter")
        .run(&decoded, &mut rgba)
        .expect("converts");
        let (data, stride) = (rgba.data(0), rgba.stride(0));
        images.push(RgbaImage::from_fn(rgba.width(), rgba.height(), |x, y| {
            let at = y as usize * stride + x as usize * 4;
            image::Rgba(data[at..at + 4].try_into().expect("four bytes"))
        }));
    }
    images
}

fn decode_with_sextet(path: &Path, movie: &Demuxed) -> Vec<RgbaImage> {
    decode_as(path, movie, None)
}

/// The texels of the first texture as they are.
fn texels_with_sextet(path: &Path, movie: &Demuxed) -> Vec<RgbaImage> {
    let rgba = ColourModel::Rgb { has_alpha: true };
    decode_as(path, movie, Some(rgba))
}

fn decode_as(path: &Path, movie: &Demuxed, colour: Option<ColourModel>) -> Vec<RgbaImage> {
    let spans = movie.packets.iter().map(|packet| PacketSpan {
        offset: packet.position() as u64,
        size: packet.size() as u32,
    });
    let source = HapSource::new(
        path,
        Arc::new(MediaFile::open(path).expect("opens")),
        PacketTable::new(spans.collect()),
        HapVariant::from_fourcc(movie.tag).expect("a tag of HAP"),
        movie.size.0,
        movie.size.1,
        TextureSupport::BlockCompressed,
    )
    .expect("a source");
    let (mut packet, mut scratch) = (PacketBuffer::default(), DecodeScratch::default());
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    let frames = (0..movie.packets.len() as u64).map(FrameIndex);
    frames
        .map(|frame| {
            source.read(frame, &mut packet).expect("reads");
            source
                .decode(frame, &packet, &mut scratch, &mut memory)
                .expect("decodes");
            let mut layout = (**source.layout()).clone();
            layout.colour = colour.unwrap_or(layout.colour);
            frame_to_rgba(&layout, memory.bytes())
        })
        .collect()
}

#[test]
fn every_variant_gets_its_tag_size_and_exact_times() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for variant in HapVariant::ALL {
        for rate in ["60", "25/1", "30000/1001", "1/2", "1000"] {
            let card = TestCard {
                variant,
                width_px: 30,
                height_px: 18,
                rate: rate.parse().expect("a rate"),
                noise: 0.0,
                seed: 1,
            };
            let path = folder.path().join("a file: 100%.mov");
            write_movie(&path, &card, &FrameOptions::default());
            let movie = demux(&path);
            assert_eq!(movie.tag, variant.fourcc(), "{variant}");
            assert_eq!(movie.size, (30, 18));
            assert_eq!(movie.packets.len() as u64, FRAMES);
            let ours = FrameRate::new(movie.rate.0 as u32, movie.rate.1 as u32);
            assert_eq!(ours, Some(card.rate), "{variant}");
            for (index, packet) in (0_i64..).zip(&movie.packets) {
                assert!(packet.is_key(), "{variant}: frame {index}");
                let pts = packet.pts().expect("a time stamp");
                let seconds = i128::from(pts) * i128::from(movie.time_base.0);
                // pts · time base = index / rate, without rounding.
                assert_eq!(
                    seconds * i128::from(card.rate.num()),
                    i128::from(index) * i128::from(card.rate.den()) * i128::from(movie.time_base.1),
                    "{variant} at {rate}"
                );
            }
            let indices: Vec<_> = decode_with_sextet(&path, &movie)
                .iter()
                .map(read_index_grid)
                .collect();
            assert_eq!(indices, [Some(0), Some(1), Some(2)], "{variant}");
        }
    }
}

#[test]
fn ffmpeg_decodes_the_same_pictures() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("card.mov");
    for variant in [
        HapVariant::Hap,
        HapVariant::HapAlpha,
        HapVariant::HapQ,
        HapVariant::HapQAlpha,
        HapVariant::HapAlphaOnly,
    ] {
        for (size, chunks, compressor, header) in ways() {
            let card = TestCard {
                variant,
                width_px: size.0,
                height_px: size.1,
                rate: FrameRate::FPS_60,
                noise: 0.4,
                seed: 11,
            };
            let options = FrameOptions {
                chunks,
                compressor,
                // FFmpeg's decoder takes the headers of Hap Q Alpha to be short.
                header: if variant == HapVariant::HapQAlpha {
                    HeaderLength::Short
                } else {
                    header
                },
                has_offsets: chunks == 5,
            };
            write_movie(&path, &card, &options);
            let movie = demux(&path);
            let theirs = decode_with_ffmpeg(&movie);
            let ours = decode_with_sextet(&path, &movie);
            let texels = texels_with_sextet(&path, &movie);
            assert_eq!(theirs.len(), ours.len());
            for ((theirs, ours), texels) in theirs.iter().zip(&ours).zip(&texels) {
                let case = format!("{variant} {size:?} {options:?}");
                assert_alike(variant, theirs, ours, texels, &case);
            }
        }
    }
}

/// Every size, number of chunks, compressor and length of header.
fn ways() -> Vec<((u32, u32), u32, Compressor, HeaderLength)> {
    let mut ways = Vec::new();
    for size in [(64, 36), (127, 71), (127, 1)] {
        for chunks in [1, 5, 64] {
            for compressor in [Compressor::Stored, Compressor::Snappy] {
                for header in [HeaderLength::Short, HeaderLength::Long] {
                    ways.push((size, chunks, compressor, header));
                }
            }
        }
    }
    ways
}

/// Most that channels may differ.
const CLOSE: u8 = 2;

/// Most that red, green and blue from scaled YCoCg may differ: FFmpeg cuts off the fractions of the interpolated texels and
/// of two divisions, each of which is up to one.
const CLOSE_AFTER_YCOCG: u8 = 4;

/// Compares our picture with FFmpeg's, which gives alpha-only as grey. Where a colour is computed from scaled YCoCg, our
/// texels are also compared after the integer steps by which FFmpeg computes it.
fn assert_alike(
    variant: HapVariant,
    theirs: &RgbaImage,
    ours: &RgbaImage,
    texels: &RgbaImage,
    case: &str,
) {
    assert_eq!(theirs.dimensions(), ours.dimensions(), "{case}");
    let is_ycocg = matches!(variant, HapVariant::HapQ | HapVariant::HapQAlpha);
    let [mut worst_colour, mut worst_stepped, mut worst_alpha] = [0_u8; 3];
    for ((their, our), texel) in theirs.pixels().zip(ours.pixels()).zip(texels.pixels()) {
        if variant != HapVariant::HapAlphaOnly {
            let stepped = rgb_as_ffmpeg_steps(texel.0);
            for ((their, our), stepped) in their.0.iter().zip(&our.0).zip(&stepped) {
                worst_colour = worst_colour.max(their.abs_diff(*our));
                worst_stepped = worst_stepped.max(their.abs_diff(*stepped));
            }
        }
        let their_alpha = match variant {
            HapVariant::HapAlphaOnly => their.0[0],
            HapVariant::HapAlpha | HapVariant::HapQAlpha => their.0[3],
            _ => continue,
        };
        worst_alpha = worst_alpha.max(their_alpha.abs_diff(our.0[3]));
    }
    let close = if is_ycocg { CLOSE_AFTER_YCOCG } else { CLOSE };
    assert!(worst_colour <= close, "{case}: off by {worst_colour}");
    assert!(worst_alpha <= CLOSE, "{case}: alpha off by {worst_alpha}");
    if is_ycocg {
        assert!(
            // Theirs widens the ends of a block by whole levels; ours is exact up to the last rounding.
            worst_stepped <= CLOSE + 1,
            "{case}: texels off by {worst_stepped}"
        );
    }
}

/// Red, green and blue from a texel of scaled YCoCg in whole numbers, as libavcodec's `texturedsp` computes them.
fn rgb_as_ffmpeg_steps([r, g, b, a]: [u8; 4]) -> [u8; 3] {
    let scale = i32::from(b >> 3) + 1;
    let [co, cg] = [r, g].map(|channel| (i32::from(channel) - 128) / scale);
    let y = i32::from(a);
    [y + co - cg, y + cg, y - co - cg].map(|channel| channel.clamp(0, 255) as u8)
}
