package sandbox

import "testing"

func BenchmarkNew20000(b *testing.B) {
	for b.Loop() {
		newPlatform(b, Options{Dossiers: 20_000})
	}
}

// BenchmarkPage serves the middle of a large listing.
func BenchmarkPage(b *testing.B) {
	p := newPlatform(b, Options{Dossiers: 20_000})
	all := p.world.byFamily("o2r").byUpdate
	middle := all[len(all)/2]
	v := object{"demarche": numberO2R, "since": "2000-01-01T00:00:00Z", "after": encodeCursor(middle.at, middle.number)}
	b.ReportAllocs()
	for b.Loop() {
		get(b, p, everything, v)
	}
}
