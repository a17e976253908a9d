package validate

import (
	"math"
	"strconv"
	"strings"

	"relais/internal/call"
	"relais/internal/dossier"
)

// state tells what a champ gave when a rule read it.
type state int

const (
	given      state = iota
	unbound          // the call does not say which champ holds it
	empty            // hidden by a condition, or left empty
	unreadable       // the champ no longer holds what the rule expects
)

// noun is how staff call the champ bound to one of our names.
var noun = map[string]string{
	call.FieldSiret:           "SIRET de la structure porteuse",
	call.FieldRegion:          "Région d’intervention",
	call.FieldActivites:       "Périmètre des activités",
	call.FieldGroupement:      "Candidature de plusieurs structures",
	call.FieldPartenaires:     "Partenaires",
	call.FieldPartnerChef:     "Chef de file",
	call.FieldTotalCost:       "Coût total",
	call.FieldRequestedAmount: "Montant demandé",
	call.FieldYear1:           "Coût de l’année 1",
	call.FieldYear2:           "Coût de l’année 2",
	call.FieldYear3:           "Coût de l’année 3",
	call.FieldTrainingAsked:   "Dépenses de formation",
	call.FieldTrainingAmount:  "Montant des dépenses de formation",
	call.FieldObjet:           "Objet social",
	call.FieldExperience:      "Expérience",
	call.FieldAncrage:         "Ancrage territorial",
	call.FieldComptes:         "Comptes annuels",
	call.FieldRIB:             "RIB",
	call.FieldBudget:          "Budget prévisionnel",
	call.FieldCER:             "Contrat d’engagement républicain",
}

// cannot is the answer to a champ that was not given.
func cannot(field string, s state) Answer {
	what := "« " + noun[field] + " »"
	switch s {
	case unbound:
		return unknown("Champ " + what + " non configuré")
	case empty:
		return unknown(what + " non renseigné")
	}
	return unknown(what + " illisible : le formulaire a changé ou la réponse est ambiguë")
}

func (c Case) champ(field string) (dossier.Champ, state) {
	champ, bound, present := c.Call.Champ(c.Dossier, field)
	switch {
	case !bound:
		return champ, unbound
	case !present:
		return champ, empty
	}
	return champ, given
}

// read reads the root champ bound to a field in one of the ways below.
func read[T any](c Case, field string, as func(dossier.Champ) (T, state)) (value T, s state) {
	champ, s := c.champ(field)
	if s != given {
		return value, s
	}
	return as(champ)
}

// amount reads euros.
func amount(c dossier.Champ) (float64, state) {
	switch c.Type {
	case dossier.DecimalNumberChamp:
		if c.Decimal == nil {
			return 0, empty
		}
		return finite(*c.Decimal)
	case dossier.IntegerNumberChamp:
		return number(c.Integer, func(s string) (float64, bool) {
			v, err := strconv.ParseFloat(s, 64)
			return v, err == nil
		})
	case dossier.TextChamp, dossier.DropDownListChamp:
		return number(c.Text, parseAmount)
	}
	return 0, unreadable
}

func number(s string, parse func(string) (float64, bool)) (float64, state) {
	if strings.TrimSpace(s) == "" {
		return 0, empty
	}
	v, ok := parse(s)
	if !ok {
		return 0, unreadable
	}
	return finite(v)
}

func finite(v float64) (float64, state) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, unreadable
	}
	return v, given
}

// yes reads a yes or no. An unticked box is a no; a question left alone is empty.
func yes(c dossier.Champ) (bool, state) {
	switch c.Type {
	case dossier.CheckboxChamp:
		return c.Bool != nil && *c.Bool, given
	case dossier.YesNoChamp:
		if c.Bool == nil {
			return false, empty
		}
		return *c.Bool, given
	case dossier.TextChamp, dossier.DropDownListChamp:
		return yesWord(c.Text)
	}
	return false, unreadable
}

func yesWord(s string) (bool, state) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "oui":
		return true, given
	case "non":
		return false, given
	case "":
		return false, empty
	}
	return false, unreadable
}

// choices reads the options chosen in a list.
func choices(c dossier.Champ) ([]string, state) {
	var list []string
	switch c.Type {
	case dossier.MultipleDropDownListChamp:
		list = c.Values
	case dossier.TextChamp, dossier.DropDownListChamp:
		if c.Text != "" {
			list = []string{c.Text}
		}
	default:
		return nil, unreadable
	}
	if len(list) == 0 {
		return nil, empty
	}
	return list, given
}

// files counts attachments. The platform leaves infected ones out by itself.
func files(c dossier.Champ) (int, state) {
	switch {
	case c.Type == dossier.TitreIdentiteChamp && c.Bool != nil && *c.Bool:
		return 1, given
	case c.Type != dossier.PieceJustificativeChamp && c.Type != dossier.TitreIdentiteChamp:
		return 0, unreadable
	case len(c.Files) == 0:
		return 0, empty
	}
	return len(c.Files), given
}

// filled tells that a champ holds an answer, whatever its type. An unticked box
// is none.
func filled(c dossier.Champ) (bool, state) {
	answered := c.Bool != nil && (*c.Bool || c.Type == dossier.YesNoChamp)
	has := answered || strings.TrimSpace(c.Text) != "" || c.Integer != "" || c.Decimal != nil ||
		!c.Date.IsZero() || c.Datetime != nil || len(c.Values) > 0 || c.Place != nil || c.Address != nil ||
		c.Etablissement != nil || len(c.Files) > 0 || len(c.Rows) > 0 || c.GeoAreas > 0
	if !has {
		return false, empty
	}
	return true, given
}
