//! Any bytes as a packet of Open Sound Control, and as a stream of packets: read, taken by a program without layers, and if
//! they are messages, written and read again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::remote::osc::dry_run;
use sextet::remote::osc::framing::FrameReader;
use sextet::remote::osc::packet::{MAX_PACKET_BYTES, datagrams, decode};
use sextet::remote::osc::pattern::Pattern;

fuzz_target!(|data: &[u8]| {
    let mut reader = FrameReader::default();
    for piece in data.chunks(7) {
        let read = reader.read(piece, |packet| assert!(packet.len() <= MAX_PACKET_BYTES));
        if read.is_err() {
            break;
        }
    }
    dry_run(data);
    let Ok(messages) = decode(data) else {
        return;
    };
    for received in &messages {
        if let Some(pattern) = Pattern::parse(&received.message.addr) {
            pattern.matches("/layer/1/opacity");
        }
    }
    let addresses: Vec<_> = messages.iter().map(|received| received.message.addr.clone()).collect();
    let written = datagrams(messages.into_iter().map(|received| received.message).collect());
    let again = written.iter().flat_map(|packet| decode(packet).expect("what was written"));
    let again: Vec<_> = again.map(|received| received.message.addr).collect();
    assert_eq!(again, addresses, "they are the same messages");
});
