//! Packets: bytes as messages with the times at which they are due, and messages as bytes.
//!
//! Bundles are walked here, so that their depth and the number of their messages are bounded; single messages are
//! read by [`rosc`], after what it would take on trust has been checked.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rosc::{OscBundle, OscMessage, OscPacket, OscTime};

/// Largest packet, in bytes: more than UDP carries (65,507).
pub const MAX_PACKET_BYTES: usize = 65_536;

/// Deepest nesting of bundles.
const MAX_DEPTH: usize = 8;

/// Most messages in a packet.
const MAX_MESSAGES: usize = 2048;

/// Longest string of type tags, in bytes; more arguments than anything here takes.
const MAX_TYPE_TAGS: usize = 64;

/// Most arrays in a message: their nesting is a recursion when they are dropped.
const MAX_ARRAYS: usize = 8;

/// Largest datagram that is sent, in bytes: what Ethernet carries in one piece, with room for headers.
const DATAGRAM_BYTES: usize = 1400;

/// Most messages that are sent to one client at once without a bundle.
const MAX_UNBUNDLED: usize = 16;

/// The mark at the beginning of a bundle.
const BUNDLE: &[u8; 8] = b"#bundle\0";

/// Size of the time tag, and of the size before an element, in bytes.
const TAG_BYTES: usize = 8;
const SIZE_BYTES: usize = 4;

/// The time tag that means at once (OSC 1.0, "OSC Time Tags").
const IMMEDIATELY: OscTime = OscTime {
    seconds: 0,
    fractional: 1,
};

/// Seconds from 1900 to 1970 (RFC 5905 §6).
const NTP_TO_UNIX_S: u64 = 2_208_988_800;

/// A message of a packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The message.
    pub message: OscMessage,
    /// The time at which it is due, if that is not at once.
    pub due: Option<SystemTime>,
}

/// Reason that a packet is not read. Nothing of it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// It is too large.
    #[error("a packet has at most {MAX_PACKET_BYTES} bytes")]
    TooLarge,
    /// Its size is no multiple of four.
    #[error("a packet, message or bundle has a multiple of 4 bytes, not {0}")]
    Uneven(usize),
    /// It begins with neither an address nor the mark of a bundle.
    #[error("a packet begins with / or #bundle")]
    Neither,
    /// It ends before a part that it announces.
    #[error("the packet ends too soon")]
    Short,
    /// Bundles are nested too deep.
    #[error("bundles may be nested {MAX_DEPTH} deep")]
    Deep,
    /// There are too many messages.
    #[error("a packet may hold {MAX_MESSAGES} messages")]
    TooMany,
    /// The type tags are none, or too many.
    #[error("the type tags begin with a comma and are at most {MAX_TYPE_TAGS}")]
    TypeTags,
    /// The message is not read by the library.
    #[error("{0}")]
    Message(String),
}

/// The messages of a packet, in order.
///
/// # Errors
/// Reason that it is not read.
pub fn decode(bytes: &[u8]) -> Result<Vec<Received>, PacketError> {
    if bytes.len() > MAX_PACKET_BYTES {
        return Err(PacketError::TooLarge);
    }
    let mut messages = Vec::new();
    element(bytes, None, 0, &mut messages)?;
    Ok(messages)
}

fn element(
    bytes: &[u8],
    due: Option<SystemTime>,
    depth: usize,
    messages: &mut Vec<Received>,
) -> Result<(), PacketError> {
    if !bytes.len().is_multiple_of(4) {
        return Err(PacketError::Uneven(bytes.len()));
    }
    if let Some(content) = bytes.strip_prefix(BUNDLE) {
        return bundle(content, depth, messages);
    }
    if messages.len() >= MAX_MESSAGES {
        return Err(PacketError::TooMany);
    }
    let message = message(bytes)?;
    messages.push(Received { message, due });
    Ok(())
}

fn bundle(content: &[u8], depth: usize, messages: &mut Vec<Received>) -> Result<(), PacketError> {
    let depth = depth.saturating_add(1);
    if depth > MAX_DEPTH {
        return Err(PacketError::Deep);
    }
    let (tag, mut rest) = content
        .split_at_checked(TAG_BYTES)
        .ok_or(PacketError::Short)?;
    let due = due_at(time_tag(tag).ok_or(PacketError::Short)?);
    while !rest.is_empty() {
        let (size, behind) = rest
            .split_first_chunk::<SIZE_BYTES>()
            .ok_or(PacketError::Short)?;
        let size = u32::from_be_bytes(*size) as usize;
        let (content, behind) = behind.split_at_checked(size).ok_or(PacketError::Short)?;
        element(content, due, depth, messages)?;
        rest = behind;
    }
    Ok(())
}

