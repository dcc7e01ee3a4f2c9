CREATE TABLE intel_listing (
    ip          VARCHAR(45) NOT NULL,
    feed        VARCHAR(32) NOT NULL,
    body        LONGTEXT NOT NULL,
    seen_at     BIGINT,
    since       BIGINT NOT NULL,
    edition     BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    expires_at  BIGINT,
    was         LONGTEXT,
    was_since   BIGINT,
    PRIMARY KEY (ip, feed)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE intel_feed (
    feed        VARCHAR(32) PRIMARY KEY,
    edition     BIGINT NOT NULL,
    imported_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;
