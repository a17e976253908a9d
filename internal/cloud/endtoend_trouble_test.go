package cloud_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"relais/internal/cloud"
	"relais/internal/notify"
	"relais/internal/sandbox"
	"relais/internal/stage"
	"relais/internal/stage/standin"
)

// small is a pipeline of few dossiers, and its services.
func small(t *testing.T, names ...string) (*pipeline, *standins) {
	t.Helper()
	s := newStandins(t)
	l := deploy(t, newPlatform(t, sandbox.Options{Seed: 5, Dossiers: 40}, 0), s, names...)
	t.Cleanup(func() { allowed(t, s) })
	return l, s
}

// now is an instant at which morning mails leave.
func now() string { return workingMorning(time.Now(), 0).Format(time.RFC3339) }

// TestRotation: the platform refuses the old token; the same process reads the
// parameter again and goes on. It must be half a minute since it was read.
func TestRotation(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("not proven: it takes half a minute")
	}
	l, s := small(t, "poll")
	l.poll("")
	read := time.After(31 * time.Second)
	l.refusedTwice(s)
	select {
	case <-read:
	case <-t.Context().Done():
	}
	readings, before := s.ssm.Count(""), l.platform.requests()
	s.ssm.Set(tokenParameter, secondToken)
	res := l.invoke("poll", cloud.PollEvent{})
	var done cloud.PollResult
	_ = json.Unmarshal(res.Payload, &done)
	if res.FunctionError != "" || !done.Complete || res.Cold {
		t.Errorf("after the rotation: %s, cold %t, %+v", res.FunctionError, res.Cold, done.PollReport)
	}
	if n := s.ssm.Count("") - readings; n != 1 {
		t.Errorf("%d readings of the parameter, want 1", n)
	}
	if n := l.platform.requests() - before; n > 6 {
		t.Errorf("%d requests around a rotation", n)
	}
}

// refusedTwice: while the parameter still holds the old token, a refusal is told,
// and is no storm.
func (l *pipeline) refusedTwice(s *standins) {
	l.platform.rotate(secondToken)
	readings, before := s.ssm.Count(""), l.platform.requests()
	for range 2 {
		if res := l.invoke("poll", cloud.PollEvent{}); !strings.Contains(res.FunctionError, "token") {
			l.Errorf("a refused token: %q", res.FunctionError)
		}
	}
	if n := l.platform.requests() - before; n > 4 || s.ssm.Count("") != readings {
		l.Errorf("a refused token: %d requests in two polls, %d readings of the parameter", n, s.ssm.Count("")-readings)
	}
}

// TestDeniedParameter: without the right to its token, poll says which and sends
// nothing to the platform.
func TestDeniedParameter(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "webhook")
	s.ssm.Fail("", -1, standin.Denied)
	for range 3 {
		res := l.invoke("poll", cloud.PollEvent{})
		if !strings.Contains(res.FunctionError, "DS_API_TOKEN") {
			t.Errorf("poll without its token: %q", res.FunctionError)
		}
		if said := string(res.Logs); !strings.Contains(said, tokenParameter) || !strings.Contains(said, "ssm:GetParameter") {
			t.Errorf("poll does not say what it lacks: %s", said)
		}
	}
	if n := l.platform.requests(); n != 0 || s.ssm.Count("") > 9 {
		t.Errorf("%d requests without a token, %d readings of the parameter", n, s.ssm.Count(""))
	}
	if got := l.post(webhookSecret, "procedure_id=1&dossier_id=1&state=accepte&updated_at=x"); got != 503 {
		t.Errorf("a webhook without its secret: %d", got)
	}
	s.ssm.Heal()
	if r := l.poll(""); !r.Complete {
		t.Errorf("once allowed: %+v", r.PollReport)
	}
}

// TestShortOfTime: a poll that comes near its limit stops by itself, keeps where it
// is and frees the lease; the next ones go on from there.
func TestShortOfTime(t *testing.T) {
	t.Parallel()
	s := newStandins(t)
	l := deploy(t, newPlatform(t, sandbox.Options{Seed: 5, Dossiers: 350, RatePerMinute: -1}, 0), s, "poll")
	poll := l.functions["poll"]
	poll.Timeout = 39500 * time.Millisecond // 8 s are kept for the end and 30 s before it: 1.5 s to work in
	l.platform.slow(600 * time.Millisecond)
	var created, runs int
	for runs < 20 {
		runs++
		r := l.poll("")
		created += r.Created
		if st := l.streams(); st.Lease.Holder != "" {
			t.Fatalf("poll %d left its lease behind", runs)
		}
		if r.Complete {
			break
		}
		if r.DurationMS > 31_000 { // however slow the machine: else Lambda's own limit is near
			t.Errorf("poll %d went on for %d ms", runs, r.DurationMS)
		}
	}
	l.platform.slow(0)
	listed := 0
	for _, d := range l.platform.Truth(l.platform.demarche) {
		if d.Listed {
			listed++
		}
	}
	if runs < 2 || runs == 20 || created != listed || l.platform.requests() > 60 {
		t.Errorf("%d runs created %d of %d dossiers in %d requests", runs, created, listed, l.platform.requests())
	}
	t.Logf("%d dossiers in %d runs and %d requests", created, runs, l.platform.requests())
}

