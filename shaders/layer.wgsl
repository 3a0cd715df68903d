// One layer's picture as a rectangle: where it lies, how its planes are sampled, and how its colour leaves the shader.
//
// A file of its colour model is joined to this one and gives two functions:
// * `straight_colour`, the gamma-encoded colour with straight alpha of the pixel at a position of the picture;
// * `filtered_colour`, the mean over the footprint of a canvas pixel, multiplied by alpha.
// Positions are in picture pixels, the centre of the first one at (0.5, 0.5).

struct Layer {
    // Clip space's x, y and w from picture pixels: the dot product of each row with (x, y, 1).
    clip_x: vec4f,
    clip_y: vec4f,
    clip_w: vec4f,
    // The way back: a picture position's x and y, each times w, and w from a canvas position.
    picture_x: vec4f,
    picture_y: vec4f,
    picture_w: vec4f,
    // Width and height in pixels, opacity, and 1 if the picture has alpha.
    picture: vec4f,
    // Gain of alpha in a plane of its own; 1 if channels of 16 bits come as two of 8, least byte first; how code values
    // become those of the canvas, as light.wgsl numbers it; 1 if edges are smoothed.
    coding: vec4f,
    // What is left of it after cropping: left, top, right, bottom, in pixels.
    part: vec4f,
    // What is drawn of it: the same, widened by the margin in which smooth edges fade.
    drawn: vec4f,
    // R'G'B' from the first three channels: the dot product of each row with (c0, c1, c2, 1).
    red: vec4f,
    green: vec4f,
    blue: vec4f,
    // Light in the canvas's primaries from light in the picture's.
    gamut_red: vec4f,
    gamut_green: vec4f,
    gamut_blue: vec4f,
    planes: array<PlaneMap, 4>,
    // The settings of colour: R'G'B' again from (r, g, b, 1).
    style_red: vec4f,
    style_green: vec4f,
    style_blue: vec4f,
    // The exponent of gamma, what alpha means (0 straight, 1 premultiplied, 2 nothing), the blend mode, and nothing.
    style: vec4f,
    // For linear light: the gain of exposure, and where it begins to be rolled off, 1 for nowhere.
    light: vec4f,
}

// Where a plane is sampled for a position of the picture, in its texels: at position · scale + shift, held within low
// and high, half a texel inside the visible part, so that the padding of blocks never shows.
struct PlaneMap {
    scale: vec2f,
    shift: vec2f,
    low: vec2f,
    high: vec2f,
}

@group(0) @binding(0) var<uniform> layer: Layer;
@group(1) @binding(0) var plane0: texture_2d<f32>;
@group(1) @binding(1) var plane1: texture_2d<f32>;
@group(1) @binding(2) var plane2: texture_2d<f32>;
@group(1) @binding(3) var plane3: texture_2d<f32>;
@group(1) @binding(4) var linear_clamped: sampler;

// Whether each pixel drawn is one of the picture, which then is fetched and not filtered.
override is_exact: bool = false;

// The most texels that are read along a side of a footprint; of wider ones as many are picked.
const MAX_TAPS: i32 = 64;

// How near to the border of a texel, in texels, a footprint is taken to end there: more than positions of thousands of
// pixels lose in single precision, and less than one code value.
const NEARLY: f32 = 0.001;

// What a canvas pixel shows of the picture.
struct Footprint {
    // Its middle, and its extent across and down the picture, in picture pixels.
    at: vec2f,
    size: vec2f,
    // The share of the canvas pixel that the picture covers.
    coverage: f32,
}

// A footprint along one side, in texels.
struct Span {
    low: f32,
    high: f32,
    // The share of a texel that lies wholly within.
    share: f32,
    first: f32,
    taps: i32,
}

struct Corner {
    @builtin(position) clip: vec4f,
}

// The corners of a triangle strip.
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> Corner {
    let corner_of_part = vec2f(f32(index & 1u), f32(index >> 1u));
    let at = layer.drawn.xy + corner_of_part * (layer.drawn.zw - layer.drawn.xy);
    let place = vec3f(at, 1.0);
    let w = dot(layer.clip_w.xyz, place);
    var corner: Corner;
    corner.clip = vec4f(dot(layer.clip_x.xyz, place), dot(layer.clip_y.xyz, place), 0.0, w);
    return corner;
}

