-- What schema 2 added to a file of schema 1, as it wrote it. To be run after
-- schema1.sql. It never changes.

CREATE TABLE quarantine (
	demarche INTEGER NOT NULL,
	number   INTEGER NOT NULL,
	body     TEXT NOT NULL,
	PRIMARY KEY (demarche, number)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: an id given again would let a late consumer forget a hint it
-- never had.
CREATE TABLE hints (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	demarche     INTEGER NOT NULL,
	number       INTEGER NOT NULL,
	received_at  INTEGER,
	hidden_until INTEGER,
	attempts     INTEGER NOT NULL
) STRICT;

CREATE TABLE alarms (
	cause TEXT PRIMARY KEY CHECK (cause <> ''),
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_age ON alarms (since, cause);

INSERT INTO quarantine (demarche, number, body) VALUES (9001, 7, '{"cause":"timeout","attempts":3,"first_seen":1772449200000000,"next_try":1772449200000000}');
INSERT INTO hints (id, demarche, number, received_at, hidden_until, attempts) VALUES (4, 9001, 8, 1772449200000000, NULL, 2);
INSERT INTO alarms (cause, since) VALUES ('copy/9001', 1772449200000000);

PRAGMA user_version = 2;
