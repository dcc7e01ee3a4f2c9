//! Pages that fit in memory: attackers choose how large a row is.

use crate::sql::Row;

/// Bytes of texts in one page, unless its first row alone is larger.
const LARGEST: i64 = 4 << 20;

/// How many of the rows whose sizes these are make a page: at least one, none only of none.
pub(crate) fn fitting(sizes: &[Row]) -> Result<u32, sqlx::Error> {
    let sizes: Result<Vec<i64>, _> = sizes.iter().map(|row| row.get(0)).collect();
    Ok(first(&sizes?))
}

/// The same of the sizes themselves.
pub(crate) fn first(sizes: &[i64]) -> u32 {
    let mut total = 0_i64;
    let fit = sizes.iter().take_while(|size| {
        total = total.saturating_add(**size);
        total <= LARGEST
    });
    u32::try_from(fit.count().max(1).min(sizes.len())).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_before_it_is_too_large() {
        assert_eq!(first(&[]), 0);
        assert_eq!(first(&[LARGEST + 1, 1]), 1);
        assert_eq!(first(&[LARGEST, 0, 1, 1]), 2);
        assert_eq!(first(&[i64::MAX, i64::MAX]), 1);
        assert_eq!(first(&[1; 50]), 50);
    }
}
