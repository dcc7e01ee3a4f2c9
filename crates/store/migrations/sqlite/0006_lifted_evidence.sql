-- The evidence of a tag that a lifter made is what it shows of its event, not all of it.

DROP VIEW ttp_tag;

CREATE VIEW ttp_tag AS
SELECT lower(substr(hex(tag.uid), 1, 8) || '-' || substr(hex(tag.uid), 9, 4)
             || '-' || substr(hex(tag.uid), 13, 4) || '-' || substr(hex(tag.uid), 17, 4)
             || '-' || substr(hex(tag.uid), 21)) AS uuid,
       CASE tag.kind
           WHEN 0 THEN 'command' WHEN 1 THEN 'auth_attempt' WHEN 2 THEN 'http_request' WHEN 3 THEN 'payload'
           WHEN 4 THEN 'session' WHEN 5 THEN 'credential' WHEN 6 THEN 'identity' WHEN 7 THEN 'intel'
           WHEN 8 THEN 'email' WHEN 9 THEN 'canary_fingerprint' WHEN 10 THEN 'http_fingerprint'
           WHEN 11 THEN 'ipv6_leak'
       END AS source_kind,
       coalesce(CASE WHEN event.uid IS NOT NULL THEN
           lower(substr(hex(event.uid), 1, 8) || '-' || substr(hex(event.uid), 9, 4)
                 || '-' || substr(hex(event.uid), 13, 4) || '-' || substr(hex(event.uid), 17, 4)
                 || '-' || substr(hex(event.uid), 21))
       END, tag.source_id) AS source_id,
       CASE WHEN attacker.uid IS NOT NULL THEN
           lower(substr(hex(attacker.uid), 1, 8) || '-' || substr(hex(attacker.uid), 9, 4)
                 || '-' || substr(hex(attacker.uid), 13, 4) || '-' || substr(hex(attacker.uid), 17, 4)
                 || '-' || substr(hex(attacker.uid), 21))
       END AS attacker_uuid,
       CASE WHEN identity.uid IS NOT NULL THEN
           lower(substr(hex(identity.uid), 1, 8) || '-' || substr(hex(identity.uid), 9, 4)
                 || '-' || substr(hex(identity.uid), 13, 4) || '-' || substr(hex(identity.uid), 17, 4)
                 || '-' || substr(hex(identity.uid), 21))
       END AS identity_uuid,
       session.name AS session_id,
       decky.name AS decky_id,
       printf('TA%04d', tag.tactic) AS tactic,
       printf('T%04d', tag.technique / 1000) AS technique_id,
       CASE WHEN tag.technique % 1000 > 0
           THEN printf('T%04d.%03d', tag.technique / 1000, tag.technique % 1000) END AS sub_technique_id,
       tag.confidence,
       rule.name AS rule_id,
       rule.version AS rule_version,
       coalesce(tag.evidence, event.body) AS evidence,
       printf('v%d.%d', tag.attack_release / 1000, tag.attack_release % 1000) AS attack_release,
       CASE WHEN tag.technique % 1000 > 0
           THEN printf('https://attack.mitre.org/techniques/T%04d/%03d', tag.technique / 1000, tag.technique % 1000)
           ELSE printf('https://attack.mitre.org/techniques/T%04d', tag.technique / 1000) END AS mitre_url,
       strftime('%Y-%m-%d %H:%M:%S', tag.created_at / 1000000, 'unixepoch')
           || printf('.%06d', tag.created_at % 1000000) AS created_at
FROM tag
JOIN rule ON rule.id = tag.rule
LEFT JOIN event ON event.id = tag.event
LEFT JOIN attacker ON attacker.id = tag.attacker
LEFT JOIN identity ON identity.id = tag.identity
LEFT JOIN session ON session.id = tag.session
LEFT JOIN decky ON decky.id = tag.decky;
