package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// due gives an office with a J-7 to tell to Anne about dossier 1, at noon.
func due(t *testing.T) (*office, time.Time) {
	t.Helper()
	o := newOffice(t)
	o.receive(1, bretagne(), on(10, 8, 10, 0), on(11, 25, 11, 0), anne)
	o.remind(on(11, 30, 9, 0))
	noon := on(11, 30, 12, 0)
	o.store.rows = map[string]Intention{}
	o.store.order = nil
	o.edit(1, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(11, 29, 9, 0) })
	o.remind(on(11, 30, 9, 0))
	o.wantStatuses(map[Status]int{Pending: 1})
	return o, noon
}

func TestDecidedWhileTheMailWaited(t *testing.T) {
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.remind(on(11, 30, 9, 0))
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30})
	if done := o.deliver(noon); done.Sent != 1 || done.Dropped != 1 {
		t.Fatalf("got %+v", done)
	}
	text := o.post.messages[0].Text
	if strings.Contains(text, "n°\u00a01 ") || !strings.Contains(text, "n°\u00a02 ") {
		t.Errorf("the mail says:\n%s", text)
	}
}

func TestDecidedBetweenClaimAndSend(t *testing.T) {
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.remind(on(11, 30, 9, 0))
	once := true
	o.store.on = func(op string) error {
		if op == "claim" && once {
			once = false
			o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30})
		}
		return nil
	}
	if done := o.deliver(noon); done.Sent != 1 || done.Dropped != 1 {
		t.Fatalf("got %+v", done)
	}
	if text := o.post.messages[0].Text; strings.Contains(text, "n°\u00a01 ") {
		t.Errorf("a decided dossier was told:\n%s", text)
	}
	if len(o.store.mails) != 1 {
		t.Errorf("%d mail rows: the released claim must be gone", len(o.store.mails))
	}
}

func TestWhatIsNoLongerTrueIsDropped(t *testing.T) {
	for name, change := range map[string]func(*office, *dossier.Record){
		"hidden by the platform": func(_ *office, r *dossier.Record) { r.Removed = dossier.Pending },
		"purged":                 func(_ *office, r *dossier.Record) { r.Removed, r.Dossier = dossier.Purged, nil },
		"another date":           func(_ *office, r *dossier.Record) { r.Judgement.Deadlines[0].PrudentOn.Day++ },
		"another call":           func(_ *office, r *dossier.Record) { r.Judgement.Call = "o2r-normandie" },
		"no deadline":            func(_ *office, r *dossier.Record) { r.Judgement.Deadlines = nil },
		"redirected to the usager": func(o *office, r *dossier.Record) {
			o.delivery.Mode = Mode{ModeRedirect, r.Dossier.Usager.Email}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, noon := due(t)
			o.edit(1, func(r *dossier.Record) { change(o, r) })
			if done := o.deliver(noon); done.Dropped != 1 || done.Sent != 0 {
				t.Errorf("got %+v", done)
			}
		})
	}
}

// Its only open deadline is then the platform's own deletion of the dossier.
func TestADossierDecidedBeforeItsOpening(t *testing.T) {
	o := newOffice(t)
	o.receive(1, bretagne(), on(8, 1, 10, 0), on(11, 10, 9, 0), anne)
	o.remind(on(11, 10, 10, 0))
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 10})
	o.edit(1, func(r *dossier.Record) {
		expires := dossier.Day{Year: 2027, Month: 11, Day: 10}
		r.Judgement.Deadlines = append(r.Judgement.Deadlines, dossier.Deadline{Kind: "D21", DueOn: expires, PrudentOn: expires})
	})
	if done := o.deliver(on(11, 10, 11, 0)); done.Dropped != 1 || done.Sent != 0 {
		t.Errorf("got %+v", done)
	}
}

func TestAnOldCopyWaits(t *testing.T) {
	for name, test := range map[string]struct {
		completed time.Duration // before the tick; 0 for never
		waive     bool
		sent      int
	}{
		"just fresh":            {15 * time.Minute, false, 1},
		"too old":               {15*time.Minute + time.Second, false, 0},
		"never complete":        {0, false, 0},
		"too old but waived":    {30 * 24 * time.Hour, true, 1},
		"of a tick in the past": {-time.Hour, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o, noon := due(t)
			if test.completed != 0 {
				o.store.completed[100] = noon.Add(-test.completed)
			}
			o.delivery.Waive = test.waive
			done, err := o.delivery.Run(t.Context(), noon)
			if err != nil || done.Sent != test.sent || done.Waiting != 1-test.sent || done.Dropped != 0 {
				t.Errorf("got %+v, %v", done, err)
			}
		})
	}
}

