package dossier

import "time"

// State is the platform's state of a dossier, with its wire value. A brouillon
// is never exposed. Treat any state as possible next: SVA/SVR, declarative
// démarches and réexamens jump.
type State string

// The states of the published schema (enum DossierState).
const (
	EnConstruction State = "en_construction"
	EnInstruction  State = "en_instruction"
	Accepte        State = "accepte"
	Refuse         State = "refuse"
	SansSuite      State = "sans_suite"
)

// Termine tells whether a decision stands. It is the only safe test:
// DateTraitement survives a réexamen.
func (s State) Termine() bool { return s == Accepte || s == Refuse || s == SansSuite }

// Profile is an account of the platform: an instructeur, an usager, an expert.
// ID is opaque; after the deletion of an usager's account it is the literal
// "<deleted>" and Email must never be written to.
type Profile struct {
	ID    string `json:"id"`
	Email string `json:"email,omitempty"`
}

// GroupeInstructeur is a team of instructeurs; in O2R, one per region. Inside a
// Dossier, Instructeurs is empty: members are read once per démarche, in
// Demarche.Groupes, since a change of membership does not touch the dossier.
type GroupeInstructeur struct {
	ID           string    `json:"id"`
	Number       int       `json:"number"`
	Label        string    `json:"label"`
	Closed       bool      `json:"closed,omitempty"`
	Instructeurs []Profile `json:"instructeurs,omitempty"`
}

// Label is a coloured tag put on a dossier by instructeurs. Adding one does not
// move DateDerniereModification.
type Label struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Traitement is one step in the life of a dossier. Event is the wire value of
// enum TraitementEvent; it may be one that this version does not know.
type Traitement struct {
	ID             string    `json:"id"`
	Event          string    `json:"event"`
	DateTraitement time.Time `json:"date_traitement"`
}

// Correction is a request sent to the usager to fix the dossier. Reason is
// incomplete, incorrect or outdated. DateResolution is nil while it is pending.
type Correction struct {
	Reason         string     `json:"reason"`
	DateResolution *time.Time `json:"date_resolution,omitempty"`
}

// Message keeps of a message what deadlines need. Its text and author stay on
// the platform. DiscardedAt is set when the message was withdrawn.
type Message struct {
	ID          string      `json:"id"`
	CreatedAt   time.Time   `json:"created_at"`
	DiscardedAt *time.Time  `json:"discarded_at,omitempty"`
	Correction  *Correction `json:"correction,omitempty"`
}

// Avis is an opinion asked of an expert. Answered is computed from the answer:
// the platform's dateReponse is never null.
type Avis struct {
	ID           string    `json:"id"`
	DateQuestion time.Time `json:"date_question"`
	Answered     bool      `json:"answered"`
}

// Dossier is one application file as the platform shows it, normalised: text in
// NFC, blanks as none, dates as instants, no signed URL. Pointers are nil where
// the platform says null.
type Dossier struct {
	ID       string `json:"id"`
	Number   int    `json:"number"`
	Demarche int    `json:"demarche"`
	// Revision is the id of the form revision the dossier is on now.
	Revision string `json:"revision,omitempty"`
	State    State  `json:"state"`
	Archived bool   `json:"archived,omitempty"`

	DateDepot time.Time `json:"date_depot"`
	// DatePassageEnConstruction is the last passage: it moves when the dossier
	// is sent back, not when a correction is submitted.
	DatePassageEnConstruction time.Time  `json:"date_passage_en_construction"`
	DatePassageEnInstruction  *time.Time `json:"date_passage_en_instruction,omitempty"`
	// DateTraitement is kept after a réexamen: read State to know whether a
	// decision stands.
	DateTraitement *time.Time `json:"date_traitement,omitempty"`
	DateExpiration *time.Time `json:"date_expiration,omitempty"`
	// DateDerniereModification is cut to the second by the platform, coarser
	// than its cursors.
	DateDerniereModification            time.Time  `json:"date_derniere_modification"`
	DateDerniereModificationChamps      time.Time  `json:"date_derniere_modification_champs"`
	DateDerniereModificationAnnotations time.Time  `json:"date_derniere_modification_annotations"`
	DateDerniereCorrectionEnAttente     *time.Time `json:"date_derniere_correction_en_attente,omitempty"`
	DateSuppressionParUsager            *time.Time `json:"date_suppression_par_usager,omitempty"`
	DateSuppressionParAdministration    *time.Time `json:"date_suppression_par_administration,omitempty"`
	DatePrevisionnelleDecisionSVASVR    Day        `json:"date_previsionnelle_decision_svasvr,omitzero"`
	DateTraitementSVASVR                *time.Time `json:"date_traitement_svasvr,omitempty"`

	// Usager is never written to. It is kept so that no mail ever goes to the
	// address of somebody whose dossier is examined.
	Usager           Profile `json:"usager"`
	ConnectionUsager string  `json:"connection_usager,omitempty"`
	DeposeParUnTiers bool    `json:"depose_par_un_tiers,omitempty"`

	Demandeur         Demandeur         `json:"demandeur"`
	GroupeInstructeur GroupeInstructeur `json:"groupe_instructeur"`
	// Instructeurs are the followers only; often empty.
	Instructeurs []Profile    `json:"instructeurs,omitempty"`
	Labels       []Label      `json:"labels,omitempty"`
	Traitements  []Traitement `json:"traitements,omitempty"`
	Messages     []Message    `json:"messages,omitempty"`
	Avis         []Avis       `json:"avis,omitempty"`

	Champs      []Champ `json:"champs,omitempty"`
	Annotations []Champ `json:"annotations,omitempty"`
}

// Champ finds a root champ by its descriptor id, which is stable across
// revisions and clones. The platform omits a champ hidden by a condition, so
// false means "no value", not an error. Rows of repetitions are not searched.
func (d *Dossier) Champ(descriptorID string) (Champ, bool) {
	for _, c := range d.Champs {
		if c.DescriptorID == descriptorID {
			return c, true
		}
	}
	return Champ{}, false
}

// FirstDecision is the instant of the first decision ever taken on the dossier,
// by a person or by itself; nil when there was none. A réexamen does not undo
// it: the silence was broken then.
func (d *Dossier) FirstDecision() *time.Time {
	var first *time.Time
	for i := range d.Traitements {
		t := &d.Traitements[i]
		if !decision[t.Event] {
			continue
		}
		if first == nil || t.DateTraitement.Before(*first) {
			first = &t.DateTraitement
		}
	}
	if first == nil && d.State.Termine() {
		return d.DateTraitement
	}
	return first
}

var decision = map[string]bool{
	"accepte": true, "accepte_automatiquement": true,
	"refuse": true, "refuse_automatiquement": true,
	"classe_sans_suite": true,
}
