package sandbox

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// kind is what sort of body applies.
type kind string

const (
	association kind = "Association"
	collective  kind = "Collectivité territoriale"
	publicBody  kind = "Établissement public"
	enterprise  kind = "Entreprise"
	insertion   kind = "Structure d’insertion par l’activité économique (SIAE)"
)

// company is an establishment and its legal unit.
type company struct {
	siret, name    string
	kind           kind
	form, formCode string
	naf, nafLabel  string
	created        time.Time
	number, street string
	commune        commune
	region         region
	rna, purpose   string
	closed         bool
	capital, staff string
	declared       time.Time
}

func (c *company) siren() string { return c.siret[:9] }

func (c *company) addressLabel() string {
	return fmt.Sprintf("%s %s %s %s", c.number, c.street, c.commune.postal, c.commune.name)
}

type legal struct {
	prefix            string // of the SIREN: not attributed by INSEE
	form, code        string
	naf, nafLabel     string
	names, complement []string
}

var legals = map[kind]legal{
	association: {"999", "Association déclarée", "9220", "88.99B", "Action sociale sans hébergement n.c.a.",
		[]string{"Les Passerelles", "Le Fil d’Ariane", "Cap Rebond", "La Criée solidaire", "Horizon partagé", "Le Tremplin", "Les Pas de côté", "Boussole", "Un Pas vers l’emploi", "L’Escale", "Maison des Possibles", "Les Mains ouvertes"},
		[]string{"du Pays des Collines", "de l’Estuaire", "des Deux Rives", "du Bocage", "de la Côte", "des Hauts", "du Littoral", "de la Métairie"}},
	enterprise: {"999", "Société par actions simplifiée", "5710", "78.10Z", "Activités des agences de placement de main-d’œuvre",
		[]string{"Rebondir", "Itinéraires & Compétences", "Novaléo", "Trajectoires", "Atlas Parcours", "Emploi Demain"},
		[]string{"SAS", "Conseil", "Ouest", "Insertion", "& Associés"}},
	insertion: {"999", "Société coopérative d’intérêt collectif", "5560", "78.30Z", "Autre mise à disposition de ressources humaines",
		[]string{"Recyclerie du Port", "Chantiers du Phare", "Jardins de Kerbrume", "Atelier des Savoir-faire"},
		[]string{"SCIC", "Littoral", "des Marais", "Nord"}},
	collective: {"299", "Département", "7220", "84.11Z", "Administration publique générale",
		[]string{"Conseil départemental"}, []string{"(fictif) du Val-de-Brume", "(fictif) des Trois-Caps", "(fictif) de Haute-Lande"}},
	publicBody: {"299", "Établissement public local à caractère administratif", "7389", "88.99B", "Action sociale sans hébergement n.c.a.",
		[]string{"Centre communal d’action sociale", "Maison de l’emploi"}, []string{"de Brumeville", "de Port-Salin", "du Val-de-Brume"}},
}

var purposes = []string{
	"Favoriser l’insertion sociale et professionnelle des personnes éloignées de l’emploi par l’accueil, l’écoute et l’accompagnement.",
	"Aller à la rencontre des personnes sans solution, lever les freins à l’emploi et soutenir leur retour à l’activité.",
	"Animer un lieu ouvert d’entraide, d’activité et de remobilisation pour les habitantes et habitants du territoire.",
}

// found draws a body of that sort in that region.
func found(r *rand.Rand, k kind, in region) *company {
	l := legals[k]
	c := &company{
		kind: k, form: l.form, formCode: l.code, naf: l.naf, nafLabel: l.nafLabel,
		siret:   siret(r, l.prefix),
		name:    pick(r, l.names) + " " + pick(r, l.complement),
		created: time.Date(1975+r.IntN(48), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC),
		number:  fmt.Sprint(1 + r.IntN(120)), street: pick(r, streets),
		commune: pick(r, in.communes), region: in, staff: pick(r, []string{"", "03", "11", "12", "21"}), capital: "-1",
	}
	switch k {
	case association:
		c.rna = fmt.Sprintf("%s%0*d", in.rna, 10-len(in.rna), r.IntN(100_000))
		c.purpose, c.declared = pick(r, purposes), c.created.AddDate(0, 0, 9)
	case enterprise, insertion:
		c.capital = fmt.Sprint(1_000 * (1 + r.IntN(200)))
	}
	return c
}

// siret draws fourteen digits with both keys right: the SIREN's and its own.
func siret(r *rand.Rand, prefix string) string {
	siren := withKey(fmt.Sprintf("%s%05d", prefix, r.IntN(100_000)))
	return withKey(fmt.Sprintf("%s%04d", siren, 1+r.IntN(9)))
}

// withKey appends the digit that makes the Luhn sum a multiple of ten.
func withKey(digits string) string {
	for key := '0'; key <= '9'; key++ {
		if s := digits + string(key); luhn(s) {
			return s
		}
	}
	return digits // not reached: one of ten keys always fits
}

// luhn tells whether the sum of the digits, every second one doubled from the
// right, is a multiple of ten.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
