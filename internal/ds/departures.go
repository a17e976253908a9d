package ds

import (
	"context"
	"time"

	"relais/internal/dossier"
)

// Pending reads one page of the dossiers that are hidden but can come back. One
// hidden by expiry is in neither list.
func (c *Client) Pending(ctx context.Context, demarche int, cursor string) (dossier.Departures, error) {
	return c.departures(ctx, pendingDocument, demarche, cursor, map[string]any{"demarche": demarche})
}

// Deleted reads one page of the dossiers purged since an instant; a zero one
// means since ever. The platform back-dates rows: look back three weeks.
func (c *Client) Deleted(ctx context.Context, demarche int, since time.Time, cursor string) (dossier.Departures, error) {
	return c.departures(ctx, deletedDocument, demarche, cursor, map[string]any{
		"demarche": demarche,
		"since":    timestamp(since),
	})
}

func (c *Client) departures(ctx context.Context, d document, demarche int, cursor string, variables map[string]any) (dossier.Departures, error) {
	l, err := list[wireDeparture](ctx, c, d, nameDemarche(demarche), cursor, variables)
	if err != nil {
		return dossier.Departures{}, err
	}
	out, account := decodeDepartures(&l, d, demarche)
	if len(account.Broken) > 0 || len(account.Causes) > 0 {
		account.Departures = out
		return dossier.Departures{}, account
	}
	return out, nil
}

func decodeDepartures(l *listing[wireDeparture], d document, demarche int) (dossier.Departures, *PartialPage) {
	out := dossier.Departures{ReadAt: l.readAt}
	if l.info != nil {
		out.EndCursor, out.HasNextPage = l.info.EndCursor, l.info.HasNextPage
	}
	account := l.partial(d, nameDemarche(demarche))
	faults := nodeFaults(l.faults)
	for i := range l.nodes {
		n := &l.nodes[i]
		if broken := n.verdict(i, faults[i]); broken != nil {
			account.Broken = append(account.Broken, *broken)
			continue
		}
		row := dossier.Departure{Number: n.value.Number, State: dossier.State(n.value.State), Reason: n.value.Reason}
		at, ok := instant(n.value.DateSupression)
		if row.At = at; !ok || row.Number <= 0 {
			account.Broken = append(account.Broken, Broken{Index: i, Number: max(0, row.Number), Kind: NotUnderstood, Path: "number, dateSupression"})
			continue
		}
		out.Rows = append(out.Rows, row)
	}
	return out, account
}
