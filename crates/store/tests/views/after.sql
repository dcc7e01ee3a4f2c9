-- Rows for every new table, and for every view one row with all columns and one with as few as there can be.
INSERT INTO decky VALUES (1, 'decky-b'), (2, 'decky-z'), (3, 'decky-a'), (4, 'd"\ é');
INSERT INTO campaign (id, uid, root, created_at, updated_at)
VALUES (1, X'c1000000aaaabbbbcccc00000000000f', 1, 1795478400000000, 1795478400000001);
INSERT INTO campaign VALUES
    (2, X'c2000000aaaabbbbcccc00000000000f', 1, 1, 2, 1795478400000002, 1795478400000003, 1795478400000004,
     1795478400000005, 0.5, 3, '["j"]', '["h"]', '["t"]', '["p"]', '["c"]', 'merged', 1);
INSERT INTO identity (id, uid, campaign, root, created_at, updated_at)
VALUES (1, X'1d100000aaaabbbbcccc00000000000f', 1, 1, 1795478400000000, 1795478400000001);
INSERT INTO identity VALUES
    (2, X'1d200000aaaabbbbcccc00000000000f', NULL, 1, 1, 2, 1795478400000002, 1795478400000003, 1795478400000004,
     1795478400000005, 0.25, 4, '["j"]', '["h"]', '["4h"]', '["q"]', '["h2"]', '["t"]', '[{"iid":"::1"}]', 'was no list',
     '["p"]', '["c"]', X'0102030405060708', 'merged', 1);
INSERT INTO attacker (id, uid, ip, first_seen, last_seen, event_count, identity) VALUES
    (1, X'a1000000aaaabbbbcccc00000000000f', '192.0.2.1', 1795478400000000, 1795478460000001, 9, 1),
    (2, X'a2000000aaaabbbbcccc00000000000f', '192.0.2.2', 1795478400000000, 1795478460000002, 1, NULL),
    (3, X'a3000000aaaabbbbcccc00000000000f', '2001:db8::3', 1795478400000000, 1795478460000003, 0, NULL),
    (4, X'a4000000aaaabbbbcccc00000000000f', '192.0.2.4', 1795478400000000, 1795478460000004, 1, 2);
INSERT INTO attacker_profile VALUES
    (2, 7, 8, '["smtp"]', 'no JSON', 'a > b', 1, 2, 3, '[{"f":1}]', '[{"command":"told"}]', 'CL', 'mmdb', 64501, 'AS name',
     '192.0.2.0/24', 'ris', 'valid', 'ripe', 'host.example', 4, 1795478400000002, 5, 1795478400000003, 'fe80::1', 'eui64',
     '00:11:22', 1795478400000004);
