//! Lines through the colours of a block: what all block formats store.

/// The 16 texels of a block in a space of `N` channels.
pub(super) type Texels<const N: usize> = [[f32; N]; 16];

/// The two ends of a line of colours.
pub(super) type Ends<const N: usize> = [[f32; N]; 2];

/// Rounds of power iteration: the axis need only be good enough for least squares to improve on.
const POWER_ROUNDS: usize = 4;

/// Rounds of least squares after the first choice of indices.
const REFINEMENTS: usize = 2;

/// A way of storing a line and a place on it per texel.
pub(super) trait LineFormat<const N: usize> {
    /// The stored block.
    type Stored: Copy;

    /// Stores the ends nearest to those given, picks the best place for every texel, and says the squared error.
    fn store(&self, ends: &Ends<N>, texels: &Texels<N>) -> (Self::Stored, f32);

    /// Position of each texel from the first end to the second, 0 to 1.
    fn places(&self, stored: &Self::Stored) -> [f32; 16];
}

/// The best of a few lines through `texels`.
pub(super) fn fit<const N: usize, F: LineFormat<N>>(format: &F, texels: &Texels<N>) -> F::Stored {
    let (mut best, mut least) = format.store(&principal_ends(texels), texels);
    for _ in 0..REFINEMENTS {
        let Some(ends) = least_squares_ends(texels, &format.places(&best)) else {
            break;
        };
        let (stored, error) = format.store(&ends, texels);
        if error >= least {
            break;
        }
        (best, least) = (stored, error);
    }
    best
}

/// Squared distance of two colours.
pub(super) fn distance<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The place in `palette` that is nearest to `texel`, and the squared error there.
pub(super) fn nearest<const N: usize>(palette: &[[f32; N]], texel: &[f32; N]) -> (u8, f32) {
    let mut best = (0, f32::INFINITY);
    for (index, colour) in (0_u8..).zip(palette) {
        let error = distance(colour, texel);
        if error < best.1 {
            best = (index, error);
        }
    }
    best
}

/// [`nearest`] for a palette of 16 colours at nearly even steps on a line: found by projection, at most one step off.
pub(super) fn nearest_on_line<const N: usize>(
    palette: &[[f32; N]; 16],
    texel: &[f32; N],
) -> (u8, f32) {
    let [first, .., last] = palette;
    let (mut along, mut length) = (0.0, 0.0);
    for i in 0..N {
        let step = last[i] - first[i];
        along += step * (texel[i] - first[i]);
        length += step * step;
    }
    let place = if length > 0.0 { along / length } else { 0.0 };
    let index = (place * 15.0).round().clamp(0.0, 15.0) as u8;
    (index, distance(&palette[usize::from(index)], texel))
}

/// The ends of the texels' spread along their principal axis.
fn principal_ends<const N: usize>(texels: &Texels<N>) -> Ends<N> {
    let mut mean = [0.0; N];
    for texel in texels {
        for (sum, channel) in mean.iter_mut().zip(texel) {
            *sum += channel / 16.0;
        }
    }
    let centred = texels.map(|texel| -> [f32; N] { std::array::from_fn(|i| texel[i] - mean[i]) });
    let mut covariance = [[0.0; N]; N];
    for texel in &centred {
        for (row, a) in covariance.iter_mut().zip(texel) {
            for (cell, b) in row.iter_mut().zip(texel) {
                *cell += a * b;
            }
        }
    }
    // Begins with the covariance's longest row, which is never at right angles to the principal axis.
    let dot = |a: &[f32; N], b: &[f32; N]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let mut axis = covariance
        .iter()
        .copied()
        .max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)))
        .unwrap_or([0.0; N]);
    for _ in 0..POWER_ROUNDS {
        let length = dot(&axis, &axis).sqrt();
        if length < 1e-12 {
            return [mean, mean];
        }
        let unit = axis.map(|channel| channel / length);
        axis = std::array::from_fn(|i| dot(&covariance[i], &unit));
    }
    let length = dot(&axis, &axis).sqrt().max(1e-12);
    let unit = axis.map(|channel| channel / length);
    let (mut least, mut most) = (0.0_f32, 0.0_f32);
    for texel in &centred {
        let along = dot(texel, &unit);
        least = least.min(along);
        most = most.max(along);
    }
    let at = |along: f32| std::array::from_fn(|i| mean[i] + unit[i] * along);
    [at(least), at(most)]
}

/// The ends for which the texels at the given places have the least squared error; `None` if all are at one place.
fn least_squares_ends<const N: usize>(texels: &Texels<N>, places: &[f32; 16]) -> Option<Ends<N>> {
    let (mut first_first, mut first_second, mut second_second) = (0.0, 0.0, 0.0);
    let (mut firsts, mut seconds) = ([0.0; N], [0.0; N]);
    for (texel, place) in texels.iter().zip(places) {
        let rest = 1.0 - place;
        first_first += rest * rest;
        first_second += rest * place;
        second_second += place * place;
        for (i, channel) in texel.iter().enumerate() {
            firsts[i] += rest * channel;
            seconds[i] += place * channel;
        }
    }
    let determinant: f32 = first_first * second_second - first_second * first_second;
    if determinant.abs() < 1e-4 {
        return None;
    }
    Some([
        std::array::from_fn(|i| {
            (second_second * firsts[i] - first_second * seconds[i]) / determinant
        }),
        std::array::from_fn(|i| {
            (first_first * seconds[i] - first_second * firsts[i]) / determinant
        }),
    ])
}
