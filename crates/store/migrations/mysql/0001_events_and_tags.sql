-- MariaDB 10.5 or MySQL 8.0.17. The same tables as in migrations/sqlite; see there what they mean.
-- Texts compare by their bytes, trailing blanks included, as in SQLite: the collation that does so has a name of its own
-- in each of the two servers, and each runs only the comment that is its own.

CREATE TABLE decky (
    id   BIGINT AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL UNIQUE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE attacker (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid         BINARY(16) NOT NULL UNIQUE,
    ip          VARCHAR(45) NOT NULL UNIQUE,
    first_seen  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    event_count BIGINT NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE session (
    id             BIGINT AUTO_INCREMENT PRIMARY KEY,
    decky          BIGINT NOT NULL,
    name           VARCHAR(255) NOT NULL,
    attacker       BIGINT NOT NULL,
    service        LONGTEXT,
    client_version LONGTEXT,
    hassh          LONGTEXT,
    login          LONGTEXT,
    first_seen     BIGINT NOT NULL,
    last_seen      BIGINT NOT NULL,
    event_count    BIGINT NOT NULL DEFAULT 0,
    command_count  BIGINT NOT NULL DEFAULT 0,
    UNIQUE (name, decky, attacker),
    INDEX session_attacker (attacker, first_seen),
    INDEX session_first_seen (first_seen),
    FOREIGN KEY (decky) REFERENCES decky (id),
    FOREIGN KEY (attacker) REFERENCES attacker (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE event (
    id       BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid      BINARY(16) NOT NULL UNIQUE,
    kind     BIGINT NOT NULL,
    time     BIGINT NOT NULL,
    decky    BIGINT NOT NULL,
    attacker BIGINT NOT NULL,
    session  BIGINT,
    body     LONGTEXT NOT NULL,
    INDEX event_session (session, time),
    FOREIGN KEY (decky) REFERENCES decky (id),
    FOREIGN KEY (attacker) REFERENCES attacker (id) ON DELETE CASCADE,
    FOREIGN KEY (session) REFERENCES session (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE rule (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    name        VARCHAR(255) NOT NULL,
    version     BIGINT NOT NULL,
    title       LONGTEXT NOT NULL,
    description LONGTEXT NOT NULL,
    source_path LONGTEXT NOT NULL,
    yaml        LONGTEXT NOT NULL,
    digest      VARBINARY(16) NOT NULL,
    UNIQUE (name, version, digest)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE tag (
    id             BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid            BINARY(16) NOT NULL UNIQUE,
    event          BIGINT NOT NULL,
    attacker       BIGINT NOT NULL,
    session        BIGINT,
    rule           BIGINT NOT NULL,
    technique      BIGINT NOT NULL,
    tactic         BIGINT NOT NULL,
    confidence     DOUBLE NOT NULL CHECK (confidence BETWEEN 0.0 AND 1.0),
    attack_release BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    tagged_at      BIGINT NOT NULL,
    span           LONGTEXT NOT NULL,
    via            LONGTEXT,
    INDEX tag_attacker (attacker, session, technique),
    INDEX tag_technique (technique, created_at),
    FOREIGN KEY (event) REFERENCES event (id) ON DELETE CASCADE,
    FOREIGN KEY (rule) REFERENCES rule (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE source_offset (
    id                 BIGINT AUTO_INCREMENT PRIMARY KEY,
    name               LONGTEXT NOT NULL,
    fingerprint        BIGINT NOT NULL,
    fingerprint_length BIGINT NOT NULL,
    position           BIGINT NOT NULL,
    rules              VARCHAR(255) NOT NULL,
    updated_at         BIGINT NOT NULL,
    INDEX source_offset_name (name(255))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE dead_letter (
    id       BIGINT AUTO_INCREMENT PRIMARY KEY,
    source   BIGINT NOT NULL,
    position BIGINT NOT NULL,
    length   BIGINT NOT NULL,
    reason   VARCHAR(255) NOT NULL,
    detail   LONGTEXT NOT NULL,
    excerpt  LONGBLOB NOT NULL,
    uid      BINARY(16) NOT NULL,
    seen_at  BIGINT NOT NULL,
    UNIQUE (source, position, uid),
    FOREIGN KEY (source) REFERENCES source_offset (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE attack_catalogue (
    attack_release BIGINT PRIMARY KEY,
    body           LONGTEXT NOT NULL,
    imported_at    BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE VIEW ttp_tag AS
SELECT LOWER(CONCAT_WS('-', SUBSTR(HEX(tag.uid), 1, 8), SUBSTR(HEX(tag.uid), 9, 4), SUBSTR(HEX(tag.uid), 13, 4),
                       SUBSTR(HEX(tag.uid), 17, 4), SUBSTR(HEX(tag.uid), 21))) AS uuid,
       CASE event.kind
           WHEN 0 THEN 'command' WHEN 1 THEN 'auth_attempt' WHEN 2 THEN 'http_request' WHEN 3 THEN 'payload'
           WHEN 4 THEN 'session' WHEN 5 THEN 'credential' WHEN 6 THEN 'identity' WHEN 7 THEN 'intel'
           WHEN 8 THEN 'email' WHEN 9 THEN 'canary_fingerprint' WHEN 10 THEN 'http_fingerprint'
           WHEN 11 THEN 'ipv6_leak'
       END AS source_kind,
       LOWER(CONCAT_WS('-', SUBSTR(HEX(event.uid), 1, 8), SUBSTR(HEX(event.uid), 9, 4), SUBSTR(HEX(event.uid), 13, 4),
                       SUBSTR(HEX(event.uid), 17, 4), SUBSTR(HEX(event.uid), 21))) AS source_id,
       LOWER(CONCAT_WS('-', SUBSTR(HEX(attacker.uid), 1, 8), SUBSTR(HEX(attacker.uid), 9, 4),
                       SUBSTR(HEX(attacker.uid), 13, 4), SUBSTR(HEX(attacker.uid), 17, 4),
                       SUBSTR(HEX(attacker.uid), 21))) AS attacker_uuid,
       NULL AS identity_uuid,
       session.name AS session_id,
       decky.name AS decky_id,
       CONCAT('TA', LPAD(tag.tactic, 4, '0')) AS tactic,
       CONCAT('T', LPAD(tag.technique DIV 1000, 4, '0')) AS technique_id,
       CASE WHEN tag.technique % 1000 > 0
           THEN CONCAT('T', LPAD(tag.technique DIV 1000, 4, '0'), '.', LPAD(tag.technique % 1000, 3, '0'))
       END AS sub_technique_id,
       tag.confidence,
       rule.name AS rule_id,
       rule.version AS rule_version,
       event.body AS evidence,
       CONCAT('v', tag.attack_release DIV 1000, '.', tag.attack_release % 1000) AS attack_release,
       CONCAT('https://attack.mitre.org/techniques/T', LPAD(tag.technique DIV 1000, 4, '0'),
              CASE WHEN tag.technique % 1000 > 0 THEN CONCAT('/', LPAD(tag.technique % 1000, 3, '0')) ELSE '' END
       ) AS mitre_url,
       TIMESTAMPADD(MICROSECOND, tag.created_at, CAST('1970-01-01' AS DATETIME(6))) AS created_at
FROM tag
JOIN event ON event.id = tag.event
JOIN attacker ON attacker.id = tag.attacker
JOIN decky ON decky.id = event.decky
JOIN rule ON rule.id = tag.rule
LEFT JOIN session ON session.id = tag.session;
