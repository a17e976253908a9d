package cloud_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/app"
	"relais/internal/cloud"
	"relais/internal/notify"
	"relais/internal/sandbox"
	"relais/internal/stage"
	"relais/internal/stage/standin"
)

// TestKilledAtAnyCall kills the functions with SIGKILL at random calls, before the
// call arrives or once it took effect, while the platform lives on. A healthy run
// of each and a sweep must then leave nothing lost, nothing told twice but by the
// documented window, and positions that serve.
//
//	KILLS=100 SEED=7 go test -count=1 -v -run TestKilledAtAnyCall ./internal/cloud
//
// draws another story. A seed comes again as far as the day allows: dates are
// counted from today.
func TestKilledAtAnyCall(t *testing.T) {
	t.Parallel()
	kills, seed := number(t, "KILLS", 40), number(t, "SEED", 2026)
	t.Cleanup(func() {
		t.Logf("again: SEED=%d KILLS=%d go test -count=1 -v -run TestKilledAtAnyCall ./internal/cloud", seed, kills)
	})
	k := newKiller(t, uint64(seed))
	began := time.Now()
	for k.killed < kills {
		if k.steps++; k.steps > 20*kills+100 {
			t.Fatalf("only %d kills in %d steps", k.killed, k.steps)
		}
		k.step()
	}
	k.recover()
	k.nothingLost()
	k.toldOnce()
	k.mu.Lock()
	defer k.mu.Unlock()
	allowed(t, k.services)
	t.Logf("%d kills in %d steps and %s: %v", k.killed, k.steps, time.Since(began).Round(time.Millisecond), k.victims)
	k.figures(k.services)
}

func number(t testing.TB, name string, normal int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return normal
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s must be a whole number", name)
	}
	return n
}

type killer struct {
	*pipeline
	services *standins
	dice     *rand.Rand
	hooks    []sandbox.WebhookCall
	bounced  []json.RawMessage
	barred   map[string]bool // persons whose address refuses mails
	start    time.Time
	life     time.Time // how far the platform's life was told
	at       time.Time // of the ticks
	usual    map[string]int

	steps, killed int
	victims       map[string]int

	mu     sync.Mutex
	trap   *trap
	window map[string]int // kills that left a mail taken and not settled, by mail
}

// trap waits for the nth call of a function.
type trap struct {
	function string
	left     int
	late     bool // once the call took effect
	mails    bool // count only calls that hand a mail over
	doomed   bool
	sprung   string // the call that it was
}

const killDays = 30

func newKiller(t *testing.T, seed uint64) *killer {
	s := newStandins(t)
	p := newPlatform(t, sandbox.Options{Seed: seed, Dossiers: 45, RatePerMinute: -1}, killDays)
	now := time.Now()
	k := &killer{
		pipeline: deploy(t, p, s), services: s, dice: rand.New(rand.NewPCG(seed, 9)),
		start: now, life: now.AddDate(0, 0, -killDays), at: now.Truncate(time.Second),
		usual: map[string]int{"poll": 30, "webhook": 2, "ingest": 15, "remind": 60, "deliver": 150, "feedback": 6}, victims: map[string]int{}, window: map[string]int{}, barred: map[string]bool{},
	}
	p.Webhooks(func(c sandbox.WebhookCall) { k.hooks = append(k.hooks, c) })
	for _, f := range s.fronts() {
		f.Before(k.before)
		f.After(k.after)
	}
	p.watch(func() bool { return k.before(standin.Call{Caller: k.trapped(), Service: "platform"}) != nil })
	return k
}

// trapped is the function that the trap is for: the platform does not know who
// calls, and one function at a time is at work.
func (k *killer) trapped() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.trap == nil {
		return ""
	}
	return k.trap.function
}

// before springs the trap at its call, or notes that the call is the one.
func (k *killer) before(c standin.Call) *standin.Fault {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.trap == nil || c.Caller != k.trap.function || k.trap.mails && c.Service != "ses" {
		return nil
	}
	if k.trap.left--; k.trap.left != 0 {
		return nil
	}
	k.trap.sprung = c.Service + " " + c.Action
	if k.trap.late && c.Service != "platform" {
		k.trap.doomed = true
		return nil
	}
	k.kill("before")
	return &standin.Cut
}

