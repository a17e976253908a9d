package sandbox

import (
	"cmp"
	"context"

	"relais/internal/sandbox/graphql"
)

// lazy is a part of a dossier that is built only when asked.
func lazy(build func(ctx context.Context) any) graphql.Field {
	return func(ctx context.Context, _ map[string]any) (any, error) { return build(ctx), nil }
}

func (v *view) dossier(d *dossier) graphql.Object {
	o := graphql.Object{
		"__typename": "Dossier", "id": globalID("Dossier", d.number), "number": d.number,
		"state": d.state, "archived": d.archived, "prefilled": false,
		"dateDepot": at(d.deposited), "datePassageEnConstruction": at(d.constructed),
		"datePassageEnInstruction": at(d.instructed), "dateTraitement": at(d.processed),
		"dateExpiration": at(d.expires), "dateDerniereCorrectionEnAttente": at(d.pendingSince),
		"dateDerniereModification": at(d.updated), "dateDerniereModificationChamps": at(d.champsUpdated),
		"dateDerniereModificationAnnotations": at(d.annotated),
		"dateSuppressionParUsager":            at(d.hiddenByUser), "dateSuppressionParAdministration": at(d.hiddenByAdmin),
		"usager": d.account(), "connectionUsager": "password", "deposeParUnTiers": d.tiers != nil,
		"demandeur":         lazy(func(ctx context.Context) any { return v.demandeur(ctx, d) }),
		"demarche":          lazy(func(context.Context) any { return v.descriptor(d.demarche, d.revision) }),
		"revision":          lazy(func(context.Context) any { return v.revision(d.demarche, d.revision) }),
		"groupeInstructeur": lazy(func(context.Context) any { return groupNode(d.group) }),
		"instructeurs":      lazy(func(context.Context) any { return profiles("Instructeur", d.followers) }),
		"labels":            lazy(func(context.Context) any { return labelNodes(d.labels) }),
		"traitements":       lazy(func(context.Context) any { return v.traitements(d) }),
		"messages":          graphql.Field(v.messages(d)),
		"avis":              graphql.Field(v.avis(d)),
		"champs":            graphql.Field(v.champs(d)),
		"annotations":       graphql.Field(v.annotations(d)),
		"pdf":               lazy(func(context.Context) any { return v.rendering(d, "dossier.pdf", "application/pdf") }),
		"attestation":       lazy(func(context.Context) any { return v.attestation(d) }),
	}
	if termine(d.state) {
		o["motivation"] = d.motivation
	}
	if d.usagerDeleted {
		o["connectionUsager"] = "deleted"
	}
	if d.tiers != nil {
		o["prenomMandataire"], o["nomMandataire"] = d.tiers.first, d.tiers.last
	}
	return o
}

// account is the usager. After the deletion of the account the id is a literal
// that no decoder of ids reads, and the address is a remembered one.
func (d *dossier) account() graphql.Object {
	who := d.usager
	if d.tiers != nil {
		who = d.tiers
	}
	if d.usagerDeleted {
		return graphql.Object{"__typename": "Profile", "id": "<deleted>", "email": who.email}
	}
	return profile("User", who)
}

func (v *view) traitements(d *dossier) any {
	out := []any{}
	for _, t := range d.traitements {
		o := graphql.Object{
			"__typename": "Traitement", "id": globalID("Traitement", t.id), "dateTraitement": at(t.at),
			"event": t.event, "state": t.state, "revision": v.revision(d.demarche, d.revision),
		}
		if t.by != nil {
			o["emailAgentTraitant"] = t.by.email
		}
		if t.motivation != "" {
			o["motivation"] = t.motivation
		}
		out = append(out, o)
	}
	return out
}

func (v *view) messages(d *dossier) graphql.Field {
	return func(_ context.Context, args map[string]any) (any, error) {
		out := []any{}
		for _, m := range d.messages {
			id := globalID("Commentaire", m.id)
			if cmp.Or(stringArg(args, "id"), id) != id {
				continue
			}
			o := graphql.Object{
				"__typename": "Message", "id": id, "email": m.email, "body": m.body,
				"createdAt": at(m.at), "discardedAt": at(m.discarded), "attachments": []any{},
			}
			if m.correction != nil {
				o["correction"] = graphql.Object{"__typename": "Correction", "reason": m.correction.reason, "dateResolution": at(m.correction.resolved)}
			}
			out = append(out, o)
		}
		return out, nil
	}
}

// avis shows opinions. dateReponse is never null: only reponse tells.
func (v *view) avis(d *dossier) graphql.Field {
	return func(_ context.Context, args map[string]any) (any, error) {
		out := []any{}
		for _, a := range d.avis {
			id := globalID("Avis", a.id)
			if cmp.Or(stringArg(args, "id"), id) != id {
				continue
			}
			o := graphql.Object{
				"__typename": "Avis", "id": id, "question": a.question, "dateQuestion": at(a.asked),
				"dateReponse": at(a.moved), "attachments": []any{}, "expert": profile("Expert", a.expert),
				"claimant": profile("Instructeur", a.claimant), "instructeur": profile("Instructeur", a.claimant),
			}
			if a.answer != "" {
				o["reponse"] = a.answer
			}
			out = append(out, o)
		}
		return out, nil
	}
}

// attestation appears some time after the decision.
func (v *view) attestation(d *dossier) any {
	if d.attested.IsZero() || v.now.Before(d.attested) {
		return nil
	}
	return v.rendering(d, "attestation.pdf", "application/pdf")
}
