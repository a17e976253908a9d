package app_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/app"
	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// shelf holds heads only.
type shelf struct {
	app.Store
	heads []dossier.Head
	fail  error
}

func (s shelf) EachHead(_ context.Context, _ int, visit func(dossier.Head) error) error {
	for _, h := range s.heads {
		if err := visit(h); err != nil {
			return err
		}
	}
	return s.fail
}

// reported is a world of two calls on Monday 9 November 2026: one for Bretagne, one
// for every other region.
func reported(heads ...dossier.Head) *app.World {
	return &app.World{
		Store: shelf{heads: heads},
		Now:   func() time.Time { return time.Date(2026, 11, 9, 8, 0, 0, 0, time.UTC) },
		Calls: call.NewSet(
			call.Call{ID: "o2r-bretagne", Title: "O2R en Bretagne\x1b[2J", Demarche: 100, Regions: []string{"53"}, Zone: call.PlatformZone(),
				Calendar: call.Calendar{Committee: time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)},
				Silence:  &call.Silence{Effect: "rejet", Months: 2}},
			call.Call{ID: "o2r-national", Title: "O2R", Demarche: 100, Silence: &call.Silence{ConfirmedBy: "bureau juridique"}},
			call.Call{ID: "un-modele", Title: "Modèle"}, // polled by nobody, but may be asked for
		),
	}
}

func stored(number int, callID, region string, verdict dossier.Verdict) dossier.Head {
	due := dossier.Day{Year: 2026, Month: 11, Day: 9 + number - 2}
	total, people := 150_000.5*float64(number), 100*number
	return dossier.Head{
		Number: number, State: dossier.EnConstruction, DateDepot: time.Date(2026, 11, number, 9, 0, 0, 0, time.UTC),
		Judgement: dossier.Judgement{
			Call: callID, Verdict: verdict, Facts: dossier.Facts{Region: region, TotalCost: &total, PeopleFound: &people},
			Deadlines: []dossier.Deadline{{Kind: deadline.SilentRejet, DueOn: due, PrudentOn: due}},
		},
	}
}

func some() []dossier.Head {
	purged := stored(6, "un-appel-perdu", "53", dossier.Recevable)
	purged.Removed = dossier.Purged
	return []dossier.Head{
		stored(1, "o2r-bretagne", "53", dossier.NonRecevable), // rejected by silence today
		stored(2, "o2r-bretagne", "53", dossier.Recevable),
		stored(3, "o2r-national", "04", dossier.Recevable),
		stored(4, "o2r-national", "", dossier.ACompleter),
		stored(5, "", "", ""),
		purged,
	}
}

