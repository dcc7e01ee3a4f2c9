-- What tells attackers from each other: values that are seen again elsewhere.

-- kind: the place of the kind in the closed list of `model`. uid: UUIDv5 of kind and value.
CREATE TABLE observable (
    id    INTEGER PRIMARY KEY,
    uid   BLOB NOT NULL UNIQUE,
    kind  INTEGER NOT NULL,
    value TEXT NOT NULL
) STRICT;
CREATE INDEX observable_kind ON observable (kind);

-- An observable with an attacker: in how many events, when.
CREATE TABLE sighting (
    observable  INTEGER NOT NULL REFERENCES observable (id),
    attacker    INTEGER NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
    event_count INTEGER NOT NULL,
    first_seen  INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    PRIMARY KEY (observable, attacker)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_attacker ON sighting (attacker);

-- What hardly two hands have, by session: whether one address is used by several is seen in what goes together.
CREATE TABLE session_observable (
    session    INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    observable INTEGER NOT NULL REFERENCES observable (id),
    PRIMARY KEY (session, observable)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_observable_value ON session_observable (observable);