// Even that a dossier is decided is not believed from an old copy; and the age
// of the copy is on the real clock, whatever the tick.
func TestAnOldCopyDropsNothing(t *testing.T) {
	o, noon := due(t)
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30})
	o.store.completed[100] = noon
	o.delivery.Clock = func() time.Time { return noon.Add(time.Hour) }
	done, err := o.delivery.Run(t.Context(), noon)
	if err != nil || done.Waiting != 1 || done.Dropped != 0 {
		t.Errorf("got %+v, %v", done, err)
	}
}

func TestAnUnknownCallWaits(t *testing.T) {
	o, noon := due(t)
	o.delivery.Calls = newOffice(t, normandie()).delivery.Calls
	if done := o.deliver(noon); done.Waiting != 1 {
		t.Errorf("got %+v", done)
	}
}

func TestRedirect(t *testing.T) {
	o, noon := due(t)
	o.delivery.Mode = Mode{ModeRedirect, "essai@dreets.example"}
	o.deliver(noon)
	m := o.post.messages[0]
	if m.To != "essai@dreets.example" || !strings.HasPrefix(m.Subject, "[Redirigé] ") {
		t.Errorf("to %s, subject %q", m.To, m.Subject)
	}
	for part, body := range map[string]string{"text": m.Text, "html": m.HTML} {
		if !strings.Contains(body, "SW5zdHJ1Y3RldXItMQ") || strings.Contains(body, "anne@") {
			t.Errorf("the %s part must name the person by its id only", part)
		}
	}
	o.wantStatuses(map[Status]int{Sent: 1})
}

func TestAnUnsetModeSendsNothing(t *testing.T) {
	for _, mode := range []Mode{{}, {Name: "sned"}, {Name: ModeRedirect}} {
		o, noon := due(t)
		o.delivery.Mode = mode
		if done := o.deliver(noon); done.Held != 1 || done.Sent != 0 {
			t.Errorf("%+v: %+v", mode, done)
		}
	}
}

func TestHoldThenLeave(t *testing.T) {
	o := newOffice(t, normandie())
	o.delivery.Mode = Mode{Name: ModeHold}
	for n := range 30 {
		o.receive(1+n, normandie(), on(10, 8, 10, 0), on(10, 8, 11, 0), carla)
	}
	o.receive(50, normandie(), on(9, 1, 10, 0), on(11, 15, 11, 0), carla) // adopted with steps behind it
	for _, day := range []int{6, 16, 20, 30} {
		o.tick(on(11, day, 9, 0))
	}
	if to := o.mailed(); to != nil {
		t.Fatalf("mode hold wrote to %v", to)
	}
	o.decide(2, dossier.Day{Year: 2026, Month: 11, Day: 30})
	o.delivery.Mode = Mode{Name: ModeSend}
	done := o.tick(on(11, 30, 12, 0))
	if diff := cmp.Diff([]string{"carla@dreets.example"}, o.mailed()); diff != "" {
		t.Errorf("leaving hold: %s", diff)
	}
	if done.Sent != 1 || done.Dropped != 1 || done.Openings != 30 { // dossier 50 and the call had theirs held
		t.Errorf("got %+v", done)
	}
	if again := o.tick(on(11, 30, 13, 0)); again != (Delivered{}) {
		t.Errorf("the next tick: %+v", again)
	}
	o.tick(on(12, 2, 9, 0))
	if to := o.mailed(); len(to) != 1 {
		t.Errorf("reminders resume: %v", to)
	}
}

