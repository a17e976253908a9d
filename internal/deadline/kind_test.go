package deadline

import (
	"slices"
	"testing"

	"relais/internal/call"
)

// A call file may choose the steps of exactly the deadlines that are reminded.
func TestCallFilesKnowTheKinds(t *testing.T) {
	var reminded []string
	for _, k := range Kinds() {
		if len(k.DefaultSteps) > 0 {
			reminded = append(reminded, k.ID)
		}
	}
	if known := call.RemindableDeadlines(); !slices.Equal(known, reminded) {
		t.Errorf("call files know %v, deadline reminds %v", known, reminded)
	}
}
