package sandbox

// The wording of lists that rules and calls may quote.
var (
	statuts   = []string{string(association), string(collective), string(publicBody), string(enterprise), string(insertion), "Autre"}
	activites = []string{"Repérage et aller vers", "Remobilisation", "Accompagnement socio-professionnel"}
	publics   = []string{
		"Personnes « invisibles », sans référent du réseau pour l’emploi", "Personnes sans contact depuis cinq mois",
		"Jeunes en rupture", "Femmes", "Réfugiés et primo-arrivants", "Personnes de plus de 50 ans", "Autre",
	}
	avisDossier = []string{"Favorable", "Favorable avec réserves", "Défavorable"}
)

// formO2R is the national form, after o2r-domain.md §E. In its second revision
// the rural zone is the FRR, which replaced the ZRR on 1 July 2024.
func formO2R() form {
	f := form{annotations: []field{
		champ("ann_complet", "yes_no", "Le dossier est-il complet ?").opt(),
		champ("ann_manquantes", "textarea", "Pièces manquantes").opt(),
		champ("ann_bilan", "yes_no", "Le bilan a-t-il été reçu ?").opt(),
		champ("ann_relance", "date", "Date de relance").opt(),
		champ("ann_avis", "drop_down_list", "Avis sur le dossier").of(avisDossier...).opt(),
		champ("ann_propose", "decimal_number", "Montant proposé (€)").opt(),
		champ("ann_accorde", "decimal_number", "Montant accordé (€)").opt(),
		champ("ann_accuse", "date", "Accusé de réception envoyé le").opt(),
		champ("ann_visites", "repetition", "Visites sur place").opt().rows(
			champ("ann_visite_date", "date", "Date de la visite").opt(),
			champ("ann_visite_note", "text", "Compte rendu").opt()),
		champ("ann_ej", "engagement_juridique", "Engagement juridique").opt(),
	}}
	f.champs = append(f.champs, o2rApplicant()...)
	f.champs = append(f.champs, o2rProject()...)
	f.champs = append(f.champs, o2rBudget()...)
	return f.number(4_512_208)
}

func o2rApplicant() []field {
	return []field{
		header("1. Identification du porteur de projet"),
		champ("siret", "siret", "Numéro SIRET de l’établissement porteur"),
		champ("rna", "rna", "Numéro RNA (associations)").opt(),
		champ("statut", "drop_down_list", "Vous êtes").of(statuts...),
		champ("adresse", "address", "Adresse de correspondance"),
		champ("repr_nom", "text", "Représentant légal : nom, prénom, fonction"),
		champ("contact_mail", "email", "Personne chargée du suivi du dossier : adresse électronique"),
		champ("contact_tel", "phone", "Numéro de téléphone").opt(),
		champ("delegation", "yes_no", "Le signataire est-il le représentant légal ?"),
		champ("objet", "textarea", "Objet social de la structure"),
		champ("experience", "textarea", "Expérience en insertion socio-professionnelle"),
		champ("ancrage", "textarea", "Ancrage territorial").with("Implantation, partenaires, connaissance des publics."),
		header("2. Partenaires du consortium (le cas échéant)"),
		champ("groupement", "yes_no", "La candidature est-elle portée par plusieurs structures ?"),
		champ("partenaires", "repetition", "Partenaires").shownWhen("groupement").opt().rows(
			champ("partenaire_siret", "siret", "SIRET du partenaire"),
			champ("partenaire_role", "text", "Rôle dans le projet"),
			champ("partenaire_chef_de_file", "yes_no", "Ce partenaire est-il le chef de file ?"),
			champ("partenaire_montant", "decimal_number", "Part du budget (€)"),
			champ("partenaire_lettre", "piece_justificative", "Lettre d’engagement").opt()),
	}
}

