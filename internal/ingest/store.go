// Package ingest keeps our copy of a démarche true: new, changed, unchanged and
// removed dossiers, page by page, each position written only after its data.
package ingest

import (
	"context"
	"time"

	"relais/internal/dossier"
)

// Source is the platform, as one pass reads it. Pages ascend; an empty page has
// an empty EndCursor.
type Source interface {
	// Dossiers reads one page of full dossiers from a position on. withDemarche
	// asks for the démarche and its groupes in the same request.
	Dossiers(ctx context.Context, demarche int, at dossier.Position, withDemarche bool) (dossier.Page, error)
	// Pending lists dossiers hidden but restorable.
	Pending(ctx context.Context, demarche int, cursor string) (dossier.Departures, error)
	// Deleted lists purged dossiers since an instant.
	Deleted(ctx context.Context, demarche int, since time.Time, cursor string) (dossier.Departures, error)
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

// Streams is the durable progress of one démarche.
type Streams struct {
	Demarche int   `json:"demarche"`
	Version  int64 `json:"-"`

	// Position is the furthest place reached in the order of modification, and
	// Reached the modification date there. Both only ever move forward.
	Position dossier.Position `json:"position"`
	Reached  time.Time        `json:"reached,omitzero"`
	// ReachedAt is the platform's clock when Position last moved. Dossiers
	// committed late can still appear behind Position until the overlap has
	// passed on that clock.
	ReachedAt time.Time `json:"reached_at,omitzero"`
	// Settled: a complete pass started after ReachedAt plus the overlap, so the
	// cursor alone is enough until Position moves again.
	Settled bool `json:"settled,omitempty"`
	// Walk is a pass cut short; the next one resumes it.
	Walk *Walk `json:"walk,omitempty"`

	// DeletedReadAt is when deletedDossiers was last read to its end.
	DeletedReadAt time.Time `json:"deleted_read_at,omitzero"`
	// CompletedAt is the start of the last pass that read everything to the end.
	CompletedAt time.Time `json:"completed_at,omitzero"`
}

// Walk is how far an unfinished reading of the dossiers went. StartedAt is on
// the platform's clock.
type Walk struct {
	Position  dossier.Position `json:"position"`
	StartedAt time.Time        `json:"started_at"`
}
