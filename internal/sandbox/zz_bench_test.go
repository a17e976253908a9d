package sandbox

import (
	"encoding/json"
	"os"
	"testing"
)

func dsQuery(b testing.TB, names ...string) string {
	out := ""
	for _, n := range names {
		x, err := os.ReadFile("../ds/queries/" + n + ".graphql")
		if err != nil {
			b.Fatal(err)
		}
		out += string(x)
	}
	return out
}

func BenchmarkZNew20(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newPlatform(b, Options{Dossiers: 20, Solo: true})
	}
}

func BenchmarkZPage10(b *testing.B) {
	p := newPlatform(b, Options{Dossiers: 10, Solo: true})
	q := dsQuery(b, "dossiers", "demarche_fields", "dossier_fields", "champ_fields")
	body, _ := json.Marshal(object{"query": q, "operationName": "dossiers", "variables": object{"demarche": numberO2R, "since": always, "withDemarche": true}})
	b.ReportAllocs()
	for b.Loop() {
		if w := post(p, string(body)); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
func BenchmarkZEmpty(b *testing.B) {
	p := newPlatform(b, Options{Dossiers: 10, Solo: true})
	q := dsQuery(b, "dossiers", "demarche_fields", "dossier_fields", "champ_fields")
	body, _ := json.Marshal(object{"query": q, "operationName": "dossiers", "variables": object{"demarche": numberO2R, "since": "2030-01-01T00:00:00Z", "withDemarche": true}})
	b.ReportAllocs()
	for b.Loop() {
		if w := post(p, string(body)); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}

func BenchmarkZNewBare20(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newPlatform(b, Options{Dossiers: 20, Bare: true})
	}
}

func BenchmarkZPageBare10(b *testing.B) {
	p := newPlatform(b, Options{Dossiers: 10, Bare: true})
	q := dsQuery(b, "dossiers", "demarche_fields", "dossier_fields", "champ_fields")
	body, _ := json.Marshal(object{"query": q, "operationName": "dossiers", "variables": object{"demarche": numberO2R, "since": always, "withDemarche": true}})
	b.ReportAllocs()
	for b.Loop() {
		if w := post(p, string(body)); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