// The footprint of the canvas pixel whose centre lies here.
fn footprint(centre: vec2f) -> Footprint {
    let place = vec3f(centre, 1.0);
    var foot: Footprint;
    foot.at = vec2f(dot(layer.picture_x.xyz, place), dot(layer.picture_y.xyz, place));
    foot.coverage = 1.0;
    if is_exact {
        return foot;
    }
    let w = dot(layer.picture_w.xyz, place);
    foot.at /= w;
    // The gradients of the position's two coordinates: their lengths are the picture pixels to one of the canvas.
    let x = (layer.picture_x.xy - foot.at.x * layer.picture_w.xy) / w;
    let y = (layer.picture_y.xy - foot.at.y * layer.picture_w.xy) / w;
    foot.size = vec2f(length(x), length(y));
    if layer.coding.w > 0.5 {
        // Each edge by its distance in canvas pixels.
        let inside = clamp((foot.at - layer.part.xy) / foot.size + 0.5, vec2f(0.0), vec2f(1.0));
        let within = clamp((layer.part.zw - foot.at) / foot.size + 0.5, vec2f(0.0), vec2f(1.0));
        let sides = max(inside + within - 1.0, vec2f(0.0));
        foot.coverage = sides.x * sides.y;
        // Nothing is seen there: towards the horizon, footprints would be endless.
        foot.size = select(vec2f(0.0), foot.size, foot.coverage > 0.0);
    }
    return foot;
}

// The texels of a footprint: at least one wide, which makes the mean over it a linear interpolation.
fn span_of(middle: f32, size: f32) -> Span {
    let half = 0.5 * max(size, 1.0);
    var span: Span;
    span.low = on_border(middle - half);
    span.high = on_border(middle + half);
    span.share = 1.0 / (span.high - span.low);
    span.first = floor(span.low);
    span.taps = clamp(i32(ceil(span.high) - span.first), 1, MAX_TAPS + 1);
    return span;
}

fn on_border(edge: f32) -> f32 {
    let border = round(edge);
    return select(edge, border, abs(edge - border) < NEARLY);
}

// A texel of a span: its centre, and its share of the whole.
fn tap(span: Span, index: i32) -> vec2f {
    let at = f32(index);
    if span.taps > MAX_TAPS {
        // One from each of as many parts, spread by the golden ratio, so that no pattern of the picture falls in step.
        let part = (span.high - span.low) / f32(span.taps);
        return vec2f(floor(span.low + (at + fract(at * 0.618034)) * part) + 0.5, 1.0 / f32(span.taps));
    }
    let begin = span.first + at;
    let covered = min(begin + 1.0, span.high) - max(begin, span.low);
    return vec2f(begin + 0.5, covered * span.share);
}

// The centres of the first and last texels, of a plane of this scale, that cropping leaves: what is cropped must not show at
// the edges of what is left.
fn kept_texels(scale: vec2f) -> vec4f {
    let low = floor(layer.part.xy * scale + NEARLY) + 0.5;
    return vec4f(low, max(ceil(layer.part.zw * scale - NEARLY) - 0.5, low));
}

// The mean over a footprint of colours multiplied by their alpha: filtered before, the colour of what is transparent
// would show.
fn mean_of_pixels(foot: Footprint) -> vec4f {
    let across = span_of(foot.at.x, foot.size.x);
    let down = span_of(foot.at.y, foot.size.y);
    let kept = kept_texels(vec2f(1.0));
    var sum = vec4f(0.0);
    for (var j = 0; j < down.taps; j++) {
        let y = tap(down, j);
        for (var i = 0; i < across.taps; i++) {
            let x = tap(across, i);
            let colour = straight_colour(clamp(vec2f(x.x, y.x), kept.xy, kept.zw));
            sum += x.y * y.y * multiplied(colour);
        }
    }
    return sum;
}

