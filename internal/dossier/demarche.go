package dossier

import "time"

// Demarche is the online procedure that receives dossiers, without its form.
type Demarche struct {
	ID             string              `json:"id"`
	Number         int                 `json:"number"`
	Title          string              `json:"title"`
	State          string              `json:"state"` // brouillon, publiee, close, depubliee
	DateFermeture  *time.Time          `json:"date_fermeture,omitempty"`
	ActiveRevision string              `json:"active_revision,omitempty"`
	Groupes        []GroupeInstructeur `json:"groupes,omitempty"`
}

// Form is every champ and annotation that a démarche ever published: the active
// revision first, then descriptors found only in older ones, which unfinished
// dossiers may still be on.
type Form struct {
	Demarche    Demarche
	Champs      []Descriptor
	Annotations []Descriptor
}

// Descriptor describes a champ of the form. Type is the typename of the
// schema's ChampDescriptor implementer without its "ChampDescriptor" ending:
// "Siret", "DecimalNumber", "Textarea", "Repetition"… Children are the champs of
// a repetition. Retired tells that the active revision no longer has it.
type Descriptor struct {
	ID          string
	Type        string
	Label       string
	Description string
	Required    bool
	Options     []string
	Children    []Descriptor
	Retired     bool
}

// Find looks a descriptor up by id, at the root or inside repetitions.
func Find(descriptors []Descriptor, id string) (Descriptor, bool) {
	for _, d := range descriptors {
		if d.ID == id {
			return d, true
		}
		if c, ok := Find(d.Children, id); ok {
			return c, true
		}
	}
	return Descriptor{}, false
}
