package bench

import (
	"time"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
)

// schedule leaves each stored dossier one step: due steps are due at the instant
// returned, the others a year later.
func (w *world) schedule(due int) time.Time {
	w.Helper()
	at := morning(time.Now())
	store := w.store()
	var heads []dossier.Head
	err := store.EachHead(w.Context(), 0, func(h dossier.Head) error { heads = append(heads, h); return nil })
	if err != nil {
		w.Fatal(err)
	}
	var records []dossier.Record
	for _, h := range heads {
		r, _, err := store.Record(w.Context(), h.Number)
		if err != nil {
			w.Fatal(err)
		}
		later := at.AddDate(1, 0, 0)
		if due > 0 && r.Judgement.Call != "" && (r.State == dossier.EnConstruction || r.State == dossier.EnInstruction) {
			later = at
			due--
		}
		r.Judgement.Deadlines, r.Told = step(later), r.Portrait()
		records = append(records, r)
	}
	if due > 0 {
		w.Fatalf("%d dossiers too few can be due", due)
	}
	w.put(records)
	return at
}

// morning is one at which mails leave, two days from now at least.
func morning(now time.Time) time.Time {
	zone := call.PlatformZone()
	var everywhere []string
	for _, r := range call.Regions() {
		everywhere = append(everywhere, r.Code)
	}
	return deadline.Calendar{}.NextWorking(dossier.DayOf(now, zone).AddDays(2), everywhere).At(12, 0, zone)
}

func step(at time.Time) []dossier.Deadline {
	day := dossier.DayOf(at.AddDate(0, 0, 7), time.UTC)
	return []dossier.Deadline{{Kind: "D14", DueOn: day, PrudentOn: day, Steps: []dossier.Step{{Name: "J-7", At: at}}}}
}

// pad stores n dossiers more, without their content, straight into the table.
func (w *world) pad(n int) {
	w.Helper()
	read := time.Now()
	later := step(read.AddDate(1, 0, 0))
	for from := 1; from <= n; from += 1000 {
		var records []dossier.Record
		for number := from; number < min(from+1000, n+1); number++ {
			h := dossier.Head{
				Number: number, Demarche: w.form.Number, State: dossier.EnInstruction, DateDepot: read, Modified: read,
				ReadAt: read, Fingerprint: "-", FirstSeen: read, AdoptedAt: read,
				Judgement: dossier.Judgement{Call: "o2r-53", JudgedWith: "-", Deadlines: later},
			}
			h.Told = h.Portrait()
			records = append(records, dossier.Record{Head: h})
		}
		w.put(records)
	}
}

func (w *world) put(records []dossier.Record) {
	w.Helper()
	conflicts, err := w.store().Put(w.Context(), records)
	if err != nil || len(conflicts) > 0 {
		w.Fatalf("conflicts %v, error %v", conflicts, err)
	}
}
