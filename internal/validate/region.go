package validate

import (
	"relais/internal/call"
	"relais/internal/dossier"
)

var v05 = Rule{
	ID: "V05", Severity: dossier.Blocking, Families: []string{"o2r"},
	Title:  "Région d’intervention donnée, et celle du groupe instructeur",
	Source: "Décret n° 2024-584 du 24 juin 2024 : convention avec le préfet de la région où l’activité est menée",
	Check:  sameRegion,
}

func sameRegion(c Case) Answer {
	champ, s := read(c, call.FieldRegion, regionOf)
	if s == empty {
		return fail("« Région d’intervention » non renseignée")
	}
	if s != given {
		return cannot(call.FieldRegion, s)
	}
	groupe, ok := call.RegionOfLabel(c.Dossier.GroupeInstructeur.Label)
	if !ok {
		return unknown("Le libellé du groupe instructeur ne nomme pas une région")
	}
	if champ != groupe {
		return fail("Région d’intervention : " + regionName(champ) + " ; groupe instructeur : " + regionName(groupe))
	}
	return pass("Région d’intervention et groupe instructeur : " + regionName(champ))
}

// regionOf reads the INSEE code of the one region that a champ names.
func regionOf(c dossier.Champ) (string, state) {
	if c.Type == dossier.RegionChamp {
		if c.Place == nil {
			return "", empty
		}
		if _, ok := call.RegionByCode(c.Place.Code); ok {
			return c.Place.Code, given
		}
		return regionSaid(c.Place.Name)
	}
	list, s := choices(c)
	if s != given {
		return "", s
	}
	if len(list) > 1 {
		return "", unreadable
	}
	return regionSaid(list[0])
}

func regionSaid(s string) (string, state) {
	if _, ok := call.RegionByCode(s); ok {
		return s, given
	}
	if code, ok := call.RegionOfLabel(s); ok {
		return code, given
	}
	return "", unreadable
}

func regionName(code string) string {
	r, _ := call.RegionByCode(code)
	return r.Name
}
