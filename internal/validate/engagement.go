package validate

import (
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
)

var v19 = Rule{
	ID: "V19", Severity: dossier.Blocking, Families: []string{"o2r"},
	Title:  "Contrat d’engagement républicain souscrit (associations et fondations)",
	Source: "Contrat d’engagement républicain ; Cerfa 12156, fiche 7",
	Check:  engagement,
}

// INSEE, catégories juridiques. Associations themselves are 92xx.
const (
	utilitePublique = "9230" // association reconnue d'utilité publique
	fondations      = "93"
)

// engagement concerns associations and foundations only. One recognised as of
// public utility is deemed to keep the contract already.
func engagement(c Case) Answer {
	who, _ := c.applicant()
	concerned, known := c.association(who)
	if !known {
		return unknown("Forme juridique inconnue de la plateforme à ce jour")
	}
	if !concerned {
		return notApplicable("Le demandeur n’est ni une association ni une fondation")
	}
	subscribed, s := read(c, call.FieldCER, subscription)
	switch {
	case s == given && subscribed:
		return pass("Contrat d’engagement républicain souscrit")
	case entrepriseOf(who).FormeJuridiqueCode == utilitePublique:
		return notApplicable("Association reconnue d’utilité publique : réputée satisfaire au contrat d’engagement républicain")
	case s == unbound, s == unreadable:
		return cannot(call.FieldCER, s)
	}
	return fail("Contrat d’engagement républicain non souscrit")
}

// subscription is a ticked box, a yes or a signed file.
func subscription(c dossier.Champ) (bool, state) {
	if c.Type == dossier.PieceJustificativeChamp {
		n, s := files(c)
		return n > 0, s
	}
	return yes(c)
}

// association tells whether the applicant is an association or a foundation,
// by its entry in the RNA, else by its legal form.
func (c Case) association(who dossier.Demandeur) (concerned, known bool) {
	code := entrepriseOf(who).FormeJuridiqueCode
	switch {
	case who.Kind == dossier.PersonnePhysique:
		return false, true
	case who.IsAssociation(), strings.HasPrefix(code, fondations):
		return true, true
	case code != "":
		return false, true
	}
	_, s := read(c, call.FieldRNA, filled)
	return true, s == given
}
