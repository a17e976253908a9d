package notify

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/call"
	"relais/internal/dossier"
)

func profile(id, email string) dossier.Profile { return dossier.Profile{ID: id, Email: email} }

// said writes a circle as person=address.
func said(c circle) []string {
	var out []string
	for _, r := range c.distinct() {
		out = append(out, r.person+"="+r.address)
	}
	return out
}

func TestWhomADossierConcerns(t *testing.T) {
	usager := profile("u", "Porteur@Asso.example")
	a, b := profile("a", "A@dreets.example"), profile("b", "b@dreets.example")
	groupe := func(members ...dossier.Profile) []dossier.GroupeInstructeur {
		return []dossier.GroupeInstructeur{
			{ID: "other", Label: "Corse", Instructeurs: []dossier.Profile{profile("z", "z@dreets.example")}},
			{ID: "mine", Label: "Bretagne", Closed: true, Instructeurs: members},
		}
	}
	for name, test := range map[string]struct {
		followers []dossier.Profile
		groupes   []dossier.GroupeInstructeur
		fallback  []string
		want      []string
	}{
		"followers only":                         {[]dossier.Profile{a}, groupe(b), nil, []string{"a=a@dreets.example"}},
		"nobody follows: the groupe":             {nil, groupe(a, b), []string{"f@x.example"}, []string{"a=a@dreets.example", "b=b@dreets.example"}},
		"an empty groupe: the fallback":          {nil, groupe(), []string{" F@x.example "}, []string{addressID("f@x.example") + "=f@x.example"}},
		"a fallback who is a known profile":      {nil, groupe(), []string{"Z@dreets.example"}, []string{"z=z@dreets.example"}},
		"an unknown groupe: the fallback":        {nil, nil, []string{"f@x.example"}, []string{addressID("f@x.example") + "=f@x.example"}},
		"nobody at all":                          {nil, groupe(), nil, nil},
		"a follower without address":             {[]dossier.Profile{profile("a", "")}, groupe(b), nil, []string{"b=b@dreets.example"}},
		"a deleted follower":                     {[]dossier.Profile{profile("<deleted>", "gone@dreets.example")}, groupe(b), nil, []string{"b=b@dreets.example"}},
		"the usager follows":                     {[]dossier.Profile{profile("a", "PORTEUR@asso.example")}, groupe(b), nil, []string{"b=b@dreets.example"}},
		"the usager is in the groupe":            {nil, groupe(profile("a", "porteur@asso.example"), b), nil, []string{"b=b@dreets.example"}},
		"the usager is the fallback":             {nil, groupe(), []string{"porteur@ASSO.example"}, nil},
		"the usager took a follower's address":   {[]dossier.Profile{profile("a", "old@dreets.example")}, groupe(profile("a", "porteur@asso.example"), b), nil, []string{"b=b@dreets.example"}},
		"a follower whose address changed":       {[]dossier.Profile{profile("b", "old@dreets.example")}, groupe(b), nil, []string{"b=b@dreets.example"}},
		"two profiles, one address":              {[]dossier.Profile{profile("c", "B@dreets.example"), b}, nil, nil, []string{"b=b@dreets.example"}},
		"the same follower twice":                {[]dossier.Profile{a, a}, nil, nil, []string{"a=a@dreets.example"}},
		"a profile id that is an address":        {[]dossier.Profile{profile("b@dreets.example", "b@dreets.example")}, nil, nil, []string{addressID("b@dreets.example") + "=b@dreets.example"}},
		"a fallback written twice":               {nil, groupe(), []string{"f@x.example", "F@X.example"}, []string{addressID("f@x.example") + "=f@x.example"}},
		"a fallback that is no address":          {nil, groupe(), []string{"secretariat"}, nil},
		"a deleted member keeps an old address":  {nil, groupe(profile("<deleted>", "b@dreets.example")), nil, nil},
		"a deleted member does not lend his id":  {nil, groupe(profile("<deleted>", "f@x.example")), []string{"f@x.example"}, []string{addressID("f@x.example") + "=f@x.example"}},
		"an id missing from the platform's data": {[]dossier.Profile{profile("", "b@dreets.example")}, nil, nil, []string{addressID("b@dreets.example") + "=b@dreets.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := &dossier.Dossier{Usager: usager, Instructeurs: test.followers, GroupeInstructeur: dossier.GroupeInstructeur{ID: "mine"}}
			if diff := cmp.Diff(test.want, said(aroundDossier(d, test.groupes, call.Recipients{Fallback: test.fallback}, false).nearest())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhomACallConcerns(t *testing.T) {
	groupes := []dossier.GroupeInstructeur{
		{ID: "1", Label: "DREETS Bretagne", Instructeurs: []dossier.Profile{profile("a", "a@x.example")}},
		{ID: "2", Label: "Normandie", Instructeurs: []dossier.Profile{profile("b", "b@x.example")}},
		{ID: "3", Label: "Normandie", Closed: true, Instructeurs: []dossier.Profile{profile("c", "c@x.example")}},
		{ID: "4", Label: "défaut", Instructeurs: []dossier.Profile{profile("d", "d@x.example")}},
	}
	one := func(id string, regions ...string) call.Call {
		return call.Call{ID: id, Demarche: 1, Regions: regions, Recipients: call.Recipients{Fallback: []string{"f@x.example"}}}
	}
	for name, test := range map[string]struct {
		calls []call.Call // the first is asked about
		want  []string
	}{
		"its region":                   {[]call.Call{one("c", "53")}, []string{"a=a@x.example"}},
		"two regions, a closed groupe": {[]call.Call{one("c", "53", "28")}, []string{"a=a@x.example", "b=b@x.example"}},
		"a region without groupe: the one that names none":   {[]call.Call{one("c", "94")}, []string{"d=d@x.example"}},
		"such a groupe serves every call that has no other":  {[]call.Call{one("c", "94"), one("d", "93"), one("e", "53")}, []string{"d=d@x.example"}},
		"such a groupe is claimed by a call without regions": {[]call.Call{one("c", "94"), one("d")}, []string{addressID("f@x.example") + "=f@x.example"}},
		"no region: every open groupe":                       {[]call.Call{one("c")}, []string{"a=a@x.example", "b=b@x.example", "d=d@x.example"}},
		"no region: what others claim not":                   {[]call.Call{one("c"), one("d", "53")}, []string{"b=b@x.example", "d=d@x.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := test.calls[0]
			got := said(ofCall(&c, groupes, claimsBeside(&c, call.NewSet(test.calls...))))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPersonIsFoundUnderAnEarlierName(t *testing.T) {
	people := circle{{person: "a", address: "a@x.example"}}
	if _, ok := people.find(addressID("a@x.example")); !ok {
		t.Error("lost when the platform learnt the address")
	}
	if _, ok := people.find("b"); ok {
		t.Error("found somebody else")
	}
}

// Whatever the data of the platform, no mail goes to the usager of a dossier it
// speaks of, none to a deleted profile, and none twice to an address per dossier.
func TestNoUsagerIsEverWrittenTo(t *testing.T) {
	addresses := []string{"a@x.example", "A@X.example", " a@x.example", "b@x.example", "B@x.example", "c@x.example", "", "none"}
	email := rapid.SampledFrom(addresses)
	id := rapid.SampledFrom([]string{"1", "2", "3", "<deleted>", "", "a@x.example"})
	someone := rapid.Custom(func(t *rapid.T) dossier.Profile {
		return dossier.Profile{ID: id.Draw(t, "id"), Email: email.Draw(t, "email")}
	})
	people := rapid.SliceOfN(someone, 0, 3)
	rapid.Check(t, func(rt *rapid.T) {
		c := bretagne()
		c.Recipients.Fallback = rapid.SliceOfN(email, 0, 2).Draw(rt, "fallback")
		o := newOffice(t, c)
		o.delivery.Mode = rapid.SampledFrom([]Mode{{Name: ModeSend}, {ModeRedirect, "b@x.example"}}).Draw(rt, "mode")
		o.store.demarches[100].Groupes[0].Instructeurs = people.Draw(rt, "groupe")
		usagers := map[string]string{}
		for n := 1; n <= 3; n++ {
			o.receive(n, c, on(10, 8, 10, 0), on(10, 8, 11, 0))
			o.edit(n, func(r *dossier.Record) {
				r.Dossier.Usager = someone.Draw(rt, "usager")
				r.Dossier.Instructeurs = people.Draw(rt, "followers")
			})
			usagers[fmt.Sprintf("Dossier n°\u00a0%d —", n)] = normal(o.store.records[n].Dossier.Usager.Email)
		}
		o.remind(on(11, 6, 9, 0))
		// Between the two, the platform says something else.
		o.store.demarches[100].Groupes[0].Instructeurs = people.Draw(rt, "groupe later")
		for _, day := range []int{6, 9, 10, 12} { // the 11th is a holiday
			o.tick(on(11, day, 10, 0))
		}
		for _, m := range o.post.messages {
			if m.To == "" || !strings.Contains(m.To, "@") {
				rt.Fatalf("a mail to nobody")
			}
			for label, usager := range usagers {
				if strings.Contains(m.Text, label) && normal(m.To) == usager {
					rt.Fatalf("the usager of %q was written to", label)
				}
			}
		}
		for _, i := range o.store.rows {
			if strings.Contains(i.Key, "@") || i.Person == "<deleted>" {
				rt.Fatalf("the key shows an address or a deleted profile: %s", i.Key)
			}
			d := o.store.records[i.Dossier].Dossier
			if i.Status == Pending && len(aroundDossier(d, o.store.demarches[100].Groupes, c.Recipients, false).nearest()) > 0 {
				rt.Fatalf("left behind: %s", i.Key)
			}
		}
		o.wantNoAddressLogged()
	})
}
