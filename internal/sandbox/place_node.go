package sandbox

import (
	"context"
	"fmt"
	"strconv"

	"relais/internal/sandbox/graphql"
)

// placeWriterOf tells who writes a place or a body; nil for another kind.
func placeWriterOf(kind string) writer {
	switch kind {
	case "address":
		return addressChamp
	case "communes":
		return communeChamp
	case "epci":
		return epciChamp
	case "departements":
		return departementChamp
	case "regions":
		return regionChamp
	case "pays":
		return paysChamp
	case "siret":
		return siretChamp
	case "rna":
		return rnaChamp
	case "rnf":
		return rnfChamp
	}
	return nil
}

func addressChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if c, ok := value.(*company); ok {
		o["stringValue"], o["address"], o["commune"] = c.addressLabel(), addressNode(c), communeNode(c.commune)
		o["departement"] = placeNode("Departement", c.commune.departement.code, c.commune.departement.name)
	}
}

func communeChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	code, _ := value.(string)
	o["stringValue"] = code
	if c, _, ok := communeByCode(code); ok {
		o["stringValue"] = fmt.Sprintf("%s (%s)", c.name, c.postal)
		o["commune"] = communeNode(c)
		o["departement"] = placeNode("Departement", c.departement.code, c.departement.name)
	}
}

func epciChamp(_ *view, _ context.Context, d *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if e, ok := value.(coded); ok {
		o["stringValue"], o["epci"] = e.name, placeNode("Epci", e.code, e.name)
		in := d.demandeur.commune.departement
		o["departement"] = placeNode("Departement", in.code, in.name)
	}
}

func departementChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	code, _ := value.(string)
	o["stringValue"] = code
	if d, ok := departementByCode(code); ok {
		o["stringValue"], o["departement"] = d.code+" – "+d.name, placeNode("Departement", d.code, d.name)
	}
}

func regionChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	code, _ := value.(string)
	o["stringValue"] = code
	if r, ok := regionByCode(code); ok {
		o["stringValue"], o["region"] = r.name, placeNode("Region", r.code, r.name)
	}
}

func paysChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if code, ok := value.(string); ok {
		p := paysNode(code)
		o["stringValue"], o["pays"] = p["name"], p
	}
}

// siretChamp: no establishment when empty or when the look-up failed; the text
// keeps the fourteen digits.
func siretChamp(_ *view, _ context.Context, d *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	switch s := value.(type) {
	case string:
		o["stringValue"] = s
	case *company:
		o["stringValue"] = s.siret
		if !d.degraded || s != d.demandeur {
			o["etablissement"] = morale(s)
		}
	}
}

func rnaChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	switch s := value.(type) {
	case string:
		o["stringValue"] = s
		if s != "" {
			o["rna"] = graphql.Object{"__typename": "RNA", "id": s}
		}
	case *company:
		o["stringValue"] = s.rna
		o["rna"] = graphql.Object{"__typename": "RNA", "id": s.rna, "title": s.name, "address": addressNode(s)}
		o["commune"] = communeNode(s.commune)
	}
}

func rnfChamp(_ *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	o["stringValue"] = ""
	if e, ok := value.(coded); ok {
		o["stringValue"], o["rnf"] = e.code, graphql.Object{"__typename": "RNF", "id": e.code, "title": e.name}
	}
}

// carteChamp draws small squares; a text value makes no sense for it.
func carteChamp(_ *view, _ context.Context, d *dossier, _ field, value any, o graphql.Object) {
	n, _ := value.(int)
	areas := []any{}
	for i := range n {
		x, y := -1.5+float64(d.number%100)/100, 47.0+float64(i)/10
		ring := [][]float64{{x, y}, {x + 0.05, y}, {x + 0.05, y + 0.05}, {x, y + 0.05}, {x, y}}
		areas = append(areas, graphql.Object{
			"__typename": "SelectionUtilisateur", "id": globalID("GeoArea", d.number*10+i), "source": "selection_utilisateur",
			"description": "Secteur " + strconv.Itoa(i+1),
			"geometry":    graphql.Object{"__typename": "GeoJSON", "type": "Polygon", "coordinates": [][][]float64{ring}},
		})
	}
	o["geoAreas"] = areas
}

// linkChamp: any usager may name the dossier of another service. The platform
// then answers null and an error at the root of the response.
func linkChamp(v *view, _ context.Context, _ *dossier, _ field, value any, o graphql.Object) {
	s, _ := value.(string)
	o["stringValue"] = s
	o["dossier"] = graphql.Field(func(context.Context, map[string]any) (any, error) {
		number, err := strconv.Atoi(s)
		if err != nil {
			return nil, nil
		}
		d := v.world.numbers[number]
		switch {
		case d == nil || !d.listed():
			return nil, nil
		case d.demarche.foreign:
			return nil, unauthorized("Dossier")
		}
		return v.dossier(d), nil
	})
}

// repetitionChamp shows rows in the order of their creation.
func repetitionChamp(v *view, ctx context.Context, d *dossier, f field, value any, o graphql.Object) {
	list, _ := value.([]answerRow)
	rows, flat := []any{}, []any{}
	for _, r := range list {
		champs := []any{}
		for _, c := range f.children {
			if c.in(d.revision) {
				champs = append(champs, v.champ(ctx, d, c, r.values[c.key], r.id))
			}
		}
		rows = append(rows, graphql.Object{"__typename": "Row", "id": globalID("Row", r.id), "champs": champs})
		flat = append(flat, champs...)
	}
	o["rows"], o["champs"], o["stringValue"] = rows, flat, ""
}
