package notify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// Nobody wants the summary of a call that closed while mails were held, be it
// for its reminders or for its own opening.
func TestLeavingHoldIsSilentAboutAClosedCall(t *testing.T) {
	for name, firstSeen := range map[string]time.Time{
		"reminders held": on(11, 1, 9, 0), "an opening held": on(11, 10, 9, 0),
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, normandie()) // closes on 4 December
			o.delivery.Mode = Mode{Name: ModeHold}
			o.tick(firstSeen)
			for _, at := range []time.Time{on(11, 27, 9, 0), on(12, 2, 9, 0), on(12, 4, 9, 0)} {
				o.tick(at)
			}
			o.delivery.Mode = Mode{Name: ModeSend}
			if done := o.tick(on(12, 20, 9, 0)); done.Sent != 0 || done.Openings != 0 {
				t.Errorf("got %+v", done)
			}
			if to := o.mailed(); to != nil {
				t.Errorf("wrote to %v", to)
			}
		})
	}
	o := newOffice(t, normandie())
	o.delivery.Mode = Mode{Name: ModeHold}
	o.tick(on(11, 1, 9, 0))
	o.tick(on(11, 27, 9, 0))
	o.delivery.Mode = Mode{Name: ModeSend}
	if done := o.tick(on(12, 3, 9, 0)); done.Sent != 1 {
		t.Errorf("the day before the closing: %+v", done)
	}
}

// finished is a dossier decided long ago that the platform deletes on a day.
func (o *office) finished(number int, deleted dossier.Day, adopted time.Time) {
	c := bretagne()
	o.receive(number, c, on(1, 8, 10, 0), adopted, anne)
	o.decide(number, dossier.Day{Year: 2026, Month: 2, Day: 1})
	o.edit(number, func(r *dossier.Record) {
		at, decided := deleted.At(3, 0, paris()), on(2, 1, 10, 0)
		r.Dossier.DateExpiration, r.Dossier.DateTraitement = &at, &decided
		r.Judgement.Deadlines = deadline.Plan(&c, "53", r.Dossier, deadline.Calendar{})
	})
}

// A finished dossier is about to be deleted: the J-30 was held, and the next
// step is J-7. Leaving hold between the two must say it.
func TestLeavingHoldTellsOfAComingDeletion(t *testing.T) {
	o := newOffice(t)
	o.delivery.Mode = Mode{Name: ModeHold}
	o.finished(1, dossier.Day{Year: 2026, Month: 12, Day: 21}, on(2, 1, 9, 0)) // ahead
	o.finished(2, dossier.Day{Year: 2026, Month: 12, Day: 18}, on(2, 1, 9, 0)) // over when hold is left
	o.tick(on(11, 23, 9, 0))
	if rows := o.store.statuses(); rows[Held] != 2 {
		t.Fatalf("rows: %v", rows)
	}
	o.delivery.Mode = Mode{Name: ModeSend}
	o.store.on = nil
	day := on(12, 1, 9, 0)
	o.edit(2, func(r *dossier.Record) { // the platform put it forward
		r.Judgement.Deadlines[len(r.Judgement.Deadlines)-1].PrudentOn = dossier.Day{Year: 2026, Month: 11, Day: 30}
	})
	if done := o.deliver(day); done.Sent != 1 || done.Dropped != 1 {
		t.Fatalf("got %+v", done)
	}
	text := strings.Join(strings.Fields(o.post.messages[0].Text), " ")
	for _, want := range []string{"n° 1 ", "Suppression du dossier par la plateforme : lundi 21 décembre 2026, dans 20 jours (J-20)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
}

// The same at first sight of a démarche with old dossiers.
func TestAdoptionTellsOfAComingDeletion(t *testing.T) {
	o := newOffice(t)
	day := on(12, 18, 9, 0)
	o.finished(1, dossier.Day{Year: 2026, Month: 12, Day: 21}, day) // both steps are past
	o.finished(2, dossier.Day{Year: 2027, Month: 12, Day: 21}, day) // in a year
	o.finished(3, dossier.Day{Year: 2026, Month: 12, Day: 10}, day) // over
	o.tick(day)
	var opened []string
	for _, key := range o.store.order {
		if strings.Contains(key, "/opening/") {
			opened = append(opened, key)
		}
	}
	if diff := cmp.Diff([]string{"dossier:1/opening/2026-12-18/summary/" + anne}, slices.Sorted(slices.Values(opened))); diff != "" {
		t.Error(diff)
	}
	if to := o.mailed(); len(to) != 1 {
		t.Errorf("wrote to %v", to)
	}
}
