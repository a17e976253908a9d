package call

import "slices"

// Types of descriptor, by what they hold.
var (
	typesAmount = split("DecimalNumber IntegerNumber Number")
	typesEuros  = split("DecimalNumber IntegerNumber Number Text") // rules read an amount typed as text too
	typesCount  = split("IntegerNumber Number DecimalNumber")
	typesText   = split("Textarea Text Formatted")
	typesShort  = split("Text Textarea Formatted")
	typesYesNo  = []string{"YesNo", "Checkbox", ouiNon}
	typesFile   = split("PieceJustificative")
)

// Words that say the amount is a part of the project, or somebody else's.
const (
	partsOfCost = "salair* personnel fonctionnement investissement materiel loyer deplacement communication sous_traitance " +
		"formation* valorisation benevol* volontaire reste restant solde avance acompte part quote poste achat prestation* indirect*"
	others = "autre autr* cofinanc* co_financ* financeur partenai* fse europ* commune collectivite mairie metropole caf cpam " +
		"priv* propre autofinanc* fondation mecenat conseil"
	past = "obtenu recu percu verse accorde acquis notifie precedent* anterieur* nmoins1 nmoins2 dernier minimi* deja"
	talk = "precise* detail* justifi* expliqu* comment* decri* nature modalite"
	rate = "pourcent pourcentage taux ratio nombre effectif numero @unit"
)

