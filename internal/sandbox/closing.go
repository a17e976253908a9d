package sandbox

import (
	"fmt"
	"time"
)

// CloseDeposits does what the platform does at the deposit deadline: the
// démarche closes, and every listed dossier en construction goes en instruction,
// by nobody, except those with a pending correction. It counts them. All of them
// change within one second.
func (p *Platform) CloseDeposits(number int) (passed int, err error) {
	err = p.onDemarche(number, func(m *demarche) error {
		passed = p.world.closeDeposits(m, p.stampNow())
		p.last = p.last.Add(time.Duration(passed) * time.Microsecond)
		return nil
	})
	return passed, err
}

// PlanClosing sets the date limite de dépôt: deposits close at 00:00 Paris of
// that day, as soon as Advance (or a request, with Options.Live) passes it. The
// API does not tell the date.
func (p *Platform) PlanClosing(number int, day time.Time) error {
	return p.onDemarche(number, func(m *demarche) error {
		y, mo, d := day.Date()
		m.deadline = time.Date(y, mo, d, 0, 0, 0, 0, paris)
		return nil
	})
}

// closeDeposits gives each dossier its own microsecond from t.
func (w *world) closeDeposits(m *demarche, t time.Time) int {
	m.state, m.closed, m.deadline = "close", t, time.Time{}
	passed := 0
	for _, d := range m.dossiers {
		if d.state == enConstruction && d.listed() && d.pendingSince.IsZero() {
			passesAlone(w, d, t.Add(time.Duration(passed)*time.Microsecond))
			passed++
		}
	}
	return passed
}

// closings are the planned deadlines of an hour.
func (w *world) closings(h time.Time) []happening {
	var out []happening
	for _, m := range w.demarches {
		if !m.deadline.IsZero() && !m.deadline.Before(h) && m.deadline.Before(h.Add(time.Hour)) {
			out = append(out, happening{m.deadline.UTC(), func(w *world, t time.Time) { w.closeDeposits(m, t) }})
		}
	}
	return out
}

// SetState changes the state of a démarche: publiee, close, depubliee or
// brouillon; supprimee makes it not_found, as when its administrateur deletes it.
func (p *Platform) SetState(number int, state string) error {
	return p.onDemarche(number, func(m *demarche) error {
		switch state {
		case "publiee", "brouillon", "depubliee":
			m.closed = time.Time{}
		case "close":
			m.closed = p.stampNow()
		case supprimee:
		default:
			return fmt.Errorf("no state %q of a démarche", state)
		}
		m.state = state
		return nil
	})
}

// Revoke takes a démarche out of the rights of the token, as when the owner of
// the token leaves it, or gives it back.
func (p *Platform) Revoke(number int, revoked bool) error {
	return p.onDemarche(number, func(m *demarche) error { m.foreign = revoked; return nil })
}
