package notify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"relais/internal/dossier"
)

const (
	annes  = "anne@dreets.example"
	brunos = "bruno@dreets.example"
	carlas = "carla@dreets.example"
	help   = "secours@dreets.example"
)

// bar suppresses addresses.
func (o *office) bar(addresses ...string) {
	for _, a := range addresses {
		o.store.barred[Digest(a)] = on(1, 1, 9, 0)
	}
}

func (o *office) allow(address string) { delete(o.store.barred, Digest(address)) }

func (o *office) wantMailed(want ...string) {
	o.t.Helper()
	if diff := cmp.Diff(want, o.mailed()); diff != "" {
		o.t.Errorf("mailed, want (-), got (+):\n%s", diff)
	}
}

// again writes the due rows anew, after a change of followers.
func (o *office) again() {
	o.store.rows, o.store.order = map[string]Intention{}, nil
	o.edit(1, func(r *dossier.Record) { r.Judgement.Deadlines[0].HandledUntil = on(11, 29, 9, 0) })
	o.remind(on(11, 30, 9, 0))
}

func TestDigest(t *testing.T) {
	const want = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
	for _, address := range []string{"test@example.com", " TEST@Example.com\n"} {
		if got := Digest(address); got != want {
			t.Errorf("%q: %s", address, got)
		}
	}
}

// What a suppressed address was to be told goes to the others, to nobody else,
// and once.
func TestASuppressedAddressCountsAsNone(t *testing.T) {
	for name, test := range map[string]struct {
		follow, bar []string
		want        []string
	}{
		"nobody is suppressed":               {[]string{anne}, nil, []string{annes}},
		"somebody else is":                   {[]string{anne}, []string{brunos, carlas, help}, []string{annes}},
		"the only follower: her groupe":      {[]string{anne}, []string{annes}, []string{brunos}},
		"however the address is written":     {[]string{anne}, []string{" ANNE@dreets.Example"}, []string{brunos}},
		"one of two followers: the other":    {[]string{anne, carla}, []string{annes}, []string{carlas}},
		"both followers: the groupe":         {[]string{anne, carla}, []string{annes, carlas}, []string{brunos}},
		"follower and groupe: the fallback":  {[]string{anne}, []string{annes, brunos}, []string{help}},
		"everybody: it waits":                {[]string{anne}, []string{annes, brunos, help}, nil},
		"two followers and the whole groupe": {[]string{anne, bruno}, []string{annes, brunos}, []string{help}},
	} {
		t.Run(name, func(t *testing.T) {
			o, noon := due(t)
			o.follow(test.follow...)
			o.again()
			o.bar(test.bar...)
			var last Delivered
			for hour := range 4 {
				last = o.deliver(noon.Add(time.Duration(hour) * time.Hour))
			}
			o.wantMailed(test.want...)
			want := Delivered{}
			if test.want == nil {
				want.Waiting = len(test.follow)
			}
			if last != want {
				t.Errorf("the last tick: %+v, want %+v", last, want)
			}
			o.wantNoAddressLogged()
		})
	}
}

func TestWithoutRefusalsNobodyIsSuppressed(t *testing.T) {
	o, noon := due(t)
	o.bar(annes)
	o.delivery.Refusals = nil
	o.post.on = func(Message) error { return fmt.Errorf("550: %w", ErrRefused) }
	if done := o.deliver(noon); done.Refused != 1 {
		t.Errorf("got %+v", done)
	}
}

// Opening summaries and the deadlines of a call take the same way.
func TestASuppressedAddressForACall(t *testing.T) {
	o := newOffice(t, normandie())
	o.bar(carlas)
	o.remind(on(11, 1, 9, 0))
	o.tick(on(11, 27, 9, 0))
	o.tick(on(11, 27, 10, 0))
	o.wantMailed(help)

	o = newOffice(t)
	o.receive(1, bretagne(), on(8, 1, 10, 0), on(11, 10, 9, 0), anne)
	o.bar(annes)
	o.tick(on(11, 10, 10, 0))
	o.tick(on(11, 10, 11, 0))
	o.wantMailed(brunos)
}

func TestWhatWaitsIsToldWhenSomebodyIsAllowed(t *testing.T) {
	o, noon := due(t)
	o.bar(annes, brunos, help)
	if done := o.deliver(noon); done.Waiting != 1 || done.Dropped != 0 {
		t.Fatalf("got %+v", done)
	}
	o.allow(annes)
	o.deliver(noon.Add(time.Hour))
	o.deliver(noon.Add(2 * time.Hour))
	o.wantMailed(annes)
	o.wantStatuses(map[Status]int{Sent: 1})
}