// wordings is the vocabulary of the fields at the root of a form, built on
// o2r-like forms seen and imagined.
var wordings = []wording{
	{
		field: FieldSiret, types: split("Siret Text"),
		phrases: []string{"Numéro SIRET de l'établissement porteur", "SIRET", "SIRET de la structure porteuse", "Numéro SIRET du demandeur",
			"SIRET de l'organisme candidat", "Identification de la structure (SIRET)"},
		all:    []string{"siret* @siret"},
		more:   []string{"porteu* demandeu* candidat* depos* beneficiaire", "structure organisme association etablissement"},
		less:   "chef_file siege",
		never:  "partenai* cofinanc* financeur mandataire sous_traitant prestataire cabinet comptable commissaire employeur membre second* secondaire autre tiers ancien delegataire associe filiale",
		header: "identi* porteu* demandeu* candidat* structure organisme", foreign: "partenai* consortium groupement cofinanc* financeur membre",
	},
	{
		field: FieldRNA, types: split("RNA Text"),
		phrases: []string{"Numéro RNA (associations)", "RNA", "Numéro RNA de l'association", "Répertoire national des associations"},
		all:     []string{"rna repertoire_association @rna"},
		never:   "partenai* membre",
	},
	{
		field: FieldStatut, types: split("DropDownList Text"),
		phrases: []string{"Vous êtes (association, collectivité, entreprise…)", "Statut juridique", "Forme juridique de la structure",
			"Nature juridique du porteur", "Type de structure", "Catégorie d'organisme"},
		all:   []string{"statut forme natur* type categorie @status vous_etes", "juridique structure organisme porteu* demandeu* etablissement candidat* association @status"},
		never: "partenai* projet financeur public_vise piece document contrat activite",
	},
	{
		field: FieldRegion, types: split("Region DropDownList MultipleDropDownList Text"),
		phrases: []string{"Votre région d'intervention", "Région", "Territoire d'intervention (région)", "Dans quelle région le projet se déroule-t-il ?",
			"Région de réalisation de l'action", "Région concernée par le projet", "DREETS compétente", "Choisissez votre région"},
		all: []string{"region* @regions"},
		more: []string{"intervention interven* territoire realis* execution mise_oeuvre deploi* deroul* implant* concern* vise competent* instruct* depot lieu",
			"projet action dreets deets candidat* dossier", "@regions"},
		less:   "structure organisme etablissement association porteu*",
		never:  "siege social naissance residence domicile adresse correspondance partenai* autre conseil financeur direction* departementa* origine habita*",
		header: "projet action territoire intervention", foreign: "adresse partenai* representant contact",
	},
	{
		field: FieldTitle, types: typesShort,
		phrases: []string{"Intitulé du projet", "Titre du projet", "Nom du projet", "Intitulé de l'action", "Nom de l'opération", "Libellé du projet"},
		all:     []string{"intitule titre nom denomination libelle", "projet action operation programme candidature"},
		never:   "structure organisme association porteu* representant responsable partenai* contact personne prenom referent poste fonction beneficiaire financeur raison qualite",
		header:  "projet action synthese",
	},
	{
		field: FieldActivites, types: split("MultipleDropDownList DropDownList"),
		phrases: []string{"Périmètre des activités (repérage, remobilisation, accompagnement)", "Activités proposées", "Axes du projet",
			"Types d'actions mises en œuvre", "Volets couverts par le projet", "Nature des actions"},
		all:   []string{"activit* perimetre @activity axe volet type_action natur*_action mission"},
		more:  []string{"@activity", "repera* remobilis* accompagn*", "projet action"},
		less:  "structure secteur",
		never: "public partenai* financeur territoire departement",
	},
	{
		field: FieldGroupement, types: typesYesNo,
		phrases: []string{"La candidature est-elle portée par plusieurs structures ?", "Candidature en consortium", "Le projet est-il porté en groupement ?",
			"Réponse en groupement", "S'agit-il d'un projet porté par un consortium ?"},
		all:   []string{"groupement consortium plusieur_structure plusieur_organisme plusieur_partenai* plusieur_porteu* partenariat collecti* conjoint* cotrait* porte_partenai*"},
		more:  []string{"candidature projet reponse depose porte"},
		never: "engag* atteste certifie mandat lettre signe qpv region* @not",
	},
	{
		field: FieldPartenaires, types: split("Repetition"),
		phrases: []string{"Partenaires", "Partenaires du consortium", "Membres du groupement", "Structures partenaires", "Liste des membres du consortium"},
		all:     []string{"partenai* consortium groupement membre cotrait* structure_associe"},
		never:   "cofinanc* financeur financier contact reference interven* salarie equipe bureau administration",
	},
	peopleWording(FieldPeopleFound, "repere reperer reperage", "accompagn*",
		"Nombre de personnes repérées sur 3 ans", "Nombre de personnes à repérer", "Objectif de repérage (nombre de personnes)", "Nombre de bénéficiaires repérés"),
	peopleWording(FieldPeopleSupported, "accompagne accompagner accompagnement", "reper*",
		"Nombre de personnes accompagnées sur 3 ans", "Nombre de personnes à accompagner", "Objectif d'accompagnement (nombre de personnes)", "Nombre de bénéficiaires accompagnés"),
	{
		field: FieldTotalCost, types: typesEuros,
		phrases: []string{"Coût total du projet sur 3 ans (€)", "Budget total de l'action", "Montant global du projet", "Budget global", "Coût total de l'opération",
			"Montant total des dépenses prévisionnelles", "Coût du projet", "Total des charges du projet", "Budget prévisionnel total", "Assiette totale des dépenses"},
		all:   []string{"cout budget depense charge montant assiette enveloppe @cost", "total global ensemble general complet totalite projet action operation programme @span"},
		more:  []string{"total global ensemble complet totalite", "projet action operation programme", "@span"},
		less:  "eligible",
		apart: "structure organisme association etablissement porteu*", despite: "projet action operation programme @span",
		never:  "@ask @year @yearly subvention recette ressource produit " + others + " " + past + " " + rate + " " + talk + " " + partsOfCost,
		header: "budget financ* cout projet", foreign: "partenai* cofinanc* financeur ressource produit structure",
	},
	{
		field: FieldRequestedAmount, types: typesEuros,
		phrases: []string{"Montant demandé à l'État sur 3 ans (€)", "Subvention sollicitée", "Montant de l'aide demandée à la DREETS", "Montant de la subvention demandée",
			"Financement demandé", "Aide sollicitée au titre de l'O2R", "Montant sollicité", "Participation de l'État demandée", "Total de la subvention sollicitée"},
		all:   []string{"@ask financement_etat participation_etat part_etat contribution_etat financement_dreets participation_dreets financement_o2r credit_etat"},
		more:  []string{"demande sollicit* souhaite attendu", "subvention aide financement", "etat dreets deets ddets o2r total global @span"},
		less:  "budget cout",
		apart: "region* departement* ville", despite: "etat dreets deets drieets ddets prefet prefecture",
		never:  "@cost @year @yearly cofinance* formation* " + others + " " + past + " " + rate + " " + talk,
		header: "budget subvention demande", foreign: "partenai* cofinanc* financeur autre",
	},
	yearWording(FieldYear1, "1", "Coût année 1 (€)", "Budget de la première année", "Dépenses année 1"),
	yearWording(FieldYear2, "2", "Coût année 2 (€)", "Budget de la deuxième année", "Dépenses année 2"),
	yearWording(FieldYear3, "3", "Coût année 3 (€)", "Budget de la troisième année", "Dépenses année 3"),
	{
		field: FieldTrainingAsked, types: typesYesNo,
		phrases: []string{"Le budget comporte-t-il des dépenses de formation ?", "Le projet comprend-il des dépenses de formation ?", "Frais de formation dans le budget",
			"Des actions de formation sont-elles financées ?", "Présence de coûts de formation"},
		all:    []string{"formation", "depense frais cout charge budget financ* montant achat poste prestation* action comport* compren*"},
		more:   []string{"depense frais cout charge budget financ*", "depense frais cout charge", "projet budget comport* compren* prevoi* inclu* contien*"},
		never:  "@not orient* acces vers organisme declaration qualiopi exclu* ineligible certifi* atteste engage",
		header: "budget depense financ*",
	},
	{
		field: FieldTrainingAmount, types: typesAmount,
		phrases: []string{"Montant des dépenses de formation (€)", "Dont frais de formation", "Dépenses de formation", "Coûts de formation", "Part du budget consacrée à la formation"},
		all:     []string{"formation", "depense frais cout charge budget montant part dont somme enveloppe financ* total euro"},
		more:    []string{"depense frais cout charge montant", "dont total @span"},
		never:   "heure stagiaire jour organisme declaration session @year @yearly @ask cofinanc* partenai* " + rate,
		header:  "budget depense financ* cout", foreign: "partenai* cofinanc*",
	},
	{
		field: FieldObjet, types: typesText,
		phrases: []string{"Objet social de la structure", "Objet statutaire", "Objet de l'association"},
		all:     []string{"objet but vocation", "social statut* structure association organisme"},
		never:   "demande subvention courrier projet partenai*",
	},
	{
		field: FieldExperience, types: typesText,
		phrases: []string{"Expérience en insertion socio-professionnelle", "Expérience de la structure", "Références et expertise dans le domaine", "Compétences et expériences du porteur"},
		all:     []string{"experience* expertise reference savoir_faire"},
		never:   "partenai* cv interven* salarie referent",
	},
	{
		field: FieldAncrage, types: typesText,
		phrases: []string{"Ancrage territorial", "Ancrage local de la structure", "Implantation territoriale", "Connaissance du territoire"},
		all:     []string{"ancrage implantation connaissance_territoire presence_territo* presence_local"},
		never:   "adresse commune",
	},
	{
		field: FieldComptes, types: typesFile,
		phrases: []string{"Comptes annuels du dernier exercice clos", "Comptes annuels certifiés", "Bilan et compte de résultat", "Derniers comptes approuvés", "Liasse fiscale", "États financiers", "Bilan comptable"},
		all:     []string{"compte bilan liasse etat_financier document_comptable piece_comptable"},
		more:    []string{"annuel resultat approuve certifie comptable exercice clo liasse", "dernier nmoins1"},
		less:    "nmoins2 nmoins3 avant_dernier",
		never:   "previsionnel activite pedagogique qualitati* rendu projet action bancaire rib iban social intermediaire partenai*",
		apart:   "commissaire rapport", despite: "annuel bilan resultat certifie",
		header: "piece document joindre justificati*",
	},
	{
		field: FieldRIB, types: typesFile,
		phrases: []string{"RIB", "Relevé d'identité bancaire", "IBAN / RIB", "Relevé d'identité bancaire (RIB) de la structure", "Coordonnées bancaires"},
		all:     []string{"rib iban bancaire releve_identite r_i_b"},
		never:   "partenai* membre rapprochement",
		header:  "piece document joindre justificati*",
	},
	{
		field: FieldBudget, types: typesFile,
		phrases: []string{"Budget prévisionnel", "Budget prévisionnel du projet sur 3 ans", "Plan de financement prévisionnel", "Annexe financière", "Maquette financière", "Budget détaillé de l'action"},
		all:     []string{"budget* plan_financement tableau_financement annexe_financier* maquette_financier* compte_previsionnel"},
		more:    []string{"previsionnel @span", "projet action operation"},
		less:    "structure association organisme etablissement",
		never:   "realise execute rapport rendu bilan releve lettre attestation justificati* deliberation cofinanc* nmoins1 partenai* precedent* accord engagement",
		header:  "piece document joindre",
	},
	{
		field: FieldCER, types: append(split("Checkbox YesNo"), ouiNon, "PieceJustificative"),
		phrases: []string{"Je souscris au contrat d'engagement républicain", "Contrat d'engagement républicain", "Engagement à respecter le contrat d'engagement républicain",
			"La structure s'engage à respecter le contrat d'engagement républicain"},
		all:   []string{"republicain cer 2021_1947"},
		more:  []string{"souscri* respect* adher* engage sign*", "contrat engagement"},
		less:  "connaissance information joint lu partenai*",
		never: "partenai* membre",
	},
}

