-- Whose hands: identities and campaigns. What is known of an address beyond its events. Tags that come without their
-- event. What every scope did, counted when it is written.

-- merged_into: a soft pointer. root: the campaign at the end of the pointers (eight hops at most), itself when it is
-- not merged. Lists are JSON.
CREATE TABLE campaign (
    id                INTEGER PRIMARY KEY,
    uid               BLOB NOT NULL UNIQUE,
    merged_into       INTEGER REFERENCES campaign (id),
    root              INTEGER NOT NULL DEFAULT 0,
    schema_version    INTEGER NOT NULL DEFAULT 1,
    first_seen_at     INTEGER,
    last_seen_at      INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    confidence        REAL,
    identity_count    INTEGER NOT NULL DEFAULT 0,
    ja3_hashes        TEXT,
    hassh_hashes      TEXT,
    tls_cert_sha256   TEXT,
    payload_simhashes TEXT,
    c2_endpoints      TEXT,
    notes             TEXT
) STRICT;
CREATE INDEX campaign_root ON campaign (root);
CREATE INDEX campaign_merged_into ON campaign (merged_into);

-- ipv6_unreadable: what stood in ipv6_link_local_iids and was no list, one text a line.
CREATE TABLE identity (
    id                   INTEGER PRIMARY KEY,
    uid                  BLOB NOT NULL UNIQUE,
    campaign             INTEGER REFERENCES campaign (id),
    merged_into          INTEGER REFERENCES identity (id),
    root                 INTEGER NOT NULL DEFAULT 0,
    schema_version       INTEGER NOT NULL DEFAULT 1,
    first_seen_at        INTEGER,
    last_seen_at         INTEGER,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    confidence           REAL,
    observation_count    INTEGER NOT NULL DEFAULT 0,
    ja3_hashes           TEXT,
    hassh_hashes         TEXT,
    ja4h_hashes          TEXT,
    ja4_quic_hashes      TEXT,
    http_versions_seen   TEXT,
    tls_cert_sha256      TEXT,
    ipv6_link_local_iids TEXT,
    ipv6_unreadable      TEXT,
    payload_simhashes    TEXT,
    c2_endpoints         TEXT,
    kd_digraph_simhash   BLOB,
    notes                TEXT
) STRICT;
CREATE INDEX identity_root ON identity (root);
CREATE INDEX identity_campaign ON identity (campaign);
CREATE INDEX identity_merged_into ON identity (merged_into);

ALTER TABLE attacker ADD COLUMN identity INTEGER REFERENCES identity (id);
CREATE INDEX attacker_identity ON attacker (identity);
CREATE INDEX attacker_last_seen ON attacker (last_seen);

-- What is known of an address beyond its own events. NULL: nobody said; the view then tells what the events say.
-- services, deckies, fingerprints and commands are as DECNET wrote them: JSON as a rule.
CREATE TABLE attacker_profile (
    attacker             INTEGER PRIMARY KEY REFERENCES attacker (id) ON DELETE CASCADE,
    service_count        INTEGER,
    decky_count          INTEGER,
    services             TEXT,
    deckies              TEXT,
    traversal_path       TEXT,
    is_traversal         INTEGER NOT NULL DEFAULT 0,
    bounty_count         INTEGER NOT NULL DEFAULT 0,
    credential_count     INTEGER NOT NULL DEFAULT 0,
    fingerprints         TEXT,
    commands             TEXT,
    country_code         TEXT,
    country_source       TEXT,
    asn                  INTEGER,
    as_name              TEXT,
    bgp_prefix           TEXT,
    asn_source           TEXT,
    rpki_status          TEXT,
    rpki_source          TEXT,
    ptr_record           TEXT,
    rotation_count       INTEGER NOT NULL DEFAULT 0,
    last_rotation_at     INTEGER,
    ipv6_leak_count      INTEGER NOT NULL DEFAULT 0,
    last_ipv6_leak_at    INTEGER,
    last_ipv6_link_local TEXT,
    last_ipv6_iid_kind   TEXT,
    last_ipv6_mac_oui    TEXT,
    updated_at           INTEGER NOT NULL
) STRICT;

