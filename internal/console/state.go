package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
	"relais/internal/french"
	"relais/internal/ingest"
	"relais/internal/notify"
)

// stateData is the page that tells how Relais is.
type stateData struct {
	Late      bool // a démarche was not read for longer than Options.Patience
	Demarches []demarcheState
	Platform  []fact
	Token     *note
	Mails     []fact
	Counts    []statusCount // of mails
	Alarms    []alarmRow
	Cases     string
}

// demarcheState is one démarche: how fresh our copy is, and whether the form still
// has what the calls read.
type demarcheState struct {
	Anchor  string
	Title   string
	URL     string
	Fresh   tag
	Facts   []fact
	Stale   []staleRow
	Unbound bool // the form was never compared with the calls
}

type staleRow struct{ Call, Field, Why string }

type alarmRow struct {
	Text, Cause string
	Since       moment
	Age         string
}

func (s *site) state(r *http.Request) (view, error) {
	ctx := r.Context()
	data := stateData{Token: s.token()}
	var err error
	if data.Demarches, data.Late, err = s.demarcheStates(ctx); err != nil {
		return view{}, err
	}
	if data.Alarms, err = s.alarms(ctx); err != nil {
		return view{}, err
	}
	cases, err := s.Reader.Cases(ctx, 0)
	if err != nil {
		return view{}, err
	}
	data.Cases = french.Count(len(cases), "dossier en quarantaine", "dossiers en quarantaine")
	if data.Mails, data.Counts, err = s.mailState(ctx); err != nil {
		return view{}, err
	}
	if s.Requests != nil {
		data.Platform = append(data.Platform, fact{
			Label: "Requêtes depuis le démarrage", Text: french.Integer(int(s.Requests())),
		})
	}
	return view{"etat", "etat", "État de Relais", data}, nil
}

// numbers are the démarches of the calls and those that the store knows.
func (s *site) numbers(ctx context.Context) ([]int, map[int]dossier.Demarche, error) {
	known, err := s.Reader.Demarches(ctx)
	if err != nil {
		return nil, nil, err
	}
	numbers, by := s.Calls.Demarches(), map[int]dossier.Demarche{}
	for _, d := range known {
		numbers, by[d.Number] = append(numbers, d.Number), d
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), by, nil
}

func (s *site) demarcheStates(ctx context.Context) (out []demarcheState, late bool, err error) {
	numbers, by, err := s.numbers(ctx)
	if err != nil {
		return nil, false, err
	}
	for _, number := range numbers {
		streams, err := s.Reader.Streams(ctx, number)
		if err != nil {
			return nil, false, err
		}
		d := s.demarcheState(by[number], number, streams)
		late = late || d.Fresh.Tone != "good"
		out = append(out, d)
	}
	return out, late, nil
}

func (s *site) demarcheState(d dossier.Demarche, number int, at ingest.Streams) demarcheState {
	name := "Démarche " + strconv.Itoa(number)
	out := demarcheState{
		Anchor: "demarche-" + strconv.Itoa(number), Title: name, URL: s.demarcheURL(number), Fresh: tag{"À jour", "good"},
		Unbound: len(at.Bound) == 0,
	}
	since := s.Now().Sub(at.CompletedAt)
	switch {
	case at.CompletedAt.IsZero():
		out.Fresh = tag{"Jamais lue en entier", "warn"}
	case since > s.Patience:
		out.Fresh = tag{"Copie ancienne", "warn"}
	}
	out.Facts = given([]fact{
		{Label: "Titre", Text: shown(d.Title)},
		{Label: "Dernière lecture complète", At: s.aged(at.CompletedAt)},
		{Label: "Dernière comparaison nocturne", At: s.aged(at.SweptAt)},
		{Label: "Lecture en cours", Text: s.underWay(at)},
		{Label: "Révision comparée du formulaire", Text: shown(at.Revision)},
	})
	for _, one := range at.Stale {
		out.Stale = append(out.Stale, staleRow{s.callName(one.Call), one.Field, shown(one.Why)})
	}
	return out
}