// peopleWording asks for a number of people over the whole project, and not for
// that of a year, of a part of them, or of those whom the body follows anyway.
func peopleWording(field, verb, otherVerb string, phrases ...string) wording {
	return wording{
		field: field, types: typesCount, phrases: phrases, strict: true,
		all:   []string{verb, "personne public beneficiaire participant individu effectif jeune"},
		more:  []string{"nombre nb combien effectif objectif", "personne public beneficiaire participant", "total global @span"},
		less:  "cout femme homme jeune senior refugie allocataire dont sortie emploi formation",
		apart: "structure organisme association mois duree", despite: "projet action operation programme convention @span",
		never: "@year @yearly @unit remobilis* heure jour semaine seance atelier rendez_vous etp salarie interven* referent conseiller " +
			"partenai* commune departement territoire pourcent pourcentage taux ratio montant budget depense euro " + otherVerb + " " + past,
		header: "projet action description objectif indicateur public parcours",
	}
}

func yearWording(field, year string, phrases ...string) wording {
	return wording{
		field: field, types: typesAmount, phrases: phrases, strict: true,
		all:    []string{"cout budget depense charge montant total @cost", markYear + year},
		more:   []string{"cout budget depense charge"},
		never:  "@ask subvention recette ressource produit " + others + " " + rate + " " + partsOfCost,
		header: "budget financ* cout", foreign: "partenai* cofinanc* financeur ressource produit subvention demande structure",
	}
}

