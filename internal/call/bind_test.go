package call

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

// The names that `relais init` must find on an unknown form.
var required = []string{FieldSiret, FieldRegion, FieldTotalCost, FieldRequestedAmount, FieldTrainingAsked, FieldTrainingAmount,
	FieldCER, FieldRIB, FieldBudget, FieldComptes}

func TestBindsTheUsualFormWhole(t *testing.T) {
	b := Bind(usual())
	want := map[string]string{}
	for _, name := range FieldNames() {
		want[name] = name
	}
	if diff := cmp.Diff(want, b.Fields); diff != "" {
		t.Error(diff)
	}
	if len(b.Doubts) > 0 {
		t.Errorf("doubts on a plain form: %v", b.Doubts)
	}
}

// Each champ to bind is keyed by our name; everything else is a decoy. A name
// without champ must stay unbound; siret is then the demandeur's.
var unknownForms = []struct {
	name   string
	champs []champ
}{
	{"budget spoken of as action, pieces as bank words", []champ{
		head("Votre structure"),
		ask("siret", "Siret", "SIRET de la structure porteuse"),
		decoy("Region", "Région du siège social"),
		decoy("DecimalNumber", "Budget total de l'association (dernier exercice)"),
		decoy("IntegerNumber", "Nombre de salariés"),
		decoy("YesNo", "Êtes-vous organisme de formation ?"),
		decoy("Text", "Numéro de déclaration d'activité d'organisme de formation"),
		head("Votre action"),
		ask("intitule", "Text", "Nom de l'action"),
		ask("region", "Region", "Territoire d'intervention (région)"),
		head("Financement"),
		ask("cout_total", "DecimalNumber", "Budget total de l'action (3 ans)"),
		ask("cout_an1", "DecimalNumber", "Budget de l'action – année 2025"),
		ask("montant_demande", "DecimalNumber", "Subvention sollicitée"),
		decoy("DecimalNumber", "Autres subventions publiques sollicitées"),
		decoy("DecimalNumber", "Autofinancement"),
		ask("formation_montant", "DecimalNumber", "Dont frais de formation"),
		head("Documents"),
		ask("pj_rib", "PieceJustificative", "IBAN / RIB"),
		ask("pj_budget", "PieceJustificative", "Plan de financement prévisionnel"),
		ask("pj_comptes", "PieceJustificative", "Bilan et compte de résultat"),
		decoy("PieceJustificative", "Bilan d'activité"),
		decoy("PieceJustificative", "Contrat d'engagement républicain signé"),
		ask("cer", "Checkbox", "Engagement à respecter le contrat d'engagement républicain (décret n° 2021-1947)"),
	}},
	{"no SIRET champ; routing list of services; questions", []champ{
		decoy("Explication", "Coût total du projet : mode de calcul"),
		among(ask("region", "DropDownList", "Dans quelle région votre projet se déroulera-t-il ?"),
			"Auvergne-Rhône-Alpes", "Bretagne", "Centre-Val de Loire", "Pays de la Loire", "La Réunion"),
		decoy("Text", "Numéro SIREN de l'organisme gestionnaire"),
		with(ask("partenaires", "Repetition", "Membres du consortium"),
			ask("partenaire_siret", "Siret", "Numéro SIRET"),
			ask("partenaire_role", "Textarea", "Missions assurées par la structure"),
			ask("partenaire_montant", "DecimalNumber", "Part du budget (€)")),
		ask("cout_total", "IntegerNumber", "Montant global du projet"),
		ask("montant_demande", "IntegerNumber", "Montant de l'aide demandée à la DREETS"),
		decoy("IntegerNumber", "Montant des cofinancements demandés au Conseil départemental"),
		decoy("IntegerNumber", "Montant global des cofinancements acquis"),
		ask("formation", "YesNo", "Le projet comprend-il des dépenses de formation ?"),
		decoy("YesNo", "Le projet prévoit-il d'orienter les participants vers une formation ?"),
		decoy("IntegerNumber", "Nombre d'heures de formation dispensées"),
		ask("cer", "YesNo", "La structure s'engage-t-elle à respecter le contrat d'engagement républicain ?"),
		ask("pj_rib", "PieceJustificative", "Relevé d'identité bancaire"),
		ask("pj_comptes", "PieceJustificative", "Comptes annuels certifiés"),
		ask("pj_budget", "PieceJustificative", "Budget prévisionnel détaillé sur la durée de la convention"),
		decoy("PieceJustificative", "Lettres d'engagement financier des cofinanceurs"),
	}},
	{"years as columns, totals last, rates and unit costs", []champ{
		head("A – Porteur"),
		ask("siret", "Text", "N° SIRET du candidat"),
		ask("statut", "DropDownList", "Forme juridique"),
		head("B – Plan de financement"),
		ask("cout_an1", "DecimalNumber", "Coût total 2025"),
		ask("cout_an2", "DecimalNumber", "Coût total 2026"),
		ask("cout_an3", "DecimalNumber", "Coût total 2027"),
		ask("cout_total", "DecimalNumber", "Coût total 2025-2027"),
		decoy("DecimalNumber", "Subvention demandée 2025"),
		decoy("DecimalNumber", "Subvention demandée 2026"),
		decoy("DecimalNumber", "Subvention demandée 2027"),
		ask("montant_demande", "DecimalNumber", "Subvention demandée 2025-2027"),
		decoy("DecimalNumber", "Taux de subvention sollicité (% du coût total)"),
		decoy("DecimalNumber", "Coût moyen par bénéficiaire"),
		ask("formation_montant", "DecimalNumber", "Dépenses de formation 2025-2027"),
		decoy("DecimalNumber", "Dépenses de formation 2025"),
		head("C – Localisation"),
		ask("region", "Region", "Région de réalisation"),
		head("D – Engagements et pièces"),
		ask("cer", "Checkbox", "L'organisme souscrit au CER"),
		decoy("Checkbox", "J'accepte le règlement de l'appel à manifestation d'intérêt"),
		ask("pj_rib", "PieceJustificative", "RIB au nom de l'organisme"),
		ask("pj_budget", "PieceJustificative", "Annexe financière (budget 2025-2027)"),
		ask("pj_comptes", "PieceJustificative", "Derniers comptes approuvés"),
		decoy("PieceJustificative", "Compte rendu financier du projet précédent"),
	}},
	{"sections give the meaning, labels are bare", []champ{
		head("Coût total du projet"),
		ask("cout_total", "DecimalNumber", "Montant (€)"),
		head("Subvention demandée à l'État"),
		ask("montant_demande", "DecimalNumber", "Montant (€)"),
		head("Cofinancements"),
		decoy("DecimalNumber", "Montant (€)"),
		head("Dépenses de formation"),
		ask("formation", "YesNo", "Oui / non"),
		ask("formation_montant", "DecimalNumber", "Montant (€)"),
		head("Contrat d'engagement républicain"),
		ask("cer", "Checkbox", "Je m'engage"),
		head("Relevé d'identité bancaire"),
		ask("pj_rib", "PieceJustificative", "Document à joindre"),
		head("Budget prévisionnel du projet"),
		ask("pj_budget", "PieceJustificative", "Fichier"),
		head("Comptes annuels"),
		ask("pj_comptes", "PieceJustificative", "Pièce à déposer"),
		head("Lieu du projet"),
		ask("region", "Region", "Région"),
	}},
	{"partner champs at the root, before the applicant's", []champ{
		head("Partenaire principal"),
		decoy("Siret", "SIRET du partenaire"),
		decoy("DecimalNumber", "Coût total pris en charge par le partenaire"),
		decoy("Region", "Région du partenaire"),
		head("Porteur"),
		ask("siret", "Siret", "Établissement demandeur"),
		ask("groupement", "YesNo", "Candidature en consortium"),
		head("Le projet"),
		ask("region", "Region", "Région concernée par le projet"),
		ask("cout_total", "DecimalNumber", "Montant total des dépenses prévisionnelles du projet, toutes sources de financement confondues"),
		ask("montant_demande", "DecimalNumber", "Montant sollicité au titre de l'O2R"),
		ask("formation", "Checkbox", "Des actions de formation sont financées dans ce budget"),
		decoy("Checkbox", "Je certifie que le budget ne comporte aucune dépense de formation"),
		ask("cer", "Checkbox", "J'ai souscrit au contrat d'engagement républicain prévu par la loi du 24 août 2021"),
		ask("pj_rib", "PieceJustificative", "Coordonnées bancaires (RIB)"),
		decoy("PieceJustificative", "RIB du partenaire"),
		ask("pj_budget", "PieceJustificative", "Maquette financière du projet"),
		ask("pj_comptes", "PieceJustificative", "Bilan comptable N-1"),
		decoy("PieceJustificative", "Bilan comptable N-2"),
	}},
	{"misspelt, capitals, no accents", []champ{
		ask("siret", "Siret", "NUMERO DE SIRET"),
		ask("region", "Region", "REGION D'INTERVENSION"),
		ask("cout_total", "DecimalNumber", "COUT TOTAL PREVISIONEL DU PROJET (TTC)"),
		ask("cout_an1", "DecimalNumber", "COUT TOTAL ANNEE 1"),
		ask("montant_demande", "DecimalNumber", "MONTANT DE LA SUBVENSION DEMANDEE"),
		decoy("DecimalNumber", "MONTANT DE LA SUBVENTION OBTENUE L'ANNEE PRECEDENTE"),
		ask("formation", "YesNo", "DEPENSES DE FORMATION (OUI/NON)"),
		ask("formation_montant", "DecimalNumber", "DEPENSES DE FORMATION (MONTANT)"),
		ask("cer", "Checkbox", "CONTRAT D ENGAGEMENT REPUBLICAIN"),
		ask("pj_rib", "PieceJustificative", "RIB"),
		ask("pj_budget", "PieceJustificative", "BUDGET PREVISIONEL"),
		ask("pj_comptes", "PieceJustificative", "COMPTES ANUELS"),
	}},
	{"wordy labels with asides and instructions", []champ{
		ask("siret", "Siret", "Indiquez le numéro SIRET de l'organisme qui dépose la demande"),
		decoy("Siret", "Le cas échéant, SIRET de l'établissement secondaire où se déroule l'action"),
		among(ask("region", "DropDownList", "Sélectionnez la DREETS compétente"), "DREETS Bretagne", "DREETS Normandie", "DRIEETS Île-de-France", "DEETS Mayotte"),
		decoy("MultipleDropDownList", "Autres régions dans lesquelles la structure intervient"),
		ask("cout_total", "DecimalNumber", "Quel est le coût total de l'opération pour laquelle une aide est demandée, y compris les cofinancements ?"),
		ask("montant_demande", "DecimalNumber", "Quelle aide demandez-vous à l'État (hors cofinancements du FSE et des collectivités) ?"),
		decoy("DecimalNumber", "Quel est le montant demandé aux collectivités ?"),
		decoy("DecimalNumber", "Valorisation du bénévolat"),
		ask("formation_montant", "DecimalNumber", "Le cas échéant, coût des formations inscrites au budget"),
		ask("cer", "Checkbox", "En cochant cette case, le représentant légal atteste que l'association a souscrit le contrat d'engagement républicain et le respecte"),
		ask("pj_rib", "PieceJustificative", "Merci de joindre un RIB de moins de trois mois"),
		ask("pj_budget", "PieceJustificative", "Joindre le budget prévisionnel du projet (modèle à télécharger)"),
		decoy("PieceJustificative", "Joindre le budget prévisionnel de la structure pour l'année en cours"),
		ask("pj_comptes", "PieceJustificative", "Joindre les comptes du dernier exercice clos (bilan, compte de résultat, annexes)"),
		decoy("PieceJustificative", "Joindre le compte rendu d'exécution de la précédente convention"),
	}},
	{"one section a year, then the whole", []champ{
		head("Partenaires"),
		decoy("Siret", "SIRET"),
		head("Année 1 (2026)"),
		ask("cout_an1", "DecimalNumber", "Coût total du projet"), decoy("DecimalNumber", "Montant demandé à l'État"), decoy("DecimalNumber", "Dépenses de formation"),
		head("Année 2 (2027)"),
		ask("cout_an2", "DecimalNumber", "Coût total du projet"), decoy("DecimalNumber", "Montant demandé à l'État"), decoy("DecimalNumber", "Dépenses de formation"),
		head("Ensemble du projet (2026-2027)"),
		ask("cout_total", "DecimalNumber", "Coût total du projet"), ask("montant_demande", "DecimalNumber", "Montant demandé à l'État"),
		ask("formation_montant", "DecimalNumber", "Dépenses de formation"),
	}},
	{"a plain amount beside the same one without some part", []champ{
		decoy("DecimalNumber", "Coût total du projet hors dépenses de formation"),
		ask("cout_total", "DecimalNumber", "Coût total du projet"),
		ask("montant_demande", "DecimalNumber", "Subvention demandée à la DREETS"),
		decoy("DecimalNumber", "Subvention demandée à la DREETS (hors frais de siège)"),
		decoy("DecimalNumber", "Montant de la subvention O2R déjà perçue"),
		ask("formation_montant", "DecimalNumber", "Coût total de la formation"),
	}},
	{"amounts typed as text, yes and no in lists, the contract as a file", []champ{
		ask("region", "Text", "Région d'intervention"),
		ask("cout_total", "Text", "Coût total du projet (en euros)"),
		decoy("Text", "Détaillez le coût total du projet"),
		ask("montant_demande", "Text", "Montant de l'aide sollicitée"),
		among(ask("formation", "DropDownList", "Dépenses de formation ?"), "Oui", "Non"),
		among(ask("groupement", "DropDownList", "Candidature en groupement"), "Oui", "Non", "Ne sait pas"),
		ask("cer", "PieceJustificative", "Contrat d'engagement républicain signé"),
		ask("pj_rib", "PieceJustificative", "Relevé d'identité bancaire de l'organisme"),
		ask("pj_budget", "PieceJustificative", "Budget prévisionnel de l'action"),
		decoy("PieceJustificative", "Budget prévisionnel de la structure"),
		ask("pj_comptes", "PieceJustificative", "Comptes annuels"),
	}},
	{"revised form: the old champs are retired", []champ{
		ask("region", "Region", "Région"),
		ask("cout_total", "DecimalNumber", "Coût du projet"),
		ask("montant_demande", "DecimalNumber", "Montant de la subvention"),
		ask("formation", "YesNo", "Frais de formation ?"),
		ask("cer", "Checkbox", "Respect du contrat d'engagement républicain"),
		ask("pj_rib", "PieceJustificative", "RIB"),
		ask("pj_budget", "PieceJustificative", "Budget"),
		ask("pj_comptes", "PieceJustificative", "Comptes"),
		{typ: "Region", label: "Région", retired: true},
		{typ: "DecimalNumber", label: "Coût total du projet sur 3 ans (€)", retired: true},
		{typ: "PieceJustificative", label: "RIB", retired: true},
	}},
}

