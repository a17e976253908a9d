package sandbox

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// poisonedWorld is six dossiers, in the order of their listing.
func poisonedWorld(t *testing.T, now *time.Time) (p *Platform, numbers []int) {
	p = newPlatform(t, Options{Bare: true, Dossiers: 6, Now: func() time.Time { return *now }})
	return p, walk(t, p, object{"since": always})
}

func TestEachPoison(t *testing.T) {
	const alone = `query($n: Int!) { dossier(number: $n) { number champs { id stringValue } } }`
	for _, c := range []struct {
		poison      Poison
		status      int
		rows, first string // of the page; code of the first error
		alone       int
		aloneCode   string
	}{
		{Poison{Harm: Nulls}, 200, "110111", "invalid_null", 200, "invalid_null"},
		{Poison{Harm: Breaks}, 500, "", "internal_server_error", 500, "internal_server_error"},
		{Poison{Harm: Refuses}, 400, "", "bad_request", 400, "bad_request"},
		{Poison{Harm: Slows, Above: 3}, 200, "110000", "timeout", 200, ""},
		{Poison{Harm: Slows, Above: 0}, 200, "110000", "timeout", 200, "timeout"},
		{Poison{Harm: Slows, Above: 6}, 200, "111111", "", 200, ""},
	} {
		t.Run(string(c.poison.Harm), func(t *testing.T) {
			now := monday
			p, numbers := poisonedWorld(t, &now)
			c.poison.Until = monday.Add(time.Hour)
			must(t, p.Poison(numbers[2], c.poison))
			r := readPage(t, p)
			if r.status != c.status || r.code(t) != c.first {
				t.Fatalf("HTTP %d, code %q", r.status, r.code(t))
			}
			if c.status == http.StatusOK && whole(nodesOf(t, decoded(t, r))) != c.rows {
				t.Errorf("rows %s, want %s", whole(nodesOf(t, decoded(t, r))), c.rows)
			}
			one := send(t, p.Transport(), "https://h", alone, object{"n": numbers[2]})
			if one.status != c.alone || one.code(t) != c.aloneCode {
				t.Errorf("alone: HTTP %d, code %q", one.status, one.code(t))
			}
			if other := send(t, p.Transport(), "https://h", alone, object{"n": numbers[3]}); other.code(t) != "" {
				t.Errorf("its neighbour: %s", other.body)
			}
			if light := walk(t, p, object{"since": always}); len(light) != 6 {
				t.Errorf("a light list must pass it by: %d rows", len(light))
			}
			now = monday.Add(time.Hour)
			if again := decoded(t, readPage(t, p)); len(again.Errors) > 0 {
				t.Errorf("after its instant: %+v", again.Errors)
			}
		})
	}
}

func TestPoisonIsSilentAndCanBeCured(t *testing.T) {
	now := monday
	p, numbers := poisonedWorld(t, &now)
	before := p.Truth(numberO2R)
	must(t, p.Poison(numbers[0], Poison{Harm: Breaks}))
	same(t, before, p.Truth(numberO2R))
	must(t, p.Cure(numbers[0]))
	decoded(t, readPage(t, p))
	if p.Poison(numbers[0], Poison{Harm: "mild"}) == nil || p.Poison(1, Poison{Harm: Nulls}) == nil {
		t.Error("an unknown harm and an unknown dossier must be refused")
	}
}

// The cursor of a page cut by time is lost when it is selected after the rows.
func TestATimeoutTakesThePageInfoThatComesAfter(t *testing.T) {
	const after = `query after($n: Int!) { demarche(number: $n) { dossiers(first: 10) { nodes { number champs { id } } pageInfo { endCursor hasNextPage } } } }`
	p, _ := bare(t, 5)
	p.Inject(Always(Hit{Fault: TimeoutPartial, At: 2}))
	var a answer
	if err := json.Unmarshal([]byte(send(t, p.Transport(), "https://h", after, object{"n": numberO2R}).body), &a); err != nil {
		t.Fatal(err)
	}
	if a.Data != nil || a.code() != "timeout" || len(a.Errors) < 2 || a.Errors[1].Extensions != nil {
		t.Errorf("data %v, errors %+v", a.Data, a.Errors)
	}
}

// Time is over wherever a request is, rows or not.
func TestATimeoutStrikesEveryRequest(t *testing.T) {
	p, _ := bare(t, 3)
	must(t, p.Hide(deposited(t, p, enConstruction), ByUsager))
	p.Inject(Always(Hit{Fault: TimeoutPartial, At: 99}))
	for name, query := range map[string]string{
		"démarche": `query($n: Int!) { demarche(number: $n) { number groupeInstructeurs { id } } }`,
		"pending":  `query($n: Int!) { demarche(number: $n) { pendingDeletedDossiers { pageInfo { endCursor hasNextPage } nodes { number } } } }`,
		"rows":     rows,
		"none":     `query($n: Int!) { demarche(number: $n) { dossiers(createdSince: "2090-01-01T00:00:00Z") { nodes { number } } } }`,
	} {
		r := send(t, p.Transport(), "https://h", query, object{"n": numberO2R, "since": always})
		if r.status != 200 || r.code(t) != "timeout" {
			t.Errorf("%s: HTTP %d %s", name, r.status, r.body)
		}
	}
}
