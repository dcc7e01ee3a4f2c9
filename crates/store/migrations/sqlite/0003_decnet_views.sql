-- DECNET's tables under their names, with its columns and encodings.

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
       coalesce(event.body, tag.evidence) AS evidence,
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

-- The newest text of each rule.
CREATE VIEW ttp_rule AS
SELECT rule.name AS rule_id,
       rule.version AS rule_version,
       rule.source_path,
       rule.yaml AS yaml_content,
       strftime('%Y-%m-%d %H:%M:%S', coalesce(rule.updated_at, 0) / 1000000, 'unixepoch')
           || printf('.%06d', coalesce(rule.updated_at, 0) % 1000000) AS updated_at,
       coalesce(rule.updated_by, 'filesystem') AS updated_by
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
       strftime('%Y-%m-%d %H:%M:%S', expires_at / 1000000, 'unixepoch')
           || printf('.%06d', expires_at % 1000000) AS expires_at,
       reason,
       set_by,
       strftime('%Y-%m-%d %H:%M:%S', set_at / 1000000, 'unixepoch')
           || printf('.%06d', set_at % 1000000) AS set_at
FROM rule_state;

-- What the profile does not say is told from the rows here.
CREATE VIEW attackers AS
SELECT lower(substr(hex(attacker.uid), 1, 8) || '-' || substr(hex(attacker.uid), 9, 4)
             || '-' || substr(hex(attacker.uid), 13, 4) || '-' || substr(hex(attacker.uid), 17, 4)
             || '-' || substr(hex(attacker.uid), 21)) AS uuid,
       attacker.ip,
       CASE WHEN identity.uid IS NOT NULL THEN
           lower(substr(hex(identity.uid), 1, 8) || '-' || substr(hex(identity.uid), 9, 4)
                 || '-' || substr(hex(identity.uid), 13, 4) || '-' || substr(hex(identity.uid), 17, 4)
                 || '-' || substr(hex(identity.uid), 21))
       END AS identity_id,
       strftime('%Y-%m-%d %H:%M:%S', attacker.first_seen / 1000000, 'unixepoch')
           || printf('.%06d', attacker.first_seen % 1000000) AS first_seen,
       strftime('%Y-%m-%d %H:%M:%S', attacker.last_seen / 1000000, 'unixepoch')
           || printf('.%06d', attacker.last_seen % 1000000) AS last_seen,
       attacker.event_count,
       coalesce(profile.service_count,
           (SELECT COUNT(DISTINCT session.service) FROM session WHERE session.attacker = attacker.id)) AS service_count,
       coalesce(profile.decky_count,
           (SELECT COUNT(DISTINCT session.decky) FROM session WHERE session.attacker = attacker.id)) AS decky_count,
       coalesce(profile.services, (SELECT json_group_array(service) FROM (
           SELECT DISTINCT session.service FROM session
           WHERE session.attacker = attacker.id AND session.service IS NOT NULL
           ORDER BY session.service
       )), '[]') AS services,
       coalesce(profile.deckies, (SELECT json_group_array(name) FROM (
           SELECT decky.name FROM session JOIN decky ON decky.id = session.decky
           WHERE session.attacker = attacker.id
           GROUP BY decky.id ORDER BY MIN(session.first_seen), decky.name
       )), '[]') AS deckies,
       profile.traversal_path,
       coalesce(profile.is_traversal, 0) AS is_traversal,
       coalesce(profile.bounty_count, 0) AS bounty_count,
       coalesce(profile.credential_count, 0) AS credential_count,
       coalesce(profile.fingerprints, '[]') AS fingerprints,
       coalesce(profile.commands, (SELECT json_group_array(json(entry)) FROM (
           SELECT json_object(
                      'service', session.service,
                      'decky', decky.name,
                      'command', event.body -> '$.command_text',
                      'timestamp', strftime('%Y-%m-%dT%H:%M:%S', event.time / 1000000, 'unixepoch')
                                       || printf('.%06d+00:00', event.time % 1000000)
                  ) AS entry
           FROM session
           JOIN event ON event.session = session.id
           JOIN decky ON decky.id = event.decky
           WHERE session.attacker = attacker.id AND event.kind = 0
           ORDER BY event.time, event.uid
       )), '[]') AS commands,
       profile.country_code,
       profile.country_source,
       profile.asn,
       profile.as_name,
       profile.bgp_prefix,
       profile.asn_source,
       profile.rpki_status,
       profile.rpki_source,
       profile.ptr_record,
       coalesce(profile.rotation_count, 0) AS rotation_count,
       strftime('%Y-%m-%d %H:%M:%S', profile.last_rotation_at / 1000000, 'unixepoch')
           || printf('.%06d', profile.last_rotation_at % 1000000) AS last_rotation_at,
       coalesce(profile.ipv6_leak_count, 0) AS ipv6_leak_count,
       strftime('%Y-%m-%d %H:%M:%S', profile.last_ipv6_leak_at / 1000000, 'unixepoch')
           || printf('.%06d', profile.last_ipv6_leak_at % 1000000) AS last_ipv6_leak_at,
       profile.last_ipv6_link_local,
       profile.last_ipv6_iid_kind,
       profile.last_ipv6_mac_oui,
       strftime('%Y-%m-%d %H:%M:%S', coalesce(profile.updated_at, attacker.last_seen) / 1000000, 'unixepoch')
           || printf('.%06d', coalesce(profile.updated_at, attacker.last_seen) % 1000000) AS updated_at
