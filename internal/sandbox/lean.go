package sandbox

import "math"

// leanKeys are the champs that a bare world asks: those that calls and rules
// need most, one of each family of kinds.
var leanKeys = map[string]bool{
	"siret": true, "statut": true, "region": true, "intitule": true, "activites": true,
	"groupement": true, "partenaires": true, "cout_total": true, "montant_demande": true,
	"pj_budget": true, "pj_rib": true, "cer": true,
	"ann_complet": true, "ann_relance": true, "ann_accorde": true,
}

// strip makes the O2R form lean. Descriptor ids stay those of the full form.
func (w *world) strip() {
	m := w.byFamily("o2r")
	m.form.champs, m.form.annotations = lean(m.form.champs), lean(m.form.annotations)
	m.fill = fillLean
}

func lean(list []field) []field {
	var out []field
	for _, f := range list {
		if leanKeys[f.key] {
			out = append(out, f)
		}
	}
	return out
}

// fillLean draws the answers to the lean form.
func fillLean(d *dossier) answers {
	r := dice(d.seed, "lean answers", int64(d.number))
	c := d.demandeur
	total := 1_000 * float64(160+r.IntN(500))
	a := answers{
		"siret": c, "statut": string(c.kind), "region": c.region.code,
		"intitule": pick(r, titles), "activites": someOf(r, activites, 1), "cer": true,
		"cout_total": total, "montant_demande": math.Round(total * (0.6 + 0.35*r.Float64())),
		"pj_budget": pdf(r, "budget.pdf", d.deposited), "groupement": false,
	}
	if !chance(r, 0.1) {
		a["pj_rib"] = pdf(r, "RIB.pdf", d.deposited)
	}
	if chance(r, 0.1) {
		a["groupement"], a["partenaires"] = true, partners(r, d, total, 2, 0)
	}
	return a
}
