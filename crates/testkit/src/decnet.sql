-- A small DECNET database, for SQLite and MySQL (with NO_BACKSLASH_ESCAPES): the tables as its data model has them, without
-- indexes and foreign keys, which it does not rely on either. Evidence is JSON there; here it is a text, because MariaDB
-- refuses what Python calls JSON.

CREATE TABLE campaigns (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    schema_version INTEGER NOT NULL DEFAULT 1,
    first_seen_at DATETIME,
    last_seen_at DATETIME,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    confidence FLOAT,
    identity_count INTEGER NOT NULL DEFAULT 0,
    ja3_hashes LONGTEXT,
    hassh_hashes LONGTEXT,
    tls_cert_sha256 LONGTEXT,
    payload_simhashes LONGTEXT,
    c2_endpoints LONGTEXT,
    merged_into_uuid VARCHAR(255),
    notes LONGTEXT
);

CREATE TABLE attacker_identities (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    schema_version INTEGER NOT NULL DEFAULT 1,
    campaign_id VARCHAR(255),
    first_seen_at DATETIME,
    last_seen_at DATETIME,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    confidence FLOAT,
    observation_count INTEGER NOT NULL DEFAULT 0,
    ja3_hashes LONGTEXT,
    hassh_hashes LONGTEXT,
    ja4h_hashes LONGTEXT,
    ja4_quic_hashes LONGTEXT,
    http_versions_seen LONGTEXT,
    tls_cert_sha256 LONGTEXT,
    ipv6_link_local_iids LONGTEXT,
    payload_simhashes LONGTEXT,
    c2_endpoints LONGTEXT,
    kd_digraph_simhash BINARY(8),
    merged_into_uuid VARCHAR(255),
    notes LONGTEXT
);

CREATE TABLE attackers (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    ip VARCHAR(255) NOT NULL,
    identity_id VARCHAR(255),
    first_seen DATETIME NOT NULL,
    last_seen DATETIME NOT NULL,
    event_count INTEGER NOT NULL DEFAULT 0,
    service_count INTEGER NOT NULL DEFAULT 0,
    decky_count INTEGER NOT NULL DEFAULT 0,
    services LONGTEXT NOT NULL,
    deckies LONGTEXT NOT NULL,
    traversal_path LONGTEXT,
    is_traversal BOOLEAN NOT NULL DEFAULT 0,
    bounty_count INTEGER NOT NULL DEFAULT 0,
    credential_count INTEGER NOT NULL DEFAULT 0,
    fingerprints LONGTEXT NOT NULL,
    commands LONGTEXT NOT NULL,
    country_code VARCHAR(2),
    country_source VARCHAR(16),
    asn INTEGER,
    as_name VARCHAR(128),
    bgp_prefix VARCHAR(43),
    asn_source VARCHAR(16),
    rpki_status VARCHAR(16),
    rpki_source VARCHAR(16),
    ptr_record VARCHAR(256),
    rotation_count INTEGER NOT NULL DEFAULT 0,
    last_rotation_at DATETIME,
    ipv6_leak_count INTEGER NOT NULL DEFAULT 0,
    last_ipv6_leak_at DATETIME,
    last_ipv6_link_local VARCHAR(45),
    last_ipv6_iid_kind VARCHAR(16),
    last_ipv6_mac_oui VARCHAR(8),
    updated_at DATETIME NOT NULL
);

