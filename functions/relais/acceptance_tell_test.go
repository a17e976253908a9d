package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// told is one line of outbox.
type told struct {
	Key      string  `json:"key"`
	Kind     string  `json:"kind"`
	Call     *string `json:"call"`
	Dossier  *int    `json:"dossier"`
	Deadline *string `json:"deadline"`
	Step     *string `json:"step"`
	DueOn    *string `json:"due_on"`
	Person   string  `json:"person"`
	Email    *string `json:"email"`
	Status   string  `json:"status"`
	Mail     *string `json:"mail"`
	SentAt   *string `json:"sent_at"`
}

var outboxKinds = map[string]string{
	"key": "string", "kind": "string", "call": "string null", "dossier": "number null", "deadline": "string null",
	"step": "string null", "due_on": "string null", "person": "string", "status": "string", "mail": "string null", "sent_at": "string null",
}

func (d *desktop) outbox(t *testing.T, args ...string) []told {
	t.Helper()
	words := map[string][]string{
		"kind":   {"reminder", "opening", "change", "immediate", "report"},
		"status": {"pending", "held", "sent", "refused", "dropped", "skipped"},
	}
	var list []told
	for raw := range jsonLines(t, d.do(0, append([]string{"outbox"}, args...)...).out) {
		var one told
		var keys map[string]any
		_ = json.Unmarshal(raw, &one)
		_ = json.Unmarshal(raw, &keys)
		if len(args) > 0 {
			delete(keys, "email")
		}
		shape(t, keys, outboxKinds)
		oneOf(t, keys, "kind", words)
		oneOf(t, keys, "status", words)
		list = append(list, one)
	}
	return list
}

