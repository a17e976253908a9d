package sandbox

import "strconv"

// contentCases hold what a form can hold: budgets that do not add up, consortia
// with no chef de file or two, missing pieces, awkward text.
func (w *world) contentCases() []scenario {
	return []scenario{
		{region: "52", kind: association, deposit: daysAgo(30), edits: answers{"formation": true, "formation_montant": 12_000.0}, steps: []step{after(4, follows(2))}},
		{region: "04", kind: association, deposit: daysAgo(28), edits: answers{"cout_total": 420_000.0, "cout_an1": 140_000.0, "cout_an2": 140_000.0, "cout_an3": 140_000.0, "montant_demande": 300_000.0}, about: consortium(420_000, 3, 0)},
		{region: "04", kind: association, deposit: daysAgo(26), about: consortium(300_000, 3)},
		{region: "53", kind: association, deposit: daysAgo(25), about: consortium(240_000, 4, 0, 2), steps: []step{after(3, labelled("Consortium"))}},
		{region: "53", kind: association, deposit: daysAgo(24), edits: answers{"cout_total": 200_000.0, "cout_an1": 60_000.0, "cout_an2": 70_000.0, "cout_an3": 60_000.0, "montant_demande": 150_000.0}},
		{region: "53", kind: insertion, deposit: daysAgo(23), edits: answers{"cout_total": 180_000.0, "montant_demande": 190_000.0}},
		{region: "53", kind: association, deposit: daysAgo(22), edits: answers{"cer": false}},
		{region: "32", kind: collective, deposit: daysAgo(21), edits: answers{"cer": false, "montant_demande": 280_000.0}},
		{region: "53", kind: association, deposit: daysAgo(20), edits: answers{"activites": nil}},
		{region: "53", kind: association, deposit: daysAgo(19), edits: answers{"siret": "99912345678901"}},
		{region: "52", kind: association, deposit: daysAgo(18), edits: answers{
			"pj_rib":    []File{{Name: "vide.pdf", Type: "application/pdf"}},
			"pj_budget": []File{{Name: "budget \u202efdp.exe", Type: "application/pdf", Size: 700, Infected: true}}}},
		{region: "53", kind: association, deposit: daysAgo(17), edits: answers{"dossier_precedent": strconv.Itoa(w.byFamily("").dossiers[0].number)}},
		{region: "52", groupe: "53", kind: association, deposit: daysAgo(16), edits: sound, steps: []step{after(3, follows(0))}},
		{region: "53", groupe: "-", kind: association, deposit: daysAgo(15), edits: answers{"region": nil}},
		{region: "53", kind: association, deposit: daysAgo(14), body: named(`Association « L’Éclaircie » <script>alert("O2R")</script> & Cie`),
			edits: answers{"intitule": `Projet "Cap'tain" <b>gras</b> & l’avenir`, "objet": "=1+1;\u0007 objet avec \"guillemets\" et <img src=x onerror=alert(1)>"}},
		{region: "32", kind: association, deposit: daysAgo(13), body: named("Solidarité 🌍 جسور إلى العمل"),
			edits: answers{"intitule": "Des ponts 🌉 vers l’emploi — جسور", "nb_reperees": "9007199254740993"}},
		{region: "53", kind: association, deposit: daysAgo(12), edits: answers{"cout_total": 1_234_567.89, "cout_an1": 411_522.63, "cout_an2": 411_522.63, "cout_an3": 411_522.63, "montant_demande": 987_654.32, "formation": nil, "delegation": nil}},
	}
}

func named(name string) func(*company) { return func(c *company) { c.name = name } }

// consortium gives a project rows of partners, those said to be chef de file
// among them.
func consortium(total float64, n int, chiefs ...int) func(*dossier) {
	return func(d *dossier) {
		d.set("groupement", true, d.deposited)
		d.set("partenaires", partners(dice(d.seed, "case partners", int64(d.number)), d, total, n, chiefs...), d.deposited)
	}
}
