//! How alike two partitions of the same things are: the one that is true, and the one that was found.

use std::collections::HashMap;

/// How well what was found agrees with what is true; 1 is full agreement everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Pairs that both put together, beyond chance: 0 for a random partition (Hubert and Arabie, "Comparing
    /// partitions", 1985).
    pub adjusted_rand: f64,
    /// Is each found group of one true group only? (Rosenberg and Hirschberg, "V-Measure", 2007.)
    pub homogeneity: f64,
    /// Is each true group in one found group? (The same.)
    pub completeness: f64,
}

impl Agreement {
    /// Of pairs of labels, one pair for each thing: the true label and the found one. What labels are does not matter.
    pub fn of(labels: &[(u64, u64)]) -> Self {
        let count = |key: fn(&(u64, u64)) -> (u64, u64)| {
            let mut counts: HashMap<(u64, u64), u64> = HashMap::new();
            for label in labels {
                *counts.entry(key(label)).or_default() += 1;
            }
            counts
        };
        let both = count(|label| *label);
        let truth = count(|label| (label.0, 0));
        let found = count(|label| (0, label.1));
        let all = labels.len() as u64;

        let pairs =
            |counts: &HashMap<(u64, u64), u64>| counts.values().map(|n| real(n * (n - 1) / 2)).sum::<f64>();
        let (index, of_truth, of_found) = (pairs(&both), pairs(&truth), pairs(&found));
        let total = real(all * all.saturating_sub(1) / 2);
        let expected = if total > 0.0 { of_truth * of_found / total } else { 0.0 };
        let highest = f64::midpoint(of_truth, of_found);
        // Both are all apart, or all together: they are the same.
        let adjusted_rand =
            if highest - expected < 1e-9 { 1.0 } else { (index - expected) / (highest - expected) };

        let entropy = |counts: &HashMap<(u64, u64), u64>| {
            counts.values().map(|n| -real(*n) / real(all) * (real(*n) / real(all)).ln()).sum::<f64>()
        };
        let (joint, of_truth, of_found) = (entropy(&both), entropy(&truth), entropy(&found));
        // H(truth | found) = H(both) - H(found), and the other way round.
        let share = |conditional: f64, of: f64| if of > 0.0 { 1.0 - conditional / of } else { 1.0 };
        Self {
            adjusted_rand,
            homogeneity: share(joint - of_found, of_truth),
            completeness: share(joint - of_truth, of_found),
        }
    }

    /// The smallest of the three.
    pub fn worst(&self) -> f64 {
        self.adjusted_rand.min(self.homogeneity).min(self.completeness)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
const fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(truth: &[u64], found: &[u64]) -> [String; 3] {
        let labels: Vec<_> = truth.iter().copied().zip(found.iter().copied()).collect();
        let Agreement { adjusted_rand, homogeneity, completeness } = Agreement::of(&labels);
        [adjusted_rand, homogeneity, completeness].map(|score| format!("{:.3}", score + 0.0))
    }

    /// The examples in scikit-learn's documentation of `adjusted_rand_score`, `homogeneity_score` and
    /// `completeness_score`.
    #[test]
    fn agrees_with_documented_examples() {
        assert_eq!(of(&[0, 0, 1, 1], &[1, 1, 0, 0]), ["1.000", "1.000", "1.000"]);
        assert_eq!(of(&[0, 0, 1, 2], &[0, 0, 1, 1])[0], "0.571");
        assert_eq!(of(&[0, 0, 1, 1], &[0, 0, 1, 2])[0], "0.571");
        assert_eq!(of(&[0, 0, 0, 0], &[0, 1, 2, 3])[0], "0.000");
        assert_eq!(of(&[0, 0, 1, 1], &[0, 1, 0, 1])[0], "-0.500");
        assert_eq!(of(&[0, 0, 1, 1], &[0, 0, 1, 2])[1..], ["1.000", "0.667"]);
        assert_eq!(of(&[0, 0, 1, 1], &[0, 1, 2, 3])[1..], ["1.000", "0.500"]);
        assert_eq!(of(&[0, 0, 1, 1], &[0, 0, 0, 0])[1..], ["0.000", "1.000"]);
        assert_eq!(of(&[0, 0, 1, 1], &[0, 1, 0, 1])[1..], ["0.000", "0.000"]);
    }

    /// By hand: truth {a b c}{d e f}, found {a b}{c d}{e f}. Pairs together in both: ab, ef = 2; in truth 6, in found
    /// 3, of 15. Expected 6 * 3 / 15 = "1.200", highest 4.5: (2 - "1.200") / (4.5 - "1.200") = 0.242.
    #[test]
    fn agrees_with_a_hand_worked_example() {
        assert_eq!(of(&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 2, 2])[0], "0.242");
    }

    #[test]
    fn nothing_and_only_singles_agree_fully() {
        assert_eq!(of(&[], &[]), ["1.000", "1.000", "1.000"]);
        assert_eq!(of(&[0, 1, 2], &[5, 6, 7]), ["1.000", "1.000", "1.000"]);
    }
}
