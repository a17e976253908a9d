package validate

import (
	"relais/internal/call"
	"relais/internal/dossier"
)

// The checklist of Pays de la Loire: questions that only a person answers. The
// rule tells where to look and what is missing; it never says yes.

const paysDeLaLoire = "52"

const seedPaysDeLaLoire = "AMI O2R Pays de la Loire"

var v14 = Rule{
	ID: "V14", Severity: dossier.Info, Families: []string{"o2r"}, Regions: []string{paysDeLaLoire},
	Title:  "Objet social en cohérence avec l’insertion sociale et professionnelle des publics vulnérables",
	Source: seedPaysDeLaLoire,
	Check:  appraise(call.FieldObjet, "À apprécier : cohérence de l’objet social avec l’insertion des publics vulnérables"),
}

// V15 is a line of the checklist while there is a text to read, and a warning
// when there is none.
var v15 = Rule{
	ID: "V15", Severity: dossier.Info, Families: []string{"o2r"}, Regions: []string{paysDeLaLoire},
	Title:  "Expertise avérée en insertion socio-professionnelle",
	Source: seedPaysDeLaLoire,
	Check: func(c Case) Answer {
		a := appraise(call.FieldExperience, "À apprécier : expertise avérée dans le domaine")(c)
		if a.Outcome == dossier.Fail {
			return a.warning()
		}
		return a
	},
}

var v16 = Rule{
	ID: "V16", Severity: dossier.Info, Families: []string{"o2r"},
	Title:  "Ancrage territorial",
	Source: "Arrêté du 26 juin 2024, annexe, partie II ; " + seedPaysDeLaLoire,
	Check:  appraise(call.FieldAncrage, "À apprécier : ancrage territorial de la structure"),
}

var v17 = Rule{
	ID: "V17", Severity: dossier.Info, Families: []string{"o2r"}, Regions: []string{paysDeLaLoire},
	Title:  "Santé financière de la structure et crédibilité du projet",
	Source: seedPaysDeLaLoire,
	Check:  appraise(call.FieldComptes, "À apprécier : santé financière et crédibilité du projet, d’après les comptes et le budget"),
}

func appraise(field, question string) func(Case) Answer {
	return func(c Case) Answer {
		_, s := read(c, field, filled)
		switch s {
		case given:
			return unknown(question)
		case empty:
			return fail("« " + noun[field] + " » : rien à apprécier, le champ est vide")
		}
		return cannot(field, s)
	}
}
