// Red, green, blue and, where the picture has it, alpha in one plane.
fn straight_colour(at: vec2f) -> vec4f {
    let texel = pixel_of(plane0, at);
    return vec4f(shown(texel.rgb), select(1.0, texel.a, layer.picture.w > 0.5));
}

fn filtered_colour(foot: Footprint) -> vec4f {
    if layer.picture.w > 0.5 {
        return mean_of_pixels(foot);
    }
    return multiplied(vec4f(shown(mean_of_plane(plane0, 0u, foot).rgb), 1.0));
}
