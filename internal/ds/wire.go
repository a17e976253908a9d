package ds

// The wire types are the answers as the embedded queries ask for them: one Go
// field per response key, which a test compares. JSON null leaves a string
// empty: for text, none and blank mean the same here.

type wireProfile struct {
	ID    string `json:"id"`
	Email string `json:"email"`
}

type wireGroupe struct {
	ID           string        `json:"id"`
	Number       int           `json:"number"`
	Label        string        `json:"label"`
	Closed       bool          `json:"closed"`
	Instructeurs []wireProfile `json:"instructeurs"`
}

type wireID struct {
	ID string `json:"id"`
}

type wireDemarche struct {
	ID             string       `json:"id"`
	Title          string       `json:"title"`
	State          string       `json:"state"`
	DateFermeture  string       `json:"dateFermeture"`
	ActiveRevision *wireID      `json:"activeRevision"`
	Groupes        []wireGroupe `json:"groupeInstructeurs"`
}

type wirePageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

type wireDossier struct {
	ID       string `json:"id"`
	Number   int    `json:"number"`
	State    string `json:"state"`
	Archived bool   `json:"archived"`

	DateDepot                           string `json:"dateDepot"`
	DatePassageEnConstruction           string `json:"datePassageEnConstruction"`
	DatePassageEnInstruction            string `json:"datePassageEnInstruction"`
	DateTraitement                      string `json:"dateTraitement"`
	DateExpiration                      string `json:"dateExpiration"`
	DateDerniereModification            string `json:"dateDerniereModification"`
	DateDerniereModificationChamps      string `json:"dateDerniereModificationChamps"`
	DateDerniereModificationAnnotations string `json:"dateDerniereModificationAnnotations"`
	DateDerniereCorrectionEnAttente     string `json:"dateDerniereCorrectionEnAttente"`
	DateSuppressionParUsager            string `json:"dateSuppressionParUsager"`
	DateSuppressionParAdministration    string `json:"dateSuppressionParAdministration"`
	DatePrevisionnelleDecisionSVASVR    string `json:"datePrevisionnelleDecisionSVASVR"`
	DateTraitementSVASVR                string `json:"dateTraitementSVASVR"`

	ConnectionUsager string       `json:"connectionUsager"`
	DeposeParUnTiers bool         `json:"deposeParUnTiers"`
	Usager           *wireProfile `json:"usager"`
	Demarche         *struct {
		Number   int     `json:"number"`
		Revision *wireID `json:"revision"`
	} `json:"demarche"`
	GroupeInstructeur *struct {
		ID     string `json:"id"`
		Number int    `json:"number"`
		Label  string `json:"label"`
		Closed bool   `json:"closed"`
	} `json:"groupeInstructeur"`
	Instructeurs []wireProfile    `json:"instructeurs"`
	Labels       []wireLabel      `json:"labels"`
	Traitements  []wireTraitement `json:"traitements"`
	Messages     []wireMessage    `json:"messages"`
	Avis         []wireAvis       `json:"avis"`
	Demandeur    *wireDemandeur   `json:"demandeur"`
	Champs       []wireChamp      `json:"champs"`
	Annotations  []wireChamp      `json:"annotations"`
}

type wireLabel struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type wireTraitement struct {
	ID             string `json:"id"`
	Event          string `json:"event"`
	DateTraitement string `json:"dateTraitement"`
}

type wireMessage struct {
	ID          string `json:"id"`
	CreatedAt   string `json:"createdAt"`
	DiscardedAt string `json:"discardedAt"`
	Correction  *struct {
		Reason         string `json:"reason"`
		DateResolution string `json:"dateResolution"`
	} `json:"correction"`
}

type wireAvis struct {
	ID             string `json:"id"`
	DateQuestion   string `json:"dateQuestion"`
	Reponse        string `json:"reponse"`
	QuestionAnswer *bool  `json:"questionAnswer"`
}

// wireDemandeur is the three kinds together: their keys do not clash.
type wireDemandeur struct {
	Typename string `json:"__typename"`
	Civilite string `json:"civilite"`
	Nom      string `json:"nom"`
	Prenom   string `json:"prenom"`
	wirePersonneMorale
}

type wirePersonneMorale struct {
	Siret       string       `json:"siret"`
	SiegeSocial bool         `json:"siegeSocial"`
	Naf         string       `json:"naf"`
	LibelleNaf  string       `json:"libelleNaf"`
	Address     *wireAddress `json:"address"`
	Entreprise  *struct {
		Siren              string `json:"siren"`
		RaisonSociale      string `json:"raisonSociale"`
		NomCommercial      string `json:"nomCommercial"`
		FormeJuridique     string `json:"formeJuridique"`
		FormeJuridiqueCode string `json:"formeJuridiqueCode"`
		EtatAdministratif  string `json:"etatAdministratif"`
		DateCreation       string `json:"dateCreation"`
	} `json:"entreprise"`
	Association *struct {
		RNA   string `json:"rna"`
		Titre string `json:"titre"`
		Objet string `json:"objet"`
	} `json:"association"`
}

type wireAddress struct {
	Label          string `json:"label"`
	StreetAddress  string `json:"streetAddress"`
	PostalCode     string `json:"postalCode"`
	CityName       string `json:"cityName"`
	CityCode       string `json:"cityCode"`
	DepartmentCode string `json:"departmentCode"`
	RegionCode     string `json:"regionCode"`
}

type wireDeparture struct {
	Number         int    `json:"number"`
	State          string `json:"state"`
	Reason         string `json:"reason"`
	DateSupression string `json:"dateSupression"` // so spelt by the platform
}

type wireRevision struct {
	ID                    string           `json:"id"`
	DateCreation          string           `json:"dateCreation"`
	DatePublication       string           `json:"datePublication"`
	ChampDescriptors      []wireDescriptor `json:"champDescriptors"`
	AnnotationDescriptors []wireDescriptor `json:"annotationDescriptors"`
}

type wireDescriptor struct {
	Typename         string           `json:"__typename"`
	ID               string           `json:"id"`
	Label            string           `json:"label"`
	Description      string           `json:"description"`
	Required         bool             `json:"required"`
	Options          []string         `json:"options"`
	ChampDescriptors []wireDescriptor `json:"champDescriptors"`
}
