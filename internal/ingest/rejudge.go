package ingest

import (
	"context"

	"relais/internal/dossier"
	"relais/internal/judge"
)

// rejudgeBatch bounds the memory of a re-judging.
const rejudgeBatch = 100

// rejudge judges again, from our copy alone, the dossiers judged with other
// rules, another call file or another holiday calendar than today's.
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
		adopt(&rec.Head, rec.Judgement, judge.Judge(r.calls, rec.Dossier, r.Calendar), r.started)
		rec.Dossier = nil
	}
	conflicts, err := r.put(ctx, records)
	r.report.Rejudged += len(records) - len(conflicts)
	r.progress()
	return err
}
