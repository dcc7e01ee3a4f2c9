-- The same views as in migrations/sqlite.

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
       COALESCE(event.body, tag.evidence) AS evidence,
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

-- The newest text of each rule.
CREATE VIEW ttp_rule AS
SELECT rule.name AS rule_id,
       rule.version AS rule_version,
       rule.source_path,
       rule.yaml AS yaml_content,
       TIMESTAMPADD(MICROSECOND, COALESCE(rule.updated_at, 0), CAST('1970-01-01' AS DATETIME(6))) AS updated_at,
       COALESCE(rule.updated_by, 'filesystem') AS updated_by
FROM rule
WHERE rule.yaml <> '' AND NOT EXISTS (
    SELECT 1 FROM rule newer
    WHERE newer.name = rule.name AND newer.yaml <> ''
      AND (newer.version > rule.version OR newer.version = rule.version AND newer.id > rule.id)
);

CREATE VIEW ttp_rule_state AS
SELECT rule AS rule_id,
       state,
       confidence_max,
       TIMESTAMPADD(MICROSECOND, expires_at, CAST('1970-01-01' AS DATETIME(6))) AS expires_at,
       reason,
       set_by,
       TIMESTAMPADD(MICROSECOND, set_at, CAST('1970-01-01' AS DATETIME(6))) AS set_at
FROM rule_state;

