package sandbox

// formPIC is a small form for the calls « repérer et mobiliser les publics
// invisibles » of the plan d'investissement dans les compétences. It shows the
// kinds of champ that the other two forms lack.
func formPIC() form {
	return form{
		champs: []field{
			header("1. Structure porteuse"),
			champ("rna", "rna", "Numéro RNA").opt(),
			champ("rnf", "rnf", "Numéro RNF (fondations)").opt(),
			champ("statut", "drop_down_list", "Statut").of(statuts...),
			champ("pays", "pays", "Pays du siège"),
			champ("repr_identite", "titre_identite", "Pièce d’identité du représentant légal"),
			champ("iban", "iban", "IBAN"),
			header("2. Partenaires du consortium"),
			champ("groupement", "yes_no", "Le projet est-il porté en consortium ?"),
			champ("partenaires", "repetition", "Partenaires du consortium").shownWhen("groupement").opt().rows(
				champ("partenaire_siret", "siret", "SIRET"),
				champ("partenaire_role", "text", "Rôle"),
				champ("partenaire_chef_de_file", "yes_no", "Chef de file ?")),
			header("3. Synthèse du projet"),
			champ("intitule", "text", "Intitulé du projet"),
			champ("region", "regions", "Région"),
			champ("epci", "epci", "EPCI"),
			champ("commune", "communes", "Commune principale"),
			champ("perimetre", "carte", "Périmètre d’intervention").opt(),
			champ("objet", "textarea", "Objet du projet"),
			champ("experience", "textarea", "Expérience auprès des publics invisibles"),
			champ("activites", "multiple_drop_down_list", "Types d’action").of("Aller vers", "Mobilisation", "Raccrochage"),
			header("4. Budget et pièces"),
			champ("cout_total", "decimal_number", "Coût total du projet (€)"),
			champ("montant_demande", "decimal_number", "Subvention demandée (€)"),
			champ("pj_budget", "piece_justificative", "Budget prévisionnel"),
			champ("pj_comptes", "piece_justificative", "Comptes du dernier exercice"),
			champ("pj_rib", "piece_justificative", "RIB"),
		},
		annotations: []field{
			champ("ann_complet", "checkbox", "Dossier complet").opt(),
		},
	}.number(812_930)
}
