package storetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

var valueStories = []story{
	{"instants are cut to the microsecond, in UTC", instantsInUTC},
	{"odd instants keep their value", oddInstants},
	{"a time that is not set stays so", func(t *testing.T, s Store) {
		put(t, s, dossier.Record{Head: dossier.Head{Number: 1, Demarche: national}, Dossier: &dossier.Dossier{}})
		got := stored(t, s, 1)
		same(t, dossier.Head{Number: 1, Demarche: national, Version: 1}, got.Head)
		same(t, &dossier.Dossier{}, got.Dossier)
		i := notify.Intention{Key: "k", Person: "p", Status: notify.Pending}
		enqueue(t, s, i)
		same(t, map[string]notify.Intention{"k": i}, told(t, s))
		ok(t, s.PutCase(t.Context(), ingest.Case{Demarche: national, Number: 1}))
		same(t, []ingest.Case{{Demarche: national, Number: 1}}, cases(t, s, national))
		push(t, s, ingest.Hint{})
		same(t, true, pull(t, s, noon, time.Hour, 1)[0].ReceivedAt.IsZero())
		raise(t, s, "cause", time.Time{})
		same(t, []ingest.Alarm{{Cause: "cause"}}, alarms(t, s))
	}},
	{"odd texts come back as they were", oddTexts},
	{"odd texts stay apart", func(t *testing.T, s Store) {
		for _, text := range texts {
			enqueue(t, s, intention(text, text))
			same(t, true, raise(t, s, text, noon))
		}
		same(t, sorted(texts), causes(alarms(t, s)))
		same(t, sorted(texts), people(t, s, notify.Pending, "", 100))
		for _, text := range texts {
			same(t, []string{text}, free(t, s, text, notify.Pending))
		}
	}},
	{"amounts and numbers to the last digit", func(t *testing.T, s Store) {
		r := record(1 << 40)
		cost, asked := 150000.1+0.2, 1e-9
		r.Judgement.Facts = dossier.Facts{TotalCost: &cost, RequestedAmount: &asked}
		r.Dossier.Champs[0].Integer = "123456789012345678901234567890"
		r.Dossier.Champs[0].Decimal = &cost
		put(t, s, r)
		r.Version = 1
		same(t, r, stored(t, s, r.Number))
		same(t, []int{r.Number}, headsAfter(t, s, r.Number-1))
		zero := 0.0
		r.Judgement.Facts.TotalCost = &zero // 0 € is not "not given"
		put(t, s, r)
		same(t, &zero, stored(t, s, r.Number).Judgement.Facts.TotalCost)
	}},
	{"a megabyte of payload", func(t *testing.T, s Store) {
		plain := strings.Repeat("Accompagnement vers l'emploi. ", 35_000)
		random := randomText(1 << 20)
		for number, text := range []string{plain, random} {
			r := record(number + 1)
			r.Dossier.Champs[0].Text = text
			put(t, s, r)
			same(t, true, stored(t, s, r.Number).Dossier.Champs[0].Text == text)
		}
		shrunk := record(2)
		shrunk.Version = 1
		put(t, s, shrunk)
		same(t, shrunk.Dossier, stored(t, s, 2).Dossier)
	}},
}

// texts without NUL, which no platform text contains.
var texts = []string{
	"Élise Ñúñez-O'Hara", "'; DROP TABLE dossiers; --", `"guillemets" \ et \\`, "100 % _ * ? [a]",
	"<b>&amp;</b>", "ligne 1\nligne 2\r\n\ttabulation", " espaces autour ", "\u00a0insécable\u202f!",
	"👩‍🌾 café e\u0301 ﬁ", "مرحبا שלום", "\u2028\u2029", "\ufeffBOM", "\u0001\u001f\u007f", "null", "0", "1e3",
	"A", "a", "e\u0301", "é", "dossier:1/D14/2026-04-01/J-7/pers#1", strings.Repeat("long ", 400),
}

func oddTexts(t *testing.T, s Store) {
	for n, text := range texts {
		r := record(n + 1)
		r.Groupe, r.Fingerprint = text, text
		r.Judgement.Call, r.Judgement.JudgedWith = text, text
		r.Judgement.Findings[0].Message = text
		r.Dossier.Champs[0].Text = text
		r.Dossier.Demandeur.Nom = text
		put(t, s, r)
		r.Version = 1
		same(t, r, stored(t, s, n+1))

		at := ingest.Streams{Demarche: n + 1, Position: dossier.Position{Cursor: text}}
		save(t, s, at)
		same(t, text, streams(t, s, n+1).Position.Cursor)

		c := quarantined(national, n+1)
		c.Cause = text
		ok(t, s.PutCase(t.Context(), c))
		same(t, c, cases(t, s, national)[n])

		_, err := s.AdvanceCall(t.Context(), notify.Plan{Call: text}, nil)
		ok(t, err)
		same(t, int64(1), plan(t, s, text).Version)

		i := intention(text, text)
		i.Call, i.Step = text, text
		enqueue(t, s, i)
		claim(t, s, mail(text, text, text))
		same(t, []string{text}, readMail(t, s, text).Keys)
		same(t, text, told(t, s)[text].Step)

		ok(t, s.SetMeta(t.Context(), text, text))
		got, err := s.Meta(t.Context(), text)
		ok(t, err)
		same(t, text, got)
	}
}

