// Scaled YCoCg (J.M.P. van Waveren and I. Castaño, Real-Time YCoCg-DXT Compression, 2007) in blocks of BC3: Co in red, Cg
// in green, their scale in blue, Y in alpha. Alpha of the picture, where it has any, lies in the red channel of a second
// plane.
//
// Chroma is divided by one of the channels, which makes many code values of the one by which adapters may round what lies
// between the two colours of a block. So blocks come as the numbers that they are, a texel for each, and are decoded here
// (Khronos Data Format Specification 1.3, S3TC).
@group(1) @binding(5) var blocks: texture_2d<u32>;

fn straight_colour(at: vec2f) -> vec4f {
    let texel = vec2u(at);
    let block = textureLoad(blocks, texel / 4u, 0);
    let index = (texel.y & 3u) * 4u + (texel.x & 3u);
    let code = block_colour(block.zw, index);
    let y = block_alpha(block.xy, index);
    let chroma = (code.rg - 128.0 / 255.0) / (code.b * (255.0 / 8.0) + 1.0);
    let rest = y - chroma.g;
    var alpha = 1.0;
    if layer.picture.w > 0.5 {
        alpha = pixel_of(plane1, at).r;
    }
    return vec4f(rest + chroma.r, y + chroma.g, rest - chroma.r, alpha);
}

fn filtered_colour(foot: Footprint) -> vec4f {
    return mean_of_pixels(foot);
}

// Two colours of 5, 6 and 5 bits, each texel one of them or at a third between.
fn block_colour(words: vec2u, index: u32) -> vec3f {
    let code = (words.y >> (2u * index)) & 3u;
    let share = select(f32(code - 1u) / 3.0, f32(code), code < 2u);
    return mix(colour_565(words.x & 0xffffu), colour_565(words.x >> 16u), share);
}

// Each channel widened to eight bits by its own first ones.
fn colour_565(code: u32) -> vec3f {
    let r = code >> 11u;
    let g = (code >> 5u) & 63u;
    let b = code & 31u;
    return vec3f(vec3u((r << 3u) | (r >> 2u), (g << 2u) | (g >> 4u), (b << 3u) | (b >> 2u))) / 255.0;
}

// Two levels and, between them, six others, or four with black and white.
fn block_alpha(words: vec2u, index: u32) -> f32 {
    let a = f32(words.x & 0xffu) / 255.0;
    let b = f32((words.x >> 8u) & 0xffu) / 255.0;
    // Eight codes of three bits in each half of the other six bytes.
    let codes = select(words.y >> 8u, (words.x >> 16u) | ((words.y & 0xffu) << 16u), index < 8u);
    let code = (codes >> (3u * (index & 7u))) & 7u;
    let is_ramp = a > b;
    let between = f32(code - 1u) / select(5.0, 7.0, is_ramp);
    let level = mix(a, b, select(between, f32(code), code < 2u));
    return select(level, f32(code - 6u), code > 5u && !is_ramp);
}
