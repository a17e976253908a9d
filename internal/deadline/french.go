package deadline

import (
	"strconv"

	"relais/internal/dossier"
)

// nbsp is the unbreakable space of French typography.
const nbsp = "\u00a0"

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
	"août", "septembre", "octobre", "novembre", "décembre"}

// french writes a day as 1er mai 2026.
func french(d dossier.Day) string {
	number := strconv.Itoa(d.Day)
	if d.Day == 1 {
		number = "1er"
	}
	return number + nbsp + months[d.Month-1] + " " + strconv.Itoa(d.Year)
}

func days(n int) string {
	if n < 2 {
		return strconv.Itoa(n) + nbsp + "jour"
	}
	return strconv.Itoa(n) + nbsp + "jours"
}
