package call

import (
	"fmt"

	"relais/internal/dossier"
)

// champ is one line of an invented form: an id is made of its place, so that a
// test can only name a champ by the key it gives it here.
type champ struct {
	key, typ, label string
	options         []string
	rows            []champ
	retired         bool
	note            string
}

func formOf(title string, champs ...champ) dossier.Form {
	return dossier.Form{
		Demarche: dossier.Demarche{Number: 98765, Title: title},
		Champs:   descriptors("Q2hhbXAt", champs),
	}
}

func descriptors(prefix string, champs []champ) []dossier.Descriptor {
	var list []dossier.Descriptor
	for i, c := range champs {
		id := c.key
		if id == "" {
			id = fmt.Sprintf("%s%d", prefix, i)
		}
		list = append(list, dossier.Descriptor{
			ID: id, Type: c.typ, Label: c.label, Description: c.note, Options: c.options, Retired: c.retired,
			Children: descriptors(id+"-", c.rows),
		})
	}
	return list
}

func head(label string) champ             { return champ{typ: "HeaderSection", label: label} }
func ask(key, typ, label string) champ    { return champ{key: key, typ: typ, label: label} }
func decoy(typ, label string) champ       { return champ{typ: typ, label: label} }
func among(c champ, opts ...string) champ { c.options = opts; return c }
func with(c champ, rows ...champ) champ   { c.rows = rows; return c }

// usual is the form that o2r-domain describes.
func usual() dossier.Form {
	return formOf("Offre de repérage et de remobilisation (O2R)",
		head("1. Identification du porteur de projet"),
		ask("siret", "Siret", "Numéro SIRET de l'établissement porteur"),
		ask("rna", "RNA", "Numéro RNA (associations)"),
		among(ask("statut", "DropDownList", "Vous êtes"), "Association", "Collectivité", "Établissement public", "Entreprise", "SIAE", "Autre"),
		decoy("Address", "Adresse de correspondance"),
		decoy("Text", "Représentant légal : nom, prénom, fonction"),
		decoy("Text", "Personne chargée du suivi du dossier : adresse électronique"),
		decoy("YesNo", "Le signataire est-il le représentant légal ?"),
		ask("objet", "Textarea", "Objet social de la structure"),
		ask("experience", "Textarea", "Expérience en insertion socio-professionnelle"),
		ask("ancrage", "Textarea", "Ancrage territorial"),
		head("2. Partenaires du consortium (le cas échéant)"),
		ask("groupement", "YesNo", "La candidature est-elle portée par plusieurs structures ?"),
		with(ask("partenaires", "Repetition", "Partenaires"),
			ask("partenaire_siret", "Siret", "SIRET du partenaire"),
			ask("partenaire_role", "Text", "Rôle dans le projet"),
			ask("partenaire_chef_de_file", "YesNo", "Chef de file"),
			ask("partenaire_montant", "DecimalNumber", "Montant (€)"),
			decoy("PieceJustificative", "Lettre d'engagement")),
		head("3. Synthèse du projet"),
		ask("intitule", "Text", "Intitulé du projet"),
		ask("region", "Region", "Votre région d'intervention"),
		decoy("Departement", "Département(s) concerné(s) par le projet"),
		decoy("YesNo", "Votre projet se déroule-t-il en QPV ?"),
		among(ask("activites", "MultipleDropDownList", "Périmètre des activités"), "Repérage", "Remobilisation", "Accompagnement"),
		among(decoy("MultipleDropDownList", "Publics visés"), "Invisibles", "Jeunes en rupture", "Femmes"),
		decoy("Date", "Date de début du projet"),
		head("4. Description détaillée du projet"),
		decoy("IntegerNumber", "Durée maximale du parcours individuel (mois)"),
		ask("nb_reperees", "IntegerNumber", "Nombre de personnes repérées (sur 3 ans)"),
		decoy("IntegerNumber", "Nombre de personnes remobilisées (sur 3 ans)"),
		ask("nb_accompagnees", "IntegerNumber", "Nombre de personnes accompagnées (sur 3 ans)"),
		decoy("Textarea", "Indicateurs et méthodes d'évaluation"),
		head("5. Budget"),
		ask("cout_total", "DecimalNumber", "Coût total du projet sur 3 ans (€)"),
		ask("montant_demande", "DecimalNumber", "Montant demandé à l'État sur 3 ans (€)"),
		ask("cout_an1", "DecimalNumber", "Coût année 1 (€)"),
		ask("cout_an2", "DecimalNumber", "Coût année 2 (€)"),
		ask("cout_an3", "DecimalNumber", "Coût année 3 (€)"),
		ask("formation", "YesNo", "Le budget comporte-t-il des dépenses de formation ?"),
		ask("formation_montant", "DecimalNumber", "Montant des dépenses de formation (€)"),
		with(decoy("Repetition", "Autres financeurs"), decoy("Text", "Nom"), decoy("DecimalNumber", "Montant")),
		decoy("DecimalNumber", "Aides de minimis SIEG reçues sur trois ans (€)"),
		head("6. Pièces à joindre"),
		ask("pj_budget", "PieceJustificative", "Budget prévisionnel"),
		ask("pj_comptes", "PieceJustificative", "Comptes annuels du dernier exercice clos"),
		decoy("PieceJustificative", "Rapport du commissaire aux comptes"),
		ask("pj_rib", "PieceJustificative", "RIB"),
		decoy("PieceJustificative", "Statuts et liste des dirigeants"),
		head("7. Attestations"),
		ask("cer", "Checkbox", "Je souscris au contrat d'engagement républicain"),
		decoy("Checkbox", "La structure est à jour de ses obligations administratives, comptables, sociales et fiscales"),
		decoy("Checkbox", "Je m'engage à tenir une comptabilité analytique"),
	)
}
