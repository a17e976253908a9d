package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

func TestAFileAsExcelWantsIt(t *testing.T) {
	var out bytes.Buffer
	w, err := New(&out, "dossier", "structure", "montant")
	if err != nil {
		t.Fatal(err)
	}
	asked := -1234.5
	for _, row := range [][]Cell{
		{Integer(21345678), Text("Mission locale « Élan »; Nantes"), Number(&asked)},
		{Integer(-1), Text("=HYPERLINK(\"https://example.org\";\"ici\")"), {}},
	} {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffdossier;structure;montant\r\n" +
		"21345678;\"Mission locale « Élan »; Nantes\";-1234,5\r\n" +
		"-1;\"'=HYPERLINK(\"\"https://example.org\"\";\"\"ici\"\")\";\r\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestRowsHaveEveryColumn(t *testing.T) {
	if _, err := New(io.Discard); err == nil {
		t.Error("a sheet without columns")
	}
	var out bytes.Buffer
	w, err := New(&out, "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]Cell{nil, {Integer(1)}, {Integer(1), Integer(2), Integer(3)}} {
		if err := w.Row(row...); err == nil {
			t.Errorf("%d cells in 2 columns", len(row))
		}
	}
	if err := w.Flush(); err != nil || out.String() != "\ufeffa;b\r\n" {
		t.Errorf("a wrong row left %q, %v", out.String(), err)
	}
}

// A row of one empty cell is a row still.
func TestAnEmptyCellAlone(t *testing.T) {
	rows := written(t, []string{"a"}, []Cell{{}}, []Cell{Text("x")}, []Cell{Text(" \n ")})
	if diff := cmp.Diff([][]string{{"a"}, {""}, {"x"}, {""}}, rows); diff != "" {
		t.Error(diff)
	}
}

type full struct{}

var errFull = errors.New("no room left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsTold(t *testing.T) {
	w, err := New(full{}, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row(Text(strings.Repeat("x", 30_000))); !errors.Is(err, errFull) {
		t.Errorf("Row: %v", err)
	}
	if err := w.Flush(); !errors.Is(err, errFull) {
		t.Errorf("Flush: %v", err)
	}
}

func TestOurOwnCells(t *testing.T) {
	reunion := time.FixedZone("Indian/Reunion", 4*60*60)
	late := time.Date(2026, 12, 31, 22, 30, 5, 0, time.UTC)
	number := func(v float64) Cell { return Number(&v) }
	for _, tt := range []struct {
		cell Cell
		want string
	}{
		{number(150_000), "150000"},
		{number(-0.5), "-0,5"},
		{number(math.Copysign(0, -1)), "0"},
		{number(1e15), "1000000000000000"},
		{number(math.NaN()), ""},
		{number(math.Inf(-1)), ""},
		{Number(nil), ""},
		{Integer(-12), "-12"},
		{Day(dossier.Day{Year: 2026, Month: 11, Day: 2}), "2026-11-02"},
		{Day(dossier.Day{}), ""},
		{Day(dossier.Day{Year: -5, Month: 1, Day: 1}), ""},
		{Instant(late, reunion), "2027-01-01 02:30:05"},
		{Instant(late, nil), "2026-12-31 22:30:05"},
		{Instant(time.Time{}, reunion), ""},
		{Instant(time.Date(-4, 1, 1, 0, 0, 0, 0, time.UTC), nil), ""},
		{Instant(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC), nil), ""},
	} {
		if got := tt.cell.field(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// written writes a table and reads it back with another's parser.
func written(t testing.TB, header []string, rows ...[]Cell) [][]string {
	t.Helper()
	var out bytes.Buffer
	w, err := New(&out, header...)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	body, marked := bytes.CutPrefix(out.Bytes(), []byte("\xef\xbb\xbf"))
	if !marked {
		t.Fatalf("no byte order mark: %q", body)
	}
	if lines := bytes.Count(body, []byte("\n")); lines != len(rows)+1 || bytes.Count(body, []byte("\r\n")) != lines {
		t.Fatalf("%d rows are not one line each: %q", len(rows), body)
	}
	reader := csv.NewReader(bytes.NewReader(body))
	reader.Comma = ';'
	reader.FieldsPerRecord = len(header)
	back, err := reader.ReadAll()
	if err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	return back
}
