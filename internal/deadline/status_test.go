package deadline

import (
	"testing"

	"relais/internal/dossier"
)

func TestStatus(t *testing.T) {
	plain := dossier.Deadline{Kind: SilentRejet, PrudentOn: date("2026-06-22"), DueOn: date("2026-06-22")}
	held := dossier.Deadline{Kind: SuspendedRejet, PrudentOn: date("2026-06-22"), DueOn: date("2026-07-07"), Held: true, HeldUntil: date("2026-05-17")}
	late := held
	late.HeldUntil = date("2026-07-07")
	met := plain
	met.MetOn = date("2026-05-04")

	tests := []struct {
		why     string
		d       dossier.Deadline
		now     string
		zone    string
		removed dossier.Removal
		want    string
	}{
		{"to come", plain, "2026-06-21T23:59:59+02:00", "Europe/Paris", "", Planned},
		{"its day has come", plain, "2026-06-22T00:00:00+02:00", "Europe/Paris", "", Due},
		{"to the last second", plain, "2026-06-22T23:59:59+02:00", "Europe/Paris", "", Due},
		{"born", plain, "2026-06-23T00:00:00+02:00", "Europe/Paris", "", Passed},
		{"already born in La Réunion", plain, "2026-06-22T22:30:00+02:00", "Indian/Reunion", "", Passed},
		{"not yet in Martinique", plain, "2026-06-23T05:00:00+02:00", "America/Martinique", "", Due},
		{"decided", met, "2026-08-01T00:00:00Z", "Europe/Paris", "", Met},
		{"decided, then gone", met, "2026-08-01T00:00:00Z", "Europe/Paris", dossier.Purged, Met},
		{"hidden", plain, "2026-05-01T00:00:00Z", "Europe/Paris", dossier.Pending, Skipped},
		{"missing", plain, "2026-08-01T00:00:00Z", "Europe/Paris", dossier.Missing, Skipped},
		{"pieces awaited", held, "2026-05-17T23:00:00+02:00", "Europe/Paris", "", Held},
		{"the delay is over", held, "2026-05-18T00:00:00+02:00", "Europe/Paris", "", Planned},
		{"prudent day past, suspended day to come", held, "2026-06-30T12:00:00Z", "Europe/Paris", "", Due},
		{"awaited past the prudent day", late, "2026-06-30T12:00:00Z", "Europe/Paris", "", Held},
		{"awaited in vain", late, "2026-07-08T12:00:00Z", "Europe/Paris", "", Passed},
	}
	for _, tt := range tests {
		if got := Status(tt.d, instant(tt.now), zone(tt.zone), tt.removed); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
	}
	if got := Status(plain, instant("2026-06-22T12:00:00Z"), nil, dossier.Present); got != Due {
		t.Errorf("without a zone: %s", got)
	}
}
