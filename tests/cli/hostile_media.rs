//! Damaged video files given to the program as a person would give them: it must say what is wrong and end, whatever
//! the bytes are.
//!
//! Each file is a good one with something changed: bits flipped, cut off, boxes swapped, lengths made absurd. Each goes
//! through `probe`, `frame` and `play`, whose exit code must be 0, 1 or 2, within five seconds and a gigabyte.
//!
//! The ordinary test takes a few; all of them: `cargo test --test cli hostile_media -- --ignored --nocapture`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use sextet::time::{Clock, Time};

/// Memory that a run may use, in KiB of address space: a gigabyte, and half of one for what is reserved and never used,
/// such as the stacks of threads.
const ADDRESS_SPACE_KIB: u32 = 1_572_864;

/// Longest time that a run may take.
const LIMIT: Time = Time::from_seconds(5);

/// Recipes of good files: name, and arguments after the pictures.
const KINDS: [(&str, &str); 6] = [
    ("a.mov", "-c:v libx264 -g 5 -bf 2"),
    ("b.mp4", "-c:v mpeg4 -movflags +faststart"),
    (
        "c.mp4",
        "-c:v libx264 -movflags +frag_keyframe+empty_moov -g 3",
    ),
    ("d.mkv", "-c:v libx264 -g 5"),
    ("e.avi", "-c:v mjpeg"),
    ("f.mov", "-c:v hap"),
];

/// Numbers that follow from their seed, as good as random.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // The multiplier and increment of Knuth's MMIX generator.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % below.max(1)
    }

    /// A place for `len` bytes; half of the time in the outer parts of the file, where headers and indexes are.
    fn place(&mut self, file: usize, len: usize) -> usize {
        let room = file.saturating_sub(len);
        match self.roll(4) {
            0 => self.roll(room.min(600)),
            1 => room - self.roll(room.min(1500)),
            _ => self.roll(room),
        }
    }
}

/// A damaged copy; what was done to it follows from `seed`.
fn mutated(good: &[u8], seed: u64) -> (Vec<u8>, &'static str) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut bytes = good.to_vec();
    let what = match seed % 6 {
        0 | 1 => {
            for _ in 0..=dice.roll(40) {
                let at = dice.place(bytes.len(), 1);
                bytes[at] ^= 1 << dice.roll(8);
            }
            "bits flipped"
        }
        2 => {
            let len = dice.roll(bytes.len());
            bytes.truncate(len);
            "cut off"
        }
        3 => {
            let len = 4 + dice.roll(200.min(bytes.len() / 4));
            let (one, other) = (dice.place(bytes.len(), len), dice.place(bytes.len(), len));
            let kept = bytes[one..one + len].to_vec();
            bytes.copy_within(other..other + len, one);
            bytes[other..other + len].copy_from_slice(&kept);
            "parts swapped"
        }
        4 => {
            swap_boxes(&mut bytes, &mut dice);
            "boxes swapped"
        }
        _ => {
            for _ in 0..=dice.roll(3) {
                let at = dice.place(bytes.len(), 4);
                let values = [u32::MAX, 0, 1 << 31, i32::MAX as u32, 65_536, 16];
                bytes[at..at + 4].copy_from_slice(&values[dice.roll(6)].to_be_bytes());
            }
            "numbers made absurd"
        }
    };
    (bytes, what)
}

/// Swaps two parts that look like boxes or chunks: four letters with a size before them.
fn swap_boxes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let names: Vec<usize> = (4..bytes.len().saturating_sub(4))
        .filter(|&at| bytes[at..at + 4].iter().all(u8::is_ascii_lowercase))
        .map(|at| at - 4)
        .collect();
    if names.len() < 2 {
        return;
    }
    let size = |at: usize| {
        let stored: [u8; 4] = bytes[at..at + 4].try_into().expect("four bytes");
        (u32::from_be_bytes(stored) as usize).clamp(8, 4096)
    };
    let (one, other) = (names[dice.roll(names.len())], names[dice.roll(names.len())]);
    let (first, second) = (one.min(other), one.max(other));
    let end = (second + size(second)).min(bytes.len());
    let split = (first + size(first)).min(second);
    let mut turned = bytes[second..end].to_vec();
    turned.extend_from_slice(&bytes[split..second]);
    turned.extend_from_slice(&bytes[first..split]);
    bytes.splice(first..end, turned);
}

