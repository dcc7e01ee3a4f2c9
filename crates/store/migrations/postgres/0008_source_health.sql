CREATE TABLE source_health (
    uid           BYTEA PRIMARY KEY,
    kind          TEXT COLLATE "C" NOT NULL,
    name          TEXT COLLATE "C" NOT NULL,
    last_event    BIGINT,
    last_received BIGINT,
    line_count    BIGINT NOT NULL,
    event_count   BIGINT NOT NULL,
    dead_count    BIGINT NOT NULL,
    drop_count    BIGINT NOT NULL,
    error_count   BIGINT NOT NULL,
    last_error    TEXT COLLATE "C",
    rate          BIGINT NOT NULL,
    lag_us        BIGINT,
    updated_at    BIGINT NOT NULL
);
