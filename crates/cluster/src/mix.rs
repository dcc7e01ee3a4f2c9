//! Numbers that look random and are the same everywhere: the finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).

/// Sixty-four bits from sixty-four others, one to one.
pub(crate) const fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A series of such numbers from a seed.
pub(crate) struct Series(u64);

impl Series {
    /// The series that begins here.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Above 0, at most 1.
    #[expect(clippy::cast_precision_loss, reason = "fifty-three bits fit")]
    pub(crate) fn unit(&mut self) -> f64 {
        let number = mix(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((number >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

/// `MinHash`: how many smallest numbers stand for a set.
const ROWS: usize = 2 * BANDS;
/// Locality-sensitive hashing: two sets with the Jaccard similarity J have one of the bands of two numbers in common with
/// the probability 1 - (1 - J^2)^BANDS: 0.90 for J = 0.5, 0.999 for J = 0.75.
pub(crate) const BANDS: usize = 8;

/// The bands of a set, given by the hashes of its members.
pub(crate) fn bands(set: &[u64]) -> [u64; BANDS] {
    let mut smallest = [u64::MAX; ROWS];
    for member in set {
        for (row, least) in (1..).zip(&mut smallest) {
            *least = mix(member ^ mix(row)).min(*least);
        }
    }
    let mut bands = [0; BANDS];
    for ((place, band), pair) in (1..).zip(&mut bands).zip(smallest.chunks_exact(2)) {
        *band = mix(mix(pair[0] ^ mix(place)) ^ pair[1]);
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_published_one() {
        // The first numbers of SplitMix64 with the seed 1234567, as its reference gives them.
        assert_eq!(mix(1_234_567), 6_457_827_717_110_365_317);
        assert_eq!(mix(1_234_567_u64.wrapping_add(0x9e37_79b9_7f4a_7c15)), 3_203_168_211_198_807_973);
    }

    /// Equal sets have all bands in common, foreign ones none, half-equal ones mostly one.
    #[test]
    fn bands_find_what_is_alike() {
        let set = |from: u64, to: u64| (from..to).map(mix).collect::<Vec<_>>();
        let common = |a: &[u64], b: &[u64]| bands(a).iter().zip(bands(b)).filter(|(a, b)| *a == b).count();
        assert_eq!(common(&set(0, 20), &set(0, 20)), BANDS);
        assert_eq!(common(&set(0, 20), &set(20, 40)), 0);
        // 15 of 30 in common each time.
        let found =
            (0..200_u64).map(|n| n * 1000).filter(|n| common(&set(*n, n + 22), &set(n + 7, n + 30)) > 0);
        let found = found.count();
        assert!((165..=195).contains(&found), "{found} of 200");
    }
}