// A crash between the writing of the openings and the skipping of the backlog
// loses nothing and tells nothing twice.
func TestLeavingHoldSurvivesACrash(t *testing.T) {
	for _, op := range []string{"enqueue", "mark skipped", "claim"} {
		t.Run(op, func(t *testing.T) {
			o, noon := due(t)
			o.delivery.Mode = Mode{Name: ModeHold}
			o.deliver(noon)
			o.delivery.Mode = Mode{Name: ModeSend}
			o.store.on = func(at string) error {
				if at == op {
					panic(errDeath)
				}
				return nil
			}
			dies(t, func() { o.deliver(noon.Add(time.Hour)) })
			o.store.on = nil
			o.deliver(noon.Add(2 * time.Hour))
			o.deliver(noon.Add(3 * time.Hour))
			if to := o.mailed(); len(to) != 1 {
				t.Errorf("wrote to %v", to)
			}
			o.wantStatuses(map[Status]int{Sent: 1, Skipped: 1})
		})
	}
}

func TestARefusedAddressIsSettled(t *testing.T) {
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), bruno)
	o.remind(on(11, 30, 9, 0))
	o.post.on = func(m Message) error {
		if m.To == "anne@dreets.example" {
			return fmt.Errorf("550: %w", ErrRefused)
		}
		return nil
	}
	if done := o.deliver(noon); done.Refused != 1 || done.Sent != 1 {
		t.Errorf("got %+v", done)
	}
	if done := o.deliver(noon.Add(time.Hour)); done != (Delivered{}) {
		t.Errorf("tried again: %+v", done)
	}
	o.wantNoAddressLogged()
}

func TestATemporaryFailureIsTriedAgain(t *testing.T) {
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), bruno)
	o.remind(on(11, 30, 9, 0))
	down := fmt.Errorf("451 try later: %w", ErrNotTaken)
	o.post.on = func(m Message) error {
		if m.To == "anne@dreets.example" {
			return down
		}
		return nil
	}
	o.store.completed[100] = noon
	done, err := o.delivery.Run(t.Context(), noon)
	if !errors.Is(err, down) || done.Released != 1 || done.Sent != 1 {
		t.Fatalf("got %+v, %v", done, err)
	}
	if strings.Contains(err.Error(), "@") {
		t.Errorf("the error shows an address: %v", err)
	}
	o.post.on = nil
	if done := o.deliver(noon.Add(time.Hour)); done.Sent != 1 {
		t.Errorf("got %+v", done)
	}
	o.wantStatuses(map[Status]int{Sent: 2, Skipped: 2})
}

// Nobody knows whether a mail whose connection was lost had been taken: its lines
// must not go out in another mail.
func TestAnUncertainSendingIsRepeatedAsItWas(t *testing.T) {
	o, noon := due(t)
	lost := errors.New("connection lost")
	o.post.on = func(Message) error { return lost }
	o.store.completed[100] = noon
	if done, err := o.delivery.Run(t.Context(), noon); !errors.Is(err, lost) || done.Unsure != 1 || done.Released != 0 {
		t.Fatalf("got %+v, %v", done, err)
	}
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne) // something else to tell
	o.remind(on(11, 30, 9, 0))
	if done, _ := o.delivery.Run(t.Context(), noon.Add(10*time.Minute)); done.Later != 1 || done.Repeated != 0 {
		t.Fatalf("too early: %+v", done)
	}
	first := o.post.tried
	o.post.on = nil
	if done := o.deliver(noon.Add(time.Hour)); done.Repeated != 1 || done.Sent != 1 || done.Later != 1 {
		t.Fatalf("got %+v", done)
	}
	if o.post.messages[0].MessageID != first[0].MessageID {
		t.Error("the repeat has another Message-ID than at first")
	}
	if done := o.deliver(noon.AddDate(0, 0, 1)); done.Sent != 1 {
		t.Fatalf("the next morning: %+v", done)
	}
	o.wantStatuses(map[Status]int{Sent: 2, Skipped: 2})
}

// A repeat that fails, for certain this time, is still that of a mail that may
// have been taken before.
func TestARepeatThatFailsStaysARepeat(t *testing.T) {
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.remind(on(11, 30, 9, 0))
	o.post.on = func(Message) error { return errors.New("lost, though taken") }
	o.store.completed[100] = noon
	_, _ = o.delivery.Run(t.Context(), noon)
	id := o.post.tried[0].MessageID
	o.post.on = func(Message) error { return fmt.Errorf("busy: %w", ErrNotTaken) }
	o.store.completed[100] = noon.Add(time.Hour)
	if done, err := o.delivery.Run(t.Context(), noon.Add(time.Hour)); err == nil || done.Repeated != 1 || done.Unsure != 1 {
		t.Fatalf("got %+v, %v", done, err)
	}
	o.post.on = nil
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30}) // part of it is no longer true
	o.deliver(noon.Add(2 * time.Hour))
	if len(o.post.messages) != 1 || o.post.messages[0].MessageID != id {
		t.Errorf("%d mails; the repeat must bear the first Message-ID", len(o.post.messages))
	}
}

