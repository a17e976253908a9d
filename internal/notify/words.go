package notify

import (
	"strings"

	"relais/internal/call"
	"relais/internal/deadline"
	"relais/internal/dossier"
	"relais/internal/french"
)

// colon announces what follows it.
const colon = french.NBSP + ": "

// unconfirmed marks a date that rests on a hypothesis, where the hypothesis
// itself is not written out.
const unconfirmed = "hypothèse à confirmer"

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

// adviceOf says what to do about a deadline. "Ce jour-là" is the date shown.
func adviceOf(kind string, st standing, verdict dossier.Verdict) string {
	switch kind {
	case deadline.SilentRejet, deadline.SuspendedRejet:
		return silenceAdvice(st, verdict)
	case deadline.Expiration:
		return "Exporter le dossier et ses pièces avant que la plateforme ne les supprime."
	case deadline.ClosingSoon, deadline.Closing:
		if st == past {
			return "Les dossiers déposés depuis sont hors délai."
		}
		return "Après cette heure, les dossiers déposés seront hors délai."
	}
	return "Vérifier le dossier sur la plateforme."
}

func silenceAdvice(st standing, verdict dossier.Verdict) string {
	switch st {
	case suspended:
		return "Décider sans attendre" + colon + "seule la suspension enregistrée éloigne encore le rejet implicite."
	case past:
		return "Vérifier si le rejet implicite est bien né et, s’il le faut, prendre une décision expresse."
	}
	switch verdict {
	case dossier.ACompleter:
		return "Demander les pièces manquantes, puis notifier une décision au plus tard ce jour-là."
	case dossier.NonRecevable:
		return "Examiner les points bloquants, puis notifier une décision au plus tard ce jour-là."
	case dossier.AVerifier:
		return "Vérifier les points signalés, puis notifier une décision au plus tard ce jour-là."
	}
	return "Notifier une décision au plus tard ce jour-là."
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
