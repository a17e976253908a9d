package call

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/dossier"
)

func TestRegionsAreWhole(t *testing.T) {
	if len(Regions()) != 18 {
		t.Errorf("%d regions, want 18", len(Regions()))
	}
	departements := map[string]string{}
	for _, r := range Regions() {
		if _, err := time.LoadLocation(r.Zone); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
		for _, d := range r.Departements {
			if other := departements[d]; other != "" {
				t.Errorf("department %s is in %s and %s", d, other, r.Name)
			}
			departements[d] = r.Name
		}
		if code, ok := RegionOfLabel(r.Authority()); !ok || code != r.Code {
			t.Errorf("%s reads as %q", r.Authority(), code)
		}
	}
	if len(departements) != 101 {
		t.Errorf("%d departments, want 101", len(departements))
	}
}

func TestRegionOfLabel(t *testing.T) {
	tests := []struct{ label, code string }{
		{"DREETS Pays de la Loire", "52"},
		{"Pays-de-la-Loire", "52"},
		{"GROUPE INSTRUCTEUR PAYS DE LA LOIRE", "52"},
		{"Dreets Ile de France", "11"},
		{"DRIEETS Île‑de‑France", "11"}, // non-breaking hyphens
		{"Provence-Alpes-Côte d’Azur", "93"},
		{"DREETS PACA", "93"},
		{"auvergne rhone alpes", "84"},
		{"DEETS de La Réunion", "04"},
		{"DEETS Réunion", "04"},
		{"04 – La Réunion", "04"},
		{"Réunion", "04"},
		{"Ordre du jour de réunion", ""},
		{"Groupe de réunion n° 2", ""},
		{"52 - Pays de la Loire (44, 49, 53, 72, 85)", "52"},
		{"Centre", "24"},
		{"DREETS Centre-Val-de-Loire", "24"},
		{"Centre social Jean Moulin", ""},
		{"Bretagne et Normandie", ""},
		{"Loire", ""},
		{"Haute-Corse", "94"},
		{"défaut", ""},
		{"Groupe 1", ""},
		{"Nouvelle Aquitaine", "75"},
		{"Grand-Est", "44"},
		{"", ""},
	}
	for _, tt := range tests {
		code, ok := RegionOfLabel(tt.label)
		if code != tt.code || ok != (tt.code != "") {
			t.Errorf("%q: %q %v, want %q", tt.label, code, ok, tt.code)
		}
	}
}

func bound(id string, regions ...string) Call {
	return Call{ID: id, Demarche: 7, Regions: regions, Zone: time.UTC, Fields: map[string]string{FieldRegion: "r"}}
}

func wave(id string, opens, closes string, regions ...string) Call {
	c := bound(id, regions...)
	at := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		v, _ := time.Parse(time.DateOnly, s)
		return v
	}
	c.Calendar = Calendar{Opens: at(opens), Closes: at(closes)}
	return c
}

func TestResolveRegion(t *testing.T) {
	set := NewSet(bound("national"), bound("pdl", "52"), bound("ouest", "53", "28"))
	region := func(typ dossier.ChampType, fill func(*dossier.Champ)) []dossier.Champ {
		c := dossier.Champ{DescriptorID: "r", Type: typ}
		fill(&c)
		return []dossier.Champ{c}
	}
	place := func(code string) []dossier.Champ {
		return region(dossier.RegionChamp, func(c *dossier.Champ) { c.Place = &dossier.Place{Code: code} })
	}
	text := func(typ dossier.ChampType, s string) []dossier.Champ {
		return region(typ, func(c *dossier.Champ) { c.Text = s })
	}
	tests := []struct {
		name         string
		champs       []dossier.Champ
		groupe       string
		call, region string
	}{
		{"the champ", place("52"), "défaut", "pdl", "52"},
		{"the champ wins over the groupe", place("53"), "DREETS Pays de la Loire", "ouest", "53"},
		{"the groupe when the champ is hidden", nil, "DREETS Pays de la Loire", "pdl", "52"},
		{"the groupe when the champ is empty", region(dossier.RegionChamp, func(*dossier.Champ) {}), "DREETS Normandie", "ouest", "28"},
		{"a list of names", text(dossier.DropDownListChamp, "Pays de la Loire"), "défaut", "pdl", "52"},
		{"a list of codes", text(dossier.DropDownListChamp, "53"), "défaut", "ouest", "53"},
		{"a text", text(dossier.TextChamp, " normandie "), "défaut", "ouest", "28"},
		{"a text that says nothing", text(dossier.TextChamp, "la mienne"), "DREETS Bretagne", "ouest", "53"},
		{"one choice among many", region(dossier.MultipleDropDownListChamp, func(c *dossier.Champ) { c.Values = []string{"Bretagne"} }), "défaut", "ouest", "53"},
		{"several choices name none", region(dossier.MultipleDropDownListChamp, func(c *dossier.Champ) { c.Values = []string{"Bretagne", "Normandie"} }), "DREETS Pays de la Loire", "pdl", "52"},
		{"a department's code is not a region's", region(dossier.DepartementChamp, func(c *dossier.Champ) { c.Place = &dossier.Place{Code: "52", Name: "Haute-Marne"} }), "défaut", "national", ""},
		{"a region nobody claims goes to the call for all", place("11"), "défaut", "national", "11"},
		{"no region at all goes there too", nil, "défaut", "national", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &dossier.Dossier{Demarche: 7, Champs: tt.champs, GroupeInstructeur: dossier.GroupeInstructeur{Label: tt.groupe}}
			c, region := set.Resolve(d)
			if c == nil || c.ID != tt.call || region != tt.region {
				t.Errorf("got %v %q, want %s %q", c, region, tt.call, tt.region)
			}
		})
	}
}

