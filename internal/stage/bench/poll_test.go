package bench

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"relais/internal/stage"
)

// poll runs the function and tells what it answered, and what it cost.
func (w *world) poll(name string, f *stage.Function, action string) (polled, cost) {
	w.Helper()
	var res stage.Result
	c := w.during(name, func() []stage.Result {
		res = w.run(f, map[string]string{"action": action})
		return []stage.Result{res}
	})
	var p polled
	if err := json.Unmarshal(res.Payload, &p); err != nil {
		w.Fatal(err)
	}
	if !p.Complete || p.Quarantined > 0 {
		w.Fatalf("%s: %+v", name, p)
	}
	peaks[f.Name] = max(peaks[f.Name], res.MaxRSS)
	return p, c
}

// peaks is the most memory that each function was seen to take.
var peaks = map[string]int64{}

// polled is the answer of poll.
type polled struct {
	DossiersRead         int `json:"dossiers_read"`
	Created, Updated     int
	Unchanged, Rejudged  int
	Removed, Quarantined int
	Complete, Busy       bool
}

// want is what a poll must have found for its cost to mean anything.
func (w *world) want(p polled, read, created, updated, unchanged int) {
	w.Helper()
	if p.DossiersRead != read || p.Created != created || p.Updated != updated || p.Unchanged != unchanged {
		w.Fatalf("%+v, want %d read, %d created, %d updated, %d unchanged", p, read, created, updated, unchanged)
	}
}

// listed are the numbers that the platform shows.
func (w *world) listed() (numbers []int) {
	for _, d := range w.platform.Truth(w.form.Number) {
		if d.Listed {
			numbers = append(numbers, d.Number)
		}
	}
	return numbers
}

// changeAll has each dossier answered anew.
func (w *world) changeAll() {
	w.Helper()
	for n, number := range w.listed() {
		if err := w.platform.Edit(number, answered, fmt.Sprint("Atelier numéro ", n)); err != nil {
			w.Fatal(err)
		}
	}
}

// answered is a field of the form that takes a text.
const answered = "intitule"

// unread is poll with an overlap so short that what was read is not read again;
// it has been run until it is so.
func (w *world) unread() *stage.Function {
	w.Helper()
	f := w.function("poll", "RELAIS_OVERLAP", "1s")
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if p, _ := w.poll("", f, "poll"); p.DossiersRead == 0 {
			return f
		}
	}
	w.Fatal("polls read the overlap again for ever")
	return nil
}

// writes is what is written of the dossiers themselves, by the meter's kinds of
// rows.
func (c cost) writes() (units map[string]float64, puts int) {
	units = map[string]float64{}
	for _, l := range c.lines {
		if l.Write > 0 {
			units[l.What] += l.Write
			puts += l.Calls
		}
	}
	return units, puts
}

// ofDossiers are the rows of a dossier, in the order of the report.
var ofDossiers = []string{"dossier", "payload", "index work", "index list"}

// itemised tells the write units of a dossier, of n of them.
func (c cost) itemised(n int) (each float64, text string) {
	units, _ := c.writes()
	var parts []string
	for _, what := range ofDossiers {
		u := units[what] / float64(n)
		each += u
		parts = append(parts, fmt.Sprintf("%s %.2f", strings.Replace(what, "dossier", "head", 1), u))
	}
	return each, strings.Join(parts, " + ")
}
