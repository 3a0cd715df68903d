//! Positions of every frame's stored bytes in a file, by its container's index.

use crate::time::{FrameIndex, FrameRate};

/// Position of one packet in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketSpan {
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Length in bytes.
    pub size: u32,
}

impl PacketSpan {
    /// The first byte after the packet; `None` where that overflows.
    pub fn end(self) -> Option<u64> {
        self.offset.checked_add(u64::from(self.size))
    }
}

/// The packets of a video stream in presentation order.
///
/// A span may lie outside the file, as in a file still being written: its frame then fails when read, and the others
/// play.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PacketTable {
    spans: Vec<PacketSpan>,
}

impl PacketTable {
    /// A table of packets, in presentation order.
    pub fn new(spans: Vec<PacketSpan>) -> Self {
        Self { spans }
    }

    /// Number of packets.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The packet of `frame`, or `None` past the end.
    pub fn span(&self, frame: FrameIndex) -> Option<PacketSpan> {
        self.spans.get(usize::try_from(frame.0).ok()?).copied()
    }

    /// All packets, in presentation order.
    pub fn spans(&self) -> &[PacketSpan] {
        &self.spans
    }

    /// True if every packet lies inside a file of `file_len` bytes.
    pub fn fits(&self, file_len: u64) -> bool {
        self.spans
            .iter()
            .all(|span| span.end().is_some_and(|end| end <= file_len))
    }

    /// Bytes of the largest packet, zero without any.
    pub fn largest_bytes(&self) -> u32 {
        self.spans.iter().map(|span| span.size).max().unwrap_or(0)
    }

    /// Mean rate of stored bytes over the whole stream, in megabytes (10⁶) per second of playing.
    pub fn mean_mb_per_s(&self, rate: FrameRate) -> f64 {
        if self.spans.is_empty() {
            return 0.0;
        }
        let bytes: u128 = self.spans.iter().map(|span| u128::from(span.size)).sum();
        bytes as f64 / self.spans.len() as f64 * rate.fps() / 1e6
    }

    /// Rate over the second of playing that needs most, in megabytes (10⁶) per second.
    pub fn peak_mb_per_s(&self, rate: FrameRate) -> f64 {
        let window = (rate.fps().round() as usize).clamp(1, self.spans.len().max(1));
        let mut inside: u64 = 0;
        let mut most = 0;
        for (index, span) in self.spans.iter().enumerate() {
            inside += u64::from(span.size);
            if let Some(left) = index.checked_sub(window) {
                inside -= self.spans.get(left).map_or(0, |span| u64::from(span.size));
            }
            most = most.max(inside);
        }
        most as f64 / window as f64 * rate.fps() / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(sizes: &[u32]) -> PacketTable {
        let mut offset = 0;
        let spans = sizes.iter().map(|&size| {
            let span = PacketSpan { offset, size };
            offset += u64::from(size);
            span
        });
        PacketTable::new(spans.collect())
    }

    #[test]
    fn the_peak_is_the_busiest_second() {
        let rate = FrameRate::new(2, 1).expect("valid");
        let table = table(&[1_000_000, 1_000_000, 3_000_000, 5_000_000, 0, 0]);
        assert!((table.mean_mb_per_s(rate) - 10.0 / 3.0).abs() < 1e-9);
        assert!((table.peak_mb_per_s(rate) - 8.0).abs() < 1e-9);
        assert_eq!(table.largest_bytes(), 5_000_000);
    }

    #[test]
    fn rates_of_a_stream_shorter_than_a_second_are_those_of_its_frames() {
        let table = table(&[1_000_000]);
        assert!((table.peak_mb_per_s(FrameRate::FPS_60) - 60.0).abs() < 1e-9);
        assert_eq!(PacketTable::default().peak_mb_per_s(FrameRate::FPS_60), 0.0);
    }

    #[test]
    fn spans_past_the_end_or_the_range_of_offsets_do_not_fit() {
        assert!(table(&[4, 4]).fits(8));
        assert!(!table(&[4, 4]).fits(7));
        let span = PacketSpan {
            offset: u64::MAX,
            size: 1,
        };
        assert!(!PacketTable::new(vec![span]).fits(u64::MAX));
    }
}