CREATE TABLE attacker_intel (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    attacker_uuid VARCHAR(255) NOT NULL,
    attacker_ip VARCHAR(255) NOT NULL,
    schema_version INTEGER NOT NULL DEFAULT 1,
    greynoise_classification VARCHAR(32),
    greynoise_name VARCHAR(128),
    greynoise_tags LONGTEXT NOT NULL,
    greynoise_raw LONGTEXT NOT NULL,
    greynoise_queried_at DATETIME,
    abuseipdb_score INTEGER,
    abuseipdb_categories LONGTEXT NOT NULL,
    abuseipdb_raw LONGTEXT NOT NULL,
    abuseipdb_queried_at DATETIME,
    feodo_listed BOOLEAN,
    feodo_malware_family VARCHAR(64),
    feodo_raw LONGTEXT NOT NULL,
    feodo_queried_at DATETIME,
    threatfox_listed BOOLEAN,
    threatfox_threat_types LONGTEXT NOT NULL,
    threatfox_ioc_types LONGTEXT NOT NULL,
    threatfox_malware_families LONGTEXT NOT NULL,
    threatfox_raw LONGTEXT NOT NULL,
    threatfox_queried_at DATETIME,
    aggregate_verdict VARCHAR(32),
    cached_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL
);

CREATE TABLE canary_blobs (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    sha256 VARCHAR(255) NOT NULL,
    filename VARCHAR(255) NOT NULL,
    content_type VARCHAR(255) NOT NULL,
    size_bytes INTEGER NOT NULL,
    uploaded_by VARCHAR(255) NOT NULL,
    uploaded_at DATETIME NOT NULL
);

CREATE TABLE canary_tokens (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    kind VARCHAR(255) NOT NULL,
    decky_name VARCHAR(255) NOT NULL,
    topology_id VARCHAR(255),
    blob_uuid VARCHAR(255),
    instrumenter VARCHAR(255),
    generator VARCHAR(255),
    placement_path VARCHAR(255) NOT NULL,
    callback_token VARCHAR(255) NOT NULL,
    secret_seed VARCHAR(255) NOT NULL,
    placed_at DATETIME NOT NULL,
    last_triggered_at DATETIME,
    trigger_count INTEGER NOT NULL DEFAULT 0,
    created_by VARCHAR(255) NOT NULL,
    state VARCHAR(255) NOT NULL DEFAULT 'planted',
    last_error LONGTEXT,
    fingerprint_nonce VARCHAR(16)
);

CREATE TABLE canary_triggers (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    token_uuid VARCHAR(255) NOT NULL,
    occurred_at DATETIME NOT NULL,
    src_ip VARCHAR(255) NOT NULL,
    user_agent VARCHAR(255),
    request_path VARCHAR(255),
    dns_qname VARCHAR(255),
    raw_headers LONGTEXT NOT NULL,
    attacker_id VARCHAR(255)
);

CREATE TABLE ttp_rule (
    rule_id VARCHAR(255) NOT NULL PRIMARY KEY,
    rule_version INTEGER NOT NULL,
    source_path VARCHAR(255) NOT NULL,
    yaml_content LONGTEXT NOT NULL,
    updated_at DATETIME NOT NULL,
    updated_by VARCHAR(255) NOT NULL
);

CREATE TABLE ttp_rule_state (
    rule_id VARCHAR(255) NOT NULL PRIMARY KEY,
    state VARCHAR(255) NOT NULL,
    confidence_max FLOAT,
    expires_at DATETIME,
    reason VARCHAR(255),
    set_by VARCHAR(255),
    set_at DATETIME NOT NULL
);

CREATE TABLE ttp_tag (
    uuid VARCHAR(255) NOT NULL PRIMARY KEY,
    source_kind VARCHAR(255) NOT NULL,
    source_id VARCHAR(255) NOT NULL,
    attacker_uuid VARCHAR(255),
    identity_uuid VARCHAR(255),
    session_id VARCHAR(255),
    decky_id VARCHAR(255),
    tactic VARCHAR(255) NOT NULL,
    technique_id VARCHAR(255) NOT NULL,
    sub_technique_id VARCHAR(255),
    confidence FLOAT NOT NULL,
    rule_id VARCHAR(255) NOT NULL,
    rule_version INTEGER NOT NULL,
    evidence LONGTEXT NOT NULL,
    attack_release VARCHAR(255) NOT NULL,
    mitre_url VARCHAR(255),
    created_at DATETIME NOT NULL
);

