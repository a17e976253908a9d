package ingest

import (
	"context"
	"slices"
	"time"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/judge"
)

// change is what one reading of a dossier means for our copy.
type change int

const (
	unchanged change = iota
	created
	updated
	drifted  // changed, though its modification date did not tell
	returned // shown again
	expired  // past the retention of its call: to be erased
)

// maxTries bounds the re-reading of records that another writer changed while
// we judged; two writers settle in two rounds.
const maxTries = 5

// keep stores what is new in a reading of dossiers; the rest costs no write.
func (r *run) keep(ctx context.Context, dossiers []dossier.Dossier, readAt time.Time) error {
	todo := latest(dossiers)
	for range maxTries {
		if len(todo) == 0 {
			return nil
		}
		heads, err := r.Copy.Heads(ctx, r.demarche, numbers(todo))
		if err != nil {
			return err
		}
		records, counts := r.records(todo, heads, readAt)
		conflicts, err := r.put(ctx, records)
		if err != nil {
			return err
		}
		r.count(records, counts, conflicts, len(todo))
		if r.Bugs.ConflictsIgnored {
			return nil
		}
		todo = slices.DeleteFunc(todo, func(d *dossier.Dossier) bool {
			return !slices.Contains(conflicts, d.Number)
		})
	}
	return errChanging
}

func (r *run) put(ctx context.Context, records []dossier.Record) ([]int, error) {
	if len(records) == 0 {
		return nil, nil
	}
	return r.Copy.Put(ctx, records)
}

// records lists what to write, and what each write means.
func (r *run) records(todo []*dossier.Dossier, heads map[int]dossier.Head, readAt time.Time) ([]dossier.Record, map[int]change) {
	var records []dossier.Record
	counts := make(map[int]change, len(todo))
	for _, d := range todo {
		head := heads[d.Number]
		fingerprint := dossier.Fingerprint(*d)
		c := r.compare(head, d, fingerprint, readAt)
		counts[d.Number] = c
		switch c {
		case unchanged:
		case expired:
			records = append(records, dossier.Record{Head: r.erased(head, d, readAt)})
		default:
			records = append(records, r.record(head, d, fingerprint, readAt))
		}
	}
	return records, counts
}

// compare decides by (modification date, instant our request was sent); the
// fingerprint only tells "unchanged". A purged dossier never comes back.
func (r *run) compare(head dossier.Head, d *dossier.Dossier, fingerprint string, readAt time.Time) change {
	same := head.Fingerprint == fingerprint
	if head.Foreign { // nothing else of it is kept to compare with
		same = head.Modified.Equal(d.DateDerniereModification)
	}
	switch {
	case head.Removed == dossier.Purged && !r.Bugs.PurgedComesBack:
		return unchanged
	case r.expired(d):
		return expired
	case head.Version == 0:
		return created
	case r.stale(head, d.DateDerniereModification, readAt):
		return unchanged
	case head.Removed == dossier.Pending && r.Bugs.PendingIsFinal:
		return unchanged
	case head.Removed != dossier.Present:
		return returned
	case same && head.Judgement.JudgedWith == r.stamp:
		return unchanged
	case !same && !head.Foreign && head.Modified.Equal(d.DateDerniereModification):
		return drifted
	}
	return updated
}

// stale tells that what is stored is newer than a reading.
func (r *run) stale(head dossier.Head, modified, readAt time.Time) bool {
	if r.Bugs.StaleOverwrites {
		return false
	}
	if !modified.Equal(head.Modified) {
		return modified.Before(head.Modified)
	}
	return r.readLater(head, readAt)
}

// readLater tells that a head was read after an instant. One read in the future
// was read by a clock that jumped: it is not trusted.
func (r *run) readLater(head dossier.Head, instant time.Time) bool {
	return head.ReadAt.After(instant) && !head.ReadAt.After(r.Now())
}

// record judges a dossier and makes the record to store in place of head.
func (r *run) record(head dossier.Head, d *dossier.Dossier, fingerprint string, readAt time.Time) dossier.Record {
	judgement := judge.Judge(r.calls, d, r.Calendar)
	next := dossier.Head{
		Number: d.Number, Demarche: r.demarche, Version: head.Version,
		Modified: d.DateDerniereModification, ReadAt: readAt, Fingerprint: fingerprint,
		FirstSeen: head.FirstSeen, AdoptedAt: head.AdoptedAt, Told: head.Told,
	}
	if next.FirstSeen.IsZero() {
		next.FirstSeen = readAt
	}
	if r.foreign(judgement.Facts.Region) {
		return dossier.Record{Head: r.foreignHead(next)}
	}
	next.State, next.Groupe, next.DateDepot = d.State, d.GroupeInstructeur.Label, d.DateDepot
	adopt(&next, head.Judgement, judgement, readAt)
	return dossier.Record{Head: next, Dossier: d}
}

// adopt gives a head its new judgement, keeping the progress of reminders, and
// notes when its call took it over. Its instructeurs then know nothing of it; of
// one that is decided already, there is nothing to tell.
func adopt(head *dossier.Head, old, fresh dossier.Judgement, now time.Time) {
	adopted := head.AdoptedAt.IsZero() || old.Call != fresh.Call
	fresh.Deadlines = deadline.Carry(old.Deadlines, fresh.Deadlines)
	head.Judgement = fresh
	if !adopted {
		return
	}
	head.AdoptedAt, head.Told = now, dossier.Portrait{}
	if head.State.Termine() {
		head.Told = head.Portrait()
	}
}

// foreignHead keeps of a dossier its number and its dates of modification and of
// reading. Widening the regions brings it back at the next sweep: its stamp says
// with which regions it was left out.
func (r *run) foreignHead(head dossier.Head) dossier.Head {
	return dossier.Head{
		Number: head.Number, Demarche: head.Demarche, Version: head.Version,
		Modified: head.Modified, ReadAt: head.ReadAt, FirstSeen: head.FirstSeen, AdoptedAt: head.AdoptedAt,
		Foreign: true, Judgement: dossier.Judgement{JudgedWith: r.stamp},
	}
}

// foreign tells that a dossier is known to be of a region outside the
// deployment. One whose region cannot be told is kept: nothing is lost.
func (r *run) foreign(region string) bool {
	return len(r.Regions) > 0 && region != "" && !slices.Contains(r.Regions, region)
}

func (r *run) count(records []dossier.Record, counts map[int]change, conflicts []int, all int) {
	for _, rec := range records {
		if !slices.Contains(conflicts, rec.Number) {
			r.report.add(counts[rec.Number])
		}
	}
	r.report.Unchanged += all - len(records)
}

func (r *Report) add(c change) {
	switch c {
	case created:
		r.Created++
	case expired:
		r.Expired++
		r.Removed++
	case drifted:
		r.Drifted++
		r.Updated++
	case returned:
		r.Returned++
		r.Updated++
	default:
		r.Updated++
	}
}

// latest keeps the last reading of each number: a dossier changed during a walk
// comes again later in it.
func latest(dossiers []dossier.Dossier) []*dossier.Dossier {
	seen := make(map[int]int, len(dossiers))
	var list []*dossier.Dossier
	for i := range dossiers {
		d := &dossiers[i]
		if at, ok := seen[d.Number]; ok {
			list[at] = d
			continue
		}
		seen[d.Number] = len(list)
		list = append(list, d)
	}
	return list
}

func numbers(dossiers []*dossier.Dossier) []int {
	list := make([]int, len(dossiers))
	for i, d := range dossiers {
		list[i] = d.Number
	}
	return list
}
