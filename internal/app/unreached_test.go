package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/notify"
)

const (
	anneID   = "SW5zdHJ1Y3RldXItMQ=="
	annesBox = "anne@dreets.example"
)

// file stores a dossier whose J-7 has just come due, followed by some.
func (m *watchman) file(number int, followers ...dossier.Profile) {
	m.t.Helper()
	on := dossier.Day{Year: 2026, Month: 11, Day: 27}
	d := &dossier.Dossier{Number: number, Demarche: 7, State: dossier.EnInstruction, Instructeurs: followers,
		GroupeInstructeur: dossier.GroupeInstructeur{ID: "g", Label: "Bretagne"}}
	h := dossier.Head{
		Number: number, Demarche: 7, State: d.State, ReadAt: m.now, Modified: m.now, AdoptedAt: m.now.Add(-48 * time.Hour),
		Judgement: dossier.Judgement{Call: "o2r-bretagne", Verdict: dossier.Recevable, Deadlines: []dossier.Deadline{
			{Kind: "D14", DueOn: on, PrudentOn: on, Steps: []dossier.Step{{Name: "J-7", At: m.now.Add(-time.Hour)}}}}},
	}
	h.Told = h.Portrait()
	if conflicts, err := m.store.Put(m.t.Context(), []dossier.Record{{Head: h, Dossier: d}}); err != nil || len(conflicts) > 0 {
		m.t.Fatal(conflicts, err)
	}
}

// hour is a tick of each function on a fresh copy; it returns how many mails the
// operator got.
func (m *watchman) hour() int {
	m.t.Helper()
	m.completed(m.now)
	before := m.toOperator()
	_, err := m.Remind(m.t.Context(), m.now)
	if err == nil {
		_, err = m.Deliver(m.t.Context(), m.now, false)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return m.toOperator() - before
}

func (m *watchman) toOperator() (n int) {
	for _, one := range m.post.sent {
		if one.To == m.Operator {
			n++
		}
	}
	return n
}

// A dossier that nobody can be told of cannot wait: the operator hears of it within
// the hour, once.
func TestADossierThatNobodyCanBeToldOf(t *testing.T) {
	m := newWatchman(t)
	if err := m.store.PutDemarche(t.Context(), dossier.Demarche{Number: 7}); err != nil {
		t.Fatal(err)
	}
	m.file(1)
	for i, want := range []int{1, 0} {
		if n := m.hour(); n != want {
			t.Errorf("hour %d: %d mails to the operator, want %d", i, n, want)
		}
	}
	if text := strings.Join(strings.Fields(m.post.sent[0].Text), " "); !strings.Contains(text, "personne ne peut être prévenu") {
		t.Errorf("the operator reads:\n%s", text)
	}
	if n := m.watch(nil, dossier.Day{}); n != 0 {
		t.Errorf("a poll tells of it too: %d mails", n)
	}
	alarms := func() int {
		list, err := m.store.Alarms(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if alarms() != 1 {
		t.Errorf("%d alarms", alarms())
	}
	m.Calls = call.NewSet(call.Call{ID: "o2r-bretagne", Demarche: 7, Zone: time.UTC, Recipients: call.Recipients{Fallback: []string{"secours@x.example"}}})
	if n := m.hour(); n != 0 || alarms() != 0 {
		t.Errorf("once somebody can be told: %d mails, %d alarms", n, alarms())
	}
}

// picky refuses one address for good.
type picky struct {
	*letters
	bad string
}

func (p *picky) Send(ctx context.Context, m notify.Message) error {
	if m.To == p.bad {
		return fmt.Errorf("550: %w", notify.ErrRefused)
	}
	return p.letters.Send(ctx, m)
}

// An address refused at sending: the operator hears of it once, explains, mends and
// lets it in again.
func TestARefusalAtSendingFromEndToEnd(t *testing.T) {
	m := newWatchman(t)
	service := &picky{m.post, annesBox}
	m.Sender = service
	anne := dossier.Profile{ID: anneID, Email: annesBox}
	if err := m.store.PutDemarche(t.Context(), dossier.Demarche{Number: 7, Groupes: []dossier.GroupeInstructeur{{ID: "g", Instructeurs: []dossier.Profile{anne}}}}); err != nil {
		t.Fatal(err)
	}
	m.file(1, anne)
	if n := m.hour(); n != 1 {
		t.Fatalf("%d mails to the operator", n)
	}
	var said bytes.Buffer
	if err := m.ExplainIntention(t.Context(), "dossier:1/D14/2026-11-27/J-7/"+anneID, &said); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"refused", "1 attempt", "relais show 1"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the life of the row does not say %q:\n%s", want, said.String())
		}
	}
	if strings.Contains(said.String(), "@") {
		t.Errorf("it shows an address:\n%s", said.String())
	}
	if err := m.ExplainIntention(t.Context(), "dossier:9", &said); !errors.Is(err, app.ErrUsage) {
		t.Errorf("an unknown key: %v", err)
	}

	m.file(2, anne)
	m.hour()
	said.Reset()
	if err := m.ExplainIntention(t.Context(), "dossier:2/D14/2026-11-27/J-7/"+anneID, &said); err != nil || !strings.Contains(said.String(), "nobody can be told") {
		t.Errorf("while her address refuses: %v\n%s", err, said.String())
	}
	service.bad = ""
	if err := m.Allow(t.Context(), anneID); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{anneID, "nobody"} {
		if err := m.Allow(t.Context(), who); !errors.Is(err, app.ErrUsage) {
			t.Errorf("allowed in vain: %v", err)
		}
	}
	m.now = m.now.AddDate(0, 0, 3) // Monday
	m.hour()
	if last := m.post.sent[len(m.post.sent)-1]; last.To != annesBox {
		t.Errorf("the last mail is not hers")
	}
	if list, _ := m.store.Alarms(t.Context()); len(list) != 0 {
		t.Errorf("alarms: %v", list)
	}
}
