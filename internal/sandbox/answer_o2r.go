package sandbox

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// fillO2R draws the answers to the national form: most are sound, a few have
// the defects that the rules look for.
func fillO2R(d *dossier) answers {
	r := dice(d.seed, "o2r answers", int64(d.number))
	a := answers{}
	fillApplicant(r, d, a)
	fillProject(r, d, a)
	total := fillBudget(r, d, a)
	fillConsortium(r, d, a, total)
	fillPieces(r, d, a)
	a["cer"] = d.demandeur.kind == association && !chance(r, 0.03)
	a["a_jour"], a["compta_analytique"], a["exactitude"] = true, !chance(r, 0.05), true
	return a
}

func fillApplicant(r *rand.Rand, d *dossier, a answers) {
	c := d.demandeur
	a["siret"], a["adresse"] = c, c
	if c.rna != "" {
		a["rna"] = c
	}
	a["statut"] = string(c.kind)
	chief := someone(r, 0, usagerDomain(c)+".example")
	follow := someone(r, 0, usagerDomain(c)+".example")
	a["repr_nom"] = fmt.Sprintf("%s %s, %s", chief.first, chief.last, pick(r, []string{"présidente", "président", "directrice", "directeur"}))
	a["contact_mail"] = follow.email
	a["contact_tel"] = fmt.Sprintf("01 99 00 %02d %02d", r.IntN(100), r.IntN(100)) // 01 99 00: kept for fiction by ARCEP
	a["delegation"] = true
	a["objet"] = pick(r, purposes)
	a["experience"] = prose(r, experiences, 2+r.IntN(3))
	a["ancrage"] = prose(r, anchorages, 1+r.IntN(3))
}

func fillProject(r *rand.Rand, d *dossier, a answers) {
	c := d.demandeur
	a["intitule"] = fmt.Sprintf("%s (%s)", pick(r, titles), c.commune.name)
	a["region"] = c.region.code
	a["departements"] = rowsOf(r, d.deposited, answers{"departement": c.commune.departement.code})
	a["qpv"], a["frr"], a["zrr"] = chance(r, 0.5), chance(r, 0.4), chance(r, 0.4)
	a["communes"] = rowsOf(r, d.deposited, answers{
		"epci": coded{"2" + c.commune.code + "139", "Agglomération de " + c.commune.name}, "commune": c.commune.code})
	a["activites"] = someOf(r, activites, 1)
	if chance(r, 0.02) {
		delete(a, "activites")
	}
	a["publics"] = someOf(r, publics[:6], 1)
	start := d.deposited.In(paris).AddDate(0, 4, 0)
	first := time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC)
	a["date_debut"], a["date_fin"] = first, first.AddDate(3, 0, -1)
	a["aller_vers"], a["parcours"] = prose(r, outreach, 3), prose(r, pathways, 4)
	a["duree_parcours"] = pick(r, []int{6, 8, 9, 12})
	a["complementarite"] = "Le projet intervient avant toute inscription et prépare le relais vers le réseau pour l’emploi."
	a["egalite"] = "Mixité des groupes, garde d’enfants pendant les ateliers."
	a["gouvernance"] = "Comité de pilotage semestriel, comité technique mensuel."
	reached := 60 + 10*r.IntN(40)
	a["nb_reperees"], a["nb_remobilisees"], a["nb_accompagnees"] = reached, reached*3/4, reached/2
	a["indicateurs"] = prose(r, measures, 3)
}

// someOf keeps at least n of a list, in its order.
func someOf(r *rand.Rand, list []string, n int) []string {
	var out []string
	for i, s := range list {
		if chance(r, 0.6) || len(list)-i <= n-len(out) {
			out = append(out, s)
		}
	}
	return out
}

// fillBudget draws amounts around the floors of the calls and gives the total.
func fillBudget(r *rand.Rand, d *dossier, a answers) float64 {
	total := 1_000 * float64(160+r.IntN(500))
	if d.demandeur.region.code == "32" {
		total += 200_000
	}
	if chance(r, 0.05) {
		total = pick(r, []float64{98_000, 149_999, 150_000, 150_001})
	}
	asked := math.Round(total * (0.6 + 0.35*r.Float64()))
	if chance(r, 0.02) {
		asked = total + 1_000
	}
	year := math.Round(total / 3)
	a["cout_total"], a["montant_demande"] = total, asked
	a["cout_an1"], a["cout_an2"], a["cout_an3"] = year, year, total-2*year
	if chance(r, 0.05) {
		a["cout_an3"] = total - 2*year + 5_000
	}
	a["formation"] = false
	if chance(r, 0.06) {
		a["formation"], a["formation_montant"] = true, 1_000*float64(2+r.IntN(20))
	}
	if asked < total {
		a["cofinancements"] = rowsOf(r, d.deposited, answers{
			"financeur": "Département", "financeur_montant": total - asked, "financeur_etat": pick(r, []string{"Acquis", "Demandé"})})
	}
	a["aides_minimis"] = float64(0)
	return total
}

// fillConsortium sometimes draws partners: the demandeur first, chef de file
// more often than not.
func fillConsortium(r *rand.Rand, d *dossier, a answers, total float64) {
	a["groupement"] = false
	if !chance(r, 0.25) {
		return
	}
	chief := 0
	if chance(r, 0.1) {
		chief = -1
	}
	a["groupement"], a["partenaires"] = true, partners(r, d, total, 2+r.IntN(3), chief)
}

// partners draws n rows whose shares sum to the total; chiefs are the indices
// of those said to be chef de file.
func partners(r *rand.Rand, d *dossier, total float64, n int, chiefs ...int) []answerRow {
	roles := []string{"Pilotage et coordination", "Repérage et maraudes", "Ateliers de remobilisation", "Accompagnement vers l’emploi"}
	share := math.Round(total / float64(n))
	var rows []answers
	for i := range n {
		who := d.demandeur
		if i > 0 {
			who = found(r, pick(r, []kind{association, enterprise, insertion}), d.demandeur.region)
		}
		row := answers{
			"partenaire_siret": who, "partenaire_role": roles[i%len(roles)],
			"partenaire_chef_de_file": false, "partenaire_montant": share,
			"partenaire_lettre": pdf(r, "lettre-engagement.pdf", d.deposited),
		}
		for _, c := range chiefs {
			if c == i {
				row["partenaire_chef_de_file"] = true
			}
		}
		rows = append(rows, row)
	}
	rows[n-1]["partenaire_montant"] = total - share*float64(n-1)
	return rowsOf(r, d.deposited, rows...)
}

// fillPieces attaches the pieces; some dossiers lack one.
func fillPieces(r *rand.Rand, d *dossier, a answers) {
	at := d.deposited
	a["pj_budget"] = pdf(r, "budget-previsionnel.pdf", at)
	a["pj_comptes"] = pdf(r, "comptes annuels (dernier exercice).pdf", at)
	a["pj_rib"] = pdf(r, "RIB.pdf", at)
	if d.demandeur.rna == "" {
		a["pj_statuts"] = pdf(r, "statuts.pdf", at)
	}
	for key, p := range map[string]float64{"pj_rib": 0.06, "pj_budget": 0.04, "pj_comptes": 0.03} {
		if dice(d.seed, key, int64(d.number)).Float64() < p {
			delete(a, key)
		}
	}
}
