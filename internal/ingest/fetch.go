package ingest

import (
	"context"
	"time"

	"relais/internal/dossier"
)

// pageSize is the platform's greatest; larger ones are cut without a word.
const pageSize = 100

// leastSize is as small as pages get when the big ones fail.
const leastSize = 10

// fetched is a page on its way from the reader to the keeper.
type fetched struct {
	page dossier.Page
	// last is the modification date at the end of the page, cut to the second;
	// zero when the page is empty or the date is not known.
	last time.Time
	// part: more of this page follows; the position does not move yet.
	part     bool
	listed   []int     // what the page showed, readable or not, when it was isolated
	failures []failure // what could not be read
	err      error
}

// failure is a dossier that could not be read.
type failure struct {
	number int
	cause  string
}

// pages are what the reader brings. stop ends it and waits until it has.
type pages struct {
	c    <-chan fetched
	stop func()
}

// reader fetches pages ahead of the keeper. It shares nothing with it but the
// channel.
type reader struct {
	*Pass
	demarche int
	at       dossier.Position
	size     int
	bad      map[int]bool // in quarantine: not asked for again by the walk
	witness  int
	out      chan<- fetched
}

// fetch reads pages until the end, an error, or too little time. The channel
// holds none: one page waits for its turn beside the one being kept.
func (r *run) fetch(ctx context.Context, from dossier.Position) pages {
	ctx, cancel := context.WithCancel(ctx)
	c := make(chan fetched)
	rd := &reader{Pass: r.Pass, demarche: r.demarche, at: from, size: pageSize, bad: map[int]bool{}, witness: r.streams.Witness, out: c}
	for number := range r.cases {
		rd.bad[number] = true
	}
	go func() {
		defer close(c)
		rd.walk(ctx)
	}()
	return pages{c, func() {
		cancel()
		for range c {
		}
	}}
}

func (rd *reader) walk(ctx context.Context) {
	for first := true; !rd.outOfTime(ctx); first = false {
		f, ok := rd.next(ctx, first)
		if !ok || !rd.send(ctx, f) || f.err != nil || !f.page.HasNextPage {
			return
		}
		rd.at.Cursor = f.page.EndCursor
	}
}

// next is the next page, or false when time ran out in the middle of it.
func (rd *reader) next(ctx context.Context, first bool) (f fetched, ok bool) {
	page, err := rd.Source.Dossiers(ctx, rd.demarche, rd.at, rd.size, first)
	if err == nil {
		f, err = whole(page), rd.stuck(page.HasNextPage, page.EndCursor)
	}
	if isIsolable(err) && rd.Quarantine != nil {
		f, ok, err = rd.isolate(ctx, err, first)
		if !ok && err == nil {
			return f, false
		}
	}
	f.err = err
	if n := len(f.page.Dossiers); n > 0 {
		rd.witness = f.page.Dossiers[n-1].Number
	}
	return f, true
}

func whole(page dossier.Page) fetched {
	f := fetched{page: page}
	if n := len(page.Dossiers); n > 0 {
		f.last = page.Dossiers[n-1].DateDerniereModification
	}
	return f
}

// stuck refuses a page that would make the walk turn in circles.
func (rd *reader) stuck(more bool, cursor string) error {
	if more && (cursor == "" || cursor == rd.at.Cursor) {
		return errStuck
	}
	return nil
}

func (rd *reader) send(ctx context.Context, f fetched) bool {
	select {
	case rd.out <- f:
		return true
	case <-ctx.Done():
		return false
	}
}
