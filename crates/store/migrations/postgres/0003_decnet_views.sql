-- The same views as in migrations/sqlite.

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
       COALESCE(event.body, tag.evidence) AS evidence,
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

-- The newest text of each rule.
CREATE VIEW ttp_rule AS
SELECT rule.name AS rule_id,
       rule.version AS rule_version,
       rule.source_path,
       rule.yaml AS yaml_content,
       TIMESTAMP '1970-01-01' + COALESCE(rule.updated_at, 0) * INTERVAL '1 microsecond' AS updated_at,
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
       TIMESTAMP '1970-01-01' + expires_at * INTERVAL '1 microsecond' AS expires_at,
       reason,
       set_by,
       TIMESTAMP '1970-01-01' + set_at * INTERVAL '1 microsecond' AS set_at
FROM rule_state;

-- What the profile does not say is told from the rows here. A command stays as it is escaped: a text has no NUL here.
CREATE VIEW attackers AS
SELECT CAST(encode(attacker.uid, 'hex') AS UUID)::TEXT AS uuid,
       attacker.ip,
       CAST(encode(identity.uid, 'hex') AS UUID)::TEXT AS identity_id,
       TIMESTAMP '1970-01-01' + attacker.first_seen * INTERVAL '1 microsecond' AS first_seen,
       TIMESTAMP '1970-01-01' + attacker.last_seen * INTERVAL '1 microsecond' AS last_seen,
       attacker.event_count,
       COALESCE(profile.service_count,
           (SELECT COUNT(DISTINCT session.service) FROM session WHERE session.attacker = attacker.id)) AS service_count,
       COALESCE(profile.decky_count,
           (SELECT COUNT(DISTINCT session.decky) FROM session WHERE session.attacker = attacker.id)) AS decky_count,
       COALESCE(profile.services, (
           SELECT json_agg(DISTINCT session.service ORDER BY session.service)::TEXT FROM session
           WHERE session.attacker = attacker.id AND session.service IS NOT NULL
       ), '[]') AS services,
       COALESCE(profile.deckies, (
           SELECT json_agg(name ORDER BY first_seen, name)::TEXT
           FROM (
               SELECT decky.name, MIN(session.first_seen) AS first_seen
               FROM session JOIN decky ON decky.id = session.decky
               WHERE session.attacker = attacker.id GROUP BY decky.name
           ) known
       ), '[]') AS deckies,
       profile.traversal_path,
       COALESCE(profile.is_traversal, 0) AS is_traversal,
       COALESCE(profile.bounty_count, 0) AS bounty_count,
       COALESCE(profile.credential_count, 0) AS credential_count,
       COALESCE(profile.fingerprints, '[]') AS fingerprints,
       COALESCE(profile.commands, (
           SELECT json_agg(
                      json_build_object(
                          'service', session.service,
                          'decky', decky.name,
                          'command', substring(event.body FROM '[{,]\s*"command_text"\s*:\s*("(?:[^"\\]|\\.)*")')::JSON,
                          'timestamp', to_char(
                              TIMESTAMP '1970-01-01' + event.time * INTERVAL '1 microsecond',
                              'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
                          )
                      )
                  ORDER BY event.time, event.uid)::TEXT
           FROM session
           JOIN event ON event.session = session.id
           JOIN decky ON decky.id = event.decky
           WHERE session.attacker = attacker.id AND event.kind = 0
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
       TIMESTAMP '1970-01-01' + profile.last_rotation_at * INTERVAL '1 microsecond' AS last_rotation_at,
       COALESCE(profile.ipv6_leak_count, 0) AS ipv6_leak_count,
       TIMESTAMP '1970-01-01' + profile.last_ipv6_leak_at * INTERVAL '1 microsecond' AS last_ipv6_leak_at,
       profile.last_ipv6_link_local,
       profile.last_ipv6_iid_kind,
       profile.last_ipv6_mac_oui,
       TIMESTAMP '1970-01-01' + COALESCE(profile.updated_at, attacker.last_seen) * INTERVAL '1 microsecond'
           AS updated_at
FROM attacker
LEFT JOIN attacker_profile profile ON profile.attacker = attacker.id
LEFT JOIN identity ON identity.id = attacker.identity;

CREATE VIEW attacker_identities AS
SELECT CAST(encode(identity.uid, 'hex') AS UUID)::TEXT AS uuid,
       identity.schema_version,
       CAST(encode(campaign.uid, 'hex') AS UUID)::TEXT AS campaign_id,
       TIMESTAMP '1970-01-01' + identity.first_seen_at * INTERVAL '1 microsecond' AS first_seen_at,
       TIMESTAMP '1970-01-01' + identity.last_seen_at * INTERVAL '1 microsecond' AS last_seen_at,
       TIMESTAMP '1970-01-01' + identity.created_at * INTERVAL '1 microsecond' AS created_at,
       TIMESTAMP '1970-01-01' + identity.updated_at * INTERVAL '1 microsecond' AS updated_at,
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
       CAST(encode(winner.uid, 'hex') AS UUID)::TEXT AS merged_into_uuid,
       identity.notes
FROM identity
LEFT JOIN campaign ON campaign.id = identity.campaign
LEFT JOIN identity winner ON winner.id = identity.merged_into;

CREATE VIEW campaigns AS
SELECT CAST(encode(campaign.uid, 'hex') AS UUID)::TEXT AS uuid,
       campaign.schema_version,
       TIMESTAMP '1970-01-01' + campaign.first_seen_at * INTERVAL '1 microsecond' AS first_seen_at,
       TIMESTAMP '1970-01-01' + campaign.last_seen_at * INTERVAL '1 microsecond' AS last_seen_at,
       TIMESTAMP '1970-01-01' + campaign.created_at * INTERVAL '1 microsecond' AS created_at,
       TIMESTAMP '1970-01-01' + campaign.updated_at * INTERVAL '1 microsecond' AS updated_at,
       campaign.confidence,
       campaign.identity_count,
       campaign.ja3_hashes,
       campaign.hassh_hashes,
       campaign.tls_cert_sha256,
       campaign.payload_simhashes,
       campaign.c2_endpoints,
       CAST(encode(winner.uid, 'hex') AS UUID)::TEXT AS merged_into_uuid,
       campaign.notes
FROM campaign
LEFT JOIN campaign winner ON winner.id = campaign.merged_into;

CREATE VIEW attacker_intel AS
SELECT encode(intel.uid, 'hex') AS uuid,
       CAST(encode(attacker.uid, 'hex') AS UUID)::TEXT AS attacker_uuid,
       attacker.ip AS attacker_ip,
       intel.schema_version,
       intel.greynoise_classification,
       intel.greynoise_name,
       intel.greynoise_tags,
       intel.greynoise_raw,
       TIMESTAMP '1970-01-01' + intel.greynoise_queried_at * INTERVAL '1 microsecond' AS greynoise_queried_at,
       intel.abuseipdb_score,
       intel.abuseipdb_categories,
       intel.abuseipdb_raw,
       TIMESTAMP '1970-01-01' + intel.abuseipdb_queried_at * INTERVAL '1 microsecond' AS abuseipdb_queried_at,
       intel.feodo_listed,
       intel.feodo_malware_family,
       intel.feodo_raw,
       TIMESTAMP '1970-01-01' + intel.feodo_queried_at * INTERVAL '1 microsecond' AS feodo_queried_at,
       intel.threatfox_listed,
       intel.threatfox_threat_types,
       intel.threatfox_ioc_types,
       intel.threatfox_malware_families,
       intel.threatfox_raw,
       TIMESTAMP '1970-01-01' + intel.threatfox_queried_at * INTERVAL '1 microsecond' AS threatfox_queried_at,
       intel.aggregate_verdict,
       TIMESTAMP '1970-01-01' + intel.cached_at * INTERVAL '1 microsecond' AS cached_at,
       TIMESTAMP '1970-01-01' + intel.expires_at * INTERVAL '1 microsecond' AS expires_at
FROM intel
JOIN attacker ON attacker.id = intel.attacker;

CREATE VIEW canary_blobs AS
SELECT CAST(encode(uid, 'hex') AS UUID)::TEXT AS uuid,
       sha256,
       filename,
       content_type,
       size_bytes,
       uploaded_by,
       TIMESTAMP '1970-01-01' + uploaded_at * INTERVAL '1 microsecond' AS uploaded_at
FROM canary_blob;

CREATE VIEW canary_tokens AS
SELECT CAST(encode(canary_token.uid, 'hex') AS UUID)::TEXT AS uuid,
       canary_token.kind,
       canary_token.decky_name,
       canary_token.topology_id,
       CAST(encode(canary_blob.uid, 'hex') AS UUID)::TEXT AS blob_uuid,
       canary_token.instrumenter,
       canary_token.generator,
       canary_token.placement_path,
       canary_token.callback_token,
       canary_token.secret_seed,
       TIMESTAMP '1970-01-01' + canary_token.placed_at * INTERVAL '1 microsecond' AS placed_at,
       TIMESTAMP '1970-01-01' + canary_token.last_triggered_at * INTERVAL '1 microsecond' AS last_triggered_at,
       canary_token.trigger_count,
       canary_token.created_by,
       canary_token.state,
       canary_token.last_error,
       canary_token.fingerprint_nonce
FROM canary_token
LEFT JOIN canary_blob ON canary_blob.id = canary_token.canary_blob;

CREATE VIEW canary_triggers AS
SELECT CAST(encode(canary_trigger.uid, 'hex') AS UUID)::TEXT AS uuid,
       CAST(encode(canary_token.uid, 'hex') AS UUID)::TEXT AS token_uuid,
       TIMESTAMP '1970-01-01' + canary_trigger.occurred_at * INTERVAL '1 microsecond' AS occurred_at,
       canary_trigger.src_ip,
       canary_trigger.user_agent,
       canary_trigger.request_path,
       canary_trigger.dns_qname,
       canary_trigger.raw_headers,
       CAST(encode(attacker.uid, 'hex') AS UUID)::TEXT AS attacker_id
FROM canary_trigger
JOIN canary_token ON canary_token.id = canary_trigger.token
LEFT JOIN attacker ON attacker.id = canary_trigger.attacker;
