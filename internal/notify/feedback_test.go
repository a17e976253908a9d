package notify

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// listener hears the feedback of an office's mails.
func (o *office) listener(now time.Time) *Listener {
	return &Listener{
		Mails: o.store, Refusals: o.store, Alarms: o.store, Mode: o.delivery.Mode,
		Now: func() time.Time { return now }, Log: o.delivery.Log,
	}
}

func (o *office) hear(now time.Time, list ...Feedback) Heard {
	o.t.Helper()
	heard, err := o.listener(now).Hear(o.t.Context(), list)
	if err != nil {
		o.t.Fatal(err)
	}
	o.wantNoAddressLogged()
	return heard
}

func (o *office) wantHeard(want, got Heard) {
	o.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		o.t.Errorf("heard, want (-), got (+):\n%s", diff)
	}
}

// bounced gives the feedback of the mail that Anne was sent at noon.
func bounced(t *testing.T) (*office, time.Time, Feedback) {
	t.Helper()
	o, noon := due(t)
	o.deliver(noon)
	id := o.post.messages[0].ID
	o.wantMailed(annes)
	return o, noon, Feedback{Mail: id, Permanent: true, Recipients: []string{annes}, At: noon.Add(time.Minute)}
}

func refusalOf(address string, f Feedback, persons ...string) Refusal {
	return Refusal{Cause: RefusalCause + Digest(address)[:12], Persons: persons, Mails: []string{f.Mail}, Complaint: f.Complaint}
}

func TestABounceForGood(t *testing.T) {
	o, noon, f := bounced(t)
	o.wantHeard(Heard{Refused: 1, Fresh: []Refusal{refusalOf(annes, f, anne)}}, o.hear(noon, f))
	o.wantStatuses(map[Status]int{Refused: 1})
	if m := o.store.mails[f.Mail]; m.Status != Refused || !m.SettledAt.Equal(f.At) {
		t.Errorf("the mail: %+v", m)
	}
	if since := o.store.barred[Digest(annes)]; !since.Equal(f.At) {
		t.Errorf("suppressed since %v", since)
	}
	if since := o.store.alarms[RefusalCause+Digest(annes)[:12]]; !since.Equal(f.At) || len(o.store.alarms) != 1 {
		t.Errorf("alarms: %v", o.store.alarms)
	}
	if done := o.deliver(noon.Add(time.Hour)); done != (Delivered{}) {
		t.Errorf("told again: %+v", done)
	}
	o.tick(on(12, 7, 9, 0)) // what is still to be told goes to the others
	o.tick(on(12, 7, 10, 0))
	o.wantMailed(brunos)
}

func TestAComplaint(t *testing.T) {
	o, noon, f := bounced(t)
	f.Permanent, f.Complaint = false, true
	o.wantHeard(Heard{Refused: 1, Fresh: []Refusal{refusalOf(annes, f, anne)}}, o.hear(noon, f))
	o.wantStatuses(map[Status]int{Refused: 1})
	if len(o.store.barred) != 1 {
		t.Error("she is still written to")
	}
}

func TestABounceThatMayPass(t *testing.T) {
	o, noon, f := bounced(t)
	f.Permanent = false
	o.store.on = func(op string) error { return errors.New("nothing was to be written: " + op) }
	o.wantHeard(Heard{Ignored: 1}, o.hear(noon, f))
	o.wantStatuses(map[Status]int{Sent: 1})
}

func TestTheSameFeedbackAgain(t *testing.T) {
	o, noon, f := bounced(t)
	o.wantHeard(Heard{Refused: 1, Fresh: []Refusal{refusalOf(annes, f, anne)}}, o.hear(noon, f, f))
	since, mail := o.store.barred[Digest(annes)], o.store.mails[f.Mail]
	f.At = f.At.Add(time.Hour)
	complaint := f
	complaint.Complaint = true
	o.wantHeard(Heard{}, o.hear(noon, f, complaint))
	if !o.store.barred[Digest(annes)].Equal(since) || !o.store.mails[f.Mail].SettledAt.Equal(mail.SettledAt) {
		t.Error("a repeat changed something")
	}
}

func TestTwoMailsOfOneAddressAreToldTogether(t *testing.T) {
	o, noon, f := bounced(t)
	o.tick(on(12, 7, 9, 0))
	second := f
	second.Mail, second.Complaint = o.post.messages[0].ID, true
	want := refusalOf(annes, f, anne)
	want.Mails, want.Complaint = append(want.Mails, second.Mail), true
	o.wantHeard(Heard{Refused: 2, Fresh: []Refusal{want}}, o.hear(noon, f, second))
}

