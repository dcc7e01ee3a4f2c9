-- The events of one attacker in a stretch of time.
CREATE INDEX event_attacker ON event (attacker, time);