// TestSilence: a service that does not answer does not make Lambda kill a function:
// it gives up a little before, and says so.
func TestSilence(t *testing.T) {
	t.Parallel()
	l, s := small(t, "remind", "webhook")
	for _, name := range []string{"remind", "webhook"} {
		l.functions[name].Timeout = 6 * time.Second
	}
	s.db.Fail("", -1, standin.Silent)
	res := l.invoke("remind", cloud.TellEvent{At: now()})
	if res.FunctionError == "" || strings.Contains(res.FunctionError, "Timedout") {
		t.Errorf("remind on a silent table, after %s: %q", res.Duration, res.FunctionError)
	}
	s.sqs.Fail("", -1, standin.Silent)
	body := "procedure_id=98431&dossier_id=1&state=accepte&updated_at=2026-01-02+03%3A04%3A05+%2B0100"
	if got := l.post(webhookSecret, body); got != 503 {
		t.Errorf("a webhook on a silent queue: %d, want 503", got)
	}
	s.db.Heal()
	s.sqs.Heal()
	l.run("remind", cloud.TellEvent{At: now()}, nil)
	if got := l.post(webhookSecret, body); got != 204 {
		t.Errorf("a webhook on a queue that answers again: %d", got)
	}
}

// TestThrottledTable: DynamoDB refuses now and then; what the SDK's own tries do
// not mend is an error, and the next run goes on.
func TestThrottledTable(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "remind", "deliver")
	s.db.Fail("PutItem", 2, standin.Throttled)
	s.db.Fail("Query", 1, standin.Throttled)
	s.db.Fail("BatchGetItem", 1, standin.CutLate)
	if r := l.poll(""); !r.Complete || r.Created < 35 {
		t.Errorf("a poll with three refusals: %+v", r.PollReport)
	}
	s.db.Fail("TransactWriteItems", 3, standin.Throttled)
	res := l.invoke("remind", cloud.TellEvent{At: now()})
	if !strings.Contains(res.FunctionError, "ThrottlingException") {
		t.Errorf("remind on a throttled table: %q", res.FunctionError)
	}
	l.run("remind", cloud.TellEvent{At: now()}, nil)
	s.db.Fail("TransactWriteItems", 1, standin.CutLate) // a claim whose answer is lost
	var done notify.Delivered
	l.run("deliver", cloud.TellEvent{At: now()}, &done)
	if done.Sent == 0 || done.Unsure+done.Released+done.Repeated != 0 {
		t.Errorf("deliver after a lost answer: %+v", done)
	}
	l.later() // the stand-in does not know a repeated transaction, as DynamoDB does: that mail is an orphan
	l.run("deliver", cloud.TellEvent{At: now()}, &done)
	l.eachOnce(s)
}

// eachOnce wants every intention told, and no mail twice.
func (l *pipeline) eachOnce(s *standins) {
	l.Helper()
	n := map[string]int{}
	for _, m := range s.ses.Sent() {
		if n[m.Tags["mail"]]++; n[m.Tags["mail"]] > 1 {
			l.Errorf("mail %s went twice", m.Tags["mail"])
		}
	}
	for _, one := range readOutbox(l, l.world(time.Now())) {
		if one.Status == "pending" || one.Status == "sent" && n[*one.Mail] != 1 {
			l.Errorf("intention %s is %s", one.Key, one.Status)
		}
	}
}

// TestTroubledMails: SES that has too much to do takes the mails later; one whose
// answer was lost is left in doubt, then sent again under its own id, and nothing
// else is sent twice.
func TestTroubledMails(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "remind", "deliver")
	l.poll("")
	l.run("remind", cloud.TellEvent{At: now()}, nil)
	s.ses.Fail("SendEmail", -1, standin.TooManyRequests)
	patient := l.functions["deliver"].Timeout
	l.functions["deliver"].Timeout = 8 * time.Second
	res := l.invoke("deliver", cloud.TellEvent{At: now()})
	l.functions["deliver"].Timeout = patient
	if res.FunctionError == "" || strings.Contains(res.FunctionError, "Timedout") || len(s.ses.Sent()) != 0 {
		t.Errorf("deliver with SES throttled: %q, %d mails", res.FunctionError, len(s.ses.Sent()))
	}
	s.ses.Heal()
	s.ses.Fail("SendEmail", 1, standin.SendingPaused)
	s.ses.Fail("SendEmail", 1, standin.CutLate)
	l.later() // the one that time ran out on
	res = l.invoke("deliver", cloud.TellEvent{At: now()})
	if res.FunctionError == "" {
		t.Error("deliver says nothing of a mail refused and of one in doubt")
	}
	doubtful := s.ses.Sent()[0].Tags["mail"]
	l.run("deliver", cloud.TellEvent{At: now()}, nil) // too early for the one in doubt
	copies := func() map[string]int {
		n := map[string]int{}
		for _, m := range s.ses.Sent() {
			n[m.Tags["mail"]]++
		}
		return n
	}
	if n := copies()[doubtful]; n != 1 {
		t.Errorf("the mail in doubt went %d times at once", n)
	}
	l.later()
	var done notify.Delivered
	l.run("deliver", cloud.TellEvent{At: now()}, &done)
	for id, n := range copies() {
		if id == doubtful && n != 2 || id != doubtful && n != 1 {
			t.Errorf("mail %s went %d times; the one in doubt is %s", id, n, doubtful)
		}
	}
	if done.Repeated == 0 || done.Sent != done.Repeated {
		t.Errorf("the last deliver: %+v", done)
	}
	if n := statuses(readOutbox(l, l.world(time.Now()))); n["pending"] != 0 || n["sent"] == 0 {
		t.Errorf("the outbox has %v", n)
	}
}

