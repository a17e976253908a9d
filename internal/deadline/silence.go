package deadline

import (
	"fmt"
	"strings"
	"time"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
)

// rejet is the effect of silence that this package counts.
const rejet = "rejet"

// silence is D14 and, when the period was suspended, D15. The rejection is born
// at 00:00 of the day of receipt plus the call's months, so the last day to
// answer is the day before: received on 23 April, answer by 22 June.
//
// A first decision, even undone by a réexamen, broke the silence. There is no
// D14 on a finished dossier whose decision the platform does not date.
func silence(c *call.Call, d *dossier.Dossier, zone *time.Location) []dossier.Deadline {
	s := c.Silence
	if s == nil || s.Effect != rejet || s.Months <= 0 || d.DateDepot.IsZero() {
		return nil
	}
	decided := d.FirstDecision()
	if decided == nil && d.State.Termine() {
		return nil
	}
	received := dossier.DayOf(d.DateDepot, zone)
	born := received.AddMonths(s.Months)
	d14 := dossier.Deadline{
		Kind: SilentRejet, PrudentOn: born.AddDays(-1),
		Source: source(s), Hypothesis: hypothesis(s),
	}
	if decided != nil {
		d14.MetOn = dossier.DayOf(*decided, zone)
	}
	held := suspend(d14.PrudentOn, suspensions(c, d, zone), d14.MetOn)
	d14.DueOn = held.due
	d14.Basis = french.Unbreakable(fmt.Sprintf("Reçu le %s, plus %s de date à date : rejet implicite le %s à 0"+french.NBSP+"h, réponse au plus tard le %s",
		french.Day(received), months(s), french.Day(born), french.Day(d14.PrudentOn)) + lateness(d14))
	if len(held.counted) == 0 {
		return []dossier.Deadline{d14}
	}
	return []dossier.Deadline{d14, suspended(d14, held)}
}

// suspended is D15: D14 as it stands with its suspensions.
func suspended(d14 dossier.Deadline, h holding) dossier.Deadline {
	d15 := d14
	d15.Kind, d15.Source = SuspendedRejet, ground(SuspendedRejet)
	d15.Held, d15.HeldUntil = !h.openUntil.IsZero(), h.openUntil
	d15.Basis = french.Unbreakable(fmt.Sprintf("Délai suspendu %s : %s",
		french.Count(h.due.Sub(d14.PrudentOn), "jour", "jours"), strings.Join(describe(h.counted), " ; ")))
	return d15
}

func describe(counted []suspension) []string {
	var out []string
	for _, s := range counted {
		end := ", reprise le "
		if s.open {
			end = ", au plus jusqu’au "
		}
		out = append(out, "pièces demandées le "+french.Day(s.from)+end+french.Day(s.until))
	}
	return out
}

func lateness(d dossier.Deadline) string {
	if d.MetOn.IsZero() || !d.MetOn.After(d.DueOn) {
		return ""
	}
	return " ; décision prise après, le " + french.Day(d.MetOn)
}

func source(s *call.Silence) string {
	if s.Source != "" {
		return s.Source
	}
	return ground(SilentRejet)
}

func hypothesis(s *call.Silence) string {
	if s.ConfirmedBy != "" {
		return ""
	}
	return fmt.Sprintf("Date fondée sur une hypothèse à confirmer"+french.NBSP+": le silence gardé %s vaut rejet (%s)", months(s), source(s))
}

func months(s *call.Silence) string { return french.Count(s.Months, "mois", "mois") }
