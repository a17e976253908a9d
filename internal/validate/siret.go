package validate

import (
	"strings"
	"unicode"

	"relais/internal/call"
	"relais/internal/dossier"
)

var v10 = Rule{
	ID: "V10", Severity: dossier.Blocking,
	Title:  "SIRET valide d’un établissement trouvé",
	Source: "CRPA, art. R. 112-9-1 ; immatriculation au répertoire Sirene",
	Check:  validSiret,
}

var v11 = Rule{
	ID: "V11", Severity: dossier.Blocking,
	Title:  "Structure non fermée",
	Source: "Répertoire Sirene, état administratif de l’entreprise",
	Check:  notClosed,
}

var v12 = Rule{
	ID: "V12", Severity: dossier.Blocking, Families: []string{"o2r"},
	Title:  "Porteur personne morale, publique ou privée",
	Source: "C. trav., art. L. 5316-1",
	Check:  legalPerson,
}

// applicant is the body that applies: the one whose SIRET the bound champ
// holds, else the dossier's demandeur. The state is that of its SIRET.
func (c Case) applicant() (dossier.Demandeur, state) {
	who := c.Dossier.Demandeur
	switch c.Call.Fields[call.FieldSiret] {
	case "":
		return who, unbound
	case call.Demandeur:
		return who, presence(who.Siret())
	}
	champ, s := c.champ(call.FieldSiret)
	switch s {
	case given:
		return bodyOf(champ, who)
	case empty: // left empty or hidden: the demandeur's own still tells who applies
		return who, presence(who.Siret())
	}
	return who, s
}

// bodyOf reads the body that a champ names. Its établissement is missing as
// long as the platform's look-up has not succeeded.
func bodyOf(c dossier.Champ, filer dossier.Demandeur) (dossier.Demandeur, state) {
	if c.Type != dossier.SiretChamp && c.Type != dossier.TextChamp {
		return filer, unreadable
	}
	if c.Etablissement != nil {
		return dossier.Demandeur{Kind: dossier.PersonneMorale, Etablissement: c.Etablissement}, given
	}
	siret := compact(c.Text)
	switch siret {
	case "":
		return filer, presence(filer.Siret())
	case compact(filer.Siret()):
		return filer, given
	}
	found := &dossier.Etablissement{Siret: siret}
	return dossier.Demandeur{Kind: dossier.PersonneMoraleIncomplete, Etablissement: found}, given
}

func presence(s string) state {
	if strings.TrimSpace(s) == "" {
		return empty
	}
	return given
}

func validSiret(c Case) Answer {
	who, s := c.applicant()
	siret := compact(who.Siret())
	switch {
	case s == empty && who.Kind == dossier.PersonneMoraleIncomplete:
		return unknown("Établissement pas encore trouvé par la plateforme")
	case s == empty:
		return fail("SIRET absent")
	case s != given:
		return cannot(call.FieldSiret, s)
	case !fourteenDigits(siret):
		return fail("Le SIRET n’a pas 14 chiffres")
	case !validKey(siret):
		return fail("La clé du SIRET est fausse")
	case who.Kind != dossier.PersonneMorale:
		return unknown("SIRET bien formé ; établissement pas encore trouvé par la plateforme")
	}
	return pass("SIRET valide, établissement trouvé")
}

func notClosed(c Case) Answer {
	who, _ := c.applicant()
	if who.Kind == dossier.PersonnePhysique {
		return notApplicable("Le demandeur est une personne physique")
	}
	switch etat := entrepriseOf(who).EtatAdministratif; etat {
	case dossier.EtatAdministratifFerme:
		return fail("Entreprise fermée au répertoire Sirene")
	case "Actif":
		return pass("Entreprise active au répertoire Sirene")
	}
	return unknown("État administratif de l’entreprise inconnu de la plateforme à ce jour")
}

// legalPerson fails on a person, unless the form names the body for which that
// person files: whether the link is real is for somebody to check.
func legalPerson(c Case) Answer {
	who, _ := c.applicant()
	switch filer := c.Dossier.Demandeur.Kind; {
	case filer == dossier.PersonneMorale, filer == dossier.PersonneMoraleIncomplete:
		return pass("Le demandeur est une personne morale")
	case filer == dossier.PersonnePhysique && who.Kind == dossier.PersonnePhysique:
		return fail("Le demandeur est une personne physique")
	case filer == dossier.PersonnePhysique:
		return unknown("Déposé par une personne physique pour la structure dont le formulaire donne le SIRET : lien à vérifier")
	}
	return unknown("Nature du demandeur inconnue")
}

// entrepriseOf is the legal unit; all fields empty while the platform has none.
func entrepriseOf(who dossier.Demandeur) dossier.Entreprise {
	if who.Etablissement == nil || who.Etablissement.Entreprise == nil {
		return dossier.Entreprise{}
	}
	return *who.Etablissement.Entreprise
}

func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func fourteenDigits(s string) bool {
	return len(s) == 14 && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// laPoste numbers most of its establishments by a rule of its own: the digits
// sum to a multiple of five.
const laPoste = "356000000"

// validKey checks the Luhn key of 14 digits.
func validKey(siret string) bool {
	luhn, plain := 0, 0
	for i, r := range siret {
		digit := int(r - '0')
		plain += digit
		if i%2 == 0 { // every second one from the right, the last excluded
			digit = digit*2/10 + digit*2%10
		}
		luhn += digit
	}
	return luhn%10 == 0 || strings.HasPrefix(siret, laPoste) && plain%5 == 0
}
