package notify

import "testing"

func TestWhereADateStands(t *testing.T) {
	for days, want := range map[int]string{
		0: "aujourd’hui (J)", 1: "demain (J-1)", 7: "dans 7\u00a0jours (J-7)",
		-1: "date dépassée depuis 1\u00a0jour (J+1)", -30: "date dépassée depuis 30\u00a0jours (J+30)",
	} {
		if got := distance(days) + " (" + mark(days) + ")"; got != want {
			t.Errorf("%d: got %q, want %q", days, got, want)
		}
	}
}
