package console

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// many is a store of n dossiers, each with two deadlines.
func many(n int) *memory {
	m := &memory{completed: now}
	for i := range n {
		h := head(i+1, fmt.Sprintf("Structure %d de la Loire", i%977), dossier.EnInstruction, dossier.AVerifier)
		day := on(time.November, 22).AddDays(i % 80)
		h.Judgement.Deadlines = []dossier.Deadline{silence(day, day), silence(day.AddDays(300), day.AddDays(300))}
		h.Judgement.Deadlines[1].Kind = "D21"
		m.heads = append(m.heads, h)
	}
	return m
}

var indexed = []string{"/", "/dossiers?q=structure+12&sort=-amount", "/dossiers.csv?due=late", "/echeances?when=7"}

// TestAViewDecodesOnlyWhatWasWritten: all heads once, none when nothing was
// written, one after one write, whatever the page.
func TestAViewDecodesOnlyWhatWasWritten(t *testing.T) {
	m := many(500)
	o := options()
	o.Reader = m
	h := New(o)
	views := func() int {
		before := m.decoded
		for _, target := range indexed {
			if status, _ := get(t, h, target); status != 200 {
				t.Fatalf("%s: status %d", target, status)
			}
		}
		return m.decoded - before
	}
	if got := views(); got != 500 {
		t.Errorf("first views: %d heads decoded", got)
	}
	if got := views(); got != 0 {
		t.Errorf("nothing written: %d heads decoded", got)
	}
	m.heads[41].Judgement.Facts.Structure = "La Nouvelle"
	m.written = append(m.written, 42)
	if got := views(); got != 1 {
		t.Errorf("one written: %d heads decoded", got)
	}
	if _, body := get(t, h, "/dossiers?q=nouvelle"); cmp.Diff([]string{"42"}, numbers(body)) != "" {
		t.Error("the list shows what was there before")
	}
	if m.counted != 1 {
		t.Errorf("intentions counted %d times within the same instant", m.counted)
	}
}

// TestAStoreThatReadsEverythingIsAskedSeldom: between two looks a view shows the
// last one.
func TestAStoreThatReadsEverythingIsAskedSeldom(t *testing.T) {
	m := many(10)
	at := now
	o := options()
	o.Reader, o.Refresh, o.Now = m, time.Minute, func() time.Time { return at }
	h := New(o)
	for _, c := range []struct {
		after   time.Duration
		decoded int
	}{{0, 10}, {59 * time.Second, 10}, {time.Second, 10}, {time.Minute, 11}} {
		at = at.Add(c.after)
		get(t, h, "/dossiers")
		if m.decoded != c.decoded {
			t.Errorf("after %v: %d decoded, want %d", c.after, m.decoded, c.decoded)
		}
		if c.after == time.Second {
			m.written = append(m.written, 3)
		}
	}
}

func TestMerged(t *testing.T) {
	rows := func(numbers ...int) (out []*row) {
		for _, n := range numbers {
			out = append(out, &row{number: n})
		}
		return out
	}
	numbersOf := func(rows []*row) (out []int) {
		for _, r := range rows {
			out = append(out, r.number)
		}
		return out
	}
	for _, c := range []struct{ old, written, want []int }{
		{nil, nil, nil}, {nil, []int{2, 1}, []int{1, 2}}, {[]int{1, 2}, nil, []int{1, 2}},
		{[]int{2, 5}, []int{1, 5, 3, 9}, []int{1, 2, 3, 5, 9}},
	} {
		old, written := rows(c.old...), map[int]*row{}
		for _, r := range rows(c.written...) {
			r.structure = "new"
			written[r.number] = r
		}
		got := merged(old, written)
		if diff := cmp.Diff(c.want, numbersOf(got)); diff != "" {
			t.Error(diff)
		}
		for _, r := range got {
			if _, fresh := written[r.number]; fresh != (r.structure == "new") {
				t.Errorf("dossier %d is the wrong one", r.number)
			}
		}
		if diff := cmp.Diff(c.old, numbersOf(old)); diff != "" {
			t.Errorf("the slice that a view may walk has changed: %s", diff)
		}
	}
}

// TestAFailureIsNotRemembered: the next view tries again, from the same mark.
func TestAFailureIsNotRemembered(t *testing.T) {
	m := many(3)
	x := &index{source: m, now: time.Now}
	m.err = errors.New("disk")
	if _, err := x.current(t.Context()); err == nil {
		t.Error("a failure is hidden")
	}
	m.err = nil
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.current(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("a view that was given up: %v", err)
	}
	if rows, err := x.current(t.Context()); err != nil || len(rows) != 3 || m.decoded != 3 {
		t.Errorf("%d rows, %d decoded, %v", len(rows), m.decoded, err)
	}
}

func TestViewsAtOnce(t *testing.T) {
	m := many(200)
	o := options()
	o.Reader = m
	h := New(o)
	var wg sync.WaitGroup
	for range 4 {
		for _, target := range indexed {
			wg.Go(func() {
				if status, _ := get(t, h, target); status != 200 {
					t.Errorf("%s: status %d", target, status)
				}
			})
		}
	}
	wg.Wait()
	if m.decoded != 200 {
		t.Errorf("%d heads decoded", m.decoded)
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Régie de quartier": "Régie de quartier", "a\r\nb\tc": "a b c", "  a  b ": "a b", "gnp.\u202exe": "gnp.xe", "\x00\x1b[31m": "[31m",
		"\xff\xfe": "", "👩\u200d🌾": "👩\u200d🌾", "12\u202f000\u00a0€": "12\u202f000\u00a0€",
	} {
		if got := shown(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, filler := range []string{"a", "é", "ab "} {
		long := ""
		for range 1000 {
			long += filler
		}
		if got := []rune(shown(long)); len(got) > longest || got[len(got)-1] != '…' {
			t.Errorf("%q a thousand times: %d characters", filler, len(got))
		}
	}
}
