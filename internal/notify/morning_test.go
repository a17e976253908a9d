package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/letter"
)

// file is a dossier that instructeurs were never told of.
func (o *office) file(number int, c call.Call, deposited, seen time.Time, followers ...string) {
	o.receive(number, c, deposited, seen, followers...)
	r := o.store.records[number]
	r.Told, r.Modified = dossier.Portrait{}, deposited
	o.store.records[number] = r
}

// become changes what a dossier is, and tells nobody.
func (o *office) become(number int, change func(*dossier.Record)) {
	told := o.store.records[number].Told
	o.edit(number, change)
	r := o.store.records[number]
	r.Told, r.Modified = told, r.Modified.Add(4*time.Hour)
	o.store.records[number] = r
}

func (o *office) wantMails(at time.Time, want ...string) {
	o.t.Helper()
	o.tick(at)
	if diff := cmp.Diff(want, o.mailed()); diff != "" {
		o.t.Errorf("%s: %s", at.Format("Mon 2 January 15:04"), diff)
	}
}

const (
	annesMail  = "anne@dreets.example"
	brunosMail = "bruno@dreets.example"
)

func TestOneMailAWorkingMorning(t *testing.T) {
	o := newOffice(t)
	o.remind(on(11, 2, 9, 0)) // the call is followed from this Monday on
	o.file(1, bretagne(), on(11, 3, 10, 0), on(11, 3, 10, 5), anne)
	o.wantMails(on(11, 3, 11, 0), annesMail) // the day's mail had not left yet
	o.file(2, bretagne(), on(11, 3, 12, 0), on(11, 3, 12, 5), anne)
	o.wantMails(on(11, 3, 13, 0))
	o.wantMails(on(11, 4, 7, 0)) // too early
	o.wantMails(on(11, 4, 8, 0), annesMail)
	o.wantMails(on(11, 4, 9, 0))
	o.file(3, bretagne(), on(11, 6, 22, 0), on(11, 6, 22, 5), anne) // a Friday night
	for _, weekend := range []time.Time{on(11, 7, 9, 0), on(11, 8, 9, 0)} {
		o.wantMails(weekend)
	}
	o.wantMails(on(11, 9, 8, 0), annesMail)
	o.file(4, bretagne(), on(11, 10, 22, 0), on(11, 10, 22, 5), anne)
	o.wantMails(on(11, 11, 9, 0)) // the armistice
	o.wantMails(on(11, 12, 9, 0), annesMail)
	o.wantStatuses(map[Status]int{Sent: 4})
}

func TestEachZoneHasItsMorning(t *testing.T) {
	reunion := bretagne()
	zone, err := time.LoadLocation("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	reunion.ID, reunion.Regions, reunion.Zone = "o2r-reunion", []string{"04"}, zone
	o := newOffice(t, reunion)
	d := o.store.demarches[100]
	d.Groupes[0].ID, d.Groupes[0].Label = "g-04", "La Réunion"
	o.remind(on(11, 2, 9, 0))
	o.file(1, reunion, on(11, 3, 22, 0), on(11, 3, 22, 5), anne)
	o.wantMails(on(11, 4, 4, 0)) // 7 o'clock there
	o.wantMails(on(11, 4, 5, 0), annesMail)
}

// The dossier's rejection is near when it is read again in the afternoon.
func TestWhatCannotWaitDoesNotWait(t *testing.T) {
	o, _ := due(t) // last day to answer: Monday 7 December
	o.wantMails(on(11, 30, 9, 0), annesMail)
	o.receive(2, bretagne(), on(10, 3, 10, 0), on(10, 3, 11, 0), anne) // last day: 2 December
	o.edit(2, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(11, 30, 9, 0) })
	o.tick(on(12, 1, 8, 0)) // its J-1 is this morning's mail
	if mails := o.post.messages; len(mails) != 1 || o.store.mails[mails[0].ID].ID != morningID(anne, dossier.Day{Year: 2026, Month: 12, Day: 1}) {
		t.Fatalf("%d mails, or not the morning's", len(mails))
	}
	o.mailed()

	o.receive(3, bretagne(), on(10, 3, 10, 0), on(10, 3, 11, 0), anne)
	o.edit(3, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(11, 30, 9, 0) })
	o.file(4, bretagne(), on(12, 1, 10, 0), on(12, 1, 10, 5), anne)
	o.wantMails(on(12, 1, 15, 0), annesMail) // dossier 3 alone
	o.wantMails(on(12, 1, 16, 0))
	for key, i := range o.store.rows {
		if i.Dossier == 3 && (i.Kind != Immediate || i.Status != Sent) && i.Step == "J-1" {
			t.Errorf("%s is %s %s", key, i.Kind, i.Status)
		}
		if i.Dossier == 4 && i.Status != Pending {
			t.Errorf("%s is %s", key, i.Status)
		}
	}
	o.wantMails(on(12, 2, 9, 0), annesMail)
}

