-- The evidence of a tag that a lifter made is what it shows of its event, not all of it.

DROP VIEW ttp_tag;

CREATE VIEW ttp_tag AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(tag.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS uuid,
       CASE tag.kind
           WHEN 0 THEN 'command' WHEN 1 THEN 'auth_attempt' WHEN 2 THEN 'http_request' WHEN 3 THEN 'payload'
           WHEN 4 THEN 'session' WHEN 5 THEN 'credential' WHEN 6 THEN 'identity' WHEN 7 THEN 'intel'
           WHEN 8 THEN 'email' WHEN 9 THEN 'canary_fingerprint' WHEN 10 THEN 'http_fingerprint'
           WHEN 11 THEN 'ipv6_leak'
       END AS source_kind,
       COALESCE(
           LOWER(INSERT(INSERT(INSERT(INSERT(HEX(event.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')),
           tag.source_id
       ) AS source_id,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(attacker.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS attacker_uuid,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(identity.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS identity_uuid,
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
       COALESCE(tag.evidence, event.body) AS evidence,
       CONCAT('v', tag.attack_release DIV 1000, '.', tag.attack_release % 1000) AS attack_release,
       CONCAT('https://attack.mitre.org/techniques/T', LPAD(tag.technique DIV 1000, 4, '0'),
              CASE WHEN tag.technique % 1000 > 0 THEN CONCAT('/', LPAD(tag.technique % 1000, 3, '0')) ELSE '' END
       ) AS mitre_url,
       TIMESTAMPADD(MICROSECOND, tag.created_at, CAST('1970-01-01' AS DATETIME(6))) AS created_at
FROM tag
JOIN rule ON rule.id = tag.rule
LEFT JOIN event ON event.id = tag.event
LEFT JOIN attacker ON attacker.id = tag.attacker
LEFT JOIN identity ON identity.id = tag.identity
LEFT JOIN session ON session.id = tag.session
LEFT JOIN decky ON decky.id = tag.decky;
