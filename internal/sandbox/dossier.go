package sandbox

import (
	"encoding/base64"
	"fmt"
	"time"
)

// paris is the zone of every DateTime in answers, whatever the démarche.
var paris = zone("Europe/Paris")

// The wire values of enum DossierState, and the draft that it leaves out.
const (
	brouillon      = "brouillon"
	enConstruction = "en_construction"
	enInstruction  = "en_instruction"
	accepte        = "accepte"
	refuse         = "refuse"
	sansSuite      = "sans_suite"
)

// dossier is one application file. Instants have microseconds; the zero Time is
// null. Its answers are drawn again from the seed each time they are shown, so
// that a large world stays small; edits are what differs from them.
type dossier struct {
	number   int
	demarche *demarche
	group    *group
	revision int
	state    string
	archived bool

	deposited, constructed, instructed, processed time.Time
	updated, champsUpdated, annotated             time.Time
	expires, pendingSince, attested               time.Time
	hiddenByUser, hiddenByAdmin, hiddenByExpiry   time.Time

	usager        *person
	usagerDeleted bool
	tiers         *person // mandataire who deposited for the demandeur
	demandeur     *company
	degraded      bool // its SIRET look-up failed
	poison        *Poison

	seed        uint64
	edits       map[string]any
	edited      map[string]time.Time
	annotations map[string]any
	motivation  string

	followers   []*person
	labels      []*label
	traitements []traitement
	messages    []*message
	avis        []*avis
}

type traitement struct {
	id         int
	at         time.Time
	event      string
	state      string
	by         *person // nil when automatic or by the usager
	motivation string
}

type message struct {
	id         int
	at         time.Time
	email      string
	body       string
	discarded  time.Time
	correction *correction
}

type correction struct {
	reason   string
	resolved time.Time
}

type avis struct {
	id               int
	expert, claimant *person
	question, answer string
	asked, moved     time.Time
}

type label struct {
	id          int
	name, color string
}

// group is a groupe instructeur.
type group struct {
	number  int
	label   string
	region  string // INSEE code, "" for the default one
	closed  bool
	members []*person
}

func (g *group) has(p *person) bool {
	for _, m := range g.members {
		if m == p {
			return true
		}
	}
	return false
}

func termine(state string) bool {
	return state == accepte || state == refuse || state == sansSuite
}

// answers are the values of the champs by key; a missing key is an empty champ.
// In a large world they are drawn at each reading.
func (d *dossier) answers() map[string]any {
	a := d.demarche.fill(d)
	for key, v := range d.edits {
		a[key] = v
	}
	return a
}

// set records an answer that differs from the drawn one.
func (d *dossier) set(key string, value any, t time.Time) {
	if d.edits == nil {
		d.edits = map[string]any{}
	}
	d.edits[key] = value
	if t.IsZero() {
		return
	}
	if d.edited == nil {
		d.edited = map[string]time.Time{}
	}
	d.edited[key] = t
}

func (d *dossier) follows(p *person) bool {
	for _, f := range d.followers {
		if f == p {
			return true
		}
	}
	return false
}

// pendingCorrection is the message whose correction the usager has not answered.
func (d *dossier) pendingCorrection() *message {
	for _, m := range d.messages {
		if m.correction != nil && m.correction.resolved.IsZero() {
			return m
		}
	}
	return nil
}

// globalID writes an id as the platform does: standard base64 of Class-key.
func globalID(class string, key any) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s-%v", class, key))
}

// zone loads a zone; the tz database is linked in by platform.go, so that a
// name of ours is always found.
func zone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return l
}
