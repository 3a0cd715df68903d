//! The sockets, and the thread `osc` that waits on them.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, SystemTime};

use mio::net::{TcpListener, UdpSocket};
use mio::{Events, Interest, Poll, Token, Waker};
use parking_lot::Mutex;
use rustix::net::sockopt::set_socket_recv_buffer_size;

use super::connection::{Connection, ReadEnd};
use super::inbox::Inbox;
use super::listeners::Listeners;
use super::outbox::Outbox;
use super::packet::{MAX_PACKET_BYTES, datagrams};
use super::peer::Peer;
use super::session::Session;
use crate::command::remote::RemoteWaker;
use crate::settings::Osc as OscSettings;
use crate::time::Clock;

/// The name of the thread.
pub(super) const THREAD: &str = "osc";

const UDP: Token = Token(0);
const TCP: Token = Token(1);
const WOKEN: Token = Token(2);
/// The first token of connections.
const FIRST_CONNECTION: usize = 3;

/// Most clients of TCP at once.
const MOST_CONNECTIONS: usize = 32;

/// Datagrams read in one turn, before what they ask for is handed over.
const TURN_DATAGRAMS: usize = 1024;

/// Bytes of datagrams that the system is to keep until they are read, where it allows as many. A small one takes up 768 in
/// Linux: enough for half a second of ten thousand a second, while others have the processor.
const BUFFER_BYTES: usize = 4 << 20;

/// Most datagrams that wait for the network; the oldest are dropped, since newer ones hold newer values.
const MOST_UNSENT: usize = 1024;

/// Attempts at finding a port that is free for both UDP and TCP, where any will do.
const ATTEMPTS: usize = 16;

/// What both threads have.
pub(super) struct Shared {
    /// Requests for the tick.
    pub inbox: Mutex<Inbox>,
    /// What the tick hands over.
    pub outbox: Mutex<Outbox>,
    /// True if the inbox is not empty: a tick asks without the lock. Set after the inbox was filled, with `Release`, and
    /// read with `Acquire`.
    pub has_requests: AtomicBool,
    /// True if somebody hears of changes. It orders nothing.
    pub is_heard: AtomicBool,
    waker: Waker,
    /// Set before the waker is called.
    is_stopping: AtomicBool,
}

impl Shared {
    /// Wakes the thread, to take what the tick handed over.
    pub fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "the thread {THREAD} cannot be woken");
        }
    }
}

/// Owns the thread: dropping it stops and joins.
pub(super) struct Server {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    address: SocketAddr,
}

impl Server {
    /// Opens the sockets, and starts the thread.
    ///
    /// # Errors
    /// The system's: the port is taken, the address is not this machine's, or there is no thread.
    pub fn start(settings: &OscSettings, wake: RemoteWaker) -> io::Result<Self> {
        let (mut udp, mut tcp) = bind(SocketAddr::new(settings.address, settings.port))?;
        let address = udp.local_addr()?;
        let poll = Poll::new()?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut udp, UDP, interest)?;
        poll.registry()
            .register(&mut tcp, TCP, Interest::READABLE)?;
        let listeners = Listeners::of_targets(&settings.targets);
        let shared = Arc::new(Shared {
            inbox: Mutex::default(),
            outbox: Mutex::default(),
            has_requests: AtomicBool::new(false),
            is_heard: AtomicBool::new(!listeners.all().is_empty()),
            waker: Waker::new(poll.registry(), WOKEN)?,
            is_stopping: AtomicBool::new(false),
        });
        let turns = Turns {
            poll,
            udp,
            tcp,
            connections: BTreeMap::new(),
            next_connection: FIRST_CONNECTION,
            unsent: VecDeque::new(),
            buffer: vec![0; MAX_PACKET_BYTES],
            session: Session::new(listeners),
            shared: Arc::clone(&shared),
            wake,
            clock: Clock::system(),
        };
        let thread = Builder::new()
            .name(THREAD.to_owned())
            .spawn(move || turns.run())?;
        Ok(Self {
            shared,
            thread: Some(thread),
            address,
        })
    }

    /// What both threads have.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_stopping.store(true, Ordering::Release);
        self.shared.wake();
        // None of its sockets blocks, so its end is near.
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("{THREAD} ended in a panic");
        }
    }
}

/// Sockets of UDP and TCP on the same port.
fn bind(address: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut attempts = 0;
    loop {
        let udp = UdpSocket::bind(address)?;
        if let Err(error) = set_socket_recv_buffer_size(&udp, BUFFER_BYTES) {
            tracing::debug!(%error, "the buffer for messages is as small as the system makes it");
        }
        attempts += 1;
        match TcpListener::bind(udp.local_addr()?) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(_) if address.port() == 0 && attempts < ATTEMPTS => {}
            Err(error) => return Err(error),
        }
    }
}

/// The state of the thread.
struct Turns {
    poll: Poll,
    udp: UdpSocket,
    tcp: TcpListener,
    connections: BTreeMap<usize, Connection>,
    next_connection: usize,
    unsent: VecDeque<(SocketAddr, Vec<u8>)>,
    buffer: Vec<u8>,
    session: Session,
    shared: Arc<Shared>,
    wake: RemoteWaker,
    clock: Clock,
}

