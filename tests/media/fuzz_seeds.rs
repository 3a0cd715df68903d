//! The seeds that the fuzz targets begin with: a small frame of every variant and every way of storing it, and what the
//! other parsers accept. `project_file` begins with the projects that lie in this repository.
//!
//! `SEXTET_WRITE_SEEDS=1 cargo test --test media fuzz_seeds` writes the frames anew. They begin with the bytes by which the
//! targets choose: the variant, then the size, of which `hap_sections` takes two bytes; `hap_straight` wants to know as
//! well where the second frame differs from the first.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sextet::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use sextet::media::hap::testcard::TestCard;
use sextet::media::hap::{Compressor, FramePlan, HapVariant};
use sextet::media::pictures_in;
use sextet::time::FrameRate;

const SIZE_PX: (u32, u32) = (16, 8);

/// The size of a frame whose rows have no padding, so that it can be read straight; the first of `hap_straight`.
const TIGHT_PX: (u32, u32) = (1024, 4);

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

fn packet(
    variant: HapVariant,
    (width_px, height_px): (u32, u32),
    options: &FrameOptions,
) -> Vec<u8> {
    let card = TestCard {
        variant,
        width_px,
        height_px,
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
            if options.compressor == Compressor::Stored {
                // The last bytes of the frame differ: another picture stored in the same way.
                let packet = packet(variant, TIGHT_PX, options);
                let [low, high] = u16::try_from(packet.len() - 4)
                    .expect("short")
                    .to_le_bytes();
                let chosen = [number, 0, low, high, 4, 1, 2, 3, 4];
                seeds.push((
                    "hap_straight",
                    name.clone(),
                    [&chosen[..], &packet].concat(),
                ));
            }
            let packet = packet(variant, SIZE_PX, options);
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
        let most = if target == "hap_straight" {
            1 << 13
        } else {
            512
        };
        assert!(bytes.len() < most, "{target}/{name} is small");
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

#[test]
fn files_of_pictures_may_be_cut_short_and_changed_anywhere() {
    for entry in std::fs::read_dir(folder("picture_file")).expect("a folder") {
        let whole = std::fs::read(entry.expect("an entry").path()).expect("a seed");
        for at in 0..whole.len() {
            pictures_in(&whole[..at]);
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut changed = whole.clone();
                changed[at] = value;
                pictures_in(&changed);
            }
        }
    }
}

#[test]
fn every_target_is_built_and_has_what_to_begin_with() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(fuzz.join(folder)).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let stems = paths.map(|path| path.file_stem().expect("a name").to_owned());
        stems
            .map(|stem| stem.into_string().expect("text"))
            .collect()
    };
    let targets = names("targets");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).expect("readable");
    for target in &targets {
        let path = format!("path = \"targets/{target}.rs\"");
        assert!(manifest.contains(&path), "{target} is built");
    }
    let mut seeded = names("seeds");
    seeded.insert("project_file".to_owned());
    assert_eq!(seeded, targets);
}

#[test]
fn the_other_seeds_are_what_their_parsers_accept() {
    use clap::Parser as _;
    for name in [
        "play", "testcard", "bench", "seek", "frame", "doctor", "report",
    ] {
        let text = std::fs::read_to_string(folder("command_line").join(name)).expect("a seed");
        let typed = std::iter::once("sextet").chain(text.lines());
        sextet::cli::args::Args::try_parse_from(typed).expect("good arguments");
    }
    for entry in std::fs::read_dir(folder("command")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a seed");
        let command = text.parse::<sextet::command::Command>();
        assert!(command.is_ok(), "{}: {command:?}", path.display());
    }
    for name in ["stamped", "counted"] {
        let bytes = std::fs::read(folder("packet_index").join(name)).expect("a seed");
        assert!(sextet::media::ffmpeg::is_index(&bytes), "{name}");
    }
    for (name, pictures) in [
        ("two.png", 3),
        ("two.webp", 3),
        ("alpha.heic", 2),
        ("alpha.avif", 2),
        ("icon.ico", 1),
    ] {
        let bytes = std::fs::read(folder("picture_file").join(name)).expect("a seed");
        assert_eq!(pictures_in(&bytes), pictures, "{name}");
    }
    for entry in std::fs::read_dir(folder("osc")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a seed");
        let messages = sextet::remote::osc::packet::decode(&bytes);
        assert!(messages.is_ok(), "{}: {messages:?}", path.display());
        assert!(sextet::remote::osc::dry_run(&bytes) > 0 || path.ends_with("subscribe"));
    }
    let report = std::fs::read_to_string(folder("report").join("one.json")).expect("a seed");
    sextet::stats::compare::WrittenReport::parse(&report).expect("a report");
}
