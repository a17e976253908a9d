package sandbox

import (
	"slices"
	"testing"
	"time"
)

func TestTheBurstAtTheDepositDeadline(t *testing.T) {
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, paris)
	p := newPlatform(t, Options{Bare: true, Dossiers: -1, Now: clock(monday)})
	var many []int
	for range 150 {
		many = append(many, deposited(t, p, enConstruction))
	}
	corrected, decided, withdrawn := deposited(t, p, enConstruction), deposited(t, p, refuse), deposited(t, p, enConstruction)
	must(t, p.AskCorrection(corrected, "incomplete"))
	must(t, p.Hide(withdrawn, ByUsager))
	must(t, p.PlanClosing(numberO2R, midnight))
	calls := 0
	p.Webhooks(func(WebhookCall) { calls++ })
	passed, err := p.CloseDeposits(numberO2R)
	must(t, err)
	if passed != 150 || calls != 150 {
		t.Fatalf("%d passed, %d webhooks", passed, calls)
	}
	seconds := map[int64]int{}
	for _, d := range p.Truth(numberO2R) {
		switch {
		case slices.Contains(many, d.Number):
			if d.State != enInstruction || len(d.Followers) != 0 {
				t.Fatalf("%+v", d)
			}
			seconds[d.ModifiedAt.Unix()]++
		case d.Number == corrected && d.State != enConstruction, d.Number == decided && d.State != refuse, d.Number == withdrawn && d.State != enConstruction:
			t.Errorf("%+v", d)
		}
	}
	if len(seconds) != 1 {
		t.Errorf("more than a page must change in the same second: %v", seconds)
	}
	if got := walk(t, p, object{"since": monday.Format(time.RFC3339), "first": 50}); len(got) != 152 {
		t.Errorf("a walk through the burst sees %d", len(got))
	}
	same(t, any("close"), dig(t, get(t, p, `query($n: Int!) { demarche(number: $n) { state dateFermeture } }`, object{"n": numberO2R}), "demarche", "state"))
}

// Life closes by itself at 00:00 Paris, in winter as in summer time.
func TestAPlannedDeadlineStrikesAtMidnightInParis(t *testing.T) {
	for _, day := range []time.Time{time.Date(2026, 11, 25, 0, 0, 0, 0, paris), time.Date(2027, 3, 28, 0, 0, 0, 0, paris), time.Date(2026, 10, 25, 0, 0, 0, 0, paris)} {
		start := day.Add(-30 * time.Hour)
		p := newPlatform(t, Options{Bare: true, Dossiers: -1, Now: clock(start)})
		n := deposited(t, p, enConstruction)
		must(t, p.PlanClosing(numberO2R, day))
		state := func() (s string) {
			for _, m := range p.Demarches() {
				if m.Number == numberO2R {
					s = m.State
				}
			}
			return s
		}
		p.Advance(day.Add(-time.Microsecond))
		if state() != "publiee" {
			t.Fatalf("%v: closed too early", day)
		}
		p.Advance(day.Add(time.Second))
		if state() != "close" || !p.world.demarche(numberO2R).closed.Equal(day) {
			t.Errorf("%v: %s, closed at %v", day, state(), p.world.demarche(numberO2R).closed)
		}
		if d := p.world.numbers[n]; d != nil && d.state == enConstruction && d.listed() && d.pendingSince.IsZero() {
			t.Errorf("%v: dossier left en construction", day)
		}
	}
}

func TestADemarcheThatCloses(t *testing.T) {
	p, _ := bare(t, 2)
	n := p.Truth(numberO2R)[0].Number
	code := func() string {
		return ask(t, p, `query($n: Int!) { demarche(number: $n) { state dateFermeture } }`, object{"n": numberO2R}).code()
	}
	must(t, p.Revoke(numberO2R, true))
	same(t, "unauthorized", code())
	must(t, p.Revoke(numberO2R, false))
	must(t, p.SetState(numberO2R, "close"))
	must(t, p.SetState(numberO2R, "publiee"))
	if got := get(t, p, `query($n: Int!) { demarche(number: $n) { dateFermeture } }`, object{"n": numberO2R}); dig(t, got, "demarche", "dateFermeture") != nil {
		t.Error("reopening resets dateFermeture")
	}
	must(t, p.SetState(numberO2R, "supprimee"))
	same(t, "not_found", code())
	same(t, "not_found", ask(t, p, `query($n: Int!) { dossier(number: $n) { id } }`, object{"n": n}).code())
	if p.SetState(numberO2R, "perdue") == nil {
		t.Error("an unknown state")
	}
}

func TestReexamen(t *testing.T) {
	p, _ := bare(t, 0)
	n := deposited(t, p, accepte)
	must(t, p.Attest(n, monday))
	must(t, p.Archive(n, true))
	must(t, p.Decide(n, enInstruction))
	d := dig(t, get(t, p, `query($n: Int!) { dossier(number: $n) { state archived dateTraitement motivation attestation { url } } }`, object{"n": n}), "dossier").(object)
	if d["state"] != enInstruction || d["archived"] != false || d["dateTraitement"] == nil || d["motivation"] != nil || d["attestation"] != nil {
		t.Errorf("%v", d)
	}
	must(t, p.Decide(n, enConstruction))
	must(t, p.Annotate(n, "ann_complet", true))
	if p.Annotate(n, "nope", true) == nil || p.Archive(n, true) == nil {
		t.Error("an unknown annotation, an open dossier among the archives")
	}
}