func (d *desktop) mails(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(d.path("mail", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// withdrawn counts the statuses.
func statuses(list []told) map[string]int {
	n := map[string]int{}
	for _, one := range list {
		n[one.Status]++
	}
	return n
}

// prudent is the last day to answer: two months after the deposit, clamped to
// the month, less a day, in Paris.
func prudent(deposited time.Time) time.Time {
	y, m, day := deposited.In(paris).Date()
	last := time.Date(y, m+3, 0, 12, 0, 0, 0, paris).Day()
	return time.Date(y, m+2, min(day, last)-1, 12, 0, 0, 0, paris)
}

// workday is noon of the day itself or of the first one after it on which people
// work everywhere: morning mails leave on no other.
func workday(at time.Time) time.Time {
	var everywhere []string
	for _, r := range call.Regions() {
		everywhere = append(everywhere, r.Code)
	}
	return deadline.Calendar{}.NextWorking(dossier.DayOf(at, paris), everywhere).At(12, 0, paris)
}

// TestRemindersReachTheirPeople follows one dossier of yesterday through remind
// and deliver, a week before its silent rejection.
func TestRemindersReachTheirPeople(t *testing.T) {
	t.Parallel()
	p := newOther(t, 12)
	ours := p.papers[0]
	p.change(func() { ours.deposited, ours.followers = time.Now().Add(-24*time.Hour), nil })
	d := ready(t, p)
	d.do(0, "poll")
	due := prudent(ours.deposited)
	at := workday(due.AddDate(0, 0, -7)).Format(time.RFC3339)

	d.do(0, "remind", "--at", at)
	planned := d.outbox(t)
	n := 0
	for _, one := range planned {
		if one.Dossier == nil || *one.Dossier != ours.number || one.Status != "pending" {
			continue
		}
		n++
		if *one.Deadline != "D14" || *one.Step != "J-7" || *one.DueOn != due.Format(time.DateOnly) || one.Mail != nil || one.SentAt != nil || *one.Call != bretagne {
			t.Errorf("intention %+v", one)
		}
	}
	if n != len(ours.groupe.agents) {
		t.Errorf("%d intentions pending about the dossier, want one for each of the %d agents of its groupe", n, len(ours.groupe.agents))
	}
	if d.do(0, "remind", "--at", at); len(d.outbox(t)) != len(planned) {
		t.Error("remind at the same instant wrote more")
	}
	deliversOnce(t, d, at, statuses(planned)["pending"])
}

func deliversOnce(t *testing.T, d *desktop, at string, pending int) {
	t.Helper()
	if pending == 0 {
		t.Fatal("nothing to deliver")
	}
	d.do(0, "deliver", "--at", at)
	list, mails := d.outbox(t), d.mails(t)
	if n := statuses(list); n["pending"] != 0 || n["sent"]+n["dropped"] != pending || n["sent"] == 0 {
		t.Errorf("after deliver: %v, want %d sent", n, pending)
	}
	people := map[string]string{}
	for _, one := range list {
		if one.Status != "sent" {
			continue
		}
		if one.Mail == nil || one.SentAt == nil {
			t.Fatalf("sent without mail: %+v", one)
		}
		if other, ok := people[one.Person]; ok && other != *one.Mail {
			t.Errorf("a person got two mails in one tick")
		}
		people[one.Person] = *one.Mail
	}
	if len(mails) != len(people) {
		t.Errorf("%d files for %d persons", len(mails), len(people))
	}
	wellFormed(t, mails)

	if o := d.do(0, "deliver", "--at", at); !strings.HasPrefix(o.out, "deliver: 0 mails sent") || len(d.mails(t)) != len(mails) {
		t.Errorf("a second deliver: %q, %d files instead of %d", o.out, len(d.mails(t)), len(mails))
	}
	for _, one := range d.outbox(t, "--reveal") {
		if one.Status == "sent" && (one.Email == nil || !strings.HasSuffix(*one.Email, agentsDomain)) {
			t.Errorf("--reveal shows no agent's address for %s", one.Key)
		}
	}
}

func wellFormed(t *testing.T, mails []string) {
	t.Helper()
	for _, file := range mails {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"\r\nMessage-ID: <", "\r\nMIME-Version: 1.0", "multipart/alternative", "text/plain", "text/html", "@" + agentsDomain} {
			if !strings.Contains("\r\n"+string(b), want) {
				t.Errorf("%s lacks %q", filepath.Base(file), want)
			}
		}
		if strings.Contains(string(b), plantedDomain) {
			t.Errorf("%s names a usager's address", filepath.Base(file))
		}
	}
}

// TestADecidedDossierIsLeftOut: what was pending is dropped when the platform
// decided meanwhile.
func TestADecidedDossierIsLeftOut(t *testing.T) {
	t.Parallel()
	p := newOther(t, 12)
	ours := p.papers[0]
	p.change(func() { ours.deposited = time.Now().Add(-24 * time.Hour) })
	d := ready(t, p)
	d.do(0, "poll")
	at := workday(prudent(ours.deposited).AddDate(0, 0, -7)).Format(time.RFC3339)
	d.do(0, "remind", "--at", at)

	p.change(func() {
		ours.state, ours.decided = "accepte", time.Now()
		ours.touch()
	})
	d.do(0, "poll")
	d.do(0, "deliver", "--at", at)
	for _, one := range d.outbox(t) {
		if one.Dossier != nil && *one.Dossier == ours.number && one.Status != "dropped" && one.Status != "skipped" {
			t.Errorf("still told of a decided dossier: %+v", one)
		}
	}
}

// TestHoldWritesNothing: with RELAIS_MAIL_MODE=hold nothing leaves.
func TestHoldWritesNothing(t *testing.T) {
	t.Parallel()
	p := newOther(t, 12)
	d := ready(t, p).with("RELAIS_MAIL_MODE=hold")
	d.do(0, "poll")
	at := workday(time.Now().AddDate(0, 1, 0)).Format(time.RFC3339)
	d.do(0, "remind", "--at", at)
	d.do(0, "deliver", "--at", at)
	if n := statuses(d.outbox(t)); n["held"] == 0 || n["sent"]+n["pending"] != 0 || len(d.mails(t)) != 0 {
		t.Errorf("in hold: %v, %d files", n, len(d.mails(t)))
	}
}
