//! Proxies of files that FFmpeg made: each frame stands for the media frame of its number, in its colours; what is
//! damaged or another file's is discarded; the cache stays bounded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::cards::Cards;
use image::RgbaImage;
use image::imageops::{FilterType, resize};
use sextet::media::frame::HeapMemory;
use sextet::media::hap::encode::FrameOptions;
use sextet::media::hap::testcard::read_index_grid;
use sextet::media::proxy::{ProxyBuild, ProxyError, ProxyStore, is_slow_to_seek, may_need_proxy};
use sextet::media::{self, MediaError, TextureSupport, Video, VideoSource, cpu};
use sextet::time::FrameIndex;
use tempfile::TempDir;

/// Size of the test cards that clips are made of.
const CARD_PX: (u32, u32) = (640, 352);

const H264: &str = "-c:v libx264 -preset veryfast -g 250 -bf 3 -crf 12 -pix_fmt yuv420p";

/// Clips and proxies in a folder of their own.
struct Bench {
    folder: TempDir,
    cards: Cards,
}

impl Bench {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            cards: Cards::new(),
        }
    }

    /// A clip of a test card of so many frames, filtered and encoded as FFmpeg is told.
    fn clip(&mut self, name: &str, frames: u64, filter: &str, encoding: &str) -> PathBuf {
        let card = self
            .cards
            .add_as(30, frames, CARD_PX, &FrameOptions::default());
        let path = self.folder.path().join(name);
        let status = Command::new("ffmpeg")
            .args(["-v", "error", "-y", "-i"])
            .arg(self.cards.path(card))
            .args(["-vf", filter, "-vsync", "passthrough"])
            .args(encoding.split_whitespace())
            .arg(&path)
            .status();
        assert!(status.expect("ffmpeg is installed").success(), "{name}");
        path
    }

    fn proxies(&self) -> PathBuf {
        self.folder.path().join("proxies")
    }

    fn store(&self) -> ProxyStore {
        ProxyStore::at(&self.proxies(), 1 << 30, 0)
    }
}

fn open(path: &Path) -> Video {
    media::open_video(path, TextureSupport::BlockCompressed).expect("opens")
}

fn make(store: &ProxyStore, media: &Video) -> Video {
    let mut build = ProxyBuild::begin(store, media).expect("begins");
    while !build.is_whole() {
        build.add_frame(&|| false).expect("a frame");
    }
    build.finish().expect("written");
    let proxy = store.find(media, TextureSupport::BlockCompressed);
    proxy.expect("found")
}

/// The numbers that the frames of a file carry, by one decoder from the first to the last.
fn numbers(media: &Video) -> Vec<Option<u64>> {
    let VideoSource::Sequential(opener) = &media.source else {
        panic!("one decoder");
    };
    let mut decoder = opener.open().expect("a decoder");
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    (0..media.facts.timing.frames())
        .map(|frame| {
            let decoded = decoder.decode(FrameIndex(frame), &mut memory, &|| false);
            decoded.expect("a frame");
            read_index_grid(&cpu::frame_to_rgba(&media.layout, memory.bytes()))
        })
        .collect()
}

fn picture(media: &Video, frame: u64) -> RgbaImage {
    media::frame_rgba(media, FrameIndex(frame)).expect("a frame")
}

fn mean_difference(a: &RgbaImage, b: &RgbaImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions(), "of one size");
    let sum: u64 = (a.as_raw().iter().zip(b.as_raw()))
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.as_raw().len() as f64
}