// partnerWordings are the fields inside the repetition of partners.
var partnerWordings = []wording{
	{
		field: FieldPartnerSiret, types: split("Siret Text"), phrases: []string{"SIRET du partenaire", "SIRET", "Numéro SIRET"},
		all: []string{"siret* @siret"},
	},
	{
		field: FieldPartnerRole, types: split("Text Textarea DropDownList MultipleDropDownList Formatted"),
		phrases: []string{"Rôle dans le projet", "Rôle du partenaire", "Missions assurées", "Contribution au projet", "Nature de la participation"},
		all:     []string{"role mission contribution participation fonction implication intervention natur*"},
		never:   "nom siret adresse telephone",
	},
	{
		field: FieldPartnerChef, types: typesYesNo,
		phrases: []string{"Chef de file ?", "Est-il chef de file ?", "Structure coordinatrice", "Porteur principal"},
		all:     []string{"chef_file coordinat* pilote mandataire porteu*_principal* leader"},
	},
	{
		field: FieldPartnerAmount, types: typesAmount,
		phrases: []string{"Montant", "Part du budget (€)", "Montant attribué au partenaire", "Quote-part du budget", "Budget du partenaire"},
		all:     []string{"montant part budget cout quote depense subvention somme"},
		never:   rate,
	},
}

