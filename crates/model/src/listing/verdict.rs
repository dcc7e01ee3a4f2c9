//! Good or bad, in a word.

use std::fmt;

use crate::body::Intel;

/// A verdict, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "words")]
pub enum Verdict {
    Unknown,
    Benign,
    Suspicious,
    Malicious,
}

/// AbuseIPDB's scores from which on an address is malicious, and suspicious.
const SCORES: (i64, i64) = (75, 25);

impl Verdict {
    /// The strongest verdict that a provider gives.
    pub fn of(said: &Intel) -> Self {
        let listed =
            |listed: Option<bool>| if listed == Some(true) { Self::Malicious } else { Self::Unknown };
        let score = said.abuseipdb_score.map_or(Self::Unknown, |score| match score {
            score if score >= SCORES.0 => Self::Malicious,
            score if score >= SCORES.1 => Self::Suspicious,
            _ => Self::Benign,
        });
        let classification = match said.greynoise_classification.as_deref() {
            Some("malicious") => Self::Malicious,
            Some("suspicious") => Self::Suspicious,
            Some("benign") => Self::Benign,
            _ => Self::Unknown,
        };
        score.max(classification).max(listed(said.feodo_listed)).max(listed(said.threatfox_listed))
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Benign => "benign",
            Self::Suspicious => "suspicious",
            Self::Malicious => "malicious",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_their_thresholds_and_the_strongest_counts() {
        let scored = |score| Verdict::of(&Intel { abuseipdb_score: Some(score), ..Intel::default() });
        let verdicts: Vec<_> = [0, 24, 25, 74, 75, 100].map(|score| scored(score).as_str()).into();
        assert_eq!(verdicts, ["benign", "benign", "suspicious", "suspicious", "malicious", "malicious"]);

        let classified = |class: &str, score| {
            let class = Some(class.to_owned());
            Verdict::of(&Intel {
                greynoise_classification: class,
                abuseipdb_score: score,
                ..Intel::default()
            })
        };
        assert_eq!(classified("benign", None), Verdict::Benign);
        assert_eq!(classified("scanner", None), Verdict::Unknown);
        assert_eq!(classified("suspicious", Some(3)), Verdict::Suspicious);
        assert_eq!(classified("benign", Some(80)), Verdict::Malicious);
        assert_eq!(Verdict::of(&Intel::default()), Verdict::Unknown);
        for listed in [true, false] {
            let expected = if listed { Verdict::Malicious } else { Verdict::Unknown };
            let feodo = Intel { feodo_listed: Some(listed), ..Intel::default() };
            let threatfox = Intel { threatfox_listed: Some(listed), ..Intel::default() };
            assert_eq!((Verdict::of(&feodo), Verdict::of(&threatfox)), (expected, expected));
        }
    }
}
