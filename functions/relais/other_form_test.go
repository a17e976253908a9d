package main

import (
	"fmt"
	"strings"

	"relais/internal/sandbox/graphql"
)

// ask is one champ of a form of the other platform: how it is described, and
// what a dossier answers.
type ask struct {
	id, kind, label string
	options         []string
	rows            []ask
	answer          func(p *paper) graphql.Object
	// name is the Relais name that a binding should give it; "" for a decoy.
	name string
}

func champ(kind, label string, answer func(*paper) graphql.Object) ask {
	return ask{kind: kind, label: label, answer: answer}
}

func section(label string) ask { return ask{kind: "HeaderSection", label: label} }

// as says which of our names the champ is meant for.
func (a ask) as(name string) ask { a.name = name; return a }

func (a ask) among(options ...string) ask { a.options = options; return a }

func (a ask) holding(rows ...ask) ask { a.rows = rows; return a }

// numbered gives ids of another shape than the real platform's.
func numbered(prefix string, form []ask) []ask {
	for i := range form {
		form[i].id = fmt.Sprintf("%s.%02d", prefix, i)
		numbered(form[i].id, form[i].rows)
	}
	return form
}

// typename is the type of a champ that answers a descriptor of some kind.
func typename(kind string) string {
	switch kind {
	case "Textarea", "Email", "Phone", "Number", "Iban", "Formatted":
		return "TextChamp"
	}
	return kind + "Champ"
}

func descriptors(form []ask) []graphql.Object {
	list := make([]graphql.Object, len(form))
	for i, a := range form {
		list[i] = graphql.Object{
			"__typename": a.kind + "ChampDescriptor", "id": a.id, "label": a.label, "required": a.name != "",
			"description": nil, "options": a.options, "champDescriptors": descriptors(a.rows),
		}
	}
	return list
}

// Answers that need nothing of the dossier.

func text(s string) graphql.Object { return graphql.Object{"value": s, "stringValue": s} }

func says(s string) func(*paper) graphql.Object {
	return func(*paper) graphql.Object { return text(s) }
}

func digits(n int) graphql.Object {
	return graphql.Object{"value": fmt.Sprint(n), "stringValue": fmt.Sprint(n)}
}

func numbering(n int) func(*paper) graphql.Object {
	return func(*paper) graphql.Object { return digits(n) }
}

func yes(b bool) graphql.Object {
	return graphql.Object{"value": b, "stringValue": fmt.Sprint(b)}
}

func agrees(*paper) graphql.Object { return yes(true) }

// paragraph is a paragraph of about n bytes, another one for each dossier.
func paragraph(n int) func(*paper) graphql.Object {
	const words = "Nous allons vers les publics sans solution, quartier par quartier, avec les maires, les missions locales et les associations. "
	return func(p *paper) graphql.Object {
		s := fmt.Sprintf("Projet n° %d. ", p.number) + strings.Repeat(words, n/len(words)+1)
		return text(strings.ToValidUTF8(s[:n], ""))
	}
}

func attaches(name string, missing func(*paper) bool) func(*paper) graphql.Object {
	return func(p *paper) graphql.Object {
		files := []graphql.Object{}
		if missing == nil || !missing(p) {
			files = append(files, graphql.Object{
				"filename": name + " " + plantedName + ".pdf", "contentType": "application/pdf", "checksum": "6sgbVWqzTjuYlZOE1oGNcQ==",
				"byteSizeBigInt": 184_320 + p.number, "createdAt": p.deposited, "virusScanResult": "safe",
				"url": "https://fichiers.example/signed?sig=" + plantedSignature,
			})
		}
		return graphql.Object{"files": files, "stringValue": nil}
	}
}

var (
	services = []string{"DREETS Bretagne", "DREETS Normandie", "DEETS de La Réunion"}
	stages   = []string{"Aller vers et repérage", "Remobilisation", "Accompagnement vers la formation ou l’emploi"}
)

