package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/notify"
	"relais/internal/sandbox"
)

// aftermath lets Relais recover on a platform at rest, and checks what it holds.
func (s *Storm) aftermath(ctx context.Context) error {
	s.clear()
	// Longer than the longest wait of the quarantine, whatever the clock was.
	s.wait(30 * time.Hour)
	if err := s.alone(ctx, "poll", poll); err != nil {
		return err
	}
	s.wait(2 * time.Hour)
	if err := s.alone(ctx, "poll", poll); err != nil {
		return err
	}
	if err := s.checkLists(ctx); err != nil {
		return fmt.Errorf("after healthy passes: %w", err)
	}
	if err := s.alone(ctx, "ingest", follow); err != nil {
		return err
	}
	s.wait(2 * time.Hour)
	if err := s.alone(ctx, "sweep", sweep); err != nil {
		return err
	}
	if err := s.checkCopy(ctx); err != nil {
		return fmt.Errorf("after a sweep: %w", err)
	}
	return s.tellTheRest(ctx)
}

// clear ends the storm.
func (s *Storm) clear() {
	s.calm = true
	s.platform.Inject(nil)
	s.platform.Maintain("")
	for _, demarche := range s.platform.Demarches() {
		for _, d := range s.platform.Truth(demarche.Number) {
			_ = s.platform.Cure(d.Number) // one purged needs none
		}
	}
	s.clock.mend()
	s.clock.frozen.Store(true)
}

// wait lets time pass, with the platform's nightly jobs when a night is in it.
func (s *Storm) wait(d time.Duration) {
	day := s.clock.platform().YearDay()
	s.clock.pass(d)
	if s.clock.platform().YearDay() != day {
		s.platform.Night()
	}
}

// alone runs one healthy process to its end.
func (s *Storm) alone(ctx context.Context, name string, work func(context.Context, *process) error) error {
	p := s.spawn(name, work)
	if err := s.run(ctx, p); err != nil {
		return err
	}
	if p.err != nil {
		return fmt.Errorf("on a healthy platform, %s fails: %w", name, p.err)
	}
	return nil
}

// checkLists compares our copy with what the platform's lists tell: what passes
// must find without a sweep.
func (s *Storm) checkLists(ctx context.Context) error {
	truth := s.platform.Truth(s.demarche.Number)
	var numbers []int
	for _, d := range truth {
		numbers = append(numbers, d.Number)
	}
	heads, err := s.store.Heads(ctx, s.demarche.Number, numbers)
	if err != nil {
		return err
	}
	for _, d := range truth {
		head, known := heads[d.Number]
		if err := s.checkListed(d, head, known); err != nil {
			return fmt.Errorf("dossier %d: %w", d.Number, err)
		}
	}
	return s.checkQuarantine(ctx)
}

func (s *Storm) checkListed(d sandbox.TruthDossier, r dossier.Head, known bool) error {
	modified := d.ModifiedAt.Truncate(time.Second)
	switch {
	case !known && d.Listed:
		return fmt.Errorf("missed; it was modified at %s", at(d.ModifiedAt))
	case !known:
		return nil
	case d.Purged && r.Removed != dossier.Purged:
		return fmt.Errorf("purged on the platform at %s, %q here", at(d.DeletedAt), r.Removed)
	case d.Pending && r.Removed != dossier.Pending && r.Removed != dossier.Purged:
		return fmt.Errorf("hidden on the platform at %s, %q here", at(d.DeletedAt), r.Removed)
	case !d.Listed || s.retired(r):
		return nil
	case r.Removed != dossier.Present:
		return fmt.Errorf("shown on the platform, %q here", r.Removed)
	case !r.Modified.Equal(modified):
		return fmt.Errorf("modified at %s on the platform, at %s here", at(modified), at(r.Modified))
	case !r.Foreign && string(r.State) != d.State:
		return fmt.Errorf("%s on the platform, %s here", d.State, r.State)
	}
	return nil
}

// retired tells that a dossier was erased at the end of a retention.
func (s *Storm) retired(r dossier.Head) bool {
	return s.temper.retention != nil && r.Removed == dossier.Purged && r.State.Termine()
}

func (s *Storm) checkQuarantine(ctx context.Context) error {
	cases, err := s.store.Cases(ctx, 0)
	if err == nil && len(cases) > 0 {
		err = fmt.Errorf("%d healed dossiers stay in quarantine, the first, %d, because of %s", len(cases), cases[0].Number, cases[0].Cause)
	}
	return err
}

// checkCopy compares our whole copy with the platform, value for value.
func (s *Storm) checkCopy(ctx context.Context) error {
	if err := s.checkLists(ctx); err != nil {
		return err
	}
	shown, err := s.readAll(ctx)
	if err != nil {
		return err
	}
	truth := map[int]sandbox.TruthDossier{}
	for _, d := range s.platform.Truth(s.demarche.Number) {
		truth[d.Number] = d
	}
	for number := range shown {
		if _, known := truth[number]; !known {
			return fmt.Errorf("the simulation sees dossier %d in a list and not in the world", number)
		}
	}
	return s.store.EachHead(ctx, 0, func(head dossier.Head) error {
		record, _, err := s.store.Record(ctx, head.Number)
		if err == nil {
			err = s.checkRecord(record, truth[head.Number], shown[head.Number])
		}
		if err != nil {
			return fmt.Errorf("dossier %d: %w", head.Number, err)
		}
		return nil
	})
}

