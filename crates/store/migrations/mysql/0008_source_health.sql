CREATE TABLE source_health (
    uid           BINARY(16) PRIMARY KEY,
    kind          VARCHAR(255) NOT NULL,
    name          LONGTEXT NOT NULL,
    last_event    BIGINT,
    last_received BIGINT,
    line_count    BIGINT NOT NULL,
    event_count   BIGINT NOT NULL,
    dead_count    BIGINT NOT NULL,
    drop_count    BIGINT NOT NULL,
    error_count   BIGINT NOT NULL,
    last_error    LONGTEXT,
    rate          BIGINT NOT NULL,
    lag_us        BIGINT,
    updated_at    BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;
