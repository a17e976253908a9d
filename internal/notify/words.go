package notify

import (
	"strconv"
	"strings"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// colon announces what follows it.
const colon = french.NBSP + ": "

// wording is how mails speak of a kind of deadline.
type wording struct {
	one, many         string // in the subject, to come
	lateOne, lateMany string // in the subject, past
	dateLabel         string // before the date
	tonight           string // when the date is today
	tomorrow          string
}

var wordings = map[string]wording{
	deadline.SilentRejet: {
		"rejet implicite", "rejets implicites",
		"date de rejet implicite dépassée", "dates de rejet implicite dépassées",
		"Dernier jour pour répondre", "ce soir à minuit", "demain soir à minuit",
	},
	deadline.Expiration: {
		"suppression de dossier", "suppressions de dossiers",
		"date de suppression dépassée", "dates de suppression dépassées",
		"Suppression prévue le", "aujourd’hui", "demain",
	},
	deadline.ClosingSoon: closing,
	deadline.Closing:     closing,
}

var closing = wording{
	"clôture d’appel", "clôtures d’appel", "appel clos", "appels clos", "Clôture", "aujourd’hui", "demain",
}

var otherwise = wording{
	"échéance", "échéances", "échéance dépassée", "échéances dépassées", "Date", "aujourd’hui", "demain",
}

func wordingOf(kind string) wording {
	if w, ok := wordings[kind]; ok {
		return w
	}
	return otherwise
}

func titleOf(kind string) string {
	if k, ok := deadline.KindOf(kind); ok {
		return k.Title
	}
	return "Échéance " + kind
}

// groundOf is the legal ground in a few words: the call's own, else the kind's.
func groundOf(d dossier.Deadline) string {
	if d.Source != "" {
		return shown(d.Source, longest)
	}
	k, _ := deadline.KindOf(d.Kind)
	return k.LegalGround
}

var verdictTexts = map[dossier.Verdict]string{
	dossier.Recevable:    "recevable",
	dossier.NonRecevable: "non recevable",
	dossier.ACompleter:   "à compléter",
	dossier.AVerifier:    "à vérifier",
}

// verdictPlurals count dossiers by verdict, the most urgent to look at first.
var verdictPlurals = []struct {
	verdict   dossier.Verdict
	one, many string
}{
	{dossier.NonRecevable, "non recevable", "non recevables"},
	{dossier.ACompleter, "à compléter", "à compléter"},
	{dossier.AVerifier, "à vérifier", "à vérifier"},
	{dossier.Recevable, "recevable", "recevables"},
}

// adviceOf says what to do about a deadline; days is how far it is.
func adviceOf(d dossier.Deadline, verdict dossier.Verdict, days int) string {
	switch d.Kind {
	case deadline.SilentRejet:
		return silenceAdvice(d, verdict, days)
	case deadline.Expiration:
		return "Exporter le dossier et ses pièces avant que la plateforme ne les supprime."
	case deadline.ClosingSoon, deadline.Closing:
		if days < 0 {
			return "Les dossiers déposés depuis sont hors délai."
		}
		return "Après cette heure, les dossiers déposés seront hors délai."
	}
	return "Vérifier le dossier sur la plateforme."
}

func silenceAdvice(d dossier.Deadline, verdict dossier.Verdict, days int) string {
	switch {
	case days < 0 && d.DueOn.After(d.PrudentOn):
		return "Décider sans attendre" + colon + "seule la suspension enregistrée éloigne encore le rejet implicite."
	case days < 0:
		return "Un rejet implicite a pu naître" + colon + "le vérifier et, s’il le faut, prendre une décision expresse."
	}
	switch verdict {
	case dossier.ACompleter:
		return "Demander les pièces manquantes, puis notifier une décision avant la fin de ce jour."
	case dossier.NonRecevable:
		return "Examiner les points bloquants, puis notifier une décision avant la fin de ce jour."
	case dossier.AVerifier:
		return "Vérifier les points signalés, puis notifier une décision avant la fin de ce jour."
	}
	return "Notifier une décision avant la fin de ce jour."
}

// shortName is what instructeurs call a call: « O2R Bretagne ».
func shortName(c *call.Call) string {
	family := strings.ToUpper(c.Family)
	if family == "" {
		return shown(c.Title, 40)
	}
	if len(c.Regions) != 1 {
		return family
	}
	return family + regionSuffix(c.Regions[0])
}

func regionSuffix(code string) string {
	if r, ok := call.RegionByCode(code); ok {
		return " " + strings.ReplaceAll(r.Name, "'", "’")
	}
	return ""
}

// distance writes where a date stands: dans 7 jours.
func distance(days int) string {
	if days < 0 {
		return "date dépassée depuis " + french.Count(-days, "jour", "jours")
	}
	return french.Distance(days)
}

// mark writes the same as instructeurs do: J-7, J, J+1.
func mark(days int) string {
	switch {
	case days > 0:
		return "J-" + strconv.Itoa(days)
	case days < 0:
		return "J+" + strconv.Itoa(-days)
	}
	return "J"
}