func TestWhatWaitsIsDroppedOnceDecided(t *testing.T) {
	o, noon := due(t)
	o.bar(annes, brunos, help)
	o.deliver(noon)
	o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30})
	if done := o.deliver(noon.Add(time.Hour)); done.Dropped != 1 || done.Waiting != 0 {
		t.Errorf("got %+v", done)
	}
}

// Allowed again before the other one was written to: hers again, and once.
func TestAllowedBeforeTheOtherWasTold(t *testing.T) {
	o, noon := due(t)
	o.bar(annes)
	pending, err := o.store.Of(t.Context(), anne, Pending)
	if err != nil {
		t.Fatal(err)
	}
	o.store.completed[100] = noon
	if err := (o.delivery.tick(noon)).person(t.Context(), pending); err != nil {
		t.Fatal(err)
	}
	o.allow(annes)
	for hour := range 3 {
		o.deliver(noon.Add(time.Duration(hour+1) * time.Hour))
	}
	o.wantMailed(annes)
}

func TestSuppressedBetweenClaimAndSend(t *testing.T) {
	o, noon := due(t)
	o.store.on = func(op string) error {
		if op == "claim" {
			o.bar(annes)
		}
		return nil
	}
	o.deliver(noon)
	o.deliver(noon.Add(time.Hour))
	o.wantMailed(brunos)
	o.wantStatuses(map[Status]int{Sent: 1, Dropped: 1})
	if len(o.store.mails) != 1 {
		t.Errorf("%d mail rows: the released claim must be gone", len(o.store.mails))
	}
}

// An orphan is never sent again to an address that was suppressed meanwhile.
func TestAnOrphanOfASuppressedAddress(t *testing.T) {
	o, noon := due(t)
	o.post.on = func(Message) error { panic(errDeath) }
	dies(t, func() { o.deliver(noon) })
	o.post.on = nil
	o.bar(annes)
	for hour := range 3 {
		if done := o.deliver(noon.Add(time.Duration(hour+1) * time.Hour)); done.Repeated != 0 {
			t.Errorf("got %+v", done)
		}
	}
	o.wantMailed(brunos)
}

func TestAnUnreadableSuppressionSendsNothing(t *testing.T) {
	o, noon := due(t)
	o.store.completed[100] = noon
	broken := errors.New("store unreachable")
	o.store.on = func(op string) error {
		if op == "suppressed" {
			return broken
		}
		return nil
	}
	done, err := o.delivery.Run(t.Context(), noon)
	if !errors.Is(err, broken) || done != (Delivered{}) {
		t.Errorf("got %+v, %v", done, err)
	}
	o.store.on = nil
	o.deliver(noon.Add(time.Hour))
	o.wantMailed(annes)
}

// One look-up before the claim and one after it, however many are concerned and
// however much is told.
func TestLookUpsOfAUsualMail(t *testing.T) {
	o, noon := due(t)
	for n := 2; n < 20; n++ {
		o.receive(n, bretagne(), on(10, 8, 10, 0), on(10, 8, 11, 0), anne)
	}
	o.remind(on(11, 30, 9, 0))
	o.store.looked = 0
	if done := o.deliver(noon); done.Sent != 1 || o.store.looked != 2 {
		t.Errorf("%d look-ups for %d mails", o.store.looked, done.Sent)
	}
}

// A refusal at the sending settles the mail and suppresses the address: the next
// step goes to the others.
func TestARefusalAtSendingSuppresses(t *testing.T) {
	o, noon := due(t)
	o.post.on = func(m Message) error {
		if m.To == annes {
			return fmt.Errorf("550: %w", ErrRefused)
		}
		return nil
	}
	if done := o.deliver(noon); done.Refused != 1 || done.Sent != 0 {
		t.Fatalf("got %+v", done)
	}
	if since := o.store.barred[Digest(annes)]; !since.Equal(noon) || len(o.store.barred) != 1 {
		t.Fatalf("suppressed since %v, %d addresses", since, len(o.store.barred))
	}
	o.wantStatuses(map[Status]int{Refused: 1})
	o.tick(on(12, 7, 9, 0)) // the day itself
	o.tick(on(12, 7, 10, 0))
	o.wantMailed(brunos)
	o.wantNoAddressLogged()
}

func TestARefusalOfTheMessageBlamesNoAddress(t *testing.T) {
	o, noon := due(t)
	o.post.on = func(Message) error { return fmt.Errorf("552: %w", ErrMessageRefused) }
	if done := o.deliver(noon); done.Refused != 1 || len(o.store.barred) != 0 {
		t.Errorf("got %+v, %d addresses suppressed", done, len(o.store.barred))
	}
	o.wantStatuses(map[Status]int{Refused: 1})
}

