//! Lines through the colours of blocks: what all block formats store.

use super::lanes::Lanes;

/// The 16 texels of `L` blocks in a space of `N` channels.
pub(super) type Texels<const N: usize, const L: usize> = [[Lanes<L>; N]; 16];

/// The two ends of a line of colours in each of `L` blocks.
pub(super) type Ends<const N: usize, const L: usize> = [[Lanes<L>; N]; 2];

/// Rounds of power iteration: the axis need only be good enough for least squares to improve on.
const POWER_ROUNDS: usize = 3;

/// A way of storing a line and a place on it per texel.
pub(super) trait LineFormat<const N: usize, const L: usize> {
    /// The last place on the line; the first one is 0.
    const LAST_PLACE: f32;

    /// Rounds of least squares after the first choice of places.
    const REFINEMENTS: usize;

    /// The codes, whole numbers, of the storable ends nearest to those given.
    fn codes(&self, ends: &Ends<N, L>) -> Ends<N, L>;

    /// The colours that a decoder makes of codes.
    fn values(&self, codes: &Ends<N, L>) -> Ends<N, L>;

    /// How far along the line a place is, 0 to 1.
    #[inline(always)]
    fn share(place: Lanes<L>) -> Lanes<L> {
        place * (1.0 / Self::LAST_PLACE)
    }
}

/// Lines that were fitted to blocks.
#[derive(Clone, Copy)]
pub(super) struct Fitted<const N: usize, const L: usize> {
    /// Codes of the ends.
    pub codes: Ends<N, L>,
    /// Place of each texel, from 0 at the first end.
    pub places: [Lanes<L>; 16],
    /// How far the texels spread along their principal axis.
    pub spread: Lanes<L>,
}

/// Lines through `texels`: along their principal axis, then with the least squared error for the places found.
#[inline(always)]
pub(super) fn fit<const N: usize, const L: usize, F: LineFormat<N, L>>(
    format: &F,
    texels: &Texels<N, L>,
) -> Fitted<N, L> {
    let (mut ends, spread) = principal_ends(texels);
    for _ in 0..F::REFINEMENTS {
        let (_, places) = placed(format, &ends, texels);
        ends = least_squares_ends::<N, L, F>(texels, &places, &ends);
    }
    let (codes, places) = placed(format, &ends, texels);
    Fitted {
        codes,
        places,
        spread,
    }
}

/// Stores the ends nearest to those given, and picks the best place for every texel: by projection, since places lie
/// evenly on the line.
#[inline(always)]
fn placed<const N: usize, const L: usize, F: LineFormat<N, L>>(
    format: &F,
    ends: &Ends<N, L>,
    texels: &Texels<N, L>,
) -> (Ends<N, L>, [Lanes<L>; 16]) {
    let codes = format.codes(ends);
    let [first, last] = format.values(&codes);
    let mut line = [Lanes::ZERO; N];
    let mut length = Lanes::ZERO;
    for channel in 0..N {
        line[channel] = last[channel] - first[channel];
        length += line[channel] * line[channel];
    }
    let scale = length.inverse() * F::LAST_PLACE;
    let mut places = [Lanes::ZERO; 16];
    for (texel, place) in texels.iter().zip(&mut places) {
        let mut along = Lanes::ZERO;
        for channel in 0..N {
            along += (texel[channel] - first[channel]) * line[channel];
        }
        *place = (along * scale).held(0.0, F::LAST_PLACE).rounded();
    }
    (codes, places)
}

