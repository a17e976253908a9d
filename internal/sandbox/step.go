package sandbox

import "time"

// The ops that scenarios are made of. An op that the state forbids does
// nothing: a story may be cut short.

// member is the i-th instructeur of the dossier's groupe; of the default one
// when it has none, and the administrateur when that one has none either.
func member(d *dossier, i int) *person {
	g := d.group
	if len(g.members) == 0 {
		g = d.demarche.groups[0]
	}
	if len(g.members) == 0 {
		return d.demarche.admin
	}
	return g.members[i%len(g.members)]
}

func follows(i int) op {
	return func(w *world, d *dossier, t time.Time) {
		if len(d.group.members) > 0 {
			w.follow(d, t, member(d, i))
		}
	}
}

func passes(i int) op {
	return func(w *world, d *dossier, t time.Time) { _ = w.instruct(d, t, member(d, i)) }
}

// passesAlone goes en instruction with nobody following, as by a batch.
func passesAlone(w *world, d *dossier, t time.Time) {
	if w.instruct(d, t, nil) == nil {
		last := &d.traitements[len(d.traitements)-1]
		last.event = "passe_en_instruction_automatiquement"
	}
}

func decides(state string) op {
	return func(w *world, d *dossier, t time.Time) { _ = w.decide(d, t, state, member(d, 0)) }
}

func asks(reason string) op {
	return func(w *world, d *dossier, t time.Time) { w.ask(d, t, member(d, 0), reason) }
}

// submits answers the correction, with new answers.
func submits(edits func(d *dossier, t time.Time) answers) op {
	return func(w *world, d *dossier, t time.Time) {
		if d.pendingCorrection() == nil {
			return
		}
		if edits != nil {
			for key, v := range edits(d, t) {
				d.set(key, v, t)
			}
		}
		_ = w.submit(d, t)
	}
}

func writes(body string) op {
	return func(w *world, d *dossier, t time.Time) { w.write(d, t, d.usager.email, body) }
}

func labelled(name string) op {
	return func(w *world, d *dossier, t time.Time) { w.stick(d, d.demarche.labelByName(name)) }
}

func hides(by By) op {
	return func(w *world, d *dossier, t time.Time) { _ = w.hide(d, t, by) }
}

func restores(w *world, d *dossier, t time.Time) { w.restore(d, t) }

func purges(w *world, d *dossier, t time.Time) {
	if why := d.purgeable(t); why != "" {
		w.purge(d, t, why)
	}
}

func reopens(w *world, d *dossier, t time.Time) { _ = w.reopen(d, t, member(d, 0)) }

func annotates(key string, value any) op {
	return func(w *world, d *dossier, t time.Time) { w.annotate(d, t, key, value, false) }
}

func withdraws(w *world, d *dossier, t time.Time) { w.withdraw(d, t, d.messages[len(d.messages)-1]) }

func askedAvis(w *world, d *dossier, t time.Time) { w.askAvis(d, t, member(d, 0), w.experts[0]) }

func answeredAvis(w *world, d *dossier, t time.Time) {
	if len(d.avis) > 0 {
		w.answerAvis(d, t, d.avis[0])
	}
}

// morning is an hour of the Paris day that lies some days from the start.
func (w *world) morning(days, hour int) time.Time {
	y, m, d := w.start.In(paris).Date()
	return time.Date(y, m, d+days, hour, 0, 0, 0, paris)
}

func daysAgo(days int) func(*world) time.Time {
	return func(w *world) time.Time { return w.morning(-days, 8).Add(someHour(days)) }
}

// someHour spreads deposits over a day without leaving it, in Paris as overseas.
func someHour(days int) time.Duration {
	return time.Duration((days*days+7*days+3)*997%(10*3600)) * time.Second
}

// silentIn deposits so that the last day to answer, two months from date to
// date less one day (o2r-domain.md, D14), is that many days from the start.
func silentIn(days int) func(*world) time.Time {
	return func(w *world) time.Time {
		want := w.morning(days+1, 10)
		for back := 58; back <= 63; back++ {
			at := w.morning(days+1-back, 10)
			if months(at, 2).Equal(want) {
				return at.Add(someHour(days+back) / 2)
			}
		}
		return w.morning(days+1-60, 10) // no such day: end of February
	}
}

// fromClosing deposits that long after a region's closing; before, if negative.
func fromClosing(code string, by time.Duration) func(*world) time.Time {
	return func(w *world) time.Time {
		c, _ := w.byFamily("o2r").calendarOf(code)
		return c.Closes.Add(by)
	}
}