-- What others say of an address. Lists and answers are JSON.
CREATE TABLE intel (
    id                         INTEGER PRIMARY KEY,
    uid                        BLOB NOT NULL UNIQUE,
    attacker                   INTEGER NOT NULL UNIQUE REFERENCES attacker (id) ON DELETE CASCADE,
    schema_version             INTEGER NOT NULL DEFAULT 1,
    greynoise_classification   TEXT,
    greynoise_name             TEXT,
    greynoise_tags             TEXT NOT NULL,
    greynoise_raw              TEXT NOT NULL,
    greynoise_queried_at       INTEGER,
    abuseipdb_score            INTEGER,
    abuseipdb_categories       TEXT NOT NULL,
    abuseipdb_raw              TEXT NOT NULL,
    abuseipdb_queried_at       INTEGER,
    feodo_listed               INTEGER,
    feodo_malware_family       TEXT,
    feodo_raw                  TEXT NOT NULL,
    feodo_queried_at           INTEGER,
    threatfox_listed           INTEGER,
    threatfox_threat_types     TEXT NOT NULL,
    threatfox_ioc_types        TEXT NOT NULL,
    threatfox_malware_families TEXT NOT NULL,
    threatfox_raw              TEXT NOT NULL,
    threatfox_queried_at       INTEGER,
    aggregate_verdict          TEXT,
    cached_at                  INTEGER NOT NULL,
    expires_at                 INTEGER NOT NULL
) STRICT;

CREATE TABLE canary_blob (
    id           INTEGER PRIMARY KEY,
    uid          BLOB NOT NULL UNIQUE,
    sha256       TEXT NOT NULL UNIQUE,
    filename     TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size_bytes   INTEGER NOT NULL,
    uploaded_by  TEXT NOT NULL,
    uploaded_at  INTEGER NOT NULL
) STRICT;

-- state: planted, revoked or failed.
CREATE TABLE canary_token (
    id                INTEGER PRIMARY KEY,
    uid               BLOB NOT NULL UNIQUE,
    kind              TEXT NOT NULL,
    decky_name        TEXT NOT NULL,
    topology_id       TEXT,
    canary_blob       INTEGER REFERENCES canary_blob (id),
    instrumenter      TEXT,
    generator         TEXT,
    placement_path    TEXT NOT NULL,
    callback_token    TEXT NOT NULL UNIQUE,
    secret_seed       TEXT NOT NULL,
    placed_at         INTEGER NOT NULL,
    last_triggered_at INTEGER,
    trigger_count     INTEGER NOT NULL DEFAULT 0,
    created_by        TEXT NOT NULL,
    state             TEXT NOT NULL DEFAULT 'planted',
    last_error        TEXT,
    fingerprint_nonce TEXT
) STRICT;

