// Blend modes that must know what lies below: W3C Compositing and Blending Level 1, §10, over an opaque backdrop, and
// linear burn.

// The canvas as it is below this layer, at the same pixels.
@group(2) @binding(0) var backdrop: texture_2d<f32>;

// For the canvas without a blend state: the mixture of the backdrop and what the mode makes of both (§5).
@fragment
fn fragment_blend(in: Corner) -> @location(0) vec4f {
    let foot = footprint(in.clip.xy);
    let colour = style_colour(foot);
    let below = textureLoad(backdrop, vec2i(in.clip.xy), 0).rgb;
    let mixed = blended(u32(layer.style.z), below, unmultiplied(colour));
    return vec4f(mix(below, mixed, colour.a * layer.picture.z * foot.coverage), 1.0);
}

// The numbers are those that `blend_number` gives.
fn blended(mode: u32, b: vec3f, s: vec3f) -> vec3f {
    switch mode {
        case 1u: { return hard_light(s, b); }
        case 2u: { return min(b, s); }
        case 3u: { return max(b, s); }
        case 4u: { return colour_dodge(b, s); }
        case 5u: { return colour_burn(b, s); }
        case 6u: { return hard_light(b, s); }
        case 7u: { return soft_light(b, s); }
        case 8u: { return abs(b - s); }
        case 9u: { return b + s - 2.0 * b * s; }
        case 10u: { return max(b + s - 1.0, vec3f(0.0)); }
        case 11u: { return with_luminosity(with_saturation(s, saturation(b)), luminosity(b)); }
        case 12u: { return with_luminosity(with_saturation(b, saturation(s)), luminosity(b)); }
        case 13u: { return with_luminosity(s, luminosity(b)); }
        case 14u: { return with_luminosity(b, luminosity(s)); }
        default: { return s; }
    }
}

fn hard_light(b: vec3f, s: vec3f) -> vec3f {
    let multiplied = b * 2.0 * s;
    let t = 2.0 * s - 1.0;
    let screened = b + t - b * t;
    return select(screened, multiplied, s <= vec3f(0.5));
}

fn colour_dodge(b: vec3f, s: vec3f) -> vec3f {
    let bright = select(min(b / (1.0 - s), vec3f(1.0)), vec3f(1.0), s >= vec3f(1.0));
    return select(bright, vec3f(0.0), b <= vec3f(0.0));
}

fn colour_burn(b: vec3f, s: vec3f) -> vec3f {
    let dark = select(1.0 - min((1.0 - b) / s, vec3f(1.0)), vec3f(0.0), s <= vec3f(0.0));
    return select(dark, vec3f(1.0), b >= vec3f(1.0));
}

fn soft_light(b: vec3f, s: vec3f) -> vec3f {
    let darker = b - (1.0 - 2.0 * s) * b * (1.0 - b);
    let d = select(sqrt(b), ((16.0 * b - 12.0) * b + 4.0) * b, b <= vec3f(0.25));
    let lighter = b + (2.0 * s - 1.0) * (d - b);
    return select(lighter, darker, s <= vec3f(0.5));
}

fn luminosity(c: vec3f) -> f32 {
    return dot(c, vec3f(0.3, 0.59, 0.11));
}

fn saturation(c: vec3f) -> f32 {
    return max(c.r, max(c.g, c.b)) - min(c.r, min(c.g, c.b));
}

// SetLum, with ClipColor.
fn with_luminosity(c: vec3f, l: f32) -> vec3f {
    var moved = c + (l - luminosity(c));
    let lum = luminosity(moved);
    let least = min(moved.r, min(moved.g, moved.b));
    let most = max(moved.r, max(moved.g, moved.b));
    if least < 0.0 {
        moved = lum + (moved - lum) * lum / (lum - least);
    }
    if most > 1.0 {
        moved = lum + (moved - lum) * (1.0 - lum) / (most - lum);
    }
    return moved;
}

// SetSat.
fn with_saturation(c: vec3f, s: f32) -> vec3f {
    let least = min(c.r, min(c.g, c.b));
    let span = max(c.r, max(c.g, c.b)) - least;
    if span <= 0.0 {
        return vec3f(0.0);
    }
    return (c - least) * s / span;
}
