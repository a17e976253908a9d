package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
)

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

// BenchmarkBareNew makes the world of one seed of a simulation.
func BenchmarkBareNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newPlatform(b, Options{Dossiers: 30, Bare: true})
	}
}

// BenchmarkBarePage serves ten dossiers of it, BenchmarkBareIdle none.
func BenchmarkBarePage(b *testing.B) { benchBare(b, always) }

func BenchmarkBareIdle(b *testing.B) { benchBare(b, "2090-01-01T00:00:00Z") }

func benchBare(b *testing.B, since string) {
	p := newPlatform(b, Options{Dossiers: 10, Bare: true})
	body, _ := json.Marshal(object{"query": everything, "variables": object{"demarche": numberO2R, "since": since}})
	b.ReportAllocs()
	for b.Loop() {
		if w := post(p, string(body)); w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte(`"errors"`)) {
			b.Fatal(w.Body)
		}
	}
}