-- The second is merged into the first; the third is from 1970.
INSERT INTO campaigns (uuid, created_at, updated_at, merged_into_uuid, notes) VALUES
    ('00000000-0000-4000-8000-0000000000c1', '2026-06-01 12:00:00', '2026-06-01 12:00:00', NULL, 'it''s one'),
    ('00000000-0000-4000-8000-0000000000c2', '2026-06-01 12:00:00', '2026-06-01 12:00:00', '00000000-0000-4000-8000-0000000000c1', NULL),
    ('00000000-0000-4000-8000-0000000000c3', '1970-01-01 00:00:01', '2026-06-01 12:00:00', NULL, NULL);

-- The second is merged into the first, the next two into each other; the last names what is not there.
INSERT INTO attacker_identities (uuid, campaign_id, created_at, updated_at, confidence, ipv6_link_local_iids, kd_digraph_simhash, merged_into_uuid) VALUES
    ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1', '2026-06-01 12:00:00', '2026-06-01 12:00:00', 0.7, '[{"iid":"fe80::1"}]', X'00FF00FF00FF00FF', NULL),
    ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000c2', '2026-06-01 12:00:00', '2026-06-01 12:00:00', NULL, NULL, NULL, '00000000-0000-4000-8000-0000000000d1'),
    ('00000000-0000-4000-8000-0000000000d3', NULL, '2026-06-01 12:00:00', '2026-06-01 12:00:00', NULL, 'not json', NULL, '00000000-0000-4000-8000-0000000000d4'),
    ('00000000-0000-4000-8000-0000000000d4', NULL, '2026-06-01 12:00:00', '2026-06-01 12:00:00', NULL, NULL, NULL, '00000000-0000-4000-8000-0000000000d3'),
    ('00000000-0000-4000-8000-0000000000d5', '00000000-0000-4000-8000-0000000000c9', '2026-06-01 12:00:00', '2026-06-01 12:00:00', NULL, NULL, NULL, '00000000-0000-4000-8000-0000000000d9');

-- The third has the address of the first; then no address, a name of an identity that is not there, no UUID.
INSERT INTO attackers (uuid, ip, identity_id, first_seen, last_seen, event_count, services, deckies, fingerprints, commands, asn, is_traversal, ipv6_leak_count, updated_at) VALUES
    ('00000000-0000-4000-8000-0000000000a1', '192.0.2.1', '00000000-0000-4000-8000-0000000000d1', '2026-06-01 12:00:00', '2026-06-02 00:00:00', 10, '["ssh"]', '["d"]', '[]', '[{"command":"id"}, 7, {"command":"\ud800"}, {"command":"w"}]', 64501, 1, 2, '2026-06-01 12:00:00'),
    ('00000000-0000-4000-8000-0000000000a2', '192.0.2.2', '00000000-0000-4000-8000-0000000000d2', '2026-06-01 12:00:00', '2026-06-01 12:00:00', 20, '[]', '[]', '[]', 'not json', NULL, 0, 0, '2026-06-01 12:00:00'),
    ('00000000-0000-4000-8000-0000000000a3', '192.0.2.1', NULL, '2026-05-01 00:00:00', '2026-06-01 12:00:00', 5, '[]', '[]', '[]', '[]', NULL, 0, 0, '2026-06-01 12:00:00'),
    ('00000000-0000-4000-8000-0000000000a4', 'somewhere', NULL, '2026-06-01 12:00:00', '2026-06-01 12:00:00', 1, '[]', '[]', '[]', '[]', NULL, 0, 0, '2026-06-01 12:00:00'),
    ('00000000-0000-4000-8000-0000000000a6', '2001:db8::1', '00000000-0000-4000-8000-0000000000d9', '2026-06-01 12:00:00', '2026-06-01 12:00:00', 1, '[]', '[]', '[]', '[]', NULL, 0, 0, '2026-06-01 12:00:00'),
    ('attacker-7', '192.0.2.7', NULL, '2026-06-01 12:00:00', '2026-06-01 12:00:00', 1, '[]', '[]', '[]', '[]', NULL, 0, 0, '2026-06-01 12:00:00');

