package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"relais/internal/dossier"
)

// Cell is one value of a row. The zero Cell is empty.
type Cell struct {
	value string
	text  bool
}

// Text is a cell of words, whoever wrote them: see the package's doc. A
// spreadsheet may still take digits for a number, and lose the zeros they begin
// with: write codes with their blanks or beside a name.
func Text(s string) Cell { return Cell{safe(s), true} }

// Number is a cell to count with, in French form; nil and what is not a number
// give an empty cell.
func Number(v *float64) Cell {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return Cell{}
	}
	if *v == 0 { // zero has a sign too
		return Integer(0)
	}
	return Cell{value: strings.Replace(strconv.FormatFloat(*v, 'f', -1, 64), ".", ",", 1)}
}

// Integer is a cell to count with.
func Integer(n int) Cell { return Cell{value: strconv.Itoa(n)} }

// Day is a date as YYYY-MM-DD, which spreadsheets read as one in every language;
// the zero Day gives an empty cell, as a year without four digits does.
func Day(d dossier.Day) Cell {
	if d.Year < 1 || d.Year > 9999 {
		return Cell{}
	}
	return Cell{value: d.String()}
}

// Instant is a date and the time on the wall of a zone (UTC when nil), as
// YYYY-MM-DD HH:MM:SS; the zero Time gives an empty cell.
func Instant(t time.Time, zone *time.Location) Cell {
	if zone == nil {
		zone = time.UTC
	}
	if t = t.In(zone); t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return Cell{}
	}
	return Cell{value: t.Format(time.DateTime)}
}

// field is the cell as the file has it. A text with any usual separator is
// quoted: a spreadsheet that parts cells otherwise than this one must not find
// the beginning of a cell inside it.
func (c Cell) field() string {
	if !c.text || !strings.ContainsAny(c.value, `";,|`) {
		return c.value
	}
	return `"` + strings.ReplaceAll(c.value, `"`, `""`) + `"`
}
