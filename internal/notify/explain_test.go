package notify

import (
	"fmt"
	"testing"

	"relais/internal/call"
	"relais/internal/dossier"
)

// wantWait asks why the one pending intention is not told at an instant.
func (o *office) wantWait(t *testing.T, name string, want Wait, story Story, ok bool, err error) {
	t.Helper()
	if err != nil || !ok || story.Wait != want {
		t.Errorf("%s: it waits for %q, want %q (%v, %v)", name, story.Wait, want, ok, err)
	}
}

func TestWhatAnIntentionWaitsFor(t *testing.T) {
	key := "dossier:1/D14/2026-12-07/J-7/" + anne
	for name, c := range map[string]struct {
		prepare func(o *office)
		hour    int
		want    Wait
	}{
		"nothing":     {func(*office) {}, 12, WaitsForNothing},
		"the morning": {func(*office) {}, 7, WaitsForMorning},
		"the week":    {func(o *office) { o.prefer(annesMail, call.Weekly) }, 12, WaitsForNothing}, // a Monday
		"an address that chose none": {func(o *office) {
			o.prefer(annesMail, call.None)
			o.prefer("followed-1@dreets.example", call.None)
		}, 12, WaitsForAnother},
		"unwanted": {func(o *office) {
			o.prefer(annesMail, call.Immediate)
			o.prefer("followed-1@dreets.example", call.Immediate)
		}, 12, WaitsUnwanted},
		"an old copy": {func(o *office) { o.store.completed = nil }, 12, WaitsForCopy},
		"decided": {func(o *office) {
			o.decide(1, dossier.Day{Year: 2026, Month: 11, Day: 30})
		}, 12, WaitsToBeDropped},
		"another try": {func(o *office) {
			o.post.on = func(Message) error { return fmt.Errorf("busy: %w", ErrNotTaken) }
			_, _ = o.delivery.Run(t.Context(), on(11, 30, 11, 50))
		}, 12, WaitsForTry},
		"its mail": {func(o *office) {
			o.post.on = func(Message) error { return fmt.Errorf("lost") }
			_, _ = o.delivery.Run(t.Context(), on(11, 30, 11, 50))
		}, 12, WaitsForSettling},
		"nobody": {func(o *office) {
			o.bar(annesMail, brunosMail, "followed-1@dreets.example", "secours@dreets.example")
		}, 12, WaitsForAnybody},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := due(t)
			at := on(11, 30, c.hour, 0)
			o.store.completed[100] = on(11, 30, 12, 0)
			c.prepare(o)
			before := len(o.post.tried)
			writes := 0
			o.store.on = func(string) error { writes++; return nil }
			story, ok, err := o.delivery.Explain(t.Context(), at, key)
			o.wantWait(t, name, c.want, story, ok, err)
			o.store.on = nil
			if len(o.post.tried) != before || writes > o.store.looked {
				t.Errorf("explaining wrote or sent: %d writes", writes)
			}
		})
	}
	o, noon := due(t)
	o.deliver(noon)
	story, ok, err := o.delivery.Explain(t.Context(), noon, key)
	o.wantWait(t, "once sent", WaitsForNothing, story, ok, err)
	if story.Status != Sent || story.Carried.Status != Sent || story.Carried.Attempts != 1 {
		t.Errorf("got %+v", story)
	}
	if _, ok, err := o.delivery.Explain(t.Context(), noon, "dossier:9/none"); ok || err != nil {
		t.Errorf("an unknown key: %v, %v", ok, err)
	}
}

func (o *office) prefer(address string, c call.Choice) {
	all, _ := o.delivery.Preferences.(chosen)
	if all == nil {
		all = chosen{}
	}
	all[Subscriber(address)+"/o2r-bretagne"] = c
	o.delivery.Preferences = all
}
