-- Tags that wait to be, and what tags were under other ATT&CK releases.

-- Tags of rules that are being promoted: they take the place of older ones all at once. run: which promotion. rule: the
-- rule's place among those that are promoted together.
CREATE TABLE tag_staged (
    id             INTEGER PRIMARY KEY,
    run            INTEGER NOT NULL,
    rule           INTEGER NOT NULL,
    uid            BLOB NOT NULL,
    event          INTEGER NOT NULL,
    technique      INTEGER NOT NULL,
    tactic         INTEGER NOT NULL,
    confidence     REAL NOT NULL,
    attack_release INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    span           TEXT NOT NULL,
    via            TEXT,
    evidence       TEXT,
    UNIQUE (run, uid)
) STRICT;

-- What a tag was under this release before an upgrade gave it another technique or tactic: id, technique and tactic.
-- survivor: the tag that said the same under the new release already, where the upgrade took this one away; the row
-- then holds all of it.
CREATE TABLE tag_origin (
    id             INTEGER PRIMARY KEY,
    tag            INTEGER NOT NULL,
    attack_release INTEGER NOT NULL,
    survivor       INTEGER,
    uid            BLOB NOT NULL,
    technique      INTEGER NOT NULL,
    tactic         INTEGER NOT NULL,
    rule           INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    event          INTEGER REFERENCES event (id) ON DELETE CASCADE,
    kind           INTEGER NOT NULL,
    attacker       INTEGER,
    identity       INTEGER,
    session        INTEGER,
    decky          INTEGER,
    confidence     REAL NOT NULL,
    tagged_at      INTEGER NOT NULL,
    span           TEXT NOT NULL,
    via            TEXT,
    source_id      TEXT,
    evidence       TEXT,
    UNIQUE (tag, attack_release)
) STRICT;
CREATE INDEX tag_origin_event ON tag_origin (event);
CREATE INDEX tag_origin_survivor ON tag_origin (survivor);
