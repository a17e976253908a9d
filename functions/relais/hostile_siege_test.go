package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/deadline"
	"relais/internal/dossier"
)

// siege is all that an installation of Relais made of a platform: what its
// commands printed, the mails it wrote, the pages it showed.
type siege struct {
	*desktop
	platform *other
	printed  []printed
	mails    []mail
	views    []view
	report   string // the table of relais report
}

// printed is what a command printed.
type printed struct {
	command string
	outcome
}

const (
	chief    = "chef@" + agentsDomain
	above    = "cadre@" + agentsDomain
	operator = "exploitant@" + agentsDomain

	ourPage     = "https://relais.dreets.example"
	ourChoices  = "https://choix.dreets.example"
	ourPassword = "k3pt-secret-of-the-preferences-0123456789"
)

// both tells the same story to the hostile platform and to its harmless twin.
func both(t *testing.T) (hostile, harmless *siege) {
	t.Helper()
	now := time.Now()
	var done sync.WaitGroup
	for _, one := range []struct {
		place   **siege
		hostile bool
	}{{&hostile, true}, {&harmless, false}} {
		done.Go(func() { *one.place = besiege(t, now, one.hostile) })
	}
	done.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return hostile, harmless
}

func besiege(t *testing.T, now time.Time, hostile bool) *siege {
	p := besieged(t, now, hostile)
	d := install(t, p).with("RELAIS_CONSOLE_URL="+ourPage, "RELAIS_PREFERENCES_URL="+ourChoices,
		"RELAIS_PREFERENCES_SECRET="+ourPassword, "RELAIS_OPERATOR="+operator, "RELAIS_LISTEN=127.0.0.1:0")
	s := &siege{desktop: d, platform: p}
	s.run("init", "--demarche", strconv.Itoa(otherDemarche), "--region", "53")
	last := prudent(p.papers[0].deposited)
	s.configure(last)
	s.tell(now, last)
	s.run("report")
	s.report = s.run("report", "--csv").out
	s.run("export")
	s.run("outbox")
	s.run("quarantine")
	s.run("outbox", "--explain", s.someKey())
	for i := range attacks {
		for _, n := range []int{i % 4, (i + 2) % 4} {
			s.run("show", strconv.Itoa(p.papers[n*len(attacks)+i].number))
		}
	}
	s.refused(penOf(0, hostile))
	s.mails = readMails(t, d.path("mail"))
	s.visit()
	return s
}

// configure gives the call its people and its dates.
func (s *siege) configure(last time.Time) {
	path := s.path("calls", bretagne+".yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		s.Error(err)
	}
	file := string(b)
	for old, new := range map[string]string{
		"closes: null":    "closes: " + last.Format("2006-01-02T15:04"),
		"committee: null": "committee: " + last.AddDate(0, 0, 3).Format("2006-01-02T15:04"),
		"escalation: []":  "escalation: [" + above + "]",
		"report: []":      "report: [" + chief + "]",
	} {
		if !strings.Contains(file, old) {
			s.Errorf("no %q in the call file", old)
		}
		file = strings.Replace(file, old, new, 1)
	}
	s.write(filepath.Join("calls", bretagne+".yaml"), file)
}

// tell lives the days on which mails of every kind leave: the opening, a morning a
// week before the end, and the last one, with what could not wait for the next.
func (s *siege) tell(now, last time.Time) {
	p := s.platform
	working := deadline.Calendar{}
	day := func(t time.Time) dossier.Day { return dossier.DayOf(t, paris) }
	at := func(d dossier.Day, hour, minute int) string { return d.At(hour, minute, paris).Format(time.RFC3339) }
	first := working.NextWorking(day(now.AddDate(0, 0, 1)), []string{"53"})
	near := working.LastWorking(day(last.AddDate(0, 0, -7)), []string{"53"})
	end := working.LastWorking(day(last.AddDate(0, 0, -1)), []string{"53"})

	s.run("poll")
	s.run("check")
	s.run("remind", "--at", at(first, 9, 0))
	s.run("deliver", "--at", at(first, 9, 0))

	p.each(func(i int, d *paper) {
		if i%4 == 1 {
			d.state = "en_instruction"
		}
		d.modified = now.Add(-5 * time.Minute).Add(time.Duration(i) * time.Second)
	})
	s.run("poll")
	s.run("remind", "--at", at(near, 9, 0))
	s.run("deliver", "--at", at(near, 9, 0))

	p.each(func(i int, d *paper) {
		if i%5 == 4 {
			d.state, d.decided = "accepte", now.Add(-time.Minute)
		}
		d.modified = now.Add(-3 * time.Minute).Add(time.Duration(i) * time.Second)
	})
	s.run("poll")
	s.run("remind", "--at", at(end, 7, 30))
	s.run("deliver", "--at", at(end, 8, 10))
	s.run("remind", "--at", at(end, 8, 30))
	s.run("deliver", "--at", at(end, 8, 30))
}

// each changes every dossier but those of megabytes, which are slow to read again.
func (p *other) each(life func(i int, d *paper)) {
	p.change(func() {
		for i, d := range p.papers {
			if attacks[i%len(attacks)].kind != "megabytes" {
				life(i, d)
			}
		}
	})
}

// refused polls a platform whose errors quote what candidates wrote.
func (s *siege) refused(w pen) {
	said := "undefined method for \x1b[2J" + w.name().(string) + "\u202e\r\n\r\nlevel=fatal"
	for _, status := range []int{http.StatusOK, http.StatusForbidden, http.StatusInternalServerError} {
		s.platform.fails(func(answer http.ResponseWriter, _ string, _ int) bool {
			refuse(answer, status, said, said)
			return true
		})
		s.expect(1, "poll")
	}
	s.platform.fails(nil)
}

// run keeps what a command prints; each says all that it does.
func (s *siege) run(args ...string) outcome { s.Helper(); return s.expect(0, args...) }

func (s *siege) expect(code int, args ...string) outcome {
	s.Helper()
	o := s.command(nil, binary, append(args, "-v"))
	if o.code != code {
		s.Errorf("relais %s: exit %d\n%.3000s", strings.Join(args, " "), o.code, o.err)
	}
	s.printed = append(s.printed, printed{strings.Join(args, " "), o})
	return o
}

// someKey is that of the last intention.
func (s *siege) someKey() string {
	out := s.printed[len(s.printed)-2].out
	_, rest, _ := strings.Cut(out[strings.LastIndex(out, `{"key":"`):], `{"key":"`)
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

// mark is that of the i-th dossier; "" when its name shows nothing.
func mark(i int) string {
	if attacks[i%len(attacks)].blank {
		return ""
	}
	return fmt.Sprintf("Balise%03d", i)
}
