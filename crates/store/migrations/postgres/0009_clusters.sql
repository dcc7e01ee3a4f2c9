-- Whose hands are the same, why, and what persons say of it.

ALTER TABLE identity ADD COLUMN clustered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN clustered BIGINT NOT NULL DEFAULT 0;

CREATE TABLE cluster_edge (
    a        BIGINT NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
    b        BIGINT NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
    joins    BIGINT NOT NULL,
    score    BIGINT NOT NULL,
    features TEXT COLLATE "C" NOT NULL,
    sentence TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX cluster_edge_b ON cluster_edge (b);

CREATE TABLE campaign_edge (
    a        BIGINT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    b        BIGINT NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    joins    BIGINT NOT NULL,
    features TEXT COLLATE "C" NOT NULL,
    sentence TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX campaign_edge_b ON campaign_edge (b);

CREATE TABLE verdict (
    noun    BIGINT NOT NULL,
    a       BYTEA NOT NULL,
    b       BYTEA NOT NULL,
    same    BIGINT NOT NULL,
    reason  TEXT COLLATE "C" NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (noun, a, b)
);

CREATE TABLE cluster_generation (
    id         BIGINT PRIMARY KEY,
    generation BIGINT NOT NULL
);
INSERT INTO cluster_generation (id, generation) VALUES (1, 0);
