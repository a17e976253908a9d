package app

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// exportLine is one stored dossier; its JSON is a contract (design §6).
type exportLine struct {
	Call            *string           `json:"call"`
	Demarche        int               `json:"demarche"`
	Number          int               `json:"number"`
	State           *string           `json:"state"`
	Groupe          *string           `json:"groupe"`
	Region          *string           `json:"region"`
	Siret           *string           `json:"siret"`
	TotalCost       *float64          `json:"total_cost"`
	RequestedAmount *float64          `json:"requested_amount"`
	DepositedAt     *string           `json:"deposited_at"`
	ModifiedAt      *string           `json:"modified_at"`
	Verdict         *string           `json:"verdict"`
	Findings        []dossier.Finding `json:"findings"`
	Deadlines       []exportDeadline  `json:"deadlines"`
	Removed         any               `json:"removed"` // false, or why
}

type exportDeadline struct {
	Kind      string      `json:"kind"`
	DueOn     dossier.Day `json:"due_on"`
	PrudentOn dossier.Day `json:"prudent_on"`
	Status    string      `json:"status"`
}

// Export writes the stored dossiers as JSON Lines, by number; of one call, when
// its id is given.
func (w *World) Export(ctx context.Context, callID string, out io.Writer) error {
	if _, ok := w.Calls.Get(callID); callID != "" && !ok {
		return usage("no call file has the id %q: see the ids in RELAIS_CALLS", callID)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	now := w.Now()
	return w.Store.EachHead(ctx, 0, func(h dossier.Head) error {
		if callID != "" && h.Judgement.Call != callID {
			return nil
		}
		return encoder.Encode(exported(h, now, w.zone(h.Judgement.Call)))
	})
}

func exported(h dossier.Head, now time.Time, zone *time.Location) exportLine {
	line := exportLine{
		Call: text(h.Judgement.Call), Demarche: h.Demarche, Number: h.Number,
		State: text(string(h.State)), Groupe: text(h.Groupe), Region: text(h.Judgement.Facts.Region),
		Siret: text(h.Judgement.Facts.Siret), TotalCost: h.Judgement.Facts.TotalCost,
		RequestedAmount: h.Judgement.Facts.RequestedAmount,
		DepositedAt:     instant(h.DateDepot), ModifiedAt: instant(h.Modified),
		Verdict: text(string(h.Judgement.Verdict)), Findings: h.Judgement.Findings,
		Deadlines: []exportDeadline{}, Removed: false,
	}
	if line.Findings == nil {
		line.Findings = []dossier.Finding{}
	}
	for _, d := range h.Judgement.Deadlines {
		line.Deadlines = append(line.Deadlines, exportDeadline{d.Kind, d.DueOn, d.PrudentOn, deadline.Status(d, now, zone, h.Removed)})
	}
	if h.Removed != dossier.Present {
		line.Removed = string(h.Removed)
	}
	return line
}

// zone is the zone of a call; without a call, that of the platform.
func (w *World) zone(callID string) *time.Location {
	if c, ok := w.Calls.Get(callID); ok && c.Zone != nil {
		return c.Zone
	}
	return call.PlatformZone()
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return text(t.UTC().Format(time.RFC3339))
}
