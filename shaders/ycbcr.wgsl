// Y'CbCr: luma in the first plane, both chroma channels in the second or one each in the second and third, then,
// where the picture has it, a plane of alpha. Or green, blue and red in a plane each. What turns the channels into R'G'B'
// comes with the layer.
override has_split_chroma: bool = false;

fn straight_colour(at: vec2f) -> vec4f {
    let y = pixel_of(plane0, at).r;
    var chroma = between_texels(plane1, 1u, at).rg;
    if has_split_chroma {
        chroma.y = between_texels(plane2, 2u, at).r;
    }
    var alpha = 1.0;
    if layer.picture.w > 0.5 {
        if has_split_chroma {
            alpha = pixel_of(plane3, at).r * layer.coding.x;
        } else {
            alpha = pixel_of(plane2, at).r * layer.coding.x;
        }
    }
    return vec4f(shown(rgb_from(vec3f(y, chroma))), alpha);
}

fn filtered_colour(foot: Footprint) -> vec4f {
    if layer.picture.w > 0.5 {
        return mean_of_pixels(foot);
    }
    let y = mean_of_plane(plane0, 0u, foot).r;
    var chroma = mean_of_plane(plane1, 1u, foot).rg;
    if has_split_chroma {
        chroma.y = mean_of_plane(plane2, 2u, foot).r;
    }
    return multiplied(vec4f(shown(rgb_from(vec3f(y, chroma))), 1.0));
}
