package sandbox

import (
	"math/rand/v2"
	"strings"
	"time"
)

// An answer is the value of one champ, by kind:
//
//	text-like, drop_down_list, civilite, pays, dossier_link: string
//	regions, departements, communes: the INSEE code, a string
//	siret, rna: *company, or a string that no look-up knows
//	rnf, epci: coded              address: *company, whose address it is
//	yes_no, checkbox, titre_identite: bool
//	integer_number: int, or a string of digits beyond 64 bits
//	decimal_number: float64       date, datetime: time.Time
//	multiple_drop_down_list, linked_drop_down_list: []string
//	piece_justificative: []File   repetition: []answerRow
//	carte: int, the number of areas
//
// nil, or no key, is an empty champ.
type answers = map[string]any

// answerRow is one row of a repetition; its id is stable.
type answerRow struct {
	id     string
	values answers
}

type coded struct{ code, name string }

// File is an attached file of the invented world; its content is drawn from its
// name and size when downloaded.
type File struct {
	Name     string
	Type     string
	Size     int
	At       time.Time
	Infected bool // left out of the API's lists, without any bump
}

func pdf(r *rand.Rand, name string, at time.Time) []File {
	return []File{{Name: name, Type: "application/pdf", Size: 900 + r.IntN(2_400), At: at}}
}

// rowIDs makes rows whose ids do not change between two readings.
func rowsOf(r *rand.Rand, at time.Time, values ...answers) []answerRow {
	var out []answerRow
	for _, v := range values {
		out = append(out, answerRow{id: ulid(r, at), values: v})
	}
	return out
}

// prose draws a paragraph of a few sentences.
func prose(r *rand.Rand, sentences []string, n int) string {
	var b strings.Builder
	for i, k := range r.Perm(len(sentences))[:min(n, len(sentences))] {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(sentences[k])
	}
	return b.String()
}

var (
	titles = []string{
		"Aller vers les invisibles", "Un pas dehors", "Les oubliés du littoral", "Caravane de l’emploi",
		"Remobil’Actions", "Pied à l’étrier", "Hors les murs", "Rebonds solidaires", "Le bus des possibles",
		"Ensemble vers l’activité", "Jeunes & Territoires", "Passerelle rurale",
	}
	experiences = []string{
		"Depuis 2015, la structure accompagne chaque année près de 200 personnes éloignées de l’emploi.",
		"Elle a porté deux projets financés au titre du plan d’investissement dans les compétences.",
		"L’équipe compte six salariés formés à l’aller vers et à l’accompagnement global.",
		"Un conventionnement avec le département existe depuis huit ans.",
	}
	anchorages = []string{
		"Trois lieux d’accueil couvrent le bassin d’emploi.",
		"La structure siège au comité territorial pour l’emploi.",
		"Des permanences ont lieu chaque semaine dans les quartiers prioritaires.",
		"Des conventions lient la structure à la mission locale et aux CCAS.",
	}
	outreach = []string{
		"Maraudes de jour, présence sur les marchés et aux abords des gares.",
		"Un véhicule aménagé se déplace dans les communes rurales.",
		"Des pairs aidants vont à la rencontre des jeunes en rupture.",
		"Un réseau d’alerte réunit bailleurs, associations sportives et commerces.",
	}
	pathways = []string{
		"Diagnostic partagé pendant le premier mois.", "Ateliers collectifs, activité physique et culture.",
		"Levée des freins : santé, logement, mobilité, droits.", "Immersion en entreprise puis relais vers le droit commun.",
	}
	measures = []string{
		"Nombre de personnes repérées et entrées en parcours.", "Taux de sorties positives à six mois.",
		"Enquête de satisfaction auprès des participants.", "Comité d’évaluation annuel avec les financeurs.",
	}
)
