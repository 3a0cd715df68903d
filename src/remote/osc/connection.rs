//! One client of TCP.

use std::io::{self, ErrorKind, Read as _, Write as _};

use mio::net::TcpStream;

use super::framing::{self, FrameReader};

/// Most bytes that wait for a client. One that takes so little is cut off, and may connect again.
const MOST_WAITING: usize = 1 << 20;

/// Bytes read in one turn of one client, so that none keeps the others waiting.
const TURN_BYTES: usize = 1 << 18;

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    reader: FrameReader,
    waiting: Vec<u8>,
}

/// State of a connection after it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadEnd {
    /// There is nothing more for now.
    Drained,
    /// There is more.
    More,
    /// It has ended, or what comes cannot be read.
    Closed,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            reader: FrameReader::default(),
            waiting: Vec::new(),
        }
    }

    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Reads what is there, and gives each packet to `each`.
    pub fn read(&mut self, buffer: &mut [u8], mut each: impl FnMut(&[u8])) -> ReadEnd {
        let mut taken = 0;
        while taken < TURN_BYTES {
            match self.stream.read(buffer) {
                Ok(0) => return ReadEnd::Closed,
                Ok(count) => {
                    taken += count;
                    let bytes = buffer.get(..count).unwrap_or_default();
                    if self.reader.read(bytes, &mut each).is_err() {
                        return ReadEnd::Closed;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return ReadEnd::Drained,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return ReadEnd::Closed,
            }
        }
        ReadEnd::More
    }

    /// Sends a packet, now or once the client takes it.
    ///
    /// # Errors
    /// The connection has ended, or takes too little.
    pub fn send(&mut self, packet: &[u8]) -> io::Result<()> {
        framing::write(packet, self.reader.framing(), &mut self.waiting);
        self.flush()
    }

    /// Sends what waits.
    ///
    /// # Errors
    /// As of [`Self::send`].
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.waiting.is_empty() {
            match self.stream.write(&self.waiting) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => drop(self.waiting.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.waiting.len() > MOST_WAITING {
            return Err(ErrorKind::OutOfMemory.into());
        }
        Ok(())
    }
}
