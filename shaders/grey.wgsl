// Luma alone, in one plane.
fn straight_colour(at: vec2f) -> vec4f {
    let y = sample_plane(plane0, 0u, at).r;
    return vec4f(rgb_from(vec3f(y, 0.0, 0.0)), 1.0);
}