FROM attacker
LEFT JOIN attacker_profile profile ON profile.attacker = attacker.id
LEFT JOIN identity ON identity.id = attacker.identity;

CREATE VIEW attacker_identities AS
SELECT lower(substr(hex(identity.uid), 1, 8) || '-' || substr(hex(identity.uid), 9, 4)
             || '-' || substr(hex(identity.uid), 13, 4) || '-' || substr(hex(identity.uid), 17, 4)
             || '-' || substr(hex(identity.uid), 21)) AS uuid,
       identity.schema_version,
       CASE WHEN campaign.uid IS NOT NULL THEN
           lower(substr(hex(campaign.uid), 1, 8) || '-' || substr(hex(campaign.uid), 9, 4)
                 || '-' || substr(hex(campaign.uid), 13, 4) || '-' || substr(hex(campaign.uid), 17, 4)
                 || '-' || substr(hex(campaign.uid), 21))
       END AS campaign_id,
       strftime('%Y-%m-%d %H:%M:%S', identity.first_seen_at / 1000000, 'unixepoch')
           || printf('.%06d', identity.first_seen_at % 1000000) AS first_seen_at,
       strftime('%Y-%m-%d %H:%M:%S', identity.last_seen_at / 1000000, 'unixepoch')
           || printf('.%06d', identity.last_seen_at % 1000000) AS last_seen_at,
       strftime('%Y-%m-%d %H:%M:%S', identity.created_at / 1000000, 'unixepoch')
           || printf('.%06d', identity.created_at % 1000000) AS created_at,
       strftime('%Y-%m-%d %H:%M:%S', identity.updated_at / 1000000, 'unixepoch')
           || printf('.%06d', identity.updated_at % 1000000) AS updated_at,
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
       CASE WHEN winner.uid IS NOT NULL THEN
           lower(substr(hex(winner.uid), 1, 8) || '-' || substr(hex(winner.uid), 9, 4)
                 || '-' || substr(hex(winner.uid), 13, 4) || '-' || substr(hex(winner.uid), 17, 4)
                 || '-' || substr(hex(winner.uid), 21))
       END AS merged_into_uuid,
       identity.notes
FROM identity
LEFT JOIN campaign ON campaign.id = identity.campaign
LEFT JOIN identity winner ON winner.id = identity.merged_into;

