-- What tells attackers from each other: values that are seen again elsewhere.

CREATE TABLE observable (
    id    BIGINT AUTO_INCREMENT PRIMARY KEY,
    uid   BINARY(16) NOT NULL UNIQUE,
    kind  BIGINT NOT NULL,
    value LONGTEXT NOT NULL,
    INDEX observable_kind (kind)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE sighting (
    observable  BIGINT NOT NULL,
    attacker    BIGINT NOT NULL,
    event_count BIGINT NOT NULL,
    first_seen  BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    PRIMARY KEY (observable, attacker),
    INDEX sighting_attacker (attacker),
    FOREIGN KEY (observable) REFERENCES observable (id),
    FOREIGN KEY (attacker) REFERENCES attacker (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;

CREATE TABLE session_observable (
    session    BIGINT NOT NULL,
    observable BIGINT NOT NULL,
    PRIMARY KEY (session, observable),
    INDEX session_observable_value (observable),
    FOREIGN KEY (session) REFERENCES session (id) ON DELETE CASCADE,
    FOREIGN KEY (observable) REFERENCES observable (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 /*M! COLLATE = utf8mb4_nopad_bin */ /*!80017 COLLATE = utf8mb4_0900_bin */;
