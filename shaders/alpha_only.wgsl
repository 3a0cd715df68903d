// White, with alpha in the red channel of one plane.
fn straight_colour(at: vec2f) -> vec4f {
    return vec4f(1.0, 1.0, 1.0, sample_plane(plane0, 0u, at).r);
}
