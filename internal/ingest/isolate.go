package ingest

import (
	"context"

	"relais/internal/dossier"
)

// lotSize is the size of the lots in which a page that failed is read again.
const lotSize = 10

// suspects is how many dossiers may fail in a row before the platform itself is
// suspected.
const suspects = 5

// isolation is a page that failed, read in smaller pieces. Each piece goes to the
// keeper as soon as it is there, so that a pass cut short loses little.
type isolation struct {
	*reader
	list         dossier.Listing
	withDemarche bool         // it is still to be asked for
	got          map[int]bool // numbers that need nothing more
	failures     []failure    // not yet sent
	failed       int
	streak       int  // failures since something could last be read
	proven       bool // something could be read: the platform is not to blame
}

// span is a run of rows of the listing, to excluded.
type span struct{ from, to int }

// isolate reads a page that failed. ok is false when time ran out, err then nil.
// Without rows, no dossier is to blame and the failure stands.
func (rd *reader) isolate(ctx context.Context, failure error, first bool) (f fetched, ok bool, err error) {
	list, err := rd.Source.Listing(ctx, rd.demarche, rd.at, rd.size)
	if isIsolable(err) { // even light, it was too much
		rd.size = max(leastSize, rd.size/4)
		list, err = rd.Source.Listing(ctx, rd.demarche, rd.at, rd.size)
	}
	if isMalformed(err) && first && rd.at.Cursor != "" {
		if rd.restart(ctx) {
			f, ok = rd.next(ctx, first)
			return f, ok, f.err
		}
		return f, false, err
	}
	if err == nil {
		err = rd.stuck(list.HasNextPage, list.EndCursor)
	}
	if err != nil {
		return f, false, err
	}
	if len(list.Rows) == 0 {
		return f, false, failure
	}
	i := &isolation{reader: rd, list: list, withDemarche: first, got: map[int]bool{}}
	if ok, err = i.read(ctx, salvage(failure)); !ok || err != nil {
		return f, false, err
	}
	return i.end(), true, nil
}

// restart forgets a stored cursor that the platform no longer understands: their
// form is its own, and has changed before. The lower bound alone loses nothing.
// It is false when the cursor is not to blame.
func (rd *reader) restart(ctx context.Context) bool {
	from := dossier.Position{Since: rd.at.Since}
	if _, err := rd.Source.Listing(ctx, rd.demarche, from, rd.size); err != nil {
		return false
	}
	if rd.Log != nil {
		rd.Log.WithField("demarche", rd.demarche).Warn("the platform refuses the stored cursor; reading again from its date")
	}
	rd.at = from
	return true
}

// read brings all that can be read of the page.
func (i *isolation) read(ctx context.Context, whole dossier.Page) (ok bool, err error) {
	known := 0
	for _, row := range i.list.Rows {
		if i.bad[row.Number] {
			i.got[row.Number] = true
			known++
		}
	}
	if len(whole.Dossiers) > 0 && !i.bring(ctx, whole) {
		return false, ctx.Err()
	}
	spans := i.left(span{0, len(i.list.Rows)})
	if len(spans) > 1 || len(spans) == 1 && spans[0].len() < len(i.list.Rows) {
		if spans, ok, err = i.pages(ctx, spans); !ok {
			return false, err
		}
	}
	if spans, ok, err = i.lots(ctx, spans); !ok {
		return false, err
	}
	if ok, err = i.singles(ctx, spans); !ok {
		return false, err
	}
	if i.failed+known == 0 {
		i.size = max(leastSize, i.size/2)
	}
	return true, nil
}

// end closes the page. The listing was read before its dossiers, so its clock is
// the one that counts.
func (i *isolation) end() fetched {
	last := i.list.Rows[len(i.list.Rows)-1]
	f := fetched{last: last.Modified, failures: i.failures, page: dossier.Page{
		EndCursor: i.list.EndCursor, HasNextPage: i.list.HasNextPage, ReadAt: i.list.ReadAt, PlatformAt: i.list.PlatformAt,
	}}
	for _, row := range i.list.Rows {
		f.listed = append(f.listed, row.Number)
	}
	return f
}

// left are the runs of rows still to be read, within a span.
func (i *isolation) left(within span) (spans []span) {
	for at := within.from; at < within.to; at++ {
		n := len(spans)
		switch {
		case i.got[i.list.Rows[at].Number]:
		case n > 0 && spans[n-1].to == at:
			spans[n-1].to++
		default:
			spans = append(spans, span{at, at + 1})
		}
	}
	return spans
}

