//! A watchdog: when a test does not come on for too long, it says what each thread of the program waits for, and ends it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

/// Barks unless it is fed often enough; goes when it is dropped.
pub struct Watchdog {
    food: Sender<String>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watchdog {
    /// Begins to watch: at most `patience` may lie between two feedings.
    pub fn start(patience: Duration) -> Self {
        // A bowl that is full is as good as one feeding more.
        let (food, bowl) = bounded(8);
        let thread = std::thread::Builder::new()
            .name("watchdog".to_owned())
            .spawn(move || watch(&bowl, patience))
            .expect("a thread");
        Self {
            food,
            thread: Some(thread),
        }
    }

    /// The test has come on; `what` is what it does next.
    pub fn feed(&self, what: impl std::fmt::Debug) {
        let _is_full = self.food.try_send(format!("{what:?}")).is_err();
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let (closed, _) = bounded(1);
        drop(std::mem::replace(&mut self.food, closed));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("it only watches");
        }
    }
}

fn watch(bowl: &Receiver<String>, patience: Duration) {
    let mut last = "begin".to_owned();
    loop {
        match bowl.recv_timeout(patience) {
            Ok(what) => last = what,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let text = format!("nothing for {patience:?} after {last}\n{}", threads());
                // Written past the harness, which keeps what is printed until a test ends.
                std::io::stderr().write_all(text.as_bytes()).ok();
                std::process::abort();
            }
        }
    }
}

/// Lines that say what each thread waits for: its name, its state, and the system call it is in (proc(5)).
pub fn threads() -> String {
    let mut text = String::new();
    let entries = fs::read_dir("/proc/self/task").into_iter().flatten();
    for task in entries.flatten().map(|entry| entry.path()) {
        let read = |name: &str| {
            let text = fs::read_to_string(task.join(name)).unwrap_or_default();
            text.trim().to_owned()
        };
        let stat = read("stat");
        let state = stat
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next());
        let call = read("syscall");
        let call = match call.split(' ').next() {
            Some("202") => "futex: a lock, a condition or a channel",
            Some("0" | "17") => "read",
            Some("7" | "271") => "poll",
            Some("35" | "230") => "sleep",
            Some("running") => "running",
            Some("") | None => "not told",
            Some(_) => "another call",
        };
        let wait = read("wchan");
        let state = state.unwrap_or('?');
        writeln!(text, "{:<16} {state}  {call}  ({wait})", read("comm")).expect("text grows");
    }
    text
}
