package sandbox

import (
	"cmp"
	"slices"
	"time"
)

// TruthDossier is what the world knows of a dossier, to compare a copy with.
type TruthDossier struct {
	Number int
	State  string // the last one, if purged
	Groupe string // label
	// DepositedAt and ModifiedAt have microseconds; the API shows seconds.
	DepositedAt time.Time
	ModifiedAt  time.Time

	Listed  bool // in `dossiers`
	Pending bool // in `pendingDeletedDossiers`
	Hidden  bool // exists but is not listed: pending, or hidden by expiry
	Purged  bool // in `deletedDossiers`
	// DeletedAt is dateSupression of the row of either list.
	DeletedAt time.Time

	Siret     string // of the form's champ, else of the demandeur
	Region    string // INSEE code given in the form, or ""
	TotalCost float64
	Requested float64
	Revision  int // rank, from 1
	Archived  bool
	Labels    []string
	Followers []string // addresses
}

// Truth tells everything of a démarche but its drafts, by number. An unknown
// démarche gives nothing.
func (p *Platform) Truth(demarche int) []TruthDossier {
	p.mu.RLock()
	defer p.mu.RUnlock()
	m := p.world.demarche(demarche)
	if m == nil {
		return nil
	}
	var out []TruthDossier
	for _, d := range m.dossiers {
		if d.state != brouillon {
			out = append(out, d.truth())
		}
	}
	for _, r := range m.graves {
		g := r.grave
		out = append(out, TruthDossier{
			Number: g.number, State: g.state, Groupe: g.group.label,
			DepositedAt: g.deposited, ModifiedAt: g.updated, Purged: true, DeletedAt: g.at,
		})
	}
	slices.SortFunc(out, func(a, b TruthDossier) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

func (d *dossier) truth() TruthDossier {
	a := d.answers()
	t := TruthDossier{
		Number: d.number, State: d.state, Groupe: d.group.label,
		DepositedAt: d.deposited, ModifiedAt: d.updated,
		Listed: d.listed(), Pending: d.pending(), Hidden: !d.listed(),
		Siret: d.demandeur.siret, Revision: d.revision, Archived: d.archived,
	}
	if typed, ok := a["siret"].(string); ok {
		t.Siret = typed
	}
	t.Region, _ = a["region"].(string)
	t.TotalCost, _ = a["cout_total"].(float64)
	t.Requested, _ = a["montant_demande"].(float64)
	if t.Pending {
		t.DeletedAt = d.hiddenAt()
	}
	for _, l := range d.labels {
		t.Labels = append(t.Labels, l.name)
	}
	for _, who := range d.followers {
		t.Followers = append(t.Followers, who.email)
	}
	return t
}
