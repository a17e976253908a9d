package call

import (
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must load on a machine without a zone database
)

// Region is one of the 18 regions, with the State service that runs its calls.
// Codes are INSEE codes and strings: "04" is La Réunion, 4 is nothing. They
// collide with department codes (75, 76, 84, 93…): never mix the two.
type Region struct {
	Code         string
	Name         string
	Service      string   // DREETS, DEETS, DRIEETS, DGCOPOP
	Departements []string // "2A", "01", "971"
	Zone         string   // name in the IANA database
}

// Authority is the service's full name: "DREETS Bretagne".
func (r Region) Authority() string { return r.Service + " " + r.Name }

// Location is the zone of the region.
func (r Region) Location() *time.Location {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil { // impossible with the embedded database; a test loads them all
		return time.UTC
	}
	return zone
}

// PlatformZone is where the platform lives, and the State that runs it.
func PlatformZone() *time.Location { return Region{Zone: paris}.Location() }

// regions: codes and departments from the Code officiel géographique (INSEE).
var regions = []Region{
	{"01", "Guadeloupe", "DEETS", split("971"), "America/Guadeloupe"},
	{"02", "Martinique", "DEETS", split("972"), "America/Martinique"},
	{"03", "Guyane", "DGCOPOP", split("973"), "America/Cayenne"},
	{"04", "La Réunion", "DEETS", split("974"), "Indian/Reunion"},
	{"06", "Mayotte", "DEETS", split("976"), "Indian/Mayotte"},
	{"11", "Île-de-France", "DRIEETS", split("75 77 78 91 92 93 94 95"), paris},
	{"24", "Centre-Val de Loire", "DREETS", split("18 28 36 37 41 45"), paris},
	{"27", "Bourgogne-Franche-Comté", "DREETS", split("21 25 39 58 70 71 89 90"), paris},
	{"28", "Normandie", "DREETS", split("14 27 50 61 76"), paris},
	{"32", "Hauts-de-France", "DREETS", split("02 59 60 62 80"), paris},
	{"44", "Grand Est", "DREETS", split("08 10 51 52 54 55 57 67 68 88"), paris},
	{"52", "Pays de la Loire", "DREETS", split("44 49 53 72 85"), paris},
	{"53", "Bretagne", "DREETS", split("22 29 35 56"), paris},
	{"75", "Nouvelle-Aquitaine", "DREETS", split("16 17 19 23 24 33 40 47 64 79 86 87"), paris},
	{"76", "Occitanie", "DREETS", split("09 11 12 30 31 32 34 46 48 65 66 81 82"), paris},
	{"84", "Auvergne-Rhône-Alpes", "DREETS", split("01 03 07 15 26 38 42 43 63 69 73 74"), paris},
	{"93", "Provence-Alpes-Côte d'Azur", "DREETS", split("04 05 06 13 83 84"), paris},
	{"94", "Corse", "DREETS", split("2A 2B"), paris},
}

const paris = "Europe/Paris"

func split(s string) []string { return strings.Fields(s) }

// Regions lists the 18 regions by ascending code.
func Regions() []Region { return slices.Clone(regions) }

// RegionByCode finds a region by its INSEE code.
func RegionByCode(code string) (Region, bool) {
	for _, r := range regions {
		if r.Code == code {
			return r, true
		}
	}
	return Region{}, false
}

// RegionOfLabel finds the one region that a label names, whatever its accents,
// case and hyphens: "DREETS Pays-de-la-Loire", "04 - LA REUNION", "PACA". A
// label that names none, or several, gives false.
func RegionOfLabel(label string) (code string, ok bool) {
	said := words(label)
	for _, n := range regionNames() {
		if !n.in(said) || n.code == code {
			continue
		}
		if ok {
			return "", false
		}
		code, ok = n.code, true
	}
	return code, ok
}

// regionName is one way to name a region, in normalised words. alone: the words
// are too common to count inside a sentence, and must be all that the label says
// beside the name of the service.
type regionName struct {
	code  string
	words []string
	alone bool
}

func (n regionName) in(said []string) bool {
	if n.alone {
		said = slices.DeleteFunc(slices.Clone(said), func(w string) bool { return labelNoise()[w] || isNumber(w) })
		return slices.Equal(said, n.words)
	}
	return containsRun(said, n.words)
}

var regionNames = sync.OnceValue(func() []regionName {
	names := []regionName{
		{"04", words("Réunion"), true}, // "réunion du comité" is a meeting
		{"24", words("Centre"), true},
		{"11", words("IDF"), false}, {"24", words("CVL"), false}, {"27", words("BFC"), false},
		{"32", words("HDF"), false}, {"52", words("PDL"), false}, {"75", words("NAQ"), false},
		{"84", words("AURA"), false}, {"93", words("PACA"), false},
	}
	for _, r := range regions {
		names = append(names, regionName{r.Code, words(r.Name), false})
	}
	return names
})

var labelNoise = setOf(words, "dreets deets drieets dgcopop direccte dieccte direction regional regionale region "+
	"ile de du des la le les l d groupe instructeur instructeurs service gi o2r")