// after springs it once the call took effect; the caller never hears the answer.
func (k *killer) after(c standin.Call) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.trap != nil && k.trap.doomed && c.Caller == k.trap.function {
		k.kill("after")
	}
}

func (k *killer) kill(when string) {
	t := k.trap
	k.trap = nil
	if k.functions[t.function].Kill() == 0 {
		return // it had ended by itself
	}
	k.killed++
	k.victims[t.function]++
	k.Logf("kill %d: %s %s %s", k.killed, t.function, when, t.sprung)
}

// arm sets a trap for the next run of a function, two times out of three; for the
// webhook, which has many runs, once in eight.
func (k *killer) arm(function string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trap = nil
	if k.dice.IntN(3) == 0 || function == "webhook" && k.dice.IntN(6) > 0 {
		return
	}
	k.trap = &trap{function: function, left: 1 + k.dice.IntN(k.usual[function]), late: k.dice.IntN(2) == 0}
	if function == "deliver" && k.dice.IntN(2) == 0 {
		k.trap.mails, k.trap.left = true, 1+k.dice.IntN(4)
	}
}

// disarm learns from a run that nothing stopped how many calls there are.
func (k *killer) disarm(function string, calls int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trap = nil
	if calls > 0 {
		k.usual[function] = calls
	}
}

// mortal is a function whose runs may be cut short.
type mortal struct {
	*killer
	name string
}

// Invoke implements stage.Invoker.
func (m mortal) Invoke(ctx ctxOf, event any) (stage.Result, error) {
	asked := len(m.services.calls(m.name)) + m.platform.requests()
	m.arm(m.name)
	res, err := m.function(m.name).Invoke(ctx, event)
	if err != nil {
		return res, err
	}
	calls := 0
	switch {
	case res.FunctionError == "":
		calls = len(m.services.calls(m.name)) + m.platform.requests() - asked
	case m.name == "feedback" && strings.Contains(res.FunctionError, "not settled yet"): // to be heard again
	case !strings.Contains(res.FunctionError, "signal: killed"):
		m.Errorf("%s failed by itself: %s\n%.2000s", m.name, res.FunctionError, res.Logs)
	}
	m.disarm(m.name, calls)
	m.note()
	return res, err
}

// note remembers which mails a dead delivery left taken and not settled.
func (k *killer) note() {
	claimed, err := k.store.Orphans(k.Context(), time.Now().Add(time.Hour), 1000)
	if err != nil {
		k.Fatal(err)
	}
	taken := k.copies()
	for _, m := range claimed {
		if taken[m.ID] > 0 {
			k.window[m.ID] = max(k.window[m.ID], taken[m.ID])
		}
	}
}

// copies counts what SES took, by mail.
func (k *killer) copies() map[string]int {
	n := map[string]int{}
	for _, m := range k.services.ses.Sent() {
		n[m.Tags["mail"]]++
	}
	return n
}

// once runs a function that may be killed.
func (k *killer) once(name string, event any) (ok bool) {
	k.Helper()
	res, err := mortal{k, name}.Invoke(k.Context(), event)
	if err != nil {
		k.Fatal(err)
	}
	return res.FunctionError == ""
}

// step is one thing that happens, drawn.
func (k *killer) step() {
	switch k.dice.IntN(12) {
	case 0, 1:
		k.lives()
	case 2, 3:
		k.services.mapping(k, mortal{k, "ingest"}, 3)
	case 4, 5:
		k.once("poll", cloud.PollEvent{})
	case 6:
		k.once("poll", cloud.PollEvent{Action: "sweep"})
	case 7:
		k.at = workingMorning(k.at, k.dice.IntN(5)-1).Add(time.Duration(k.dice.IntN(8)) * time.Hour)
		k.once("remind", cloud.TellEvent{At: k.at.Format(time.RFC3339)})
	case 8, 9:
		k.once("deliver", cloud.TellEvent{At: k.at.Format(time.RFC3339)})
	case 10:
		k.bounce()
	case 11:
		k.later()
	}
}

