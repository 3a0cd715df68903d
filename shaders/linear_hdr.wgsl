// Linear light: cut off at 0 and 1, then encoded by the transfer function of sRGB (IEC 61966-2-1).
fn straight_colour(at: vec2f) -> vec4f {
    let light = clamp(sample_plane(plane0, 0u, at).rgb, vec3f(0.0), vec3f(1.0));
    let dark = light * 12.92;
    let bright = 1.055 * pow(light, vec3f(1.0 / 2.4)) - 0.055;
    return vec4f(select(bright, dark, light <= vec3f(0.0031308)), 1.0);
}