// A dossier that expires tomorrow comes to light in the afternoon: it was in the
// wrong region, or its call was not followed.
func TestADossierFoundTooLateCannotWait(t *testing.T) {
	for name, followed := range map[string]time.Time{
		"filed since the call is followed: as a new one": on(10, 1, 9, 0),
		"there before: as a summary":                     on(10, 9, 9, 0),
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.remind(followed)
			o.receive(1, bretagne(), on(10, 20, 10, 0), on(10, 20, 11, 0), anne)
			o.tick(on(12, 4, 9, 0)) // the mail of this Friday
			o.mailed()
			o.file(2, bretagne(), on(10, 6, 10, 0), on(12, 4, 14, 30), anne) // last day: Saturday
			o.wantMails(on(12, 4, 15, 0), annesMail)
			o.wantMails(on(12, 4, 16, 0))
			o.wantMails(on(12, 5, 9, 0))
		})
	}
}

func TestACallChoosesWhatCannotWait(t *testing.T) {
	c := bretagne()
	c.Mail.Immediate = []string{"J-15"}
	o := newOffice(t, c)
	o.receive(1, c, on(10, 8, 10, 0), on(11, 1, 11, 0), anne)
	o.receive(2, c, on(10, 7, 10, 0), on(11, 1, 11, 0), anne)
	o.tick(on(11, 20, 9, 0))
	o.mailed()
	o.remind(on(11, 21, 9, 0)) // a Saturday: nothing
	for key, i := range o.store.rows {
		if want := map[bool]Kind{true: Immediate, false: Reminder}[i.Step == "J-15"]; i.Deadline == "D14" && i.Kind != want {
			t.Errorf("%s is %s", key, i.Kind)
		}
	}
}

// chosen are preferences of these tests, by subscriber and call.
type chosen map[string]call.Choice

func (c chosen) Choice(_ context.Context, person, id string) (call.Choice, time.Time, error) {
	return c[person+"/"+id], time.Time{}, nil
}

