// Package dynamo keeps the whole state of Relais in one DynamoDB table: the store
// of the cloud world. It passes the contract of package storetest.
//
// # Table
//
// Keys pk and sk, on demand. Two sparse indexes that hold keys only: "work" (wp,
// ws) has what is left to do, "list" (lp, ls) what must be found in an order. A
// row without one of its keys is not in an index. NUMBER has 19 digits and µs is
// an instant as 16 hexadecimal digits, so that texts sort as numbers and time
// do; ∅ is a NUL between two texts.
//
//	pk             sk                     wp            ws              lp              ls
//	dossier        NUMBER                 due           µs NUMBER       judged#DEMARCHE STAMP NUMBER
//	payload#N      VERSION#TOKEN#PART
//	stream         DEMARCHE                                             (positions, one row a démarche)
//	demarche       NUMBER                                               (with groupes and members)
//	plan           #CALL                                                (deadlines of the calls)
//	intention#KEY  -                      free#STATUS   PERSON ∅ µs ∅ KEY   outbox      µs ∅ KEY
//	mail#ID        -                      unsettled     µs ∅ ID
//	case           DEMARCHE ∅ NUMBER                                    (quarantine)
//	alarm          #CAUSE
//	hint           ID                                                   (tests only: on AWS it is SQS)
//	counter        hint
//	meta           #KEY
//	suppressed     #DIGEST
//
// A head is in "work" while a step is left to remind, in "list" while it has a
// payload; an intention is in "work" until a mail claims it, a mail until it is
// settled. The heads share one partition, in which a consistent Query lists them
// by number: a partition takes 1,000 write units a second, and the platform's
// 400 requests a minute cannot bring that many dossiers.
//
// STAMP is a digest of JudgedWith. A text too long for a key is cut there and
// ends with a digest; the row has it whole.
//
// The other attributes: b is the body, JSON of the domain, compressed with zstd
// where that is shorter; v a version; t the token of the last write; p and n the
// way from a head to its payload; s, m, c, e, a the status, mail, claim,
// settlement and attempts; w when a payload was written; h until when a hint is
// hidden; x when DynamoDB may delete the row (it takes days: readers look too).
//
// # Writing
//
// A payload is written first, under a key that no other write uses, then the
// head that points to it, on condition that the version is still the one that
// was read. What a head leaves behind is erased after it; what a loser wrote, by
// itself; what a writer that died left, by the next write of that dossier or by
// EraseOrphans. The payload of a purge goes in one transaction with its head. A
// reader whose payload is replaced under it reads the head again. A payload above
// 350 kB has several rows.
//
// Every other row is written whole, on condition that the token is still the one
// that was read. When the answer to a write is lost and the SDK asks again, the
// token tells that the first try was ours.
//
// A reminder's progress and its intentions are one transaction; above 99
// intentions, the first ones go before, in transactions that check the version.
// A tick that dies in between has told too early, not wrongly, and the next one
// makes the same keys. The row of a mail is the truth about its intentions: they
// point to it, and a claim is one transaction up to 99 of them (large.go says how
// more are claimed).
//
// # What is late
//
// All rows are read consistently. The indexes follow the table, usually within a
// second; a row found through one is read again and left out if it is no longer
// so. What was just written may therefore be found a moment later: a dossier due,
// intentions of a person, an orphaned mail, a dossier to judge again, a line of
// the outbox's list. The next tick or pass finds it; nothing is told twice by it,
// since what tells is a condition on the rows themselves.
//
// # Costs
//
// In write units of 1 kB (WU) and read units of 4 kB (RU), transactions doubled,
// with their indexes; a payload of the O2R form has 5 to 6 kB, a head 1 to 2.
// package meter counts them, and TestCosts shows them line by line.
//
//	Heads                1 RU a dossier, so much for an unchanged one
//	Put, new             payload 6 + head 2 + work 1 + list 1 = 10 WU
//	Put, changed         payload 6 + head 2 + erasing 6 = 14 WU, 3 RU; 2 WU more if
//	                     the next step moved, 2 if the stamp did
//	Put without payload  head 2 WU, 1 RU; indexes as above
//	Put, purge           (head 2 + payload 6 + work 1 + list 1) × 2 = 20 WU, 2 RU
//	JudgedOtherwise      1 RU when none; else 1 RU a stamp, 3 RU a dossier
//	Due                  0.5 RU, then 3 RU a dossier that is due
//	Advance              head 2 WU; with intentions (head 2 + work 2) × 2 = 8 WU, and
//	                     (row 1 + work 1 + list 1) × 2 = 6 WU each; 1 RU
//	AdvanceCall          2 WU, and 6 WU an intention
//	Enqueue              3 WU an intention
//	People, Of           0.5 RU, then 1 RU an intention
//	Mark                 row 1 + work 2 = 3 WU, 1 RU an intention
//	Claim                (mail 1 + work 1) × 2 = 4 WU, and (row 1 + work 1) × 2 = 4 WU
//	                     and 1 RU an intention
//	Settle               mail 1 + work 1 = 2 WU, 1 RU; a release costs what the claim did
//	Refuse, Reclaim      1 WU; 3 WU; 1 RU
//	Orphans              0.5 RU, then 1 RU a mail
//	SaveStreams          1 WU for each kB, the first time as the others
//	Record               3 RU
//	Streams, Demarche, CallPlan, CompletedAt, Mail, Meta, Suppressed   1 RU
//	PutDemarche, PutCase, DropCase, RaiseAlarm, ClearAlarm, SetMeta, Suppress, Allow   1 WU
//	Cases, Alarms, Demarches   1 RU for 4 kB of them
//	EachHead, HeadsSince 1 RU for 4 kB of heads, two or three
//	EachIntention, IntentionsOf, Counts   1 RU an intention, 1 RU its mail
//	EraseOrphans         0.5 RU for 4 kB of the whole table
//
// An idle poll: Streams 1 RU, JudgedOtherwise 1 RU, Cases 1 RU, and SaveStreams
// twice.
package dynamo
