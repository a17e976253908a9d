package validate

import (
	"strconv"

	"relais/internal/call"
	"relais/internal/dossier"
)

var v80 = Rule{
	ID: "V80", Severity: dossier.Blocking, Piece: true,
	Title:  "RIB joint (titulaire à vérifier)",
	Source: "Usage des demandes de subvention",
	Check:  attached(call.FieldRIB),
}

var v84 = Rule{
	ID: "V84", Severity: dossier.Blocking, Piece: true, Families: []string{"o2r"},
	Title:  "Budget prévisionnel sur trois ans joint",
	Source: "Arrêté du 26 juin 2024, annexe, partie II",
	Check:  attached(call.FieldBudget),
}

// attached wants at least one file in a champ.
func attached(field string) func(Case) Answer {
	return func(c Case) Answer {
		n, s := read(c, field, files)
		switch s {
		case given:
			return pass(noun[field] + " joint : " + counted(n, "fichier", "fichiers"))
		case empty:
			return fail(noun[field] + " non joint")
		}
		return cannot(field, s)
	}
}

// counted writes a number with its noun; in French 0 and 1 are singular.
func counted(n int, one, many string) string {
	if n < 2 {
		return strconv.Itoa(n) + " " + one
	}
	return strconv.Itoa(n) + " " + many
}
