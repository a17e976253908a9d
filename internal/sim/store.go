package sim

import (
	"context"
	"time"

	"relais/internal/dossier"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// Store is all that the simulation asks of a store.
type Store interface {
	ingest.Copy
	ingest.Inventory
	ingest.Positions
	ingest.Quarantine
	ingest.Hints
	notify.Schedule
	notify.Truth
	notify.Outbox
	notify.Claims
	notify.Mails
	notify.Notes
	EachIntention(ctx context.Context, visit func(notify.Intention) error) error
	Close() error
}

// Fragile is a store whose operations are several requests, between which a
// process may die.
type Fragile interface {
	// Break lets so many requests through; those that follow fail, until Mend.
	Break(after int)
	Mend()
}

// store is the real one as one process reaches it. Each operation is an effect.
type store struct{ *process }

// nothing is the result of an operation that has none.
type nothing struct{}

func order(p *process, what string, do func() error) error {
	_, err := effect(p, what, func() (nothing, error) { return nothing{}, do() })
	return err
}

// found carries a result that may be absent.
type found[T any] struct {
	value T
	known bool
}

func seek[T any](p *process, what string, do func() (T, bool, error)) (T, bool, error) {
	f, err := effect(p, what, func() (found[T], error) {
		value, known, err := do()
		return found[T]{value, known}, err
	})
	return f.value, f.known, err
}

// Heads implements ingest.Copy.
func (s store) Heads(ctx context.Context, demarche int, numbers []int) (map[int]dossier.Head, error) {
	return effect(s.process, "heads", func() (map[int]dossier.Head, error) { return s.Storm.store.Heads(ctx, demarche, numbers) })
}

// Put implements ingest.Copy.
func (s store) Put(ctx context.Context, records []dossier.Record) ([]int, error) {
	return effect(s.process, "put", func() ([]int, error) { return s.observePut(ctx, s.name, records) })
}

// JudgedOtherwise implements ingest.Copy.
func (s store) JudgedOtherwise(ctx context.Context, demarche int, stamp string, after, limit int) ([]dossier.Record, error) {
	return effect(s.process, "judged otherwise", func() ([]dossier.Record, error) {
		return s.Storm.store.JudgedOtherwise(ctx, demarche, stamp, after, limit)
	})
}

// EachHead implements ingest.Inventory.
func (s store) EachHead(ctx context.Context, after int, visit func(dossier.Head) error) error {
	return order(s.process, "each head", func() error { return s.Storm.store.EachHead(ctx, after, visit) })
}

// Record implements ingest.Inventory and notify.Truth.
func (s store) Record(ctx context.Context, number int) (dossier.Record, bool, error) {
	return seek(s.process, "record", func() (dossier.Record, bool, error) { return s.Storm.store.Record(ctx, number) })
}

// Streams implements ingest.Positions.
func (s store) Streams(ctx context.Context, demarche int) (ingest.Streams, error) {
	return effect(s.process, "streams", func() (ingest.Streams, error) { return s.Storm.store.Streams(ctx, demarche) })
}

// SaveStreams implements ingest.Positions.
func (s store) SaveStreams(ctx context.Context, streams ingest.Streams) (int64, error) {
	return effect(s.process, "save streams", func() (int64, error) { return s.observeSave(ctx, s.process, streams) })
}

// PutDemarche implements ingest.Positions.
func (s store) PutDemarche(ctx context.Context, d dossier.Demarche) error {
	return order(s.process, "put démarche", func() error { return s.Storm.store.PutDemarche(ctx, d) })
}

// Cases implements ingest.Quarantine.
func (s store) Cases(ctx context.Context, demarche int) ([]ingest.Case, error) {
	return effect(s.process, "cases", func() ([]ingest.Case, error) { return s.Storm.store.Cases(ctx, demarche) })
}

// PutCase implements ingest.Quarantine.
func (s store) PutCase(ctx context.Context, c ingest.Case) error {
	return order(s.process, "put case", func() error { return s.Storm.store.PutCase(ctx, c) })
}

// DropCase implements ingest.Quarantine.
func (s store) DropCase(ctx context.Context, demarche, number int) error {
	return order(s.process, "drop case", func() error { return s.Storm.store.DropCase(ctx, demarche, number) })
}

// Push implements ingest.Hints.
func (s store) Push(ctx context.Context, h ingest.Hint) error {
	return order(s.process, "push", func() error { return s.Storm.store.Push(ctx, h) })
}

// Pull implements ingest.Hints.
func (s store) Pull(ctx context.Context, now time.Time, hide time.Duration, limit int) ([]ingest.Hint, error) {
	return effect(s.process, "pull", func() ([]ingest.Hint, error) { return s.Storm.store.Pull(ctx, now, hide, limit) })
}

// Done implements ingest.Hints.
func (s store) Done(ctx context.Context, ids []int64) error {
	return order(s.process, "done", func() error { return s.Storm.store.Done(ctx, ids) })
}

// Due implements notify.Schedule.
func (s store) Due(ctx context.Context, at time.Time, after notify.Seen, limit int) ([]dossier.Record, error) {
	return effect(s.process, "due", func() ([]dossier.Record, error) { return s.Storm.store.Due(ctx, at, after, limit) })
}

// Advance implements notify.Schedule.
func (s store) Advance(ctx context.Context, head dossier.Head, intentions []notify.Intention) (int, error) {
	return effect(s.process, "advance", func() (int, error) { return s.Storm.store.Advance(ctx, head, intentions) })
}

// CallPlan implements notify.Schedule.
func (s store) CallPlan(ctx context.Context, call string) (notify.Plan, error) {
	return effect(s.process, "call plan", func() (notify.Plan, error) { return s.Storm.store.CallPlan(ctx, call) })
}

// AdvanceCall implements notify.Schedule.
func (s store) AdvanceCall(ctx context.Context, plan notify.Plan, intentions []notify.Intention) (int, error) {
	return effect(s.process, "advance call", func() (int, error) { return s.Storm.store.AdvanceCall(ctx, plan, intentions) })
}

// Demarche implements notify.Truth.
func (s store) Demarche(ctx context.Context, number int) (dossier.Demarche, bool, error) {
	return seek(s.process, "démarche", func() (dossier.Demarche, bool, error) { return s.Storm.store.Demarche(ctx, number) })
}

// CompletedAt implements notify.Truth.
func (s store) CompletedAt(ctx context.Context, demarche int) (time.Time, error) {
	return effect(s.process, "completed at", func() (time.Time, error) { return s.Storm.store.CompletedAt(ctx, demarche) })
}

// People implements notify.Outbox.
func (s store) People(ctx context.Context, status notify.Status, after string, limit int) ([]string, error) {
	return effect(s.process, "people", func() ([]string, error) { return s.Storm.store.People(ctx, status, after, limit) })
}

// Of implements notify.Outbox.
func (s store) Of(ctx context.Context, person string, status notify.Status) ([]notify.Intention, error) {
	return effect(s.process, "of", func() ([]notify.Intention, error) { return s.Storm.store.Of(ctx, person, status) })
}

// Mark implements notify.Outbox.
func (s store) Mark(ctx context.Context, keys []string, status notify.Status) error {
	return order(s.process, "mark", func() error { return s.Storm.store.Mark(ctx, keys, status) })
}

// Rows implements notify.Outbox.
func (s store) Rows(ctx context.Context, keys []string) ([]notify.Intention, error) {
	return effect(s.process, "rows", func() ([]notify.Intention, error) { return s.Storm.store.Rows(ctx, keys) })
}

// Enqueue implements notify.Outbox.
func (s store) Enqueue(ctx context.Context, intentions []notify.Intention) (int, error) {
	return effect(s.process, "enqueue", func() (int, error) { return s.Storm.store.Enqueue(ctx, intentions) })
}

// Claim implements notify.Claims.
func (s store) Claim(ctx context.Context, m notify.Mail) error {
	return order(s.process, "claim", func() error { return s.Storm.store.Claim(ctx, m) })
}

// Settle implements notify.Claims.
func (s store) Settle(ctx context.Context, mail string, fate notify.Status, at time.Time) error {
	return order(s.process, "settle", func() error { return s.Storm.store.Settle(ctx, mail, fate, at) })
}

// Orphans implements notify.Claims.
func (s store) Orphans(ctx context.Context, before time.Time, limit int) ([]notify.Mail, error) {
	return effect(s.process, "orphans", func() ([]notify.Mail, error) { return s.Storm.store.Orphans(ctx, before, limit) })
}

// Reclaim implements notify.Claims.
func (s store) Reclaim(ctx context.Context, m notify.Mail, at time.Time) error {
	return order(s.process, "reclaim", func() error { return s.Storm.store.Reclaim(ctx, m, at) })
}

// Mail implements notify.Mails.
func (s store) Mail(ctx context.Context, id string) (m notify.Mail, known bool, err error) {
	_, err = effect(s.process, "mail", func() (nothing, error) {
		m, known, err = s.Storm.store.Mail(ctx, id)
		return nothing{}, err
	})
	return m, known, err
}

// Meta implements notify.Notes.
func (s store) Meta(ctx context.Context, key string) (string, error) {
	return effect(s.process, "meta", func() (string, error) { return s.Storm.store.Meta(ctx, key) })
}

// SetMeta implements notify.Notes.
func (s store) SetMeta(ctx context.Context, key, value string) error {
	return order(s.process, "set meta", func() error { return s.Storm.store.SetMeta(ctx, key, value) })
}