/// Good files of all kinds.
fn good_files(folder: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let made = KINDS.iter().map(|(name, encoding)| {
        let path = folder.join(name);
        let source = "testsrc2=s=96x64:r=25,trim=end_frame=20";
        let status = Command::new("ffmpeg")
            .args(["-v", "error", "-y", "-f", "lavfi", "-i", source])
            .args([
                "-pix_fmt",
                if encoding.ends_with("hap") {
                    "rgba"
                } else {
                    "yuv420p"
                },
            ])
            .args(encoding.split_whitespace())
            .arg(&path)
            .status();
        assert!(
            status.expect("the ffmpeg tools are installed").success(),
            "{name} is made"
        );
        (*name, std::fs::read(path).expect("readable"))
    });
    made.collect()
}

/// Runs the program; gives what is wrong with how it ended.
fn run(arguments: &[&str], file: &Path, limit: Time) -> Result<(), String> {
    let program = env!("CARGO_BIN_EXE_sextet");
    let clock = Clock::system();
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {ADDRESS_SPACE_KIB}; exec \"$@\""))
        .args(["sh", program])
        .args(arguments)
        .arg(file)
        // Each arena of the allocator would reserve address space of its own.
        .env("MALLOC_ARENA_MAX", "1")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    // It says so little that the pipe never fills.
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None if clock.now() > limit => {
                child.kill().ok();
                child.wait().ok();
                return Err(format!("took longer than {} s", limit.seconds()));
            }
            None => std::thread::park_timeout(Duration::from_millis(4)),
        }
    };
    let mut said = String::new();
    if let Some(mut stream) = child.stderr.take() {
        std::io::Read::read_to_string(&mut stream, &mut said).ok();
    }
    match status.code() {
        // An abort has its own last words.
        Some(0..=2) if !said.contains("panicked") && !said.contains("end at once") => Ok(()),
        _ => Err(format!("{status}: {said}")),
    }
}

/// Gives `count` damaged files to the program, and lists what went wrong.
fn try_all(count: u64, limit: Time) -> Vec<String> {
    let folder = tempfile::tempdir().expect("temporary folder");
    let good = good_files(folder.path());
    let picture = folder.path().join("out.png");
    let picture = picture.to_str().expect("text");
    let mut wrong = Vec::new();
    for seed in 0..count {
        let (name, bytes) = &good[usize::try_from(seed).expect("small") / 6 % good.len()];
        let (bytes, what) = mutated(bytes, seed);
        let file = folder.path().join(format!("{seed}-{name}"));
        std::fs::write(&file, &bytes).expect("written");
        let play = [
            "play",
            "--headless",
            "--renderer",
            "none",
            "--seconds",
            "0.2",
        ];
        for arguments in [
            &["probe", "--json"][..],
            &["frame", "--index", "3", "--renderer", "cpu", "-o", picture],
            &play,
        ] {
            if let Err(how) = run(arguments, &file, limit) {
                let finding = format!("seed {seed}, {name}, {what}, {}: {how}", arguments[0]);
                tell(&finding);
                wrong.push(finding);
            }
        }
        std::fs::remove_file(&file).expect("removed");
        if count > 100 && seed % 100 == 99 {
            tell(&format!("{} files, {} findings", seed + 1, wrong.len()));
        }
    }
    wrong
}

#[expect(
    clippy::print_stdout,
    reason = "a test of most of an hour tells how far it is, and what it found"
)]
fn tell(line: &str) {
    println!("{line}");
}

#[test]
fn damaged_files_are_told_of_and_never_bring_the_program_down() {
    // On a machine that does other work beside, the clock says little: what hangs, hangs for longer than this.
    let wrong = try_all(36, LIMIT.scaled(6.0));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "takes most of an hour"]
fn two_thousand_damaged_files_are_told_of_within_five_seconds_each() {
    let wrong = try_all(2000, LIMIT);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
