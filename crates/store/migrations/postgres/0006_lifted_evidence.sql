-- The evidence of a tag that a lifter made is what it shows of its event, not all of it.

DROP VIEW ttp_tag;

CREATE VIEW ttp_tag AS
SELECT CAST(encode(tag.uid, 'hex') AS UUID)::TEXT AS uuid,
       CASE tag.kind
           WHEN 0 THEN 'command' WHEN 1 THEN 'auth_attempt' WHEN 2 THEN 'http_request' WHEN 3 THEN 'payload'
           WHEN 4 THEN 'session' WHEN 5 THEN 'credential' WHEN 6 THEN 'identity' WHEN 7 THEN 'intel'
           WHEN 8 THEN 'email' WHEN 9 THEN 'canary_fingerprint' WHEN 10 THEN 'http_fingerprint'
           WHEN 11 THEN 'ipv6_leak'
       END AS source_kind,
       COALESCE(CAST(encode(event.uid, 'hex') AS UUID)::TEXT, tag.source_id) AS source_id,
       CAST(encode(attacker.uid, 'hex') AS UUID)::TEXT AS attacker_uuid,
       CAST(encode(identity.uid, 'hex') AS UUID)::TEXT AS identity_uuid,
       session.name AS session_id,
       decky.name AS decky_id,
       'TA' || lpad(tag.tactic::TEXT, 4, '0') AS tactic,
       'T' || lpad((tag.technique / 1000)::TEXT, 4, '0') AS technique_id,
       CASE WHEN tag.technique % 1000 > 0
           THEN 'T' || lpad((tag.technique / 1000)::TEXT, 4, '0') || '.' || lpad((tag.technique % 1000)::TEXT, 3, '0')
       END AS sub_technique_id,
       tag.confidence,
       rule.name AS rule_id,
       rule.version AS rule_version,
       COALESCE(tag.evidence, event.body) AS evidence,
       'v' || tag.attack_release / 1000 || '.' || tag.attack_release % 1000 AS attack_release,
       'https://attack.mitre.org/techniques/T' || lpad((tag.technique / 1000)::TEXT, 4, '0')
           || CASE WHEN tag.technique % 1000 > 0 THEN '/' || lpad((tag.technique % 1000)::TEXT, 3, '0') ELSE '' END
           AS mitre_url,
       TIMESTAMP '1970-01-01' + tag.created_at * INTERVAL '1 microsecond' AS created_at
FROM tag
JOIN rule ON rule.id = tag.rule
LEFT JOIN event ON event.id = tag.event
LEFT JOIN attacker ON attacker.id = tag.attacker
LEFT JOIN identity ON identity.id = tag.identity
LEFT JOIN session ON session.id = tag.session
LEFT JOIN decky ON decky.id = tag.decky;
