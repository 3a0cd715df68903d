//! The flaws seen in other HAP players, and what would fail here if one of them were present.
//!
//! | flaw | test |
//! |---|---|
//! | header plus size wraps in 32 bits | `hap::hostile::a_size_that_wraps_32_bits_with_its_header_is_refused` |
//! | chunk offset or size not checked | `hap::hostile::chunks_outside_the_data_are_refused_wherever_they_point` |
//! | a truncated packet panics | `hap::hostile::a_packet_cut_off_anywhere_is_refused` |
//! | a Snappy length is trusted | `hap::hostile::a_snappy_length_is_never_trusted`, `ten_thousand_mutations_…` |
//! | an output buffer of 16 MiB | `hap::hostile::an_8k_frame_decodes_from_one_chunk` |
//! | the type read from byte 0, nested headers taken to be short | `hap::round_trip::every_variant_survives_…`, `hap::hostile::the_two_textures_of_hap_q_alpha_…` |
//! | chunks fixed in number or unbounded | `hap::hostile::chunks_are_limited_and_as_many_as_the_limit_work` |
//! | more threads than cores | `playback::parts::in_a_storm_no_more_work_is_done_at_once_than_there_are_workers` |
//! | offsets in 32 bits | `hap::hostile::frames_past_4_gib_are_read_where_they_are`, `media::hap::frames_beyond_four_gigabytes_are_found` |
//! | textures not rounded up to blocks | `media::frame` and `gpu::compositor::the_padding_of_blocks_never_shows` |
//! | the position in `f32` | below |
//! | a texture or a buffer made per frame | `gpu::compositor::playing_creates_no_texture_and_no_buffer`, `allocations` |
//! | reverse play by seeking the demuxer | below |
//! | tables of the container trusted | below, `media::errors::random_damage_never_panics`, `media::ffmpeg::stamps` |
//! | a quiet fall-back to the CPU | below |

use crate::card_rig::{Rig, at, clip};
use crate::cards::Cards;
use crate::own_process::in_own_process;
use sextet::media::hap::encode::FrameOptions;
use sextet::media::{self, TextureSupport, VideoSource};
use sextet::project::{Clip, ClipId, MediaId};
use sextet::stats::process::ProcessUsage;
use sextet::time::{FrameIndex, FrameRate, MediaTiming, Time};
use sextet::transport::media_frame_at;

#[test]
fn positions_past_two_to_the_24_frames_are_exact() {
    for (num, den) in [(60, 1), (30_000, 1001), (25, 1), (120_000, 1001)] {
        let rate = FrameRate::new(num, den).expect("a usual rate");
        let timing = MediaTiming::constant(rate, 1 << 27);
        let clip = Clip::new(ClipId(1), MediaId(1), Time::ZERO, timing.duration());
        for frame in (1_u64 << 24) - 2..(1 << 24) + 300 {
            // Far behind the place from which on `f32` knows every second number only.
            for frame in [frame, frame + (1 << 26)] {
                let index = i64::try_from(frame).expect("small");
                let found = media_frame_at(&clip, &timing, rate.time_of(index));
                assert_eq!(found, Some(FrameIndex(frame)), "at {num}/{den}");
            }
        }
    }
}

#[test]
fn backwards_each_frame_is_read_once_by_its_offset() {
    const FRAMES: u64 = 50;
    let mut cards = Cards::new();
    let card = cards.add(60, 60);
    let opened =
        media::open_video(cards.path(card), TextureSupport::BlockCompressed).expect("opens");
    let VideoSource::Pooled(_) = opened.source else {
        panic!("frames that stand alone are read by offset, not demuxed");
    };
    let mut rig = Rig::new(cards.project(vec![vec![clip(card, 0, 60)]]), false);
    rig.engine.seek(at(59));
    rig.engine.set_speed(-1.0);
    rig.settle();
    rig.engine.play();
    rig.settle();
    rig.engine.reset_stats();
    for _ in 0..FRAMES {
        rig.advance(1);
    }
    rig.verify_no_loss();
    let read = rig.engine.report().layers[0].read_bytes;
    let file = std::fs::metadata(cards.path(card)).expect("it is there");
    // The card is stored, so that its frames are of one length, and little else is in the file.
    let frame_bytes = file.len() / 61;
    let reads = read / frame_bytes;
    let slots = rig.engine.options().playback.prebuffer.at_start() as u64;
    assert!(reads >= FRAMES - slots, "{reads} reads");
    assert!(reads <= FRAMES + slots, "{reads} reads for {FRAMES} frames");
}

/// Place of the count of a table in a file: behind the box's type, version and flags, and for sizes the common size.
fn count_of(bytes: &[u8], kind: &[u8; 4]) -> usize {
    let at = bytes.windows(4).position(|window| window == kind);
    let after_type = at.expect("the box") + 4;
    after_type + if kind == b"stsz" { 8 } else { 4 }
}

#[test]
fn counts_of_a_container_exhaust_neither_memory_nor_patience() {
    in_own_process!();
    let mut cards = Cards::new();
    let card = cards.add(60, 10);
    let whole = std::fs::read(cards.path(card)).expect("reads");
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    let before = ProcessUsage::now().peak_rss_bytes;
    for kind in [b"stsz", b"stts", b"stsc", b"stco"] {
        for count in [11_u32, 1 << 20, 1 << 28, u32::MAX] {
            let mut bytes = whole.clone();
            let at = count_of(&bytes, kind);
            bytes[at..at + 4].copy_from_slice(&count.to_be_bytes());
            std::fs::write(file.path(), &bytes).expect("written");
            // It may be refused, or opened with the frames that are there.
            if let Ok(media) = media::open_video(file.path(), TextureSupport::BlockCompressed) {
                let frames = media.facts.timing.frames();
                assert!(frames <= 11, "{frames} frames of {kind:?} {count}");
            }
        }
    }
    let grown = ProcessUsage::now().peak_rss_bytes.saturating_sub(before);
    assert!(
        grown < 256 << 20,
        "{grown} bytes for a file of {}",
        whole.len()
    );
}

#[test]
fn frames_that_the_cpu_decodes_say_so_and_why() {
    let mut cards = Cards::new();
    let options = FrameOptions::default();
    let card = cards.add_as(60, 2, (64, 32), &options);
    let why = |support| {
        let media = media::open_video(cards.path(card), support).expect("opens");
        media.facts.why.clone()
    };
    let on_cpu = "the CPU decodes them to RGBA";
    assert!(why(TextureSupport::RgbaOnly).contains(on_cpu));
    assert!(!why(TextureSupport::BlockCompressed).contains(on_cpu));
}
