package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"relais/internal/dossier"
)

// views are the pages that show many dossiers.
var views = []string{"/", "/dossiers", "/dossiers?q=structure+77", "/dossiers?sort=prudent", "/echeances?when=7"}

// glance asks once and throws the page away.
func glance(h http.Handler, target string) int {
	w := &discard{header: http.Header{}}
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8080"+target, nil))
	return w.status
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// TestViewsAreLean: a hundred times as many dossiers make no view allocate a
// multiple: it makes what the page shows, not something for each dossier. Each of
// these pages is full with 200.
func TestViewsAreLean(t *testing.T) {
	few, lots := page(200), page(20_000)
	for _, target := range []string{"/", "/dossiers", "/dossiers?q=structure&state=en_instruction", "/dossiers?sort=structure", "/echeances?when=90"} {
		some, many := allocations(t, few, target), allocations(t, lots, target)
		if many > 4*some+500 {
			t.Errorf("%s: %.0f allocations with 200 dossiers, %.0f with 20,000", target, some, many)
		}
	}
}

func page(n int) http.Handler {
	o := options()
	o.Reader = many(n)
	return New(o)
}

func allocations(t *testing.T, h http.Handler, target string) float64 {
	t.Helper()
	return testing.AllocsPerRun(1, func() {
		if status := glance(h, target); status != http.StatusOK {
			t.Fatalf("%s: status %d", target, status)
		}
	})
}

// BenchmarkViews tells what a view costs, and how many heads it decodes: none when
// nothing was written since the one before (quiet), one after one write (write).
func BenchmarkViews(b *testing.B) {
	for _, n := range []int{200, 20_000} {
		for _, target := range views {
			for _, kind := range []string{"quiet", "write"} {
				b.Run(fmt.Sprintf("%s/%d/%s", kind, n, target), func(b *testing.B) { benchmarkView(b, n, target, kind == "write") })
			}
		}
	}
}

func benchmarkView(b *testing.B, n int, target string, write bool) {
	m := many(n)
	o := options()
	o.Reader = m
	h := New(o)
	glance(h, target)
	first := m.decoded
	b.ReportAllocs()
	for b.Loop() {
		if write {
			m.heads[n/2].State = dossier.Accepte
			m.written = append(m.written, n/2+1)
		}
		if status := glance(h, target); status != http.StatusOK {
			b.Fatal(status)
		}
	}
	b.ReportMetric(float64(m.decoded-first)/float64(b.N), "heads/view")
}
