//! Size of a proxy, and the files that get one.

use crate::media::frame::{FrameLayout, HeapMemory, Shape};
use crate::media::hap::HapVariant;
use crate::media::source::{SequentialOpener, SequentialSource};
use crate::media::{MediaError, Video, VideoSource};
use crate::time::{Clock, FLICKS_PER_SECOND, FrameIndex, Time};

/// The longest side of a proxy, in pixels: enough to distinguish pictures in a preview, and a frame of 16:9 in BC1 is
/// 65 kB.
const MAX_SIDE_PX: u32 = 480;

/// The longest side below which a proxy would show nothing, in pixels.
const MIN_SIDE_PX: u32 = 96;

/// Limit of one proxy's textures, in bytes: two hours at 30 frames per second and 256×144, or half an hour at
/// full size.
pub(super) const MAX_TEXTURE_BYTES: u64 = 4 << 30;

/// Frames that stand alone and take longer than this to be had are slow: most of a picture's time at 60 per second.
const SLOW: Time = Time::from_flicks(FLICKS_PER_SECOND / 100);

/// Frames that are timed to find out.
const TIMED_FRAMES: u64 = 3;

/// True if a file is one of those that can be slow to seek: it has several frames, which one decoder decodes in turn.
pub fn may_need_proxy(video: &Video) -> bool {
    let is_sequential = matches!(video.source, VideoSource::Sequential(_));
    is_sequential && !video.facts.is_live() && video.facts.timing.frames() > 1
}

/// True if frames take long to be had out of order: always where they depend on each other; else a few are timed, on
/// the calling thread.
///
/// # Errors
/// The decoder's error.
pub fn is_slow_to_seek(video: &Video) -> Result<bool, MediaError> {
    let VideoSource::Sequential(opener) = &video.source else {
        return Ok(false);
    };
    if opener.longest_group() > 1 {
        return Ok(true);
    }
    Ok(median_time(video, &**opener)? > SLOW)
}

