-- What files and answers of providers say of addresses, whether the address ever came or not.

-- One row for each address and feed. body: the event's. since: when that was so first. edition: which run stored it.
-- expires_at: NULL where it holds until the feed's next file. was, was_since: what an earlier run had stored, so that
-- since stays where nothing changed after all.
CREATE TABLE intel_listing (
    ip          TEXT NOT NULL,
    feed        TEXT NOT NULL,
    body        TEXT NOT NULL,
    seen_at     INTEGER,
    since       INTEGER NOT NULL,
    edition     INTEGER NOT NULL,
    imported_at INTEGER NOT NULL,
    expires_at  INTEGER,
    was         TEXT,
    was_since   INTEGER,
    PRIMARY KEY (ip, feed)
) STRICT;

-- Whose list was imported, when last, and by which run.
CREATE TABLE intel_feed (
    feed        TEXT PRIMARY KEY,
    edition     INTEGER NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT;
