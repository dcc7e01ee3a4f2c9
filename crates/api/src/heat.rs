//! Counts as shades, on a logarithmic scale.

/// The darkest shade; the palest is 1.
pub(crate) const DARKEST: u32 = 6;

/// A scale from 1 to the highest count: steps of equal width in powers of two, as many as are needed and at most
/// [`DARKEST`], spread over all shades.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    /// Powers of two in a step.
    width: u32,
    steps: u32,
}

impl Scale {
    pub(crate) fn up_to(highest: u64) -> Self {
        let powers = highest.max(1).ilog2() + 1;
        let width = powers.div_ceil(DARKEST);
        Self { width, steps: powers.div_ceil(width) }
    }

    /// From 1 to [`DARKEST`].
    pub(crate) fn shade(self, count: u64) -> u32 {
        self.shade_of_step((count.max(1).ilog2() / self.width).min(self.steps - 1))
    }

    /// The shades in use, each with the lowest count that has it.
    pub(crate) fn legend(self) -> impl Iterator<Item = (u32, u64)> {
        (0..self.steps).map(move |step| (self.shade_of_step(step), 1 << (self.width * step)))
    }

    fn shade_of_step(self, step: u32) -> u32 {
        if self.steps == 1 { DARKEST / 2 } else { 1 + step * (DARKEST - 1) / (self.steps - 1) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bounds_are_round_and_the_ends_are_used() {
        let legend = |highest| Scale::up_to(highest).legend().collect::<Vec<_>>();
        assert_eq!(legend(0), [(3, 1)]);
        assert_eq!(legend(1), [(3, 1)]);
        assert_eq!(legend(3), [(1, 1), (6, 2)]);
        assert_eq!(legend(1204), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, 1024)]);
    }

    proptest! {
        #[test]
        fn more_is_never_paler(highest in 1_u64.., a in 1_u64.., b in 1_u64..) {
            let scale = Scale::up_to(highest);
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(scale.shade(low) <= scale.shade(high));
            prop_assert!((1..=DARKEST).contains(&scale.shade(a)));
            for (shade, bound) in scale.legend() {
                prop_assert_eq!(scale.shade(bound), shade);
            }
        }
    }
}
