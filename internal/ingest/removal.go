package ingest

import (
	"context"
	"time"

	"relais/internal/dossier"
)

// lookBack covers the back-dating of deletedDossiers: the row of an en
// construction dossier carries the date of the usager's action, two weeks before
// the purge that creates it.
const lookBack = 21 * 24 * time.Hour

// deletedEvery spares the platform: purges happen once a night.
const deletedEvery = time.Hour

// readPending marks the dossiers that are hidden but can still be restored.
func (r *run) readPending(ctx context.Context) error {
	return r.departures(ctx, dossier.Pending, func(cursor string) (dossier.Departures, error) {
		return r.Source.Pending(ctx, r.demarche, cursor)
	})
}

// readDeleted erases what the platform purged. Hourly is enough. A last reading
// in the future was noted by a clock that jumped.
func (r *run) readDeleted(ctx context.Context) error {
	if since := r.started.Sub(r.streams.DeletedReadAt); since >= 0 && since < deletedEvery {
		return nil
	}
	return r.readDeletedSince(ctx, r.since())
}

func (r *run) readDeletedSince(ctx context.Context, since time.Time) error {
	err := r.departures(ctx, dossier.Purged, func(cursor string) (dossier.Departures, error) {
		return r.Source.Deleted(ctx, r.demarche, since, cursor)
	})
	if err == nil {
		r.streams.DeletedReadAt = r.started
	}
	return err
}

// since is the lower bound for deletedDossiers: rows are back-dated by up to two
// weeks, so the last reading is looked back upon by three.
func (r *run) since() time.Time {
	last := r.streams.DeletedReadAt
	if last.IsZero() || last.After(r.started) {
		last = r.started
	}
	if r.Bugs.NoLookBack {
		return last
	}
	return last.Add(-lookBack)
}

// departures reads a deletion list to its end.
func (r *run) departures(ctx context.Context, removal dossier.Removal, read func(cursor string) (dossier.Departures, error)) error {
	cursor := ""
	for {
		page, err := read(cursor)
		if isIsolable(err) { // cut short, and there is nothing to isolate: once more
			page, err = read(cursor)
		}
		if err != nil {
			return err
		}
		if err := r.remove(ctx, page, removal); err != nil {
			return err
		}
		if !page.HasNextPage {
			return nil
		}
		if page.EndCursor == "" || page.EndCursor == cursor {
			return errStuck
		}
		cursor = page.EndCursor
		if err := r.extend(ctx); err != nil {
			return err
		}
	}
}

// remove marks the departed dossiers of one page. They are nobody's bad dossier
// any more.
func (r *run) remove(ctx context.Context, page dossier.Departures, removal dossier.Removal) error {
	rows := make(map[int]dossier.Departure, len(page.Rows))
	numbers := make([]int, 0, len(page.Rows))
	for _, row := range page.Rows {
		rows[row.Number] = row
		numbers = append(numbers, row.Number)
		if r.seen != nil {
			r.seen[row.Number] = gone
		}
	}
	err := r.rewrite(ctx, numbers, func(head dossier.Head) (dossier.Head, bool) {
		return r.departed(head, rows[head.Number], removal, page.ReadAt)
	})
	if err != nil {
		return err
	}
	return r.free(ctx, numbers...)
}

// rewrite changes stored heads, until no other writer came in between. It counts
// them as removed.
func (r *run) rewrite(ctx context.Context, numbers []int, change func(dossier.Head) (dossier.Head, bool)) error {
	for range maxTries {
		if len(numbers) == 0 {
			return nil
		}
		heads, err := r.Copy.Heads(ctx, r.demarche, numbers)
		if err != nil {
			return err
		}
		var records []dossier.Record
		for _, head := range heads {
			if next, ok := change(head); ok {
				records = append(records, dossier.Record{Head: next})
			}
		}
		conflicts, err := r.put(ctx, records)
		if err != nil {
			return err
		}
		r.report.Removed += len(records) - len(conflicts)
		numbers = conflicts
	}
	return errChanging
}

// departed is the head of a dossier that left, and whether it must be written. A
// reading of the dossier that is younger than the list wins over a pending row:
// it was restored. A purge is final.
func (r *run) departed(head dossier.Head, row dossier.Departure, removal dossier.Removal, readAt time.Time) (dossier.Head, bool) {
	if head.Removed == removal || head.Removed == dossier.Purged {
		return head, false
	}
	if removal == dossier.Purged && !r.Bugs.PurgeKeepsPayload {
		return tombstone(head, row, readAt), true
	}
	if r.readLater(head, readAt) {
		return head, false
	}
	head.Removed, head.RemovedAt, head.ReadAt = removal, row.At, readAt
	return head, true
}

// tombstone keeps what prevents a new import and nothing personal.
func tombstone(head dossier.Head, row dossier.Departure, readAt time.Time) dossier.Head {
	return dossier.Head{
		Number: head.Number, Demarche: head.Demarche, Version: head.Version,
		State: row.State, DateDepot: head.DateDepot,
		Modified: head.Modified, ReadAt: readAt, FirstSeen: head.FirstSeen, AdoptedAt: head.AdoptedAt,
		Removed: dossier.Purged, RemovedAt: row.At,
		Judgement: dossier.Judgement{
			Call: head.Judgement.Call, JudgedWith: head.Judgement.JudgedWith,
			Facts: dossier.Facts{Region: head.Judgement.Facts.Region},
		},
	}
}