// lives tells some hours of the platform's life; its webhooks meet a function that
// may die, and are not sent again.
func (k *killer) lives() {
	k.life = k.life.Add(time.Duration(1+k.dice.IntN(12)) * time.Hour)
	if k.life.After(k.start) {
		k.life = k.start
	}
	k.platform.Advance(k.life)
	for _, hook := range k.hooks {
		k.arm("webhook")
		k.post(webhookSecret, hook.Body)
		k.disarm("webhook", 1)
	}
	k.hooks = nil
}

// bounce brings a mail back now and then; Lambda retries an event that failed.
func (k *killer) bounce() {
	sent := k.services.ses.Sent()
	if len(sent) == 0 || len(k.bounced) >= 3 {
		return
	}
	m := sent[k.dice.IntN(len(sent))]
	if m.To[0] == operator {
		return
	}
	mail, _, err := k.store.Mail(k.Context(), m.Tags["mail"])
	if err != nil {
		k.Fatal(err)
	}
	k.barred[mail.Person] = true
	event := m.Bounce("Permanent", time.Now())
	k.bounced = append(k.bounced, event)
	for range 3 {
		if k.once("feedback", event) {
			return
		}
	}
}

// recover is what comes by itself once nobody kills any more.
func (k *killer) recover() {
	for _, f := range k.services.fronts() {
		f.Heal()
	}
	k.platform.watch(nil)
	for range 2 {
		k.later()
		if r := k.poll(""); !r.Complete || r.Busy {
			k.Errorf("a healthy poll: %+v", r)
		}
		k.services.drain(k, k.function("ingest"))
	}
	// The first finds what no list told, as a dossier that expired; the second nothing.
	if r := k.poll("sweep"); !r.Complete || r.Quarantined != 0 || r.Sweep == nil {
		k.Errorf("a healthy sweep: %+v %+v", r, r.Sweep)
	}
	if r := k.poll("sweep"); !r.Complete || r.Sweep == nil || r.Sweep.Missing+r.Sweep.Drifted != 0 {
		k.Errorf("a sweep after a healthy one: %+v %+v", r, r.Sweep)
	}
	for _, days := range []int{0, 0, 5, 20, 60, 0, 0, 0} { // what is handed over waits for another morning
		k.at = workingMorning(k.at, days)
		k.run("remind", cloud.TellEvent{At: k.at.Format(time.RFC3339)}, nil)
		k.run("deliver", cloud.TellEvent{At: k.at.Format(time.RFC3339)}, nil)
		k.later()
	}
	// Once no mail is left in doubt: until then feedback asks to be heard again.
	for _, event := range k.bounced {
		k.run("feedback", event, nil)
	}
	for range 3 {
		k.at = workingMorning(k.at, 0)
		k.run("deliver", cloud.TellEvent{At: k.at.Format(time.RFC3339)}, nil)
	}
}

// nothingLost compares the copy with what the platform shows, and with that of a
// single machine that reads it all for the first time.
func (k *killer) nothingLost() {
	idle := k.poll("")
	if idle.Created+idle.Updated+idle.Removed+idle.Rejudged != 0 || !idle.Complete {
		k.Errorf("one more pass: %+v, want nothing new", idle.PollReport)
	}
	if s := k.streams(); s.Lease.Holder != "" || s.Walk != nil || time.Since(s.CompletedAt) > time.Minute {
		k.Errorf("the positions do not serve: %+v", s)
	}
	if cases, err := k.store.Cases(k.Context(), k.platform.demarche); err != nil || len(cases) != 0 {
		k.Errorf("%d dossiers in quarantine, %v", len(cases), err)
	}
	if visible, hidden := k.services.queue.Len(); visible+hidden != 0 {
		k.Errorf("%d webhooks are left in the queue", visible+hidden)
	}
	fresh := openSingle(k, k.platform)
	fresh.poll(true)
	want, got := k.judged(&fresh.World), k.judged(k.world(k.at))
	listed := 0
	for _, d := range k.platform.Truth(k.platform.demarche) {
		line, known := got[d.Number]
		switch {
		case d.Listed && !known:
			k.Errorf("dossier %d is lost", d.Number)
		case d.Listed:
			listed++
			if diff := cmp.Diff(want[d.Number], line); diff != "" {
				k.Errorf("dossier %d (-platform +copy): %s", d.Number, diff)
			}
		case known && line.Removed == false:
			k.Errorf("dossier %d is gone from the platform and shown here", d.Number)
		}
		if d.Listed && (line.State != d.State || line.Groupe != d.Groupe) {
			k.Errorf("dossier %d: %s in %s, on the platform %s in %s", d.Number, line.State, line.Groupe, d.State, d.Groupe)
		}
	}
	if len(want) < 20 || listed < 20 {
		k.Errorf("only %d dossiers were compared", listed)
	}
}

