package ingest

import (
	"context"
	"errors"
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

// readDeleted erases what the platform purged. Hourly is enough.
func (r *run) readDeleted(ctx context.Context) error {
	if r.started.Sub(r.streams.DeletedReadAt) < deletedEvery {
		return nil
	}
	since := r.since()
	err := r.departures(ctx, dossier.Purged, func(cursor string) (dossier.Departures, error) {
		return r.Source.Deleted(ctx, r.demarche, since, cursor)
	})
	if err == nil {
		r.streams.DeletedReadAt = r.started
	}
	return err
}

// departures reads a deletion list to its end.
func (r *run) departures(ctx context.Context, removal dossier.Removal, read func(cursor string) (dossier.Departures, error)) error {
	cursor := ""
	for {
		page, err := read(cursor)
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
			return errors.New("the platform announces a next page but its cursor does not move; try again later")
		}
		cursor = page.EndCursor
	}
}

// remove marks the departed dossiers of one page.
func (r *run) remove(ctx context.Context, page dossier.Departures, removal dossier.Removal) error {
	rows := make(map[int]dossier.Departure, len(page.Rows))
	var todo []int
	for _, row := range page.Rows {
		rows[row.Number] = row
		todo = append(todo, row.Number)
	}
	for range maxTries {
		if len(todo) == 0 {
			return nil
		}
		heads, err := r.Copy.Heads(ctx, r.demarche, todo)
		if err != nil {
			return err
		}
		var records []dossier.Record
		for _, head := range heads {
			if next, ok := departed(head, rows[head.Number], removal, page.ReadAt); ok {
				records = append(records, dossier.Record{Head: next})
			}
		}
		conflicts, err := r.put(ctx, records)
		if err != nil {
			return err
		}
		r.report.Removed += len(records) - len(conflicts)
		todo = conflicts
	}
	return errors.New("dossiers keep changing under this pass; is another Relais writing to the same store?")
}

// departed is the head of a dossier that left, and whether it must be written. A
// reading of the dossier that is younger than the list wins over a pending row:
// it was restored. A purge is final.
func departed(head dossier.Head, row dossier.Departure, removal dossier.Removal, readAt time.Time) (dossier.Head, bool) {
	if head.Removed == removal || head.Removed == dossier.Purged {
		return head, false
	}
	if removal == dossier.Purged {
		return tombstone(head, row, readAt), true
	}
	if readAt.Before(head.ReadAt) {
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
