package sandbox

import (
	"encoding/base64"
	"testing"
)

func TestRights(t *testing.T) {
	p := newPlatform(t, Options{})
	foreignDemarche, foreignDossier := p.Foreign()
	foreignGroup := p.world.byFamily("").groups[0].number
	for _, c := range []struct {
		name, query string
		n           int
		code        string
	}{
		{"unknown démarche", `query($n: Int!) { demarche(number: $n) { id } }`, 1, "not_found"},
		{"démarche outside the token", `query($n: Int!) { demarche(number: $n) { id } }`, foreignDemarche, "unauthorized"},
		{"unknown dossier", `query($n: Int!) { dossier(number: $n) { id } }`, 1, "not_found"},
		{"dossier outside the token", `query($n: Int!) { dossier(number: $n) { id } }`, foreignDossier, "unauthorized"},
		{"unknown groupe", `query($n: Int!) { groupeInstructeur(number: $n) { id } }`, 1, "not_found"},
		{"groupe outside the token", `query($n: Int!) { groupeInstructeur(number: $n) { id } }`, foreignGroup, "unauthorized"},
	} {
		a := ask(t, p, c.query, object{"n": c.n})
		if a.code() != c.code || a.Data != nil {
			t.Errorf("%s: %q, data %v", c.name, a.code(), a.Data)
		}
	}
	open := ask(t, p, `query($n: Int!) { demarcheDescriptor(demarche: {number: $n}) { number dureeConservationDossiers } }`, object{"n": foreignDemarche})
	if open.code() != "unauthorized" || open.Data == nil {
		t.Errorf("the descriptor is nullable: %+v", open)
	}
}

func TestIdentifiers(t *testing.T) {
	p := newPlatform(t, Options{})
	n := deposited(t, p, enInstruction)
	d := dig(t, get(t, p, `query($n: Int!) { dossier(number: $n) { id demarche { id revision { id } } groupeInstructeur { id } instructeurs { id } usager { id } messages { id } champs { id } } }`, object{"n": n}), "dossier")
	for _, c := range []struct {
		path []any
		want string
	}{
		{[]any{"id"}, "Dossier-"}, {[]any{"demarche", "id"}, "Procedure-98431"}, {[]any{"demarche", "revision", "id"}, "ProcedureRevision-"},
		{[]any{"groupeInstructeur", "id"}, "GroupeInstructeur-"}, {[]any{"instructeurs", 0, "id"}, "Instructeur-"},
		{[]any{"usager", "id"}, "User-"}, {[]any{"messages", 0, "id"}, "Commentaire-"}, {[]any{"champs", 0, "id"}, "Champ-"},
	} {
		raw, err := base64.StdEncoding.DecodeString(dig(t, d, c.path...).(string))
		if err != nil || len(raw) < len(c.want) || string(raw[:len(c.want)]) != c.want {
			t.Errorf("%v: %q, %v; want %s…", c.path, raw, err, c.want)
		}
	}
}

func TestAGroupeShowsItsOwnDossiers(t *testing.T) {
	p := newPlatform(t, Options{})
	total := 0
	for _, g := range p.Demarches()[0].Groupes {
		data := get(t, p, `query($n: Int!) { groupeInstructeur(number: $n) { label closed instructeurs { email } dossiers { nodes { number groupeInstructeur { number } } } pendingDeletedDossiers { nodes { number } } deletedDossiers { nodes { number } } } }`, object{"n": g.Number})
		nodes := dig(t, data, "groupeInstructeur", "dossiers", "nodes").([]any)
		total += len(nodes)
		for _, d := range nodes {
			if int(dig(t, d, "groupeInstructeur", "number").(float64)) != g.Number {
				t.Errorf("%s lists a dossier of another groupe", g.Label)
			}
		}
	}
	if want := len(walk(t, p, object{})); total != want {
		t.Errorf("%d dossiers over the groupes, %d in the démarche", total, want)
	}
}

func TestDescriptorsOfEveryRevision(t *testing.T) {
	p := newPlatform(t, Options{})
	for _, m := range p.Demarches() {
		data := get(t, p, `query($n: Int!) { demarche(number: $n) { activeRevision { id } revisions { id
			champDescriptors { ...d ... on RepetitionChampDescriptor { champDescriptors { ...d } } } annotationDescriptors { ...d } } } }
			fragment d on ChampDescriptor { __typename id label description required type
			... on DropDownListChampDescriptor { options } ... on RegionChampDescriptor { options { code name } } }`, object{"n": m.Number})
		seen := map[string]bool{}
		var collect func(list any)
		collect = func(list any) {
			for _, d := range list.([]any) {
				seen[dig(t, d, "id").(string)] = true
				if inner := d.(object)["champDescriptors"]; inner != nil {
					collect(inner)
				}
			}
		}
		for _, r := range dig(t, data, "demarche", "revisions").([]any) {
			collect(dig(t, r, "champDescriptors"))
			collect(dig(t, r, "annotationDescriptors"))
		}
		for name, id := range m.Fields {
			if id != "demandeur" && !seen[id] {
				t.Errorf("%s: field %s has no descriptor", m.Family, name)
			}
		}
		for name, id := range m.Annotations {
			if !seen[id] {
				t.Errorf("%s: annotation %s has no descriptor", m.Family, name)
			}
		}
	}
}