// judgedLine is a line of the export but for what a first sight says otherwise: the
// progress of reminders.
type judgedLine struct {
	Call, State, Groupe, Region, Siret, DepositedAt, ModifiedAt, Verdict string
	TotalCost, RequestedAmount                                           float64
	Findings, Removed                                                    any
	Deadlines                                                            []struct{ Kind, DueOn, PrudentOn string }
}

func (k *killer) judged(w *app.World) map[int]judgedLine {
	out := map[int]judgedLine{}
	for _, raw := range exports(k, w, k.at) {
		var keys map[string]any
		var l judgedLine
		_ = json.Unmarshal(raw, &keys)
		flat := map[string]any{}
		for key, v := range keys {
			flat[strings.ReplaceAll(key, "_", "")] = v
		}
		again, _ := json.Marshal(flat)
		if err := json.Unmarshal([]byte(strings.NewReplacer("due_on", "dueon", "prudent_on", "prudenton").Replace(string(again))), &l); err != nil {
			k.Fatal(err)
		}
		out[int(keys["number"].(float64))] = l
	}
	return out
}

// toldOnce: each intention is in one mail, and a mail went twice only where a kill
// fell between SES and the table.
func (k *killer) toldOnce() {
	list := readOutbox(k, k.world(k.at))
	copies, carrier, sent := k.copies(), map[string]string{}, 0
	for _, one := range list {
		switch {
		case one.Status == "pending" && k.barred[one.Person]: // nobody else to tell
		case one.Status == "pending" || one.Status == "held":
			k.Errorf("intention %s is still %s", one.Key, one.Status)
		case one.Status == "sent" && (one.Mail == nil || copies[*one.Mail] == 0):
			k.Errorf("intention %s is said to be sent, and SES has no such mail", one.Key)
		case one.Status == "sent":
			sent++
		}
		if one.Mail != nil {
			carrier[one.Key] = *one.Mail
		}
	}
	repeats := 0
	for id, n := range copies {
		if strings.HasPrefix(id, "operator-") {
			continue
		}
		repeats += n - 1
		if n > 1+k.window[id] {
			k.Errorf("mail %s went %d times, and was left in doubt %d times", id, n, k.window[id])
		}
		m, known, err := k.store.Mail(k.Context(), id)
		switch {
		case err != nil:
			k.Fatal(err)
		case !known && k.window[id] == 0:
			k.Errorf("mail %s was sent and is not known", id)
		case !known:
			k.Logf("mail %s was in doubt and nothing of it stood any more: released", id)
		case m.Status != notify.Sent && m.Status != notify.Refused:
			k.Errorf("mail %s is %s", id, m.Status)
		}
		for _, key := range m.Keys {
			if carrier[key] != id {
				k.Errorf("intention %s is in mail %s and in %q", key, id, carrier[key])
			}
		}
	}
	if sent == 0 || len(copies) == 0 {
		k.Error("nothing was told: the test proves nothing")
	}
	k.Logf("%d intentions (%v), %d mails, %d repeats, %d in doubt at some moment", len(list), statuses(list), len(copies), repeats, len(k.window))
}
