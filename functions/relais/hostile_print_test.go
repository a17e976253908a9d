package main

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// samePrints looks at what commands printed: a terminal obeys what it is shown.
func samePrints(t *testing.T, hostile, harmless *siege) {
	t.Helper()
	for n, p := range hostile.printed {
		twin := harmless.printed[n]
		if unseemly(p.err, "\n") || marked(p.err) {
			t.Errorf("relais %s said %q", p.command, p.err)
		}
		if found := strings.FieldsFunc(p.out, obeyed); len(found) > 1 && p.command != "report --csv" {
			t.Errorf("relais %s printed a control or a mark of direction after %q", p.command, found[0])
		}
		names := strings.HasPrefix(p.command, "show") || p.command == "export"
		if marked(p.out) && !names && !strings.HasPrefix(p.command, "report") {
			t.Errorf("relais %s printed a candidate's text:\n%.2000s", p.command, p.out)
		}
		if got, want := strings.Count(p.out, "\n"), strings.Count(twin.out, "\n"); got != want {
			t.Errorf("relais %s printed %d lines, %d about harmless dossiers", p.command, got, want)
		}
		if number, shows := strings.CutPrefix(p.command, "show "); shows {
			hostile.sheet(t, numberOf("/dossiers/"+number), p.out)
		}
		if p.command == "export" {
			exportedLines(t, p.out)
		}
	}
	hostile.discreetAll(t)
}

// obeyed tells a character that a terminal obeys in place of showing it.
func obeyed(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || unicode.In(r, unicode.Zl, unicode.Zp) ||
		'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}

// sheet is what show prints of one dossier.
func (s *siege) sheet(t *testing.T, number int, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if utf8.RuneCountInString(line) > 400 {
			t.Errorf("show %d: a line of %d characters", number, utf8.RuneCountInString(line))
		}
		if name, found := strings.CutPrefix(line, "structure"); found {
			s.named(t, "show", map[int][]string{number: {strings.TrimSpace(name)}}, 300)
		}
	}
}

func exportedLines(t *testing.T, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if !json.Valid([]byte(line)) || len(line) > 20_000 {
			t.Errorf("export: a line of %d bytes: %.200s", len(line), line)
		}
	}
}

// discreetAll looks for what no command may print.
func (s *siege) discreetAll(t *testing.T) {
	t.Helper()
	d := &desktop{TB: t, dir: s.dir, env: s.env}
	for _, p := range s.printed {
		d.discreet(strings.Fields(p.command), p.outcome)
	}
}

// sameTables reads tables as a spreadsheet does, and compares their shape.
func sameTables(t *testing.T, name, hostile, harmless string) [][]string {
	t.Helper()
	rows, twins := table(t, name, hostile), table(t, name, harmless)
	if len(rows) != len(twins) {
		t.Errorf("%s: %d rows, %d about harmless dossiers", name, len(rows), len(twins))
	}
	for _, row := range rows {
		for _, cell := range row {
			if dangerous(cell) || unseemly(cell, joiners) || utf8.RuneCountInString(cell) > 400 {
				t.Errorf("%s: the cell %.400q", name, cell)
			}
		}
	}
	return rows
}

// table reads one; every row has as many cells as there are titles.
func table(t *testing.T, name, text string) [][]string {
	t.Helper()
	body, marked := strings.CutPrefix(text, "\ufeff")
	if !marked {
		t.Errorf("%s: no byte order mark", name)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		if strings.ContainsAny(line, "\r\n") {
			t.Errorf("%s: a line break inside %q", name, line)
		}
	}
	reader := csv.NewReader(strings.NewReader(body))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return rows
}

// dangerous tells a cell that a spreadsheet computes: it begins, for the eye, as a
// formula does, in any of its widths.
func dangerous(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(readable(norm.NFKC.String(cell))))
	return cell != "" && strings.ContainsRune("=+-@−|\t\r", first)
}

// inTable wants to read the mark of each dossier in its row.
func (s *siege) inTable(t *testing.T, rows [][]string) {
	t.Helper()
	structure := slices.Index(rows[0], "Structure")
	seen := map[int][]string{}
	for _, row := range rows[1:] {
		number := numberOf("/dossiers/" + row[0])
		seen[number] = append(seen[number], strings.TrimPrefix(row[structure], "'"))
	}
	if len(seen) != hundred {
		t.Errorf("%d dossiers in the table", len(seen))
	}
	s.named(t, "/dossiers.csv", seen, 201)
}
