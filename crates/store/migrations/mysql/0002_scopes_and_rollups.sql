-- The same tables as in migrations/sqlite; see there what they mean.

CREATE TABLE campaign (
    id                BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid               BINARY(16) NOT NULL UNIQUE,
    merged_into       BIGINT,
    root              BIGINT NOT NULL DEFAULT 0,
    schema_version    BIGINT NOT NULL DEFAULT 1,
    first_seen_at     BIGINT,
    last_seen_at      BIGINT,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    confidence        DOUBLE,
    identity_count    BIGINT NOT NULL DEFAULT 0,
    ja3_hashes        LONGTEXT,
    hassh_hashes      LONGTEXT,
    tls_cert_sha256   LONGTEXT,
    payload_simhashes LONGTEXT,
    c2_endpoints      LONGTEXT,
    notes             LONGTEXT,
    INDEX campaign_root (root),
    INDEX campaign_merged_into (merged_into),
    FOREIGN KEY (merged_into) REFERENCES campaign (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE identity (
    id                   BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid                  BINARY(16) NOT NULL UNIQUE,
    campaign             BIGINT,
    merged_into          BIGINT,
    root                 BIGINT NOT NULL DEFAULT 0,
    schema_version       BIGINT NOT NULL DEFAULT 1,
    first_seen_at        BIGINT,
    last_seen_at         BIGINT,
    created_at           BIGINT NOT NULL,
    updated_at           BIGINT NOT NULL,
    confidence           DOUBLE,
    observation_count    BIGINT NOT NULL DEFAULT 0,
    ja3_hashes           LONGTEXT,
    hassh_hashes         LONGTEXT,
    ja4h_hashes          LONGTEXT,
    ja4_quic_hashes      LONGTEXT,
    http_versions_seen   LONGTEXT,
    tls_cert_sha256      LONGTEXT,
    ipv6_link_local_iids LONGTEXT,
    ipv6_unreadable      LONGTEXT,
    payload_simhashes    LONGTEXT,
    c2_endpoints         LONGTEXT,
    kd_digraph_simhash   VARBINARY(255),
    notes                LONGTEXT,
    INDEX identity_root (root),
    INDEX identity_campaign (campaign),
    INDEX identity_merged_into (merged_into),
    FOREIGN KEY (campaign) REFERENCES campaign (id),
    FOREIGN KEY (merged_into) REFERENCES identity (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

ALTER TABLE attacker
    ADD COLUMN identity BIGINT,
    ADD INDEX attacker_identity (identity),
    ADD INDEX attacker_last_seen (last_seen),
    ADD FOREIGN KEY (identity) REFERENCES identity (id);

CREATE TABLE attacker_profile (
    attacker             BIGINT PRIMARY KEY,
    service_count        BIGINT,
    decky_count          BIGINT,
    services             LONGTEXT,
    deckies              LONGTEXT,
    traversal_path       LONGTEXT,
    is_traversal         BIGINT NOT NULL DEFAULT 0,
    bounty_count         BIGINT NOT NULL DEFAULT 0,
    credential_count     BIGINT NOT NULL DEFAULT 0,
    fingerprints         LONGTEXT,
    commands             LONGTEXT,
    country_code         LONGTEXT,
    country_source       LONGTEXT,
    asn                  BIGINT,
    as_name              LONGTEXT,
    bgp_prefix           LONGTEXT,
    asn_source           LONGTEXT,
    rpki_status          LONGTEXT,
    rpki_source          LONGTEXT,
    ptr_record           LONGTEXT,
    rotation_count       BIGINT NOT NULL DEFAULT 0,
    last_rotation_at     BIGINT,
    ipv6_leak_count      BIGINT NOT NULL DEFAULT 0,
    last_ipv6_leak_at    BIGINT,
    last_ipv6_link_local LONGTEXT,
    last_ipv6_iid_kind   LONGTEXT,
    last_ipv6_mac_oui    LONGTEXT,
    updated_at           BIGINT NOT NULL,
    FOREIGN KEY (attacker) REFERENCES attacker (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE intel (
    id                         BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid                        BINARY(16) NOT NULL UNIQUE,
    attacker                   BIGINT NOT NULL UNIQUE,
    schema_version             BIGINT NOT NULL DEFAULT 1,
    greynoise_classification   LONGTEXT,
    greynoise_name             LONGTEXT,
    greynoise_tags             LONGTEXT NOT NULL,
    greynoise_raw              LONGTEXT NOT NULL,
    greynoise_queried_at       BIGINT,
    abuseipdb_score            BIGINT,
    abuseipdb_categories       LONGTEXT NOT NULL,
    abuseipdb_raw              LONGTEXT NOT NULL,
    abuseipdb_queried_at       BIGINT,
    feodo_listed               BIGINT,
    feodo_malware_family       LONGTEXT,
    feodo_raw                  LONGTEXT NOT NULL,
    feodo_queried_at           BIGINT,
    threatfox_listed           BIGINT,
    threatfox_threat_types     LONGTEXT NOT NULL,
    threatfox_ioc_types        LONGTEXT NOT NULL,
    threatfox_malware_families LONGTEXT NOT NULL,
    threatfox_raw              LONGTEXT NOT NULL,
    threatfox_queried_at       BIGINT,
    aggregate_verdict          LONGTEXT,
    cached_at                  BIGINT NOT NULL,
    expires_at                 BIGINT NOT NULL,
    FOREIGN KEY (attacker) REFERENCES attacker (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE canary_blob (
    id           BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid          BINARY(16) NOT NULL UNIQUE,
    sha256       VARCHAR(255) NOT NULL UNIQUE,
    filename     LONGTEXT NOT NULL,
    content_type LONGTEXT NOT NULL,
    size_bytes   BIGINT NOT NULL,
    uploaded_by  VARCHAR(255) NOT NULL,
    uploaded_at  BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE canary_token (
    id                BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid               BINARY(16) NOT NULL UNIQUE,
    kind              VARCHAR(255) NOT NULL,
    decky_name        VARCHAR(255) NOT NULL,
    topology_id       VARCHAR(255),
    canary_blob       BIGINT,
    instrumenter      LONGTEXT,
    generator         LONGTEXT,
    placement_path    LONGTEXT NOT NULL,
    callback_token    VARCHAR(255) NOT NULL UNIQUE,
    secret_seed       LONGTEXT NOT NULL,
    placed_at         BIGINT NOT NULL,
    last_triggered_at BIGINT,
    trigger_count     BIGINT NOT NULL DEFAULT 0,
    created_by        VARCHAR(255) NOT NULL,
    state             VARCHAR(255) NOT NULL DEFAULT 'planted',
    last_error        LONGTEXT,
    fingerprint_nonce VARCHAR(255),
    FOREIGN KEY (canary_blob) REFERENCES canary_blob (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE canary_trigger (
    id           BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid          BINARY(16) NOT NULL UNIQUE,
    token        BIGINT NOT NULL,
    occurred_at  BIGINT NOT NULL,
    src_ip       VARCHAR(255) NOT NULL,
    user_agent   LONGTEXT,
    request_path LONGTEXT,
    dns_qname    LONGTEXT,
    raw_headers  LONGTEXT NOT NULL,
    attacker     BIGINT,
    INDEX canary_trigger_occurred_at (occurred_at),
    INDEX canary_trigger_token (token),
    INDEX canary_trigger_attacker (attacker),
    FOREIGN KEY (token) REFERENCES canary_token (id),
    FOREIGN KEY (attacker) REFERENCES attacker (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

ALTER TABLE rule
    ADD COLUMN updated_at BIGINT,
    ADD COLUMN updated_by VARCHAR(255);

CREATE TABLE rule_state (
    id             BIGINT AUTO_INCREMENT PRIMARY KEY,
    rule           VARCHAR(255) NOT NULL UNIQUE,
    state          VARCHAR(255) NOT NULL,
    confidence_max DOUBLE,
    expires_at     BIGINT,
    reason         LONGTEXT,
    set_by         VARCHAR(255),
    set_at         BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE audit (
    id      BIGINT AUTO_INCREMENT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   VARCHAR(255) NOT NULL,
    action  VARCHAR(255) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    detail  LONGTEXT NOT NULL,
    INDEX audit_subject (subject)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

DROP VIEW ttp_tag;
ALTER TABLE session
    MODIFY decky BIGINT,
    MODIFY attacker BIGINT;

-- A key without a name is called tag_ibfk_1 by one server and 1 by another.
SET @drop_key = (
    SELECT CONCAT('ALTER TABLE tag DROP FOREIGN KEY `', constraint_name, '`')
    FROM information_schema.key_column_usage
    WHERE table_schema = DATABASE() AND table_name = 'tag' AND column_name = 'event'
      AND referenced_table_name = 'event'
);
PREPARE drop_key FROM @drop_key;
EXECUTE drop_key;
DEALLOCATE PREPARE drop_key;
ALTER TABLE tag
    DROP INDEX tag_attacker,
    MODIFY event BIGINT,
    ADD COLUMN kind BIGINT NOT NULL DEFAULT 0 AFTER event,
    MODIFY attacker BIGINT,
    ADD COLUMN identity BIGINT AFTER attacker,
    ADD COLUMN decky BIGINT AFTER session,
    ADD COLUMN source_id VARCHAR(255),
    ADD COLUMN evidence LONGTEXT;
UPDATE tag JOIN event ON event.id = tag.event SET tag.kind = event.kind, tag.decky = event.decky;
-- No foreign key for decky: it would need an index that no query uses, and no decky is ever deleted.
ALTER TABLE tag
    ALTER COLUMN kind DROP DEFAULT,
    ADD INDEX tag_event (event),
    ADD INDEX tag_attacker (attacker, created_at, technique),
    ADD INDEX tag_session (session, created_at),
    ADD INDEX tag_identity (identity, created_at),
    ADD FOREIGN KEY (event) REFERENCES event (id),
    ADD FOREIGN KEY (attacker) REFERENCES attacker (id),
    ADD FOREIGN KEY (identity) REFERENCES identity (id),
    ADD FOREIGN KEY (session) REFERENCES session (id),
    ADD CONSTRAINT tag_anchor CHECK (attacker IS NOT NULL OR identity IS NOT NULL),
    ADD CONSTRAINT tag_source CHECK ((event IS NULL) = (source_id IS NOT NULL AND evidence IS NOT NULL));

CREATE TABLE rollup_scope (
    scope          BIGINT NOT NULL,
    subject        BIGINT NOT NULL,
    tactic         BIGINT NOT NULL,
    technique      BIGINT NOT NULL,
    attack_release BIGINT NOT NULL,
    shard          BIGINT NOT NULL,
    tags           BIGINT NOT NULL,
    first_seen     BIGINT NOT NULL,
    last_seen      BIGINT NOT NULL,
    confidence_max DOUBLE NOT NULL,
    PRIMARY KEY (scope, subject, tactic, technique, attack_release, shard)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE rollup_day (
    day            BIGINT NOT NULL,
    decky          BIGINT NOT NULL,
    kind           BIGINT NOT NULL,
    tactic         BIGINT NOT NULL,
    technique      BIGINT NOT NULL,
    shard          BIGINT NOT NULL,
    tags           BIGINT NOT NULL,
    first_seen     BIGINT NOT NULL,
    last_seen      BIGINT NOT NULL,
    confidence_max DOUBLE NOT NULL,
    PRIMARY KEY (day, decky, kind, tactic, technique, shard)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE rollup_history (
    id  BIGINT PRIMARY KEY CHECK (id = 1),
    day BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

INSERT INTO rollup_scope
SELECT 0, 0, tactic, technique, attack_release, 0, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence)
FROM tag GROUP BY tactic, technique, attack_release;
INSERT INTO rollup_scope
SELECT 1, attacker, tactic, technique, attack_release, 0, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence)
FROM tag GROUP BY attacker, tactic, technique, attack_release;
INSERT INTO rollup_scope
SELECT 4, session, tactic, technique, attack_release, 0, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence)
FROM tag WHERE session IS NOT NULL GROUP BY session, tactic, technique, attack_release;
INSERT INTO rollup_day
SELECT created_at DIV 86400000000, decky, kind, tactic, technique, 0, COUNT(*), MIN(created_at), MAX(created_at),
       MAX(confidence)
FROM tag GROUP BY 1, decky, kind, tactic, technique;

-- Writers share a lock on its row; who changes structure takes it alone.
CREATE TABLE gate (
    id BIGINT PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;
INSERT INTO gate VALUES (1);