// otherForm is an O2R form as another DREETS would write it: no SIRET champ, the
// region in a list of services, amounts as whole numbers and as text, the
// contract as a yes or no, and decoys on every side.
func otherForm() []ask {
	form := []ask{
		section("A. Qui êtes-vous ?"),
		champ("Explication", "Coût total, montant demandé : lisez la notice avant de commencer", nil),
		champ("DropDownList", "Nature juridique de votre organisme", says("Association loi 1901")).
			among("Association loi 1901", "Collectivité territoriale", "Entreprise", "Établissement public").as("statut"),
		champ("Text", "Nom et prénom de la personne à contacter", says(plantedName)),
		champ("Email", "Courriel de la personne à contacter", says("contact@"+plantedDomain)),
		champ("Phone", "Téléphone", says("0612345678")),
		champ("Address", "Adresse du siège", addressAnswer),
		champ("Region", "Région du siège social", func(*paper) graphql.Object { return regionAnswer("11", "Île-de-France") }),
		champ("IntegerNumber", "Effectif de la structure (ETP)", numbering(14)),
		champ("DecimalNumber", "Budget annuel de la structure (€)", func(*paper) graphql.Object { return decimal(912_000) }),
		champ("Textarea", "Objet statutaire de votre organisme", paragraph(500)).as("objet"),
		champ("Textarea", "Votre expérience auprès de publics éloignés de l’emploi", paragraph(700)).as("experience"),
		champ("Textarea", "Votre ancrage local", paragraph(500)).as("ancrage"),
		section("B. Votre projet"),
		champ("Text", "Quel est le titre de votre projet ?", func(p *paper) graphql.Object { return text(fmt.Sprintf("Cap %d", p.number)) }).as("intitule"),
		champ("DropDownList", "Région dans laquelle le projet sera mis en œuvre", func(p *paper) graphql.Object { return text(p.service()) }).
			among(services...).as("region"),
		champ("MultipleDropDownList", "Sur quelles étapes du parcours intervenez-vous ?", stagesAnswer).among(stages...).as("activites"),
		champ("Date", "Début du projet", dayAnswer),
		champ("Datetime", "Réunion de lancement", instantAnswer),
		champ("Commune", "Commune principale", communeAnswer),
		champ("Departement", "Département principal", departementAnswer),
		champ("LinkedDropDownList", "Secteur", func(*paper) graphql.Object {
			return graphql.Object{"primaryValue": "Insertion", "secondaryValue": "Jeunes", "stringValue": "Insertion / Jeunes"}
		}).among("--Insertion--", "Jeunes"),
		champ("IntegerNumber", "Nombre de personnes repérées sur toute la durée du projet", numbering(420)).as("nb_reperees"),
		champ("IntegerNumber", "Nombre de personnes accompagnées, coût non compris", numbering(180)).as("nb_accompagnees"),
		champ("YesNo", "Le projet concerne-t-il un quartier prioritaire ?", func(*paper) graphql.Object {
			return graphql.Object{"value": nil, "stringValue": "false"}
		}),
		champ("DossierLink", "Numéro de votre dossier précédent", func(p *paper) graphql.Object {
			return graphql.Object{"stringValue": fmt.Sprint(p.number - 1), "dossier": nil}
		}),
		champ("Carte", "Périmètre", func(*paper) graphql.Object {
			return graphql.Object{"geoAreas": []graphql.Object{{"__typename": "SelectionUtilisateur", "id": "area-1"}}, "stringValue": nil}
		}),
		champ("Textarea", "Comment allez-vous vers les publics ?", paragraph(900)),
		champ("Textarea", "Étapes de la remobilisation", paragraph(900)),
		champ("Textarea", "Place dans le réseau pour l’emploi", paragraph(600)),
		champ("Textarea", "Suivi et évaluation", paragraph(600)),
	}
	return numbered("champ", append(append(form, otherPartnership()...), otherBudget()...))
}

func otherPartnership() []ask {
	return []ask{
		section("C. Partenariat"),
		champ("YesNo", "Le projet est-il porté à plusieurs (consortium) ?", func(p *paper) graphql.Object { return yes(p.partners > 0) }).as("groupement"),
		champ("Repetition", "Organismes partenaires du consortium", nil).holding(
			champ("Siret", "SIRET de l’organisme partenaire", func(p *paper) graphql.Object {
				return graphql.Object{"stringValue": p.who.siret, "etablissement": etablissement(p.who)}
			}).as("partenaire_siret"),
			champ("DropDownList", "Rôle dans le consortium", says("Repérage")).among("Repérage", "Accompagnement").as("partenaire_role"),
			champ("YesNo", "Cet organisme est-il chef de file ?", agrees).as("partenaire_chef_de_file"),
			champ("IntegerNumber", "Budget géré par le partenaire (€)", numbering(50_000)).as("partenaire_montant"),
		).as("partenaires"),
		section("D. Financement"),
		champ("IntegerNumber", "Coût total prévisionnel du projet sur la durée de la convention", func(p *paper) graphql.Object { return digits(p.total) }).as("cout_total"),
		champ("IntegerNumber", "Coût prévisionnel – exercice 2026", func(p *paper) graphql.Object { return digits(p.total / 3) }).as("cout_an1"),
		champ("IntegerNumber", "Coût prévisionnel – exercice 2027", func(p *paper) graphql.Object { return digits(p.total / 3) }).as("cout_an2"),
		champ("IntegerNumber", "Coût prévisionnel – exercice 2028", func(p *paper) graphql.Object { return digits(p.total - 2*(p.total/3)) }).as("cout_an3"),
		champ("Number", "Montant de la subvention demandée à l’État", func(p *paper) graphql.Object { return text(p.requestedText) }).as("montant_demande"),
		champ("DecimalNumber", "Subvention demandée à l’État – exercice 2026", func(*paper) graphql.Object { return decimal(1) }),
		champ("DecimalNumber", "Total des cofinancements attendus", func(*paper) graphql.Object { return decimal(2) }),
		champ("DecimalNumber", "Coût moyen par personne accompagnée", func(*paper) graphql.Object { return decimal(3) }),
		champ("Repetition", "Autres financeurs sollicités", nil).holding(
			champ("Text", "Nom du financeur", says("Conseil départemental")),
			champ("IntegerNumber", "Montant sollicité", numbering(7_000)),
		),
	}
}

