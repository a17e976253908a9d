package sandbox

import (
	"context"
	"time"

	"relais/internal/sandbox/graphql"
)

func (v *view) demarche(m *demarche) graphql.Object {
	o := graphql.Object{
		"__typename": "Demarche", "id": globalID("Procedure", m.number), "number": m.number,
		"title": m.title, "description": m.description, "state": m.state,
		"dateCreation": at(m.created), "datePublication": at(m.published),
		"dateDerniereModification": at(m.revisions[len(m.revisions)-1]), "dateFermeture": at(m.closed),
		"service":                service(m),
		"labels":                 labelNodes(m.labels),
		"administrateurs":        []any{profile("Administrateur", m.admin)},
		"activeRevision":         v.revision(m, len(m.revisions)),
		"publishedRevision":      v.revision(m, len(m.revisions)),
		"draftRevision":          v.revision(m, len(m.revisions)),
		"revisions":              graphql.Field(func(context.Context, map[string]any) (any, error) { return v.revisions(m), nil }),
		"groupeInstructeurs":     graphql.Field(v.groups(m)),
		"dossiers":               v.dossiers(m, nil),
		"pendingDeletedDossiers": v.pendingDeleted(m, nil),
		"deletedDossiers":        v.deleted(m, nil),
	}
	last := v.revision(m, len(m.revisions))
	o["champDescriptors"], o["annotationDescriptors"] = last["champDescriptors"], last["annotationDescriptors"]
	return o
}

// groups lists the groupes. Their argument `closed` breaks the platform.
func (v *view) groups(m *demarche) graphql.Field {
	return func(_ context.Context, args map[string]any) (any, error) {
		if closed, given := args["closed"]; given && closed != nil {
			return nil, &graphql.Fatal{Err: errClosedArgument}
		}
		var out []any
		for _, g := range m.groups {
			out = append(out, groupNode(g))
		}
		return out, nil
	}
}

func groupNode(g *group) graphql.Object {
	return graphql.Object{
		"__typename": "GroupeInstructeur", "id": globalID("GroupeInstructeur", g.number), "number": g.number,
		"label": g.label, "closed": g.closed, "instructeurs": profiles("Instructeur", g.members),
	}
}

func (v *view) groupWithDossiers(m *demarche, g *group) graphql.Object {
	o := groupNode(g)
	o["__typename"] = "GroupeInstructeurWithDossiers"
	o["dossiers"], o["pendingDeletedDossiers"], o["deletedDossiers"] = v.dossiers(m, g), v.pendingDeleted(m, g), v.deleted(m, g)
	return o
}

// descriptor is the démarche without its dossiers, on one of its revisions.
func (v *view) descriptor(m *demarche, rank int) graphql.Object {
	return graphql.Object{
		"__typename": "DemarcheDescriptor", "id": globalID("Procedure", m.number), "number": m.number,
		"title": m.title, "description": m.description, "state": m.state,
		"dateCreation": at(m.created), "datePublication": at(m.published),
		"dateDerniereModification": at(m.revisions[len(m.revisions)-1]), "dateFermeture": at(m.closed),
		"dureeConservationDossiers": m.months, "opendata": m.opendata, "tags": []any{"insertion", "emploi"},
		"zones": []any{"Ministère chargé de l’emploi"}, "service": service(m),
		"demarcheURL": v.base + "/commencer/" + mailbox(m.title), "demarcheUrl": v.base + "/commencer/" + mailbox(m.title),
		"revision": v.revision(m, rank),
	}
}

func (v *view) revisions(m *demarche) []any {
	var out []any
	for rank := 1; rank <= len(m.revisions); rank++ {
		out = append(out, v.revision(m, rank))
	}
	return out
}

func (v *view) revision(m *demarche, rank int) graphql.Object {
	when := at(m.revisions[rank-1])
	descriptors := func(list []field) graphql.Field {
		return func(context.Context, map[string]any) (any, error) { return descriptorNodes(list, rank), nil }
	}
	return graphql.Object{
		"__typename": "Revision", "id": m.revisionID(rank), "dateCreation": when, "datePublication": when,
		"champDescriptors": descriptors(m.form.champs), "annotationDescriptors": descriptors(m.form.annotations),
	}
}

func descriptorNodes(list []field, rank int) []any {
	out := []any{}
	for _, f := range list {
		if f.in(rank) {
			out = append(out, descriptorNode(f, rank))
		}
	}
	return out
}

func descriptorNode(f field, rank int) graphql.Object {
	o := graphql.Object{
		"__typename": descriptorTypename(f.kind), "id": f.descriptorID(), "type": f.kind,
		"label": f.label, "description": f.help, "required": !f.optional,
	}
	switch f.kind {
	case "header_section":
		o["level"] = f.level
	case "repetition":
		o["champDescriptors"] = descriptorNodes(f.children, rank)
	case "drop_down_list":
		o["options"], o["otherOption"] = f.options, false
	case "multiple_drop_down_list", "linked_drop_down_list":
		o["options"] = f.options
	case "regions":
		o["options"] = regionOptions()
	case "departements":
		o["options"] = departementOptions()
	case "pays":
		o["options"] = []any{paysNode("FR")}
	case "explication":
		o["collapsibleExplanationEnabled"] = false
	}
	return o
}

func regionOptions() []any {
	var out []any
	for _, r := range regions {
		out = append(out, placeNode("Region", r.code, r.name))
	}
	return out
}

func departementOptions() []any {
	var out []any
	for _, d := range knownDepartements() {
		out = append(out, placeNode("Departement", d.code, d.name))
	}
	return out
}

func service(m *demarche) graphql.Object {
	return graphql.Object{
		"__typename": "Service", "id": globalID("Service", m.number/10), "nom": "Mission insertion (service fictif)",
		"organisme": "Administration fictive", "typeOrganisme": "administration_centrale",
	}
}

func labelNodes(list []*label) []any {
	out := []any{}
	for _, l := range list {
		out = append(out, graphql.Object{"__typename": "Label", "id": globalID("Label", l.id), "name": l.name, "color": l.color})
	}
	return out
}

func profile(class string, p *person) graphql.Object {
	return graphql.Object{"__typename": "Profile", "id": globalID(class, p.id), "email": p.email}
}

func profiles(class string, list []*person) []any {
	out := []any{}
	for _, p := range list {
		out = append(out, profile(class, p))
	}
	return out
}

// at is an instant with the offset of Paris, which the engine cuts to the
// second; nil for none.
func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(paris)
}
