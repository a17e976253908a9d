package cloud_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/call"
	"relais/internal/cloud"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/notify"
	"relais/internal/sandbox"
)

// TestTheWholeRoad follows a démarche from the platform to the mails and back,
// through the six compiled functions, beside the single-machine world: both must
// end with the same copy, the same outbox and the same mails.
func TestTheWholeRoad(t *testing.T) {
	t.Parallel()
	s := newStandins(t)
	r := newRoad(t, s, 60)
	r.firstPass(55)
	r.idlePass(s)
	r.life()
	r.telling()
	r.stranger()
	r.bounce()
	r.decidedMeanwhile()
	r.tick(75)
	r.single.sameAs(r.pipeline, r.at)
	comparePermissions(t, s)
	r.figures(s)
}

// road is the story, told to both worlds.
type road struct {
	*pipeline
	single *single
	hooks  []sandbox.WebhookCall
	at     time.Time // of the last tick
	now    time.Time
}

const lifeDays = 5

func newRoad(t *testing.T, s services, dossiers int) *road {
	p := newPlatform(t, sandbox.Options{Seed: 11, Dossiers: dossiers}, lifeDays)
	r := &road{pipeline: deploy(t, p, s), single: openSingle(t, p), now: time.Now()}
	p.Webhooks(func(c sandbox.WebhookCall) { r.hooks = append(r.hooks, c) })
	return r
}

func (r *road) firstPass(least int) {
	first, here := r.poll(""), r.single.poll(false)
	if first.Created < least || !first.Complete || first.Quarantined != 0 || first.Created != here.Created || first.DossiersRead != here.DossiersRead {
		r.Errorf("first pass: %+v, on the single machine %+v", first.PollReport, here)
	}
	if first.Requests != int64(r.platform.requests()) || first.Requests > 6 {
		r.Errorf("first pass: %d requests said, %d received", first.Requests, r.platform.requests())
	}
	if check := r.poll("check"); len(check.Check) == 0 || check.Problems != 0 {
		r.Errorf("check finds %d problems: %+v", check.Problems, check.Check)
	}
}

// idlePass wants nothing written but the lease and the position.
func (r *road) idlePass(s *standins) {
	r.poll("") // the overlap is still read again
	done := len(s.db.Calls())
	before := r.platform.requests()
	idle, here := r.poll(""), r.single.poll(false)
	if idle.Created+idle.Updated+idle.Removed+idle.Rejudged != 0 || !idle.Complete || here.Updated != 0 {
		r.Errorf("second pass: %+v, want nothing new", idle.PollReport)
	}
	writes := 0
	for _, c := range s.db.Calls()[done:] {
		if !strings.HasPrefix(c.Action, "Get") && !strings.HasPrefix(c.Action, "BatchGet") && c.Action != "Query" {
			writes++
		}
	}
	if n := r.platform.requests() - before; n > 4 || writes > 2 {
		r.Errorf("an idle pass: %d requests, %d writes", n, writes)
	}
}

// life goes on, and its webhooks are followed before any other pass.
func (r *road) life() {
	r.refusedWebhooks()
	p := r.platform
	var passed, gone int
	days := []func() error{
		func() error {
			passed = p.oneIn(r, "en_construction", 0)
			return p.Decide(passed, "en_instruction")
		},
		func() error { _, err := p.Deposit(sandbox.Draft{}); return err },
		func() error { return p.AskCorrection(p.oneIn(r, "en_construction", 0), "incomplete") },
		func() error { return p.ChangeGroupe(p.oneIn(r, "en_instruction", 0), "DREETS Pays de la Loire") },
		func() error {
			gone = p.oneIn(r, "en_instruction", 1)
			return p.Purge(gone)
		},
	}
	for n, byHand := range days {
		p.Advance(r.now.AddDate(0, 0, n-lifeDays+1))
		if err := byHand(); err != nil {
			r.Fatal(err)
		}
		followed := r.follow()
		r.Logf("day %d: %d webhooks followed", n+1, followed)
		switch n {
		case 0:
			r.tells(passed, "en_instruction") // by the webhook alone
		case 1:
			r.poll("")
			r.single.poll(false)
		}
	}
	if err := p.AddLabel(p.oneIn(r, "en_instruction", 0), "Prioritaire"); err != nil { // which no webhook tells, nor a pass
		r.Fatal(err)
	}
	sweep, here := r.poll("sweep"), r.single.poll(true)
	if sweep.Sweep == nil || *sweep.Sweep != here.Sweep || sweep.Sweep.Missing != 0 {
		r.Errorf("sweep: %+v, on the single machine %+v", sweep.Sweep, here.Sweep)
	}
	r.tells(gone, "")
}

// refusedWebhooks: what is not ours, not a webhook, or too large, is refused.
func (r *road) refusedWebhooks() {
	body := "procedure_id=98431&dossier_id=1&state=accepte&updated_at=2026-01-02+03%3A04%3A05+%2B0100"
	for _, c := range []struct {
		secret, body string
		want         int
	}{
		{"another-secret-0123456789abcdefghij", body, http.StatusNotFound},
		{webhookSecret, "procedure_id=x&dossier_id=1", http.StatusBadRequest},
		{webhookSecret, string(make([]byte, 65<<10)), http.StatusBadRequest},
	} {
		if got := r.post(c.secret, c.body); got != c.want {
			r.Errorf("a webhook that is none: %d, want %d", got, c.want)
		}
	}
	if s, ok := r.cloud.(*standins); ok && len(s.queue.Bodies()) != 0 {
		r.Error("what was refused is in the queue")
	}
}