func otherBudget() []ask {
	return []ask{
		champ("YesNo", "Le budget présenté inclut-il des frais de formation ?", func(p *paper) graphql.Object { return yes(p.training > 0) }).as("formation"),
		champ("DecimalNumber", "Si oui, montant des frais de formation inclus dans le budget", func(p *paper) graphql.Object { return decimal(p.training) }).as("formation_montant"),
		section("E. Pièces"),
		champ("PieceJustificative", "Budget prévisionnel du projet (modèle joint)", attaches("budget", nil)).as("pj_budget"),
		champ("PieceJustificative", "Budget prévisionnel de la structure", attaches("budget structure", nil)),
		champ("PieceJustificative", "Comptes annuels du dernier exercice clos", attaches("comptes", nil)).as("pj_comptes"),
		champ("PieceJustificative", "RIB de l’organisme porteur", attaches("rib", func(p *paper) bool { return p.noRIB })).as("pj_rib"),
		champ("PieceJustificative", "Lettres d’engagement des cofinanceurs", attaches("lettres", nil)),
		champ("TitreIdentite", "Pièce d’identité du signataire", func(*paper) graphql.Object { return graphql.Object{"filled": true, "stringValue": nil} }),
		section("F. Engagements"),
		champ("YesNo", "Votre organisme a-t-il souscrit le contrat d’engagement républicain ?", agrees).as("cer"),
		champ("Checkbox", "Je certifie l’exactitude des renseignements", agrees),
		champ("Checkbox", "Je m’engage à tenir une comptabilité analytique", agrees),
	}
}

func otherAnnotations() []ask {
	empty := func(*paper) graphql.Object { return graphql.Object{"value": nil, "stringValue": ""} }
	return numbered("annotation", []ask{
		champ("YesNo", "Dossier complet ?", empty).as("complet"),
		champ("Textarea", "Pièces manquantes à réclamer", says("Réclamer à "+plantedName)).as("pieces_manquantes"),
		champ("DecimalNumber", "Montant proposé au comité", empty).as("montant_propose"),
		champ("DropDownList", "Avis de l’instructeur", says("Favorable")).among("Favorable", "Défavorable").as("avis"),
		champ("Date", "Accusé de réception envoyé le", func(*paper) graphql.Object { return graphql.Object{"date": nil, "stringValue": ""} }).as("accuse_reception"),
	})
}

// secondForm asks the same in yet another way: a SIRET champ, a champ of
// regions, amounts in plain text, the contract as a box.
func secondForm() []ask {
	return numbered("q", []ask{
		section("Porteur"),
		champ("Siret", "SIRET de la structure candidate", nil).as("siret"),
		champ("Siret", "SIRET de l’expert-comptable", nil),
		section("Action"),
		champ("Region", "Région où se déroule l’action", nil).as("region"),
		champ("Text", "Coût global de l’action (en euros)", nil).as("cout_total"),
		champ("Text", "Aide sollicitée auprès de l’État (en euros)", nil).as("montant_demande"),
		champ("IntegerNumber", "Nombre de jeunes visés", nil),
		champ("YesNo", "Des dépenses de formation sont-elles inscrites au budget ?", nil).as("formation"),
		section("Pièces à fournir"),
		champ("PieceJustificative", "Relevé d’identité bancaire", nil).as("pj_rib"),
		champ("PieceJustificative", "Budget prévisionnel de l’action sur trois ans", nil).as("pj_budget"),
		champ("PieceJustificative", "Bilan et compte de résultat du dernier exercice", nil).as("pj_comptes"),
		champ("PieceJustificative", "Bilan qualitatif de l’action précédente", nil),
		champ("Checkbox", "L’organisme respecte le contrat d’engagement républicain", nil).as("cer"),
	})
}
