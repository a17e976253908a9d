package standin_test

import (
	"fmt"
	"testing"
)

// BenchmarkQuery and BenchmarkTransact show that neither grows with the table.
func BenchmarkQuery(bench *testing.B) {
	for _, n := range []int{100, 10_000} {
		b := filled(bench, n)
		bench.Run(fmt.Sprint(n), func(bench *testing.B) {
			for bench.Loop() {
				if got := b.query(bench, "", "dossier7"); len(got) != 1 {
					bench.Fatal(got)
				}
			}
		})
	}
}

func BenchmarkTransact(bench *testing.B) {
	for _, n := range []int{100, 10_000} {
		b := filled(bench, n)
		bench.Run(fmt.Sprint(n), func(bench *testing.B) {
			for bench.Loop() {
				if err := b.transact(bench, put(row("dossier7", "head", "due", "x"), ""), put(row("dossier8", "head"), "")); err != nil {
					bench.Fatal(err)
				}
			}
		})
	}
}

func filled(t testing.TB, n int) base {
	b := database(t)
	for i := range n {
		b.put(t, row(fmt.Sprint("dossier", i), "head"))
	}
	return b
}
