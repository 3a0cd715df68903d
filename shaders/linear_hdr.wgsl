// Linear light: exposed, rolled off towards white or cut off there, then encoded by the transfer function of sRGB
// (IEC 61966-2-1).
fn straight_colour(at: vec2f) -> vec4f {
    // Half floats may be infinite, from which nothing can be computed.
    let given = clamp(sample_plane(plane0, 0u, at).rgb, vec3f(0.0), vec3f(65504.0));
    let light = rolled_off(given * layer.light.x);
    let dark = light * 12.92;
    let bright = 1.055 * pow(light, vec3f(1.0 / 2.4)) - 0.055;
    return vec4f(select(bright, dark, light <= vec3f(0.0031308)), 1.0);
}

// Above the knee, with the same slope there, towards 1 and never beyond.
fn rolled_off(light: vec3f) -> vec3f {
    let knee = layer.light.y;
    let beyond = max(light - knee, vec3f(0.0));
    let rolled = knee + (1.0 - knee) * beyond / (beyond + (1.0 - knee));
    return select(rolled, light, light <= vec3f(knee));
}
