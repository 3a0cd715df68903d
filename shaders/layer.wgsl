// One layer's picture as a rectangle: where it lies, how its planes are sampled, and how its colour leaves the shader.
//
// A file of its colour model is joined to this one and gives `straight_colour`, the gamma-encoded colour with straight
// alpha at a position of the picture. Positions are in picture pixels, the centre of the first one at (0.5, 0.5).

struct Layer {
    // Clip space's x, y and w from picture pixels: the dot product of each row with (x, y, 1).
    clip_x: vec4f,
    clip_y: vec4f,
    clip_w: vec4f,
    // Width and height in pixels, opacity, and 1 if the picture has alpha.
    picture: vec4f,
    // Gain of alpha in a plane of its own; 1 if channels of 16 bits come as two of 8, least byte first; how code values
    // become light: 0 as the canvas has it, 1 PQ, 2 HLG.
    coding: vec4f,
    // What is left of it after cropping: left, top, right, bottom, in pixels.
    part: vec4f,
    // R'G'B' from the first three channels: the dot product of each row with (c0, c1, c2, 1).
    red: vec4f,
    green: vec4f,
    blue: vec4f,
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

// Where a plane's texture is sampled for a position of the picture: at position · scale + shift, held within low and
// high, half a texel inside the visible part, so that the padding of blocks never shows.
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

// Whether each pixel drawn is one of the picture: then planes of its own size are fetched texel by texel, and those that
// are smaller are filtered here rather than by the sampler.
override is_exact: bool = false;

struct Corner {
    @builtin(position) clip: vec4f,
    @location(0) at: vec2f,
}

// The corners of a triangle strip.
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> Corner {
    let corner_of_part = vec2f(f32(index & 1u), f32(index >> 1u));
    let at = layer.part.xy + corner_of_part * (layer.part.zw - layer.part.xy);
    let place = vec3f(at, 1.0);
    let w = dot(layer.clip_w.xyz, place);
    var corner: Corner;
    corner.clip = vec4f(dot(layer.clip_x.xyz, place), dot(layer.clip_y.xyz, place), 0.0, w);
    corner.at = at;
    return corner;
}

// A plane of the picture's own size, at a position of the picture.
fn sample_plane(plane: texture_2d<f32>, index: u32, at: vec2f) -> vec4f {
    if is_exact {
        return whole_channels(textureLoad(plane, vec2i(at), 0));
    }
    return filter_plane(plane, index, at);
}

// A plane of any size, at a position of the picture.
fn filter_plane(plane: texture_2d<f32>, index: u32, at: vec2f) -> vec4f {
    let map = layer.planes[index];
    let uv = clamp(at * map.scale + map.shift, map.low, map.high);
    if is_exact || layer.coding.y > 0.5 {
        return whole_channels(mix_texels(plane, uv));
    }
    return textureSampleLevel(plane, linear_clamped, uv, 0.0);
}

// Channels of 16 bits from their bytes, where they come so.
fn whole_channels(texel: vec4f) -> vec4f {
    if layer.coding.y < 0.5 {
        return texel;
    }
    let bytes = vec2f(255.0, 65280.0) / 65535.0;
    return vec4f(dot(texel.rg, bytes), dot(texel.ba, bytes), 0.0, 1.0);
}

// What the sampler does, in full precision: samplers may round to eight bits on the way.
fn mix_texels(plane: texture_2d<f32>, uv: vec2f) -> vec4f {
    let size = textureDimensions(plane);
    let at = max(uv * vec2f(size) - 0.5, vec2f(0.0));
    let near = vec2u(at);
    let far = min(near + 1u, size - 1u);
    let part = fract(at);
    let upper = mix(textureLoad(plane, near, 0), textureLoad(plane, vec2u(far.x, near.y), 0), part.x);
    let lower = mix(textureLoad(plane, vec2u(near.x, far.y), 0), textureLoad(plane, far, 0), part.x);
    return mix(upper, lower, part.y);
}

fn rgb_from(channels: vec3f) -> vec3f {
    let c = vec4f(channels, 1.0);
    return vec3f(dot(layer.red, c), dot(layer.green, c), dot(layer.blue, c));
}

// For the canvas: premultiplied by alpha and opacity, to be blended source over.
@fragment
fn fragment_canvas(in: Corner) -> @location(0) vec4f {
    let colour = clamp(straight_colour(in.at), vec4f(0.0), vec4f(1.0));
    let alpha = colour.a * layer.picture.z;
    return vec4f(colour.rgb * alpha, alpha);
}

// For a frame by itself: as stored, one pixel for each of the picture.
@fragment
fn fragment_straight(in: Corner) -> @location(0) vec4f {
    return straight_colour(in.clip.xy);
}
