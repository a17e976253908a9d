package desk

import (
	"testing"
	"time"

	"relais/internal/call"
)

func TestADemonstrationBeginsInAWorkingMorning(t *testing.T) {
	zone := call.PlatformZone()
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	for name, c := range map[string]struct{ now, want time.Time }{
		"a Tuesday at noon":         {at(17, 12), at(17, 12)},
		"a Tuesday before the mail": {at(17, 6), at(16, 9)},
		"a Sunday":                  {at(22, 15), at(20, 9)},
		"a Monday night":            {at(23, 1), at(20, 9)},
		"the armistice":             {at(11, 15), at(10, 9)},
	} {
		if got := LastMorning(c.now); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got.In(zone), c.want)
		}
	}
}
