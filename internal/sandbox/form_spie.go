package sandbox

// The sorts of partner that the SPIE call of 2021 requires in a group.
const (
	partnerDepartement = "Conseil départemental"
	partnerPoleEmploi  = "Pôle emploi"
)

// formSPIE is a small form for the 2021 call on the service public de
// l'insertion et de l'emploi. It has no SIRET champ: the demandeur holds it.
func formSPIE() form {
	return form{
		champs: []field{
			header("1. Porteur du projet"),
			champ("statut", "drop_down_list", "Nature du porteur").of(statuts...),
			champ("contact_civilite", "civilite", "Civilité de la personne référente"),
			champ("contact_nom", "text", "Nom et fonction de la personne référente"),
			champ("contact_mail", "email", "Adresse électronique"),
			champ("pj_accord", "piece_justificative", "Accord du département (si le porteur n’est pas le département)").opt(),
			header("2. Groupement"),
			champ("groupement", "yes_no", "Le projet est-il porté par un groupement ?"),
			champ("partenaires", "repetition", "Membres du groupement").rows(
				champ("partenaire_siret", "siret", "SIRET du membre"),
				champ("partenaire_role", "drop_down_list", "Qualité du membre").of(partnerDepartement, partnerPoleEmploi, "Mission locale", "CCAS", "Organisme de formation", "Autre"),
				champ("partenaire_chef_de_file", "yes_no", "Chef de file ?")),
			header("3. Projet"),
			champ("intitule", "text", "Intitulé du projet"),
			champ("region", "regions", "Région"),
			champ("territoire", "departements", "Territoire (département)"),
			champ("action", "linked_drop_down_list", "Étape du parcours et action").of("--Accueil--", "Diagnostic partagé", "Guichet commun", "--Accompagnement--", "Référent unique", "Levée des freins"),
			champ("activites", "multiple_drop_down_list", "Actions communes").of("Diagnostic socio-professionnel", "Référent de parcours", "Plateforme d’offres", "Formation des intervenants"),
			champ("lancement", "datetime", "Date et heure de la réunion de lancement").opt(),
			header("4. Budget"),
			champ("cout_total", "decimal_number", "Coût total 2021-2022 (€)"),
			champ("montant_demande", "decimal_number", "Montant demandé à l’État (€)"),
			champ("pj_budget", "piece_justificative", "Budget prévisionnel"),
			champ("pj_rib", "piece_justificative", "Relevé d’identité bancaire"),
		},
		annotations: []field{
			champ("ann_avis", "drop_down_list", "Avis de la commission").of(avisDossier...).opt(),
			champ("ann_accorde", "decimal_number", "Montant accordé (€)").opt(),
		},
	}.number(1_604_551)
}
