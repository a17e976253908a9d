// Package call holds the calls for projects (AMI) as configuration: what one
// DREETS published, in one YAML file. It loads and checks the files, binds our
// field names to the champs of a form, and tells to which call a dossier
// belongs.
package call

import (
	"slices"
	"strings"
	"time"

	"relais/internal/dossier"
)

// Call is one AMI. Nil and empty mean "not configured"; a nil Floor, MaxShare,
// Ineligible or Consortium makes the rules that need them not applicable,
// anything else missing makes them unknown (design §6).
type Call struct {
	ID        string
	Family    string // o2r, spie, pic
	Title     string
	Authority string
	// Demarche is the number of the démarche on the platform; 0 for a template,
	// which is never polled.
	Demarche int
	// Regions are INSEE region codes; empty means every region not claimed by
	// another call of the same démarche.
	Regions  []string
	Zone     *time.Location
	Calendar Calendar

	Floor      *Floor
	MaxShare   *float64 // requested ÷ total, 0 to 1
	Ineligible []string // nil = not configured; "formation" is the one known so far
	Consortium *Consortium

	Incomplete      Incomplete
	CorrectionDays  *int // days given to complete; nil = a correction suspends nothing
	Silence         *Silence
	Acknowledgement Acknowledgement
	// Steps overrides the default steps of a deadline: "D14" → ["J-30", "J-7"].
	Steps      map[string][]string
	Recipients Recipients
	Mail       Mail
	// RetentionMonths is how long our copy is kept after the decision; nil = not
	// configured.
	RetentionMonths *int
	// Fields binds our names to champ descriptor ids. A missing name is not
	// bound. FieldSiret may be the word "demandeur".
	Fields map[string]string
	// Annotations binds our names to annotation descriptor ids.
	Annotations map[string]string

	// Source is the file it came from, for messages.
	Source string
	// Digest is the SHA-256 of the file, for the stamp of judgements. It covers what
	// judges nothing too, such as mail: a change there judges each dossier again, which
	// costs no request.
	Digest string
}

// Calendar holds local instants read in the call's zone; the zero Time means
// not known.
type Calendar struct {
	Opens     time.Time
	Closes    time.Time
	Committee time.Time
}

// The measures of a floor.
const (
	TotalCost       = "total_cost"
	RequestedAmount = "requested_amount"
)

// Floor is the least amount of a project, in euros, over Months.
type Floor struct {
	Measure string
	Amount  float64
	Months  int
}

// Consortium says what the call wants of a group of bodies.
type Consortium struct {
	Required    bool
	ChefDeFile  bool     // a group names exactly one
	MustInclude []string // kinds of partner: "departement", "france_travail"
}

// Incomplete is the call's policy for a dossier with missing pieces.
type Incomplete string

// Policies; empty means not configured.
const (
	Correction  Incomplete = "correction"
	Irrecevable Incomplete = "irrecevable"
)

// Silence says what the administration's silence does. While ConfirmedBy is
// empty, mails say that the date rests on a hypothesis.
type Silence struct {
	Effect      string // rejet
	Months      int
	Source      string
	ConfirmedBy string
}

// Acknowledgement says how one can know that the deposit was acknowledged.
type Acknowledgement string

// Ways to know.
const (
	PlatformMail       Acknowledgement = "platform_mail"
	ByMessage          Acknowledgement = "message"
	ByAnnotation       Acknowledgement = "annotation"
	UnknownAcknowledge Acknowledgement = "unknown"
)

// Recipients are addresses of last resort: Fallback when a dossier has neither
// follower nor groupe member; Escalation when nobody follows a dossier that is
// about to be rejected by silence, or nobody else can be told. Report are those of
// the heads of the call, who receive its weekly report.
type Recipients struct {
	Fallback   []string
	Escalation []string
	Report     []string
}

// Mail says how the people of a call are written to.
type Mail struct {
	// Default is everybody's choice; empty means Morning.
	Default Choice
	// People are the choices of some addresses, in lower case.
	People map[string]Choice
	// Immediate are the steps of the silent rejection (D14) that do not wait for the
	// next morning; nil means J-1 and J, empty none.
	Immediate []string
}

// Choice is how somebody wants to be written to about a call.
type Choice string

// Choices, in the words of call files. What cannot wait is written at once to all
// but those who chose none; their part goes to the others concerned.
const (
	Morning   Choice = "morning"   // one mail a working morning
	Immediate Choice = "immediate" // only what cannot wait
	Weekly    Choice = "weekly"    // one mail, the first working morning of the week
	None      Choice = "none"
)

// Choice is what the call's file says for an address.
func (c *Call) Choice(address string) Choice {
	if own, ok := c.Mail.People[strings.ToLower(strings.TrimSpace(address))]; ok {
		return own
	}
	if c.Mail.Default == "" {
		return Morning
	}
	return c.Mail.Default
}

// Immediately tells whether a step of the silent rejection cannot wait.
func (c *Call) Immediately(step string) bool {
	if c.Mail.Immediate == nil {
		return step == "J-1" || step == "J"
	}
	return slices.Contains(c.Mail.Immediate, step)
}

// Our names of the fields that rules and exports read. Each is a key of
// Call.Fields; o2r-domain §E gives the usual label.
const (
	FieldSiret           = "siret" // a SiretChamp, or the word demandeur
	FieldRNA             = "rna"
	FieldStatut          = "statut"
	FieldRegion          = "region"
	FieldTitle           = "intitule"
	FieldActivites       = "activites"
	FieldGroupement      = "groupement"
	FieldPartenaires     = "partenaires"
	FieldPartnerSiret    = "partenaire_siret"
	FieldPartnerRole     = "partenaire_role"
	FieldPartnerChef     = "partenaire_chef_de_file"
	FieldPartnerAmount   = "partenaire_montant"
	FieldPeopleFound     = "nb_reperees"
	FieldPeopleSupported = "nb_accompagnees"
	FieldTotalCost       = "cout_total"
	FieldRequestedAmount = "montant_demande"
	FieldYear1           = "cout_an1"
	FieldYear2           = "cout_an2"
	FieldYear3           = "cout_an3"
	FieldTrainingAsked   = "formation"
	FieldTrainingAmount  = "formation_montant"
	FieldObjet           = "objet"
	FieldExperience      = "experience"
	FieldAncrage         = "ancrage"
	FieldComptes         = "pj_comptes"
	FieldRIB             = "pj_rib"
	FieldBudget          = "pj_budget"
	FieldCER             = "cer"
)

// Demandeur is the value of FieldSiret when the SIRET is the dossier's own
// demandeur and no champ holds it.
const Demandeur = "demandeur"

// Template tells that the call is not bound to a démarche and is never polled.
func (c *Call) Template() bool { return c.Demarche == 0 }

// Champ reads the champ bound to one of our field names at the root of a
// dossier. bound is false when the call does not bind it; present is false when
// the platform shows no such champ on this dossier.
func (c *Call) Champ(d *dossier.Dossier, field string) (champ dossier.Champ, bound, present bool) {
	id, bound := c.Fields[field]
	if !bound || id == "" {
		return dossier.Champ{}, false, false
	}
	champ, present = d.Champ(id)
	return champ, true, present
}
