package ingest

import (
	"context"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
)

// Source is the platform, as a pass reads it.
type Source interface {
	Reading
	Departures
}

// Reading reads dossiers. Pages ascend by modification; an empty one has an empty
// EndCursor. See errors.go for what an error may say of itself.
type Reading interface {
	// Dossiers reads one page of at most size full dossiers, 100 at most, from a
	// position on. withDemarche asks for the démarche and its groupes in the same
	// request.
	Dossiers(ctx context.Context, demarche int, at dossier.Position, size int, withDemarche bool) (dossier.Page, error)
	// Listing reads the same page light: what is in it, and where.
	Listing(ctx context.Context, demarche int, at dossier.Position, size int) (dossier.Listing, error)
	// Dossier reads one dossier by its number, whatever its démarche.
	Dossier(ctx context.Context, number int) (dossier.Dossier, error)
}

// Departures reads the two deletion lists.
type Departures interface {
	// Pending lists dossiers hidden but restorable.
	Pending(ctx context.Context, demarche int, cursor string) (dossier.Departures, error)
	// Deleted lists purged dossiers since an instant.
	Deleted(ctx context.Context, demarche int, since time.Time, cursor string) (dossier.Departures, error)
}

// Forms reads the form of a démarche.
type Forms interface {
	// Form reads every champ and annotation that the démarche ever published.
	Form(ctx context.Context, demarche int) (dossier.Form, error)
}

// Copy is our copy of the dossiers.
type Copy interface {
	// Heads returns what is stored of the given numbers; unknown ones are absent.
	Heads(ctx context.Context, demarche int, numbers []int) (map[int]dossier.Head, error)
	// Put writes records whose stored Version still equals theirs (0 = not
	// stored) and adds one to it. The others are left alone and their numbers
	// returned. A nil Dossier keeps the stored payload, except that Purged and
	// Foreign erase it.
	Put(ctx context.Context, records []dossier.Record) (conflicts []int, err error)
	// JudgedOtherwise returns at most limit records, payload included, of number
	// above after in ascending order, whose JudgedWith differs from the stamp.
	// Records without payload (Purged, Foreign) are left out.
	JudgedOtherwise(ctx context.Context, demarche int, stamp string, after, limit int) ([]dossier.Record, error)
}

// Inventory goes through our copy, whatever the démarche.
type Inventory interface {
	// EachHead visits the stored dossiers by number, above after. The visitor may
	// use the store.
	EachHead(ctx context.Context, after int, visit func(dossier.Head) error) error
	// Record reads one dossier with its payload; false when it is not stored.
	Record(ctx context.Context, number int) (dossier.Record, bool, error)
}

// Positions keeps where the reading of each démarche stands.
type Positions interface {
	// Streams returns the zero Streams (Version 0) for a démarche never read.
	Streams(ctx context.Context, demarche int) (Streams, error)
	// SaveStreams writes if the stored Version still equals s.Version and returns
	// the new one; else dossier.ErrConflict: another pass is under way.
	SaveStreams(ctx context.Context, s Streams) (version int64, err error)
	// PutDemarche keeps the démarche and its groupes.
	PutDemarche(ctx context.Context, d dossier.Demarche) error
}

// Streams is the durable progress of one démarche. Instants "on the platform's
// clock" come from its answers, all others from ours.
type Streams struct {
	Demarche int   `json:"demarche"`
	Version  int64 `json:"-"`
	Lease    Lease `json:"lease,omitzero"`

	// Position is the furthest place reached in the order of modification, and
	// Reached the modification date there. Both only ever move forward.
	Position dossier.Position `json:"position"`
	Reached  time.Time        `json:"reached,omitzero"`
	// ReachedAt is the platform's clock when Position last moved. Dossiers
	// committed late can still appear behind Position until the overlap has
	// passed on that clock.
	ReachedAt time.Time `json:"reached_at,omitzero"`
	// Recheck is the modification date from which dossiers committed late can
	// have been missed, on the platform's clock; zero when there is none.
	Recheck time.Time `json:"recheck,omitzero"`
	// Settled: a complete pass started after ReachedAt plus the overlap, so the
	// cursor alone is enough until Position moves again.
	Settled bool `json:"settled,omitempty"`
	// Walk is a pass cut short; the next one resumes it.
	Walk *Walk `json:"walk,omitempty"`
	// Witness is the number of a dossier that was read well. When nothing else can
	// be read, it tells a bad dossier from a bad platform.
	Witness int `json:"witness,omitempty"`

	// DeletedReadAt is when deletedDossiers was last read to its end.
	DeletedReadAt time.Time `json:"deleted_read_at,omitzero"`
	// CompletedAt is the start of the last pass that read everything to the end.
	CompletedAt time.Time `json:"completed_at,omitzero"`
	// SweptAt is the start of the last complete sweep.
	SweptAt time.Time `json:"swept_at,omitzero"`

	// Shown is a digest of the démarche as it was last put.
	Shown string `json:"shown,omitempty"`
	// Revision is the form's revision that the bindings were last compared with,
	// Bound the calls that were, and Stale the bindings that it does not honour.
	Revision string         `json:"revision,omitempty"`
	Bound    []Bound        `json:"bound,omitempty"`
	Stale    []StaleBinding `json:"stale,omitempty"`
}

// Walk is how far an unfinished reading of the dossiers went. StartedAt and
// NearAt are on the platform's clock.
type Walk struct {
	Position  dossier.Position `json:"position"`
	StartedAt time.Time        `json:"started_at"`
	// NearAt is when the walk first read what was younger than the overlap, behind
	// which dossiers committed late can still appear.
	NearAt time.Time `json:"near_at,omitzero"`
	// Ahead: the walk has gone past Streams.Position.
	Ahead bool `json:"ahead,omitempty"`
}

// Lease says who reads a démarche, until when. It is free when Until is zero.
type Lease struct {
	Holder string    `json:"holder,omitempty"`
	Until  time.Time `json:"until,omitzero"`
}

// Bound is a call as it was when its bindings were compared with the form, and
// what the form called its champs when the call's file had this digest first.
type Bound struct {
	Call   string       `json:"call"`
	Digest string       `json:"digest"`
	Labels []call.Label `json:"labels,omitempty"`
}

// StaleBinding is a binding that the form no longer honours. Why is a sentence
// for the operator, with the call's file.
type StaleBinding struct {
	Call  string `json:"call"`
	Field string `json:"field"`
	ID    string `json:"id"`
	Why   string `json:"why"`
}
