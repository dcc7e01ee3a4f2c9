-- How the sources of a running program fare: one row each, written over every few seconds.
-- uid: of kind and name, which may be longer than a key. Times are microseconds; NULL where nothing came yet.
-- rate: lines of the last minute. lag_us: when the last event was received less when it happened.
CREATE TABLE source_health (
    uid           BLOB PRIMARY KEY,
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL,
    last_event    INTEGER,
    last_received INTEGER,
    line_count    INTEGER NOT NULL,
    event_count   INTEGER NOT NULL,
    dead_count    INTEGER NOT NULL,
    drop_count    INTEGER NOT NULL,
    error_count   INTEGER NOT NULL,
    last_error    TEXT,
    rate          INTEGER NOT NULL,
    lag_us        INTEGER,
    updated_at    INTEGER NOT NULL
) STRICT;
