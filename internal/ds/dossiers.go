package ds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"relais/internal/dossier"
)

// beginning is before any dossier of the platform. A lower bound is always sent:
// without one, pages come in another order and cursors mean something else.
var beginning = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Dossiers reads one page of at most size full dossiers, 100 at most, ascending by
// modification, from a position on; a zero Since means since ever. withDemarche
// fills Page.Demarche from the same request. A page with holes is a *PartialPage,
// any other failure an *Error.
func (c *Client) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, withDemarche bool) (dossier.Page, error) {
	q := pageQuery{demarche, at.Since, at.Cursor, size, withDemarche}
	a, err := c.askPage(ctx, q)
	if err != nil {
		return dossier.Page{}, err
	}
	return c.readPage(a, q)
}

// pageQuery is what one page of dossiers is asked with.
type pageQuery struct {
	demarche     int
	since        time.Time
	cursor       string
	size         int
	withDemarche bool
}

// variables are those of a light page; a full one adds withDemarche.
func (q pageQuery) variables() map[string]any {
	v := map[string]any{"demarche": q.demarche, "since": timestamp(q.since), "size": max(1, min(q.size, 100))}
	if q.cursor != "" { // an empty one would restart the list
		v["after"] = q.cursor
	}
	return v
}

func (c *Client) askPage(ctx context.Context, q pageQuery) (answer, error) {
	variables := q.variables()
	variables["withDemarche"] = q.withDemarche
	return c.ask(ctx, dossiersDocument, nameDemarche(q.demarche), variables)
}

func (c *Client) readPage(a answer, q pageQuery) (dossier.Page, error) {
	subject := nameDemarche(q.demarche)
	l, err := checked[wireDossier](a, dossiersDocument, subject, q.cursor)
	if err != nil {
		return dossier.Page{}, err
	}
	page, partial := decodePage(&l, q.demarche, c.report)
	if q.withDemarche {
		page.Demarche, err = decodeDemarche(q.demarche, l.demarche)
		if err != nil && partial == nil {
			return dossier.Page{}, rename(err, dossiersDocument.name, subject)
		}
	}
	if partial != nil {
		partial.Page = page
		return dossier.Page{}, partial
	}
	return page, nil
}

// decodePage decodes the rows of a page. The account is nil when all is whole;
// otherwise page holds only what could be read.
func decodePage(l *listing[wireDossier], demarche int, report func(*decoder)) (dossier.Page, *PartialPage) {
	page := dossier.Page{ReadAt: l.readAt, PlatformAt: l.platformAt}
	if l.info != nil {
		page.EndCursor, page.HasNextPage = l.info.EndCursor, l.info.HasNextPage
	}
	account := l.partial(dossiersDocument, nameDemarche(demarche))
	faults := nodeFaults(l.faults)
	var d decoder
	page.Dossiers = make([]dossier.Dossier, 0, len(l.nodes))
	for i := range l.nodes {
		n := &l.nodes[i]
		broken := n.verdict(i, faults[i])
		if broken == nil {
			one, field := d.dossier(n.value, demarche)
			if field == "" {
				page.Dossiers = append(page.Dossiers, one)
				n.value = nil // decoded: let it go
				continue
			}
			broken = &Broken{Index: i, Number: max(0, one.Number), Kind: NotUnderstood, Path: field}
		} else if n.value != nil {
			broken.Number = max(0, n.value.Number)
		}
		account.Broken = append(account.Broken, *broken)
	}
	report(&d)
	if len(account.Broken) == 0 && len(account.Causes) == 0 {
		return page, nil
	}
	return page, account
}

// verdict says why a row cannot be taken, or nil. A root error that leads into a
// row condemns it, even when the row is there: something in it is missing.
func (n *node[N]) verdict(index int, f *Error) *Broken {
	switch {
	case f != nil:
		return &Broken{Index: index, Number: n.number, Kind: f.Kind, Path: f.Path}
	case n.broken != "":
		return &Broken{Index: index, Number: n.number, Kind: NotUnderstood, Path: n.broken}
	case n.value == nil:
		return &Broken{Index: index, Kind: Partial}
	}
	return nil
}

// Dossier reads one dossier by its number. NotFound is no proof of deletion.
func (c *Client) Dossier(ctx context.Context, number int) (dossier.Dossier, error) {
	subject := fmt.Sprintf("dossier %d", number)
	var data struct {
		Dossier *wireDossier `json:"dossier"`
	}
	if err := c.whole(ctx, dossierDocument, subject, map[string]any{"number": number}, &data); err != nil {
		return dossier.Dossier{}, err
	}
	if data.Dossier == nil {
		return dossier.Dossier{}, noData().named(dossierDocument.name, subject)
	}
	var d decoder
	out, broken := d.dossier(data.Dossier, 0)
	c.report(&d)
	if broken != "" {
		return dossier.Dossier{}, notUnderstood(broken).named(dossierDocument.name, subject)
	}
	return out, nil
}

// whole asks for something that is of use only in full: any root error is fatal.
func (c *Client) whole(ctx context.Context, d document, subject string, variables map[string]any, into any) error {
	a, err := c.ask(ctx, d, subject, variables)
	if err != nil {
		return err
	}
	if len(a.faults) > 0 {
		return worst(a.faults).named(d.name, subject)
	}
	if err := json.Unmarshal(a.data, into); err != nil {
		var shape *json.UnmarshalTypeError
		path := ""
		if errors.As(err, &shape) {
			path = shape.Field
		}
		return notUnderstood(path).named(d.name, subject)
	}
	return nil
}

// report logs, once per typename, what the published schema did not announce.
func (c *Client) report(d *decoder) {
	for typename, where := range d.unknown {
		if _, told := c.warned.LoadOrStore(where+typename, true); !told {
			c.log.WithFields(map[string]any{"typename": typename, "of": where}).
				Warn("the platform sent a type that this version does not know; it is kept as text")
		}
	}
}

// timestamp writes an instant for the platform: with its offset, cut to the
// second, which lower bounds being inclusive makes safe.
func timestamp(t time.Time) string {
	if t.IsZero() {
		t = beginning
	}
	return t.UTC().Format(time.RFC3339)
}

func nameDemarche(number int) string { return fmt.Sprintf("démarche %d", number) }

func noData() *Error { return &Error{Kind: NoData, Status: http.StatusOK} }

func notUnderstood(path string) *Error {
	return &Error{Kind: NotUnderstood, Status: http.StatusOK, Path: path}
}

func rename(err error, op, subject string) error {
	var e *Error
	if errors.As(err, &e) {
		return e.named(op, subject)
	}
	return err
}