fn median_time(video: &Video, opener: &dyn SequentialOpener) -> Result<Time, MediaError> {
    let clock = Clock::system();
    let bytes = usize::try_from(video.layout.bytes).unwrap_or(usize::MAX);
    let mut memory = HeapMemory::new(bytes);
    let mut decoder: Box<dyn SequentialSource> = opener.open()?;
    let frames = video.facts.timing.frames();
    let mut times = Vec::with_capacity(TIMED_FRAMES as usize);
    // The first opens the codec; backwards, so that none follows from the one before.
    for place in (0..=TIMED_FRAMES).rev() {
        let begin = clock.now();
        decoder.decode(
            FrameIndex((frames - 1) * place / TIMED_FRAMES),
            &mut memory,
            &|| false,
        )?;
        times.push(clock.now() - begin);
    }
    let mut times = times.split_off(1);
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

/// The variant of HAP that holds the colours of such frames.
pub(super) fn variant_for(layout: &FrameLayout) -> HapVariant {
    if layout.colour.has_alpha() {
        HapVariant::HapAlpha
    } else {
        HapVariant::Hap
    }
}

/// Bytes of one frame's texture, its sides being multiples of 4: BC1, or BC3 with alpha.
pub(super) fn texture_bytes([width_px, height_px]: [u32; 2], variant: HapVariant) -> u64 {
    let blocks = u64::from(width_px / 4) * u64::from(height_px / 4);
    blocks * if variant.has_alpha() { 16 } else { 8 }
}

/// The size of the proxy of so many frames of this layout, sides being multiples of 4; `None` where there are so many
/// that it would have to be too small to be of use.
pub(super) fn size_px(layout: &FrameLayout, frames: u64) -> Option<[u32; 2]> {
    let stored = [layout.width_px, layout.height_px];
    let longest = f64::from(stored[0].max(stored[1]));
    let block_bytes = texture_bytes([4, 4], variant_for(layout));
    let texels = MAX_TEXTURE_BYTES as f64 * 16.0 / block_bytes as f64 / frames.max(1) as f64;
    let fitting = (texels / (f64::from(stored[0]) * f64::from(stored[1]))).sqrt();
    let scale = fitting.min(f64::from(MAX_SIDE_PX) / longest).min(1.0);
    if scale < 1.0 && longest * scale < f64::from(MIN_SIDE_PX) {
        return None;
    }
    Some(stored.map(|side| {
        let quarter = (f64::from(side) * scale / 4.0).round() as u32;
        quarter.max(1) * 4
    }))
}

/// Turns and stretches that a proxy's picture needs so that it is seen in the proportions of its file's.
pub(super) fn shape_of(layout: &FrameLayout, [width_px, height_px]: [u32; 2]) -> Shape {
    let (across, down) = layout.shape.pixel_aspect;
    let wide = u64::from(across) * u64::from(layout.width_px) * u64::from(height_px);
    let high = u64::from(down.max(1)) * u64::from(layout.height_px) * u64::from(width_px);
    // Both are under 2⁶⁰; what does not fit after that is rounded, far below what can be seen.
    let mut divisor = gcd(wide, high).max(1);
    while wide.max(high) / divisor > u64::from(u32::MAX) {
        divisor *= 2;
    }
    let part = |number: u64| u32::try_from(number / divisor).unwrap_or(u32::MAX).max(1);
    Shape {
        pixel_aspect: (part(wide), part(high)),
        ..layout.shape
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::frame::{ColourModel, PlaneFormat};

    fn layout(width_px: u32, height_px: u32, has_alpha: bool) -> FrameLayout {
        let colour = ColourModel::Rgb { has_alpha };
        FrameLayout::new(width_px, height_px, colour, &[(PlaneFormat::Rgba8, 0, 0)])
            .expect("in range")
    }

    #[test]
    fn sides_are_multiples_of_four_and_the_longer_one_is_bounded() {
        for (stored, proxy) in [
            ((1920, 1080), [480, 272]),
            ((1080, 1920), [272, 480]),
            ((320, 240), [320, 240]),
            ((97, 61), [96, 60]),
            ((16_384, 1), [480, 4]),
        ] {
            let layout = layout(stored.0, stored.1, false);
            assert_eq!(size_px(&layout, 600), Some(proxy), "{stored:?}");
        }
    }

    #[test]
    fn long_files_get_smaller_proxies_and_endless_ones_none() {
        for has_alpha in [false, true] {
            let layout = layout(1920, 1080, has_alpha);
            let hours = |hours: u64| hours * 3600 * 30;
            let texel_halves = if has_alpha { 2 } else { 1 };
            let mut last = [u32::MAX; 2];
            for frames in [hours(1), hours(2), hours(6)] {
                let [width, height] = size_px(&layout, frames).expect("of use");
                let bytes = u64::from(width) * u64::from(height) * texel_halves / 2 * frames;
                // Rounding to whole blocks may add a little.
                assert!(bytes < MAX_TEXTURE_BYTES * 11 / 10, "{frames}: {bytes}");
                assert!(width <= last[0] && width >= 96, "{frames}: {width}");
                last = [width, height];
            }
            assert_eq!(size_px(&layout, hours(1000)), None);
        }
    }

    #[test]
    fn a_proxy_is_seen_in_the_proportions_of_its_file() {
        let mut layout = layout(720, 576, false);
        layout.shape = Shape {
            quarter_turns: 1,
            is_mirrored: true,
            pixel_aspect: (64, 45),
        };
        let proxy = size_px(&layout, 100).expect("short");
        let shape = shape_of(&layout, proxy);
        assert!(shape.quarter_turns == 1 && shape.is_mirrored);
        let ratio = |[width, height]: [u32; 2]| f64::from(width) / f64::from(height);
        let file = ratio(layout.shape.seen_px(720, 576));
        let seen = ratio(shape.seen_px(proxy[0], proxy[1]));
        assert!((file / seen - 1.0).abs() < 0.01, "{file} and {seen}");
    }
}