func (s *site) underWay(at ingest.Streams) string {
	switch {
	case at.Lease.Until.After(s.Now()):
		return "oui"
	case at.Walk != nil:
		return "interrompue, reprise au prochain passage"
	}
	return ""
}

// token counts the days left to the token; nil when its last day is not known.
func (s *site) token() *note {
	if s.TokenExpires.IsZero() {
		return nil
	}
	left := s.TokenExpires.Sub(dossier.DayOf(s.Now(), call.PlatformZone()))
	last := french.LongDay(s.TokenExpires)
	switch {
	case left < 0:
		return &note{"Le jeton a expiré : son dernier jour était le " + last + ". Créez-en un nouveau, puis changez DS_API_TOKEN et DS_TOKEN_EXPIRES.", "bad"}
	case left <= 30:
		return &note{"Le jeton expire " + french.Distance(left) + ", le " + last + ". Préparez son remplacement.", "warn"}
	}
	return &note{"Le jeton expire " + french.Distance(left) + ", le " + last + ".", "good"}
}

var modeTexts = map[string]string{
	notify.ModeHold:     "retenus : écrits, mais non envoyés",
	notify.ModeRedirect: "détournés vers une seule adresse",
	notify.ModeSend:     "envoyés à leurs destinataires",
}

func (s *site) mailState(ctx context.Context) ([]fact, []statusCount, error) {
	intentions, mails, err := s.counts.read(ctx, s.Reader, s.Now())
	if err != nil {
		return nil, nil, err
	}
	facts := given([]fact{
		{Label: "Les courriels sont", Text: textOf(modeTexts, s.Mode.Name)},
		{Label: "Intentions en attente", Text: french.Integer(intentions[notify.Pending])},
		{Label: "Intentions retenues", Text: french.Integer(intentions[notify.Held])},
		{Label: "Intentions refusées", Text: french.Integer(intentions[notify.Refused])},
	})
	var out []statusCount
	for _, c := range []struct {
		status notify.Status
		tag    tag
	}{
		{notify.Pending, tag{"Envoi en cours", "info"}}, {notify.Sent, tag{"Envoyés", "good"}}, {notify.Refused, tag{"Refusés", "bad"}},
	} {
		if n := mails[c.status]; n > 0 {
			out = append(out, statusCount{c.tag, french.Integer(n)})
		}
	}
	return facts, out, nil
}

func (s *site) alarms(ctx context.Context) ([]alarmRow, error) {
	list, err := s.Reader.Alarms(ctx)
	var out []alarmRow
	for _, a := range list {
		out = append(out, alarmRow{
			Text: alarmText(a.Cause), Cause: shown(a.Cause), Since: instant(a.Since, s.Zone), Age: age(s.Now().Sub(a.Since)),
		})
	}
	return out, err
}

// alarmTexts go by how a cause begins, the most telling first.
var alarmTexts = []struct{ prefix, text string }{
	{"token/expires/", "Le jeton arrive à son dernier jour"},
	{"token/expired_token", "Le jeton a expiré : plus rien n’est lu"},
	{"token/refused_network", "La plateforme refuse l’adresse réseau de Relais"},
	{"token/unauthorized", "La plateforme ferme une démarche à ce jeton"},
	{"token/", "La plateforme refuse le jeton : plus rien n’est lu"},
	{"demarche/", "La plateforme ne connaît plus une démarche"},
	{"copy/", "La dernière lecture complète d’une démarche date de plus d’une heure"},
	{"binding/", "Le formulaire a changé : un champ lu par un appel n’y est plus"},
	{"quarantine/", "Des dossiers ne peuvent pas être lus"},
	{notify.RefusalCause, "Une adresse refuse les courriels"},
}

func alarmText(cause string) string {
	for _, a := range alarmTexts {
		if strings.HasPrefix(cause, a.prefix) {
			return a.text
		}
	}
	return "À regarder"
}