CREATE VIEW campaigns AS
SELECT lower(substr(hex(campaign.uid), 1, 8) || '-' || substr(hex(campaign.uid), 9, 4)
             || '-' || substr(hex(campaign.uid), 13, 4) || '-' || substr(hex(campaign.uid), 17, 4)
             || '-' || substr(hex(campaign.uid), 21)) AS uuid,
       campaign.schema_version,
       strftime('%Y-%m-%d %H:%M:%S', campaign.first_seen_at / 1000000, 'unixepoch')
           || printf('.%06d', campaign.first_seen_at % 1000000) AS first_seen_at,
       strftime('%Y-%m-%d %H:%M:%S', campaign.last_seen_at / 1000000, 'unixepoch')
           || printf('.%06d', campaign.last_seen_at % 1000000) AS last_seen_at,
       strftime('%Y-%m-%d %H:%M:%S', campaign.created_at / 1000000, 'unixepoch')
           || printf('.%06d', campaign.created_at % 1000000) AS created_at,
       strftime('%Y-%m-%d %H:%M:%S', campaign.updated_at / 1000000, 'unixepoch')
           || printf('.%06d', campaign.updated_at % 1000000) AS updated_at,
       campaign.confidence,
       campaign.identity_count,
       campaign.ja3_hashes,
       campaign.hassh_hashes,
       campaign.tls_cert_sha256,
       campaign.payload_simhashes,
       campaign.c2_endpoints,
       CASE WHEN winner.uid IS NOT NULL THEN
           lower(substr(hex(winner.uid), 1, 8) || '-' || substr(hex(winner.uid), 9, 4)
                 || '-' || substr(hex(winner.uid), 13, 4) || '-' || substr(hex(winner.uid), 17, 4)
                 || '-' || substr(hex(winner.uid), 21))
       END AS merged_into_uuid,
       campaign.notes
FROM campaign
LEFT JOIN campaign winner ON winner.id = campaign.merged_into;

CREATE VIEW attacker_intel AS
SELECT lower(hex(intel.uid)) AS uuid,
       lower(substr(hex(attacker.uid), 1, 8) || '-' || substr(hex(attacker.uid), 9, 4)
             || '-' || substr(hex(attacker.uid), 13, 4) || '-' || substr(hex(attacker.uid), 17, 4)
             || '-' || substr(hex(attacker.uid), 21)) AS attacker_uuid,
       attacker.ip AS attacker_ip,
       intel.schema_version,
       intel.greynoise_classification,
       intel.greynoise_name,
       intel.greynoise_tags,
       intel.greynoise_raw,
       strftime('%Y-%m-%d %H:%M:%S', intel.greynoise_queried_at / 1000000, 'unixepoch')
           || printf('.%06d', intel.greynoise_queried_at % 1000000) AS greynoise_queried_at,
       intel.abuseipdb_score,
       intel.abuseipdb_categories,
       intel.abuseipdb_raw,
       strftime('%Y-%m-%d %H:%M:%S', intel.abuseipdb_queried_at / 1000000, 'unixepoch')
           || printf('.%06d', intel.abuseipdb_queried_at % 1000000) AS abuseipdb_queried_at,
       intel.feodo_listed,
       intel.feodo_malware_family,
       intel.feodo_raw,
       strftime('%Y-%m-%d %H:%M:%S', intel.feodo_queried_at / 1000000, 'unixepoch')
           || printf('.%06d', intel.feodo_queried_at % 1000000) AS feodo_queried_at,
       intel.threatfox_listed,
       intel.threatfox_threat_types,
       intel.threatfox_ioc_types,
       intel.threatfox_malware_families,
       intel.threatfox_raw,
       strftime('%Y-%m-%d %H:%M:%S', intel.threatfox_queried_at / 1000000, 'unixepoch')
           || printf('.%06d', intel.threatfox_queried_at % 1000000) AS threatfox_queried_at,
       intel.aggregate_verdict,
       strftime('%Y-%m-%d %H:%M:%S', intel.cached_at / 1000000, 'unixepoch')
           || printf('.%06d', intel.cached_at % 1000000) AS cached_at,
       strftime('%Y-%m-%d %H:%M:%S', intel.expires_at / 1000000, 'unixepoch')
           || printf('.%06d', intel.expires_at % 1000000) AS expires_at
FROM intel
JOIN attacker ON attacker.id = intel.attacker;

