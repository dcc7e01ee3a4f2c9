//! Canary tokens, for a person.

use vespid_model::canary::CanaryToken;

use crate::columns::{Column, shown, table};
use crate::style::Look;
use crate::text::{moment, printable};

/// A table of tokens, and how many there are.
pub fn tokens(tokens: &[CanaryToken], look: Look) -> String {
    const COLUMNS: [Column; 8] = [
        Column::fixed("token"),
        Column::fixed("state"),
        Column::fixed("kind"),
        Column::text("decoy"),
        Column::number("opened"),
        Column::fixed("last (UTC)"),
        Column::text("gives"),
        Column::extra("lies at"),
    ];
    let cells = |token: &CanaryToken| {
        let text = |text: &str| printable(text).into_owned();
        vec![
            text(&token.callback_token),
            text(&token.state),
            text(&token.kind),
            text(&token.decky_name),
            token.trigger_count.to_string(),
            token.last_triggered_at.map_or_else(|| "never".to_owned(), moment),
            text(token.generator.as_deref().unwrap_or_default()),
            text(&token.placement_path),
        ]
    };
    let rows: Vec<_> = tokens.iter().map(cells).collect();
    shown(&table(look, &COLUMNS, &rows), rows.len(), rows.len() as u64, "token")
}
