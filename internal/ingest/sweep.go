package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relais/internal/dossier"
)

// SweepReport is what a full comparison found. No drift and nothing missing, with
// Complete, proves that our copy was true.
type SweepReport struct {
	Report
	// Listed is how many dossiers the platform shows.
	Listed int
	// Stored is how many of the démarche we keep, those erased left out.
	Stored int
	// Missing counts, among the removed, those that are in no list of the platform.
	Missing int
}

// Sweep reads every dossier of a démarche and both deletion lists in full, and
// makes our copy equal to them, without moving the positions. It tries the whole
// quarantine again. It must not be cut short: what lies in no list is known only
// at its end.
func (p *Pass) Sweep(ctx context.Context, demarche int) (SweepReport, error) {
	if p.Inventory == nil {
		return SweepReport{}, errors.New("a sweep needs an inventory of the copy")
	}
	s := &sweep{run: p.open(demarche)}
	s.seen = map[int]sight{}
	err := s.underLease(ctx, s.all)
	s.report.Report = s.run.report
	return s.report, s.named(err)
}

// sweep is one under way.
type sweep struct {
	*run
	report SweepReport
}

func (s *sweep) all(ctx context.Context) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	// In the order of modification, so that what changes meanwhile comes again.
	done, err := s.walk(ctx, dossier.Position{Since: beginning}, s.overtaken)
	if err != nil || !done {
		return err
	}
	s.report.Listed = len(s.seen)
	if done, err = s.retryAll(ctx); err != nil || !done {
		return err
	}
	if err := s.readPending(ctx); err != nil {
		return fmt.Errorf("pendingDeletedDossiers: %w", err)
	}
	since, err := s.deletedSince(ctx)
	if err != nil {
		return err
	}
	if err := s.readDeletedSince(ctx, since); err != nil {
		return fmt.Errorf("deletedDossiers: %w", err)
	}
	if err := s.account(ctx); err != nil {
		return err
	}
	s.complete()
	s.streams.SweptAt = s.started
	return nil
}

// overtaken opens the overlap again when dossiers lie beyond the position: just
// modified, or behind a cursor that no longer shows them.
func (s *sweep) overtaken(f fetched) error {
	if f.last.After(s.streams.Reached) {
		s.streams.Settled = false
	}
	return nil
}

// retryAll tries the whole quarantine, except what was found bad a moment ago.
func (s *sweep) retryAll(ctx context.Context) (done bool, err error) {
	var numbers []int
	for number, c := range s.cases {
		if c.FirstSeen.Before(s.started) {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	if err := s.retry(ctx, numbers); err != nil {
		return false, err
	}
	return !s.outOfTime(ctx), nil
}

// sight notes what a page showed, for a sweep.
func (r *run) sight(f fetched) {
	if r.seen == nil {
		return
	}
	for _, number := range f.listed {
		r.seen[number] = max(r.seen[number], listed)
	}
	for _, number := range numbersOf(f.page.Dossiers) {
		r.seen[number] = read
	}
}

// each visits the heads of the démarche that are not erased.
func (s *sweep) each(ctx context.Context, visit func(dossier.Head) error) error {
	return s.Inventory.EachHead(ctx, 0, func(head dossier.Head) error {
		if head.Demarche != s.demarche || head.Removed == dossier.Purged {
			return nil
		}
		return visit(head)
	})
}

// deletedSince is early enough to find the purge of every dossier of ours that
// the platform does not show: none left before it was last modified.
func (s *sweep) deletedSince(ctx context.Context) (time.Time, error) {
	since := s.since()
	err := s.each(ctx, func(head dossier.Head) error {
		if early := head.Modified.Add(-lookBack); s.seen[head.Number] == 0 && early.Before(since) {
			since = early
		}
		return nil
	})
	return since, err
}

// batch bounds the heads that one write changes.
const batch = 100

// account goes through our copy: what is in no list is missing, what was not read
// again may be past its retention. The numbers are gathered first: writing while
// visiting could show a head twice.
func (s *sweep) account(ctx context.Context) error {
	var lost, old []int
	s.report.Stored = 0
	err := s.each(ctx, func(head dossier.Head) error {
		s.report.Stored++
		if s.seen[head.Number] == 0 && !head.Foreign && head.Removed != dossier.Missing {
			lost = append(lost, head.Number)
		}
		if s.seen[head.Number] != read && s.mayExpire(head) {
			old = append(old, head.Number)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.Bugs.SweepHidesNothing {
		lost = nil
	}
	for numbers := range slices.Chunk(lost, batch) {
		before := s.run.report.Removed
		if err := s.rewrite(ctx, numbers, s.missing); err != nil {
			return err
		}
		s.report.Missing += s.run.report.Removed - before
	}
	for _, number := range old {
		if err := s.expire(ctx, number); err != nil {
			return err
		}
	}
	return nil
}

// missing hides a dossier that is in no list. One read since the sweep began is
// younger than what the sweep saw.
func (s *sweep) missing(head dossier.Head) (dossier.Head, bool) {
	if head.Removed == dossier.Purged || head.Removed == dossier.Missing || s.readLater(head, s.started) {
		return head, false
	}
	head.Removed, head.RemovedAt, head.ReadAt = dossier.Missing, s.started, s.started
	return head, true
}

// mayExpire tells, without its payload, that a dossier's retention may be over.
func (s *sweep) mayExpire(head dossier.Head) bool {
	c, ok := s.calls.Get(head.Judgement.Call)
	return ok && c.RetentionMonths != nil && !head.Foreign && head.State.Termine()
}

// expire erases a dossier that was not read again, if its retention is over.
func (s *sweep) expire(ctx context.Context, number int) error {
	record, found, err := s.Inventory.Record(ctx, number)
	if err != nil || !found || record.Dossier == nil || !s.expired(record.Dossier) {
		return err
	}
	return s.rewrite(ctx, []int{number}, func(head dossier.Head) (dossier.Head, bool) {
		if head.Version != record.Version {
			return head, false // another writer read it just now
		}
		s.run.report.Expired++
		return s.erased(head, record.Dossier, head.ReadAt), true
	})
}
