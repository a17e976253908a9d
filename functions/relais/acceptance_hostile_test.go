package main

import (
	"testing"
	"os"
)

func TestHundredHostileDossiers(t *testing.T) {
	t.Parallel()
	a, b := both(t)
	for _, s := range []*siege{a, b} {
		for _, p := range s.printed {
			t.Logf("%s %s %d/%d: %.300s | %.300s", p.command, p.took, len(p.out), len(p.err), p.out, p.err)
		}
		for _, m := range s.mails {
			t.Log(len(m.raw), len(m.HTML), len(m.Text), m.Subject, m.To, m.Shape)
		}
	}
	os.MkdirAll("/tmp/hm", 0o755)
	for i, m := range a.mails {
		os.WriteFile("/tmp/hm/"+string(rune('a'+i))+".html", []byte(m.HTML), 0o644)
		os.WriteFile("/tmp/hm/"+string(rune('a'+i))+".txt", []byte(m.Text), 0o644)
		os.WriteFile("/tmp/hm/"+string(rune('a'+i))+".eml", m.raw, 0o644)
	}
}
