-- The events of one attacker in a stretch of time. Takes the place of the index that the foreign key made.
CREATE INDEX event_attacker ON event (attacker, time);