func TestBindsUnknownForms(t *testing.T) {
	for _, tt := range unknownForms {
		t.Run(tt.name, func(t *testing.T) {
			form := formOf("AMI repérage", tt.champs...)
			b := Bind(form)
			for _, name := range FieldNames() {
				_, asked := dossier.Find(form.Champs, name)
				got, want := b.Fields[name], ""
				switch {
				case asked:
					want = name
				case name == FieldSiret:
					want = Demandeur
				}
				if got != want && (want != "" || slices.Contains(required, name)) {
					label, _ := dossier.Find(form.Champs, got)
					d, _ := b.DoubtOf(name)
					t.Errorf("%s: bound to %q %q, want %q; doubt %v", name, got, label.Label, want, d.Candidates)
				} else if got != want {
					label, _ := dossier.Find(form.Champs, got)
					t.Errorf("%s: bound to a decoy %q", name, label.Label)
				}
			}
			neverTwice(t, b)
		})
	}
}

func neverTwice(t *testing.T, b Binding) {
	t.Helper()
	ids := slices.Sorted(maps.Values(b.Fields))
	if len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("one champ serves two names: %v", b.Fields)
	}
}

func TestBindDoubtsRatherThanGuesses(t *testing.T) {
	tests := []struct {
		name   string
		field  string
		champs []champ
		show   []string // labels that the doubt must list
	}{
		{"two champs of the same label", FieldRIB, []champ{
			decoy("PieceJustificative", "RIB"), decoy("PieceJustificative", "RIB"),
		}, []string{"RIB", "RIB"}},
		{"two totals", FieldTotalCost, []champ{
			decoy("DecimalNumber", "Coût total du projet"), decoy("DecimalNumber", "Coût total de l'action"),
		}, []string{"Coût total du projet", "Coût total de l'action"}},
		{"two regions", FieldRegion, []champ{
			decoy("Region", "Région d'intervention"), decoy("Region", "Région de l'intervention"),
		}, []string{"Région d'intervention", "Région de l'intervention"}},
		{"one that does not fit well enough", FieldRegion, []champ{
			head("Adresse du représentant"), decoy("Region", "Région"),
		}, []string{"Région"}},
		{"two SIRET are not the demandeur's", FieldSiret, []champ{
			decoy("Siret", "SIRET de la structure"), decoy("Siret", "SIRET de l'organisme"),
		}, []string{"SIRET de la structure", "SIRET de l'organisme"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := Bind(formOf("O2R", tt.champs...))
			if id := b.Fields[tt.field]; id != "" {
				t.Errorf("bound to %q", id)
			}
			d, _ := b.DoubtOf(tt.field)
			var labels []string
			for _, c := range d.Candidates {
				labels = append(labels, c.Label)
			}
			if diff := cmp.Diff(tt.show, labels); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// One champ that fits two of our names as well goes to neither.
func TestBindSharesNoChamp(t *testing.T) {
	b := Bind(formOf("O2R", ask("x", "Textarea", "Expérience et ancrage")))
	neverTwice(t, b)
	for _, name := range []string{FieldExperience, FieldAncrage} {
		if d, _ := b.DoubtOf(name); b.Fields[name] != "" || len(d.Candidates) != 1 {
			t.Errorf("%s: bound to %q, doubt %v", name, b.Fields[name], d.Candidates)
		}
	}
}

// A champ that must never be taken, alone in its form.
func TestBindRefusesDecoys(t *testing.T) {
	tests := []struct{ field, typ, label string }{
		{FieldTotalCost, "DecimalNumber", "Coût total du projet – année 2"},
		{FieldTotalCost, "DecimalNumber", "Budget total de la première année"},
		{FieldTotalCost, "DecimalNumber", "Budget annuel de l'association"},
		{FieldTotalCost, "DecimalNumber", "Coût total par personne accompagnée"},
		{FieldTotalCost, "DecimalNumber", "Montant total des cofinancements"},
		{FieldTotalCost, "DecimalNumber", "Total des charges de personnel"},
		{FieldTotalCost, "DecimalNumber", "Total des ressources"},
		{FieldTotalCost, "DecimalNumber", "Montant total demandé"},
		{FieldTotalCost, "Textarea", "Coût total du projet"},
		{FieldTotalCost, "Text", "Précisez le mode de calcul du coût total du projet"},
		{FieldRequestedAmount, "DecimalNumber", "Montant demandé au FSE+"},
		{FieldRequestedAmount, "DecimalNumber", "Montant demandé à la Région"},
		{FieldRequestedAmount, "DecimalNumber", "Subvention demandée pour 2026"},
		{FieldRequestedAmount, "DecimalNumber", "Subvention obtenue en N-1"},
		{FieldRequestedAmount, "DecimalNumber", "Taux d'aide demandé"},
		{FieldRequestedAmount, "DecimalNumber", "Coût total de l'action subventionnée"},
		{FieldRequestedAmount, "IntegerNumber", "Nombre de demandeurs d'emploi"},
		{FieldTrainingAsked, "YesNo", "La structure est-elle un organisme de formation certifié Qualiopi ?"},
		{FieldTrainingAsked, "Checkbox", "J'atteste que le budget ne contient pas de dépense de formation"},
		{FieldTrainingAsked, "YesNo", "Coût des actions d'information compris ?"},
		{FieldTrainingAmount, "IntegerNumber", "Nombre de stagiaires en formation"},
		{FieldPeopleFound, "IntegerNumber", "Nombre de personnes remobilisées"},
		{FieldPeopleFound, "IntegerNumber", "Nombre de personnes repérées la première année"},
		{FieldPeopleFound, "IntegerNumber", "Nombre de personnes repérées en 2024"},
		{FieldPeopleFound, "IntegerNumber", "Nombre de personnes repérées et accompagnées"},
		{FieldPeopleFound, "IntegerNumber", "Nombre d'heures consacrées au repérage"},
		{FieldPeopleFound, "IntegerNumber", "Nombre de demandeurs d'emploi"},
		{FieldPeopleFound, "Textarea", "Nombre de personnes à repérer"},
		{FieldPeopleSupported, "IntegerNumber", "Nombre de mois d'accompagnement"},
		{FieldPeopleSupported, "IntegerNumber", "Durée de l'accompagnement"},
		{FieldPeopleSupported, "IntegerNumber", "Nombre d'accompagnateurs"},
		{FieldPeopleSupported, "IntegerNumber", "Nombre de personnes accompagnées par an"},
		{FieldPeopleSupported, "IntegerNumber", "Nombre de personnes accompagnées par votre structure"},
		{FieldPeopleSupported, "IntegerNumber", "Nombre de personnes accompagnées l'année précédente"},
		{FieldPeopleSupported, "DecimalNumber", "Coût moyen par personne accompagnée"},
		{FieldPeopleSupported, "DecimalNumber", "Taux de personnes accompagnées"},
		{FieldPeopleSupported, "DecimalNumber", "Budget consacré aux personnes accompagnées"},
		{FieldRegion, "Region", "Région du siège social"},
		{FieldRegion, "YesNo", "Le projet concerne-t-il plusieurs régions ?"},
		{FieldCER, "Explication", "Contrat d'engagement républicain"},
		{FieldCER, "Checkbox", "Je m'engage à tenir une comptabilité analytique"},
		{FieldComptes, "PieceJustificative", "Rapport du commissaire aux comptes"},
		{FieldComptes, "PieceJustificative", "Bilan pédagogique"},
		{FieldComptes, "PieceJustificative", "Compte rendu d'activité"},
		{FieldComptes, "PieceJustificative", "Compte de résultat prévisionnel"},
		{FieldBudget, "PieceJustificative", "Budget réalisé N-1"},
		{FieldBudget, "PieceJustificative", "Attestation de cofinancement"},
		{FieldRIB, "Text", "IBAN"},
		{FieldTitle, "Text", "Nom du responsable du projet"},
		{FieldSiret, "Siret", "SIRET du cofinanceur"},
		{FieldSiret, "Text", "Numéro SIREN"},
	}
	for _, tt := range tests {
		t.Run(tt.field+" "+tt.label, func(t *testing.T) {
			b := Bind(formOf("O2R", ask("x", tt.typ, tt.label)))
			if b.Fields[tt.field] == "x" {
				t.Errorf("taken, with confidence %v", b.Confidence[tt.field])
			}
		})
	}
}

// Each wording alone in its form, between two champs of no interest.
func TestBindWordings(t *testing.T) {
	tests := []struct {
		field, typ string
		labels     string // one a line
	}{
		{FieldTotalCost, "DecimalNumber", `Coût total
			Budget global
			Budget total prévisionnel (en euros)
			Montant total du projet TTC
			Total des dépenses
			Total des charges prévisionnelles
			Coût global du programme d'actions
			Coût prévisionnel du projet
			Montant de l'opération
			Budget du projet sur trois ans
			Budget pluriannuel
			Coût total du projet, année 1 à 3
			Coûts des années 1, 2 et 3
			Budget triennal du projet
			Coût complet de l'action
			Assiette éligible totale
			Montant total du projet (AMI 2025)
			Dépenses totales sur la durée de la convention
			Enveloppe globale du projet
			Montant total du budget
			Coût de revient total de l'action
			Montant prévisionnel total du projet en euros
			Total du budget prévisionnel
			Coût total TTC de l'action (en €)
			Montant total des coûts du projet
			Coût du projet (36 mois)
			Montant du projet
			Total général des dépenses
			Budget prévisionnel global (toutes années)
			Coût total éligible
			Coût estimé du projet
			Dépenses prévisionnelles totales
			Montant total prévisionnel de l'opération sur la durée de la convention
			Coût total du projet pour les 3 années
			Budget total sur 3 ans (2026, 2027 et 2028)
			Montant total (coût complet) de l'action O2R
			Quel est le budget total de votre projet ?
			Coût total estimatif
			Budget consolidé du projet`},
		{FieldRequestedAmount, "DecimalNumber", `Subvention demandée
			Montant demandé
			Montant total demandé
			Montant sollicité auprès de l'État
			Aide sollicitée (€)
			Financement demandé à la DREETS
			Budget demandé
			Montant de la demande de subvention
			Participation financière de l'État demandée
			Montant O2R demandé sur 3 ans
			Crédits demandés
			Subvention O2R sollicitée pour la période 2025-2027
			Part État demandée
			Concours financier sollicité
			Montant de la contribution demandée à l'État
			Aide financière demandée
			Montant de subvention
			Montant d'aide sollicité auprès de la DREETS
			Somme demandée
			Financement O2R demandé
			Montant attendu de l'Etat
			Subvention demandée au titre du présent AMI
			Total demandé (3 ans)
			Combien demandez-vous ?
			Financement sollicité auprès des services de l'État (DREETS / DDETS)
			Montant total de la subvention sollicitée pour 3 ans
			Montant demandé au titre de l'offre de repérage et de remobilisation
			Enveloppe sollicitée
			Dotation demandée`},
		{FieldPeopleFound, "IntegerNumber", `Nombre de personnes repérées
			Nombre de personnes à repérer sur 3 ans
			Nombre total de personnes repérées sur la durée du projet
			Nombre de bénéficiaires à repérer
			Combien de personnes prévoyez-vous de repérer ?
			Objectif de repérage (nombre de personnes)
			Publics repérés (effectif)
			Nb de personnes repérées (2025-2027)
			NOMBRE DE PERSONNES REPEREES
			Nombre prévisionnel de participants repérés`},
		{FieldPeopleSupported, "IntegerNumber", `Nombre de personnes accompagnées
			Nombre de personnes à accompagner sur 3 ans
			Nombre de bénéficiaires accompagnés
			Nombre de personnes accompagnées dans le cadre du projet
			Effectif accompagné sur la durée de la convention
			Combien de personnes seront accompagnées ?
			Nombre de participants à l'accompagnement
			Nombre de personnes accompagnées (36 mois)
			Nombre de personnes accompagnées par la structure dans le projet`},
		{FieldTrainingAsked, "YesNo", `Frais de formation
			Y a-t-il des coûts de formation dans le budget ?
			Votre budget inclut-il des frais de formation ?
			Le plan de financement contient-il des dépenses liées à la formation ?
			Dépenses de formation prévues
			Financement d'actions de formation
			Des dépenses de formation figurent-elles au budget ?
			Avez-vous prévu des frais de formation ?
			Formation : des coûts sont-ils prévus ?
			Le projet intègre-t-il des dépenses de formation professionnelle ?
			Le budget prévoit-il la prise en charge de formations ?
			Dépenses de formation
			Le projet comporte-t-il des actions de formation ?`},
		{FieldTrainingAmount, "DecimalNumber", `Montant consacré à la formation
			Coût de la formation
			Frais de formation des participants
			Total des dépenses de formation
			Budget formation
			Si oui, montant des dépenses de formation
			Montant prévu pour la formation
			Dont formation
			Formation (€)
			Coût pédagogique de formation
			Charges de formation sur 3 ans`},
		{FieldRegion, "Region", `Région
			Région du projet
			Choisissez votre région
			Région de mise en œuvre
			Région de dépôt du dossier
			Dans quelle région intervenez-vous ?
			Lieu d'exécution de l'action (région)
			Région administrative du projet`},
		{FieldCER, "Checkbox", `Contrat d'engagement républicain
			Souscription au contrat d'engagement républicain
			Je déclare que la structure respecte le contrat d'engagement républicain
			Signature du contrat d’engagement républicain
			CER
			J'atteste sur l'honneur souscrire au contrat d'engagement républicain annexé au décret pris pour l'application de l'article 10-1 de la loi n° 2000-321
			Adhésion au contrat d’engagement républicain
			Attestation de respect du contrat d'engagement républicain
			Le porteur s'engage à respecter les 7 engagements du contrat d'engagement républicain`},
		{FieldRIB, "PieceJustificative", `Relevé d’identité bancaire (RIB)
			Un RIB
			IBAN
			Coordonnées bancaires
			RIB ou IBAN
			Relevé d'identité bancaire ou postal
			R.I.B.
			Votre RIB (format PDF)`},
		{FieldBudget, "PieceJustificative", `Budget prévisionnel sur 3 ans
			Plan de financement
			Annexe financière
			Budget détaillé
			Tableau budgétaire
			Budget prévisionnel triennal équilibré en dépenses et en recettes
			Budget prévisionnel de l'action
			Budget du projet (tableau Excel)
			Plan de financement de l'opération
			Fichier budgétaire complété
			Budget prévisionnel pluriannuel (2025-2027)
			Annexe budgétaire
			Tableau de financement
			Budget détaillé par poste de dépenses`},
		{FieldComptes, "PieceJustificative", `Comptes annuels
			Comptes annuels du dernier exercice clos
			Derniers comptes certifiés
			Bilan et compte de résultat N-1
			Liasse fiscale
			Comptes de l'exercice 2024
			Comptes approuvés du dernier exercice
			Bilan financier
			Comptes annuels approuvés (bilan, compte de résultat)
			Derniers comptes annuels
			Comptes sociaux du dernier exercice
			Bilans et comptes de résultat des trois derniers exercices
			Bilan comptable
			Comptes certifiés par le commissaire aux comptes
			Bilan financier du dernier exercice clos
			Comptes annuels et rapport du commissaire aux comptes
			Documents comptables du dernier exercice`},
		{FieldSiret, "Siret", `SIRET
			N° SIRET
			Numéro de SIRET de votre organisme
			Votre établissement
			SIRET du chef de file
			Numéro SIRET
			SIRET (14 chiffres)
			Siret du porteur de projet`},
	}
	for _, tt := range tests {
		for label := range strings.Lines(tt.labels) {
			label = strings.TrimSpace(label)
			t.Run(tt.field+" "+label, func(t *testing.T) {
				b := Bind(formOf("O2R", decoy("Text", "Nom du contact"), ask("x", tt.typ, label), decoy("Textarea", "Commentaires")))
				if b.Fields[tt.field] != "x" {
					d, _ := b.DoubtOf(tt.field)
					t.Errorf("not bound; doubt %v; bound %v", d.Candidates, b.Fields)
				}
			})
		}
	}
}
