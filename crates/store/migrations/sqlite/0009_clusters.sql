-- Whose hands are the same, why, and what persons say of it.

-- Made by clustering, which may take it back. Others (imported ones) are left as they are.
ALTER TABLE identity ADD COLUMN clustered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN clustered INTEGER NOT NULL DEFAULT 0;

-- Two attackers with enough in common. a: the one with the smaller uid. joins: is it what makes them one identity?
-- score: thousandths, 1000 joins. features: JSON. sentence: for a reader, with what attackers wrote in it.
CREATE TABLE cluster_edge (
    a        INTEGER NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
    b        INTEGER NOT NULL REFERENCES attacker (id) ON DELETE CASCADE,
    joins    INTEGER NOT NULL,
    score    INTEGER NOT NULL,
    features TEXT NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX cluster_edge_b ON cluster_edge (b);

-- The same for two identities of a campaign.
CREATE TABLE campaign_edge (
    a        INTEGER NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    b        INTEGER NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
    joins    INTEGER NOT NULL,
    features TEXT NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_edge_b ON campaign_edge (b);

-- What a person says of two of them: the same hands (noun 0, attackers) or one campaign (noun 1, identities), or not.
-- By uid, the smaller first: it holds also for one that is not there any more, or again.
CREATE TABLE verdict (
    noun    INTEGER NOT NULL,
    a       BLOB NOT NULL,
    b       BLOB NOT NULL,
    same    INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    PRIMARY KEY (noun, a, b)
) STRICT, WITHOUT ROWID;

-- How often clustering wrote: whoever worked from an older state must begin again. One row.
CREATE TABLE cluster_generation (
    id         INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO cluster_generation (id, generation) VALUES (1, 0);
