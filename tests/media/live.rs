//! Live sources on loopback: streams that come, stall, break off and come back, and servers that mean harm.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use image::RgbaImage;
use sextet::media::fault_injection::at_step;
use sextet::media::frame::HeapMemory;
use sextet::media::progress::{self, ProgressMeter};
use sextet::media::source::SequentialSource;
use sextet::media::{self, Media, MediaError, OpenOptions, TextureSupport, Video};
use sextet::time::{Clock, FLICKS_PER_SECOND, FrameIndex, Time};

use super::make::{Clip, decoder_of, nearest, picture};

const MILLISECOND: Time = Time::from_flicks(FLICKS_PER_SECOND / 1000);

/// A stream as it would be sent: numbered pictures at 30 per second, a key frame every tenth.
fn stream(frames: u32) -> Clip {
    Clip::numbered("live.ts", frames, "-c:v mpeg2video -g 10 -b:v 2M -f mpegts")
}

fn options(time_out: Time) -> OpenOptions {
    OpenOptions {
        time_out,
        ..OpenOptions::new(TextureSupport::BlockCompressed)
    }
}

/// Opens an address with a time-out that a busy machine does not reach.
fn open_by(path: &Path, options: &OpenOptions) -> Result<Video, MediaError> {
    media::open(path, options).and_then(Media::into_video)
}

fn open(address: &str) -> Result<Video, MediaError> {
    open_by(Path::new(address), &options(Time::from_seconds(20)))
}

/// Answer of a server to one request: it may write, wait, and close by returning.
type Answer = Box<dyn Fn(&mut TcpStream, usize) + Send>;

/// A web server that answers requests one after the other, each told its number from 0.
struct Server {
    address: SocketAddr,
    _thread: JoinHandle<()>,
}

impl Server {
    fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("bound");
        // It ends with the test's process: nobody is left to ask it anything.
        let thread = thread::Builder::new().spawn(move || {
            for number in 0.. {
                let Ok((mut stream, _)) = listener.accept() else {
                    return;
                };
                read_request(&mut stream);
                answer(&mut stream, number);
            }
        });
        Self {
            address,
            _thread: thread.expect("a thread"),
        }
    }

    fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }
}

fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        request.push(byte[0]);
    }
}

/// Sends what the client still wants to have; it may have gone.
fn send(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).ok();
}

fn send_head(stream: &mut TcpStream, kind: &str) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n");
    send(stream, head.as_bytes());
}

/// Waits until the client closes the connection.
fn wait_for_end(stream: &mut TcpStream) {
    let mut byte = [0];
    while stream.read(&mut byte).is_ok_and(|count| count > 0) {}
}

/// The numbers of the next pictures of a live source whose stream is `clip`.
fn numbers(source: &mut dyn SequentialSource, clip: &Clip, count: u64) -> Vec<u64> {
    numbers_among(source, &clip.reference((96, 64)), count)
}

/// The same where the pictures of the clip are there already, so that none is decoded meanwhile.
fn numbers_among(
    source: &mut dyn SequentialSource,
    references: &[RgbaImage],
    count: u64,
) -> Vec<u64> {
    (0..count)
        .map(|frame| nearest(&picture(source, frame), references).0)
        .collect()
}

#[test]
fn a_stream_is_shown_picture_by_picture_at_its_own_pace() {
    let clip = stream(45);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let server = Server::new(Box::new(move |stream, _| {
        send_head(stream, "video/mp2t");
        send(stream, &bytes);
        wait_for_end(stream);
    }));
    let media = open(&server.url("live.ts")).expect("a stream");
    assert_eq!(media.facts.played_by, media::PlayedBy::Live);
    assert!((media.facts.timing.rate().fps() - 30.0).abs() < 0.01);
    let mut source = decoder_of(&media);
    let clock = Clock::system();
    let seen = numbers(&mut *source, &clip, 20);
    assert!(
        seen.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "each once, in order: {seen:?}"
    );
    let took = clock.now();
    assert!(took > MILLISECOND.scaled(500.0), "{} ms", took.millis());
    assert_eq!(media.health.counts().to_string(), "");
}

