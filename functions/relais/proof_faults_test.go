package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/sandbox"
)

// troubles are the failures that any page may meet, as the platform, its front
// servers and the network make them. The cause is what poll must say, in one word
// or another.
var troubles = []struct {
	name  string
	hit   sandbox.Hit
	cause string
}{
	{"429", sandbox.Hit{Fault: sandbox.TooMany}, "too many requests"},
	{"502", sandbox.Hit{Fault: sandbox.BadGateway}, "HTTP 502"},
	{"reset in the middle", sandbox.Hit{Fault: sandbox.ResetMiddle}, "again later"},
	{"answer cut short", sandbox.Hit{Fault: sandbox.Truncated}, "again later"},
	{"timeout with partial data", sandbox.Hit{Fault: sandbox.TimeoutPartial, At: 40}, "timeout|ran out of time"},
	{"timeout at the first row", sandbox.Hit{Fault: sandbox.TimeoutPartial}, "timeout|ran out of time"},
}

// TestTroubleThatEndsInTime: the first try of every request of a first pass
// fails, and the platform is back within the patience: one poll, nothing lost.
func TestTroubleThatEndsInTime(t *testing.T) {
	t.Parallel()
	for _, tt := range troubles {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := prove(t, 110) // two pages, and few enough for the share of one minute
			d := p.with("RELAIS_PATIENCE=20s")
			struck := map[sandbox.Call]bool{}
			p.faults(func(c sandbox.Call) sandbox.Hit {
				c.N = 0
				if struck[c] || c.Operation == "dossier" || tt.hit.Fault == sandbox.TooMany && len(struck) > 2 {
					return sandbox.Hit{}
				}
				struck[c] = true
				p.clock.endOfMinute() // so that a 429 is soon over
				return tt.hit
			})
			o := d.do(0, "poll", "--json")
			c := o.counts(t)
			if len(struck) < 3 || !c.Complete || c.Quarantined != 0 || c.Requests != p.asked("") {
				t.Errorf("%d requests struck, %d received: %+v", len(struck), p.asked(""), c)
			}
			p.isShown(d)
			t.Logf("%d requests, %d of them struck, %s", c.Requests, len(struck), o.took.Round(time.Millisecond))
		})
	}
}

// TestTroubleThatLasts: from its second request on, each poll meets trouble that
// outlasts the patience: it fails with the cause, keeps what it read and where it
// was, and the next one goes on from there, until all is read.
func TestTroubleThatLasts(t *testing.T) {
	t.Parallel()
	for _, tt := range troubles {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := prove(t, 160)
			d := p.desktop
			all := len(p.platform.Truth(p.demarche))
			stored, asked, failed := 0, 0, 0
			for reached := (time.Time{}); ; {
				p.faults(func(c sandbox.Call) sandbox.Hit {
					if c.N > 1 {
						return tt.hit
					}
					return sandbox.Hit{}
				})
				o := d.command(nil, binary, []string{"poll"})
				asked = max(asked, p.asked(""))
				s := p.streams(d)
				now := len(d.exported())
				if now < stored || s.Reached.Before(reached) {
					t.Fatalf("poll %d went back: %d dossiers after %d, %s after %s", failed+1, now, stored, s.Reached, reached)
				}
				if o.code != 1 {
					t.Fatalf("poll %d: exit %d, want 1\n%s%s", failed+1, o.code, o.out, o.err)
				}
				p.isToldWhy(t, o, tt.cause)
				failed++
				if now == stored { // the pages are all read; the lists alone fail
					break
				}
				stored, reached = now, s.Reached
				if failed > all/100+3 {
					t.Fatal("polls do not come to an end")
				}
			}
			p.forget()
			left := d.do(0, "poll", "--sweep", "--json").counts(t)
			if left.Quarantined != 0 || !left.Complete {
				t.Errorf("the platform is back: %+v, want all of it", left)
			}
			d.quarantined(t)
			p.isShown(d)
			t.Logf("%d polls failed, at most %d requests each; then %d requests", failed, asked, left.Requests)
		})
	}
}