func TestResolveNothing(t *testing.T) {
	d := &dossier.Dossier{Demarche: 7, GroupeInstructeur: dossier.GroupeInstructeur{Label: "DREETS Bretagne"}}
	if c, region := NewSet(bound("pdl", "52")).Resolve(d); c != nil || region != "53" {
		t.Errorf("another region's call: %v %q", c, region)
	}
	if c, region := (Set{}).Resolve(d); c != nil || region != "53" {
		t.Errorf("no call: %v %q", c, region)
	}
	template := bound("template", "53")
	template.Demarche = 0
	if c, _ := NewSet(template).Resolve(&dossier.Dossier{}); c != nil {
		t.Errorf("a template was given a dossier: %v", c)
	}
}

func TestResolveWaves(t *testing.T) {
	first := wave("vague-1", "2024-07-01", "2024-09-30", "52")
	second := wave("vague-2", "2025-07-01", "2025-10-02", "52")
	unknown := wave("annexe", "", "", "52")
	tests := []struct{ name, depot, want string }{
		{"inside the first", "2024-08-15", "vague-1"},
		{"on the closing instant", "2024-09-30", "vague-1"},
		{"late for the first, before the second", "2025-01-10", "vague-1"},
		{"inside the second", "2025-07-01", "vague-2"},
		{"after all", "2026-01-01", "vague-2"},
		{"before all: the first by id", "2020-01-01", "annexe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			depot, _ := time.Parse(time.DateOnly, tt.depot)
			d := &dossier.Dossier{Demarche: 7, DateDepot: depot, GroupeInstructeur: dossier.GroupeInstructeur{Label: "Pays de la Loire"}}
			calls := []Call{second, unknown, first}
			for range 3 { // in whatever order the files were read
				calls = append(calls[1:], calls[0])
				if c, _ := NewSet(calls...).Resolve(d); c == nil || c.ID != tt.want {
					t.Errorf("got %v, want %s", c, tt.want)
				}
			}
		})
	}
}

// The closing instant is inside the call, even when a shorter wave opened since.
func TestResolveOnTheClosingInstant(t *testing.T) {
	long, short := wave("long", "2025-01-01", "2025-03-01", "52"), wave("short", "2025-02-01", "2025-02-15", "52")
	d := &dossier.Dossier{Demarche: 7, DateDepot: long.Calendar.Closes, GroupeInstructeur: dossier.GroupeInstructeur{Label: "Pays de la Loire"}}
	if c, _ := NewSet(long, short).Resolve(d); c.ID != "long" {
		t.Errorf("got %s", c.ID)
	}
	d.DateDepot = d.DateDepot.Add(time.Second)
	if c, _ := NewSet(long, short).Resolve(d); c.ID != "short" {
		t.Errorf("a second later: got %s", c.ID)
	}
}

func TestSet(t *testing.T) {
	other := bound("autre", "53")
	other.Demarche = 3
	template := bound("modele")
	template.Demarche = 0
	set := NewSet(template, bound("pdl", "52"), other, bound("idf", "11"))
	if diff := cmp.Diff([]int{3, 7}, set.Demarches()); diff != "" {
		t.Error(diff)
	}
	ids := func(calls []Call) (list []string) {
		for _, c := range calls {
			list = append(list, c.ID)
		}
		return list
	}
	if diff := cmp.Diff([]string{"autre", "idf", "modele", "pdl"}, ids(set.All())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"idf", "pdl"}, ids(set.OfDemarche(7))); diff != "" {
		t.Error(diff)
	}
	if got := set.OfDemarche(0); got != nil {
		t.Errorf("templates are polled: %v", ids(got))
	}
	if _, ok := set.Get("nobody"); ok {
		t.Error("found a call that is not there")
	}
	if id := set.FreeID(bound("pdl")); id != "pdl-7" {
		t.Errorf("FreeID: %s", id)
	}
	slices.Reverse(set.All()) // a caller's list, not the set's
	if set.All()[0].ID != "autre" {
		t.Error("a caller changed the set")
	}
}