// lots reads the spans in lots; one that is not longer than a lot has been tried
// already.
func (i *isolation) lots(ctx context.Context, spans []span) (left []span, ok bool, err error) {
	var lots []span
	for _, s := range spans {
		if s.len() <= lotSize && s.len() < len(i.list.Rows) {
			left = append(left, s)
			continue
		}
		for from := s.from; from < s.to; from += lotSize {
			lots = append(lots, span{from, min(from+lotSize, s.to)})
		}
	}
	more, ok, err := i.pages(ctx, lots)
	return append(left, more...), ok, err
}

// pages reads each span as one page, and tells what is left to read: what failed,
// or what the page no longer shows there.
func (i *isolation) pages(ctx context.Context, spans []span) (left []span, ok bool, err error) {
	for _, s := range spans {
		if s.len() == 1 || s.len() == len(i.list.Rows) {
			left = append(left, s)
			continue
		}
		if i.outOfTime(ctx) || !i.beat(ctx) {
			return nil, false, ctx.Err()
		}
		page, err := i.Source.Dossiers(ctx, i.demarche, i.before(s.from), s.len(), i.withDemarche)
		switch {
		case err == nil:
		case isIsolable(err):
			page = salvage(err)
		default:
			return nil, false, err
		}
		if len(page.Dossiers) > 0 && !i.bring(ctx, page) {
			return nil, false, ctx.Err()
		}
		left = append(left, i.left(s)...)
	}
	return left, true, nil
}

// before is the position just before a row.
func (i *isolation) before(row int) dossier.Position {
	at := i.at
	if row > 0 {
		at.Cursor = i.list.Rows[row-1].Cursor
	}
	return at
}

// bring sends what was read to the keeper, and what it proves: the failures so
// far are those of dossiers.
func (i *isolation) bring(ctx context.Context, page dossier.Page) bool {
	i.proven, i.streak = true, 0
	i.witness = page.Dossiers[len(page.Dossiers)-1].Number
	if page.Demarche != nil {
		i.withDemarche = false
	}
	for _, number := range numbersOf(page.Dossiers) {
		i.got[number] = true
	}
	f := fetched{page: page, part: true, failures: i.failures}
	i.failures = nil
	return i.send(ctx, f)
}

// singles reads the dossiers of the spans one by one. One that is not found was
// hidden or moved since it was listed: the lists will tell.
func (i *isolation) singles(ctx context.Context, spans []span) (ok bool, err error) {
	for _, s := range spans {
		for _, row := range i.list.Rows[s.from:s.to] {
			if i.outOfTime(ctx) {
				i.confess(ctx)
				return false, nil
			}
			if row.Number <= 0 {
				return false, errNameless
			}
			if !i.beat(ctx) {
				return false, ctx.Err()
			}
			readAt := i.Now()
			d, err := i.Source.Dossier(ctx, row.Number)
			switch {
			case err == nil:
				page := dossier.Page{Dossiers: []dossier.Dossier{d}, ReadAt: readAt, PlatformAt: i.list.PlatformAt}
				if !i.bring(ctx, page) {
					return false, ctx.Err()
				}
			case isMissing(err):
			case !isIsolable(err):
				return false, err
			case !i.suspect(ctx, row.Number, err):
				return false, err
			}
		}
	}
	return true, nil
}

// suspect notes a dossier that cannot be read. It is false when the platform is
// to blame: several failed in a row, and so does one that could be read before,
// or none ever could. What failed in that row is then no case.
func (i *isolation) suspect(ctx context.Context, number int, err error) bool {
	i.failed++
	i.streak++
	if !i.Bugs.PoisonSkipped {
		i.bad[number] = true
		i.failures = append(i.failures, failure{number, causeOf(err)})
	}
	if i.streak < suspects {
		return true
	}
	if i.witness == 0 {
		return false
	}
	_, err = i.Source.Dossier(ctx, i.witness)
	i.proven, i.streak = err == nil || isMissing(err), 0
	return i.proven
}

// confess sends the failures of a page that time cuts short, if they are proven.
func (i *isolation) confess(ctx context.Context) {
	if i.proven && len(i.failures) > 0 {
		i.send(ctx, fetched{part: true, failures: i.failures})
	}
}

// beat lets the keeper extend the lease between two requests that may both be
// long and bring nothing.
func (i *isolation) beat(ctx context.Context) bool { return i.send(ctx, fetched{part: true}) }

func (s span) len() int { return s.to - s.from }