func TestPeopleChooseTheirMails(t *testing.T) {
	c := bretagne()
	c.Mail = call.Mail{Default: call.Morning, People: map[string]call.Choice{
		"anne@dreets.example": call.Weekly, "bruno@dreets.example": call.Immediate,
	}}
	t.Run("by the call's file", func(t *testing.T) {
		o := newOffice(t, c)
		o.remind(on(11, 2, 9, 0))
		o.file(1, c, on(11, 2, 10, 0), on(11, 2, 10, 5)) // nobody follows: the groupe
		o.wantMails(on(11, 3, 9, 0))
		o.wantStatuses(map[Status]int{Pending: 1, Skipped: 1})
		o.wantMails(on(11, 9, 9, 0), annesMail)
		// J-1 of a dossier: nobody but who chose none waits for it.
		o.receive(2, c, on(10, 11, 10, 0), on(10, 11, 11, 0))
		o.edit(2, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(12, 8, 9, 0) })
		o.wantMails(on(12, 9, 9, 0), annesMail, brunosMail)
	})
	t.Run("their own choice wins", func(t *testing.T) {
		o := newOffice(t, c)
		o.delivery.Preferences = chosen{Subscriber(brunosMail) + "/o2r-bretagne": call.Morning, Subscriber(annesMail) + "/o2r-bretagne": call.None}
		o.remind(on(11, 2, 9, 0))
		o.file(1, c, on(11, 2, 10, 0), on(11, 2, 10, 5))
		o.wantMails(on(11, 3, 9, 0), brunosMail)
		o.wantStatuses(map[Status]int{Sent: 1, Dropped: 1})
	})
	t.Run("who wants nothing hands over", func(t *testing.T) {
		o := newOffice(t, bretagne())
		o.delivery.Preferences = chosen{Subscriber(annesMail) + "/o2r-bretagne": call.None}
		o.remind(on(11, 2, 9, 0))
		o.file(1, bretagne(), on(11, 2, 10, 0), on(11, 2, 10, 5), anne)
		o.tick(on(11, 3, 9, 0))
		o.wantMails(on(11, 3, 10, 0), brunosMail)
	})
}