#[test]
fn a_stream_that_breaks_off_is_told_of_and_connected_again() {
    let clip = stream(30);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let server = Server::new(Box::new(move |stream, number| {
        send_head(stream, "video/mp2t");
        let part = if number == 0 {
            bytes.len() / 2
        } else {
            bytes.len()
        };
        send(stream, &bytes[..part]);
    }));
    let media = open(&server.url("live.ts")).expect("a stream");
    let mut source = decoder_of(&media);
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    let mut said = None;
    let is_back = (0..200).any(|_| {
        let frame = FrameIndex(0);
        match source.decode(frame, &mut memory, &|| false) {
            Ok(_) => said.is_some(),
            Err(error) => {
                said = Some(error.to_string());
                // As a layer does that leaves what failed alone for a moment.
                thread::park_timeout(Duration::from_millis(20));
                false
            }
        }
    });
    assert!(is_back, "it is connected again");
    let said = said.expect("the layer is told");
    assert!(
        said.starts_with("no picture from the live source"),
        "{said}"
    );
    assert!(said.ends_with(&server.url("live.ts")), "{said}");
    assert_eq!(media.health.counts().reconnects, 1);
}

#[test]
fn a_thread_that_breaks_down_is_told_of_and_connects_again() {
    let clip = stream(30);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let server = Server::new(Box::new(move |stream, _| {
        send_head(stream, "video/mp2t");
        send(stream, &bytes);
        wait_for_end(stream);
    }));
    let url = server.url("live.ts");
    let media = open(&url).expect("a stream");
    let mut source = decoder_of(&media);
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    let is_over = AtomicBool::new(false);
    let broken = at_step(
        &url,
        Arc::new(move || {
            assert!(is_over.swap(true, Ordering::Relaxed), "a bug of the test's");
        }),
    );
    let mut said = None;
    let is_back = (0..400).any(
        |_| match source.decode(FrameIndex(0), &mut memory, &|| false) {
            Ok(_) => said.is_some(),
            Err(error) => {
                said = Some(error.to_string());
                thread::park_timeout(Duration::from_millis(20));
                false
            }
        },
    );
    drop(broken);
    assert!(is_back, "it is connected again");
    let said = said.expect("the layer is told");
    assert!(said.contains("the decoder broke down"), "{said}");
    assert_eq!(media.health.counts().reconnects, 1);
}

#[test]
fn a_stream_that_stalls_is_given_up_after_the_time_out() {
    let clip = stream(30);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let server = Server::new(Box::new(move |stream, _| {
        send_head(stream, "video/mp2t");
        send(stream, &bytes[..bytes.len() / 2]);
        wait_for_end(stream);
    }));
    let time_out = MILLISECOND.scaled(300.0);
    let url = server.url("live.ts");
    let media = open_by(Path::new(&url), &options(time_out)).expect("a stream");
    let mut source = decoder_of(&media);
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    let frame = FrameIndex(0);
    let mut failed = None;
    for _ in 0..60 {
        let clock = Clock::system();
        if let Err(error) = source.decode(frame, &mut memory, &|| false) {
            failed = Some((error, clock.now()));
            break;
        }
    }
    let (error, took) = failed.expect("there is an end to it");
    assert!(matches!(error, MediaError::Live { .. }), "{error}");
    assert!(took < Time::from_seconds(1), "{} ms", took.millis());
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let server = Server::new(Box::new(|stream, _| wait_for_end(stream)));
    let clock = Clock::system();
    let url = server.url("silent.ts");
    let opened = open_by(Path::new(&url), &options(MILLISECOND.scaled(200.0)));
    let error = opened.err().expect("nothing there");
    assert!(error.to_string().contains("does not answer"), "{error}");
    assert!(clock.now() < Time::from_seconds(2), "within the time-outs");
}

#[test]
fn a_server_that_never_answers_costs_the_command_line_one_time_out() {
    let server = Server::new(Box::new(|stream, _| wait_for_end(stream)));
    let clock = Clock::system();
    let url = server.url("silent.ts");
    let played = Command::new(env!("CARGO_BIN_EXE_sextet"))
        .args([
            "play",
            "--headless",
            "--renderer",
            "none",
            "--seconds",
            "2",
            &url,
        ])
        .output()
        .expect("it runs");
    let took = clock.now();
    let said = String::from_utf8_lossy(&played.stderr);
    assert_eq!(played.status.code(), Some(2), "{said}");
    assert_eq!(said.matches(&url).count(), 1, "told once: {said}");
    assert!(said.contains("does not answer"), "{said}");
    assert!(
        !said.contains("by itself"),
        "nothing goes on after it: {said}"
    );
    // Five seconds to connect, two to play, and as much again for a busy machine to begin and end.
    assert!(took < Time::from_seconds(11), "{} ms", took.millis());
}