impl Turns {
    fn run(mut self) {
        let mut events = Events::with_capacity(64);
        let mut has_more = false;
        let mut has_panicked = false;
        while !self.shared.is_stopping.load(Ordering::Acquire) {
            let wait = if has_more {
                Some(Duration::ZERO)
            } else {
                self.until_due()
            };
            match self.poll.poll(&mut events, wait) {
                Err(error) if error.kind() != ErrorKind::Interrupted => {
                    tracing::error!(%error, "{THREAD} cannot wait for messages any more");
                    return;
                }
                Ok(()) | Err(_) => {}
            }
            // What a panic leaves half done is one turn's messages.
            let turn = AssertUnwindSafe(|| self.turn());
            has_more = catch_unwind(turn).unwrap_or_else(|_| {
                if !std::mem::replace(&mut has_panicked, true) {
                    let text =
                        "OSC: a message met with a fault of the program, and was passed over";
                    self.shared.inbox.lock().tell(true, text.to_owned());
                    self.shared.has_requests.store(true, Ordering::Release);
                    (self.wake)();
                }
                false
            });
        }
    }

    fn until_due(&self) -> Option<Duration> {
        let left = self.session.next_due()? - self.clock.now();
        // Waits are rounded down to milliseconds: one more, so that there is no spinning before the time has come.
        Some(left.to_duration() + Duration::from_millis(1))
    }

    /// One turn: all sockets are looked at, whichever had an event; true if one of them has more.
    fn turn(&mut self) -> bool {
        let now = self.clock.now();
        // The state comes first: patterns are held against it.
        let outbox = std::mem::take(&mut *self.shared.outbox.lock());
        self.session.publish(outbox, now);
        self.accept();
        let mut has_more = self.read_datagrams();
        has_more |= self.read_connections();
        self.session.take_due(now);
        self.hand_over();
        self.send();
        has_more
    }

    fn accept(&mut self) {
        loop {
            let Ok((mut stream, _)) = self.tcp.accept() else {
                // Nobody waits, or whoever did has gone.
                return;
            };
            if self.connections.len() >= MOST_CONNECTIONS {
                continue;
            }
            let number = self.next_connection;
            let interest = Interest::READABLE | Interest::WRITABLE;
            let registered = self
                .poll
                .registry()
                .register(&mut stream, Token(number), interest);
            if registered.is_ok() {
                self.next_connection += 1;
                self.connections.insert(number, Connection::new(stream));
            }
        }
    }

    fn read_datagrams(&mut self) -> bool {
        let now = self.clock.now();
        for _ in 0..TURN_DATAGRAMS {
            if self.shared.is_stopping.load(Ordering::Acquire) {
                return false;
            }
            match self.udp.recv_from(&mut self.buffer) {
                Ok((count, from)) => {
                    let bytes = self.buffer.get(..count).unwrap_or_default();
                    let wall = SystemTime::now();
                    self.session.receive(bytes, Peer::Udp(from), now, wall);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                // As of a peer that is gone, to which an answer was sent.
                Err(_) => {}
            }
        }
        true
    }

    fn read_connections(&mut self) -> bool {
        let now = self.clock.now();
        let mut has_more = false;
        let mut closed = Vec::new();
        for (number, connection) in &mut self.connections {
            let session = &mut self.session;
            let end = connection.read(&mut self.buffer, |packet| {
                session.receive(packet, Peer::Tcp(*number), now, SystemTime::now());
            });
            match end {
                ReadEnd::Drained => {}
                ReadEnd::More => has_more = true,
                ReadEnd::Closed => closed.push(*number),
            }
        }
        for number in closed {
            self.close(number);
        }
        has_more
    }

    fn close(&mut self, number: usize) {
        self.session.forget(Peer::Tcp(number));
        if let Some(mut connection) = self.connections.remove(&number) {
            // It is closed all the same.
            drop(self.poll.registry().deregister(connection.stream()));
        }
    }

    fn hand_over(&mut self) {
        let is_heard = self.session.is_heard();
        self.shared.is_heard.store(is_heard, Ordering::Relaxed);
        let is_waiting = self.session.hand_over(&mut self.shared.inbox.lock());
        if is_waiting {
            self.shared.has_requests.store(true, Ordering::Release);
            (self.wake)();
        }
    }

    fn send(&mut self) {
        let mut messages: BTreeMap<Peer, Vec<_>> = BTreeMap::new();
        for (to, message) in self.session.replies.drain(..) {
            messages.entry(to).or_default().push(message);
        }
        let mut closed = Vec::new();
        for (to, messages) in messages {
            for packet in datagrams(messages) {
                match to {
                    Peer::Udp(address) => self.unsent.push_back((address, packet)),
                    Peer::Tcp(number) => {
                        let connection = self.connections.get_mut(&number);
                        if connection.is_some_and(|connection| connection.send(&packet).is_err()) {
                            closed.push(number);
                        }
                    }
                }
            }
        }
        for (number, connection) in &mut self.connections {
            if connection.flush().is_err() {
                closed.push(*number);
            }
        }
        for number in closed {
            self.close(number);
        }
        self.send_datagrams();
    }

    fn send_datagrams(&mut self) {
        while let Some((to, packet)) = self.unsent.front() {
            match self.udp.send_to(packet, *to) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                // Nobody there is no fault here.
                Ok(_) | Err(_) => drop(self.unsent.pop_front()),
            }
        }
        while self.unsent.len() > MOST_UNSENT {
            self.unsent.pop_front();
        }
    }
}
