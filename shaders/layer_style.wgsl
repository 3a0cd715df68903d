// What a layer's settings make of its colour: brightness, contrast, saturation and hue, which together are one matrix,
// then gamma.

// Whether there are settings that change anything.
override has_settings: bool = true;

// The picture's colour after its settings, multiplied by alpha.
fn style_colour(foot: Footprint) -> vec4f {
    let given = seen_colour(foot);
    if !has_settings {
        return given;
    }
    let c = vec4f(unmultiplied(given), 1.0);
    let turned = vec3f(dot(layer.style_red, c), dot(layer.style_green, c), dot(layer.style_blue, c));
    var rgb = clamp(turned, vec3f(0.0), vec3f(1.0));
    if layer.style.x != 1.0 {
        rgb = pow(rgb, vec3f(layer.style.x));
    }
    return vec4f(rgb * given.a, given.a);
}

fn unmultiplied(colour: vec4f) -> vec3f {
    return select(vec3f(0.0), min(colour.rgb / colour.a, vec3f(1.0)), colour.a > 0.0);
}

// For the canvas by a blend state: premultiplied by alpha and opacity.
@fragment
fn fragment_style(in: Corner) -> @location(0) vec4f {
    let foot = footprint(in.clip.xy);
    return style_colour(foot) * (layer.picture.z * foot.coverage);
}
