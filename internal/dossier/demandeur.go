package dossier

// DemandeurKind says which of the platform's three kinds a demandeur is. The
// kind is fixed by the démarche, except that a company whose SIRET look-up
// failed is "incomplete" until the platform completes it, silently.
type DemandeurKind string

// The implementers of the schema's interface Demandeur; any other typename is
// kept as it came.
const (
	PersonnePhysique         DemandeurKind = "PersonnePhysique"
	PersonneMorale           DemandeurKind = "PersonneMorale"
	PersonneMoraleIncomplete DemandeurKind = "PersonneMoraleIncomplete"
)

// EtatAdministratifFerme is the wire value of a company that has closed.
const EtatAdministratifFerme = "Ferme"

// formeJuridiqueAssociation begins the legal forms of associations (INSEE,
// catégories juridiques, 92xx).
const formeJuridiqueAssociation = "92"

// Demandeur is who applies. For a PersonnePhysique only the name is kept; for
// the others Etablissement holds at least the SIRET.
type Demandeur struct {
	Kind          DemandeurKind  `json:"kind"`
	Civilite      string         `json:"civilite,omitempty"`
	Nom           string         `json:"nom,omitempty"`
	Prenom        string         `json:"prenom,omitempty"`
	Etablissement *Etablissement `json:"etablissement,omitempty"`
}

// Etablissement is what the platform knows of a SIRET. Entreprise may be nil or
// half-filled for minutes after the deposit.
type Etablissement struct {
	Siret       string       `json:"siret"`
	SiegeSocial bool         `json:"siege_social,omitempty"`
	Naf         string       `json:"naf,omitempty"`
	LibelleNaf  string       `json:"libelle_naf,omitempty"`
	Address     *Address     `json:"address,omitempty"`
	Entreprise  *Entreprise  `json:"entreprise,omitempty"`
	Association *Association `json:"association,omitempty"`
}

// Entreprise is the legal unit. EtatAdministratif is "Actif", "Ferme" or empty
// when the platform does not know yet.
type Entreprise struct {
	Siren              string `json:"siren"`
	RaisonSociale      string `json:"raison_sociale,omitempty"`
	NomCommercial      string `json:"nom_commercial,omitempty"`
	FormeJuridique     string `json:"forme_juridique,omitempty"`
	FormeJuridiqueCode string `json:"forme_juridique_code,omitempty"`
	EtatAdministratif  string `json:"etat_administratif,omitempty"`
	DateCreation       Day    `json:"date_creation,omitzero"`
}

// Association is the entity in the RNA (répertoire national des associations).
type Association struct {
	RNA   string `json:"rna"`
	Titre string `json:"titre,omitempty"`
	Objet string `json:"objet,omitempty"`
}

// Siret is the demandeur's SIRET, or "" for a person.
func (d Demandeur) Siret() string {
	if d.Etablissement == nil {
		return ""
	}
	return d.Etablissement.Siret
}

// Structure is the name to show: the association's title, the company's name,
// the person's name; "" when the platform knows none yet.
func (d Demandeur) Structure() string {
	if d.Kind == PersonnePhysique {
		return joinWords(d.Prenom, d.Nom)
	}
	e := d.Etablissement
	if e == nil {
		return ""
	}
	if e.Association != nil && e.Association.Titre != "" {
		return e.Association.Titre
	}
	if e.Entreprise == nil {
		return ""
	}
	if e.Entreprise.RaisonSociale != "" {
		return e.Entreprise.RaisonSociale
	}
	return e.Entreprise.NomCommercial
}

// IsAssociation tells whether the demandeur is an association: registered in
// the RNA, or of legal form 92xx (INSEE, catégories juridiques).
func (d Demandeur) IsAssociation() bool {
	e := d.Etablissement
	if e == nil {
		return false
	}
	if e.Association != nil {
		return true
	}
	return e.Entreprise != nil && len(e.Entreprise.FormeJuridiqueCode) == 4 &&
		e.Entreprise.FormeJuridiqueCode[:2] == formeJuridiqueAssociation
}

func joinWords(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " " + b
}
