// Linear light: exposed, rolled off towards white or cut off there, then encoded by the transfer function of sRGB.
// Filtered as it is shown, since light of many times white would outweigh all else of a pixel.
fn straight_colour(at: vec2f) -> vec4f {
    let texel = pixel_of(plane0, at);
    // Half floats may be infinite, from which nothing can be computed.
    let given = clamp(canvas_primaries(clamp(texel.rgb, vec3f(-65504.0), vec3f(65504.0))), vec3f(0.0), vec3f(65504.0));
    let light = below_white(given * layer.light.x);
    return vec4f(srgb_value(light), select(1.0, texel.a, layer.picture.w > 0.5));
}

fn filtered_colour(foot: Footprint) -> vec4f {
    return mean_of_pixels(foot);
}

// Above the knee, with the same slope there, towards 1 and never beyond.
fn below_white(light: vec3f) -> vec3f {
    let knee = layer.light.y;
    let beyond = max(light - knee, vec3f(0.0));
    let rolled = knee + (1.0 - knee) * beyond / (beyond + (1.0 - knee));
    return select(rolled, light, light <= vec3f(knee));
}
