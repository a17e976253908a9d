package sandbox

import (
	"fmt"
	"math"
	"time"
)

// fillSPIE draws the answers to the SPIE form: the group has the two compulsory
// partners most of the time.
func fillSPIE(d *dossier) answers {
	r := dice(d.seed, "spie answers", int64(d.number))
	c := d.demandeur
	chief := someone(r, 0, usagerDomain(c)+".example")
	total := 10_000 * float64(20+r.IntN(60))
	a := answers{
		"statut": string(c.kind), "contact_civilite": pick(r, []string{"Mme", "M"}),
		"contact_nom": chief.first + " " + chief.last + ", chargée de mission", "contact_mail": chief.email,
		"groupement": true, "intitule": "Parcours sans couture (" + c.commune.name + ")",
		"region": c.region.code, "territoire": c.commune.departement.code,
		"action":     []string{"Accueil", "Diagnostic partagé"},
		"activites":  []string{"Diagnostic socio-professionnel", "Référent de parcours"},
		"lancement":  d.deposited.AddDate(0, 1, 0).Truncate(time.Hour),
		"cout_total": total, "montant_demande": math.Min(total, 500_000),
		"pj_budget": pdf(r, "budget-2021-2022.pdf", d.deposited), "pj_rib": pdf(r, "rib.pdf", d.deposited),
	}
	if c.kind != collective {
		a["pj_accord"] = pdf(r, "accord-departement.pdf", d.deposited)
	}
	members := []answers{{"partenaire_siret": c, "partenaire_role": partnerDepartement, "partenaire_chef_de_file": true}}
	if !chance(r, 0.3) {
		members = append(members, answers{"partenaire_siret": found(r, publicBody, c.region), "partenaire_role": partnerPoleEmploi, "partenaire_chef_de_file": false})
	}
	members = append(members, answers{"partenaire_siret": found(r, association, c.region), "partenaire_role": "Mission locale", "partenaire_chef_de_file": false})
	a["partenaires"] = rowsOf(r, d.deposited, members...)
	return a
}

// fillPIC draws the answers to the PIC form.
func fillPIC(d *dossier) answers {
	r := dice(d.seed, "pic answers", int64(d.number))
	c := d.demandeur
	total := 5_000 * float64(16+r.IntN(60))
	a := answers{
		"statut": string(c.kind), "pays": "FR", "repr_identite": true, "iban": "FR76 9999 9999 9999 9999 9999 999",
		"rnf":        coded{fmt.Sprintf("%03d-FDD-%05d-07", 100+r.IntN(800), r.IntN(100_000)), "Fondation (fictive) " + c.name},
		"groupement": chance(r, 0.6), "intitule": pick(r, titles) + " – " + c.commune.name,
		"region": c.region.code, "epci": coded{"2" + c.commune.code + "139", "Agglomération de " + c.commune.name},
		"commune": c.commune.code, "perimetre": 1 + r.IntN(2), "objet": prose(r, outreach, 2),
		"experience": prose(r, experiences, 2), "activites": []string{"Aller vers", "Mobilisation"},
		"cout_total": total, "montant_demande": math.Round(total * 0.8),
		"pj_budget": pdf(r, "budget.pdf", d.deposited), "pj_rib": pdf(r, "rib.pdf", d.deposited),
	}
	if c.rna != "" {
		a["rna"] = c
		delete(a, "rnf")
	}
	if a["groupement"] == true {
		a["partenaires"] = partners(r, d, total, 3, 0)
	}
	if !chance(r, 0.3) { // incomplete was irrecevable in some regions
		a["pj_comptes"] = pdf(r, "comptes.pdf", d.deposited)
	}
	return a
}
