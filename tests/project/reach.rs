//! Reach of a project that somebody else wrote: it has the media played that it names, and does nothing else.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sextet::project::Project;
use sextet::project::storage::file;
use sextet::time::{Clock, Time};

/// Longer than refusing a file takes on a busy machine, and shorter than the program waits for files that do not open.
const PATIENCE: Time = Time::from_seconds(120);

/// A folder with a project of these media, and the folders that the program may write to.
struct Trap {
    folder: tempfile::TempDir,
}

impl Trap {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Plays a project of these media, which cannot be played, in a working folder where nothing is.
    fn play(&self, media: &[PathBuf]) -> Output {
        let layers: Vec<_> = media
            .iter()
            .map(|path| (path.clone(), Time::from_seconds(1)))
            .collect();
        let project = self.path("show.ron");
        file::save(&Project::with_media_layers(&layers), &project).expect("saved");
        std::fs::create_dir_all(self.path("work")).expect("made");
        let before = self.files();
        let clock = Clock::system();
        let output = Command::new(env!("CARGO_BIN_EXE_sextet"))
            .args([
                "play",
                "--headless",
                "--renderer",
                "none",
                "--seconds",
                "0.2",
            ])
            .arg(&project)
            .current_dir(self.path("work"))
            .env("SEXTET_CACHE_DIR", self.path("cache"))
            .env("SEXTET_CONFIG_DIR", self.path("config"))
            .env("SEXTET_DATA_DIR", self.path("data"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        assert!(clock.now() < PATIENCE, "nothing holds it: {media:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{media:?}: {said}");
        assert_eq!(self.files(), before, "{media:?}: nothing is written");
        output
    }

    /// All files but those in the cache.
    fn files(&self) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let kind = entry.file_type().expect("a kind");
                if kind.is_dir() && entry.path() != self.path("cache") {
                    folders.push(entry.path());
                } else if !kind.is_dir() {
                    found.insert(entry.path());
                }
            }
        }
        found
    }
}

#[test]
fn names_that_look_like_commands_run_nothing() {
    let trap = Trap::new();
    let media = [
        "$(touch ran).mov",
        "`touch ran`",
        "a.mov; touch ran",
        "|touch ran",
        "-o ran",
    ];
    trap.play(&media.map(|name| trap.path("work").join(name)));
}

#[test]
fn protocols_of_ffmpeg_lead_to_no_file() {
    let trap = Trap::new();
    std::fs::write(trap.path("secret.txt"), "secret").expect("writes");
    let secret = trap.path("secret.txt").display().to_string();
    for media in [
        [format!("file:{secret}"), format!("file://{secret}")],
        [
            format!("concat:{secret}|{secret}"),
            format!("concat://{secret}"),
        ],
        [
            format!("subfile,,start,0,end,6,,:{secret}"),
            format!("subfile://{secret}"),
        ],
        ["pipe:0".to_owned(), "pipe://0".to_owned()],
        [format!("crypto:{secret}"), "data:video/x,AAAA".to_owned()],
        [format!("cache:{secret}"), format!("async:{secret}")],
        [format!("tee:{secret}"), format!("md5:{secret}")],
        [format!("v4l2:{secret}"), "v4l2:/dev/watchdog".to_owned()],
    ] {
        let output = trap.play(&media.map(PathBuf::from));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            !shown.contains("secret\n") && !said.contains(": secret"),
            "{said}"
        );
    }
}

#[test]
fn addresses_of_no_known_kind_are_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener
        .set_nonblocking(true)
        .expect("asked without waiting");
    let host = listener.local_addr().expect("an address");
    let trap = Trap::new();
    let schemes = ["gopher", "ftp", "sftp", "mmst"];
    let media = schemes.map(|scheme| PathBuf::from(format!("{scheme}://{host}/a.mov")));
    trap.play(&media);
    let media = ["concat", "subfile", "hls+http", "icecast", "unix"];
    trap.play(&media.map(|scheme| PathBuf::from(format!("{scheme}:http://{host}/a.mov"))));
    let caller = listener.accept().map(|_| ()).expect_err("nobody calls");
    assert_eq!(caller.kind(), ErrorKind::WouldBlock);
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_refused_at_once() {
    let trap = Trap::new();
    let pipe = trap.path("pipe.mov");
    let made = Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(trap.path("socket.mov")).expect("bound");
    let link = trap.path("link.mov");
    std::os::unix::fs::symlink("/dev/zero", &link).expect("a link");
    trap.play(&[pipe, trap.path("socket.mov"), link]);
    let devices = ["/dev/zero", "/dev/random", "/dev/tty", "/dev/null"];
    trap.play(&devices.map(PathBuf::from));
    trap.play(&[
        Path::new("/proc/self/mem").into(),
        "/proc/kmsg".into(),
        "/dev".into(),
    ]);
}
