package browser

import "testing"

func mark(what string) string {
	return "document.documentElement.dataset.atteint=(document.documentElement.dataset.atteint||'')+' " + what + "';"
}

func TestHello(t *testing.T) {
	d := demonstration(t)
	tb := visitor(t, d.url)
	tb.visit("/")
	t.Log(read[string](tb, "document.title"), read[int](tb, "document.querySelectorAll('a').length"), read[int](tb, "document.documentElement.scrollWidth"), read[string](tb, "getComputedStyle(document.body).backgroundColor"))
	tb.visit("/mails")
}
