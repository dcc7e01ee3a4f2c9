CREATE TABLE intel_listing (
    ip          TEXT COLLATE "C" NOT NULL,
    feed        TEXT COLLATE "C" NOT NULL,
    body        TEXT COLLATE "C" NOT NULL,
    seen_at     BIGINT,
    since       BIGINT NOT NULL,
    edition     BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    expires_at  BIGINT,
    was         TEXT COLLATE "C",
    was_since   BIGINT,
    PRIMARY KEY (ip, feed)
);

CREATE TABLE intel_feed (
    feed        TEXT COLLATE "C" PRIMARY KEY,
    edition     BIGINT NOT NULL,
    imported_at BIGINT NOT NULL
);