func TestTwoDeliveriesAtOnce(t *testing.T) {
	o, noon := due(t)
	busy := false
	o.store.on = func(op string) error {
		if op == "claim" && !busy { // the other one is faster
			busy = true
			o.deliver(noon)
		}
		return nil
	}
	if done := o.deliver(noon); done.Sent != 0 {
		t.Errorf("got %+v", done)
	}
	if len(o.post.messages) != 1 {
		t.Errorf("%d mails", len(o.post.messages))
	}
}

// What was sent is known as sent, even when the tick is told to stop meanwhile.
func TestTheEndOfATickSettlesWhatWasSent(t *testing.T) {
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), bruno)
	o.remind(on(11, 30, 9, 0))
	ctx, cancel := context.WithCancel(t.Context())
	o.post.on = func(Message) error { cancel(); return nil }
	o.store.completed[100] = noon
	done, err := o.delivery.Run(ctx, noon)
	if !errors.Is(err, context.Canceled) || done.Sent != 1 {
		t.Errorf("got %+v, %v", done, err)
	}
	o.wantStatuses(map[Status]int{Sent: 1, Pending: 1, Skipped: 2})
}

// A person whose address differs between two dossiers gets two mails, on two
// mornings, and none of them says what is for the other address.
func TestOnePersonTwoAddresses(t *testing.T) {
	o := newOffice(t)
	o.store.demarches[100] = dossier.Demarche{Number: 100}
	for n := 1; n <= 2; n++ {
		o.receive(n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	}
	o.tick(on(11, 6, 9, 0))
	if diff := cmp.Diff([]string{"followed-1@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
	o.tick(on(11, 9, 9, 0))
	if diff := cmp.Diff([]string{"followed-2@dreets.example"}, o.mailed()); diff != "" {
		t.Error(diff)
	}
}

// The crash windows of promise 4.
func TestACrashBetweenClaimAndSend(t *testing.T) {
	o, noon := due(t)
	o.post.on = func(Message) error { panic(errDeath) }
	dies(t, func() { o.deliver(noon) })
	o.post.on = nil
	if done := o.deliver(noon.Add(10 * time.Minute)); done != (Delivered{}) {
		t.Fatalf("a living claim was taken over: %+v", done)
	}
	if done := o.deliver(noon.Add(20 * time.Minute)); done.Repeated != 1 || done.Sent != 1 {
		t.Errorf("got %+v", done)
	}
	if n := len(o.mailed()); n != 1 {
		t.Errorf("%d mails", n)
	}
	o.wantStatuses(map[Status]int{Sent: 1})
	for _, m := range o.store.mails {
		if m.Attempts != 2 {
			t.Errorf("%d attempts", m.Attempts)
		}
	}
}

func TestACrashBetweenSendAndSettle(t *testing.T) {
	o, noon := due(t)
	o.store.on = func(op string) error {
		if op == "settle sent" {
			panic(errDeath)
		}
		return nil
	}
	dies(t, func() { o.deliver(noon) })
	o.store.on = nil
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne) // new things do not change the repeat
	o.remind(on(11, 30, 9, 0))
	if done := o.deliver(noon.Add(time.Hour)); done.Repeated != 1 || done.Sent != 1 {
		t.Errorf("got %+v", done)
	}
	if done := o.deliver(noon.AddDate(0, 0, 1)); done.Sent != 1 {
		t.Errorf("the next morning: %+v", done)
	}
	sent := o.post.messages
	if len(sent) != 3 || sent[0].MessageID != sent[1].MessageID || sent[0].ID != sent[1].ID {
		t.Errorf("%d mails; the duplicate must be recognisable", len(sent))
	}
	if sent[2].MessageID == sent[0].MessageID {
		t.Error("another mail has the same Message-ID")
	}
	if done := o.deliver(noon.AddDate(0, 0, 2)); done != (Delivered{}) {
		t.Errorf("afterwards: %+v", done)
	}
}

func TestAFailedSettleIsAnOrphan(t *testing.T) {
	o, noon := due(t)
	o.store.on = func(op string) error {
		if op == "settle sent" {
			return errors.New("store unreachable")
		}
		return nil
	}
	o.store.completed[100] = noon
	if _, err := o.delivery.Run(t.Context(), noon); err == nil {
		t.Error("nobody was told")
	}
	o.store.on = nil
	if done := o.deliver(noon.Add(time.Hour)); done.Repeated != 1 {
		t.Errorf("got %+v", done)
	}
}

func orphaned(t *testing.T) (*office, time.Time) {
	t.Helper()
	o, noon := due(t)
	o.receive(2, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	o.remind(on(11, 30, 9, 0))
	o.post.on = func(Message) error { panic(errDeath) }
	dies(t, func() { o.deliver(noon) })
	o.post.on = nil
	return o, noon.Add(time.Hour)
}

func TestAnOrphanIsCheckedAgain(t *testing.T) {
	day := dossier.Day{Year: 2026, Month: 11, Day: 30}
	t.Run("part of it still stands", func(t *testing.T) {
		o, later := orphaned(t)
		o.decide(1, day)
		if done := o.deliver(later); done.Repeated != 1 || done.Sent != 1 {
			t.Fatalf("got %+v", done)
		}
		if strings.Contains(o.post.messages[0].Text, "n°\u00a01 ") {
			t.Error("a decided dossier was told")
		}
	})
	t.Run("nothing stands", func(t *testing.T) {
		o, later := orphaned(t)
		o.decide(1, day)
		o.decide(2, day)
		if done := o.deliver(later); done.Repeated != 0 || done.Sent != 0 || done.Dropped != 2 {
			t.Errorf("got %+v", done)
		}
	})
	t.Run("nothing stands at night, and all of it again in the morning", func(t *testing.T) {
		o, later := orphaned(t)
		hide := func(removal dossier.Removal) {
			for n := 1; n <= 2; n++ {
				o.edit(n, func(r *dossier.Record) { r.Removed = removal })
			}
		}
		hide(dossier.Pending)
		if done := o.deliver(on(12, 1, 3, 0)); done.Dropped != 2 {
			t.Fatalf("got %+v", done)
		}
		hide(dossier.Present)
		if done := o.deliver(later.AddDate(0, 0, 1)); done.Sent != 0 {
			t.Errorf("told again, though the first sending may have told it: %+v", done)
		}
	})
	t.Run("the copy is too old", func(t *testing.T) {
		o, later := orphaned(t)
		o.store.completed[100] = later.Add(-time.Hour)
		done, err := o.delivery.Run(t.Context(), later)
		if err != nil || done.Waiting != 2 || done.Sent != 0 {
			t.Errorf("got %+v, %v", done, err)
		}
		if done := o.deliver(later.Add(time.Hour)); done.Repeated != 1 {
			t.Errorf("then: %+v", done)
		}
	})
	t.Run("mode hold", func(t *testing.T) {
		o, later := orphaned(t)
		o.delivery.Mode = Mode{Name: ModeHold}
		if done := o.deliver(later); done.Held != 2 || done.Sent != 0 || len(o.post.messages) != 0 {
			t.Errorf("got %+v", done)
		}
	})
	t.Run("a tick played in the future takes nothing over", func(t *testing.T) {
		o, later := orphaned(t)
		o.delivery.Clock = func() time.Time { return later.Add(-55 * time.Minute) }
		o.delivery.Waive = true
		if done := o.deliver(later.AddDate(0, 0, 1)); done.Repeated != 0 {
			t.Errorf("a living delivery was doubled: %+v", done)
		}
	})
}

// A tick of remind played at a later instant must not reach anybody before it.
func TestWhatALaterTickWroteWaitsForIt(t *testing.T) {
	o, _ := due(t)
	if done := o.deliver(on(11, 29, 12, 0)); done.Sent != 0 {
		t.Fatalf("sent the day before it was written: %+v", done)
	}
	if done := o.deliver(on(11, 30, 12, 0)); done.Sent != 1 {
		t.Fatalf("not sent in its time: %+v", done)
	}
}
