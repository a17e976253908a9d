// Package sqlite keeps the whole state of Relais in one SQLite file: the store
// of the single-machine world. It passes the contract of package storetest.
//
// # Tables
//
//	dossiers    number ─ demarche ─ version ─ next_step? ─ judged_with? ─ head (JSON) ─ written
//	   │ 1:0..1
//	payloads    number ─ format ─ body (zstd of the JSON of dossier.Dossier)
//
//	streams     demarche ─ version ─ body (JSON)      positions of ingest
//	demarches   number ─ body (JSON)                  with groupes and members
//	call_plans  call ─ version ─ body (JSON)          deadlines of the calls
//
//	intentions  key ─ person ─ status ─ mail? ─ created_at ─ body (JSON)
//	   │ n:0..1
//	mails       id ─ person ─ keys (JSON) ─ claimed_at ─ status ─ settled_at? ─ attempts
//
//	quarantine  demarche, number ─ body (JSON)        dossiers that could not be read
//	hints       id ─ demarche ─ number ─ received_at? ─ hidden_until? ─ attempts
//	alarms      cause ─ since
//	suppressed  digest ─ since                        addresses not to be written to
//
//	meta        key ─ value
//
// A column exists where a query needs it; everything else of a row is JSON.
// Three indexes are sparse, so that the work of a tick grows with what is due
// or changed and not with what is stored:
//
//	dossiers_due      next_step             NULL when nothing is left to remind
//	dossiers_judged   demarche, judged_with NULL when there is no payload to judge
//	intentions_free   status, person, …     only rows that no mail has claimed
//
// The payload lives apart from the head, so that lists, reminders and the
// nightly comparison neither read nor rewrite it, and a purge removes one row.
// Heads and payloads stand between fillers (see erase.go): a dossier takes whole
// pages of 4 kB, about 9 kB in all for a usual one.
//
// # Costs
//
// n is the number of rows asked for or returned, N of rows stored.
//
//	Heads, Put                n look-ups by primary key; Put is one transaction,
//	                          and empties the log if it erased a payload
//	JudgedOtherwise           one look-up per distinct stamp, then n
//	Due, People, Of, Orphans  n, from a sparse index
//	Rows                      one look-up a key
//	Advance, AdvanceCall      one row, plus the intentions, in one transaction
//	Claim, Settle, Reclaim    one mail and its intentions, one forced disk write
//	Cases, Alarms, Done       n
//	Pull                      n, and the hidden hints older than them; nothing to
//	                          pull is no write and no lock
//	Push, RaiseAlarm          one row, one forced disk write
//	Refuse, Suppress, Allow   one row, one forced disk write
//	PutCase, DropCase, ClearAlarm   one row
//	Record, Demarche, Mail, Streams, CallPlan, CompletedAt, Meta, Suppressed   one look-up
//	HeadsSince                n, from an index: nothing written is one look-up
//	IntentionsOf              n, from a sparse index
//	Counts                    N, without decoding any
//	EachHead, EachIntention   N, in batches: memory stays flat, and no read
//	                          transaction stays open while the caller works
//
// # Durability
//
// The file is in WAL mode. Ordinary writes use synchronous=NORMAL: the end of a
// process loses nothing, a power cut may lose the last commits. It loses them
// from the end: commits are appended to one log in order, and recovery stops at
// the first incomplete one. A position, committed after its data in the same
// log, can therefore never survive the data it stands for. Losing both costs a
// second reading.
//
// A lost claim or alarm would cost a second mail, and a lost hint, once it is
// answered, is not sent again; a lost suppression would be a mail to somebody
// who must not get any: Claim, Settle, Reclaim, RaiseAlarm, Push, Refuse, Suppress
// and Allow wait for the disk (synchronous=FULL). A lost Pull or Done costs a
// second reading.
//
// # Several processes
//
// Any number of processes may read while one writes. Writers queue: each write
// takes the lock first (BEGIN IMMEDIATE) and waits for it up to ten seconds.
package sqlite