#[test]
fn what_does_not_answer_is_left_at_once_when_it_is_not_wanted_any_more() {
    let server = Server::new(Box::new(|stream, _| wait_for_end(stream)));
    let url = server.url("silent.ts");
    let clock = Clock::system();
    let asked = clock.clone();
    let is_unwanted = move || asked.now() > MILLISECOND.scaled(200.0);
    let watch = ProgressMeter::new(Box::new(|_| ()), Box::new(is_unwanted));
    let opened = progress::with_meter(watch, || open(&url));
    let is_unwanted = matches!(opened, Err(MediaError::Unwanted { .. }));
    assert!(is_unwanted, "it is not waited for");
    assert!(
        clock.now() < Time::from_seconds(1),
        "{} ms",
        clock.now().millis()
    );
}

#[test]
fn an_address_without_a_host_is_refused_as_such() {
    for address in ["http://", "https:///live.m3u8", "udp://"] {
        let error = open(address).err().expect("leads nowhere");
        let is_right = matches!(error, MediaError::IncompleteAddress { .. });
        assert!(is_right, "{error}");
    }
}

#[test]
fn a_live_source_that_is_down_has_a_remedy_of_its_own() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/a.ts", port.local_addr().expect("bound"));
    drop(port);
    let examined = Command::new(env!("CARGO_BIN_EXE_sextet"))
        .args(["doctor", &url])
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&examined.stdout);
    assert_eq!(examined.status.code(), Some(1), "{told}");
    assert_eq!(told.matches(&url).count(), 1, "{told}");
    assert!(told.contains("Start what sends it"), "{told}");
}

#[test]
fn a_server_that_sends_rubbish_without_end_is_given_up() {
    let server = Server::new(Box::new(|stream, _| {
        send_head(stream, "video/mp2t");
        let rubbish = vec![0x5A; 64 * 1024];
        while stream.write_all(&rubbish).is_ok() {}
    }));
    let clock = Clock::system();
    let url = server.url("endless.ts");
    let error = match open_by(Path::new(&url), &options(Time::from_seconds(2))) {
        Err(error) => error.to_string(),
        Ok(media) => panic!("{} is no video", media.facts.codec),
    };
    assert!(error.ends_with("endless.ts"), "{error}");
    // Two seconds are what it is given.
    assert!(
        clock.now() < Time::from_seconds(6),
        "{} ms",
        clock.now().millis()
    );
}

#[test]
fn what_is_not_there_is_said_in_words() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/a.ts", port.local_addr().expect("bound"));
    drop(port);
    let refused = open(&url).err().expect("nobody listens").to_string();
    assert!(refused.contains("refused"), "{refused}");
    let camera = open("v4l2:/dev/video-none")
        .err()
        .expect("no camera")
        .to_string();
    assert!(camera.ends_with("v4l2:/dev/video-none"), "{camera}");
    for address in ["concat:a|b", "file:///etc/hostname", "gopher://host/a"] {
        let error = open(address).err().expect("not opened");
        let is_right = matches!(
            error,
            MediaError::NotFound { .. } | MediaError::UnknownAddress { .. }
        );
        assert!(is_right, "{error}");
    }
}

#[test]
fn a_server_cannot_make_a_file_of_this_machine_open() {
    let target = Clip::numbered("target.ts", 10, "-c:v mpeg2video -f mpegts");
    let path = target.path.display().to_string();
    let playlist = format!(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXTINF:0.33,\nfile://{path}\n#EXT-X-ENDLIST\n"
    );
    let list = format!("ffconcat version 1.0\nfile 'file:{path}'\n");
    for (name, kind, text) in [
        ("list.m3u8", "application/vnd.apple.mpegurl", playlist),
        ("list.ffconcat", "text/plain", list),
    ] {
        let server = Server::new(Box::new(move |stream, _| {
            send_head(stream, kind);
            send(stream, text.as_bytes());
        }));
        let opened = open(&server.url(name));
        assert!(opened.is_err(), "{name} leads to no file");
    }
}