func instantsInUTC(t *testing.T, s Store) {
	paris, err := time.LoadLocation("Europe/Paris")
	ok(t, err)
	fine := time.Date(2026, time.July, 14, 23, 59, 59, 123456999, paris)
	want := time.Date(2026, time.July, 14, 21, 59, 59, 123456000, time.UTC)

	check := func(what string, v any) {
		t.Helper()
		seen := 0
		instants(reflect.ValueOf(v), what, func(path string, at time.Time) {
			seen++
			if at.Location() != time.UTC || !at.Equal(want) {
				t.Errorf("%s is %v, want %v", path, at, want)
			}
		})
		if seen == 0 {
			t.Errorf("%s holds no instant", what)
		}
	}
	var head dossier.Head
	allAt(&head, fine)
	head.Number, head.Version, head.Removed = 1, 0, dossier.Present
	put(t, s, dossier.Record{Head: head})
	check("head", stored(t, s, 1).Head)

	var at ingest.Streams
	allAt(&at, fine)
	at.Demarche, at.Version = national, 0
	save(t, s, at)
	check("streams", streams(t, s, national))
	completed, err := s.CompletedAt(t.Context(), national)
	ok(t, err)
	check("completed", completed)

	var p notify.Plan
	allAt(&p, fine)
	p.Call, p.Version = "o2r", 0
	_, err = s.AdvanceCall(t.Context(), p, nil)
	ok(t, err)
	check("plan", plan(t, s, "o2r"))

	var d dossier.Demarche
	allAt(&d, fine)
	d.Number = national
	ok(t, s.PutDemarche(t.Context(), d))
	d, _, err = s.Demarche(t.Context(), national)
	ok(t, err)
	check("démarche", d)

	var c ingest.Case
	allAt(&c, fine)
	ok(t, s.PutCase(t.Context(), c))
	check("case", cases(t, s, 0))

	push(t, s, ingest.Hint{ReceivedAt: fine})
	check("hint", pull(t, s, fine, time.Hour, 1))

	raise(t, s, "jeton refusé", fine)
	check("alarm", alarms(t, s))

	i := intention("k", "p")
	i.CreatedAt = fine
	enqueue(t, s, i)
	m := mail("m", "p", "k")
	m.ClaimedAt = fine
	claim(t, s, m)
	settle(t, s, "m", notify.Sent, fine)
	check("mail", readMail(t, s, "m"))
	check("intention", told(t, s)["k"])
}

// allAt fills v and sets each of its instants.
func allAt[T any](v *T, at time.Time) {
	fill(v)
	setInstants(reflect.ValueOf(v).Elem(), at)
}

func setInstants(v reflect.Value, at time.Time) {
	if _, isTime := v.Interface().(time.Time); isTime {
		v.Set(reflect.ValueOf(at))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			setInstants(v.Field(i), at)
		}
	case reflect.Pointer:
		setInstants(v.Elem(), at)
	case reflect.Slice:
		for i := range v.Len() {
			setInstants(v.Index(i), at)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(it.Value())
			setInstants(value, at)
			v.SetMapIndex(it.Key(), value)
		}
	}
}

func oddInstants(t *testing.T, s Store) {
	for n, at := range []time.Time{
		time.Unix(0, 0).UTC(), // not to be taken for "not set"
		time.Unix(0, -1000).UTC(),
		time.Date(1, time.January, 1, 0, 0, 0, 1000, time.UTC),
		time.Date(1883, time.October, 1, 12, 0, 0, 0, time.UTC),
		time.Date(9999, time.December, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		r := record(n + 1)
		r.DateDepot, r.Modified, r.RemovedAt = at, at, at
		r.Dossier.DateDepot = at
		put(t, s, r)
		r.Version = 1
		same(t, r, stored(t, s, n+1))
		i := intention(fmt.Sprint("k", n), "p")
		i.CreatedAt = at
		enqueue(t, s, i)
		same(t, at, told(t, s)[i.Key].CreatedAt)

		c := quarantined(national, n+1)
		c.FirstSeen, c.NextTry = at, at
		ok(t, s.PutCase(t.Context(), c))
		same(t, c, cases(t, s, national)[n])
		push(t, s, ingest.Hint{Demarche: national, Number: n, ReceivedAt: at})
		same(t, at, pull(t, s, noon, time.Hour, 1)[0].ReceivedAt)
		raise(t, s, fmt.Sprint("cause ", n), at)
	}
	same(t, []string{"cause 2", "cause 3", "cause 1", "cause 0", "cause 4"}, causes(alarms(t, s)))
	same(t, []string{"k2", "k3", "k1", "k0", "k4"}, free(t, s, "p", notify.Pending))
}

func randomText(size int) string {
	source := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte('!' + source.IntN(90))
	}
	return string(b)
}
