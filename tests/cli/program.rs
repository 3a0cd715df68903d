//! The built program as scripts run it: without a window, whatever the machine has.

use std::path::Path;
use std::process::{Command, Output};

/// Its path.
pub const SEXTET: &str = env!("CARGO_BIN_EXE_sextet");

fn without_display(mut command: Command) -> Command {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "SEXTET_LOG"] {
        command.env_remove(name);
    }
    command
}

/// The program with these arguments.
pub fn sextet(args: &[&str]) -> Command {
    let mut command = without_display(Command::new(SEXTET));
    command.args(args);
    command
}

/// The same in a folder, which it keeps nothing outside of.
pub fn sextet_in(folder: &Path, args: &[&str]) -> Command {
    let mut command = sextet(args);
    command.current_dir(folder).env("SEXTET_CACHE_DIR", "");
    command
}

/// The program behind words of a shell that end with `&&`, such as those that set a limit.
#[cfg(unix)]
pub fn sextet_behind(words: &str, args: &[&str]) -> Command {
    let mut command = without_display(Command::new("sh"));
    command
        .args(["-c", &format!("{words} exec \"$0\" \"$@\""), SEXTET])
        .args(args);
    command
}

/// Its end.
pub fn run(args: &[&str]) -> Output {
    sextet(args).output().expect("the binary runs")
}

/// The same in a folder.
pub fn run_in(folder: &Path, args: &[&str]) -> Output {
    sextet_in(folder, args).output().expect("the binary runs")
}

/// What it wrote.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A clip made by `ffmpeg` with these arguments, none of which has a space in it, in a folder.
pub fn make_clip(folder: &Path, name: &str, arguments: &str) {
    let made = Command::new("ffmpeg")
        .current_dir(folder)
        .args(["-v", "error", "-y"])
        .args(arguments.split_whitespace())
        .arg(name)
        .output()
        .expect("ffmpeg runs");
    assert!(made.status.success(), "{name}: {}", text(&made.stderr));
}

/// A card of this name in a folder, made with these options; gives its path.
pub fn make_card(folder: &Path, name: &str, options: &[&str]) -> String {
    let path = folder.join(name).display().to_string();
    let made = run(&[&["testcard", "-o", &path], options].concat());
    assert!(made.status.success(), "{}", text(&made.stderr));
    path
}

/// Options of a card of 64×32 pixels of Hap, 60 frames a second, as many as are named after them.
pub const SMALL: [&str; 7] = [
    "--format", "hap", "--size", "64x32", "--fps", "60", "--frames",
];
