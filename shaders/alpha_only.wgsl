// White, with alpha in the red channel of one plane.
fn straight_colour(at: vec2f) -> vec4f {
    return vec4f(1.0, 1.0, 1.0, pixel_of(plane0, at).r);
}

fn filtered_colour(foot: Footprint) -> vec4f {
    return multiplied(vec4f(1.0, 1.0, 1.0, mean_of_plane(plane0, 0u, foot).r));
}
