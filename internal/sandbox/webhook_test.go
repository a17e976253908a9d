package sandbox

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"testing"
	"time"
)

// heard records the calls of a platform whose clock the test moves.
func heard(t *testing.T, now *time.Time) (*Platform, *[]WebhookCall) {
	p := newPlatform(t, Options{Bare: true, Dossiers: 2, Now: func() time.Time { return *now }})
	calls := &[]WebhookCall{}
	p.Webhooks(func(c WebhookCall) { *calls = append(*calls, c) })
	return p, calls
}

func TestWebhooksFireOnChangesOfStateOnly(t *testing.T) {
	now := monday
	p, calls := heard(t, &now)
	n := deposited(t, p, enConstruction)
	for _, c := range []struct {
		what  string
		do    func() error
		state string // of the call; "" is none
	}{
		{"message", func() error { return p.Message(n, "Bonjour") }, ""},
		{"label", func() error { return p.AddLabel(n, "QPV") }, ""},
		{"annotation", func() error { return p.Annotate(n, "ann_complet", true) }, ""},
		{"groupe", func() error { return p.ChangeGroupe(n, "DEETS La Réunion") }, ""},
		{"correction asked en construction", func() error { return p.AskCorrection(n, "incomplete") }, ""},
		{"correction submitted", func() error { return p.SubmitCorrection(n, nil) }, ""},
		{"withdrawn", func() error { return p.Hide(n, ByUsager) }, ""},
		{"restored", func() error { return p.Restore(n) }, ""},
		{"en instruction", func() error { return p.Decide(n, enInstruction) }, enInstruction},
		{"correction asked en instruction", func() error { return p.AskCorrection(n, "incorrect") }, enConstruction},
		{"submitted, en instruction", func() error { _ = p.SubmitCorrection(n, nil); return p.Decide(n, enInstruction) }, enInstruction},
		{"decided", func() error { return p.Decide(n, accepte) }, accepte},
		{"archived", func() error { return p.Archive(n, true) }, ""},
		{"réexamen", func() error { return p.Decide(n, enInstruction) }, enInstruction},
		{"purged", func() error { return p.Purge(n) }, ""},
	} {
		*calls = nil
		must(t, c.do())
		var got []string
		for _, call := range *calls {
			got = append(got, call.State)
		}
		if want := []string{c.state}; c.state == "" && got != nil || c.state != "" && !slices.Equal(got, want) {
			t.Errorf("%s: calls %v, want %q", c.what, got, c.state)
		}
	}
}

func TestTheTrueEncodingOfAWebhook(t *testing.T) {
	now := time.Date(2026, 1, 15, 15, 52, 35, 987_654_000, paris)
	p, calls := heard(t, &now)
	p.PlanWebhooks(func(WebhookCall) []Delivery { return []Delivery{{}, {UTC: true}} })
	n := deposited(t, p, enConstruction)
	if len(*calls) != 2 {
		t.Fatalf("%d calls", len(*calls))
	}
	for i, want := range []string{"2026-01-15 15:52:35 +0100", "2026-01-15 14:52:35 UTC"} {
		body := (*calls)[i].Body
		f, err := url.ParseQuery(body)
		if err != nil || len(f) != 4 || f.Get("procedure_id") != "98431" || f.Get("state") != enConstruction || f.Get("updated_at") != want {
			t.Errorf("%s: %v", body, err)
		}
		if !regexp.MustCompile(`^procedure_id=\d+&dossier_id=\d+&state=\w+&updated_at=2026-01-15\+1\d%3A52%3A35\+`).MatchString(body) {
			t.Errorf("body %s", body)
		}
	}
	if (*calls)[0].N != (*calls)[1].N || (*calls)[0].Dossier != n {
		t.Errorf("%+v", *calls)
	}
	now = time.Date(2026, 7, 15, 10, 0, 0, 0, paris)
	must(t, p.Decide(n, enInstruction))
	if f, _ := url.ParseQuery((*calls)[2].Body); f.Get("updated_at") != "2026-07-15 10:00:00 +0200" {
		t.Errorf("in summer: %s", (*calls)[2].Body)
	}
}

func TestWebhooksLostDoubledAndOutOfOrder(t *testing.T) {
	now := monday
	p, calls := heard(t, &now)
	deliveries := map[int][]Delivery{1: nil, 2: {{After: time.Hour}, {After: 2 * time.Hour}}, 3: {{}}}
	p.PlanWebhooks(func(c WebhookCall) []Delivery { return deliveries[c.N] })
	n := deposited(t, p, accepte) // three changes
	states := func() (out []string) {
		for _, c := range *calls {
			out = append(out, c.State)
		}
		return out
	}
	same(t, []string{accepte}, states())
	now = monday.Add(time.Hour + time.Second)
	must(t, p.Message(n, "Bonjour")) // any action lets what is due leave
	same(t, []string{accepte, enInstruction}, states())
	if sent := p.DeliverWebhooks(monday.Add(24 * time.Hour)); sent != 1 {
		t.Errorf("%d sent", sent)
	}
	same(t, []string{accepte, enInstruction, enInstruction}, states())
}

func TestSeededWebhooksCanBeReplayed(t *testing.T) {
	tell := func(seed uint64) (bodies []string) {
		now := monday
		p, calls := heard(t, &now)
		p.PlanWebhooks(SeededWebhooks(seed, 0.3, 0.3, time.Hour))
		for range 40 {
			deposited(t, p, enInstruction)
		}
		p.DeliverWebhooks(monday.AddDate(0, 0, 1))
		for _, c := range *calls {
			bodies = append(bodies, c.Body)
		}
		return bodies
	}
	one := tell(1)
	same(t, one, tell(1))
	if slices.Equal(one, tell(2)) || len(one) == 80 {
		t.Errorf("%d calls for 80 changes", len(one))
	}
}

func TestAWebhookMayActOnThePlatform(t *testing.T) {
	p, _ := bare(t, 1)
	p.Webhooks(func(c WebhookCall) {
		if c.State == enConstruction {
			must(t, p.Decide(c.Dossier, enInstruction))
		}
		isListed(t, p, c.Dossier)
	})
	n := deposited(t, p, enConstruction)
	same(t, enInstruction, p.world.numbers[n].state)
}

func TestLifeCallsWebhooksToo(t *testing.T) {
	now := monday
	p, calls := heard(t, &now)
	p.Advance(monday.AddDate(0, 0, 3))
	if len(*calls) == 0 {
		t.Error("three days of life without a change of state")
	}
}

func TestWebhooksGoToThisMachineOnly(t *testing.T) {
	p, _ := bare(t, 1)
	for _, address := range []string{"http://relais.example/x", "https://127.0.0.1/x", "127.0.0.1:80", "http://10.0.0.1/", ":"} {
		if p.WebhooksTo(address) == nil {
			t.Errorf("%s was accepted", address)
		}
	}
	got := make(chan string, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got <- r.Method + " " + r.Header.Get("Content-Type") + " " + r.PostForm.Get("state") + " " + r.URL.Path
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	must(t, p.WebhooksTo(server.URL+"/hook/secret"))
	deposited(t, p, enConstruction)
	same(t, "POST "+WebhookType+" en_construction /hook/secret", <-got)
	p.Webhooks(nil)
	deposited(t, p, enConstruction)
}
