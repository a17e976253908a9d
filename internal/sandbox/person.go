package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Family names are coined, not borrowed.
var (
	firstNames = []string{
		"Aziliz", "Bastien", "Clémence", "Denez", "Éloïse", "Faustine", "Gaëtan", "Héloïse",
		"Ismaël", "Jeanne-Lise", "Katell", "Loïc", "Maïwenn", "Nolwenn", "Océane", "Pierrick",
		"Rozenn", "Soizic", "Tifenn", "Ulysse", "Valentine", "Yaëlle", "Zacharie", "Inès",
	}
	lastNames = []string{
		"Kervadeuc", "Brévalanne", "Saintonnay", "Delmarquette", "Vauclairin", "Morvennec",
		"Tanguyval", "Payetbois", "Hoaraumont", "Le Guirriouc", "Vandekerke", "Bellegrave",
		"Roussignol", "Ferrandière", "Dubreuchet", "Cassandrou", "Aït Belcour", "N’Diambour",
		"Ollivrain", "Trégomeur-Lay", "Quéméneuc", "Marchepied", "Plantegenest", "Sorbiérac",
	}
)

// person is an account of the platform: an instructeur, an usager, an expert.
type person struct {
	id          int
	first, last string
	email       string
}

func someone(r *rand.Rand, id int, domain string) *person {
	p := &person{id: id, first: pick(r, firstNames), last: pick(r, lastNames)}
	p.email = fmt.Sprintf("%s.%s@%s", mailbox(p.first), mailbox(p.last), domain)
	return p
}

// mailbox writes a name as an address does: ASCII, lower case, hyphens.
func mailbox(name string) string {
	var b strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == ' ' || c == '-' || c == '.':
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
