package app

import (
	"context"
	"io"
	"maps"
	"slices"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/report"
)

// Report writes in French what each call has come to, by region for a call of
// several: dossiers, amounts, people, dates and times; of one call, when its id is
// given. "In the period" is in the week before today, Monday to Sunday, in the
// call's zone. It names no candidate.
func (w *World) Report(ctx context.Context, callID string, out io.Writer) error {
	accounts, err := w.accounts(ctx, callID)
	if err != nil {
		return err
	}
	return writeAccounts(out, accounts)
}

// ReportCSV writes the same as a table for spreadsheets: a line for each call, then
// one for each of its regions.
func (w *World) ReportCSV(ctx context.Context, callID string, out io.Writer) error {
	accounts, err := w.accounts(ctx, callID)
	if err != nil {
		return err
	}
	return tabulate(out, accounts)
}

// account is what one call has come to. call has only an id when no file of it is
// loaded any more, and not even one for the dossiers that match no call. on is
// today, in its zone.
type account struct {
	call    *call.Call
	loaded  bool
	on      dossier.Day
	whole   report.Figures
	regions []report.Figures
}

// accounts are those of the calls that are polled, in their order, then those of
// the other dossiers stored; every head is read once.
func (w *World) accounts(ctx context.Context, callID string) ([]account, error) {
	if _, ok := w.Calls.Get(callID); callID != "" && !ok {
		return nil, usage("no call file has the id %q: see the ids in RELAIS_CALLS", callID)
	}
	counters := map[string]*report.Counter{}
	var order []call.Call
	for _, c := range w.Calls.All() {
		if c.ID == callID || callID == "" && !c.Template() {
			order, counters[c.ID] = append(order, c), w.counter(&c)
		}
	}
	err := w.Store.EachHead(ctx, 0, func(h dossier.Head) error {
		id := h.Judgement.Call
		if callID != "" && id != callID {
			return nil
		}
		if counters[id] == nil {
			counters[id] = w.counter(&call.Call{ID: id})
		}
		counters[id].Add(h)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w.accountsOf(order, counters), nil
}

func (w *World) counter(c *call.Call) *report.Counter {
	now := w.Now()
	return report.New(c, now, report.WeekBefore(dossier.DayOf(now, w.zone(c.ID))))
}

func (w *World) accountsOf(order []call.Call, counters map[string]*report.Counter) []account {
	var all []account
	add := func(c *call.Call, loaded bool) {
		counter := counters[c.ID]
		delete(counters, c.ID)
		whole := counter.Figures()
		if !loaded && whole.Total == 0 { // removed or foreign ones only
			return
		}
		on := dossier.DayOf(whole.At, w.zone(c.ID))
		all = append(all, account{c, loaded, on, whole, counter.ByRegion()})
	}
	for i := range order {
		add(&order[i], true)
	}
	for _, id := range slices.Sorted(maps.Keys(counters)) {
		add(&call.Call{ID: id}, false)
	}
	return all
}

// name is the id and the title of the call.
func (a account) name() string {
	switch {
	case a.call.ID == "":
		return "Dossiers sans appel"
	case !a.loaded:
		return "Appel " + french.Quoted(a.call.ID) + ", sans fichier chargé"
	}
	return "Appel " + a.call.ID + french.NBSP + ": " + onTerminal(a.call.Title)
}

// hypothesis says what the dates to answer rest on, when nobody confirmed it.
func (a account) hypothesis() string {
	switch s := a.call.Silence; {
	case !a.loaded:
	case s == nil:
		return "aucune date de réponse, le silence n’est pas configuré"
	case s.ConfirmedBy == "":
		return "dates fondées sur une hypothèse à confirmer"
	}
	return ""
}

// scope names what figures are of.
func (a account) scope(f report.Figures) string {
	switch {
	case f.Region != "":
		return regionName(f.Region)
	case len(a.call.Regions) == 1:
		return regionName(a.call.Regions[0])
	}
	return "Toutes les régions"
}

// regionName puts the code before the name: a spreadsheet would read a code alone
// as a number.
func regionName(code string) string {
	if r, ok := call.RegionByCode(code); ok {
		return code + " " + r.Name
	}
	if code == report.NoRegion {
		return "Région inconnue"
	}
	return "Région " + code
}