INSERT INTO attacker_profile (attacker, updated_at) VALUES (4, 1795478400000005);
INSERT INTO session (id, decky, name, attacker, service, first_seen, last_seen) VALUES
    (1, 1, 's1', 1, 'ssh', 1795478402000000, 1795478402000000),
    (2, 2, 's2', 1, 'http', 1795478401000000, 1795478401000000),
    (3, 3, 's3', 1, 'ssh', 1795478402000000, 1795478402000000),
    (4, NULL, 's4', 1, NULL, 1795478400000000, 1795478400000000),
    (5, 1, 's5', NULL, 'ftp', 1795478400000000, 1795478400000000),
    (6, 2, 's6', 1, 'ssh', 1795478409000000, 1795478409000000),
    (7, 1, 's7', 2, 'ssh', 1795478400000000, 1795478400000000),
    (8, 4, 's8', 4, 'tel"net\', 1795478400000000, 1795478400000000);
-- 3 and 2 are of one moment, in the order of their uids. 4 is in a session without a decky; 6 is no command, 7 in no
-- session and 8 of a session without an attacker.
INSERT INTO event VALUES
    (1, X'e9000000aaaabbbbcccc00000000000f', 0, 1795478405000001, 1, 1, 1,
     '{"command_text":"a\u0000\"b\\\\u0000\u0000\n, \"command_text\":\"no\" {\"\ud83d\udc1d é"}'),
    (2, X'e8000000aaaabbbbcccc00000000000f', 0, 1795478401000000, 2, 1, 2, '{"command_text":"second"}'),
    (3, X'e2000000aaaabbbbcccc00000000000f', 0, 1795478401000000, 2, 1, 2, '{"uid": 0, "command_text": "first", "pwd": "/"}'),
    (4, X'e4000000aaaabbbbcccc00000000000f', 0, 1795478400000000, 3, 1, 4, '{"command_text":""}'),
    (6, X'e6000000aaaabbbbcccc00000000000f', 1, 1795478402000000, 1, 1, 1, '{"username":"command_text"}'),
    (7, X'e7000000aaaabbbbcccc00000000000f', 0, 1795478402000000, 1, 1, NULL, '{"command_text":"in no session"}'),
    (8, X'e5000000aaaabbbbcccc00000000000f', 0, 1795478402000000, 1, 1, 5, '{"command_text":"of nobody"}'),
    (9, X'e1000000aaaabbbbcccc00000000000f', 0, 1795478402000000, 1, 2, 7, '{"command_text":"not told"}');
INSERT INTO rule VALUES
    (1, 'two', 1, '', '', 'two.yaml', 'first', X'01', NULL, NULL),
    (2, 'two', 3, '', '', 'two.yaml', 'third', X'02', 1795478400000001, 'git'),
    (3, 'two', 3, '', '', 'moved.yaml', 'third again', X'03', 1795478400000002, 'admin'),
    (4, 'two', 4, '', '', '', '', X'', NULL, NULL),
    (5, 'one', 10, '', '', 'one.yaml', 'only', X'05', NULL, NULL),
    (6, 'named', 1, '', '', '', '', X'', NULL, NULL);
INSERT INTO rule_state VALUES
    (1, 'two', 'clipped', 0.5, 1795478400000001, 'noisy', 'admin', 1795478400000002),
    (2, 'one', 'disabled', NULL, NULL, NULL, NULL, 1795478400000003);
INSERT INTO tag (id, uid, event, kind, attacker, identity, session, decky, rule, technique, tactic, confidence,
                 attack_release, created_at, tagged_at, span, source_id, evidence)
VALUES
    (1, X'f1000000aaaabbbbcccc00000000000f', 2, 0, 1, 1, 2, 2, 2, 1059004, 2, 0.5, 19002, 1795478401000000, 9, '[]',
     NULL, NULL),
    (2, X'f2000000aaaabbbbcccc00000000000f', NULL, 7, NULL, 2, NULL, NULL, 5, 1082000, 43, 0.75, 15001, 1795478401000001,
     9, '[]', 'intel|1', '{"abuseipdb_score": 90}'),
    (3, X'f3000000aaaabbbbcccc00000000000f', NULL, 11, 3, NULL, 5, 1, 5, 1082000, 7, 1.0, 15001, 1795478401000002, 9, '[]',
     '', '');
INSERT INTO intel VALUES
    (1, X'1e100000aaaabbbbcccc00000000000f', 1, 2, 'malicious', 'scanner', '["g"]', '{"g":1}', 1795478400000001, 90, '[18]',
     '{"a":1}', 1795478400000002, 1, 'Dridex', '{"f":1}', 1795478400000003, 0, '["botnet"]', '["ip"]', '["m"]', '{"t":1}',
     1795478400000004, 'suspicious', 1795478400000005, 1795478400000006);
INSERT INTO intel (id, uid, attacker, greynoise_tags, greynoise_raw, abuseipdb_categories, abuseipdb_raw, feodo_raw,
                   threatfox_threat_types, threatfox_ioc_types, threatfox_malware_families, threatfox_raw, cached_at,
                   expires_at)
VALUES (2, X'1e200000aaaabbbbcccc00000000000f', 3, '[]', '{}', '[]', '{}', '{}', '[]', '[]', '[]', '{}', 0, 1);
INSERT INTO canary_blob VALUES
    (1, X'b1000000aaaabbbbcccc00000000000f', 'ff00', 'f.docx', 'application/x', 12, 'admin', 1795478400000001);
INSERT INTO canary_token VALUES
    (1, X'c0100000aaaabbbbcccc00000000000f', 'http', 'decky-a', 'lan', 1, 'docx', 'gen', '/srv/f.docx', 'slug', 'seed',
     1795478400000001, 1795478400000002, 2, 'admin', 'failed', 'no space', 'nonce');
INSERT INTO canary_token (id, uid, kind, decky_name, placement_path, callback_token, secret_seed, placed_at, created_by)
VALUES (2, X'c0200000aaaabbbbcccc00000000000f', 'dns', 'decky-b', '/', 'other', 'seed', 1795478400000003, 'system');
INSERT INTO canary_trigger VALUES
    (1, X'70100000aaaabbbbcccc00000000000f', 1, 1795478400000001, '192.0.2.1', 'curl', '/c', 'q.example', '{"h":1}', 1),
    (2, X'70200000aaaabbbbcccc00000000000f', 2, 1795478400000002, '192.0.2.9', NULL, NULL, NULL, '{}', NULL);
INSERT INTO audit VALUES (1, 1795478400000001, 'admin', 'rule.state', 'two', '{"state":"clipped"}');
INSERT INTO rollup_scope VALUES (1, 1, 2, 1059004, 19002, 0, 1, 1795478401000000, 1795478401000000, 0.5);
INSERT INTO rollup_day VALUES (20781, 2, 0, 2, 1059004, 0, 1, 1795478401000000, 1795478401000000, 0.5);
INSERT INTO rollup_history VALUES (1, 20780);