// The mean of a plane over a footprint.
fn mean_of_plane(plane: texture_2d<f32>, index: u32, foot: Footprint) -> vec4f {
    let map = layer.planes[index];
    let at = foot.at * map.scale + map.shift;
    let size = foot.size * map.scale;
    let kept = kept_texels(map.scale);
    let low = max(map.low, kept.xy);
    let high = max(min(map.high, kept.zw), low);
    if layer.coding.y < 0.5 && all(size <= vec2f(1.0 + NEARLY)) {
        let uv = clamp(at, low, high) / vec2f(textureDimensions(plane));
        return textureSampleLevel(plane, linear_clamped, uv, 0.0);
    }
    let across = span_of(at.x, size.x);
    let down = span_of(at.y, size.y);
    var sum = vec4f(0.0);
    for (var j = 0; j < down.taps; j++) {
        let y = tap(down, j);
        for (var i = 0; i < across.taps; i++) {
            let x = tap(across, i);
            let texel = vec2i(clamp(vec2f(x.x, y.x), low, high));
            sum += x.y * y.y * textureLoad(plane, texel, 0);
        }
    }
    return whole_channels(sum);
}

// A pixel of a plane of the picture's own size.
fn pixel_of(plane: texture_2d<f32>, at: vec2f) -> vec4f {
    return whole_channels(textureLoad(plane, vec2i(at), 0));
}

// A plane of any size at a position of the picture, in full precision: samplers may round to eight bits on the way.
fn between_texels(plane: texture_2d<f32>, index: u32, at: vec2f) -> vec4f {
    let map = layer.planes[index];
    let texel = clamp(at * map.scale + map.shift, map.low, map.high) - 0.5;
    let near = vec2u(texel);
    let part = fract(texel);
    if all(part == vec2f(0.0)) {
        return whole_channels(textureLoad(plane, near, 0));
    }
    let far = min(near + 1u, textureDimensions(plane) - 1u);
    let upper = mix(textureLoad(plane, near, 0), textureLoad(plane, vec2u(far.x, near.y), 0), part.x);
    let lower = mix(textureLoad(plane, vec2u(near.x, far.y), 0), textureLoad(plane, far, 0), part.x);
    return whole_channels(mix(upper, lower, part.y));
}

// Channels of 16 bits from their bytes, where they come so.
fn whole_channels(texel: vec4f) -> vec4f {
    if layer.coding.y < 0.5 {
        return texel;
    }
    let bytes = vec2f(255.0, 65280.0) / 65535.0;
    return vec4f(dot(texel.rg, bytes), dot(texel.ba, bytes), 0.0, 1.0);
}

fn rgb_from(channels: vec3f) -> vec3f {
    let c = vec4f(channels, 1.0);
    return vec3f(dot(layer.red, c), dot(layer.green, c), dot(layer.blue, c));
}

// A stored colour multiplied by its alpha, as the layer means it: straight, multiplied already, or nothing.
fn multiplied(stored: vec4f) -> vec4f {
    let colour = clamp(stored, vec4f(0.0), vec4f(1.0));
    if !has_settings || layer.style.y < 0.5 {
        return vec4f(colour.rgb * colour.a, colour.a);
    }
    if layer.style.y < 1.5 {
        return vec4f(min(colour.rgb, vec3f(colour.a)), colour.a);
    }
    return vec4f(colour.rgb, 1.0);
}

// What a canvas pixel shows of the picture, multiplied by alpha.
fn seen_colour(foot: Footprint) -> vec4f {
    if is_exact {
        return multiplied(straight_colour(foot.at));
    }
    return filtered_colour(foot);
}

// For the canvas: premultiplied by alpha and opacity, to be blended source over.
@fragment
fn fragment_canvas(in: Corner) -> @location(0) vec4f {
    let foot = footprint(in.clip.xy);
    return seen_colour(foot) * (layer.picture.z * foot.coverage);
}

// For a frame by itself: as stored, one pixel for each of the picture.
@fragment
fn fragment_straight(in: Corner) -> @location(0) vec4f {
    return straight_colour(in.clip.xy);
}
