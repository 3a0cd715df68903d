// Luma alone, in one plane.
fn straight_colour(at: vec2f) -> vec4f {
    return grey(pixel_of(plane0, at).r);
}

fn filtered_colour(foot: Footprint) -> vec4f {
    return multiplied(grey(mean_of_plane(plane0, 0u, foot).r));
}

fn grey(luma: f32) -> vec4f {
    return vec4f(shown(rgb_from(vec3f(luma, 0.0, 0.0))), 1.0);
}
