package sim

import (
	"reflect"
	"testing"

	"relais/internal/ingest"
)

// enough seeds to catch any planted bug.
const enough = 400

// known is the first seed that caught each bug when it was last searched for
// (SEEDS=1 go test ./internal/sim -run PlantedBugs -v). It saves time only: when
// it no longer does, all are tried.
var known = map[string]uint64{
	"PositionBeforeData": 43, "NoOverlap": 4, "SettleAtOnce": 4, "ResumeBlindly": 1268, "EmptyPageResets": 0,
	"StaleOverwrites": 183, "ConflictsIgnored": 343, "NoLookBack": 27, "PurgedComesBack": 353, "PurgeKeepsPayload": 4,
	"PendingIsFinal": 0, "IgnoreLease": 2, "IgnoreFence": 2, "PoisonSkipped": 22, "SweepHidesNothing": 5,
}

// TestPlantedBugs plants each classic bug in turn: the simulation must see it, in
// a seed that is well without the bug.
func TestPlantedBugs(t *testing.T) {
	_, search := number(t, "SEEDS")
	kinds := reflect.TypeFor[ingest.Bugs]()
	for i := range kinds.NumField() {
		name := kinds.Field(i).Name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var bugs ingest.Bugs
			reflect.ValueOf(&bugs).Elem().Field(i).SetBool(true)
			if first, ok := known[name]; ok && !search && catches(t, first, bugs) {
				return
			}
			for seed := range uint64(enough) {
				if catches(t, seed, bugs) {
					return
				}
			}
			t.Errorf("not caught within %d seeds", enough)
		})
	}
}

// catches tells that a seed fails with the bugs, and because of them.
func catches(t *testing.T, seed uint64, bugs ingest.Bugs) bool {
	t.Helper()
	o := onSQLite(t, seed, nil)
	o.Bugs = bugs
	_, caught := play(t, o)
	if caught == nil {
		return false
	}
	if _, err := play(t, onSQLite(t, seed, nil)); err != nil {
		t.Errorf("seed %d fails without the bug too: %v", seed, err)
		return false
	}
	t.Logf("caught by seed %d: %v", seed, caught)
	return true
}
