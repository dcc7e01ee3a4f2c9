-- Tags that wait to be, and what tags were under other ATT&CK releases.

-- Tags of rules that are being promoted: they take the place of older ones all at once. run: which promotion. rule: the
-- rule's place among those that are promoted together.
CREATE TABLE tag_staged (
    id             BIGINT AUTO_INCREMENT PRIMARY KEY,
    run            BIGINT NOT NULL,
    rule           BIGINT NOT NULL,
    uid            BINARY(16) NOT NULL,
    event          BIGINT NOT NULL,
    technique      BIGINT NOT NULL,
    tactic         BIGINT NOT NULL,
    confidence     DOUBLE NOT NULL,
    attack_release BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    span           LONGTEXT NOT NULL,
    via            LONGTEXT,
    evidence       LONGTEXT,
    UNIQUE (run, uid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

-- What a tag was under this release before an upgrade gave it another technique or tactic: id, technique and tactic.
-- survivor: the tag that said the same under the new release already, where the upgrade took this one away; the row
-- then holds all of it.
CREATE TABLE tag_origin (
    id             BIGINT AUTO_INCREMENT PRIMARY KEY,
    tag            BIGINT NOT NULL,
    attack_release BIGINT NOT NULL,
    survivor       BIGINT,
    uid            BINARY(16) NOT NULL,
    technique      BIGINT NOT NULL,
    tactic         BIGINT NOT NULL,
    rule           BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    event          BIGINT,
    kind           BIGINT NOT NULL,
    attacker       BIGINT,
    identity       BIGINT,
    session        BIGINT,
    decky          BIGINT,
    confidence     DOUBLE NOT NULL,
    tagged_at      BIGINT NOT NULL,
    span           LONGTEXT NOT NULL,
    via            LONGTEXT,
    source_id      VARCHAR(255),
    evidence       LONGTEXT,
    UNIQUE (tag, attack_release),
    INDEX tag_origin_survivor (survivor),
    FOREIGN KEY (event) REFERENCES event (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;
