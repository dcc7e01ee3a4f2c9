-- The ground: what happened, where, by whom, and what it means in ATT&CK terms.
-- Times are microseconds since the Unix epoch, UTC. Ids of sixteen bytes are UUIDv5 of content.

CREATE TABLE decky (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE attacker (
    id          INTEGER PRIMARY KEY,
    uid         BLOB NOT NULL UNIQUE,
    ip          TEXT NOT NULL UNIQUE,
    first_seen  INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    event_count INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A sensor's own name of a connection is unique on that sensor only; from another address it is another connection.
CREATE TABLE session (
    id             INTEGER PRIMARY KEY,
    decky          INTEGER NOT NULL REFERENCES decky (id),
    name           TEXT NOT NULL,
    attacker       INTEGER NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
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
CREATE INDEX session_attacker ON session (attacker, first_seen);
CREATE INDEX session_first_seen ON session (first_seen);

-- kind: the place of the source kind in the closed list of design.md (command = 0).
CREATE TABLE event (
    id       INTEGER PRIMARY KEY,
    uid      BLOB NOT NULL UNIQUE,
    kind     INTEGER NOT NULL,
    time     INTEGER NOT NULL,
    decky    INTEGER NOT NULL REFERENCES decky (id),
    attacker INTEGER NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
    session  INTEGER REFERENCES session (id) ON DELETE CASCADE,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX event_session ON event (session, time);

-- digest: of the text. A text that changed without a new version is another row, so that older tags keep explaining
-- themselves with the text that made them.
CREATE TABLE rule (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    source_path TEXT NOT NULL,
    yaml        TEXT NOT NULL,
    digest      BLOB NOT NULL,
    UNIQUE (name, version, digest)
) STRICT;

-- technique: T1059.004 is 1059004, T1059 is 1059000. tactic: TA0005 is 5. attack_release: 19.2 is 19002.
-- span and via are JSON.
CREATE TABLE tag (
    id             INTEGER PRIMARY KEY,
    uid            BLOB NOT NULL UNIQUE,
    event          INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    attacker       INTEGER NOT NULL,
    session        INTEGER,
    rule           INTEGER NOT NULL REFERENCES rule (id),
    technique      INTEGER NOT NULL,
    tactic         INTEGER NOT NULL,
    confidence     REAL NOT NULL CHECK (confidence BETWEEN 0.0 AND 1.0),
    attack_release INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    tagged_at      INTEGER NOT NULL,
    span           TEXT NOT NULL,
    via            TEXT
) STRICT;
CREATE INDEX tag_event ON tag (event);
CREATE INDEX tag_attacker ON tag (attacker, session, technique);
CREATE INDEX tag_technique ON tag (technique, created_at);

-- How far an input was read. The fingerprint is that of its first bytes: the same path may hold another log tomorrow.
CREATE TABLE source_offset (
    id                 INTEGER PRIMARY KEY,
    name               TEXT NOT NULL,
    fingerprint        INTEGER NOT NULL,
    fingerprint_length INTEGER NOT NULL,
    position           INTEGER NOT NULL,
    rules              TEXT NOT NULL,
    updated_at         INTEGER NOT NULL
) STRICT;
CREATE INDEX source_offset_name ON source_offset (name);

-- uid: of length, reason and excerpt. A pipe may give several at one place.
CREATE TABLE dead_letter (
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL REFERENCES source_offset (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    length   INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    detail   TEXT NOT NULL,
    excerpt  BLOB NOT NULL,
    uid      BLOB NOT NULL,
    seen_at  INTEGER NOT NULL,
    UNIQUE (source, position, uid)
) STRICT;

-- Imported ATT&CK releases, as the catalogue's own JSON lines.
CREATE TABLE attack_catalogue (
    attack_release INTEGER PRIMARY KEY,
    body           TEXT NOT NULL,
    imported_at    INTEGER NOT NULL
) STRICT;

-- DECNET's table under its name, columns and encodings.
CREATE VIEW ttp_tag AS
SELECT lower(substr(hex(tag.uid), 1, 8) || '-' || substr(hex(tag.uid), 9, 4) || '-' || substr(hex(tag.uid), 13, 4)
             || '-' || substr(hex(tag.uid), 17, 4) || '-' || substr(hex(tag.uid), 21)) AS uuid,
       CASE event.kind
           WHEN 0 THEN 'command' WHEN 1 THEN 'auth_attempt' WHEN 2 THEN 'http_request' WHEN 3 THEN 'payload'
           WHEN 4 THEN 'session' WHEN 5 THEN 'credential' WHEN 6 THEN 'identity' WHEN 7 THEN 'intel'
           WHEN 8 THEN 'email' WHEN 9 THEN 'canary_fingerprint' WHEN 10 THEN 'http_fingerprint'
           WHEN 11 THEN 'ipv6_leak'
       END AS source_kind,
       lower(substr(hex(event.uid), 1, 8) || '-' || substr(hex(event.uid), 9, 4) || '-' || substr(hex(event.uid), 13, 4)
             || '-' || substr(hex(event.uid), 17, 4) || '-' || substr(hex(event.uid), 21)) AS source_id,
       lower(substr(hex(attacker.uid), 1, 8) || '-' || substr(hex(attacker.uid), 9, 4) || '-'
             || substr(hex(attacker.uid), 13, 4) || '-' || substr(hex(attacker.uid), 17, 4) || '-'
             || substr(hex(attacker.uid), 21)) AS attacker_uuid,
       NULL AS identity_uuid,
       session.name AS session_id,
       decky.name AS decky_id,
       printf('TA%04d', tag.tactic) AS tactic,
       printf('T%04d', tag.technique / 1000) AS technique_id,
       CASE WHEN tag.technique % 1000 > 0
           THEN printf('T%04d.%03d', tag.technique / 1000, tag.technique % 1000) END AS sub_technique_id,
       tag.confidence,
       rule.name AS rule_id,
       rule.version AS rule_version,
       event.body AS evidence,
       printf('v%d.%d', tag.attack_release / 1000, tag.attack_release % 1000) AS attack_release,
       CASE WHEN tag.technique % 1000 > 0
           THEN printf('https://attack.mitre.org/techniques/T%04d/%03d', tag.technique / 1000, tag.technique % 1000)
           ELSE printf('https://attack.mitre.org/techniques/T%04d', tag.technique / 1000) END AS mitre_url,
       strftime('%Y-%m-%d %H:%M:%S', tag.created_at / 1000000, 'unixepoch')
           || printf('.%06d', tag.created_at % 1000000) AS created_at
FROM tag
JOIN event ON event.id = tag.event
JOIN attacker ON attacker.id = tag.attacker
JOIN decky ON decky.id = event.decky
JOIN rule ON rule.id = tag.rule
LEFT JOIN session ON session.id = tag.session;
