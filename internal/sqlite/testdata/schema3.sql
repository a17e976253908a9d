-- What schema 3 added to a file of schema 2, as it wrote it. To be run after
-- schema1.sql and schema2.sql. It never changes.

CREATE TABLE suppressed (
	digest TEXT PRIMARY KEY CHECK (digest <> ''),
	since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO suppressed (digest, since) VALUES ('e', 1772449200000000);

PRAGMA user_version = 3;
