package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"

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

const doubt = " (" + unconfirmed + ")"

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

var stateTexts = map[dossier.State]string{
	dossier.EnConstruction: "en construction",
	dossier.EnInstruction:  "en instruction",
	dossier.Accepte:        "accepté",
	dossier.Refuse:         "refusé",
	dossier.SansSuite:      "classé sans suite",
}

// stateOf says a state, even one that this version does not know.
func stateOf(s dossier.State) string {
	if said, ok := stateTexts[s]; ok {
		return said
	}
	return shown(string(s), longest)
}

// verdictOf says a verdict; none is one too.
func verdictOf(v dossier.Verdict) string {
	if said, ok := verdictTexts[v]; ok {
		return said
	}
	return "aucune"
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

func undatedAdvice(v dossier.Verdict) string {
	switch v {
	case dossier.ACompleter:
		return "Demander les pièces manquantes."
	case dossier.NonRecevable:
		return "Examiner les points bloquants."
	case dossier.AVerifier:
		return "Vérifier les points signalés."
	}
	return "Examiner le dossier sur la plateforme."
}

// lowered puts a sentence of ours inside another.
func lowered(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

// familyName is that of the calls of a family: O2R.
func familyName(c *call.Call) string { return strings.ToUpper(shown(c.Family, 40)) }

// onlyRegion ends the name of a call of one region.
func onlyRegion(c *call.Call) string {
	if len(c.Regions) != 1 {
		return ""
	}
	return regionSuffix(c.Regions[0])
}

// nameIn is the call's short name; a national call takes a region.
func nameIn(c *call.Call, region string) string {
	name := shortName(c)
	if len(c.Regions) != 1 && c.Family != "" {
		return name + regionSuffix(region)
	}
	return name
}

func regionSuffix(code string) string {
	if r, ok := call.RegionByCode(code); ok {
		return " " + strings.ReplaceAll(r.Name, "'", "’")
	}
	return ""
}