#[test]
fn a_source_that_is_no_longer_shown_is_left_within_100_ms() {
    let clip = stream(30);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let (told, ended) = crossbeam_channel::bounded(1);
    let server = Server::new(Box::new(move |stream, _| {
        send_head(stream, "video/mp2t");
        send(stream, &bytes);
        wait_for_end(stream);
        told.send(()).ok();
    }));
    // The machine may have been busy with something else; not every time.
    let took = (0..3).map(|_| {
        let media = open(&server.url("live.ts")).expect("a stream");
        let mut source = decoder_of(&media);
        picture(&mut *source, 0);
        while ended.try_recv().is_ok() {}
        let clock = Clock::system();
        drop((source, media));
        ended
            .recv_timeout(Duration::from_mins(1))
            .expect("the connection is closed");
        clock.now()
    });
    let took = took.min().expect("three");
    // A tenth of a second, and as much again.
    assert!(took < MILLISECOND.scaled(200.0), "{} ms", took.millis());
}

/// Plays an address for some seconds in the program itself; gives its report, and how it ended.
fn played(url: &str, seconds: &str) -> (serde_json::Value, Output) {
    let played = Command::new(env!("CARGO_BIN_EXE_sextet"))
        .args(["play", "--headless", "--renderer", "none", "--seconds"])
        .args([seconds, "--json", "--decode", "software", url])
        .output()
        .expect("it runs");
    let report = serde_json::from_slice(&played.stdout)
        .unwrap_or_else(|error| panic!("{error}: {played:?}"));
    (report, played)
}

#[test]
fn the_command_line_plays_an_address_like_a_file() {
    let clip = stream(90);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let server = Server::new(Box::new(move |stream, _| {
        send_head(stream, "video/mp2t");
        send(stream, &bytes);
        wait_for_end(stream);
    }));
    let (report, played) = played(&server.url("live.ts"), "1");
    let layer = &report["layers"][0];
    assert_eq!(layer["path"], "live", "{report}");
    assert_eq!(layer["decoding"], "in software (as asked)", "{report}");
    // How many come in time on a busy machine is another matter.
    assert!(layer["presented"].as_u64() > Some(0), "{report}");
    // Frames may be lost on a busy machine, which is exit code 1; but it could be read.
    assert!(matches!(played.status.code(), Some(0 | 1)), "{played:?}");
}

#[test]
fn a_source_that_is_not_there_at_first_is_tried_again_while_the_show_plays() {
    let clip = stream(90);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let server = Server::new(Box::new(move |stream, number| {
        if number == 0 {
            send(
                stream,
                b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n",
            );
            return;
        }
        send_head(stream, "video/mp2t");
        send(stream, &bytes);
        wait_for_end(stream);
    }));
    let (report, _) = played(&server.url("live.ts"), "10");
    let layer = &report["layers"][0];
    // How many come in time on a busy machine is another matter.
    assert!(layer["presented"].as_u64() > Some(0), "{report}");
    assert!(layer["error"].is_null(), "{report}");
}

/// A stream sent by the `ffmpeg` tool, until this is dropped.
struct Sender(Child);

impl Sender {
    fn new(clip: &Path, target: &str) -> Self {
        let child = Command::new("ffmpeg")
            .args(["-v", "error", "-re", "-stream_loop", "-1", "-i"])
            .arg(clip)
            .args(["-c", "copy", "-f", "mpegts", target])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("the ffmpeg tools are installed"))
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn a_stream_that_is_sent_here_is_shown_with_little_delay() {
    let clip = stream(90);
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("udp://{}", socket.local_addr().expect("bound"));
    drop(socket);
    let references = clip.reference((96, 64));
    let _sender = Sender::new(&clip.path, &url);
    let media = open_by(&PathBuf::from(&url), &options(Time::from_seconds(5)));
    let media = media.expect("a stream");
    let mut source = decoder_of(&media);
    let seen = numbers_among(&mut *source, &references, 20);
    let steps = seen.windows(2).filter(|pair| pair[1] == (pair[0] + 1) % 90);
    assert!(steps.count() >= 17, "one after the other: {seen:?}");
    // A layer that is held up for a while misses what came meanwhile, and goes on with what is new.
    thread::park_timeout(Duration::from_millis(500));
    let after = numbers_among(&mut *source, &references, 1)[0];
    let last = *seen.last().expect("twenty");
    let ahead = (after + 90 - last) % 90;
    assert!(ahead >= 8, "from {last} to {after}");
    assert!(
        media.health.counts().skipped >= 5,
        "{:?}",
        media.health.counts()
    );
}
