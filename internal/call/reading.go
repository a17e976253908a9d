package call

import (
	"slices"
	"strings"
	"sync"

	"relais/internal/dossier"
)

// reading is a champ of the form as the wordings see it: its own words, and the
// words of the section header above it.
type reading struct {
	champ  dossier.Descriptor
	order  int
	words  []string // stems and marks
	plain  string   // stems without the small words, for similarity
	header []string
	// borrowed: the label alone says nothing ("Montant (€)"), so the words of
	// its section and description count as its own.
	borrowed bool
	// aside: the label leaves something out or in; the plain one is likelier.
	aside bool
}

// readForm reads the active champs of one level, in order. Retired ones serve no
// new dossier and headers only give their words to what follows.
func readForm(list []dossier.Descriptor) []reading {
	var (
		readings []reading
		header   string
		first    = firstYear(list)
	)
	for i, d := range list {
		switch {
		case d.Retired || d.Type == "Explication":
		case d.Type == "HeaderSection":
			header = d.Label
		default:
			readings = append(readings, read(d, i, header, first))
		}
	}
	return readings
}

func firstYear(list []dossier.Descriptor) int {
	first := 0
	for _, d := range list {
		for _, y := range calendarYears(spaced(d.Label)) {
			if first == 0 || y < first {
				first = y
			}
		}
	}
	return first
}

func spaced(s string) string { return strings.Join(words(s), " ") }

func read(d dossier.Descriptor, order int, header string, first int) reading {
	label := trimAside(d.Label)
	r := reading{champ: d, order: order, header: stems(header), aside: label != strings.TrimSpace(d.Label)}
	r.borrowed = isGeneric(stems(label))
	if r.borrowed {
		label = header + " : " + label + " " + trimAside(d.Description)
	}
	own := stems(label)
	r.plain = strings.Join(slices.DeleteFunc(slices.Clone(own), func(w string) bool { return smallWords()[w] }), " ")
	marks := timeMarks(spaced(label), first)
	if !slices.Contains(marks, markSpan) && !slices.Contains(marks, markYear) {
		r.header = append(r.header, timeMarks(spaced(header), first)...)
	}
	r.words = slices.Concat(own, marks, headMarks(own), listMarks(d), denial(own))
	return r
}

var (
	brackets = lazily(`\([^()]*\)`)
	excluded = lazily(`(?i)\b(hors|sauf|except|exclu|ne pas|sans compter)`)
	aside    = lazily(`(?i)(\s|^)(hors|sauf|except[ée]s?|y compris|incluant|dont)\s[^,;()]*`)
)

// trimAside leaves out what a label says only to set it apart: "coût total, hors
// formation" and "montant demandé (ne pas compter les cofinancements)" speak of
// neither. A label that begins with such words keeps them.
func trimAside(label string) string {
	s := brackets().ReplaceAllStringFunc(label, func(b string) string {
		if excluded().MatchString(b) || aside().MatchString(b[1:]) {
			return " "
		}
		return b
	})
	s = strings.TrimSpace(s)
	if at := aside().FindStringIndex(s); at != nil && at[0] > 0 {
		s = s[:at[0]] + " " + s[at[1]:]
	}
	return s
}

// isGeneric tells that a label needs its section to mean anything.
func isGeneric(list []string) bool {
	for _, w := range list {
		if !smallWords()[w] && !genericWords()[w] && !isNumber(w) {
			return false
		}
	}
	return true
}

// listMarks recognises a champ by what it offers.
func listMarks(d dossier.Descriptor) []string {
	var marks []string
	offers := func(mark string, known func(string) bool) {
		if share(d.Options, known) >= 0.5 {
			marks = append(marks, mark)
		}
	}
	offers(markRegions, func(o string) bool { return regionOfText(o) != "" })
	offers(markActivity, func(o string) bool { return anyWord(stems(o), "repera* remobilis* accompagn* aller_vers") })
	offers(markStatus, func(o string) bool {
		return anyWord(stems(o), "association collectivite entreprise etablissement siae gip fondation societe cooperati* commune departement")
	})
	switch d.Type {
	case "Region":
		marks = append(marks, markRegions)
	case "Siret":
		marks = append(marks, markSiret)
	case "RNA":
		marks = append(marks, markRNA)
	}
	return marks
}

// ouiNon is the type of a list that only offers yes and no, and what else is
// neither ("sans objet").
const ouiNon = "DropDownList of Oui and Non"

func typeOf(d dossier.Descriptor) string {
	if d.Type == "DropDownList" && len(d.Options) <= 4 &&
		slices.ContainsFunc(d.Options, isWord("oui")) && slices.ContainsFunc(d.Options, isWord("non")) {
		return ouiNon
	}
	return d.Type
}

func isWord(w string) func(string) bool {
	return func(s string) bool { return slices.Equal(words(s), []string{w}) }
}

func share(options []string, known func(string) bool) float64 {
	if len(options) == 0 {
		return 0
	}
	n := 0
	for _, o := range options {
		if known(o) {
			n++
		}
	}
	return float64(n) / float64(len(options))
}

func denial(list []string) []string {
	if anyWord(list, "aucun aucune pas sans") {
		return []string{markNot}
	}
	return nil
}

// smallWords carry no meaning of their own in a label; genericWords too little
// to tell one champ from another. Both are stems.
var (
	smallWords = setOf(stems, `le la les l m j de du des d un une et ou a au aux en pour par sur dans votre vos vous est il elle t
		que qu qui ce cette ces son sa ses quel quelle s y n no numero indiquer indiquez preciser precisez renseigner
		renseignez merci veuillez saisir joindre telecharger deposer euro ttc ht obligatoire cas echeant si format pdf`)
	genericWords = setOf(stems, `montant total somme annee an exercice oui non fichier document piece case cocher cochez
		atteste attestation certifie engage engagement confirme accepte declare je prevision previsionnel valeur chiffre
		detail premiere deuxieme troisieme nplus1 nplus2 reponse choix`)
)

// setOf is the set of a text's words, or stems, made when it is first needed.
func setOf(of func(string) []string, s string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for _, w := range of(s) {
			set[w] = true
		}
		return set
	})
}
