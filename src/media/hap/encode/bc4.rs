//! BC4, and the alpha half of BC3: two levels of 8 bits and 3 bits per texel.

/// Encodes levels in 0..255.
pub(super) fn encode(levels: &[f32; 16]) -> [u8; 8] {
    let levels = levels.map(|level| level.clamp(0.0, 255.0).round() as u8);
    let most = levels.iter().copied().max().unwrap_or(0);
    let least = levels.iter().copied().min().unwrap_or(0);
    if most == least {
        return pack(most, least, 0);
    }
    let range = u32::from(most - least);
    let indices = levels.iter().rev().fold(0_u64, |bits, &level| {
        // Sevenths down from the first end, to the nearest.
        let sevenths = (u32::from(most - level) * 14 + range) / (2 * range);
        let index = match sevenths {
            0 => 0,
            7 => 1,
            between => u64::from(between) + 1,
        };
        bits << 3 | index
    });
    pack(most, least, indices)
}

/// A block of two levels in 0..255 and indices from 48 random bits.
pub(super) fn random(a: f32, b: f32, indices: u64) -> [u8; 8] {
    let [a, b] = [a, b].map(|level| level.clamp(0.0, 255.0).round() as u8);
    if a == b {
        // Keeps to the eight-level mode, in which no index means 0 or 255.
        return pack(a.max(1), a.max(1) - 1, indices);
    }
    pack(a.max(b), a.min(b), indices)
}

fn pack(first: u8, second: u8, indices: u64) -> [u8; 8] {
    let bits = u64::from(first) | u64::from(second) << 8 | indices << 16;
    bits.to_le_bytes()
}