// The delivery dies, or the store fails, between the refusal and its settlement.
func TestARefusalThatIsNotSettled(t *testing.T) {
	o, noon := due(t)
	tries := 0
	o.post.on = func(m Message) error {
		if m.To != annes {
			return nil
		}
		tries++
		return fmt.Errorf("550: %w", ErrRefused)
	}
	o.store.on = func(op string) error {
		if op == "settle refused" {
			return errors.New("store unreachable")
		}
		return nil
	}
	o.store.completed[100] = noon
	if _, err := o.delivery.Run(t.Context(), noon); err == nil {
		t.Fatal("nobody was told")
	}
	o.store.on = nil
	for hour := range 3 {
		o.deliver(noon.Add(time.Duration(hour+1) * time.Hour))
	}
	if tries != 1 {
		t.Errorf("tried %d times", tries)
	}
	o.wantMailed(brunos)
}

// The address of a redirection is a setting: to suppress it would hide that.
func TestARedirectionThatIsRefused(t *testing.T) {
	o, noon := due(t)
	o.delivery.Mode = Mode{ModeRedirect, "essai@dreets.example"}
	o.post.on = func(Message) error { return fmt.Errorf("550: %w", ErrRefused) }
	if done := o.deliver(noon); done.Refused != 1 {
		t.Fatalf("got %+v", done)
	}
	if len(o.store.barred) != 0 {
		t.Error("an address was suppressed")
	}
	loud := func(e *logrus.Entry) bool { return e.Level == logrus.ErrorLevel }
	if !slices.ContainsFunc(o.logs.AllEntries(), loud) {
		t.Error("the operator hears nothing of it")
	}
	o.wantNoAddressLogged()
}

func TestRedirectionAndSuppression(t *testing.T) {
	o, noon := due(t)
	o.delivery.Mode = Mode{ModeRedirect, "Essai@dreets.example"}
	o.bar(annes, "essai@dreets.example")
	for range 2 {
		if done := o.deliver(noon); done.Waiting != 1 || done.Sent+done.Dropped != 0 {
			t.Fatalf("redirected to a suppressed address: %+v", done)
		}
	}
	o.allow("essai@dreets.example")
	o.deliver(noon.Add(time.Hour))
	o.deliver(noon.Add(2 * time.Hour))
	if len(o.post.messages) != 1 || !strings.Contains(o.post.messages[0].Text, strings.TrimRight(bruno, "=")) {
		t.Errorf("%d mails; the one must be for Bruno", len(o.post.messages))
	}
}

// A mail that was refused was not read: it does not stand for the others', and
// cannot be told again under its key.
func TestARefusedRowIsNobodysExcuse(t *testing.T) {
	refused := func(o *office, person string) {
		i := o.store.rows["dossier:1/D14/2026-12-07/J-7/"+anne]
		i.Key, i.Person = i.keyFor(person), person
		i.Status, i.Mail = Refused, "m"
		o.store.rows[i.Key] = i
	}
	o, noon := due(t)
	refused(o, bruno)
	o.follow(bruno, carla)
	o.deliver(noon)
	o.deliver(noon.Add(time.Hour))
	o.wantMailed(carlas)

	o, noon = due(t)
	refused(o, bruno)
	o.follow(bruno)
	if done := o.deliver(noon); done.Waiting != 1 || done.Dropped != 0 {
		t.Errorf("got %+v", done)
	}
	o.follow(carla)
	o.deliver(noon.Add(time.Hour))
	o.deliver(noon.Add(2 * time.Hour))
	o.wantMailed(carlas)
}

// An operator who asks finds the address of one who was told in another's place.
func TestTheAddressOfAStandIn(t *testing.T) {
	o, _ := due(t)
	i := o.store.rows["dossier:1/D14/2026-12-07/J-7/"+anne]
	record, groupes := o.store.records[1], o.store.demarches[100].Groupes
	for person, want := range map[string]string{anne: annes, bruno: brunos, addressID(help): help, carla: "", "x": ""} {
		i.Person = person
		if got := AddressAboutDossier(i, o.delivery.Calls, record.Dossier, groupes); got != want {
			t.Errorf("person %s: %q, want %q", person, got, want)
		}
		if got := AddressAboutCall(i, o.delivery.Calls, groupes); got != want {
			t.Errorf("about the call, person %s: %q, want %q", person, got, want)
		}
	}
}
