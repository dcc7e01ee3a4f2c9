//! What is spoken in a country.

use super::row;

const TABLE: &str = include_str!("languages.tsv");

/// Browsers come with English everywhere: it says nothing of who uses one.
const EVERYWHERE: &str = "en";

/// Is a browser's language, as `de-AT`, none of a country? None where that says nothing: of English elsewhere, and of a
/// country that is unknown.
pub(super) fn is_foreign(language: &str, country: &str) -> Option<bool> {
    let row = row(TABLE, country)?;
    let language = language.split(['-', '_']).next()?.to_ascii_lowercase();
    let is_code = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_code {
        return None;
    }
    let is_spoken = row.split(' ').any(|spoken| spoken == language);
    (is_spoken || language != EVERYWHERE).then_some(!is_spoken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        let rows: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(rows.len() > 200);
        for row in rows {
            let (country, spoken) = row.split_once('\t').unwrap();
            assert_eq!(country.len(), 2, "{row}");
            for language in spoken.split(' ') {
                assert_eq!(is_foreign(language, country), Some(false), "{row}");
            }
        }
    }

    #[test]
    fn a_language_is_foreign_or_not_or_says_nothing() {
        for (language, country, foreign) in [
            ("de", "DE", Some(false)),
            ("de-AT", "CH", Some(false)),
            ("fr-CH", "CH", Some(false)),
            ("RU", "DE", Some(false)),
            ("zh-CN", "DE", Some(true)),
            ("ja", "BR", Some(true)),
            ("no", "NO", Some(false)),
            ("en-US", "US", Some(false)),
            ("en-US", "JP", None),
            ("zh-CN", "XX", None),
            ("", "DE", None),
            ("x", "DE", None),
            ("<script>", "DE", None),
            ("de", "", None),
        ] {
            assert_eq!(is_foreign(language, country), foreign, "{language} {country}");
        }
    }
}