// flat makes a text easy to look into: unbreakable spaces become plain ones.
func flat(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestReport(t *testing.T) {
	var out bytes.Buffer
	if err := reported(some()...).Report(t.Context(), "", &out); err != nil {
		t.Fatal(err)
	}
	got := flat(out.String())
	t.Log("\n" + got)
	for _, want := range []string{
		"Appel o2r-bretagne : O2R en Bretagne [2J\n53 Bretagne. Situation du 9 novembre 2026 ; semaine du 2 novembre 2026 au 8 novembre 2026.",
		"2 dossiers par état\n  En construction", "\n  Non recevable                                            1\n", "Dates de réponse : dates fondées sur une hypothèse à confirmer\n",
		"450 001,50 €  (2 dossiers)", "Expirent avant le comité du 12 novembre 2026             1\n",
		"Appel o2r-national : O2R\nToutes les régions.", "Par région", "04 La Réunion", "Région inconnue",
		"Dossiers sans appel\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, absent := range []string{"\x1b", "un-modele", "un-appel-perdu", "Modèle"} {
		if strings.Contains(got, absent) {
			t.Errorf("shows %q", absent)
		}
	}
}

func TestReportAsATable(t *testing.T) {
	var out bytes.Buffer
	if err := reported(some()...).ReportCSV(t.Context(), "", &out); err != nil {
		t.Fatal(err)
	}
	rows := table(t, out.Bytes())
	var scopes [][]string
	for _, r := range rows {
		scopes = append(scopes, []string{r["appel"], r["périmètre"], r["région"], r["dossiers"], r["coût total (€)"], r["personnes à repérer"], r["rejets implicites nés (délai dépassé)"]})
	}
	if diff := cmp.Diff([][]string{
		{"o2r-bretagne", "appel", "53 Bretagne", "2", "450001,5", "300", "1"},
		{"o2r-national", "appel", "Toutes les régions", "2", "1050003,5", "700", "0"},
		{"o2r-national", "région", "04 La Réunion", "1", "450001,5", "300", "0"},
		{"o2r-national", "région", "Région inconnue", "1", "600002", "400", "0"},
		{"", "appel", "Toutes les régions", "1", "750002,5", "500", "0"},
		{"", "région", "Région inconnue", "1", "750002,5", "500", "0"},
	}, scopes); diff != "" {
		t.Error(diff)
	}
	first := rows[0]
	for column, want := range map[string]string{
		"situation du": "2026-11-09", "semaine du": "2026-11-02", "semaine au": "2026-11-08", "comité": "2026-11-12",
		"à décider, non recevables": "1", "en construction": "2", "expirent avant le comité": "1", "montant demandé (€)": "",
		"âge médian des dossiers à décider (jours)": "7,5", "médiane du dépôt à la décision (jours)": "",
		"réserve": "dates fondées sur une hypothèse à confirmer",
	} {
		if got, ok := first[column]; !ok || got != want {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
}

// table reads a CSV back, each line by its titles.
func table(t *testing.T, b []byte) []map[string]string {
	t.Helper()
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	reader.Comma = ';'
	all, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, title := range all[0] {
			row[title] = line[i]
		}
		if len(row) != len(all[0]) {
			t.Fatalf("two columns have one title: %q", all[0])
		}
		rows = append(rows, row)
	}
	return rows
}

func TestReportOfOneCall(t *testing.T) {
	w := reported(some()...)
	var out bytes.Buffer
	if err := w.ReportCSV(t.Context(), "o2r-bretagne", &out); err != nil {
		t.Fatal(err)
	}
	if rows := table(t, out.Bytes()); len(rows) != 1 || rows[0]["appel"] != "o2r-bretagne" {
		t.Errorf("%v", rows)
	}
	for _, write := range []func() error{
		func() error { return w.Report(t.Context(), "nowhere", &out) },
		func() error { return w.ReportCSV(t.Context(), "nowhere", &out) },
	} {
		out.Reset()
		if err := write(); !errors.Is(err, app.ErrUsage) || !strings.Contains(err.Error(), "nowhere") || out.Len() > 0 {
			t.Errorf("an unknown call: %v, and %q", err, out.String())
		}
	}
}

func TestReportOfATemplate(t *testing.T) {
	var out bytes.Buffer
	if err := reported(some()...).Report(t.Context(), "un-modele", &out); err != nil {
		t.Fatal(err)
	}
	if got := flat(out.String()); !strings.Contains(got, "Modèle") || !strings.Contains(got, "0 dossier par état") ||
		!strings.Contains(got, "Dates de réponse : aucune date de réponse, le silence n’est pas configuré") {
		t.Error(got)
	}
}

// A store that fails leaves no half of a report.
func TestReportOnAStoreThatFails(t *testing.T) {
	w := reported()
	broken := errors.New("disk on fire")
	w.Store = shelf{heads: some(), fail: broken}
	var out bytes.Buffer
	if err := w.Report(t.Context(), "", &out); !errors.Is(err, broken) || out.Len() > 0 {
		t.Errorf("%v, and %q", err, out.String())
	}
}

func TestReportOfNothing(t *testing.T) {
	var out bytes.Buffer
	w := &app.World{Store: shelf{}, Now: time.Now}
	if err := w.Report(t.Context(), "", &out); err != nil || !strings.Contains(flat(out.String()), "relais check") {
		t.Errorf("%q, %v", out.String(), err)
	}
}
