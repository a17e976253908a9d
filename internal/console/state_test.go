package console

import (
	"testing"
	"time"

	"relais/internal/ingest"
	"relais/internal/notify"
)

func TestState(t *testing.T) {
	o := options()
	o.Mode, o.TokenExpires, o.Requests = notify.Mode{Name: notify.ModeHold}, on(11, 28), func() int64 { return 1234 }
	h := New(o)
	_, body := get(t, h, "/etat")
	contains(t, body, "Démarche 101", "À jour", "(il y a 4 minutes)", "Dernière comparaison nocturne", "(il y a 14 heures)", "Formulaire changé",
		"cout_total", "n’est plus dans le formulaire", "binding/o2r-pays-de-la-loire/cout_total", "Le formulaire a changé", "il y a 3 jours",
		"expire dans 7 jours, le samedi 28 novembre 2026", "1 234", "2 dossiers en quarantaine", "retenus", "Envoyés", "!Copie ancienne")
	m := o.Reader.(*memory)
	m.alarms, m.cases, m.streams = nil, nil, ingest.Streams{Bound: []ingest.Bound{{}}, Lease: ingest.Lease{Holder: "x", Until: now.Add(time.Minute)}}
	_, body = get(t, New(o), "/etat")
	contains(t, body, "Rien à signaler", "Formulaire conforme", "Lecture en cours")
	m.completed = now.Add(-16 * time.Minute)
	_, body = get(t, New(o), "/etat")
	contains(t, body, "Copie ancienne", "une copie n’est pas fraîche", "!Rien à signaler")
	m.completed, o.TokenExpires = time.Time{}, on(11, 20)
	_, body = get(t, New(o), "/etat")
	contains(t, body, "Jamais lue en entier", "Le jeton a expiré")
}

// The page of the state says what is wrong, never who is concerned.
func TestAlarmsAreSaidInWords(t *testing.T) {
	for cause, want := range map[string]string{
		"token/expires/2026-12-01/7": "dernier jour", "token/expired_token": "a expiré", "token/wrong_token": "refuse le jeton",
		"copy/101": "plus d’une heure", "quarantine/101": "ne peuvent pas être lus", "refused/m-1": "refuse les courriels", "demain": "À regarder",
	} {
		contains(t, alarmText(cause), want)
	}
}