// The bounce is faster than the settlement of a delivery that lives.
func TestABounceBeforeTheSettlement(t *testing.T) {
	o, noon := due(t)
	var f Feedback
	o.post.on = func(m Message) error {
		f = Feedback{Mail: m.ID, Permanent: true, Recipients: []string{m.To}}
		heard, err := o.listener(noon).Hear(t.Context(), []Feedback{{}, f})
		if !errors.Is(err, ErrUnsettled) || strings.Contains(err.Error(), "@") {
			t.Errorf("error %v", err)
		}
		o.wantHeard(Heard{Ignored: 1, Fresh: []Refusal{refusalOf(annes, f, anne)}, Again: []int{1}}, heard)
		return nil
	}
	o.deliver(noon)
	o.wantStatuses(map[Status]int{Sent: 1})
	o.wantHeard(Heard{Refused: 1}, o.hear(noon, f))
	o.wantStatuses(map[Status]int{Refused: 1})
}

// The bounce is of a delivery that died: the orphan goes to the others, and the
// feedback that comes again has nothing left to do.
func TestABounceOfAnOrphan(t *testing.T) {
	o, noon := due(t)
	var f Feedback
	o.post.on = func(m Message) error {
		f = Feedback{Mail: m.ID, Permanent: true, Recipients: []string{m.To}}
		panic(errDeath)
	}
	dies(t, func() { o.deliver(noon) })
	o.post.on = nil
	if _, err := o.listener(noon).Hear(t.Context(), []Feedback{f}); !errors.Is(err, ErrUnsettled) {
		t.Fatalf("error %v", err)
	}
	for hour := range 3 {
		o.deliver(noon.Add(time.Duration(hour+1) * time.Hour))
	}
	o.wantMailed(brunos)
	o.wantHeard(Heard{}, o.hear(noon, f))
	o.wantStatuses(map[Status]int{Sent: 1, Dropped: 1})
}

func TestABounceOfTheRedirection(t *testing.T) {
	o, noon, f := bounced(t)
	o.delivery.Mode = Mode{ModeRedirect, "Essai@dreets.example "}
	f.Recipients = []string{"essai@DREETS.example"}
	want := refusalOf("essai@dreets.example", f, anne)
	want.Redirection = true
	o.wantHeard(Heard{Refused: 1, Fresh: []Refusal{want}}, o.hear(noon, f, f))
	o.wantStatuses(map[Status]int{Refused: 1})
	if len(o.store.barred) != 0 {
		t.Error("the redirection was silenced")
	}
	f.Recipients = []string{annes} // sent before the mode was changed
	o.hear(noon, f)
	if len(o.store.barred) != 1 {
		t.Error("a person's address is still written to")
	}
}

func TestFeedbackOfUnknownShape(t *testing.T) {
	o, noon, f := bounced(t)
	nobody := Feedback{Mail: "m-of-somebody", Permanent: true, Recipients: []string{"", "undisclosed"}, At: noon}
	o.wantHeard(Heard{Ignored: 2}, o.hear(noon, nobody, Feedback{Complaint: true}))
	o.wantStatuses(map[Status]int{Sent: 1})

	unknown := Feedback{Mail: "operator-1", Permanent: true, Recipients: []string{"Exploitant <EXPLOITANT@x.example>"}}
	o.wantHeard(Heard{Fresh: []Refusal{{Cause: RefusalCause + Digest("exploitant@x.example")[:12]}}}, o.hear(noon, unknown))
	if since := o.store.barred[Digest("exploitant@x.example")]; !since.Equal(noon) {
		t.Errorf("without an instant, it is since %v", since)
	}

	f.Recipients = nil // its mail alone
	want := refusalOf(annes, f, anne)
	want.Cause = RefusalCause + f.Mail
	o.wantHeard(Heard{Refused: 1, Fresh: []Refusal{want}}, o.hear(noon, f))
	o.wantStatuses(map[Status]int{Refused: 1})
}

// Whatever write fails, the feedback comes again and finishes what it began; the
// others of the list are heard.
func TestFeedbackSurvivesTheStore(t *testing.T) {
	for _, op := range []string{"suppress", "refuse", "raise"} {
		t.Run(op, func(t *testing.T) {
			o, noon, f := bounced(t)
			broken := errors.New("store unreachable")
			once := true
			o.store.on = func(at string) error {
				if at == op && once {
					once = false
					return broken
				}
				return nil
			}
			other := Feedback{Permanent: true, Recipients: []string{carlas}}
			first, err := o.listener(noon).Hear(t.Context(), []Feedback{f, other})
			if !errors.Is(err, broken) || strings.Contains(err.Error(), "@") {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff([]int{0}, first.Again); diff != "" {
				t.Error(diff)
			}
			second := o.hear(noon, f)
			if n := len(first.Fresh) + len(second.Fresh); n != 2 { // Anne and Carla, once each
				t.Errorf("the operator hears of %d addresses", n)
			}
			if first.Refused+second.Refused != 1 || len(o.store.barred) != 2 {
				t.Errorf("%d + %d mails refused, %d addresses suppressed", first.Refused, second.Refused, len(o.store.barred))
			}
			o.wantStatuses(map[Status]int{Refused: 1})
		})
	}
}