// Our names of annotations privées.
const (
	AnnotationComplete     = "complet"
	AnnotationMissing      = "pieces_manquantes"
	AnnotationAcknowledged = "accuse_reception" // a date: when the acknowledgement was sent
	AnnotationReminded     = "date_relance"
	AnnotationOpinion      = "avis"
	AnnotationProposed     = "montant_propose"
	AnnotationGranted      = "montant_accorde"
)

var annotationWordings = []wording{
	{
		field: AnnotationComplete, types: typesYesNo,
		phrases: []string{"Le dossier est-il complet ?", "Dossier complet", "Complétude du dossier"},
		all:     []string{"complet completude"},
	},
	{
		field: AnnotationMissing, types: typesText,
		phrases: []string{"Pièces manquantes", "Liste des pièces manquantes", "Documents à demander"},
		all:     []string{"piece document element", "manquant* absent* demander"},
	},
	{
		field: AnnotationAcknowledged, types: split("Date Datetime"),
		phrases: []string{"Date de l'accusé de réception", "Accusé de réception envoyé le", "Date d'envoi de l'AR"},
		all:     []string{"accuse ar", "reception envoi envoye date ar"},
	},
	{
		field: AnnotationReminded, types: split("Date Datetime"),
		phrases: []string{"Date de relance", "Relance effectuée le"},
		all:     []string{"relance*"},
	},
	{
		field: AnnotationOpinion, types: split("DropDownList Text Textarea Formatted"),
		phrases: []string{"Avis sur le dossier", "Avis de l'instructeur", "Avis technique"},
		all:     []string{"avis"},
		never:   "commission comite prefet departement",
	},
	{
		field: AnnotationProposed, types: typesAmount,
		phrases: []string{"Montant proposé", "Subvention proposée", "Proposition de financement"},
		all:     []string{"propos*"},
	},
	{
		field: AnnotationGranted, types: typesAmount,
		phrases: []string{"Montant accordé", "Subvention accordée", "Montant attribué"},
		all:     []string{"accorde attribue octroye notifie retenu"},
	},
}

// FieldNames lists our names of fields, in the order of a form.
func FieldNames() []string {
	names := namesOf(wordings)
	at := slices.Index(names, FieldPartenaires) + 1
	return slices.Insert(names, at, namesOf(partnerWordings)...)
}

// AnnotationNames lists our names of annotations.
func AnnotationNames() []string { return namesOf(annotationWordings) }

func namesOf(list []wording) []string {
	names := make([]string, 0, len(list))
	for _, w := range list {
		names = append(names, w.field)
	}
	return names
}

// wordingOf finds how a field or an annotation is worded.
func wordingOf(list []wording, name string) (wording, bool) {
	i := slices.IndexFunc(list, func(w wording) bool { return w.field == name })
	if i < 0 {
		return wording{}, false
	}
	return list[i], true
}
