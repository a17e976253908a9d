package notify

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/letter"
)

// fate of an intention at the moment of telling.
type fate int

const (
	gone   fate = iota // no longer true: to be dropped
	waits              // our copy cannot be trusted now
	stands             // true, and told to the right person
	moves              // true, for other persons
)

// statement is an intention that stands, with all that a mail says of it.
type statement struct {
	intention Intention
	call      *call.Call
	record    dossier.Record     // zero about a call itself, and without its content
	deadlines []dossier.Deadline // all the open ones of the subject
	deadline  dossier.Deadline   // the one of a reminder
	news      letter.News        // of a change
	revision  int64              // of the subject
	to        recipient
	circle    circle // who is to be told, when its person is not any more
}

// sorted is the outcome of checking some intentions together.
type sorted struct {
	stand []statement
	gone  []string // keys
	moved []handover
	waits int
}

// inquiry asks our own copy what is true now. Démarches and suppressions are read
// once an inquiry, dossiers each time.
type inquiry struct {
	*delivering
	demarches map[int]trusted
	barred    map[string]bool // by digest
}

// trusted is a démarche as our copy knows it; fresh tells that a complete pass
// is recent enough.
type trusted struct {
	groupes []dossier.GroupeInstructeur
	fresh   bool
}

// check looks every intention of a person up again.
func (t *delivering) check(ctx context.Context, intentions []Intention) (sorted, error) {
	q := inquiry{t, map[int]trusted{}, map[string]bool{}}
	var out sorted
	for _, i := range intentions {
		s, f, err := q.ask(ctx, i)
		if err != nil {
			return sorted{}, err
		}
		switch f {
		case stands:
			out.stand = append(out.stand, s)
		case waits:
			out.waits++
		case gone:
			out.gone = append(out.gone, i.Key)
		case moves:
			out.moved = append(out.moved, handover{i, s.circle})
		}
	}
	out.forget(unchanged(out.stand))
	return out, nil
}

// forget makes statements gone, by key.
func (s *sorted) forget(keys map[string]bool) {
	s.stand = slices.DeleteFunc(s.stand, func(one statement) bool { return keys[one.intention.Key] })
	s.gone = slices.AppendSeq(s.gone, maps.Keys(keys))
}

func (q *inquiry) ask(ctx context.Context, i Intention) (statement, fate, error) {
	if i.Dossier == 0 {
		return q.aboutCall(ctx, i)
	}
	return q.aboutDossier(ctx, i)
}

// aboutDossier trusts nothing of an old copy, not even that a dossier is gone.
func (q *inquiry) aboutDossier(ctx context.Context, i Intention) (statement, fate, error) {
	rec, known, err := q.Truth.Record(ctx, i.Dossier)
	if err != nil {
		return statement{}, gone, fmt.Errorf("read dossier %d again: %w", i.Dossier, err)
	}
	if !known {
		return statement{}, gone, nil
	}
	demarche, err := q.demarche(ctx, rec.Demarche)
	switch {
	case err != nil:
		return statement{}, gone, err
	case !demarche.fresh:
		return statement{}, waits, nil
	case rec.Removed != dossier.Present || rec.Dossier == nil || i.Call != "" && i.Call != rec.Judgement.Call:
		return statement{}, gone, nil
	}
	c, ok := q.Calls.Get(rec.Judgement.Call)
	if !ok {
		return statement{}, waits, nil
	}
	if i.Kind == Opening && !worthOpening(rec.State, rec.Judgement.Deadlines, q.now, zoneOf(c)) {
		return statement{}, gone, nil
	}
	people := aroundDossier(rec.Dossier, demarche.groupes, c.Recipients, escalated(i.Deadline, i.Step))
	s := statement{intention: i, call: c, record: rec, revision: rec.Version}
	if i.Kind == Change {
		if s.news, err = parseChange(i.Step); err != nil {
			return statement{}, gone, err
		}
	}
	s, f, err := q.settle(ctx, s, rec.Judgement.Deadlines, people)
	if err != nil {
		return statement{}, gone, err
	}
	if f == stands && normal(q.address(s.to)) == normal(rec.Dossier.Usager.Email) {
		return statement{}, gone, nil // redirected to the very person whose dossier it is
	}
	s.lighten()
	return s, f, nil
}

// lighten keeps of a dossier what a mail says: one mail may tell of thousands.
func (s *statement) lighten() {
	if d := s.record.Dossier; d != nil && s.record.Judgement.Facts.Structure == "" {
		s.record.Judgement.Facts.Structure = d.Demandeur.Structure()
	}
	s.record.Dossier = nil
}

func (q *inquiry) aboutCall(ctx context.Context, i Intention) (statement, fate, error) {
	c, ok := q.Calls.Get(i.Call)
	if !ok {
		return statement{}, waits, nil
	}
	demarche, err := q.demarche(ctx, c.Demarche)
	if err != nil {
		return statement{}, gone, err
	}
	if !demarche.fresh {
		return statement{}, waits, nil
	}
	if i.Kind == Report {
		return q.aboutReport(ctx, i, c, demarche)
	}
	people := aroundCall(c, demarche.groupes, claimsBeside(c, q.Calls))
	deadlines := deadline.OfCall(c, q.Calendar)
	if i.Kind == Opening && !ahead(deadlines, dossier.DayOf(q.now, zoneOf(c))) {
		return statement{}, gone, nil
	}
	plan, err := q.Plans.CallPlan(ctx, c.ID)
	if err != nil {
		return statement{}, gone, fmt.Errorf("read the plan of call %s: %w", c.ID, err)
	}
	return q.settle(ctx, statement{intention: i, call: c, revision: plan.Version}, deadlines, people)
}

// settle decides on the deadline, then on the person.
func (q *inquiry) settle(ctx context.Context, s statement, deadlines []dossier.Deadline, people circles) (statement, fate, error) {
	s.deadlines = slices.DeleteFunc(slices.Clone(deadlines), func(d dossier.Deadline) bool { return !d.Open() })
	same := func(d dossier.Deadline) bool {
		return d.Kind == s.intention.Deadline && d.PrudentOn == s.intention.DueOn
	}
	n := slices.IndexFunc(s.deadlines, same)
	dated := s.intention.Kind == Reminder || s.intention.Kind == Immediate
	if dated && n < 0 || s.intention.Kind == Opening && len(s.deadlines) == 0 {
		return statement{}, gone, nil
	}
	if n >= 0 {
		s.deadline = s.deadlines[n]
	}
	return q.addressee(ctx, s, people)
}

// demarche reads a démarche and how old our copy of it is. One never read, or
// never read to the end, is not fresh.
func (q *inquiry) demarche(ctx context.Context, number int) (trusted, error) {
	if t, ok := q.demarches[number]; ok {
		return t, nil
	}
	d, known, err := q.Truth.Demarche(ctx, number)
	if err != nil {
		return trusted{}, fmt.Errorf("read démarche %d again: %w", number, err)
	}
	completed, err := q.Truth.CompletedAt(ctx, number)
	if err != nil {
		return trusted{}, fmt.Errorf("read when démarche %d was last complete: %w", number, err)
	}
	fresh := q.Waive || !completed.IsZero() && q.clock(q.now).Sub(completed) <= q.freshness()
	t := trusted{d.Groupes, known && fresh}
	q.demarches[number] = t
	return t, nil
}
