// Package ingest keeps our copy of each démarche true, and says so only when it
// is.
//
// # Streams and positions
//
// A pass reads three streams: dossiers by modification, pendingDeletedDossiers,
// and deletedDossiers with a look-back of three weeks, hourly. Each position is
// written after the data it stands for, and never moves back. Two readings of
// one dossier are ordered by modification date, then by the instant our request
// was sent; equal fingerprints cost no write.
//
// The platform may show a dossier some minutes after the modification date it
// bears. So a walk begins one overlap before the position, and before the place
// where the last walk came near the platform's present (Streams.Recheck): a walk
// that was cut short and resumed an hour later has read its first part before
// late dossiers appeared there. Once a whole walk has started more than the
// overlap after the position was reached, the cursor alone is used: an idle pass
// is two requests (three each hour) and two writes, whatever the number of
// dossiers.
//
// # Lease
//
// The lease lies in the record of the positions: taken by a conditional write at
// the start, extended by each, released by the last. Only that record is fenced.
// A clock that jumps may end a living lease early; the loser then stops at its
// next write, and dossiers have conditional writes of their own.
//
// # Isolation
//
// A page that fails for a cause that may lie in one dossier is listed light. What
// the failed answer held whole is kept; the rest is read in runs between the
// known bad dossiers, then in lots of ten, then one by number. What still fails
// is quarantined with its cause, the walk goes past it, and each pass tries again
// what is due: after ten minutes, then twice as long each time, a day at most.
// When several dossiers fail and none succeeds, a dossier known to be readable
// tells whether the platform is at fault: then nothing is quarantined and the
// pass stops. A page that failed although each of its dossiers could be read was
// too big, and the rest of the walk asks for half.
//
// # Sweep
//
// A sweep reads every dossier in full, and both deletion lists, without moving a
// position. It finds what no modification date tells, marks as missing what is in
// no list, and erases what is past its call's retention. The platform shows no
// list of dossiers hidden by expiry, so missing erases nothing.
//
// # Clocks
//
// An instant of our own in the future can only come from a clock that jumped.
// Such a reading does not win over a present one, nor does such a lease hold.
package ingest
