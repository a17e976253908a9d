package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"relais/internal/dossier"
)

// The waits between the tries of a quarantined dossier.
const (
	firstWait = 10 * time.Minute
	longWait  = 24 * time.Hour
)

// wait is how long to leave a dossier alone after so many attempts: ten minutes,
// then twice as long each time, a day at most. Up to a quarter is taken off by
// the number, so that dossiers that failed together do not return together.
func wait(number, attempts int) time.Duration {
	full := longWait
	if attempts < 9 { // beyond, it would exceed the cap
		full = min(firstWait<<max(attempts-1, 0), longWait)
	}
	return full - full/64*time.Duration(number%16)
}

// again is a case after one more failure.
func again(c Case, cause string, now time.Time) Case {
	if c.FirstSeen.IsZero() {
		c.FirstSeen = now
	}
	c.Cause = cause
	c.Attempts++
	c.NextTry = now.Add(wait(c.Number, c.Attempts))
	return c
}

func (r *run) readCases(ctx context.Context) error {
	r.cases = map[int]Case{}
	if r.Quarantine == nil {
		return nil
	}
	cases, err := r.Quarantine.Cases(ctx, r.demarche)
	for _, c := range cases {
		r.cases[c.Number] = c
	}
	r.report.Quarantined = len(r.cases)
	return err
}

// keepCases quarantines what a page could not bring and frees what it brought.
func (r *run) keepCases(ctx context.Context, f fetched) error {
	for _, failed := range f.failures {
		if err := r.quarantine(ctx, failed.number, failed.cause); err != nil {
			return err
		}
	}
	return r.free(ctx, numbersOf(f.page.Dossiers)...)
}

// quarantine notes that a dossier could not be read. One that was erased here is
// none of our business.
func (r *run) quarantine(ctx context.Context, number int, cause string) error {
	heads, err := r.Copy.Heads(ctx, r.demarche, []int{number})
	if err != nil {
		return err
	}
	if heads[number].Removed == dossier.Purged {
		return r.free(ctx, number)
	}
	c := r.cases[number]
	c.Demarche, c.Number = r.demarche, number
	c = again(c, cause, r.Now())
	if err := r.Quarantine.PutCase(ctx, c); err != nil {
		return err
	}
	r.cases[number] = c
	r.report.Quarantined = len(r.cases)
	return nil
}

func (r *run) free(ctx context.Context, numbers ...int) error {
	for _, number := range numbers {
		if _, held := r.cases[number]; !held {
			continue
		}
		if err := r.Quarantine.DropCase(ctx, r.demarche, number); err != nil {
			return err
		}
		delete(r.cases, number)
		r.report.Quarantined = len(r.cases)
	}
	return nil
}

// Retry reads quarantined dossiers of a démarche again now, or all of them when
// none is named. A number that is not in quarantine is read too. It needs no
// lease.
func (p *Pass) Retry(ctx context.Context, demarche int, numbers ...int) (Report, error) {
	r, err := p.look(ctx, demarche)
	if err != nil {
		return Report{}, fmt.Errorf("démarche %d: %w", demarche, err)
	}
	if len(numbers) == 0 {
		numbers = slices.Sorted(maps.Keys(r.cases))
	}
	err = r.retry(ctx, numbers)
	return r.report, r.named(err)
}

// look prepares to read single dossiers, without the lease.
func (p *Pass) look(ctx context.Context, demarche int) (*run, error) {
	r := p.open(demarche)
	streams, err := p.Positions.Streams(ctx, demarche)
	if err != nil {
		return nil, err
	}
	r.streams = streams
	r.unbind()
	return r, r.readCases(ctx)
}

// retryDue tries again the cases whose time has come.
func (r *run) retryDue(ctx context.Context) error {
	var due []int
	for _, number := range slices.Sorted(maps.Keys(r.cases)) {
		// A wait longer than the longest was set by a clock that jumped.
		left := r.cases[number].NextTry.Sub(r.started)
		if r.RetryAll || left <= 0 || left > longWait {
			due = append(due, number)
		}
	}
	return r.retry(ctx, due)
}

func (r *run) retry(ctx context.Context, numbers []int) error {
	for _, number := range numbers {
		if r.outOfTime(ctx) {
			return nil
		}
		if _, err := r.one(ctx, number); err != nil {
			return err
		}
		if err := r.extend(ctx); err != nil {
			return err
		}
	}
	return nil
}

// outcome of reading one dossier by its number.
type outcome int

const (
	kept outcome = iota
	hidden
	elsewhere // of another démarche
	quarantined
)

// one reads a dossier by its number and keeps it, on the same path as pages.
func (r *run) one(ctx context.Context, number int) (outcome, error) {
	readAt := r.Now()
	d, err := r.Source.Dossier(ctx, number)
	switch {
	case isMissing(err):
		return hidden, r.free(ctx, number)
	case isIsolable(err) && r.Quarantine != nil:
		return quarantined, r.quarantine(ctx, number, causeOf(err))
	case err != nil:
		return kept, err
	case d.Demarche != r.demarche:
		return elsewhere, r.free(ctx, number)
	}
	if err := r.keep(ctx, []dossier.Dossier{d}, readAt); err != nil {
		return kept, err
	}
	r.report.DossiersRead++
	if r.seen != nil {
		r.seen[number] = read
	}
	return kept, r.free(ctx, number)
}