// isToldWhy wants the sentence about the démarche to hold one of the words.
func (p *proven) isToldWhy(t *testing.T, o outcome, words string) {
	t.Helper()
	_, told, _ := strings.Cut(o.err, fmt.Sprintf("relais: démarche %d: ", p.demarche))
	for word := range strings.SplitSeq(words, "|") {
		if strings.Contains(told, word) {
			return
		}
	}
	t.Errorf("poll does not say %q:\n%s", words, o.err)
}

// TestTwoUnreadableDossiers: among 200, two can never be read. 198 are stored,
// two are in quarantine, and polls cost few requests from then on.
func TestTwoUnreadableDossiers(t *testing.T) {
	t.Parallel()
	for _, harm := range []sandbox.Harm{sandbox.Nulls, sandbox.Breaks} {
		t.Run(string(harm), func(t *testing.T) {
			t.Parallel()
			p := prove(t, 200)
			d := p.desktop
			listed, latest := p.listed()
			bad := []int{listed[41], latest}
			slices.Sort(bad)
			p.poison(t, harm, bad)

			first := d.do(3, "poll", "--json").counts(t)
			if first.Created != len(listed)-2 || first.Quarantined != 2 || !first.Complete {
				t.Errorf("first pass over %d dossiers: %+v, want two quarantined", len(listed), first)
			}
			d.quarantined(t, bad...)
			var next, dossiers []int
			for range 3 {
				c := d.do(3, "poll", "--json").counts(t)
				next, dossiers = append(next, c.Requests), append(dossiers, c.DossiersRead)
				if c.Requests > 3 || c.Quarantined != 2 || !c.Complete {
					t.Errorf("a poll afterwards: %+v, want at most 3 requests", c)
				}
			}
			if o := d.do(3, "quarantine", "--retry", strconv.Itoa(bad[0])); !strings.Contains(o.out, "still cannot be read") {
				t.Errorf("retry: %s", o.out)
			}
			swept := d.do(3, "poll", "--sweep", "--json").counts(t)
			d.quarantined(t, bad...)

			for _, number := range bad {
				if err := p.platform.Cure(number); err != nil {
					t.Fatal(err)
				}
			}
			d.do(0, "quarantine", "--retry", strconv.Itoa(bad[0]))
			d.quarantined(t, bad[1])
			if c := d.do(0, "poll", "--sweep", "--json").counts(t); c.Created != 1 || c.Quarantined != 0 {
				t.Errorf("sweep after the cure: %+v", c)
			}
			d.quarantined(t)
			p.isShown(d)
			t.Logf("first pass %d requests; the next polls %v (dossiers read: %v); a sweep %d", first.Requests, next, dossiers, swept.Requests)
		})
	}
}

// listed are the numbers of what the platform lists, and the one modified last.
func (p *proven) listed() (numbers []int, latest int) {
	var last time.Time
	for _, one := range p.platform.Truth(p.demarche) {
		if !one.Listed {
			continue
		}
		numbers = append(numbers, one.Number)
		if one.ModifiedAt.After(last) {
			last, latest = one.ModifiedAt, one.Number
		}
	}
	return numbers, latest
}

func (p *proven) poison(t *testing.T, harm sandbox.Harm, numbers []int) {
	t.Helper()
	for _, number := range numbers {
		if err := p.platform.Poison(number, sandbox.Poison{Harm: harm}); err != nil {
			t.Fatal(err)
		}
	}
}

// quarantined wants these dossiers in quarantine, with all that is told of them,
// and no other.
func (d *desktop) quarantined(t *testing.T, numbers ...int) {
	t.Helper()
	code := 0
	if len(numbers) > 0 {
		code = 3
	}
	var got []int
	for raw := range jsonLines(t, d.do(code, "quarantine").out) {
		var keys map[string]any
		_ = json.Unmarshal(raw, &keys)
		shape(t, keys, map[string]string{
			"demarche": "number", "number": "number", "cause": "string", "first_seen": "string", "attempts": "number", "next_try": "string",
		})
		got = append(got, int(keys["number"].(float64)))
		if keys["cause"] == "" || keys["attempts"].(float64) < 1 {
			t.Errorf("a case without cause or attempts: %s", raw)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(numbers) {
		t.Errorf("in quarantine: %v, want %v", got, numbers)
	}
}