fn message(bytes: &[u8]) -> Result<OscMessage, PacketError> {
    if bytes.first() != Some(&b'/') {
        return Err(PacketError::Neither);
    }
    let (address, rest) = string(bytes).ok_or(PacketError::Short)?;
    if rest.is_empty() {
        // Old senders leave the type tags out where there are no arguments.
        let address = std::str::from_utf8(address);
        let address = address.map_err(|error| PacketError::Message(error.to_string()))?;
        return Ok(OscMessage {
            addr: address.to_owned(),
            args: Vec::new(),
        });
    }
    let (tags, _) = string(rest).ok_or(PacketError::Short)?;
    let arrays = tags.split(|tag| *tag == b'[').skip(1).count();
    if tags.first() != Some(&b',') || tags.len() > MAX_TYPE_TAGS || arrays > MAX_ARRAYS {
        return Err(PacketError::TypeTags);
    }
    match rosc::decoder::decode_udp(bytes) {
        Ok((_, OscPacket::Message(message))) => Ok(message),
        Ok((_, OscPacket::Bundle(_))) => Err(PacketError::Neither),
        Err(error) => Err(PacketError::Message(error.to_string())),
    }
}

/// The bytes of a string up to its first zero, and what follows its padding.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let padded = end.checked_add(1)?.checked_next_multiple_of(4)?;
    Some((bytes.get(..end)?, bytes.get(padded..)?))
}

fn time_tag(bytes: &[u8]) -> Option<OscTime> {
    let (seconds, fractional) = bytes.split_first_chunk::<SIZE_BYTES>()?;
    Some(OscTime {
        seconds: u32::from_be_bytes(*seconds),
        fractional: u32::from_be_bytes(*fractional.first_chunk()?),
    })
}

/// The time of a tag; none for at once, and for what was before 1970.
fn due_at(tag: OscTime) -> Option<SystemTime> {
    if tag == IMMEDIATELY {
        return None;
    }
    let seconds = u64::from(tag.seconds).checked_sub(NTP_TO_UNIX_S)?;
    let nanos = (u64::from(tag.fractional).wrapping_mul(1_000_000_000)) >> 32;
    let since = Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanos))?;
    UNIX_EPOCH.checked_add(since)
}

/// A time as a tag; at once for what no tag can name.
pub fn tag_of(time: SystemTime) -> OscTime {
    let since = time.duration_since(UNIX_EPOCH).ok();
    let tag = since.and_then(|since| {
        let seconds = since.as_secs().checked_add(NTP_TO_UNIX_S)?;
        let fraction = (u64::from(since.subsec_nanos()) << 32).checked_div(1_000_000_000)?;
        Some(OscTime {
            seconds: u32::try_from(seconds).ok()?,
            fractional: u32::try_from(fraction).ok()?,
        })
    });
    tag.unwrap_or(IMMEDIATELY)
}

/// A packet of one message, or of a bundle that is due at `due`.
///
/// # Errors
/// What the library says.
pub fn encode(
    mut messages: Vec<OscMessage>,
    due: Option<SystemTime>,
) -> Result<Vec<u8>, PacketError> {
    let packet = match (messages.pop(), due) {
        (Some(message), None) if messages.is_empty() => OscPacket::Message(message),
        (last, due) => {
            messages.extend(last);
            let content = messages.into_iter().map(OscPacket::Message).collect();
            OscPacket::Bundle(OscBundle {
                timetag: due.map_or(IMMEDIATELY, tag_of),
                content,
            })
        }
    };
    rosc::encoder::encode(&packet).map_err(|error| PacketError::Message(error.to_string()))
}