/// Files in a folder, hidden ones included.
fn files(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn every_frame_of_a_proxy_is_that_of_its_number() {
    let mut bench = Bench::new();
    // At a constant rate; at a variable one, frames left out; and from a moment that is not zero.
    for (name, filter, more) in [
        ("constant.mp4", "null", ""),
        ("variable.mp4", "select='gt(mod(n,5),1)'", ""),
        ("late.mkv", "setpts=PTS+3/TB", ""),
    ] {
        let path = bench.clip(name, 24, filter, &format!("{H264} {more}"));
        let media = open(&path);
        assert!(may_need_proxy(&media) && is_slow_to_seek(&media).expect("known"));
        let proxy = make(&bench.store(), &media);
        let frames = media.facts.timing.frames();
        assert_eq!(proxy.facts.timing.frames(), frames, "{name}");
        assert!(matches!(proxy.source, VideoSource::Pooled(_)), "any order");
        // From the last to the first: none depends on another.
        let expected = numbers(&media);
        for (frame, expected) in expected.into_iter().enumerate().rev() {
            assert!(expected.is_some(), "{name}: frame {frame} has a grid");
            let found = read_index_grid(&picture(&proxy, frame as u64));
            assert_eq!(found, expected, "{name}: frame {frame}");
        }
    }
}

#[test]
fn a_proxy_has_the_colours_and_the_alpha_of_its_file() {
    let mut bench = Bench::new();
    let tags = "-color_primaries bt709 -color_trc bt709 -colorspace bt709";
    for (name, filter, encoding, bound) in [
        ("limited.mp4", "null", format!("{H264} {tags}"), 3.0),
        (
            "full.mp4",
            "scale=out_range=full",
            format!("{H264} -color_range pc {tags}"),
            3.0,
        ),
        (
            "ten.mkv",
            "format=yuv420p10le",
            "-c:v libx265 -preset ultrafast -crf 12 -x265-params log-level=none".to_owned(),
            3.0,
        ),
        (
            "alpha.webm",
            "format=yuva420p,geq=lum='p(X,Y)':cb='p(X,Y)':cr='p(X,Y)':a='mod(X,256)'",
            "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 10 -b:v 0".to_owned(),
            4.0,
        ),
    ] {
        let media = open(&bench.clip(name, 6, filter, &encoding));
        let proxy = make(&bench.store(), &media);
        let [width, height] = [proxy.facts.width_px, proxy.facts.height_px];
        for frame in [0, 5] {
            let small = resize(&picture(&media, frame), width, height, FilterType::Triangle);
            let difference = mean_difference(&picture(&proxy, frame), &small);
            assert!(difference < bound, "{name}: {difference} at {frame}");
        }
        let has_alpha = proxy.facts.codec == "Hap5";
        // FFmpeg's own decoder of VP9 knows no alpha: what is not decoded cannot be kept.
        let file_has_alpha = picture(&media, 0).pixels().any(|pixel| pixel.0[3] < 255);
        assert_eq!(has_alpha, file_has_alpha, "{name}");
    }
}

#[test]
fn a_turned_and_stretched_file_has_a_proxy_that_is_seen_like_it() {
    let mut bench = Bench::new();
    let plain = bench.clip("plain.mp4", 4, "setsar=4/3", H264);
    let turned = bench.folder.path().join("turned.mp4");
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(&plain)
        .args(["-c", "copy", "-metadata:s:v:0", "rotate=90"])
        .arg(&turned)
        .status();
    assert!(status.expect("ffmpeg is installed").success());
    for path in [plain, turned] {
        let media = open(&path);
        let proxy = make(&bench.store(), &media);
        let seen = |media: &Video| {
            let memory = media::frame_memory(media, FrameIndex(2)).expect("a frame");
            cpu::thumbnail(&media.layout, memory.bytes(), 96)
        };
        let (exact, small) = (seen(&media), seen(&proxy));
        let height = exact.height().abs_diff(small.height());
        assert!(
            height <= 1,
            "{:?}",
            (exact.dimensions(), small.dimensions())
        );
        let exact = resize(&exact, 96, small.height(), FilterType::Triangle);
        let difference = mean_difference(&exact, &small);
        // One is picked texel by texel, the other is a mean: edges differ, pictures turned otherwise would by far more.
        assert!(difference < 16.0, "{}: {difference}", path.display());
    }
}

#[test]
fn a_proxy_that_is_damaged_or_of_another_file_is_not_shown() {
    let mut bench = Bench::new();
    let store = bench.store();
    let media = open(&bench.clip("one.mp4", 12, "null", H264));
    let other = open(&bench.clip("other.mp4", 12, "negate", H264));
    let find = |media: &Video| store.find(media, TextureSupport::BlockCompressed);
    let proxy = make(&store, &media);
    let path = store.path_of(&media).expect("a place");
    let whole = fs::read(&path).expect("there");
    let packets = match &proxy.source {
        VideoSource::Pooled(source) => source.packets().expect("known").spans().to_vec(),
        VideoSource::Sequential(_) => panic!("read by offset"),
    };
    // One byte of one frame: that frame is refused, the others are good.
    let mut changed = whole.clone();
    changed[packets[7].offset as usize + 20] ^= 0x10;
    fs::write(&path, &changed).expect("written");
    let damaged = find(&media).expect("its seal is whole");
    for frame in 0..12 {
        let read = media::frame_rgba(&damaged, FrameIndex(frame));
        match read {
            Err(MediaError::DamagedProxy { .. }) if frame == 7 => {}
            read => assert!(read.is_ok() && frame != 7, "{frame}: {:?}", read.err()),
        }
    }
    // Cut short, with a seal that was touched, emptied, no movie at all, or another file's: discarded.
    make(&store, &other);
    let foreign = fs::read(store.path_of(&other).expect("a place")).expect("there");
    let mut touched = whole.clone();
    let last = touched.len() - 40;
    touched[last] ^= 1;
    for bytes in [
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
        &touched,
        &[],
        b"no movie",
        &foreign,
    ] {
        fs::write(&path, bytes).expect("written");
        assert!(find(&media).is_none(), "{} bytes", bytes.len());
        assert!(!path.exists(), "it is gone");
    }
    fs::write(&path, &whole).expect("written");
    assert!(find(&media).is_some(), "as it was");
    // The same bytes changed at another time are another file.
    let file = fs::File::options().append(true).open(&media.facts.path);
    let later = SystemTime::now() + Duration::from_secs(9);
    file.and_then(|file| file.set_modified(later))
        .expect("its time is set");
    assert!(find(&media).is_none(), "changed since");
}

#[test]
fn the_proxy_unused_for_longest_makes_room() {
    let mut bench = Bench::new();
    let medias: Vec<Video> = (0..3)
        .map(|number| {
            // With noise, so that the movies are large beside their tables.
            let filter = format!("noise=alls=40:allf=t:all_seed={number}");
            open(&bench.clip(&format!("{number}.mp4"), 8, &filter, H264))
        })
        .collect();
    make(&bench.store(), &medias[0]);
    let one = bench.store().path_of(&medias[0]).expect("a place");
    let bytes = fs::metadata(&one).expect("there").len();
    let store = ProxyStore::at(&bench.proxies(), bytes * 5 / 2, 0);
    make(&store, &medias[1]);
    let path = |media: &Video| store.path_of(media).expect("a place");
    // The first was written first, but used last.
    let long_ago = SystemTime::UNIX_EPOCH;
    for (index, media) in medias[..2].iter().enumerate() {
        let file = fs::File::options().append(true).open(path(media));
        let time = long_ago + Duration::from_secs(index as u64);
        file.and_then(|file| file.set_modified(time)).expect("set");
    }
    assert!(
        store
            .find(&medias[0], TextureSupport::BlockCompressed)
            .is_some()
    );
    make(&store, &medias[2]);
    let are_there: Vec<bool> = medias.iter().map(|media| path(media).exists()).collect();
    assert_eq!(are_there, [true, false, true]);
    // One that alone is larger than all may be is not kept.
    let tiny = ProxyStore::at(&bench.folder.path().join("tiny"), 100, 0);
    let mut build = ProxyBuild::begin(&tiny, &medias[0]).expect("begins");
    while !build.is_whole() {
        build.add_frame(&|| false).expect("a frame");
    }
    assert!(matches!(build.finish(), Err(ProxyError::TooLong)));
    assert_eq!(files(&bench.folder.path().join("tiny")), 0);
}

#[test]
fn a_disk_that_would_be_full_afterwards_gets_no_proxy() {
    let mut bench = Bench::new();
    let media = open(&bench.clip("one.mp4", 8, "null", H264));
    let store = ProxyStore::at(&bench.proxies(), 1 << 30, u64::MAX);
    let refused = ProxyBuild::begin(&store, &media).map(|_| ());
    assert!(
        matches!(refused, Err(ProxyError::NoRoom)),
        "{:?}",
        refused.err()
    );
    assert_eq!(files(&bench.proxies()), 0);
    make(&bench.store(), &media);
}

#[test]
fn a_proxy_left_half_made_leaves_nothing_behind() {
    let mut bench = Bench::new();
    let media = open(&bench.clip("one.mp4", 30, "null", H264));
    let store = bench.store();
    let mut build = ProxyBuild::begin(&store, &media).expect("begins");
    for _ in 0..5 {
        build.add_frame(&|| false).expect("a frame");
    }
    assert_eq!(build.progress(), (5, 30));
    assert_eq!(files(&bench.proxies()), 1, "being written");
    let cancelled = build.add_frame(&|| true);
    assert!(matches!(cancelled, Err(ProxyError::Cancelled)));
    drop(build);
    assert_eq!(files(&bench.proxies()), 0);
    assert!(
        store
            .find(&media, TextureSupport::BlockCompressed)
            .is_none()
    );
}

#[test]
fn frames_that_cannot_be_decoded_are_missing_and_the_others_keep_their_numbers() {
    let mut bench = Bench::new();
    // Pictures that stand alone, so that one can be broken by itself; the limit on how fast is fast is passed by.
    let path = bench.clip("one.avi", 12, "null", "-c:v mjpeg -q:v 2");
    let media = open(&path);
    let VideoSource::Sequential(opener) = &media.source else {
        panic!("FFmpeg plays it");
    };
    let span = opener.packets().expect("known").spans()[4];
    let mut bytes = fs::read(&path).expect("readable");
    let begin = span.offset as usize;
    let end = begin + span.size as usize;
    let marker = bytes[begin..end]
        .windows(2)
        .position(|pair| pair == [0xFF, 0xD8])
        .expect("a JPEG picture");
    bytes[begin + marker..end].fill(0);
    fs::write(&path, bytes).expect("written");
    let media = open(&path);
    assert!(media::frame_rgba(&media, FrameIndex(4)).is_err(), "broken");
    let proxy = make(&bench.store(), &media);
    for frame in 0..12 {
        let read = media::frame_rgba(&proxy, FrameIndex(frame));
        match read {
            Ok(picture) => assert_eq!(read_index_grid(&picture), Some(frame)),
            Err(MediaError::NoSuchFrame { .. }) => assert_eq!(frame, 4),
            Err(error) => panic!("frame {frame}: {error}"),
        }
    }
}

#[test]
fn files_whose_frames_are_quick_to_have_need_no_proxy() {
    let mut bench = Bench::new();
    let intra = open(&bench.clip("intra.avi", 8, "scale=64:36", "-c:v mjpeg -q:v 2"));
    assert!(!is_slow_to_seek(&intra).expect("known"), "small and alone");
    let still = open(&bench.clip("still.png", 1, "null", "-frames:v 1"));
    assert!(!may_need_proxy(&still), "one frame");
    let card = bench.cards.add(30, 10);
    assert!(!may_need_proxy(&open(bench.cards.path(card))), "HAP");
}
