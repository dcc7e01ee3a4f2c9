//! Pages that fit in memory: attackers choose how large a row is.

/// Bytes of texts in one page, unless its first row alone is larger.
const LARGEST: i64 = 4 << 20;

/// How many of the first rows of these sizes make a page: at least one, none only of none.
pub(super) fn fitting(sizes: &[i64]) -> u32 {
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
        assert_eq!(fitting(&[]), 0);
        assert_eq!(fitting(&[LARGEST + 1, 1]), 1);
        assert_eq!(fitting(&[LARGEST, 0, 1, 1]), 2);
        assert_eq!(fitting(&[i64::MAX, i64::MAX]), 1);
        assert_eq!(fitting(&[1; 50]), 50);
    }
}
