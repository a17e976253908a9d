package sqlite

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

var second = time.Date(1970, time.January, 1, 1, 0, 1, 999, time.FixedZone("Paris", 3600)) // 1000000 µs

var deadlines = []dossier.Deadline{{
	Kind: "D14", DueOn: dossier.Day{Year: 2026, Month: 4, Day: 2}, PrudentOn: dossier.Day{Year: 2026, Month: 4, Day: 1},
	Basis: "b", Steps: []dossier.Step{{Name: "J-7", At: second}}, HandledUntil: second,
}}

const storedDeadlines = `[{"kind":"D14","due_on":"2026-04-02","prudent_on":"2026-04-01","basis":"b",
	"steps":[{"name":"J-7","at":1000000}],"handled_until":1000000}]`

// TestStoredShapes pins the JSON in released files. When it fails, files of
// users no longer read as they did: write a migration, then change it here.
func TestStoredShapes(t *testing.T) {
	cost, people := 1.5, 40
	for name, c := range map[string]struct {
		encode func() ([]byte, error)
		want   string
	}{
		"head": {func() ([]byte, error) {
			return encodeHead(dossier.Head{
				Number: 1, Demarche: 2, Version: 3, State: dossier.Accepte, Groupe: "g", DateDepot: second,
				Modified: second, ReadAt: second, Fingerprint: "f", FirstSeen: second, AdoptedAt: second,
				Told:    dossier.Portrait{State: dossier.EnInstruction, Verdict: dossier.AVerifier, EditedAt: second, CorrectedAt: second},
				Removed: dossier.Pending, RemovedAt: second, Foreign: true,
				Judgement: dossier.Judgement{
					Call: "c", Verdict: dossier.Recevable, JudgedWith: "s", Deadlines: deadlines,
					Facts: dossier.Facts{Region: "52", Siret: "1", Structure: "n", TotalCost: &cost, RequestedAmount: &cost,
						PeopleFound: &people, PeopleSupported: &people, EditedAt: second, CorrectedAt: second},
					Findings: []dossier.Finding{{Rule: "V10", Severity: dossier.Info, Outcome: dossier.Pass, Message: "<m>"}},
				},
			})
		}, `{"state":"accepte","groupe":"g","fingerprint":"f","removed":"pending","foreign":true,
			"date_depot":1000000,"modified":1000000,"read_at":1000000,"first_seen":1000000,"adopted_at":1000000,
			"told":{"state":"en_instruction","verdict":"a_verifier","edited_at":1000000,"corrected_at":1000000},
			"removed_at":1000000,"judgement":{"call":"c","verdict":"recevable","findings":[{"rule":"V10","severity":"info","outcome":"pass","message":"\u003cm\u003e"}],
			"judged_with":"s","facts":{"region":"52","siret":"1","structure":"n","total_cost":1.5,"requested_amount":1.5,
			"people_found":40,"people_supported":40,"edited_at":1000000,"corrected_at":1000000},"deadlines":` + storedDeadlines + `}}`},
		"empty head": {func() ([]byte, error) { return encodeHead(dossier.Head{}) },
			`{"state":"","fingerprint":"","judgement":{"judged_with":"","facts":{}}}`},
		"streams": {func() ([]byte, error) {
			at := dossier.Position{Since: second, Cursor: "c"}
			return encodeStreams(ingest.Streams{
				Demarche: 2, Version: 3, Position: at, Reached: second, ReachedAt: second, Settled: true,
				Walk: &ingest.Walk{Position: at, StartedAt: second}, DeletedReadAt: second, CompletedAt: second,
			})
		}, `{"settled":true,"position":{"cursor":"c","since":1000000},"reached":1000000,"reached_at":1000000,
			"walk":{"position":{"cursor":"c","since":1000000},"started_at":1000000},
			"deleted_read_at":1000000,"completed_at":1000000}`},
		"case": {func() ([]byte, error) {
			return encodeCase(ingest.Case{
				Demarche: 2, Number: 1, Cause: "timeout", FirstSeen: second, Attempts: 3, NextTry: second,
			})
		}, `{"cause":"timeout","attempts":3,"first_seen":1000000,"next_try":1000000}`},
		"démarche": {func() ([]byte, error) {
			return encodeDemarche(dossier.Demarche{
				ID: "i", Number: 2, Title: "t", State: "publiee", DateFermeture: &second, ActiveRevision: "r",
				Groupes: []dossier.GroupeInstructeur{{ID: "g", Number: 4, Label: "l", Closed: true,
					Instructeurs: []dossier.Profile{{ID: "p", Email: "e"}}}},
			})
		}, `{"id":"i","title":"t","state":"publiee","active_revision":"r",
			"groupes":[{"id":"g","number":4,"label":"l","closed":true,"instructeurs":[{"id":"p","email":"e"}]}],
			"date_fermeture":1000000}`},
		"plan": {func() ([]byte, error) {
			return encodePlan(notify.Plan{Call: "c", Version: 3, AdoptedAt: second, Deadlines: deadlines})
		}, `{"adopted_at":1000000,"deadlines":` + storedDeadlines + `}`},
		"intention": {func() ([]byte, error) {
			return encodeIntention(notify.Intention{
				Key: "k", Kind: notify.Opening, Call: "c", Demarche: 2, Dossier: 1, Deadline: "D14",
				DueOn: dossier.Day{Year: 2026, Month: 4, Day: 1}, Step: "J-7", Person: "p", CreatedAt: second,
				Status: notify.Held, Mail: "m", SentAt: second,
			})
		}, `{"kind":"opening","call":"c","demarche":2,"dossier":1,"deadline":"D14","due_on":"2026-04-01","step":"J-7"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.encode()
			if err != nil {
				t.Fatal(err)
			}
			want := strings.NewReplacer("\n", "", "\t", "").Replace(c.want)
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

// TestUnknownShape: rows that this version did not write are errors, not zeros.
func TestUnknownShape(t *testing.T) {
	for _, body := range []string{"", "{", `{"position":1}`, `{"reached":"2026-01-01T00:00:00Z"}`, `{"reached":1.5}`} {
		if _, err := decodeStreams([]byte(body)); err == nil {
			t.Errorf("%q is read as positions", body)
		}
	}
	for _, body := range []string{"", "[]", `{"attempts":"x"}`, `{"next_try":"2026-01-01T00:00:00Z"}`} {
		if _, err := decodeCase([]byte(body)); err == nil {
			t.Errorf("%q is read as a case", body)
		}
	}
	for _, body := range []string{"", "[]", `{"modified":"x"}`, `{"judgement":{"deadlines":[{"steps":[{"at":"x"}]}]}}`} {
		if _, err := decodeHead([]byte(body)); err == nil {
			t.Errorf("%q is read as a head", body)
		}
	}
}
