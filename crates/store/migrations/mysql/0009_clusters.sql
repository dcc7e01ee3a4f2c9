-- Whose hands are the same, why, and what persons say of it.

ALTER TABLE identity ADD COLUMN clustered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN clustered BIGINT NOT NULL DEFAULT 0;

CREATE TABLE cluster_edge (
    a        BIGINT NOT NULL,
    b        BIGINT NOT NULL,
    joins    BIGINT NOT NULL,
    score    BIGINT NOT NULL,
    features LONGTEXT NOT NULL,
    sentence LONGTEXT NOT NULL,
    PRIMARY KEY (a, b),
    INDEX cluster_edge_b (b),
    FOREIGN KEY (a) REFERENCES attacker (id) ON DELETE CASCADE,
    FOREIGN KEY (b) REFERENCES attacker (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE campaign_edge (
    a        BIGINT NOT NULL,
    b        BIGINT NOT NULL,
    joins    BIGINT NOT NULL,
    features LONGTEXT NOT NULL,
    sentence LONGTEXT NOT NULL,
    PRIMARY KEY (a, b),
    INDEX campaign_edge_b (b),
    FOREIGN KEY (a) REFERENCES identity (id) ON DELETE CASCADE,
    FOREIGN KEY (b) REFERENCES identity (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE verdict (
    noun    BIGINT NOT NULL,
    a       BINARY(16) NOT NULL,
    b       BINARY(16) NOT NULL,
    same    BIGINT NOT NULL,
    reason  LONGTEXT NOT NULL,
    said_by VARCHAR(255) NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (noun, a, b)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE cluster_generation (
    id         BIGINT PRIMARY KEY,
    generation BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;
INSERT INTO cluster_generation (id, generation) VALUES (1, 0);
