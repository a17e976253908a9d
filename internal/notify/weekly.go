package notify

import (
	"context"
	"fmt"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/letter"
	"relais/internal/report"
)

// reports are the rows of a call's weekly report, once a week, on its first working
// morning. A week in which nothing ran has none.
func (t *reminding) reports(ctx context.Context, c *call.Call, plan *Plan) ([]Intention, error) {
	today := dossier.DayOf(t.now, zoneOf(c))
	week := monday(today)
	if len(c.Recipients.Report) == 0 || !week.After(plan.Reported) ||
		t.now.Before(t.Calendar.NextWorking(week, c.Regions).At(morningHour, 0, zoneOf(c))) {
		return nil, nil
	}
	demarche, err := t.demarche(ctx, c.Demarche)
	if err != nil || demarche == nil {
		return nil, err
	}
	plan.Reported = week
	like := Intention{Kind: Report, Status: Pending, Call: c.ID, Demarche: c.Demarche, CreatedAt: t.now, DueOn: week}
	var rows []Intention
	for _, r := range aroundReport(c, demarche.Groupes).nearest().distinct() {
		i := like
		i.Person = r.person
		rows = append(rows, i.withKey(week))
	}
	return rows, nil
}

// aboutReport tells whether a report still says something: of this week, about a
// call with dossiers, to somebody who is to receive it.
func (q *inquiry) aboutReport(ctx context.Context, i Intention, c *call.Call, demarche trusted) (statement, fate, error) {
	today := dossier.DayOf(q.now, zoneOf(c))
	figures, err := q.count(ctx)
	if err != nil {
		return statement{}, gone, err
	}
	if i.DueOn.Before(monday(today)) || quiet(figures[c.ID]) {
		return statement{}, gone, nil
	}
	s, fate, err := q.addressee(ctx, statement{intention: i, call: c}, aroundReport(c, demarche.groupes))
	if fate == moves {
		return statement{}, gone, err // each has their own
	}
	return s, fate, err
}

// quiet tells that a call has nothing to report: no dossier waits, none was filed
// nor decided.
func quiet(f report.Figures) bool { return f.Open() == 0 && f.Filed == 0 && f.Decided == 0 }

// count makes the figures of every call, once a tick, in one reading.
func (t *delivering) count(ctx context.Context) (map[string]report.Figures, error) {
	if t.figures != nil || t.Census == nil {
		return t.figures, nil
	}
	counters := map[string]*report.Counter{}
	for _, c := range t.Calls.All() {
		if !c.Template() {
			today := dossier.DayOf(t.now, zoneOf(&c))
			counters[c.ID] = report.New(&c, t.now, report.WeekBefore(today))
		}
	}
	err := t.Census.EachHead(ctx, 0, func(h dossier.Head) error {
		if counter := counters[h.Judgement.Call]; counter != nil {
			counter.Add(h)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the dossiers of each call: %w", err)
	}
	t.figures = map[string]report.Figures{}
	for id, counter := range counters {
		t.figures[id] = counter.Figures()
	}
	return t.figures, nil
}

// committeeNear is how long before a committee its sentence is worth a line: a
// dossier lives two months before silence decides.
const committeeNear = 92

// committees are those ahead of the calls of a mail, when dossiers expire before.
func (t *delivering) committees(ctx context.Context, batch []statement) ([]letter.Committee, error) {
	var found []letter.Committee
	seen := map[string]bool{}
	for _, s := range batch {
		if seen[s.call.ID] || !nearCommittee(s.call, t.now) {
			continue
		}
		seen[s.call.ID] = true
		figures, err := t.count(ctx)
		if err != nil {
			return nil, err
		}
		if f := figures[s.call.ID]; f.BeforeCommittee > 0 {
			found = append(found, letter.Committee{Call: s.call, On: f.Committee, Before: f.BeforeCommittee})
		}
	}
	return found, nil
}

func nearCommittee(c *call.Call, now time.Time) bool {
	at := c.Calendar.Committee
	return at.After(now) && at.Before(now.AddDate(0, 0, committeeNear))
}
