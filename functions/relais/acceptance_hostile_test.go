package main

import (
	"os"
	"strings"
	"time"
	"testing"
)

func TestHundredHostileDossiers(t *testing.T) {
	t.Parallel()
	hostile, harmless := both(t)
	t.Run("mails", func(t *testing.T) { sameMails(t, hostile, harmless) })
	t.Run("pages", func(t *testing.T) {
		samePages(t, hostile, harmless)
		hostile.everyLabel(t)
	})
	t.Run("tables", func(t *testing.T) {
		sameTables(t, "report --csv", hostile.report, harmless.report)
		list := func(s *siege) string { return s.views[10].body }
		hostile.inTable(t, sameTables(t, "/dossiers.csv", list(hostile), list(harmless)))
	})
	t.Run("commands", func(t *testing.T) { samePrints(t, hostile, harmless) })
	for _, s := range []*siege{hostile, harmless} {
		sum := map[string]time.Duration{}
		for _, p := range s.printed {
			sum[strings.Fields(p.command)[0]] += p.took
		}
		t.Log(sum)
	}
	_ = os.MkdirAll("/tmp/hm", 0o755)
	for i, m := range hostile.mails {
		_ = os.WriteFile("/tmp/hm/"+string(rune('a'+i))+".html", []byte(m.HTML), 0o644)
		_ = os.WriteFile("/tmp/hm/"+string(rune('a'+i))+".txt", []byte(m.Text), 0o644)
		_ = os.WriteFile("/tmp/hm/"+string(rune('a'+i))+".eml", m.raw, 0o644)
	}
}
