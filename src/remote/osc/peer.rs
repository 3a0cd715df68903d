//! Who is at the other end.

use std::net::SocketAddr;

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Peer {
    /// A UDP socket.
    Udp(SocketAddr),
    /// A connection, by its number.
    Tcp(usize),
}
