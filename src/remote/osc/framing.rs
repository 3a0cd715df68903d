//! Packets in a stream: SLIP (RFC 1055), as OSC 1.1 says, or a size before each, as OSC 1.0 says.
//!
//! The first byte of a stream tells which: a size below 16 MiB begins with a zero, and neither SLIP's mark nor a packet
//! does.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::packet::MAX_PACKET_BYTES;

/// Marks of SLIP (RFC 1055).
const END: u8 = 0o300;
const ESC: u8 = 0o333;
const ESC_END: u8 = 0o334;
const ESC_ESC: u8 = 0o335;

/// Size of the size before a packet, in bytes.
const SIZE_BYTES: usize = 4;

/// The way packets are marked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// SLIP.
    Slip,
    /// A size before each.
    Sized,
}

/// A stream that cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a packet in a stream has at most {MAX_PACKET_BYTES} bytes")]
pub struct FramingError;

/// Reads packets from a stream, in pieces as they come.
#[derive(Debug, Default)]
pub struct FrameReader {
    framing: Option<Framing>,
    packet: Vec<u8>,
    is_escaped: bool,
}

impl FrameReader {
    /// The framing of the stream; SLIP until something has come.
    pub fn framing(&self) -> Framing {
        self.framing.unwrap_or(Framing::Slip)
    }

    /// Takes bytes, and gives each packet that they complete to `each`.
    ///
    /// # Errors
    /// A packet is too large.
    pub fn read(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) -> Result<(), FramingError> {
        let Some(first) = bytes.first() else {
            return Ok(());
        };
        let of_first = if *first == 0 {
            Framing::Sized
        } else {
            Framing::Slip
        };
        match *self.framing.get_or_insert(of_first) {
            Framing::Slip => self.read_slip(bytes, &mut each),
            Framing::Sized => self.read_sized(bytes, &mut each),
        }
    }

    fn read_slip(
        &mut self,
        bytes: &[u8],
        each: &mut impl FnMut(&[u8]),
    ) -> Result<(), FramingError> {
        for byte in bytes {
            let is_escaped = std::mem::take(&mut self.is_escaped);
            let byte = match *byte {
                END => {
                    if !self.packet.is_empty() {
                        each(&self.packet);
                        self.packet.clear();
                    }
                    continue;
                }
                ESC => {
                    self.is_escaped = true;
                    continue;
                }
                ESC_END if is_escaped => END,
                ESC_ESC if is_escaped => ESC,
                byte => byte,
            };
            if self.packet.len() >= MAX_PACKET_BYTES {
                return Err(FramingError);
            }
            self.packet.push(byte);
        }
        Ok(())
    }

    fn read_sized(
        &mut self,
        mut bytes: &[u8],
        each: &mut impl FnMut(&[u8]),
    ) -> Result<(), FramingError> {
        while !bytes.is_empty() {
            let wanted = match self.packet.first_chunk::<SIZE_BYTES>() {
                None => SIZE_BYTES,
                Some(size) => {
                    let size = u32::from_be_bytes(*size) as usize;
                    if size > MAX_PACKET_BYTES {
                        return Err(FramingError);
                    }
                    size.saturating_add(SIZE_BYTES)
                }
            };
            let missing = wanted.saturating_sub(self.packet.len());
            let (taken, rest) = bytes.split_at(missing.min(bytes.len()));
            self.packet.extend_from_slice(taken);
            bytes = rest;
            self.give_whole(each);
        }
        Ok(())
    }

    /// Gives the packet if all of it is there.
    fn give_whole(&mut self, each: &mut impl FnMut(&[u8])) {
        let Some((size, packet)) = self.packet.split_first_chunk::<SIZE_BYTES>() else {
            return;
        };
        if packet.len() == u32::from_be_bytes(*size) as usize {
            if !packet.is_empty() {
                each(packet);
            }
            self.packet.clear();
        }
    }
}

/// Appends a packet to a stream.
pub fn write(packet: &[u8], framing: Framing, stream: &mut Vec<u8>) {
    match framing {
        Framing::Sized => {
            let size = u32::try_from(packet.len()).unwrap_or(u32::MAX);
            stream.extend(size.to_be_bytes());
            stream.extend(packet);
        }
        Framing::Slip => {
            stream.push(END);
            for byte in packet {
                match *byte {
                    END => stream.extend([ESC, ESC_END]),
                    ESC => stream.extend([ESC, ESC_ESC]),
                    byte => stream.push(byte),
                }
            }
            stream.push(END);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn packets_come_back_however_the_stream_is_cut(
            packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 1..6),
            piece in 1_usize..50,
            is_sized: bool,
        ) {
            let framing = if is_sized { Framing::Sized } else { Framing::Slip };
            let mut stream = Vec::new();
            for packet in &packets {
                write(packet, framing, &mut stream);
            }
            let mut reader = FrameReader::default();
            let mut read: Vec<Vec<u8>> = Vec::new();
            for bytes in stream.chunks(piece) {
                reader.read(bytes, |packet| read.push(packet.to_vec())).expect("small");
            }
            prop_assert_eq!(read, packets);
        }

        #[test]
        fn any_stream_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = FrameReader::default();
            let _outcome = reader.read(&bytes, |packet| assert!(packet.len() <= MAX_PACKET_BYTES));
        }
    }

    #[test]
    fn a_stream_that_never_ends_a_packet_is_refused() {
        let mut reader = FrameReader::default();
        let endless = vec![b'/'; MAX_PACKET_BYTES + 1];
        assert_eq!(reader.read(&endless, |_| ()), Err(FramingError));
        let mut reader = FrameReader::default();
        assert_eq!(reader.read(&[0, 1, 0, 1], |_| ()), Ok(()));
        assert_eq!(reader.read(&[0], |_| ()), Err(FramingError));
    }
}
