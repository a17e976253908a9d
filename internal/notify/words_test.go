package notify

import "testing"

func TestWhereADateStands(t *testing.T) {
	for days, want := range map[int]string{
		0: "aujourd’hui (J)", 1: "demain (J-1)", 7: "dans 7\u00a0jours (J-7)",
		-1: "hier (J+1)", -30: "il y a 30\u00a0jours (J+30)",
	} {
		if got := whenOf(days); got != want {
			t.Errorf("%d: got %q, want %q", days, got, want)
		}
	}
}