func o2rProject() []field {
	return []field{
		header("3. Synthèse du projet"),
		champ("intitule", "text", "Intitulé du projet"),
		champ("region", "regions", "Votre région d’intervention").with("Une demande par région."),
		champ("departements", "repetition", "Département(s) concerné(s) par le projet").rows(
			champ("departement", "departements", "Département")),
		champ("qpv", "yes_no", "Votre projet se déroule-t-il en quartier prioritaire (QPV) ?"),
		champ("zrr", "yes_no", "Votre projet se déroule-t-il en zone de revitalisation rurale (ZRR) ?").revisions(0, 1),
		champ("frr", "yes_no", "Votre projet se déroule-t-il en zone France ruralités revitalisation (FRR) ?").revisions(2, 0),
		champ("communes", "repetition", "EPCI et communes couverts").opt().rows(
			champ("epci", "epci", "EPCI").opt(),
			champ("commune", "communes", "Commune").opt()),
		champ("activites", "multiple_drop_down_list", "Périmètre des activités").of(activites...),
		champ("publics", "multiple_drop_down_list", "Publics visés").of(publics...),
		champ("date_debut", "date", "Date de début du projet"),
		champ("date_fin", "date", "Date de fin du projet"),
		champ("dossier_precedent", "dossier_link", "Numéro d’un dossier précédent").opt(),
		header("4. Description détaillée du projet"),
		{kind: "explication", label: "Soyez précis : ces textes sont lus par le comité de sélection.", optional: true},
		champ("aller_vers", "textarea", "Modalités de repérage et d’aller vers"),
		champ("parcours", "textarea", "Parcours de remobilisation et d’accompagnement"),
		champ("duree_parcours", "integer_number", "Durée maximale du parcours individuel (mois)"),
		champ("complementarite", "textarea", "Complémentarité avec l’offre du réseau pour l’emploi"),
		champ("egalite", "textarea", "Égalité femmes-hommes"),
		champ("gouvernance", "textarea", "Gouvernance et partenariats"),
		champ("nb_reperees", "integer_number", "Nombre de personnes repérées sur 3 ans"),
		champ("nb_remobilisees", "integer_number", "Nombre de personnes remobilisées sur 3 ans"),
		champ("nb_accompagnees", "integer_number", "Nombre de personnes accompagnées sur 3 ans"),
		champ("indicateurs", "textarea", "Indicateurs et méthodes d’évaluation"),
	}
}

func o2rBudget() []field {
	return []field{
		header("5. Budget"),
		champ("cout_total", "decimal_number", "Coût total du projet sur 3 ans (€)"),
		champ("montant_demande", "decimal_number", "Montant demandé à l’État sur 3 ans (€)"),
		champ("cout_an1", "decimal_number", "Coût de l’année 1 (€)"),
		champ("cout_an2", "decimal_number", "Coût de l’année 2 (€)"),
		champ("cout_an3", "decimal_number", "Coût de l’année 3 (€)"),
		champ("formation", "yes_no", "Le budget comporte-t-il des dépenses de formation ?"),
		champ("formation_montant", "decimal_number", "Montant des dépenses de formation (€)").shownWhen("formation"),
		champ("cofinancements", "repetition", "Autres financeurs").opt().rows(
			champ("financeur", "text", "Nom du financeur"),
			champ("financeur_montant", "decimal_number", "Montant (€)"),
			champ("financeur_etat", "drop_down_list", "État du financement").of("Acquis", "Demandé")),
		champ("aides_minimis", "decimal_number", "Aides de minimis SIEG reçues sur trois ans (€)").opt(),
		header("6. Pièces à joindre"),
		champ("pj_budget", "piece_justificative", "Budget prévisionnel sur 3 ans"),
		champ("pj_comptes", "piece_justificative", "Comptes annuels du dernier exercice clos"),
		champ("pj_cac", "piece_justificative", "Rapport du commissaire aux comptes").opt(),
		champ("pj_rib", "piece_justificative", "Relevé d’identité bancaire (RIB)"),
		champ("pj_statuts", "piece_justificative", "Statuts et liste des dirigeants").opt(),
		champ("pj_delegation", "piece_justificative", "Délégation de signature").opt(),
		header("7. Attestations"),
		champ("cer", "checkbox", "Je souscris au contrat d’engagement républicain").opt(),
		champ("a_jour", "checkbox", "La structure est à jour de ses obligations administratives, comptables, sociales et fiscales"),
		champ("compta_analytique", "checkbox", "Je m’engage à tenir une comptabilité analytique"),
		champ("exactitude", "checkbox", "Les informations du formulaire sont exactes et sincères"),
	}
}