-- What the profile does not say is told from the rows here. MariaDB orders within JSON_ARRAYAGG, MySQL in a window.
-- MariaDB cuts a list at group_concat_max_len, 1 MiB unless set.
CREATE VIEW attackers AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(attacker.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS uuid,
       attacker.ip,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(identity.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS identity_id,
       TIMESTAMPADD(MICROSECOND, attacker.first_seen, CAST('1970-01-01' AS DATETIME(6))) AS first_seen,
       TIMESTAMPADD(MICROSECOND, attacker.last_seen, CAST('1970-01-01' AS DATETIME(6))) AS last_seen,
       attacker.event_count,
       COALESCE(profile.service_count,
           (SELECT COUNT(DISTINCT session.service) FROM session WHERE session.attacker = attacker.id)) AS service_count,
       COALESCE(profile.decky_count,
           (SELECT COUNT(DISTINCT session.decky) FROM session WHERE session.attacker = attacker.id)) AS decky_count,
       COALESCE(profile.services, (
           /*M!
           SELECT JSON_ARRAYAGG(DISTINCT session.service ORDER BY session.service) FROM session
           WHERE session.attacker = attacker.id AND session.service IS NOT NULL
           */
           /*!80017
           SELECT JSON_ARRAYAGG(service) OVER (ORDER BY service
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
           FROM (
               SELECT DISTINCT session.service FROM session
               WHERE session.attacker = attacker.id AND session.service IS NOT NULL
           ) known LIMIT 1
           */
       ), '[]') AS services,
       COALESCE(profile.deckies, (
           /*M!
           SELECT JSON_ARRAYAGG(decky.name ORDER BY (
                      SELECT MIN(session.first_seen) FROM session
                      WHERE session.attacker = attacker.id AND session.decky = decky.id
                  ), decky.name)
           FROM decky WHERE decky.id IN (SELECT session.decky FROM session WHERE session.attacker = attacker.id)
           */
           /*!80017
           SELECT JSON_ARRAYAGG(name) OVER (ORDER BY first_seen, name
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
           FROM (
               SELECT decky.name, MIN(session.first_seen) AS first_seen
               FROM session JOIN decky ON decky.id = session.decky
               WHERE session.attacker = attacker.id GROUP BY decky.name
           ) known LIMIT 1
           */
       ), '[]') AS deckies,
       profile.traversal_path,
       COALESCE(profile.is_traversal, 0) AS is_traversal,
       COALESCE(profile.bounty_count, 0) AS bounty_count,
       COALESCE(profile.credential_count, 0) AS credential_count,
       COALESCE(profile.fingerprints, '[]') AS fingerprints,
       COALESCE(profile.commands, (
           SELECT JSON_ARRAYAGG(
                      JSON_OBJECT(
                          'service', session.service,
                          'decky', decky.name,
                          'command', JSON_EXTRACT(event.body, '$.command_text'),
                          'timestamp', DATE_FORMAT(
                              TIMESTAMPADD(MICROSECOND, event.time, CAST('1970-01-01' AS DATETIME(6))),
                              '%Y-%m-%dT%H:%i:%s.%f+00:00'
                          )
                      )
                  /*M! ORDER BY event.time, event.uid) */
                  /*!80017 ) OVER (ORDER BY event.time, event.uid
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) */
           FROM session
           JOIN event ON event.session = session.id
           JOIN decky ON decky.id = event.decky
           WHERE session.attacker = attacker.id AND event.kind = 0
           /*!80017 LIMIT 1 */
       ), '[]') AS commands,
       profile.country_code,
       profile.country_source,
       profile.asn,
       profile.as_name,
       profile.bgp_prefix,
       profile.asn_source,
       profile.rpki_status,
       profile.rpki_source,
       profile.ptr_record,
       COALESCE(profile.rotation_count, 0) AS rotation_count,
       TIMESTAMPADD(MICROSECOND, profile.last_rotation_at, CAST('1970-01-01' AS DATETIME(6))) AS last_rotation_at,
       COALESCE(profile.ipv6_leak_count, 0) AS ipv6_leak_count,
       TIMESTAMPADD(MICROSECOND, profile.last_ipv6_leak_at, CAST('1970-01-01' AS DATETIME(6))) AS last_ipv6_leak_at,
       profile.last_ipv6_link_local,
       profile.last_ipv6_iid_kind,
       profile.last_ipv6_mac_oui,
       TIMESTAMPADD(MICROSECOND, COALESCE(profile.updated_at, attacker.last_seen), CAST('1970-01-01' AS DATETIME(6)))
           AS updated_at
FROM attacker
LEFT JOIN attacker_profile profile ON profile.attacker = attacker.id
LEFT JOIN identity ON identity.id = attacker.identity;

CREATE VIEW attacker_identities AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(identity.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS uuid,
       identity.schema_version,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(campaign.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS campaign_id,
       TIMESTAMPADD(MICROSECOND, identity.first_seen_at, CAST('1970-01-01' AS DATETIME(6))) AS first_seen_at,
       TIMESTAMPADD(MICROSECOND, identity.last_seen_at, CAST('1970-01-01' AS DATETIME(6))) AS last_seen_at,
       TIMESTAMPADD(MICROSECOND, identity.created_at, CAST('1970-01-01' AS DATETIME(6))) AS created_at,
       TIMESTAMPADD(MICROSECOND, identity.updated_at, CAST('1970-01-01' AS DATETIME(6))) AS updated_at,
       identity.confidence,
       identity.observation_count,
       identity.ja3_hashes,
       identity.hassh_hashes,
       identity.ja4h_hashes,
       identity.ja4_quic_hashes,
       identity.http_versions_seen,
       identity.tls_cert_sha256,
       identity.ipv6_link_local_iids,
       identity.payload_simhashes,
       identity.c2_endpoints,
       identity.kd_digraph_simhash,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(winner.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS merged_into_uuid,
       identity.notes
FROM identity
LEFT JOIN campaign ON campaign.id = identity.campaign
LEFT JOIN identity winner ON winner.id = identity.merged_into;

CREATE VIEW campaigns AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(campaign.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS uuid,
       campaign.schema_version,
       TIMESTAMPADD(MICROSECOND, campaign.first_seen_at, CAST('1970-01-01' AS DATETIME(6))) AS first_seen_at,
       TIMESTAMPADD(MICROSECOND, campaign.last_seen_at, CAST('1970-01-01' AS DATETIME(6))) AS last_seen_at,
       TIMESTAMPADD(MICROSECOND, campaign.created_at, CAST('1970-01-01' AS DATETIME(6))) AS created_at,
       TIMESTAMPADD(MICROSECOND, campaign.updated_at, CAST('1970-01-01' AS DATETIME(6))) AS updated_at,
       campaign.confidence,
       campaign.identity_count,
       campaign.ja3_hashes,
       campaign.hassh_hashes,
       campaign.tls_cert_sha256,
       campaign.payload_simhashes,
       campaign.c2_endpoints,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(winner.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS merged_into_uuid,
       campaign.notes
FROM campaign
LEFT JOIN campaign winner ON winner.id = campaign.merged_into;

CREATE VIEW attacker_intel AS
SELECT LOWER(HEX(intel.uid)) AS uuid,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(attacker.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS attacker_uuid,
       attacker.ip AS attacker_ip,
       intel.schema_version,
       intel.greynoise_classification,
       intel.greynoise_name,
       intel.greynoise_tags,
       intel.greynoise_raw,
       TIMESTAMPADD(MICROSECOND, intel.greynoise_queried_at, CAST('1970-01-01' AS DATETIME(6))) AS greynoise_queried_at,
       intel.abuseipdb_score,
       intel.abuseipdb_categories,
       intel.abuseipdb_raw,
       TIMESTAMPADD(MICROSECOND, intel.abuseipdb_queried_at, CAST('1970-01-01' AS DATETIME(6))) AS abuseipdb_queried_at,
       intel.feodo_listed,
       intel.feodo_malware_family,
       intel.feodo_raw,
       TIMESTAMPADD(MICROSECOND, intel.feodo_queried_at, CAST('1970-01-01' AS DATETIME(6))) AS feodo_queried_at,
       intel.threatfox_listed,
       intel.threatfox_threat_types,
       intel.threatfox_ioc_types,
       intel.threatfox_malware_families,
       intel.threatfox_raw,
       TIMESTAMPADD(MICROSECOND, intel.threatfox_queried_at, CAST('1970-01-01' AS DATETIME(6))) AS threatfox_queried_at,
       intel.aggregate_verdict,
       TIMESTAMPADD(MICROSECOND, intel.cached_at, CAST('1970-01-01' AS DATETIME(6))) AS cached_at,
       TIMESTAMPADD(MICROSECOND, intel.expires_at, CAST('1970-01-01' AS DATETIME(6))) AS expires_at
FROM intel
JOIN attacker ON attacker.id = intel.attacker;

CREATE VIEW canary_blobs AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')) AS uuid,
       sha256,
       filename,
       content_type,
       size_bytes,
       uploaded_by,
       TIMESTAMPADD(MICROSECOND, uploaded_at, CAST('1970-01-01' AS DATETIME(6))) AS uploaded_at
FROM canary_blob;

CREATE VIEW canary_tokens AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(canary_token.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS uuid,
       canary_token.kind,
       canary_token.decky_name,
       canary_token.topology_id,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(canary_blob.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS blob_uuid,
       canary_token.instrumenter,
       canary_token.generator,
       canary_token.placement_path,
       canary_token.callback_token,
       canary_token.secret_seed,
       TIMESTAMPADD(MICROSECOND, canary_token.placed_at, CAST('1970-01-01' AS DATETIME(6))) AS placed_at,
       TIMESTAMPADD(MICROSECOND, canary_token.last_triggered_at, CAST('1970-01-01' AS DATETIME(6)))
           AS last_triggered_at,
       canary_token.trigger_count,
       canary_token.created_by,
       canary_token.state,
       canary_token.last_error,
       canary_token.fingerprint_nonce
FROM canary_token
LEFT JOIN canary_blob ON canary_blob.id = canary_token.canary_blob;

CREATE VIEW canary_triggers AS
SELECT LOWER(INSERT(INSERT(INSERT(INSERT(HEX(canary_trigger.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS uuid,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(canary_token.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS token_uuid,
       TIMESTAMPADD(MICROSECOND, canary_trigger.occurred_at, CAST('1970-01-01' AS DATETIME(6))) AS occurred_at,
       canary_trigger.src_ip,
       canary_trigger.user_agent,
       canary_trigger.request_path,
       canary_trigger.dns_qname,
       canary_trigger.raw_headers,
       LOWER(INSERT(INSERT(INSERT(INSERT(HEX(attacker.uid), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-'))
           AS attacker_id
FROM canary_trigger
JOIN canary_token ON canary_token.id = canary_trigger.token
LEFT JOIN attacker ON attacker.id = canary_trigger.attacker;