// checkRecord compares one record; shown is nil when the platform does not list
// the dossier.
func (s *Storm) checkRecord(r dossier.Record, d sandbox.TruthDossier, shown *dossier.Dossier) error {
	switch {
	case r.Removed == dossier.Purged && r.Dossier != nil, r.Foreign && r.Dossier != nil:
		return fmt.Errorf("a payload is left of what was to be erased (%q)", r.Removed)
	case r.Removed == dossier.Purged && !bare(r.Head):
		return fmt.Errorf("what an erased dossier said is left in its head")
	case r.Removed == dossier.Purged && !d.Purged && !s.retired(r.Head):
		return fmt.Errorf("erased, but not by the platform")
	case r.Removed == dossier.Purged || r.Foreign && shown == nil:
		return nil
	case shown == nil && !d.Pending && r.Removed != dossier.Missing:
		return fmt.Errorf("in no list of the platform, %q here", r.Removed)
	case shown == nil:
		return nil
	case s.foreign(d.Region) != r.Foreign:
		return fmt.Errorf("of region %s, kept as foreign: %t", d.Region, r.Foreign)
	case r.Foreign:
		return nil
	case r.Dossier == nil:
		return fmt.Errorf("its payload is lost")
	}
	want := dossier.Fingerprint(*shown)
	if r.Fingerprint != want || dossier.Fingerprint(*r.Dossier) != want {
		return fmt.Errorf("the values differ from the platform's")
	}
	if r.Groupe != d.Groupe {
		return fmt.Errorf("in groupe %q on the platform, %q here", d.Groupe, r.Groupe)
	}
	return nil
}

// bare tells that a tombstone holds nothing personal.
func bare(h dossier.Head) bool {
	j := h.Judgement
	return h.Groupe == "" && h.Fingerprint == "" && len(j.Findings) == 0 && len(j.Deadlines) == 0 &&
		j.Facts == dossier.Facts{Region: j.Facts.Region}
}

func (s *Storm) foreign(region string) bool {
	if len(s.temper.regions) == 0 || region == "" {
		return false
	}
	for _, own := range s.temper.regions {
		if own == region {
			return false
		}
	}
	return true
}

// readAll reads what the platform lists, by a way that no fault troubles.
func (s *Storm) readAll(ctx context.Context) (map[int]*dossier.Dossier, error) {
	shown := map[int]*dossier.Dossier{}
	at := dossier.Position{Since: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	for {
		page, err := s.candid.Dossiers(ctx, s.demarche.Number, at, 100, false)
		if err != nil {
			return nil, fmt.Errorf("the simulation cannot read the platform: %w", err)
		}
		for i := range page.Dossiers {
			shown[page.Dossiers[i].Number] = &page.Dossiers[i]
		}
		if !page.HasNextPage {
			return shown, nil
		}
		at.Cursor = page.EndCursor
	}
}

// mornings bound how long what waits may wait: weekends and holidays are among
// them, and what is handed over waits for the morning of another.
const mornings = 10

// tellTheRest delivers what is still to be told, then checks the outbox.
func (s *Storm) tellTheRest(ctx context.Context) error {
	for range mornings {
		for _, one := range []plan{{work: poll}, {work: remind}, {work: deliver}} {
			if err := s.alone(ctx, "tell", one.work); err != nil {
				return err
			}
		}
		done, err := s.allTold(ctx)
		if err != nil {
			return err
		}
		if done {
			break
		}
		s.wait(s.untilMorning())
	}
	refused := map[string]bool{} // what somebody's address refused
	err := s.store.EachIntention(ctx, func(i notify.Intention) error {
		refused[aboutWhat(i)] = refused[aboutWhat(i)] || i.Status == notify.Refused
		return nil
	})
	if err != nil {
		return err
	}
	return s.store.EachIntention(ctx, func(i notify.Intention) error {
		if i.Status == notify.Pending && i.Mail == "" && refused[aboutWhat(i)] {
			return nil // its person left, and who could take it over has refused it
		}
		return s.checkIntention(ctx, i)
	})
}

// allTold tells that nothing waits to be told, or told again.
func (s *Storm) allTold(ctx context.Context) (bool, error) {
	waiting, err := s.store.People(ctx, notify.Pending, "", 1)
	if err != nil {
		return false, err
	}
	orphans, err := s.store.Orphans(ctx, s.clock.platform(), 1)
	return len(waiting)+len(orphans) == 0, err
}

// untilMorning is how long it is to 9 o'clock tomorrow.
func (s *Storm) untilMorning() time.Duration {
	zone := call.PlatformZone()
	now := s.clock.platform()
	return dossier.DayOf(now, zone).AddDays(1).At(9, 0, zone).Sub(now)
}

// aboutWhat is the key of an intention without its person.
func aboutWhat(i notify.Intention) string { return strings.TrimSuffix(i.Key, i.Person) }

// checkIntention compares what the outbox says with what the mail service took.
func (s *Storm) checkIntention(ctx context.Context, i notify.Intention) error {
	mail, told := s.post.told[i.Key]
	switch {
	case i.Status == notify.Pending:
		return fmt.Errorf("intention %s is still pending (mail %q)", i.Key, i.Mail)
	case i.Status != notify.Sent:
		return nil
	case !told:
		return fmt.Errorf("intention %s is said to be sent, and no mail has it", i.Key)
	case mail != i.Mail:
		return fmt.Errorf("intention %s was told by mail %s, the outbox says %s", i.Key, mail, i.Mail)
	}
	return nil
}