/// The ends of the texels' spread along their principal axis, and its length.
#[inline(always)]
fn principal_ends<const N: usize, const L: usize>(texels: &Texels<N, L>) -> (Ends<N, L>, Lanes<L>) {
    let mut mean = [Lanes::ZERO; N];
    for texel in texels {
        for channel in 0..N {
            mean[channel] += texel[channel];
        }
    }
    for channel in &mut mean {
        *channel = *channel * (1.0 / 16.0);
    }
    let mut covariance = [[Lanes::ZERO; N]; N];
    for texel in texels {
        let mut away = [Lanes::ZERO; N];
        for channel in 0..N {
            away[channel] = texel[channel] - mean[channel];
        }
        for row in 0..N {
            for column in row..N {
                covariance[row][column] += away[row] * away[column];
            }
        }
    }
    let half = covariance;
    for (row, cells) in covariance.iter_mut().enumerate() {
        for (cell, column) in cells.iter_mut().zip(&half).take(row) {
            *cell = column[row];
        }
    }
    let axis = principal_axis(&covariance);
    let (mut least, mut most) = (Lanes::ZERO, Lanes::ZERO);
    for texel in texels {
        let mut along = Lanes::ZERO;
        for channel in 0..N {
            along += (texel[channel] - mean[channel]) * axis[channel];
        }
        least = least.least(along);
        most = most.most(along);
    }
    let mut ends = [mean; 2];
    for channel in 0..N {
        ends[0][channel] += axis[channel] * least;
        ends[1][channel] += axis[channel] * most;
    }
    (ends, most - least)
}

/// The unit vector along which a covariance is largest; zero where all texels are the same.
#[inline(always)]
fn principal_axis<const N: usize, const L: usize>(
    covariance: &[[Lanes<L>; N]; N],
) -> [Lanes<L>; N] {
    // Begins with the row of the largest variance, which is never at right angles to the axis.
    let mut axis = covariance[0];
    let mut largest = covariance[0][0];
    for (row, cells) in covariance.iter().enumerate().skip(1) {
        for (channel, cell) in axis.iter_mut().zip(cells) {
            *channel = channel.or_where_less(*cell, largest, cells[row]);
        }
        largest = largest.most(cells[row]);
    }
    for round in 0..=POWER_ROUNDS {
        let mut length = Lanes::ZERO;
        for channel in axis {
            length += channel * channel;
        }
        let inverse = Lanes(
            length
                .0
                .map(|length| 1.0 / if length > 1e-20 { length } else { 1e20 }.sqrt()),
        );
        for channel in &mut axis {
            *channel = *channel * inverse;
        }
        if round < POWER_ROUNDS {
            let unit = axis;
            for (channel, row) in axis.iter_mut().zip(covariance) {
                *channel = Lanes::ZERO;
                for (cell, unit) in row.iter().zip(unit) {
                    *channel += *cell * unit;
                }
            }
        }
    }
    axis
}

/// The ends for which the texels at the given places have the least squared error; those `known` where all are at one place.
#[inline(always)]
fn least_squares_ends<const N: usize, const L: usize, F: LineFormat<N, L>>(
    texels: &Texels<N, L>,
    places: &[Lanes<L>; 16],
    known: &Ends<N, L>,
) -> Ends<N, L> {
    let mut sum_of_shares = Lanes::ZERO;
    let mut sum_of_squares = Lanes::ZERO;
    let (mut all, mut seconds) = ([Lanes::ZERO; N], [Lanes::ZERO; N]);
    for (texel, place) in texels.iter().zip(places) {
        let share = F::share(*place);
        sum_of_shares += share;
        sum_of_squares += share * share;
        for channel in 0..N {
            all[channel] += texel[channel];
            seconds[channel] += share * texel[channel];
        }
    }
    // Normal equations of x ≈ a·(1 − s) + b·s over 16 texels, by sums of s and s².
    let first_second = sum_of_shares - sum_of_squares;
    let first_first = Lanes::all(16.0) - sum_of_shares - first_second;
    let determinant = first_first * sum_of_squares - first_second * first_second;
    let inverse = determinant.inverse();
    let mut ends = *known;
    let limit = Lanes::all(1e-3);
    for channel in 0..N {
        let firsts = all[channel] - seconds[channel];
        let first = (sum_of_squares * firsts - first_second * seconds[channel]) * inverse;
        let last = (first_first * seconds[channel] - first_second * firsts) * inverse;
        ends[0][channel] = first.or_where_less(known[0][channel], determinant, limit);
        ends[1][channel] = last.or_where_less(known[1][channel], determinant, limit);
    }
    ends
}
