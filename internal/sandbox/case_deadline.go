package sandbox

import "time"

// deadlineCases lie around the dates that matter: the silent rejection (D14)
// past, today, in 1, 7, 15 and 30 days; corrections; closings; conservation.
func (w *world) deadlineCases() []scenario {
	oneEuro := func(total float64) answers {
		return answers{"cout_total": total, "cout_an1": 50_000.0, "cout_an2": 50_000.0, "cout_an3": total - 100_000, "montant_demande": 120_000.0, "formation": false, "cofinancements": nil}
	}
	return []scenario{
		{region: "53", kind: association, deposit: silentIn(30), edits: sound, steps: []step{after(8, passes(0))}},
		{region: "52", kind: association, deposit: silentIn(7), edits: oneEuro(149_999), steps: []step{after(12, passes(0)), after(13, follows(1))}},
		{region: "52", kind: association, deposit: silentIn(15), edits: oneEuro(150_000), steps: []step{after(9, passes(1))}},
		{region: "52", kind: insertion, deposit: silentIn(1), edits: oneEuro(150_001)},
		{region: "04", kind: association, deposit: silentIn(7), edits: sound, steps: []step{after(20, passesAlone)}},
		{region: "53", kind: association, deposit: silentIn(0), edits: sound, steps: []step{after(5, passes(2))}},
		{region: "32", kind: enterprise, deposit: silentIn(-1), edits: answers{"montant_demande": 249_999.0}, steps: []step{after(15, passes(0))}},
		{region: "32", kind: association, deposit: silentIn(-5), edits: answers{"montant_demande": 250_000.0}, steps: []step{after(15, passes(1))}},
		{region: "06", kind: association, deposit: silentIn(7), edits: sound},
		{region: "53", kind: association, deposit: silentIn(7), edits: answers{"pj_rib": nil, "pj_budget": nil}, steps: []step{
			after(6, passes(0)), ago(6, asks("incomplete")), ago(6, labelled("À compléter"))}},
		{region: "52", kind: association, deposit: silentIn(1), edits: answers{"pj_comptes": nil}, steps: []step{
			after(6, passes(0)), ago(20, asks("incomplete")), ago(8, submits(newAccounts))}},
		{region: "04", kind: association, deposit: silentIn(15), steps: []step{after(10, passes(0)), ago(4, asks("incorrect"))}},
		{region: "52", kind: association, deposit: fromClosing("52", 63*time.Minute), edits: sound},
		{region: "52", kind: association, deposit: fromClosing("52", -2*time.Second), edits: sound},
		{region: "52", kind: insertion, deposit: fromClosing("52", 26*time.Hour), steps: []step{after(2, passes(0))}},
		{region: "53", kind: association, deposit: daysAgo(380), revision: 1, steps: []step{after(14, passes(0)), after(23.5, decides(accepte))}},
		{region: "53", kind: association, deposit: daysAgo(372), revision: 1, steps: []step{after(14, passes(1)), after(34, decides(refuse))}},
	}
}

// sound is a dossier without any defect of budget or pieces.
var sound = answers{
	"cout_total": 300_000.0, "cout_an1": 100_000.0, "cout_an2": 100_000.0, "cout_an3": 100_000.0,
	"montant_demande": 260_000.0, "formation": false, "groupement": false,
	"activites": activites, "cer": true, "a_jour": true, "compta_analytique": true,
	"pj_budget":  []File{{Name: "budget.pdf", Type: "application/pdf", Size: 1_804}},
	"pj_rib":     []File{{Name: "RIB.pdf", Type: "application/pdf", Size: 1_120}},
	"pj_comptes": []File{{Name: "comptes.pdf", Type: "application/pdf", Size: 2_977}},
}

func newAccounts(_ *dossier, t time.Time) answers {
	return answers{"pj_comptes": []File{{Name: "comptes-certifies.pdf", Type: "application/pdf", Size: 2_311, At: t}}}
}
