package ds

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"relais/internal/dossier"
)

// Listing reads one page of the same order as Dossiers, light: numbers, cursors
// and dates. A row that the platform cannot show even so much of keeps the number
// that its cursor tells, and no date. Errors beside the rows are theirs, and do
// not make the page useless.
func (c *Client) Listing(ctx context.Context, demarche int, at dossier.Position, size int) (dossier.Listing, error) {
	subject := nameDemarche(demarche)
	q := pageQuery{demarche: demarche, since: at.Since, cursor: at.Cursor, size: size}
	a, err := c.ask(ctx, listingDocument, subject, q.variables())
	if err != nil {
		return dossier.Listing{}, err
	}
	l, failed := decodeListing(a)
	if failed == nil && l.HasNextPage && (l.EndCursor == "" || l.EndCursor == at.Cursor) {
		failed = &Error{Kind: StuckCursor, Status: http.StatusOK}
	}
	if failed != nil {
		return dossier.Listing{}, failed.named(listingDocument.name, subject)
	}
	return l, nil
}

type wireListing struct {
	Demarche *struct {
		Number   int `json:"number"`
		Dossiers *struct {
			PageInfo *wirePageInfo `json:"pageInfo"`
			Edges    []*struct {
				Cursor string `json:"cursor"`
				Node   *struct {
					Number   int    `json:"number"`
					Modified string `json:"dateDerniereModification"`
				} `json:"node"`
			} `json:"edges"`
		} `json:"dossiers"`
	} `json:"demarche"`
}

func decodeListing(a answer) (dossier.Listing, *Error) {
	var wire wireListing
	if err := json.Unmarshal(a.data, &wire); err != nil {
		return dossier.Listing{}, &Error{Kind: NotUnderstood, Status: http.StatusOK}
	}
	if wire.Demarche == nil || wire.Demarche.Dossiers == nil || wire.Demarche.Dossiers.PageInfo == nil {
		if len(a.faults) > 0 {
			return dossier.Listing{}, worst(a.faults)
		}
		return dossier.Listing{}, &Error{Kind: NoData, Status: http.StatusOK}
	}
	page := wire.Demarche.Dossiers
	l := dossier.Listing{
		EndCursor: page.PageInfo.EndCursor, HasNextPage: page.PageInfo.HasNextPage,
		ReadAt: a.readAt, PlatformAt: a.platformAt,
	}
	for _, e := range page.Edges {
		if e == nil { // nobody can name it; it must not be lost in silence
			l.Rows = append(l.Rows, dossier.Listed{})
			continue
		}
		row := dossier.Listed{Cursor: e.Cursor, Number: numberOfCursor(e.Cursor)}
		if e.Node != nil && e.Node.Number > 0 {
			row.Number = e.Node.Number
			row.Modified, _ = instant(e.Node.Modified)
		}
		l.Rows = append(l.Rows, row)
	}
	nameless := slices.ContainsFunc(l.Rows, func(row dossier.Listed) bool { return row.Number == 0 })
	if nameless && len(a.faults) > 0 && worst(a.faults).Kind == Timeout {
		return dossier.Listing{}, worst(a.faults) // the platform was slow: no dossier is to blame
	}
	return l, nil
}

// numberOfCursor is the number that a cursor ends with; 0 when it has another
// form. Cursors are opaque: this only names a row that nothing else names.
func numberOfCursor(cursor string) int {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(cursor, "="))
	if err != nil {
		return 0
	}
	_, number, _ := strings.Cut(string(raw), ";")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