-- Python's NaN; a second about the same address; one about nobody.
INSERT INTO attacker_intel (uuid, attacker_uuid, attacker_ip, greynoise_tags, greynoise_raw, abuseipdb_score, abuseipdb_categories, abuseipdb_raw, feodo_listed, feodo_raw, threatfox_threat_types, threatfox_ioc_types, threatfox_malware_families, threatfox_raw, aggregate_verdict, cached_at, expires_at) VALUES
    ('000000000000400080000000000000e1', '00000000-0000-4000-8000-0000000000a1', '192.0.2.1', '["x"]', '{"score": NaN}', 75, '[18]', '{}', NULL, '{}', '[]', '[]', '[]', '{}', 'malicious', '2026-06-01 12:00:00', '2026-06-02 12:00:00'),
    ('000000000000400080000000000000e2', '00000000-0000-4000-8000-0000000000a3', '192.0.2.1', '["x"]', '{"score": NaN}', 75, '[18]', '{}', NULL, '{}', '[]', '[]', '[]', '{}', 'malicious', '2026-06-01 12:00:00', '2026-06-02 12:00:00'),
    ('000000000000400080000000000000e3', '00000000-0000-4000-8000-0000000000a9', '192.0.2.1', '["x"]', '{"score": NaN}', 75, '[18]', '{}', NULL, '{}', '[]', '[]', '[]', '{}', 'malicious', '2026-06-01 12:00:00', '2026-06-02 12:00:00');

-- One.
INSERT INTO canary_blobs (uuid, sha256, filename, content_type, size_bytes, uploaded_by, uploaded_at) VALUES
    ('00000000-0000-4000-8000-0000000000b1', '0000000000000000000000000000000000000000000000000000000000000000', 'f.docx', 'text/plain', 7, 'admin', '2026-06-01 12:00:00');

-- Touched more often than is known; of a blob that is not there.
INSERT INTO canary_tokens (uuid, kind, decky_name, blob_uuid, placement_path, callback_token, secret_seed, placed_at, last_triggered_at, trigger_count, created_by) VALUES
    ('00000000-0000-4000-8000-0000000000f1', 'http', 'd', '00000000-0000-4000-8000-0000000000b1', '/x', 'one', 's', '2026-06-01 12:00:00', '2026-06-01 12:00:00', 5, 'admin'),
    ('00000000-0000-4000-8000-0000000000f2', 'dns', 'd', '00000000-0000-4000-8000-0000000000b9', '/y', 'two', 's', '2026-06-01 12:00:00', NULL, 0, 'admin');

-- Odd headers; one of the attacker that has no address of its own; one of no token.
INSERT INTO canary_triggers (uuid, token_uuid, occurred_at, src_ip, raw_headers, attacker_id) VALUES
    ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-0000000000f1', '2026-06-01 12:00:00', '192.0.2.1', 'not json', '00000000-0000-4000-8000-0000000000a1'),
    ('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-0000000000f1', '2026-06-03 00:00:00', '192.0.2.1', '{"A": "ü"}', '00000000-0000-4000-8000-0000000000a3'),
    ('00000000-0000-4000-8000-000000000013', '00000000-0000-4000-8000-0000000000f9', '2026-06-01 12:00:00', '192.0.2.1', '{}', NULL);

