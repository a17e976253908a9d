package main

import (
	"database/sql"
	endian "encoding/binary"
	"os"
	"testing"
	"time"

	"relais/internal/sqlite"
)

// TestIdlePollCostsTheSame: a poll with nothing new asks and writes as little for
// 2,000 dossiers as for 200; and what a full comparison asks. DOSSIERS=20000
// measures that size in place of 2,000:
//
//	DOSSIERS=20000 go test -count=1 -v -timeout 10m -run TestIdlePollCostsTheSame ./functions/relais
func TestIdlePollCostsTheSame(t *testing.T) {
	t.Parallel()
	large := 2000
	if testing.Short() || slowed {
		large = 600
	}
	var idle [2][2]int
	for i, n := range []int{200, numberFrom(t, "DOSSIERS", large)} {
		p := newOther(t, n)
		d := ready(t, p).with("RELAIS_OVERLAP=1s")
		d.settle(t, n)
		log := openLog(t, d)

		o := d.do(0, "poll", "--json")
		c := o.counts(t)
		idle[i] = [2]int{c.Requests, log.writes()}
		if c.DossiersRead != 0 || c.Requests > 3 || idle[i][1] > 2 {
			t.Errorf("%d dossiers: an idle poll reads %d dossiers in %d requests and writes %d times, want 0, at most 3 and 2", n, c.DossiersRead, c.Requests, idle[i][1])
		}
		hourly := hourlyPoll(t, d, log)
		sweep := sweepCost(t, p, d, log)
		touchedIsWritten(t, p, d, log)
		t.Logf("%d dossiers: idle %d requests, %d writes, %s; once an hour %d requests, %d writes; a poll with its sweep %d requests, %d writes: %.1f requests per 1,000 dossiers",
			n, c.Requests, idle[i][1], o.took.Round(time.Millisecond), hourly[0], hourly[1], sweep[0], sweep[1], 1000*float64(sweep[0])/float64(n))
	}
	if idle[0] != idle[1] {
		t.Errorf("requests and writes of an idle poll grow with the démarche: %v, then %v", idle[0], idle[1])
	}
}

// settle polls until nothing is read again: once the overlap has passed since the
// position was reached.
func (d *desktop) settle(t *testing.T, n int) {
	t.Helper()
	if c := d.do(0, "poll", "--json").counts(t); c.Created != n {
		t.Fatalf("first pass: %+v", c)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if d.do(0, "poll", "--json").counts(t).DossiersRead == 0 {
			return
		}
	}
	t.Fatal("polls read the overlap again for ever")
}

// hourlyPoll is an idle poll that has to read the deleted dossiers too.
func hourlyPoll(t *testing.T, d *desktop, log *writeLog) [2]int {
	t.Helper()
	store, err := sqlite.Open(t.Context(), d.path("relais.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s, err := store.Streams(t.Context(), otherDemarche)
	if err != nil {
		t.Fatal(err)
	}
	s.DeletedReadAt = s.DeletedReadAt.Add(-2 * time.Hour)
	if _, err := store.SaveStreams(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	log.forget()
	c := d.do(0, "poll", "--json").counts(t)
	if writes := log.writes(); c.Requests != 3 || writes > 2 {
		t.Errorf("the idle poll of the hour: %d requests and %d writes, want 3 and at most 2", c.Requests, writes)
	}
	return [2]int{c.Requests, log.writes()}
}

// sweepCost is what a poll with a full comparison that finds nothing asks and
// writes.
func sweepCost(t *testing.T, p *other, d *desktop, log *writeLog) [2]int {
	t.Helper()
	log.forget()
	p.forget()
	c := d.do(0, "poll", "--sweep", "--json").counts(t)
	n := len(p.papers)
	if c.DossiersRead != n || c.Unchanged != n || c.Created+c.Updated+c.Removed != 0 || !c.Complete {
		t.Errorf("sweep: %+v", c)
	}
	if c.Requests != p.requests() || c.Requests > n/100+6 {
		t.Errorf("sweep: %d requests told, %d received, want at most %d", c.Requests, p.requests(), n/100+6)
	}
	return [2]int{c.Requests, log.writes()}
}

// touchedIsWritten shows that the log would tell of a write.
func touchedIsWritten(t *testing.T, p *other, d *desktop, log *writeLog) {
	t.Helper()
	p.change(p.papers[0].touch)
	log.forget()
	if c := d.do(0, "poll", "--json").counts(t); c.Updated != 1 || log.writes() != 3 {
		t.Errorf("a poll that updates a dossier: %+v and %d writes, want 3", c, log.writes())
	}
}

// writeLog counts what is committed to a store, whoever writes: in its
// write-ahead log (sqlite.org/fileformat2.html#walformat), which stays as long as
// somebody has the store open.
type writeLog struct {
	*testing.T
	path string
	db   *sql.DB
}

func openLog(t *testing.T, d *desktop) *writeLog {
	t.Helper()
	db, err := sql.Open("sqlite", d.path("relais.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	l := &writeLog{t, d.path("relais.db-wal"), db}
	l.forget()
	return l
}

// forget empties the log.
func (l *writeLog) forget() {
	l.Helper()
	var busy, frames, moved int
	err := l.db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if err != nil || busy != 0 {
		l.Fatalf("the log cannot be emptied: busy %d, %v", busy, err)
	}
}

// writes counts the frames that end a transaction.
func (l *writeLog) writes() int {
	l.Helper()
	b, err := os.ReadFile(l.path)
	if err != nil {
		l.Fatal(err)
	}
	const header, frameHeader = 32, 24
	if len(b) < header {
		return 0
	}
	frame := frameHeader + int(endian.BigEndian.Uint32(b[8:]))
	salts, commits := string(b[16:24]), 0
	for at := header; at+frame <= len(b) && string(b[at+8:at+16]) == salts; at += frame {
		if endian.BigEndian.Uint32(b[at+4:]) != 0 {
			commits++
		}
	}
	return commits
}