// TestRedelivered: the queue hands out a message twice, and one that is no hint; the
// first is read once, the other ends in the dead-letter queue.
func TestRedelivered(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "webhook", "ingest")
	l.poll("")
	number := l.platform.oneIn(t, "en_construction", 2)
	var hook sandbox.WebhookCall
	l.platform.Webhooks(func(c sandbox.WebhookCall) { hook = c })
	if err := l.platform.Decide(number, "en_instruction"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := l.post(webhookSecret, hook.Body); got != 204 {
			t.Fatalf("a webhook: %d", got)
		}
	}
	s.queue.Send(`{"not":"a hint"}`)
	before := l.platform.requests()
	l.functions["ingest"].KillAfter(0)
	s.mapping(t, l.function("ingest"), 1) // all four come back
	for range maxReceive + 1 {
		l.later()
		s.drain(t, l.function("ingest"))
	}
	if n := l.platform.requests() - before; n != 1 {
		t.Errorf("%d requests for one dossier named three times", n)
	}
	if len(s.queue.Bodies()) != 0 || len(s.dead.Bodies()) != 1 {
		t.Errorf("left in the queue: %d, in the dead-letter queue: %d", len(s.queue.Bodies()), len(s.dead.Bodies()))
	}
}

// TestWrongSettings: a function that cannot start says everything that is wrong, at
// once.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	l, _ := small(t, "poll", "deliver")
	f := l.functions["deliver"]
	f.Env["RELAIS_STORE"], f.Env["RELAIS_MAIL_MODE"], f.Env["RELAIS_MAIL"] = "sqlite:x.db", "perhaps", "dir:mail"
	if res := l.invoke("deliver", cloud.TellEvent{}); res.FunctionError == "" {
		t.Error("deliver starts without a table")
	}
	f.Env["RELAIS_MAIL_MODE"] = "send"
	l.invoke("deliver", cloud.TellEvent{})
	said := l.logs.said("deliver")
	for _, want := range []string{"RELAIS_MAIL_MODE must be hold, send", "RELAIS_STORE must be written dynamodb:", "RELAIS_MAIL must be ses:"} {
		if !strings.Contains(said, want) {
			t.Errorf("deliver does not say %q:\n%s", want, said)
		}
	}
}

// TestPanic: a function that panics before it answers is run again by Lambda, in a
// new process: nothing is told twice, and what it says is still a line of JSON.
func TestPanic(t *testing.T) {
	t.Parallel()
	l, s := small(t, "poll", "remind", "deliver")
	l.poll("")
	l.run("remind", cloud.TellEvent{At: now()}, nil)
	healthy := l.functions["deliver"]
	l.functions["deliver"] = &stage.Function{
		Name: "deliver", Path: stage.Build(t, "relais/internal/cloud/testdata/panicky").Bootstrap(),
		Env: maps.Clone(healthy.Env), Timeout: time.Minute, Log: healthy.Log,
	}
	l.functions["deliver"].Env["RELAIS_CALLS"] = l.platform.folder
	res := l.invoke("deliver", cloud.TellEvent{At: now()})
	sent := len(s.ses.Sent())
	if !strings.Contains(res.FunctionError, "as ordered") || sent == 0 {
		t.Errorf("%q, %d mails", res.FunctionError, sent)
	}
	if again := l.invoke("deliver", cloud.TellEvent{At: now()}); !again.Cold {
		t.Error("a process that panicked serves again")
	}
	l.functions["deliver"].Shutdown()
	l.functions["deliver"] = healthy
	l.run("deliver", cloud.TellEvent{At: now()}, nil)
	if n := len(s.ses.Sent()); n != sent {
		t.Errorf("%d mails, %d before the panics were over", n, sent)
	}
	l.eachOnce(s)
}
