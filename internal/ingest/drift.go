package ingest

import (
	"context"
	"slices"

	"relais/internal/call"
	"relais/internal/dossier"
)

// unbind leaves the stale bindings out of the calls, except those that the call's
// file has changed since.
func (r *run) unbind() {
	calls := r.Calls
	for _, c := range calls.OfDemarche(r.demarche) {
		var names []string
		for _, s := range r.streams.Stale {
			if s.Call == c.ID && s.ID == idOf(c, s.Field) && r.compared(c) {
				names = append(names, s.Field)
			}
		}
		calls = calls.Unbind(c.ID, names)
	}
	r.use(calls)
}

func idOf(c call.Call, name string) string {
	if id, ok := c.Fields[name]; ok {
		return id
	}
	return c.Annotations[name]
}

// compared tells that the bindings of the call's file, as it is, have been
// compared with the form.
func (r *run) compared(c call.Call) bool {
	return slices.ContainsFunc(r.streams.Bound, func(b Bound) bool { return b.Call == c.ID && b.Digest == c.Digest })
}

// checkForm compares the bindings with the form when either changed. A form that
// cannot be read stops nothing; it is asked for again by the next pass.
func (r *run) checkForm(ctx context.Context, d dossier.Demarche) error {
	calls := r.Calls.OfDemarche(r.demarche)
	fresh := slices.IndexFunc(calls, func(c call.Call) bool { return !r.compared(c) }) < 0
	if r.Forms == nil || len(calls) == 0 || fresh && d.ActiveRevision == r.streams.Revision {
		return nil
	}
	form, err := r.Forms.Form(ctx, r.demarche)
	if err != nil {
		if r.Log != nil && ctx.Err() == nil {
			r.Log.WithField("demarche", r.demarche).Warnf("the form could not be read, so its bindings are not checked: %v", err)
		}
		return ctx.Err()
	}
	stale, bound := r.compareBindings(calls, form)
	for _, s := range stale {
		if !slices.ContainsFunc(r.streams.Stale, s.same) {
			r.report.Stale = append(r.report.Stale, s)
		}
	}
	r.streams.Revision, r.streams.Stale, r.streams.Bound = d.ActiveRevision, stale, bound
	return r.judgeAnew(ctx)
}

// compareBindings finds the bindings that a form does not honour. Labels are
// those of the first time that a call's file was compared: to accept a new one,
// somebody changes the file.
func (r *run) compareBindings(calls []call.Call, form dossier.Form) (stale []StaleBinding, bound []Bound) {
	for _, c := range calls {
		labels := c.Labels(form)
		if i := slices.IndexFunc(r.streams.Bound, func(b Bound) bool { return b.Call == c.ID && b.Digest == c.Digest }); i >= 0 {
			labels = r.streams.Bound[i].Labels
		}
		bound = append(bound, Bound{c.ID, c.Digest, labels})
		for _, d := range c.Drift(form, labels) {
			stale = append(stale, StaleBinding{c.ID, d.Field, d.ID, d.Sentence})
		}
	}
	return stale, bound
}

// judgeAnew judges our copy again if the stale bindings changed. They are saved
// first: told once, even if the re-judging is cut short.
func (r *run) judgeAnew(ctx context.Context) error {
	if err := r.saveIfLeased(ctx); err != nil {
		return err
	}
	before := r.stamp
	if r.unbind(); r.stamp == before {
		return nil
	}
	return r.rejudge(ctx)
}

func (r *run) saveIfLeased(ctx context.Context) error {
	if !r.leased {
		return nil
	}
	return r.save(ctx)
}

// same tells that two sentences are about one stale binding.
func (s StaleBinding) same(o StaleBinding) bool {
	return s.Call == o.Call && s.Field == o.Field && s.ID == o.ID
}
