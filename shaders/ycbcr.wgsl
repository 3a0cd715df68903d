// Y'CbCr: luma in the first plane, both chroma channels in the second or one each in the second and third, then,
// where the picture has it, a plane of straight alpha. Or green, blue and red in a plane each. What turns the channels
// into R'G'B' comes with the layer.
override has_split_chroma: bool = false;

fn straight_colour(at: vec2f) -> vec4f {
    let y = sample_plane(plane0, 0u, at).r;
    var chroma = filter_plane(plane1, 1u, at).rg;
    if has_split_chroma {
        chroma.y = filter_plane(plane2, 2u, at).r;
    }
    var alpha = 1.0;
    if layer.picture.w > 0.5 {
        if has_split_chroma {
            alpha = sample_plane(plane3, 3u, at).r * layer.coding.x;
        } else {
            alpha = sample_plane(plane2, 2u, at).r * layer.coding.x;
        }
    }
    return vec4f(shown(rgb_from(vec3f(y, chroma))), alpha);
}
