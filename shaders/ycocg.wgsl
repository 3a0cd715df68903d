// Scaled YCoCg (J.M.P. van Waveren and I. Castaño, Real-Time YCoCg-DXT Compression, 2007): Co in red, Cg in green,
// their scale in blue, Y in alpha. Alpha of the picture, where it has any, lies in the red channel of a second plane.
fn straight_colour(at: vec2f) -> vec4f {
    let texel = sample_plane(plane0, 0u, at);
    let chroma = (texel.rg - 128.0 / 255.0) * (1.0 / (texel.b * (255.0 / 8.0) + 1.0));
    let y = texel.a;
    let rest = y - chroma.g;
    var alpha = 1.0;
    if layer.picture.w > 0.5 {
        alpha = sample_plane(plane1, 1u, at).r;
    }
    return vec4f(rest + chroma.r, y + chroma.g, rest - chroma.r, alpha);
}