func TestNews(t *testing.T) {
	follow := func(t *testing.T) *office {
		o := newOffice(t)
		o.remind(on(11, 2, 9, 0))
		o.file(1, bretagne(), on(11, 2, 10, 0), on(11, 2, 10, 5), anne)
		o.wantMails(on(11, 2, 11, 0), annesMail)
		return o
	}
	steps := func(o *office) []string {
		var out []string
		for _, key := range o.store.order {
			if i := o.store.rows[key]; i.Kind == Change {
				out = append(out, i.Step+" "+string(i.Status))
			}
		}
		return out
	}
	t.Run("a change is told once", func(t *testing.T) {
		o := follow(t)
		o.become(1, func(r *dossier.Record) {
			r.Judgement.Verdict = dossier.Recevable
			r.Judgement.Facts.EditedAt = on(11, 2, 14, 0)
		})
		o.tick(on(11, 2, 15, 0))
		o.wantMails(on(11, 3, 9, 0), annesMail)
		o.wantMails(on(11, 4, 9, 0))
		if diff := cmp.Diff([]string{"20261102T090000Z:new sent", "20261102T130000Z:verdict=a_completer:edited sent"}, steps(o)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("what came back to what was told is no news", func(t *testing.T) {
		o := follow(t)
		verdict := func(v dossier.Verdict) {
			o.become(1, func(r *dossier.Record) { r.Judgement.Verdict = v })
		}
		verdict(dossier.Recevable)
		o.tick(on(11, 2, 15, 0))
		verdict(dossier.ACompleter)
		o.tick(on(11, 2, 16, 0))
		o.wantMails(on(11, 3, 9, 0))
		o.wantStatuses(map[Status]int{Sent: 1, Dropped: 2})
	})
	t.Run("a decision", func(t *testing.T) {
		o := follow(t)
		o.become(1, func(r *dossier.Record) {
			r.State, r.Dossier.State = dossier.Accepte, dossier.Accepte
			r.Judgement.Deadlines[0].MetOn = dossier.Day{Year: 2026, Month: 11, Day: 2}
			r.Judgement.Verdict = dossier.Recevable
		})
		o.wantMails(on(11, 3, 9, 0), annesMail)
		if diff := cmp.Diff([]string{"20261102T090000Z:new sent", "20261102T130000Z:state=en_instruction sent"}, steps(o)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("hidden meanwhile", func(t *testing.T) {
		o := follow(t)
		o.become(1, func(r *dossier.Record) { r.Judgement.Verdict = dossier.Recevable })
		o.tick(on(11, 2, 15, 0))
		o.become(1, func(r *dossier.Record) { r.Removed = dossier.Pending })
		o.wantMails(on(11, 3, 9, 0))
		o.wantStatuses(map[Status]int{Sent: 1, Dropped: 1})
	})
	t.Run("followed by a version that kept no portrait", func(t *testing.T) {
		o := newOffice(t)
		o.remind(on(10, 1, 9, 0))
		o.file(1, bretagne(), on(10, 8, 10, 0), on(10, 8, 10, 5), anne)
		o.become(1, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(11, 6, 9, 0) })
		o.wantMails(on(11, 9, 9, 0))
		if told := o.store.records[1].Told; told == (dossier.Portrait{}) {
			t.Error("it is looked at for ever")
		}
	})
	t.Run("there before the call was followed", func(t *testing.T) {
		o := newOffice(t)
		o.remind(on(11, 2, 9, 0))
		o.file(1, bretagne(), on(10, 30, 10, 0), on(11, 2, 10, 5), anne) // no date is near
		o.wantMails(on(11, 2, 11, 0))
		o.file(2, bretagne(), on(9, 20, 10, 0), on(11, 2, 10, 5), anne) // its J-30 is past
		o.wantMails(on(11, 2, 12, 0), annesMail)
		for _, key := range o.store.order {
			if i := o.store.rows[key]; i.Kind != Opening && i.Status != Skipped {
				t.Errorf("%s is %s, %s", key, i.Kind, i.Status)
			}
		}
	})
}

// Every step that a change can write reads back as it was.
func TestTheStepOfAChange(t *testing.T) {
	state, verdict := dossier.EnConstruction, dossier.Verdict("")
	all := letter.News{New: true, State: &state, Verdict: &verdict, Edited: true, Corrected: true}
	n, err := parseChange(changeStep(on(11, 2, 14, 0), all))
	if err != nil || *n.State != state || *n.Verdict != verdict || !n.New || !n.Edited || !n.Corrected {
		t.Errorf("got %+v, %v", n, err)
	}
	if _, err := parseChange("20261102T130000Z:colour=blue"); err == nil {
		t.Error("an unknown trait is taken")
	}
}

func TestEscalation(t *testing.T) {
	c := bretagne()
	c.Recipients.Escalation = []string{"chef@dreets.example"}
	t.Run("nobody follows", func(t *testing.T) {
		o := newOffice(t, c)
		o.receive(1, c, on(10, 8, 10, 0), on(10, 8, 11, 0)) // last day: Monday 7 December
		o.wantMails(on(11, 20, 9, 0), annesMail, brunosMail)
		o.wantMails(on(11, 30, 9, 0), annesMail, brunosMail, "chef@dreets.example")
	})
	t.Run("somebody follows", func(t *testing.T) {
		o := newOffice(t, c)
		o.receive(1, c, on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
		o.wantMails(on(11, 30, 9, 0), annesMail)
	})
	t.Run("nobody else can be told", func(t *testing.T) {
		alone := c
		alone.Recipients.Fallback, alone.Regions = nil, []string{"94"}
		o := newOffice(t, alone)
		o.receive(1, alone, on(10, 8, 10, 0), on(10, 8, 11, 0))
		o.wantMails(on(11, 6, 9, 0), "chef@dreets.example")
	})
}

func TestTheWeeklyReport(t *testing.T) {
	c := bretagne()
	c.Recipients.Report = []string{"chef@dreets.example"}
	o := newOffice(t, c)
	o.remind(on(11, 5, 9, 0)) // a Thursday: nothing was followed before
	o.file(1, c, on(11, 5, 10, 0), on(11, 5, 10, 5), anne)
	o.wantMails(on(11, 6, 9, 0), annesMail)
	o.wantMails(on(11, 9, 7, 0))
	o.wantMails(on(11, 9, 8, 0), "chef@dreets.example")
	o.wantMails(on(11, 10, 8, 0))
	o.wantMails(on(11, 16, 8, 0), "chef@dreets.example")
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 16})
	o.wantMails(on(11, 23, 8, 0), "chef@dreets.example") // decided in the week
	o.wantMails(on(11, 30, 8, 0))                        // nothing waits and nothing came
	// The report and the reminders of one person are one mail.
	c.Recipients.Report = []string{"anne@dreets.example"}
	o = newOffice(t, c)
	o.remind(on(11, 5, 9, 0))
	o.file(1, c, on(11, 8, 10, 0), on(11, 8, 10, 5), anne)
	o.wantMails(on(11, 9, 8, 0), annesMail)
	o.wantMails(on(11, 9, 9, 0))
}

func TestACommitteeAhead(t *testing.T) {
	c := bretagne()
	c.Calendar.Committee = on(12, 15, 9, 0)
	o := newOffice(t, c)
	o.receive(1, c, on(10, 8, 10, 0), on(10, 8, 11, 0), anne) // last day: 7 December
	o.tick(on(11, 6, 9, 0))
	if text := o.post.messages[0].Text; !strings.Contains(text, "comité du 15\u00a0décembre") {
		t.Errorf("the mail says:\n%s", text)
	}
}

func TestTriesGrowRare(t *testing.T) {
	o, noon := due(t)
	o.post.on = func(Message) error { return fmt.Errorf("greylisted: %w", ErrNotTaken) }
	tries := map[int]int{}
	for hour := range 12 {
		at := noon.Add(time.Duration(hour) * time.Hour)
		o.store.completed[100] = at
		before := len(o.post.tried)
		done, _ := o.delivery.Run(t.Context(), at)
		if tries[hour] = len(o.post.tried); tries[hour] == before && done.Waiting != 1 {
			t.Errorf("hour %d: what is not tried does not wait: %+v", hour, done)
		}
	}
	want := map[int]int{0: 1, 1: 2, 2: 2, 3: 3, 4: 3, 5: 3, 6: 3, 7: 4, 8: 4, 9: 4, 10: 4, 11: 5}
	if diff := cmp.Diff(want, tries); diff != "" {
		t.Error(diff)
	}
	o.post.on = nil
	o.wantMails(on(12, 1, 9, 0), annesMail)
	if note := o.store.notes[pauseNote(anne)]; !strings.Contains(note, `"failures":0`) {
		t.Errorf("the failures are remembered: %s", note)
	}
}

func TestAMailServiceThatIsDownIsLeftAlone(t *testing.T) {
	o := newOffice(t)
	o.store.demarches[100] = dossier.Demarche{Number: 100}
	for n := range 20 {
		o.receive(n+1, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), fmt.Sprintf("person-%02d", n))
	}
	o.remind(on(11, 6, 9, 0))
	down := fmt.Errorf("down: %w", ErrNotTaken)
	o.post.on = func(Message) error { return down }
	o.store.completed[100] = on(11, 6, 9, 0)
	if _, err := o.delivery.Run(t.Context(), on(11, 6, 9, 0)); !errors.Is(err, down) || len(o.post.tried) != mostFailures {
		t.Errorf("%d tries, %v", len(o.post.tried), err)
	}
	o.post.on = nil
	o.tick(on(11, 6, 10, 0))
	if n := len(o.mailed()); n != 20 {
		t.Errorf("%d mails once it is back", n)
	}
}

func TestARefusalAtSendingIsHeard(t *testing.T) {
	o, noon := due(t)
	var heard []Refusal
	o.delivery.Fresh = func(r Refusal) { heard = append(heard, r) }
	o.post.on = func(Message) error { return fmt.Errorf("550: %w", ErrRefused) }
	o.deliver(noon)
	if len(heard) != 1 || heard[0].Cause != RefusalCause+Digest(annesMail)[:12] || len(heard[0].Mails) != 1 {
		t.Errorf("heard %+v", heard)
	}
}

func TestMondays(t *testing.T) {
	for day := range 7 {
		d := dossier.Day{Year: 2026, Month: 11, Day: 9 + day}
		if got := monday(d); got != (dossier.Day{Year: 2026, Month: 11, Day: 9}) {
			t.Errorf("the Monday of %s is %s", d, got)
		}
	}
}
