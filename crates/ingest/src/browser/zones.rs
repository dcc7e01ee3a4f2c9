//! What the clocks of a country show.

use super::row;

const TABLE: &str = include_str!("zones.tsv");

/// The least and the most minutes that clocks of a country are ahead of UTC; None for one that is unknown.
pub(super) fn of(country: &str) -> Option<(i64, i64)> {
    let (least, most) = row(TABLE, country)?.split_once('\t')?;
    Some((least.parse().ok()?, most.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        let rows: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(rows.len() > 200);
        for row in rows {
            let (least, most) = of(&row[..2]).unwrap();
            assert!(-720 <= least && least <= most && most <= 840, "{row}");
        }
        assert_eq!(of("DE"), Some((60, 120)));
        assert_eq!((of("XX"), of(""), of("D"), of("#")), (None, None, None, None));
    }
}
