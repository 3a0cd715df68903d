// What a layer's settings make of its colour: alpha as the medium means it, then brightness, contrast, saturation and
// hue, which together are one matrix, then gamma.

// Whether there are settings that change anything.
override has_settings: bool = true;

// The picture's colour after its settings, with straight alpha.
fn style_colour(at: vec2f) -> vec4f {
    let given = clamp(straight_colour(at), vec4f(0.0), vec4f(1.0));
    if !has_settings {
        return given;
    }
    let alpha_mode = u32(layer.style.y);
    var colour = given;
    if alpha_mode == 1u {
        colour = vec4f(select(vec3f(0.0), min(given.rgb / given.a, vec3f(1.0)), given.a > 0.0), given.a);
    } else if alpha_mode == 2u {
        colour.a = 1.0;
    }
    let c = vec4f(colour.rgb, 1.0);
    let turned = vec3f(dot(layer.style_red, c), dot(layer.style_green, c), dot(layer.style_blue, c));
    var rgb = clamp(turned, vec3f(0.0), vec3f(1.0));
    if layer.style.x != 1.0 {
        rgb = pow(rgb, vec3f(layer.style.x));
    }
    return vec4f(rgb, colour.a);
}

// For the canvas by a blend state: premultiplied by alpha and opacity.
@fragment
fn fragment_style(in: Corner) -> @location(0) vec4f {
    let colour = style_colour(in.at);
    let alpha = colour.a * layer.picture.z;
    return vec4f(colour.rgb * alpha, alpha);
}