/// Messages in datagrams: a few as they are, since small clients cannot read bundles; many in as few bundles as they fit
/// in, since a client has little room for datagrams that wait.
pub fn datagrams(messages: Vec<OscMessage>) -> Vec<Vec<u8>> {
    if messages.len() <= MAX_UNBUNDLED {
        let packets = messages.into_iter();
        return packets
            .filter_map(|message| encode(vec![message], None).ok())
            .collect();
    }
    let mut packets = Vec::new();
    let mut bundle: Vec<OscMessage> = Vec::new();
    let mut bytes = 0_usize;
    for message in messages {
        let size = rosc::encoder::encode(&OscPacket::Message(message.clone()))
            .map_or(0, |bytes| bytes.len().saturating_add(SIZE_BYTES));
        if bytes.saturating_add(size) > DATAGRAM_BYTES && !bundle.is_empty() {
            packets.extend(encode(std::mem::take(&mut bundle), None).ok());
            bytes = 0;
        }
        bytes = bytes.saturating_add(size);
        bundle.push(message);
    }
    if !bundle.is_empty() {
        packets.extend(encode(bundle, None).ok());
    }
    packets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rosc::OscType;

    use super::*;

    fn said(address: &str, args: Vec<OscType>) -> OscMessage {
        OscMessage {
            addr: address.to_owned(),
            args,
        }
    }

    /// A bundle around an element, as bytes.
    fn around(element: &[u8]) -> Vec<u8> {
        let size = u32::try_from(element.len()).expect("small").to_be_bytes();
        [BUNDLE, &[0, 0, 0, 0, 0, 0, 0, 1][..], &size, element].concat()
    }

    #[test]
    fn messages_of_every_type_come_back() {
        let args = vec![
            OscType::Int(-1),
            OscType::Float(0.5),
            OscType::String("ü".to_owned()),
            OscType::Bool(true),
            OscType::Nil,
            OscType::Inf,
            OscType::Double(1e-9),
            OscType::Long(1 << 40),
            OscType::Char('x'),
            OscType::Blob(vec![1, 2, 3]),
        ];
        let sent = vec![said("/a", args), said("/b/c", Vec::new())];
        let bytes = encode(sent.clone(), None).expect("encodes");
        let read = decode(&bytes).expect("decodes");
        let read: Vec<_> = read.into_iter().map(|received| received.message).collect();
        assert_eq!(read, sent);
    }

    #[test]
    fn a_bundle_is_due_at_its_time() {
        let due = UNIX_EPOCH + Duration::new(1_800_000_000, 500_000_000);
        let bytes = encode(vec![said("/a", Vec::new())], Some(due)).expect("encodes");
        let read = decode(&bytes).expect("decodes");
        assert_eq!(read[0].due, Some(due));
        let now = encode(vec![said("/a", Vec::new()); 2], None).expect("encodes");
        assert!(
            decode(&now)
                .expect("decodes")
                .iter()
                .all(|received| received.due.is_none()),
            "at once"
        );
    }

    #[test]
    fn an_address_without_type_tags_has_no_arguments() {
        let read = decode(b"/ab\0").expect("decodes");
        assert_eq!(read[0].message, said("/ab", Vec::new()));
    }

    #[test]
    fn what_is_malformed_anywhere_is_refused_as_a_whole() {
        let good = encode(vec![said("/a", vec![OscType::Int(1)])], None).expect("encodes");
        let mut deep = good.clone();
        for _ in 0..=MAX_DEPTH {
            deep = around(&deep);
        }
        assert_eq!(decode(&deep), Err(PacketError::Deep));
        let mut cut = around(&good);
        cut.truncate(cut.len() - 4);
        assert_eq!(decode(&cut), Err(PacketError::Short));
        assert_eq!(decode(&vec![0; 70_000]), Err(PacketError::TooLarge));
        assert_eq!(decode(b"/a\0"), Err(PacketError::Uneven(3)));
        assert_eq!(decode(b""), Err(PacketError::Neither));
        assert_eq!(decode(b"abc\0"), Err(PacketError::Neither));
        assert_eq!(decode(b"/a\0\0i\0\0\0\0\0\0\0"), Err(PacketError::TypeTags));
        let arrays = [b"/a\0\0,".to_vec(), vec![b'['; 31], vec![0; 4]].concat();
        assert_eq!(decode(&arrays), Err(PacketError::TypeTags));
        let blob = b"/a\0\0,b\0\0\xff\xff\xff\xff";
        assert!(matches!(decode(blob), Err(PacketError::Message(_))));
    }

    #[test]
    fn many_messages_go_in_few_datagrams_and_none_too_large() {
        let messages: Vec<_> = (0..500)
            .map(|number| said("/layer/1/opacity", vec![OscType::Int(number)]))
            .collect();
        let packets = datagrams(messages.clone());
        assert!(packets.len() < 20, "{}", packets.len());
        let mut read = Vec::new();
        for packet in &packets {
            assert!(packet.len() <= DATAGRAM_BYTES + 16, "{}", packet.len());
            read.extend(
                decode(packet)
                    .expect("decodes")
                    .into_iter()
                    .map(|r| r.message),
            );
        }
        assert_eq!(read, messages);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
            let _outcome = decode(&bytes);
            let _outcome = decode(&around(&bytes));
        }

        #[test]
        fn a_good_packet_may_be_changed_anywhere(at in 0_usize..200, to: u8, end in 0_usize..200) {
            let args = vec![OscType::String("text".to_owned()), OscType::Blob(vec![9; 5]), OscType::Int(3)];
            let mut bytes = encode(vec![said("/layer/1/opacity", args); 3], None).expect("encodes");
            if let Some(byte) = bytes.get_mut(at) {
                *byte = to;
            }
            let _outcome = decode(&bytes);
            bytes.truncate(end);
            let _outcome = decode(&bytes);
        }
    }
}
