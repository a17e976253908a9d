package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"relais/internal/sandbox/graphql"
)

// Harm is what a poisoned dossier does to the requests that read its champs.
// A list of light fields passes it by.
type Harm string

// Kinds of poison (ds-platform.md §1.7, §4).
const (
	// Nulls: a non-null place of it is null, so its row is null (invalid_null)
	// and a request for it alone has no data.
	Nulls Harm = "nulls"
	// Breaks: any request that includes it answers 500.
	Breaks Harm = "breaks"
	// Refuses: any request that includes it answers 400.
	Refuses Harm = "refuses"
	// Slows: time is over at its row when the page has more than Poison.Above
	// dossiers; the rows before it are whole.
	Slows Harm = "slows"
)

// Poison is a lasting fault of one dossier.
type Poison struct {
	Harm  Harm
	Above int       // for Slows
	Until time.Time // readable again from then on, on the platform's clock; zero is never
}

// Poison gives a dossier a lasting fault, in the place of a former one. It
// changes nothing else of it: neither updated_at nor its place in lists.
func (p *Platform) Poison(number int, how Poison) error {
	switch how.Harm {
	case Nulls, Breaks, Refuses, Slows:
	default:
		return fmt.Errorf("poison dossier %d: no harm %q", number, how.Harm)
	}
	return p.do(number, func(_ *world, d *dossier, _ time.Time) error { d.poison = &how; return nil })
}

// Cure ends the poison of a dossier, without a bump.
func (p *Platform) Cure(number int) error {
	return p.do(number, func(_ *world, d *dossier, _ time.Time) error { d.poison = nil; return nil })
}

// harm is what a dossier does to this request now; "" is none.
func (v *view) harm(d *dossier) Harm {
	k := d.poison
	if k == nil || v.candid || !k.Until.IsZero() && !v.now.Before(k.Until) || k.Harm == Slows && v.rows <= k.Above {
		return ""
	}
	return k.Harm
}

// poisoned serves the champs of a dossier that does harm.
func (v *view) poisoned(h Harm, champs []any) (any, error) {
	switch h {
	case Breaks:
		return nil, &graphql.Fatal{Err: internal()}
	case Refuses:
		return nil, &graphql.Fatal{Err: unreadable()}
	case Slows:
		v.spent = true
	case Nulls:
		return []any{graphql.Object{"__typename": "TextChamp"}}, nil
	}
	return champs, nil
}

// unreadable is the answer to a request that met a value which its champ cannot
// hold; the platform's is only deduced.
func unreadable() *denial {
	return &denial{http.StatusBadRequest, "bad_request", "A value cannot be read"}
}

// manner is how one request is to be served.
type manner struct {
	hit    Hit
	candid bool // without poison, maintenance or rate limit
}

// budget tells the engine that time is over.
func (v *view) budget() bool { return v.spent }

// row shows a dossier of a page, unless the request's fault strikes there.
func (v *view) row(i int, d *dossier) any {
	switch {
	case v.hit.Fault == NullNode && i == v.hit.At%v.rows:
		return &graphql.Error{Message: "Cannot return null for non-nullable field Dossier.groupeInstructeur", Code: graphql.CodeInvalidNull}
	case v.timeIsOverAt(i):
		return v.late(v.dossier(d))
	}
	return v.dossier(d)
}

func (v *view) timeIsOverAt(i int) bool {
	return v.hit.Fault == TimeoutPartial && i == min(v.hit.At, v.rows-1)
}

// late is an object whose fields time does not allow any more.
func (v *view) late(o graphql.Object) graphql.Field {
	return func(context.Context, map[string]any) (any, error) {
		v.spent = true
		return o, nil
	}
}
