// From code values to those of the canvas by way of light, as src/media/cpu/light.rs does it and explains it: primaries go to
// those of BT.709, linear light is encoded, high dynamic range is tone-mapped.

const WHITE_NITS: f32 = 203.0;
const PEAK_NITS: f32 = 1000.0;

// The exponent of displays of standard range (ITU-R BT.1886).
const GAMMA: f32 = 2.4;

// The colour of the canvas from R'G'B' in the transfer of the layer.
fn shown(rgb: vec3f) -> vec3f {
    switch u32(layer.coding.z) {
        case 1u: { return tone_mapped(pq_light(rgb)); }
        case 2u: {
            let scene = hlg_scene_light(rgb);
            let luminance = dot(scene, vec3f(0.2627, 0.6780, 0.0593));
            return tone_mapped(scene * PEAK_NITS * pow(max(luminance, 1e-6), 0.2));
        }
        case 3u: { return srgb_value(canvas_primaries(rgb)); }
        case 4u: {
            let light = canvas_primaries(pow(clamp(rgb, vec3f(0.0), vec3f(1.0)), vec3f(GAMMA)));
            return pow(clamp(light, vec3f(0.0), vec3f(1.0)), vec3f(1.0 / GAMMA));
        }
        case 5u: { return srgb_value(canvas_primaries(srgb_light(rgb))); }
        default: { return rgb; }
    }
}

fn canvas_primaries(light: vec3f) -> vec3f {
    return vec3f(dot(layer.gamut_red.xyz, light), dot(layer.gamut_green.xyz, light), dot(layer.gamut_blue.xyz, light));
}

// IEC 61966-2-1.
fn srgb_value(light: vec3f) -> vec3f {
    let held = clamp(light, vec3f(0.0), vec3f(1.0));
    let bright = 1.055 * pow(held, vec3f(1.0 / 2.4)) - 0.055;
    return select(bright, held * 12.92, held <= vec3f(0.0031308));
}

fn srgb_light(value: vec3f) -> vec3f {
    let held = clamp(value, vec3f(0.0), vec3f(1.0));
    let bright = pow((held + 0.055) / 1.055, vec3f(2.4));
    return select(bright, held / 12.92, held <= vec3f(0.04045));
}

// SMPTE ST 2084, 5.1.
fn pq_light(value: vec3f) -> vec3f {
    let root = pow(clamp(value, vec3f(0.0), vec3f(1.0)), vec3f(32.0 / 2523.0));
    let ratio = max(root - 0.8359375, vec3f(0.0)) / (18.851562 - 18.6875 * root);
    return 10000.0 * pow(ratio, vec3f(8192.0 / 1305.0));
}

fn pq_value(nits: f32) -> f32 {
    let light = pow(clamp(nits / 10000.0, 0.0, 1.0), 1305.0 / 8192.0);
    return pow((0.8359375 + 18.851562 * light) / (1.0 + 18.6875 * light), 2523.0 / 32.0);
}

// ITU-R BT.2100, table 5.
fn hlg_scene_light(encoded: vec3f) -> vec3f {
    let value = clamp(encoded, vec3f(0.0), vec3f(1.0));
    let dark = value * value / 3.0;
    let bright = (exp((value - 0.5599107) / 0.17883277) + 0.28466892) / 12.0;
    return select(bright, dark, value <= vec3f(0.5));
}

fn tone_mapped(nits: vec3f) -> vec3f {
    let largest = max(max(nits.r, nits.g), nits.b);
    let light = nits * (rolled_off(min(largest, PEAK_NITS)) / max(largest, 1e-4) / WHITE_NITS);
    return srgb_value(canvas_primaries(light));
}

fn rolled_off(nits: f32) -> f32 {
    let peak = pq_value(PEAK_NITS);
    let most = pq_value(WHITE_NITS) / peak;
    let knee = 1.5 * most - 0.5;
    let value = pq_value(nits) / peak;
    if value <= knee {
        return nits;
    }
    let t = (value - knee) / (1.0 - knee);
    let t2 = t * t;
    let t3 = t2 * t;
    let rolled = (2.0 * t3 - 3.0 * t2 + 1.0) * knee + (t3 - 2.0 * t2 + t) * (1.0 - knee) + (3.0 * t2 - 2.0 * t3) * most;
    return pq_light(vec3f(rolled * peak)).x;
}
