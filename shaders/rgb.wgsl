// Red, green, blue and, where the picture has it, straight alpha in one plane.
fn straight_colour(at: vec2f) -> vec4f {
    let texel = sample_plane(plane0, 0u, at);
    return vec4f(texel.rgb, select(1.0, texel.a, layer.picture.w > 0.5));
}
