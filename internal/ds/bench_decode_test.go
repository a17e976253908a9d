package ds

import (
	"runtime"
	"testing"
)

// BenchmarkDecodeDossier decodes the page of BenchmarkDecodePage and tells what
// that costs for one of its hundred dossiers.
func BenchmarkDecodeDossier(b *testing.B) {
	data := aRichPage(b)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		l, failed := readListing[wireDossier](answer{data: data})
		if failed != nil {
			b.Fatal(failed)
		}
		if page, account := decodePage(&l, 62515, func(*decoder) {}); account != nil || len(page.Dossiers) != 100 {
			b.Fatal(account)
		}
	}
	runtime.ReadMemStats(&after)
	dossiers := float64(b.N * 100)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(dossiers/b.Elapsed().Seconds(), "dossiers/s")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/dossiers, "allocs/dossier")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/1000/dossiers, "kB-allocated/dossier")
	b.ReportMetric(float64(len(data))/100/1000, "kB/dossier")
}
