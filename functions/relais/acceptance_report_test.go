package main

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReportAddsUp: the figures are those of the platform's own dossiers, on the
// screen and in a spreadsheet.
func TestReportAddsUp(t *testing.T) {
	t.Parallel()
	p := newOther(t, 60)
	d := ready(t, p)
	d.do(0, "poll")
	n, decided, total, requested := 0, 0, 0, 0.0
	for _, paper := range p.papers {
		if paper.groupe.region != "53" {
			continue
		}
		n, total, requested = n+1, total+paper.total, requested+paper.requested
		if paper.finished() {
			decided++
		}
	}
	want := map[string]string{
		"appel": bretagne, "périmètre": "appel", "région": "53 Bretagne", "dossiers": strconv.Itoa(n), "à décider": strconv.Itoa(n - decided),
		"coût total (€)": strconv.Itoa(total), "dossiers avec coût total": strconv.Itoa(n),
		"montant demandé (€)": strings.Replace(strconv.FormatFloat(requested, 'f', -1, 64), ".", ",", 1),
		"personnes à repérer": strconv.Itoa(420 * n), "personnes à accompagner": strconv.Itoa(180 * n),
		"réserve": "dates fondées sur une hypothèse à confirmer",
	}
	rows := spreadsheet(t, d.do(0, "report", "--call", bretagne, "--csv").out)
	if len(rows) != 1 {
		t.Fatalf("%d lines for a call of one region", len(rows))
	}
	got := map[string]string{}
	for title := range want {
		got[title] = rows[0][title]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	answered := 0
	for _, title := range []string{"acceptés", "refusés", "classés sans suite"} {
		count, err := strconv.Atoi(rows[0][title])
		if err != nil {
			t.Error(err)
		}
		answered += count
	}
	if answered != decided {
		t.Errorf("%d dossiers decided, want %d", answered, decided)
	}

	all := spreadsheet(t, d.do(0, "report", "--csv").out) // with those of other regions, which match no call
	sum := 0
	for _, row := range all {
		if row["périmètre"] == "appel" {
			count, _ := strconv.Atoi(row["dossiers"])
			sum += count
		}
	}
	if sum != 60 {
		t.Errorf("%d dossiers in all, want 60", sum)
	}
	screen := d.do(0, "report").out
	for _, said := range []string{"Appel " + bretagne, strconv.Itoa(n) + "\u00a0dossiers par état", "Dossiers sans appel", "hypothèse à confirmer"} {
		if !strings.Contains(screen, said) {
			t.Errorf("no %q in\n%s", said, screen)
		}
	}
}

func TestReportIsAskedWell(t *testing.T) {
	t.Parallel()
	d := ready(t, newOther(t, 0))
	d.do(2, "report", "--call", "nowhere").sentence(t, "nowhere")
	d.do(2, "report", "bretagne")
	if o := d.do(0, "report"); !strings.Contains(o.out, "0\u00a0dossier par état") {
		t.Errorf("before the first poll: %s", o.out)
	}
	if o := d.do(0, "report", "--help"); !strings.Contains(o.out, "Usage:") || !strings.Contains(o.out, "--csv") || !strings.Contains(o.out, "--call") {
		t.Errorf("--help: %s", o.out)
	}
}

// spreadsheet reads a table as a French spreadsheet would.
func spreadsheet(t *testing.T, out string) []map[string]string {
	t.Helper()
	body, marked := strings.CutPrefix(out, "\ufeff")
	if !marked {
		t.Error("no byte order mark")
	}
	reader := csv.NewReader(strings.NewReader(body))
	reader.Comma = ';'
	lines, err := reader.ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("%v in %q", err, out)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, title := range lines[0] {
			row[title] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}
