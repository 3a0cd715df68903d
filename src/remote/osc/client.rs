//! A small client: sends messages, and listens.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use rosc::{OscMessage, OscType};

pub use super::answers::LIST_END;
use super::packet::{self, MAX_PACKET_BYTES, PacketError};
pub use super::session::{ERROR, SUBSCRIBE};
use super::words;
use crate::time::{Clock, Time};

/// A failure of the client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The message cannot be written as a packet.
    #[error(transparent)]
    Packet(#[from] PacketError),
}

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownMessage {
    /// Its address.
    pub address: String,
    /// Its type tags, without the comma.
    pub types: String,
    /// Its arguments.
    pub args: Vec<ShownArgument>,
}

/// An argument as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum ShownArgument {
    /// A whole number.
    Int(i64),
    /// A number of 32 bits, which is written short.
    Float(f32),
    /// A number of 64 bits.
    Double(f64),
    /// A switch.
    Bool(bool),
    /// A text, or what has no other form.
    Text(String),
    /// Nothing.
    Nil,
}

impl From<OscMessage> for ShownMessage {
    fn from(message: OscMessage) -> Self {
        Self {
            address: message.addr,
            types: message.args.iter().map(words::tag).collect(),
            args: message.args.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OscType> for ShownArgument {
    fn from(arg: OscType) -> Self {
        match arg {
            OscType::Int(value) => Self::Int(value.into()),
            OscType::Long(value) => Self::Int(value),
            OscType::Float(value) => Self::Float(value),
            OscType::Double(value) => Self::Double(value),
            OscType::Bool(is_on) => Self::Bool(is_on),
            OscType::String(text) => Self::Text(text),
            OscType::Char(letter) => Self::Text(letter.to_string()),
            OscType::Blob(bytes) => Self::Text(format!("{} bytes", bytes.len())),
            OscType::Nil => Self::Nil,
            OscType::Inf => Self::Text("impulse".to_owned()),
            other @ (OscType::Time(_)
            | OscType::Color(_)
            | OscType::Midi(_)
            | OscType::Array(_)) => Self::Text(format!("{other:?}")),
        }
    }
}

/// An argument from a word: a whole number, a number, `true` or `false`, else a text.
pub fn argument(word: &str) -> OscType {
    let int = word.parse().map(OscType::Int);
    let long = || word.parse().map(OscType::Long);
    let float = || match word.parse::<f32>() {
        Ok(value) if value.is_finite() => Some(OscType::Float(value)),
        Ok(_) | Err(_) => None,
    };
    match word {
        "true" => OscType::Bool(true),
        "false" => OscType::Bool(false),
        word => int
            .or_else(|_| long())
            .ok()
            .or_else(float)
            .unwrap_or_else(|| OscType::String(word.to_owned())),
    }
}

/// A packet that came.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Who sent it.
    pub from: SocketAddr,
    /// Its messages, or the reason that they cannot be read.
    pub messages: Result<Vec<ShownMessage>, PacketError>,
}

/// A socket that sends and hears.
#[derive(Debug)]
pub struct Client {
    socket: UdpSocket,
    buffer: Vec<u8>,
    clock: Clock,
}

impl Client {
    /// A client that hears on this address.
    ///
    /// # Errors
    /// The system's.
    pub fn listening(address: SocketAddr) -> Result<Self, ClientError> {
        Ok(Self {
            socket: UdpSocket::bind(address)?,
            buffer: vec![0; MAX_PACKET_BYTES],
            clock: Clock::system(),
        })
    }

    /// A client that talks to this address.
    ///
    /// # Errors
    /// The system's.
    pub fn to(address: SocketAddr) -> Result<Self, ClientError> {
        Self::listening(match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        })
    }

    /// The address that it hears on.
    ///
    /// # Errors
    /// The system's.
    pub fn address(&self) -> Result<SocketAddr, ClientError> {
        Ok(self.socket.local_addr()?)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The system's, or the message is too large.
    pub fn send(
        &self,
        to: SocketAddr,
        address: &str,
        args: Vec<OscType>,
    ) -> Result<(), ClientError> {
        let addr = address.to_owned();
        let packet = packet::encode(vec![OscMessage { addr, args }], None)?;
        self.socket.send_to(&packet, to)?;
        Ok(())
    }

    /// The next packet that comes within `patience`, however long that takes without; none if none comes.
    ///
    /// # Errors
    /// The system's.
    pub fn receive(&mut self, patience: Option<Time>) -> Result<Option<Heard>, ClientError> {
        let until = patience.map(|patience| self.clock.now() + patience);
        loop {
            let left = until.map(|until| (until - self.clock.now()).to_duration());
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(None);
            }
            // Less than a microsecond would be none, which the system refuses.
            let left = left.map(|left| left.max(Duration::from_micros(1)));
            self.socket.set_read_timeout(left)?;
            match self.socket.recv_from(&mut self.buffer) {
                Ok((count, from)) => {
                    let bytes = self.buffer.get(..count).unwrap_or_default();
                    let messages = packet::decode(bytes);
                    let shown = messages.map(|messages| {
                        let messages = messages.into_iter();
                        messages.map(|received| received.message.into()).collect()
                    });
                    return Ok(Some(Heard {
                        from,
                        messages: shown,
                    }));
                }
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// True if it is worth waiting on: time is up, a signal came, or somebody before was not there.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock
            | ErrorKind::TimedOut
            | ErrorKind::Interrupted
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_arguments_of_the_type_that_they_look_like() {
        for (word, expected) in [
            ("3", OscType::Int(3)),
            ("-3000000000", OscType::Long(-3_000_000_000)),
            ("0.5", OscType::Float(0.5)),
            ("true", OscType::Bool(true)),
            ("nan", OscType::String("nan".to_owned())),
            ("?", OscType::String("?".to_owned())),
            ("a b", OscType::String("a b".to_owned())),
        ] {
            assert_eq!(argument(word), expected, "{word}");
        }
    }
}
