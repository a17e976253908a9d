package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"relais/internal/dossier"
	"relais/internal/notify"
)

const (
	national = 9001 // a démarche
	other    = 9002 // another one
	stamp    = "règles-1"
)

// noon is the day of most stories.
var noon = time.Date(2026, time.March, 2, 11, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return noon.Add(d) }

// record is a dossier of the national démarche with one reminder, a day after
// noon.
func record(number int) dossier.Record {
	return dossier.Record{
		Head: dossier.Head{
			Number: number, Demarche: national,
			State: dossier.EnConstruction, Groupe: "Pays de la Loire",
			DateDepot: noon.AddDate(0, -1, 0), Modified: noon, ReadAt: noon, FirstSeen: noon, AdoptedAt: noon,
			Told:        dossier.Portrait{State: dossier.EnConstruction, Verdict: dossier.AVerifier},
			Fingerprint: fmt.Sprintf("empreinte-%d", number),
			Judgement: dossier.Judgement{
				Call: "o2r-pdl", Verdict: dossier.AVerifier, JudgedWith: stamp,
				Findings:  []dossier.Finding{{Rule: "V10", Severity: dossier.Blocking, Outcome: dossier.Pass, Message: "SIRET présent"}},
				Deadlines: []dossier.Deadline{deadline(after(24 * time.Hour))},
			},
		},
		Dossier: &dossier.Dossier{
			ID: fmt.Sprintf("D-%d", number), Number: number, Demarche: national, State: dossier.EnConstruction,
			DateDepot: noon.AddDate(0, -1, 0), DateDerniereModification: noon,
			Champs: []dossier.Champ{{ID: "c1", DescriptorID: "Q1", Type: dossier.TextChamp, Text: content(number)}},
		},
	}
}

func content(number int) string { return fmt.Sprintf("contenu du dossier %d", number) }

// deadline has one step for each instant.
func deadline(steps ...time.Time) dossier.Deadline {
	d := dossier.Deadline{Kind: "D14", DueOn: dossier.Day{Year: 2026, Month: 4, Day: 2}, PrudentOn: dossier.Day{Year: 2026, Month: 4, Day: 1}}
	for i, at := range steps {
		d.Steps = append(d.Steps, dossier.Step{Name: fmt.Sprintf("J-%d", len(steps)-i), At: at})
	}
	return d
}

func intention(key, person string) notify.Intention {
	return notify.Intention{
		Key: key, Person: person, Kind: notify.Reminder, Call: "o2r-pdl", Demarche: national, Dossier: 1,
		Deadline: "D14", DueOn: dossier.Day{Year: 2026, Month: 4, Day: 1}, Step: "J-7",
		CreatedAt: noon, Status: notify.Pending,
	}
}

func intentions(person string, keys ...string) []notify.Intention {
	var out []notify.Intention
	for _, key := range keys {
		out = append(out, intention(key, person))
	}
	return out
}

func mail(id, person string, keys ...string) notify.Mail {
	return notify.Mail{ID: id, Person: person, Keys: keys, ClaimedAt: noon, Status: notify.Pending, Attempts: 1}
}

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// put stores records and fails on any conflict.
func put(t tester, s Store, records ...dossier.Record) {
	t.Helper()
	conflicts, err := s.Put(t.Context(), records)
	ok(t, err)
	same(t, []int(nil), conflicts)
}

func enqueue(t tester, s Store, intentions ...notify.Intention) {
	t.Helper()
	added, err := s.Enqueue(t.Context(), intentions)
	ok(t, err)
	same(t, len(intentions), added)
}

func claim(t tester, s Store, m notify.Mail) {
	t.Helper()
	ok(t, s.Claim(t.Context(), m))
}

func settle(t tester, s Store, mail string, fate notify.Status, at time.Time) {
	t.Helper()
	ok(t, s.Settle(t.Context(), mail, fate, at))
}

// stored reads a record that must exist.
func stored(t tester, s Store, number int) dossier.Record {
	t.Helper()
	r, found, err := s.Record(t.Context(), number)
	ok(t, err)
	if !found {
		t.Fatalf("dossier %d is not stored", number)
	}
	return r
}

// told reads every intention, by key.
func told(t tester, s Store) map[string]notify.Intention {
	t.Helper()
	out := map[string]notify.Intention{}
	ok(t, s.EachIntention(t.Context(), func(i notify.Intention) error {
		if _, twice := out[i.Key]; twice {
			t.Errorf("intention %q is listed twice", i.Key)
		}
		out[i.Key] = i
		return nil
	}))
	return out
}

// free lists the keys of a person's unclaimed intentions of a status.
func free(t tester, s Store, person string, status notify.Status) []string {
	t.Helper()
	is, err := s.Of(t.Context(), person, status)
	ok(t, err)
	var keys []string
	for _, i := range is {
		keys = append(keys, i.Key)
	}
	return keys
}

func people(t tester, s Store, status notify.Status, after string, limit int) []string {
	t.Helper()
	ps, err := s.People(t.Context(), status, after, limit)
	ok(t, err)
	return ps
}

func numbers(records []dossier.Record) []int {
	var out []int
	for _, r := range records {
		out = append(out, r.Number)
	}
	return out
}

func sorted[T ~[]E, E interface{ ~int | ~string }](s T) T {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func ok(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// same compares; instants are compared as instants.
func same(t tester, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("want (-), got (+):\n%s", diff)
	}
}

func is(t tester, err, want error) {
	t.Helper()
	if !isError(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}