// follow posts the webhooks that the platform sent, and follows them.
func (r *road) follow() int {
	r.Helper()
	for _, hook := range r.hooks {
		if got := r.post(webhookSecret, hook.Body); got != http.StatusNoContent {
			r.Errorf("a true webhook is answered %d", got)
		}
		r.single.hook(hook.Body)
	}
	n := len(r.hooks)
	r.hooks = nil
	if got := r.cloud.drain(r, r.function("ingest")); got != n {
		r.Errorf("%d messages for %d webhooks", got, n)
	}
	r.single.follow()
	return n
}

// tells wants our copy to say a state; "" for a purged dossier.
func (r *road) tells(number int, state string) {
	r.Helper()
	for _, raw := range exports(r, r.world(r.now), r.now) {
		var line struct {
			Number  int
			State   string
			Removed any
		}
		_ = json.Unmarshal(raw, &line)
		if line.Number == number && (line.State == state || state == "" && line.Removed == "purged") {
			return
		}
	}
	r.Errorf("the copy does not say %q of dossier %d", state, number)
}

// telling plays the ticks of the first days.
func (r *road) telling() {
	for _, days := range []int{0, 1, 8} {
		r.tick(days)
	}
	n := statuses(readOutbox(r, r.world(r.at)))
	if n["sent"] < 15 || n["pending"]+n["held"] != 0 {
		r.Errorf("the outbox has %v", n)
	}
	before := len(r.cloud.sent(r))
	r.tick(8) // the same instant again
	if after := len(r.cloud.sent(r)); after != before || before < 5 {
		r.Errorf("%d mails, %d after the same tick", before, after)
	}
}

// workingMorning is the first one everywhere, so many days after tomorrow.
func workingMorning(now time.Time, days int) time.Time {
	zone := call.PlatformZone()
	var everywhere []string
	for _, r := range call.Regions() {
		everywhere = append(everywhere, r.Code)
	}
	day := dossier.DayOf(now, zone).AddDays(days + 1)
	return deadline.Calendar{}.NextWorking(day, everywhere).At(12, 0, zone)
}

func (r *road) tick(days int) {
	r.Helper()
	r.remind(days)
	r.deliver()
}

func (r *road) remind(days int) {
	r.Helper()
	r.at = workingMorning(r.now, days)
	r.run("remind", cloud.TellEvent{At: r.at.Format(time.RFC3339)}, nil)
	if _, err := r.single.World.Remind(r.Context(), r.at); err != nil {
		r.Fatal(err)
	}
}

func (r *road) deliver() notify.Delivered {
	r.Helper()
	var done notify.Delivered
	r.run("deliver", cloud.TellEvent{At: r.at.Format(time.RFC3339)}, &done)
	r.single.tell(r.at)
	return done
}

// bounce brings one mail back, twice: its address hears no more.
func (r *road) bounce() {
	var lost string
	for _, one := range readOutbox(r, r.world(r.at)) {
		if one.Status == "sent" && (lost == "" || *one.Mail < lost) {
			lost = *one.Mail
		}
	}
	m := r.mailNamed(lost)
	m.Tags = map[string]string{"mail": lost}
	for range 2 {
		r.run("feedback", m.Bounce("Permanent", r.now), nil)
		r.single.bounce(notify.Feedback{Mail: lost, Permanent: true, Recipients: m.To, At: r.now.Truncate(time.Millisecond).UTC()})
	}
	r.run("feedback", m.Bounce("Transient", r.now), nil)
	if n := statuses(readOutbox(r, r.world(r.at))); n["refused"] == 0 {
		r.Errorf("after a bounce, the outbox has %v", n)
	}
	before := len(r.cloud.sent(r))
	for _, days := range []int{12, 16} {
		r.tick(days)
	}
	for _, later := range r.cloud.sent(r)[before:] {
		if later.To[0] == m.To[0] {
			r.Error("a mail was sent to an address that refuses them")
		}
	}
}

// decidedMeanwhile: what a decision made untrue between remind and deliver is left
// out.
func (r *road) decidedMeanwhile() {
	r.remind(30)
	pending := slices.DeleteFunc(readOutbox(r, r.world(r.at)), func(one told) bool { return one.Status != "pending" || one.Dossier == nil })
	if len(pending) == 0 {
		r.Fatal("nothing is pending: the test proves nothing")
	}
	if err := r.platform.Decide(*pending[0].Dossier, "sans_suite"); err != nil {
		r.Fatal(err)
	}
	r.follow()
	r.poll("")
	r.single.poll(false)
	if done := r.deliver(); done.Dropped == 0 {
		r.Errorf("a decided dossier is told of: %+v", done)
	}
	r.Logf("%d intentions were pending when a dossier was decided", len(pending))
}

// figures tells what it all cost.
func (l *pipeline) figures(s *standins) {
	for _, name := range functionNames {
		services := map[string]int{}
		for _, c := range s.calls(name) {
			services[c.Service]++
		}
		l.Logf("%-8s %3d runs, %6s in all, peak %.1f MB, calls %v", name, l.runs[name],
			l.busy[name].Round(time.Millisecond), float64(l.peak[name])/(1<<20), services)
	}
	l.Logf("%d mails, %d requests to the platform", len(s.ses.Sent()), l.platform.requests())
}
