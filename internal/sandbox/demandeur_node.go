package sandbox

import (
	"context"

	"relais/internal/sandbox/graphql"
)

const incomplete = "PersonneMoraleIncomplete"

// demandeur shows the body that applies. While its SIRET look-up has failed it
// is of a type that the platform uses only for queries that name it; for the
// others, nulls stand in non-null places.
func (v *view) demandeur(ctx context.Context, d *dossier) graphql.Object {
	if !d.degraded {
		return morale(d.demandeur)
	}
	o := graphql.Object{"__typename": "PersonneMorale", "id": d.demandeur.id(), "siret": d.demandeur.siret}
	if graphql.Mentions(ctx, incomplete) {
		o["__typename"] = incomplete
	}
	return o
}

func (c *company) id() string { return globalID("Etablissement", c.siret) }

func morale(c *company) graphql.Object {
	o := graphql.Object{
		"__typename": "PersonneMorale", "id": c.id(), "siret": c.siret, "siegeSocial": true,
		"naf": c.naf, "libelleNaf": c.nafLabel, "address": addressNode(c),
		"adresse": c.addressLabel(), "codePostal": c.commune.postal, "localite": c.commune.name, "codeInseeLocalite": c.commune.code,
		"numeroVoie": c.number, "nomVoie": c.street,
		"entreprise": entrepriseNode(c),
	}
	if c.rna != "" {
		o["association"] = graphql.Object{
			"__typename": "Association", "rna": c.rna, "titre": c.name, "objet": c.purpose,
			"dateCreation": c.created, "dateDeclaration": c.declared, "datePublication": c.declared,
		}
	}
	return o
}

func entrepriseNode(c *company) graphql.Object {
	status := "Actif"
	if c.closed {
		status = "Ferme"
	}
	o := graphql.Object{
		"__typename": "Entreprise", "siren": c.siren(), "siretSiegeSocial": c.siret, "raisonSociale": c.name,
		"nomCommercial": "", "formeJuridique": c.form, "formeJuridiqueCode": c.formCode,
		"capitalSocial": c.capital, "dateCreation": c.created, "etatAdministratif": status, "inlineAdresse": c.addressLabel(),
	}
	if c.staff != "" {
		o["codeEffectifEntreprise"] = c.staff
	}
	return o
}

func addressNode(c *company) graphql.Object {
	return graphql.Object{
		"__typename": "Address", "type": "housenumber", "label": c.addressLabel(),
		"streetAddress": c.number + " " + c.street, "streetName": c.street, "streetNumber": c.number,
		"postalCode": c.commune.postal, "cityName": c.commune.name, "cityCode": c.commune.code,
		"departmentName": c.commune.departement.name, "departmentCode": c.commune.departement.code,
		"regionName": c.region.name, "regionCode": c.region.code, "countryName": "France", "countryCode": "FR",
	}
}

func placeNode(class, code, name string) graphql.Object {
	return graphql.Object{"__typename": class, "code": code, "name": name}
}

func paysNode(code string) graphql.Object {
	names := map[string]string{"FR": "France", "BE": "Belgique"}
	return placeNode("Pays", code, names[code])
}

func communeNode(c commune) graphql.Object {
	o := placeNode("Commune", c.code, c.name)
	o["postalCode"] = c.postal
	return o
}
