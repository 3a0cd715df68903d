//! The seeds that the fuzz targets begin with: a small frame of every variant and every way of storing it.
//!
//! `SEXTET_WRITE_SEEDS=1 cargo test --test fuzz_seeds` writes them anew. They begin with the bytes by which the targets
//! choose: the variant, then the size, of which `hap_sections` takes two bytes.

use std::path::{Path, PathBuf};

use sextet::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use sextet::media::hap::testcard::TestCard;
use sextet::media::hap::{Compressor, FramePlan, HapVariant};
use sextet::time::FrameRate;

const SIZE_PX: (u32, u32) = (16, 8);

/// The place of [`SIZE_PX`] in the sizes of `hap_frame`.
const SIZE_IN_FRAME_TARGET: u8 = 2;

/// Ways of storing a frame, by name.
const WAYS: [(&str, FrameOptions); 5] = [
    (
        "stored",
        options(1, Compressor::Stored, HeaderLength::Short, false),
    ),
    (
        "snappy",
        options(1, Compressor::Snappy, HeaderLength::Long, false),
    ),
    (
        "chunked-stored",
        options(3, Compressor::Stored, HeaderLength::Long, true),
    ),
    (
        "chunked-snappy",
        options(4, Compressor::Snappy, HeaderLength::Short, false),
    ),
    (
        "chunked-offsets",
        options(2, Compressor::Snappy, HeaderLength::Long, true),
    ),
];

const fn options(
    chunks: u32,
    compressor: Compressor,
    header: HeaderLength,
    has_offsets: bool,
) -> FrameOptions {
    FrameOptions {
        chunks,
        compressor,
        header,
        has_offsets,
    }
}

/// Texture data that shrinks, so that Snappy's output is kept; in its last third it does not, so that a chunk of it is
/// stored.
fn texture(card_texture: &[u8]) -> Vec<u8> {
    let stop = card_texture.len() * 2 / 3;
    let plain = |at: usize| {
        if at < stop {
            (at / 32) as u8
        } else {
            card_texture[at]
        }
    };
    (0..card_texture.len()).map(plain).collect()
}

fn packet(variant: HapVariant, options: &FrameOptions) -> Vec<u8> {
    let card = TestCard {
        variant,
        width_px: SIZE_PX.0,
        height_px: SIZE_PX.1,
        rate: FrameRate::FPS_60,
        noise: 1.0,
        seed: 5,
    };
    let textures: Vec<Vec<u8>> = card.textures(1).iter().map(|card| texture(card)).collect();
    let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
    let mut packet = Vec::new();
    write_frame(variant, &textures, options, &mut packet).expect("encodes");
    packet
}

fn folder(target: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("tests/fuzz/seeds").join(target)
}

/// The seeds: target, name, and bytes.
fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (number, variant) in (0_u8..).zip(HapVariant::ALL) {
        let sign = match variant {
            HapVariant::HapHdr { is_signed: true } => "-signed",
            _ => "",
        };
        for (way, options) in &WAYS {
            let name = format!("{}{sign}-{way}", variant.codec());
            let packet = packet(variant, options);
            let chosen = [number, SIZE_IN_FRAME_TARGET];
            seeds.push(("hap_frame", name.clone(), [&chosen[..], &packet].concat()));
            let chosen = [number, SIZE_PX.0 as u8 - 1, SIZE_PX.1 as u8 - 1];
            seeds.push(("hap_sections", name, [&chosen[..], &packet].concat()));
        }
    }
    seeds
}

#[test]
fn every_variant_has_a_valid_seed_for_each_way_of_storing_it() {
    let are_written = std::env::var_os("SEXTET_WRITE_SEEDS").is_some();
    for (target, name, bytes) in seeds() {
        let path = folder(target).join(&name);
        if are_written {
            std::fs::create_dir_all(folder(target)).expect("a folder");
            std::fs::write(&path, &bytes).expect("written");
        }
        let committed = std::fs::read(&path).expect("a seed");
        assert_eq!(committed, bytes, "{target}/{name} is out of date");
        assert!(bytes.len() < 512, "{target}/{name} is small");
    }
    for (number, variant) in HapVariant::ALL.into_iter().enumerate() {
        let blocks = variant
            .block_layout(SIZE_PX.0, SIZE_PX.1)
            .expect("in range");
        let mut kinds = Vec::new();
        for (_, _, seed) in seeds().iter().filter(|(target, ..)| *target == "hap_frame") {
            if usize::from(seed[0]) == number {
                let mut plan = FramePlan::default();
                plan.parse(&seed[2..], variant, &blocks).expect("valid");
                kinds.extend(plan.chunks().iter().map(|chunk| chunk.compressor));
            }
        }
        for compressor in [Compressor::Stored, Compressor::Snappy] {
            assert!(kinds.contains(&compressor), "{variant}: {compressor:?}");
        }
    }
}
