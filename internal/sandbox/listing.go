package sandbox

import (
	"context"
	"slices"

	"relais/internal/sandbox/graphql"
)

// The three lists of a démarche, or of one groupe when only is set.

func (v *view) dossiers(m *demarche, only *group) graphql.Field {
	return func(_ context.Context, args map[string]any) (any, error) {
		w, err := readWindow(args)
		if err != nil {
			return nil, err
		}
		// The order is by updated_at only with updatedSince; createdSince is
		// then ignored.
		l := listing{rows: m.byDeposit}
		if since, ok, err := timeArg(args, "updatedSince"); err != nil {
			return nil, err
		} else if ok {
			l.rows, l.since = m.byUpdate, since
		} else if since, ok, err := timeArg(args, "createdSince"); err != nil {
			return nil, err
		} else if ok {
			l.since = since
		}
		keep, err := m.filter(args, only)
		if err != nil {
			return nil, err
		}
		l.keep = func(r row) bool { return r.dossier.listed() && keep(r.dossier) }
		p, err := l.take(w)
		if err != nil {
			return nil, err
		}
		v.rows = len(p.rows)
		return connection(p, func(i int, r row) any { return v.row(i, r.dossier) }), nil
	}
}

// filter reads state, archived and the three bounds on the revision.
func (m *demarche) filter(args map[string]any, only *group) (func(*dossier) bool, error) {
	state := stringArg(args, "state")
	archived, byArchive := args["archived"].(bool)
	low, high := 0, len(m.revisions)
	for name, bound := range map[string]func(int){
		"revision":    func(n int) { low, high = max(low, n), min(high, n) },
		"minRevision": func(n int) { low = max(low, n) },
		"maxRevision": func(n int) { high = min(high, n) },
	} {
		if id := stringArg(args, name); id != "" {
			n := m.revisionByID(id)
			if n == 0 {
				return nil, notFound("ProcedureRevision")
			}
			bound(n)
		}
	}
	return func(d *dossier) bool {
		return (state == "" || d.state == state) &&
			(!byArchive || d.archived == archived) &&
			d.revision >= low && d.revision <= high &&
			(only == nil || d.group == only)
	}, nil
}

// revisionID is built from the démarche's number and the rank, from 1.
func (m *demarche) revisionID(rank int) string {
	return globalID("ProcedureRevision", m.number*10+rank)
}

func (m *demarche) revisionByID(id string) int {
	for rank := 1; rank <= len(m.revisions); rank++ {
		if m.revisionID(rank) == id {
			return rank
		}
	}
	return 0
}

// pendingDeleted lists what a person hid. The platform sorts it on an
// expression without index, so it is built at each call here too.
func (v *view) pendingDeleted(m *demarche, only *group) graphql.Field {
	return func(_ context.Context, args map[string]any) (any, error) {
		var rows index
		for _, d := range m.dossiers {
			if d.pending() && (only == nil || d.group == only) {
				rows = append(rows, row{at: d.hiddenAt(), number: d.number, dossier: d})
			}
		}
		slices.SortFunc(rows, compareRows)
		return v.deletions(args, rows, nil, func(r row) graphql.Object {
			d := r.dossier
			return deletion(d.number, d.number, d.state, d.hiddenWhy(), r)
		})
	}
}

// deleted lists what was purged, by its back-dated dateSupression.
func (v *view) deleted(m *demarche, only *group) graphql.Field {
	return func(_ context.Context, args map[string]any) (any, error) {
		return v.deletions(args, m.graves, only, func(r row) graphql.Object {
			return deletion(r.grave.id, r.grave.number, r.grave.state, r.grave.reason, r)
		})
	}
}

func (v *view) deletions(args map[string]any, rows index, only *group, node func(row) graphql.Object) (any, error) {
	w, err := readWindow(args)
	if err != nil {
		return nil, err
	}
	l := listing{rows: rows, keep: func(r row) bool { return only == nil || r.grave.group == only }}
	if since, ok, err := timeArg(args, "deletedSince"); err != nil {
		return nil, err
	} else if ok {
		l.since = since
	}
	p, err := l.take(w)
	if err != nil {
		return nil, err
	}
	v.rows = len(p.rows)
	return connection(p, func(i int, r row) any {
		if v.timeIsOverAt(i) {
			return v.late(node(r))
		}
		return node(r)
	}), nil
}

// deletion is a row of either list. key is the dossier's number in the pending
// one and another table's in the other: the same id may name two dossiers.
func deletion(key, number int, state, reason string, r row) graphql.Object {
	return graphql.Object{
		"__typename": "DeletedDossier", "id": globalID("DeletedDossier", key), "number": number,
		"state": state, "reason": reason, "dateSupression": r.at.In(paris),
	}
}
