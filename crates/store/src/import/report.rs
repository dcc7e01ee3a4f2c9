//! What became of the rows.

/// What an import did, table by table in the order in which they were taken over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// The tables.
    pub tables: Vec<ImportedTable>,
}

/// What became of the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedTable {
    /// DECNET's name of it.
    pub table: &'static str,
    /// The source has no such table.
    pub missing: bool,
    /// Columns that the source has not; they were taken as empty.
    pub missing_columns: Vec<&'static str>,
    /// Rows that were read: those that are new, known or rejected.
    pub read: u64,
    /// Rows that were not here.
    pub new: u64,
    /// Rows that were.
    pub known: u64,
    /// Rows that were not taken over.
    pub rejected: u64,
    /// What there is to say of rows, most rows first.
    pub told: Vec<Told>,
}

/// Rows of one table that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What became of them.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// How many.
    pub total: u64,
    /// The first of them.
    pub rows: Vec<Named>,
}

/// A row of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its primary key.
    pub key: String,
    /// What else there is to say; empty as a rule.
    pub detail: String,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not taken over.
    Rejected,
    /// It was, but not as it stands.
    Changed,
}

impl Import {
    /// Rows that were not taken over.
    pub fn rejected(&self) -> u64 {
        self.tables.iter().map(|table| table.rejected).sum()
    }
}

/// The report while it is made.
pub(super) struct Tables {
    import: Import,
    named: usize,
}

impl Tables {
    pub(super) fn new(named: usize) -> Self {
        Self { import: Import::default(), named }
    }

    /// Begins a table; what follows is about it.
    pub(super) fn begin(&mut self, table: &'static str, missing_columns: Option<Vec<&'static str>>) {
        self.import.tables.push(ImportedTable {
            table,
            missing: missing_columns.is_none(),
            missing_columns: missing_columns.unwrap_or_default(),
            read: 0,
            new: 0,
            known: 0,
            rejected: 0,
            told: Vec::new(),
        });
    }

    pub(super) fn new_rows(&mut self, rows: u64) {
        self.count(|table| {
            table.read += rows;
            table.new += rows;
        });
    }

    pub(super) fn known_rows(&mut self, rows: u64) {
        self.count(|table| {
            table.read += rows;
            table.known += rows;
        });
    }

    pub(super) fn stored(&mut self, new: bool) {
        if new { self.new_rows(1) } else { self.known_rows(1) }
    }

    pub(super) fn reject(&mut self, key: &str, reason: &str) {
        self.reject_for(key, reason, String::new());
    }

    pub(super) fn reject_for(&mut self, key: &str, reason: &str, detail: String) {
        self.count(|table| {
            table.read += 1;
            table.rejected += 1;
        });
        self.tell(Outcome::Rejected, key, reason, detail);
    }

    pub(super) fn changed(&mut self, key: &str, reason: &str, detail: String) {
        self.tell(Outcome::Changed, key, reason, detail);
    }

    fn tell(&mut self, outcome: Outcome, key: &str, reason: &str, detail: String) {
        let named = self.named;
        self.count(|table| {
            let known = table.told.iter().position(|told| told.outcome == outcome && told.reason == reason);
            let place = known.unwrap_or_else(|| {
                table.told.push(Told { outcome, reason: reason.to_owned(), total: 0, rows: Vec::new() });
                table.told.len() - 1
            });
            let told = &mut table.told[place];
            told.total += 1;
            if told.rows.len() < named {
                told.rows.push(Named { key: key.to_owned(), detail });
            }
        });
    }

    fn count(&mut self, of: impl FnOnce(&mut ImportedTable)) {
        if let Some(table) = self.import.tables.last_mut() {
            of(table);
        }
    }

    pub(super) fn done(mut self) -> Import {
        for table in &mut self.import.tables {
            table.told.sort_by_key(|told| std::cmp::Reverse(told.total));
        }
        self.import
    }
}
