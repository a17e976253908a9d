package sim

import (
	"context"
	"net/http"
	"time"

	"relais/internal/dossier"
	"relais/internal/ds"
)

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// newClient never retries: the waits between tries are drawn outside the seed.
func (s *Storm) newClient(by roundTrip) (*ds.Client, error) {
	return ds.New(ds.Config{
		URL: "http://127.0.0.1/api/v2/graphql", Token: ds.StaticToken(s.platform.Token()),
		Now: s.clock.ours, Patience: -1, HTTP: by,
	})
}

// source is the platform as one process reaches it. Pages are small, so that a
// world of a few dossiers has many.
type source struct{ *process }

func request[T any](s source, what string, do func() (T, error)) (T, error) {
	return effect(s.process, what, func() (T, error) {
		got, err := do()
		s.clock.drift(s.upTo(3 * time.Second)) // on the way back
		return got, err
	})
}

// Dossiers implements ingest.Reading.
func (s source) Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, withDemarche bool) (dossier.Page, error) {
	return request(s, "dossiers", func() (dossier.Page, error) {
		return s.client.Dossiers(ctx, demarche, at, min(size, s.temper.page), withDemarche)
	})
}

// Listing implements ingest.Reading.
func (s source) Listing(ctx context.Context, demarche int, at dossier.Position, size int) (dossier.Listing, error) {
	return request(s, "listing", func() (dossier.Listing, error) {
		return s.client.Listing(ctx, demarche, at, min(size, s.temper.page))
	})
}

// Dossier implements ingest.Reading.
func (s source) Dossier(ctx context.Context, number int) (dossier.Dossier, error) {
	return request(s, "dossier", func() (dossier.Dossier, error) { return s.client.Dossier(ctx, number) })
}

// Pending implements ingest.Departures.
func (s source) Pending(ctx context.Context, demarche int, cursor string) (dossier.Departures, error) {
	return request(s, "pending", func() (dossier.Departures, error) { return s.client.Pending(ctx, demarche, cursor) })
}

// Deleted implements ingest.Departures.
func (s source) Deleted(ctx context.Context, demarche int, since time.Time, cursor string) (dossier.Departures, error) {
	return request(s, "deleted", func() (dossier.Departures, error) {
		return s.client.Deleted(ctx, demarche, since, cursor)
	})
}

// Form implements ingest.Forms.
func (s source) Form(ctx context.Context, demarche int) (dossier.Form, error) {
	return request(s, "form", func() (dossier.Form, error) { return s.client.Form(ctx, demarche) })
}
