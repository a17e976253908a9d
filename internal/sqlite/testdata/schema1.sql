-- A file as schema 1 wrote it, without the fillers of erase.go.
-- It never changes.

CREATE TABLE dossiers (
	number      INTEGER PRIMARY KEY,
	demarche    INTEGER NOT NULL,
	version     INTEGER NOT NULL,
	next_step   INTEGER,
	judged_with TEXT,
	head        TEXT NOT NULL
) STRICT;
CREATE INDEX dossiers_due ON dossiers (next_step) WHERE next_step IS NOT NULL;
CREATE INDEX dossiers_judged ON dossiers (demarche, judged_with) WHERE judged_with IS NOT NULL;

CREATE TABLE payloads (
	number INTEGER PRIMARY KEY REFERENCES dossiers (number) ON DELETE CASCADE,
	format INTEGER NOT NULL,
	body   BLOB NOT NULL
) STRICT;

CREATE TABLE streams (
	demarche INTEGER PRIMARY KEY,
	version  INTEGER NOT NULL,
	body     TEXT NOT NULL
) STRICT;

CREATE TABLE demarches (
	number INTEGER PRIMARY KEY,
	body   TEXT NOT NULL
) STRICT;

CREATE TABLE call_plans (
	call    TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	body    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
	id         TEXT PRIMARY KEY CHECK (id <> ''),
	person     TEXT NOT NULL,
	keys       TEXT NOT NULL,
	claimed_at INTEGER NOT NULL,
	status     TEXT NOT NULL,
	settled_at INTEGER,
	attempts   INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_unsettled ON mails (claimed_at, id) WHERE status = 'pending';

CREATE TABLE intentions (
	key        TEXT PRIMARY KEY CHECK (key <> ''),
	person     TEXT NOT NULL,
	status     TEXT NOT NULL CHECK (status <> ''),
	mail       TEXT REFERENCES mails (id) ON DELETE SET NULL,
	created_at INTEGER NOT NULL,
	body       TEXT NOT NULL
) STRICT;
CREATE INDEX intentions_free ON intentions (status, person, created_at, key) WHERE mail IS NULL;
CREATE INDEX intentions_mail ON intentions (mail) WHERE mail IS NOT NULL;
CREATE INDEX intentions_age ON intentions (created_at, key);

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO dossiers (number, demarche, version, next_step, judged_with, head) VALUES (1, 9001, 2, 1772535600000000, 's1', '{"state":"en_construction","groupe":"Bretagne","fingerprint":"f1","date_depot":1772449200000000,"modified":1772449200000000,"read_at":1772449200000000,"first_seen":1772449200000000,"adopted_at":1772449200000000,"judgement":{"call":"o2r-bretagne","facts":{},"verdict":"a_verifier","judged_with":"s1","deadlines":[{"kind":"D14","due_on":"2026-04-02","prudent_on":"2026-04-01","steps":[{"name":"J-7","at":1772535600000000}]}]}}');
INSERT INTO dossiers (number, demarche, version, next_step, judged_with, head) VALUES (2, 9001, 1, NULL, NULL, '{"state":"","fingerprint":"","removed":"purged","date_depot":1772449200000000,"removed_at":1772449200000000,"judgement":{"facts":{},"judged_with":""}}');
INSERT INTO payloads (number, format, body) VALUES (1, 1, X'28b52ffd4400fb00650700920e2b1f500bab009b0f32f614e901e416217b4c849aaae9530e9eda0856018a88a254004bc2f2c8b8594bd77782fbe64ed984a0137c5ccf8ea10dd06bedd64b90d5cd4f4240f0611137b910bbd81ec2d64264c596eb1f230b6337c6163a659384362d85a59a82f8f1628fd5519cccbc224616c27507999aa9e71c461601590818695cdfcdb142dcab6ecedaea145f43d612627c3df736bc3999037a4ed25b85d5cdd13f3e2891ddfc1405d7abf586170020049cbb24e61b3e12b066565c3bb41a403403a695f94e1a399724d1c05694f18021f458d0f2ea345c3da01e84cd8ac1aa7675c11801f178087506d0fe2c29');
INSERT INTO streams (demarche, version, body) VALUES (9001, 1, '{"settled":true,"position":{"cursor":"c","since":1772449200000000},"reached":1772449200000000,"reached_at":1772449200000000,"completed_at":1772449200000000}');
INSERT INTO demarches (number, body) VALUES (9001, '{"id":"i","title":"AMI O2R","state":""}');
INSERT INTO call_plans (call, version, body) VALUES ('o2r-bretagne', 1, '{"adopted_at":1772449200000000}');
INSERT INTO mails (id, person, keys, claimed_at, status, settled_at, attempts) VALUES ('m', 'p', '["k1"]', 1772449200000000, 'sent', 1772449200000000, 1);
INSERT INTO intentions (key, person, status, mail, created_at, body) VALUES ('k1', 'p', 'pending', 'm', 1772449200000000, '{"kind":"reminder","call":"o2r-bretagne","demarche":9001,"dossier":1,"deadline":"D14","step":"J-7"}');
INSERT INTO intentions (key, person, status, mail, created_at, body) VALUES ('k2', 'p', 'held', NULL, 1772449200000000, '{"kind":"opening","call":"o2r-bretagne","demarche":9001}');
INSERT INTO meta (key, value) VALUES ('host', 'demarches.example');

PRAGMA application_id = 1380729171;
PRAGMA user_version = 1;
