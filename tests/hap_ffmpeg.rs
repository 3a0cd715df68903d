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
use sextet::media::frame::HeapMemory;
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

/// What FFmpeg's decoder makes of the movie, as straight RGBA.
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
            frame_to_rgba(source.layout(), memory.bytes())
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
        for (chunks, header, compressor, size) in [
            (1, HeaderLength::Short, Compressor::Snappy, (320, 180)),
            (5, HeaderLength::Long, Compressor::Snappy, (127, 71)),
            (8, HeaderLength::Short, Compressor::Stored, (64, 36)),
        ] {
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
            assert_eq!(theirs.len(), ours.len());
            for (theirs, ours) in theirs.iter().zip(&ours) {
                assert_alike(variant, theirs, ours);
            }
        }
    }
}

/// FFmpeg rounds interpolated ends down, and gives alpha-only as grey.
fn assert_alike(variant: HapVariant, theirs: &RgbaImage, ours: &RgbaImage) {
    assert_eq!(theirs.dimensions(), ours.dimensions(), "{variant}");
    let channels = match variant {
        HapVariant::Hap | HapVariant::HapQ => 0..3,
        HapVariant::HapAlphaOnly => 3..4,
        _ => 0..4,
    };
    let mut worst = 0;
    for (their, our) in theirs.pixels().zip(ours.pixels()) {
        for channel in channels.clone() {
            let their = their.0[if variant == HapVariant::HapAlphaOnly {
                0
            } else {
                channel
            }];
            worst = worst.max(their.abs_diff(our.0[channel]));
        }
    }
    assert!(worst <= 4, "{variant}: off by {worst}");
}
