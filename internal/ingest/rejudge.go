package ingest

import (
	"context"

	"relais/internal/dossier"
	"relais/internal/judge"
)

// rejudgeBatch bounds the memory of a re-judging.
const rejudgeBatch = 100

// rejudge judges again, from our copy alone, the dossiers judged with other
// rules, another call file, another holiday calendar or for other regions than
// today's.
func (r *run) rejudge(ctx context.Context) error {
	after := 0
	for {
		records, err := r.Copy.JudgedOtherwise(ctx, r.demarche, r.stamp, after, rejudgeBatch)
		if err != nil || len(records) == 0 {
			return err
		}
		after = records[len(records)-1].Number
		if err := r.rejudgeAll(ctx, records); err != nil {
			return err
		}
		if err := r.extend(ctx); err != nil {
			return err
		}
	}
}

// rejudgeAll stores new judgements. A record that changed meanwhile was judged
// by its writer, so a conflict needs nothing more.
func (r *run) rejudgeAll(ctx context.Context, records []dossier.Record) error {
	for i := range records {
		rec := &records[i]
		fresh := judge.Judge(r.calls, rec.Dossier, r.Calendar)
		rec.Dossier = nil
		if r.foreign(fresh.Facts.Region) {
			rec.Head = r.foreignHead(rec.Head)
			continue
		}
		adopt(&rec.Head, rec.Judgement, fresh, r.started)
	}
	conflicts, err := r.put(ctx, records)
	r.report.Rejudged += len(records) - len(conflicts)
	r.progress()
	return err
}
