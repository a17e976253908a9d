package sandbox

import "slices"

// commune is a real commune, with its INSEE code; nobody of the invented world
// really lives there.
type commune struct {
	code, name, postal string
	departement        departement
}

type departement struct{ code, name string }

// region is one of the 18 regions (COG). Only those with communes have bodies
// in the invented world.
type region struct {
	code, name string
	service    string // the State's service in charge of O2R there
	domain     string // of its instructeurs' addresses
	zone       string
	rna        string // how RNA numbers of its main sub-prefecture start
	communes   []commune
}

var (
	illeEtVilaine = departement{"35", "Ille-et-Vilaine"}
	finistere     = departement{"29", "Finistère"}
	morbihan      = departement{"56", "Morbihan"}
	loireAtl      = departement{"44", "Loire-Atlantique"}
	sarthe        = departement{"72", "Sarthe"}
	vendee        = departement{"85", "Vendée"}
	nord          = departement{"59", "Nord"}
	pasDeCalais   = departement{"62", "Pas-de-Calais"}
	somme         = departement{"80", "Somme"}
	reunion       = departement{"974", "La Réunion"}
	mayotte       = departement{"976", "Mayotte"}
	guadeloupe    = departement{"971", "Guadeloupe"}
	herault       = departement{"34", "Hérault"}
	hauteGaronne  = departement{"31", "Haute-Garonne"}
)

// regions are listed as the platform lists them: by code.
var regions = []region{
	{code: "01", name: "Guadeloupe", service: "DEETS Guadeloupe", domain: "guadeloupe.deets.example", zone: "America/Guadeloupe", rna: "W9G1", communes: []commune{
		{"97105", "Basse-Terre", "97100", guadeloupe}, {"97120", "Pointe-à-Pitre", "97110", guadeloupe}}},
	{code: "02", name: "Martinique"},
	{code: "03", name: "Guyane"},
	{code: "04", name: "La Réunion", service: "DEETS La Réunion", domain: "reunion.deets.example", zone: "Indian/Reunion", rna: "W9R1", communes: []commune{
		{"97411", "Saint-Denis", "97400", reunion}, {"97416", "Saint-Pierre", "97410", reunion}, {"97415", "Saint-Paul", "97460", reunion}}},
	{code: "06", name: "Mayotte", service: "DEETS Mayotte", domain: "mayotte.deets.example", zone: "Indian/Mayotte", rna: "W9M1", communes: []commune{
		{"97611", "Mamoudzou", "97600", mayotte}}},
	{code: "11", name: "Île-de-France"},
	{code: "24", name: "Centre-Val de Loire"},
	{code: "27", name: "Bourgogne-Franche-Comté"},
	{code: "28", name: "Normandie"},
	{code: "32", name: "Hauts-de-France", service: "DREETS Hauts-de-France", domain: "hauts-de-france.dreets.example", zone: "Europe/Paris", rna: "W595", communes: []commune{
		{"59350", "Lille", "59000", nord}, {"62041", "Arras", "62000", pasDeCalais}, {"80021", "Amiens", "80000", somme}, {"59512", "Roubaix", "59100", nord}}},
	{code: "44", name: "Grand Est"},
	{code: "52", name: "Pays de la Loire", service: "DREETS Pays de la Loire", domain: "pays-de-la-loire.dreets.example", zone: "Europe/Paris", rna: "W442", communes: []commune{
		{"44109", "Nantes", "44000", loireAtl}, {"72181", "Le Mans", "72000", sarthe}, {"85191", "La Roche-sur-Yon", "85000", vendee}, {"44184", "Saint-Nazaire", "44600", loireAtl}}},
	{code: "53", name: "Bretagne", service: "DREETS Bretagne", domain: "bretagne.dreets.example", zone: "Europe/Paris", rna: "W353", communes: []commune{
		{"35238", "Rennes", "35000", illeEtVilaine}, {"29019", "Brest", "29200", finistere}, {"56121", "Lorient", "56100", morbihan}, {"35288", "Saint-Malo", "35400", illeEtVilaine}}},
	{code: "75", name: "Nouvelle-Aquitaine"},
	{code: "76", name: "Occitanie", service: "DREETS Occitanie", domain: "occitanie.dreets.example", zone: "Europe/Paris", rna: "W343", communes: []commune{
		{"34172", "Montpellier", "34000", herault}, {"31555", "Toulouse", "31000", hauteGaronne}}},
	{code: "84", name: "Auvergne-Rhône-Alpes"},
	{code: "93", name: "Provence-Alpes-Côte d’Azur"},
	{code: "94", name: "Corse"},
}

var streets = []string{
	"rue des Ajoncs", "avenue de la Gare", "place du Marché", "rue du Vieux-Lavoir",
	"boulevard des Alizés", "chemin des Écoliers", "allée des Tisserands", "quai du Halage",
	"rue de la Corderie", "impasse du Four-à-Chaux",
}

func regionByCode(code string) (region, bool) {
	for _, r := range regions {
		if r.code == code {
			return r, true
		}
	}
	return region{}, false
}

func departementByCode(code string) (departement, bool) {
	for _, r := range regions {
		for _, c := range r.communes {
			if c.departement.code == code {
				return c.departement, true
			}
		}
	}
	return departement{}, false
}

func communeByCode(code string) (commune, region, bool) {
	for _, r := range regions {
		for _, c := range r.communes {
			if c.code == code {
				return c, r, true
			}
		}
	}
	return commune{}, region{}, false
}

// knownDepartements are those of the regions that have bodies, each once.
func knownDepartements(codes ...string) []departement {
	var out []departement
	seen := map[string]bool{}
	for _, r := range regions {
		for _, c := range r.communes {
			if !seen[c.departement.code] && (len(codes) == 0 || slices.Contains(codes, r.code)) {
				seen[c.departement.code] = true
				out = append(out, c.departement)
			}
		}
	}
	return out
}