CREATE VIEW canary_blobs AS
SELECT lower(substr(hex(uid), 1, 8) || '-' || substr(hex(uid), 9, 4) || '-' || substr(hex(uid), 13, 4)
             || '-' || substr(hex(uid), 17, 4) || '-' || substr(hex(uid), 21)) AS uuid,
       sha256,
       filename,
       content_type,
       size_bytes,
       uploaded_by,
       strftime('%Y-%m-%d %H:%M:%S', uploaded_at / 1000000, 'unixepoch')
           || printf('.%06d', uploaded_at % 1000000) AS uploaded_at
FROM canary_blob;

CREATE VIEW canary_tokens AS
SELECT lower(substr(hex(canary_token.uid), 1, 8) || '-' || substr(hex(canary_token.uid), 9, 4)
             || '-' || substr(hex(canary_token.uid), 13, 4) || '-' || substr(hex(canary_token.uid), 17, 4)
             || '-' || substr(hex(canary_token.uid), 21)) AS uuid,
       canary_token.kind,
       canary_token.decky_name,
       canary_token.topology_id,
       CASE WHEN canary_blob.uid IS NOT NULL THEN
           lower(substr(hex(canary_blob.uid), 1, 8) || '-' || substr(hex(canary_blob.uid), 9, 4)
                 || '-' || substr(hex(canary_blob.uid), 13, 4) || '-' || substr(hex(canary_blob.uid), 17, 4)
                 || '-' || substr(hex(canary_blob.uid), 21))
       END AS blob_uuid,
       canary_token.instrumenter,
       canary_token.generator,
       canary_token.placement_path,
       canary_token.callback_token,
       canary_token.secret_seed,
       strftime('%Y-%m-%d %H:%M:%S', canary_token.placed_at / 1000000, 'unixepoch')
           || printf('.%06d', canary_token.placed_at % 1000000) AS placed_at,
       strftime('%Y-%m-%d %H:%M:%S', canary_token.last_triggered_at / 1000000, 'unixepoch')
           || printf('.%06d', canary_token.last_triggered_at % 1000000) AS last_triggered_at,
       canary_token.trigger_count,
       canary_token.created_by,
       canary_token.state,
       canary_token.last_error,
       canary_token.fingerprint_nonce
FROM canary_token
LEFT JOIN canary_blob ON canary_blob.id = canary_token.canary_blob;

CREATE VIEW canary_triggers AS
SELECT lower(substr(hex(canary_trigger.uid), 1, 8) || '-' || substr(hex(canary_trigger.uid), 9, 4)
             || '-' || substr(hex(canary_trigger.uid), 13, 4) || '-' || substr(hex(canary_trigger.uid), 17, 4)
             || '-' || substr(hex(canary_trigger.uid), 21)) AS uuid,
       lower(substr(hex(canary_token.uid), 1, 8) || '-' || substr(hex(canary_token.uid), 9, 4)
             || '-' || substr(hex(canary_token.uid), 13, 4) || '-' || substr(hex(canary_token.uid), 17, 4)
             || '-' || substr(hex(canary_token.uid), 21)) AS token_uuid,
       strftime('%Y-%m-%d %H:%M:%S', canary_trigger.occurred_at / 1000000, 'unixepoch')
           || printf('.%06d', canary_trigger.occurred_at % 1000000) AS occurred_at,
       canary_trigger.src_ip,
       canary_trigger.user_agent,
       canary_trigger.request_path,
       canary_trigger.dns_qname,
       canary_trigger.raw_headers,
       CASE WHEN attacker.uid IS NOT NULL THEN
           lower(substr(hex(attacker.uid), 1, 8) || '-' || substr(hex(attacker.uid), 9, 4)
                 || '-' || substr(hex(attacker.uid), 13, 4) || '-' || substr(hex(attacker.uid), 17, 4)
                 || '-' || substr(hex(attacker.uid), 21))
       END AS attacker_id
FROM canary_trigger
JOIN canary_token ON canary_token.id = canary_trigger.token
LEFT JOIN attacker ON attacker.id = canary_trigger.attacker;
