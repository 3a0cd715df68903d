//! The places from which a stream is decoded, and getting there.

use ffmpeg_next as ffmpeg;

use super::PictureStream;
use crate::media::ffmpeg::decode::skipping;
use crate::media::ffmpeg::decode::start_state::StartState;
use crate::media::ffmpeg::demux::packet_index::KeyPacket;

/// Key frames at or before a frame that are tried to begin from, counted backwards.
const KEYS_BACK: [usize; 4] = [1, 2, 4, 16];

/// The same where pictures are refreshed bit by bit. In streams of x264, whose refreshing takes up to two and a half
/// times as long as it is from one to the next, all pictures were exact from the third or fourth on.
const REFRESHES_BACK: [usize; 3] = [4, 8, 16];

/// Key frames before a damaged one among which a whole one is looked for: some seconds of usual streams.
const DAMAGED_BACK: usize = 16;

/// A start of decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Start {
    Timestamp(i64),
    Beginning,
}

impl PictureStream {
    /// Starts for `target`, the likeliest first.
    ///
    /// Containers look up one kind of timestamp or the other, and some land late: each failure asks for an earlier one.
    pub(in crate::media) fn starts(&self, target: u64) -> Vec<Start> {
        if self.is_seeking_lossy {
            return vec![Start::Beginning];
        }
        let mut starts = Vec::new();
        for &back in self.keys_back() {
            let Some(key) = self.whole_key(target, back) else {
                break;
            };
            let both = [key.timestamp, key.decode_timestamp.min(key.timestamp)];
            for start in both.map(Start::Timestamp) {
                if !starts.contains(&start) {
                    starts.push(start);
                }
            }
        }
        starts.push(Start::Beginning);
        starts
    }

    /// The `back`-th key frame at or before `target`, or the nearest before it that is not damaged; itself where all
    /// are, since decoding from the start of a long file would take too long.
    fn whole_key(&self, target: u64, back: usize) -> Option<KeyPacket> {
        let mut keys = (back..back + DAMAGED_BACK)
            .map_while(|back| self.index.key_at_or_before(target, back))
            .peekable();
        let nearest = keys.peek().copied();
        keys.find(|key| !self.damaged_keys.contains(&key.frame))
            .or(nearest)
    }

    pub(super) fn keys_back(&self) -> &'static [usize] {
        if self.is_refreshed {
            &REFRESHES_BACK
        } else {
            &KEYS_BACK
        }
    }

    /// Goes to `start` and empties the decoder; frames before `whole_from` need not come out. Says false if it landed
    /// where `target` cannot be decoded from.
    pub(in crate::media) fn restart(
        &mut self,
        start: Start,
        target: u64,
        whole_from: u64,
    ) -> Result<bool, ffmpeg::Error> {
        self.next = None;
        self.pending = None;
        self.is_running = false;
        self.began_at = None;
        self.given.clear();
        self.whole_from = if self.may_skip { whole_from } else { 0 };
        self.codec.decoder.flush();
        if !self.damaged_keys.is_empty() {
            // Emptied, a decoder still has a picture to fill holes from, and a frame thread that failed does not hand on
            // what it knew.
            self.renew_decoder();
        }
        match start {
            Start::Beginning => {
                self.demuxer = self.demuxer.reopened().map_err(|error| {
                    tracing::debug!(%error, "the file cannot be opened again");
                    ffmpeg::Error::External
                })?;
                // As if nothing had been decoded before: what it knows of later packets may be wrong here.
                self.renew_decoder();
                self.is_at_start = true;
                self.next = Some(0);
                Ok(true)
            }
            Start::Timestamp(timestamp) => {
                if let Some(head) = self.start_state.missing(&self.index, timestamp) {
                    self.show_headers(head)?;
                }
                self.is_at_start = false;
                if self.demuxer.seek(timestamp).is_err() {
                    return Ok(false);
                }
                self.land(target)
            }
        }
    }

    fn renew_decoder(&mut self) {
        self.codec.renew(&self.demuxer.codec_source());
        self.start_state = StartState::new(&self.demuxer);
    }

    /// Gives the decoder the packet of this timestamp, so that it knows what stands in it, and forgets its picture.
    fn show_headers(&mut self, head: i64) -> Result<(), ffmpeg::Error> {
        let mut is_found = self.is_at_start && self.decode_headers(head)?;
        for timestamp in self.index.places_before(head) {
            if is_found {
                break;
            }
            is_found = self.demuxer.seek(timestamp).is_ok() && self.decode_headers(head)?;
        }
        if !is_found && let Ok(demuxer) = self.demuxer.reopened() {
            self.demuxer = demuxer;
            is_found = self.decode_headers(head)?;
        }
        if !is_found {
            tracing::debug!(head, "the packet with the headers is not found again");
            self.start_state.give_up(head);
        }
        self.codec.decoder.flush();
        Ok(())
    }

    /// Decodes the packet of this timestamp; false if the next key frame is another.
    fn decode_headers(&mut self, head: i64) -> Result<bool, ffmpeg::Error> {
        self.is_at_start = false;
        while let Some(packet) = self.demuxer.next_packet()? {
            let timestamp = packet.pts().or_else(|| packet.dts());
            if !packet.is_key() || timestamp.is_none_or(|timestamp| timestamp < head) {
                continue;
            }
            if timestamp != Some(head) {
                return Ok(false);
            }
            skipping::leave_out_unreferenced(&mut self.codec.decoder, false);
            self.start_state.note(&self.index, &packet);
            if let Err(error) = self.codec.decoder.send_packet(&packet) {
                tracing::debug!(%error, head, "the packet with the headers is damaged");
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads up to the first key frame after a seek; false if that is past `target`.
    fn land(&mut self, target: u64) -> Result<bool, ffmpeg::Error> {
        let Some(wanted) = self.index.timestamp_of(target) else {
            return Ok(false);
        };
        while let Some(packet) = self.demuxer.next_packet()? {
            let Some(timestamp) = packet.pts().or_else(|| packet.dts()) else {
                continue;
            };
            if !packet.is_key() {
                continue;
            }
            if timestamp > wanted {
                return Ok(false);
            }
            // The container may call a key frame what the index knows better.
            let position = i64::try_from(packet.position()).unwrap_or(-1);
            let Some(frame) = self.index.frame_of_key(timestamp, position) else {
                continue;
            };
            if frame > target {
                return Ok(false);
            }
            self.next = Some(frame);
            self.began_at = self.next;
            self.pending = Some(packet);
            return Ok(true);
        }
        Ok(false)
    }
}