CREATE TABLE canary_trigger (
    id           INTEGER PRIMARY KEY,
    uid          BLOB NOT NULL UNIQUE,
    token        INTEGER NOT NULL REFERENCES canary_token (id),
    occurred_at  INTEGER NOT NULL,
    src_ip       TEXT NOT NULL,
    user_agent   TEXT,
    request_path TEXT,
    dns_qname    TEXT,
    raw_headers  TEXT NOT NULL,
    attacker     INTEGER REFERENCES attacker (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX canary_trigger_occurred_at ON canary_trigger (occurred_at);
CREATE INDEX canary_trigger_token ON canary_trigger (token);
CREATE INDEX canary_trigger_attacker ON canary_trigger (attacker);

ALTER TABLE rule ADD COLUMN updated_at INTEGER;
ALTER TABLE rule ADD COLUMN updated_by TEXT;

-- state: enabled, disabled or clipped.
CREATE TABLE rule_state (
    id             INTEGER PRIMARY KEY,
    rule           TEXT NOT NULL UNIQUE,
    state          TEXT NOT NULL,
    confidence_max REAL,
    expires_at     INTEGER,
    reason         TEXT,
    set_by         TEXT,
    set_at         INTEGER NOT NULL
) STRICT;

-- Who changed what: a rule's definition or state, a merge. detail is JSON.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (subject);

-- Sessions that are only named by tags without an event may lack the decky or the attacker.
DROP VIEW ttp_tag;
CREATE TABLE session_new (
    id             INTEGER PRIMARY KEY,
    decky          INTEGER REFERENCES decky (id),
    name           TEXT NOT NULL,
    attacker       INTEGER REFERENCES attacker (id) ON DELETE CASCADE,
    service        TEXT,
    client_version TEXT,
    hassh          TEXT,
    login          TEXT,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    event_count    INTEGER NOT NULL DEFAULT 0,
    command_count  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (name, decky, attacker)
) STRICT;
INSERT INTO session_new
SELECT id, decky, name, attacker, service, client_version, hassh, login, first_seen, last_seen, event_count, command_count
FROM session;
DROP TABLE session;
ALTER TABLE session_new RENAME TO session;
CREATE INDEX session_attacker ON session (attacker, first_seen);
CREATE INDEX session_first_seen ON session (first_seen);

-- event: NULL where the tag came without it; source_id and evidence then say what it was of. Deleting an event does not
-- delete its tags: whoever deletes takes them out of the rollups first.
CREATE TABLE tag_new (
    id             INTEGER PRIMARY KEY,
    uid            BLOB NOT NULL UNIQUE,
    event          INTEGER REFERENCES event (id),
    kind           INTEGER NOT NULL,
    attacker       INTEGER REFERENCES attacker (id),
    identity       INTEGER REFERENCES identity (id),
    session        INTEGER REFERENCES session (id),
    decky          INTEGER REFERENCES decky (id),
    rule           INTEGER NOT NULL REFERENCES rule (id),
    technique      INTEGER NOT NULL,
    tactic         INTEGER NOT NULL,
    confidence     REAL NOT NULL CHECK (confidence BETWEEN 0.0 AND 1.0),
    attack_release INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    tagged_at      INTEGER NOT NULL,
    span           TEXT NOT NULL,
    via            TEXT,
    source_id      TEXT,
    evidence       TEXT,
    CHECK (attacker IS NOT NULL OR identity IS NOT NULL),
    CHECK ((event IS NULL) = (source_id IS NOT NULL AND evidence IS NOT NULL))
) STRICT;
INSERT INTO tag_new
SELECT tag.id, tag.uid, tag.event, event.kind, tag.attacker, NULL, tag.session, event.decky, tag.rule, tag.technique,
       tag.tactic, tag.confidence, tag.attack_release, tag.created_at, tag.tagged_at, tag.span, tag.via, NULL, NULL
FROM tag JOIN event ON event.id = tag.event;
DROP TABLE tag;
ALTER TABLE tag_new RENAME TO tag;
CREATE INDEX tag_event ON tag (event) WHERE event IS NOT NULL;
CREATE INDEX tag_attacker ON tag (attacker, created_at, technique);
CREATE INDEX tag_session ON tag (session, created_at) WHERE session IS NOT NULL;
CREATE INDEX tag_identity ON tag (identity, created_at) WHERE identity IS NOT NULL;
CREATE INDEX tag_technique ON tag (technique, created_at);

-- What each scope did. scope: 0 fleet, 1 attacker, 2 identity, 3 campaign, 4 session. subject: the row's id, 0 for the
-- fleet; that of the root for identities and campaigns. shard: rows of one subject add up; writers on a server have
-- each their own, so that they do not queue.
CREATE TABLE rollup_scope (
    scope          INTEGER NOT NULL,
    subject        INTEGER NOT NULL,
    tactic         INTEGER NOT NULL,
    technique      INTEGER NOT NULL,
    attack_release INTEGER NOT NULL,
    shard          INTEGER NOT NULL,
    tags           INTEGER NOT NULL,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    confidence_max REAL NOT NULL,
    PRIMARY KEY (scope, subject, tactic, technique, attack_release, shard)
) STRICT, WITHOUT ROWID;

-- What the fleet did on each day. day: days since 1970-01-01, UTC. decky: 0 where the tag names none.
CREATE TABLE rollup_day (
    day            INTEGER NOT NULL,
    decky          INTEGER NOT NULL,
    kind           INTEGER NOT NULL,
    tactic         INTEGER NOT NULL,
    technique      INTEGER NOT NULL,
    shard          INTEGER NOT NULL,
    tags           INTEGER NOT NULL,
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    confidence_max REAL NOT NULL,
    PRIMARY KEY (day, decky, kind, tactic, technique, shard)
) STRICT, WITHOUT ROWID;

-- Up to which day, inclusive, rollup_day remembers tags that were purged. No row: none was.
CREATE TABLE rollup_history (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    day INTEGER NOT NULL
) STRICT;

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
SELECT created_at / 86400000000, decky, kind, tactic, technique, 0, COUNT(*), MIN(created_at), MAX(created_at),
       MAX(confidence)
FROM tag GROUP BY 1, decky, kind, tactic, technique;
