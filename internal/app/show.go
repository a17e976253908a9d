package app

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/plain"
)

// Show prints one stored dossier for an operator: what it is, the proposed
// verdict with its findings, and its dates with their computation.
func (w *World) Show(ctx context.Context, number int, out io.Writer) error {
	r, ok, err := w.Store.Record(ctx, number)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("dossier %d is not stored: poll first, or look for it in relais export", number)
	}
	s := sheet{out: tabwriter.NewWriter(out, 0, 0, 2, ' ', 0), zone: w.zone(r.Judgement.Call), now: w.Now()}
	s.identity(r, w.BaseURL)
	s.findings(r.Judgement)
	s.deadlines(r)
	return s.out.Flush()
}

type sheet struct {
	out  *tabwriter.Writer
	zone *time.Location
	now  time.Time
}

func (s sheet) line(name, format string, args ...any) {
	fmt.Fprintf(s.out, "%s\t%s\n", name, onTerminal(fmt.Sprintf(format, args...)))
}

func (s sheet) identity(r dossier.Record, base string) {
	f := r.Judgement.Facts
	s.line("dossier", "%d", r.Number)
	s.line("on the platform", "%s/procedures/%d/dossiers/%d", base, r.Demarche, r.Number)
	s.line("structure", "%s", orNone(brief(f.Structure)))
	s.line("SIRET", "%s", orNone(brief(f.Siret)))
	s.line("call", "%s", orNone(r.Judgement.Call))
	s.line("region", "%s", orNone(f.Region))
	s.line("groupe", "%s", orNone(brief(r.Groupe)))
	s.line("state", "%s", orNone(string(r.State)))
	if r.Removed != dossier.Present {
		s.line("removed", "%s, %s", r.Removed, s.date(r.RemovedAt))
	}
	s.line("deposited", "%s", s.date(r.DateDepot))
	s.line("modified", "%s", s.date(r.Modified))
	s.line("read", "%s", s.date(r.ReadAt))
	s.line("total cost", "%s", euros(f.TotalCost))
	s.line("requested", "%s", euros(f.RequestedAmount))
	s.line("verdict", "%s (a proposal: a person decides)", orNone(string(r.Judgement.Verdict)))
}

func (s sheet) findings(j dossier.Judgement) {
	fmt.Fprintln(s.out, "\nfindings")
	for _, f := range j.Findings {
		fmt.Fprintf(s.out, "  %s\t%s\t%s\t%s\n", f.Rule, f.Severity, f.Outcome, onTerminal(f.Message))
	}
	if len(j.Findings) == 0 {
		fmt.Fprintln(s.out, "  none")
	}
}

func (s sheet) deadlines(r dossier.Record) {
	fmt.Fprintln(s.out, "\ndeadlines")
	for _, d := range r.Judgement.Deadlines {
		status := deadline.Status(d, s.now, s.zone, r.Removed)
		fmt.Fprintf(s.out, "  %s\tprudent %s\tdue %s\t%s\n", d.Kind, d.PrudentOn, d.DueOn, status)
		for _, why := range []string{d.Basis, d.Source, d.Hypothesis} {
			if why != "" {
				fmt.Fprintf(s.out, "  \t%s\n", onTerminal(why))
			}
		}
		if next, ok := d.NextStep(); ok {
			fmt.Fprintf(s.out, "  \tnext step %s, %s\n", next.Name, s.date(next.At))
		}
	}
	if len(r.Judgement.Deadlines) == 0 {
		fmt.Fprintln(s.out, "  none")
	}
}

func (s sheet) date(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(s.zone).Format("2006-01-02 15:04 MST")
}

func euros(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f €", *v)
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// longest is how many characters a sheet shows of a text from outside.
const longest = 200

// brief is the beginning of a text of any length.
func brief(s string) string {
	letters := 0
	for i := range s {
		if letters++; letters > longest {
			return s[:i] + "…"
		}
	}
	return s
}

// onTerminal keeps a candidate's text from moving the cursor of a terminal, adding
// lines to a sheet or turning the direction of one.
func onTerminal(s string) string { return strings.Map(plain.Rune, s) }
