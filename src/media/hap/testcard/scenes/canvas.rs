//! The picture that a scene draws on: light gathered per pixel.

/// Light and coverage of each pixel; gamma-encoded colours, which add up.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    width_px: u32,
    /// Premultiplied red, green, blue, and alpha, row by row.
    texels: Vec<[f32; 4]>,
}

impl Canvas {
    /// A canvas whose every pixel has this colour.
    pub fn filled([width_px, height_px]: [u32; 2], texel: [f32; 4]) -> Self {
        let pixels = width_px as usize * height_px as usize;
        Self {
            width_px,
            texels: vec![texel; pixels],
        }
    }

    /// The texel at a pixel of the picture: red, green, blue and straight alpha, each 0 to 1.
    pub fn texel(&self, x: u32, y: u32) -> [f32; 4] {
        let [r, g, b, alpha] = self.texels[(y * self.width_px + x) as usize];
        // Light beyond the coverage makes the pixel cover more, as a glow over a dark picture does.
        let alpha = alpha.max(r).max(g).max(b).min(1.0);
        if alpha <= 0.0 {
            return [0.0; 4];
        }
        let straight = |light: f32| (light / alpha).clamp(0.0, 1.0);
        [straight(r), straight(g), straight(b), alpha]
    }

    /// Adds light to the pixels of a box, clipped to the picture; `light` is asked with the middle of each pixel.
    pub fn add_within(
        &mut self,
        [left, top]: [f32; 2],
        [right, bottom]: [f32; 2],
        mut light: impl FnMut(f32, f32) -> [f32; 3],
    ) {
        let width = self.width_px as usize;
        let height = self.texels.len() / width.max(1);
        // The casts saturate, so that a box beyond the picture has no pixels.
        let columns = left.floor() as usize..(right.ceil() as usize).min(width);
        for y in top.floor() as usize..(bottom.ceil() as usize).min(height) {
            for x in columns.clone() {
                let added = light(x as f32 + 0.5, y as f32 + 0.5);
                let texel = &mut self.texels[y * width + x];
                for (channel, more) in texel.iter_mut().zip(added) {
                    *channel += more;
                }
            }
        }
    }

    /// Sets every pixel by its column and row.
    pub fn fill_with(&mut self, mut texel: impl FnMut(usize, usize) -> [f32; 4]) {
        let width = self.width_px.max(1) as usize;
        for (y, row) in self.texels.chunks_exact_mut(width).enumerate() {
            for (x, place) in row.iter_mut().enumerate() {
                *place = texel(x, y);
            }
        }
    }
}

/// A colour scaled by an amount of light.
pub(super) fn lit(colour: [f32; 3], amount: f32) -> [f32; 3] {
    colour.map(|channel| channel * amount)
}

/// The colour between two others.
pub(super) fn mix(a: [f32; 3], b: [f32; 3], share: f32) -> [f32; 3] {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share)
}

/// From 0 to 1 between two edges, without a corner at either.
pub(super) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