-- One.
INSERT INTO ttp_rule (rule_id, rule_version, source_path, yaml_content, updated_at, updated_by) VALUES
    ('R0014', 2, 'rules/ttp/R0014.yaml', 'rule_id: R0014
', '2026-06-01 12:00:00', 'git');

-- One that means nothing.
INSERT INTO ttp_rule_state (rule_id, state, confidence_max, expires_at, reason, set_by, set_at) VALUES
    ('R0014', 'disabled', NULL, NULL, 'noisy', 'admin', '2026-06-01 12:00:00'),
    ('R0015', 'clipped', 0.5, '2027-01-01 00:00:00', NULL, 'admin', '2026-06-01 12:00:00'),
    ('R0016', 'odd', NULL, NULL, NULL, 'admin', '2026-06-01 12:00:00');

-- As they should be, but for odd evidence and, in the last, another id than that of its content.
INSERT INTO ttp_tag (uuid, source_kind, source_id, attacker_uuid, identity_uuid, session_id, decky_id, tactic, technique_id, sub_technique_id, confidence, rule_id, rule_version, evidence, attack_release, mitre_url, created_at) VALUES
    ('90942e1e-3c45-5cc3-bb57-c6cb8dbb5906', 'command', 'c-1', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000d2', 's1', 'd', 'TA0007', 'T1083', '', 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('f4b2f49e-2ce3-5e44-9cc5-ccfae25fef5a', 'command', 'c-2', '00000000-0000-4000-8000-0000000000a2', NULL, 's1', 'd', 'TA0004', 'T1548', 'T1548.001', 0.3, 'R0015', 1, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('46fee0de-6cce-5fd5-87fe-2243aa025d1a', 'session', 's-1', '00000000-0000-4000-8000-0000000000a3', NULL, 's1', 'd', 'TA0002', 'T1059', NULL, 0.7, 'R0031', 1, '{"x": [NaN, -Infinity], "y": "NaN"}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('e8fb2570-8a09-5b9e-abdd-daa293b605a8', 'identity', 'i-1', NULL, '00000000-0000-4000-8000-0000000000d2', NULL, NULL, 'TA0001', 'T1078', NULL, 0.7, 'R0040', 1, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('5484005e-8e01-53b8-bc0e-14da126d5f0a', 'command', 'c-3', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{"x": "half \ud800"}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('5e52ff91-86cd-5a8f-bcfa-ba9763788896', 'intel', 'n-1', '00000000-0000-4000-8000-0000000000a6', NULL, NULL, NULL, 'TA0043', 'T1595', NULL, 0.7, 'R0055', 1, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('00000000-0000-4000-8000-000000000077', 'command', 'c-10', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00');

-- Of nobody, of a ghost, of no technique, from 1985, too unsure, without JSON, of another technique, without a UUID.
INSERT INTO ttp_tag (uuid, source_kind, source_id, attacker_uuid, identity_uuid, session_id, decky_id, tactic, technique_id, sub_technique_id, confidence, rule_id, rule_version, evidence, attack_release, mitre_url, created_at) VALUES
    ('35a054b9-8464-5bda-8516-983154cc90ca', 'command', 'c-4', '00000000-0000-4000-8000-0000000000a9', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('c0675602-2f3e-57aa-9eda-52d3f61e454a', 'command', 'c-5', 'ghost', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('a4482e4b-6061-55c5-833b-a2944809e67d', 'command', 'c-6', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'X1082', NULL, 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('dddd438c-343e-5cc7-b242-c7cce1d30c1b', 'command', 'c-7', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '1985-01-01 00:00:00'),
    ('2961996b-a32e-5488-844c-5d41633fd93a', 'command', 'c-8', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.29, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('fe4e8c9f-b665-51c4-bc81-55f7c2262bef', 'command', 'c-9', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{oops', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('89cec6a6-4ce4-521e-869e-ab240dfd1ab0', 'command', 'c-11', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', 'T1059.004', 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00'),
    ('no-uuid', 'command', 'c-12', '00000000-0000-4000-8000-0000000000a1', NULL, 's1', 'd', 'TA0007', 'T1082', NULL, 0.7, 'R0014', 2, '{"x": 1}', 'v15.1', NULL, '2026-06-01 12:00:00');
