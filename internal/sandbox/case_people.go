package sandbox

import "time"

// peopleCases are about who applies and who examines.
func (w *world) peopleCases() []scenario {
	r := dice(w.seed, "people cases")
	third := someone(r, 401_007, "cabinet.example")
	return []scenario{
		{region: "32", kind: association, deposit: daysAgo(33), body: func(c *company) { c.closed = true }, steps: []step{after(3, follows(0))}},
		{region: "52", kind: association, deposit: daysAgo(9), about: func(d *dossier) { d.degraded = true }},
		{region: "53", kind: association, deposit: daysAgo(35), about: func(d *dossier) { d.usagerDeleted = true }, steps: []step{after(4, passes(1))}},
		{region: "53", kind: association, deposit: daysAgo(11), about: func(d *dossier) { d.tiers = third }},
		{region: "53", kind: publicBody, deposit: daysAgo(27), steps: []step{
			after(2, follows(0)), after(3, follows(1)), after(4, follows(2)), after(5, askedAvis), after(9, answeredAvis), after(10, askedAvis)}},
		{region: "04", kind: insertion, deposit: daysAgo(10), steps: []step{
			after(1, writes("Je me suis trompé de pièce.")), after(1.2, withdraws), after(2, annotates("ann_complet", false)), after(2, annotates("ann_manquantes", "RIB au nom de la structure"))}},
		{region: "32", kind: association, deposit: daysAgo(8), body: func(c *company) { c.rna, c.staff = "", "" }, steps: []step{after(2, follows(1))}},
	}
}

// historyCases have been decided, reopened, hidden, restored or purged.
func (w *world) historyCases() []scenario {
	return []scenario{
		{region: "53", kind: association, deposit: daysAgo(55), steps: []step{after(6, passes(0)), ago(10, decides(accepte)), ago(9, annotates("ann_accorde", 120_000.0))}},
		{region: "52", kind: association, deposit: daysAgo(54), steps: []step{after(6, passes(1)), ago(9, decides(refuse))}},
		{region: "32", kind: enterprise, deposit: daysAgo(53), steps: []step{after(6, passes(0)), ago(8, decides(sansSuite)), ago(7, func(w *world, d *dossier, t time.Time) { w.archive(d, t) })}},
		{region: "53", kind: association, deposit: daysAgo(52), steps: []step{after(6, passes(0)), ago(15, decides(refuse)), ago(5, reopens)}},
		{region: "52", kind: association, deposit: daysAgo(51), steps: []step{after(6, passes(0)), ago(14, decides(accepte)), ago(3, hides(ByUsager))}},
		{region: "53", kind: association, deposit: daysAgo(32), steps: []step{ago(8, hides(ByUsager)), ago(2, restores)}},

		{region: "53", kind: association, deposit: daysAgo(31), extra: true, steps: []step{ago(5, hides(ByUsager))}},
		{region: "52", kind: association, deposit: daysAgo(50), extra: true, steps: []step{after(6, passes(0)), ago(20, decides(sansSuite)), ago(4, hides(ByAdministration))}},
		{region: "32", kind: association, deposit: daysAgo(375), extra: true, revision: 1, steps: []step{after(6, passes(0)), after(8, decides(refuse)), ago(1, hides(ByExpiry))}},
		{region: "53", kind: association, deposit: daysAgo(60), extra: true, steps: []step{ago(30, hides(ByUsager)), ago(15.5, purges)}},
		{region: "04", kind: association, deposit: daysAgo(66), extra: true, steps: []step{ago(18, hides(ByUsager)), ago(3.5, purges)}},
		{region: "53", kind: association, deposit: daysAgo(-2), extra: true},
		{region: "32", kind: association, deposit: daysAgo(-5), extra: true},
	}
}
