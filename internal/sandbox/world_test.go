package sandbox

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/call"
)

// unsigned takes the signed links out of a page.
var unsigned = regexp.MustCompile(`"url":"[^"]*"`)

func pageText(t testing.TB, p *Platform, demarche int) string {
	t.Helper()
	body, _ := json.Marshal(object{"query": everything, "variables": object{"demarche": demarche, "since": always}})
	return unsigned.ReplaceAllString(post(p, string(body)).Body.String(), "")
}

func TestTheSameSeedIsTheSameWorld(t *testing.T) {
	a, b, other := newPlatform(t, Options{Seed: 3}), newPlatform(t, Options{Seed: 3}), newPlatform(t, Options{Seed: 4})
	for _, m := range a.Demarches() {
		if pageText(t, a, m.Number) != pageText(t, b, m.Number) {
			t.Errorf("%s: same seed, two worlds", m.Family)
		}
		if pageText(t, a, m.Number) == pageText(t, other, m.Number) {
			t.Errorf("%s: two seeds, one world", m.Family)
		}
	}
}

func TestTheNumberOfDossiersIsTheOneAsked(t *testing.T) {
	for _, c := range []struct {
		o           Options
		total, solo int
	}{
		{Options{}, 60, 50}, {Options{Dossiers: 1}, 1, 1}, {Options{Dossiers: 7}, 7, 7}, {Options{Dossiers: 1_000}, 1_000, 834}, {Options{Dossiers: 250, Solo: true}, 250, 250},
	} {
		p := newPlatform(t, c.o)
		total := 0
		for _, m := range p.Demarches() {
			here := 0
			for _, d := range p.Truth(m.Number) {
				if d.Listed {
					here++
				}
			}
			total += here
			if m.Family == "o2r" && here != c.solo {
				t.Errorf("%+v: %d on O2R, want %d", c.o, here, c.solo)
			}
		}
		if total != c.total {
			t.Errorf("%+v: %d listed, want %d", c.o, total, c.total)
		}
	}
}

func TestFieldNamesAreThoseOfCalls(t *testing.T) {
	want := []string{
		call.FieldSiret, call.FieldRNA, call.FieldStatut, call.FieldRegion, call.FieldTitle, call.FieldActivites, call.FieldGroupement,
		call.FieldPartenaires, call.FieldPartnerSiret, call.FieldPartnerRole, call.FieldPartnerChef, call.FieldPartnerAmount,
		call.FieldPeopleFound, call.FieldPeopleSupported, call.FieldTotalCost, call.FieldRequestedAmount, call.FieldYear1, call.FieldYear2, call.FieldYear3, call.FieldTrainingAsked, call.FieldTrainingAmount,
		call.FieldObjet, call.FieldExperience, call.FieldAncrage, call.FieldComptes, call.FieldRIB, call.FieldBudget, call.FieldCER,
	}
	if diff := cmp.Diff(want, bound); diff != "" {
		t.Error(diff)
	}
	p := newPlatform(t, Options{})
	for _, m := range p.Demarches() {
		for _, name := range want {
			if m.Family == "o2r" && m.Fields[name] == "" {
				t.Errorf("the O2R form lacks %s", name)
			}
		}
		if siret := m.Fields[call.FieldSiret]; (siret == call.Demandeur) != (m.Family != "o2r") {
			t.Errorf("%s: siret is %q", m.Family, siret)
		}
	}
}

// TestWhatTheWorldHolds counts what the demo and the rules need to meet.
func TestWhatTheWorldHolds(t *testing.T) {
	for _, seed := range []uint64{0, 1, 42} {
		p := newPlatform(t, Options{Seed: seed})
		has := map[string]int{}
		for _, d := range p.world.byFamily("o2r").dossiers {
			if !d.listed() {
				continue
			}
			a := d.answers()
			note := func(name string, yes bool) {
				if yes {
					has[name]++
				}
			}
			total, _ := a["cout_total"].(float64)
			asked, _ := a["montant_demande"].(float64)
			y1, _ := a["cout_an1"].(float64)
			y2, _ := a["cout_an2"].(float64)
			y3, _ := a["cout_an3"].(float64)
			note("cost 149 999", total == 149_999)
			note("cost 150 000", total == 150_000)
			note("cost 150 001", total == 150_001)
			note("asked 249 999", asked == 249_999)
			note("asked 250 000", asked == 250_000)
			note("asked over total", asked > total)
			note("years that do not add up", y1+y2+y3 != total)
			note("training", a["formation"] == true)
			note("no RIB", a["pj_rib"] == nil)
			note("empty file", func() bool { f, _ := a["pj_rib"].([]File); return len(f) == 1 && f[0].Size == 0 }())
			note("closed company", d.demandeur.closed)
			note("incomplete demandeur", d.degraded)
			note("overseas", d.group.region == "04")
			note("no member in the groupe", len(d.group.members) == 0)
			note("no follower", len(d.followers) == 0 && d.state == enInstruction)
			note("followers", len(d.followers) > 1)
			note("region other than the groupe", a["region"] != nil && d.group.region != a["region"])
			note("no region", a["region"] == nil)
			note("foreign link", a["dossier_precedent"] != nil)
			note("markup in a name", strings.Contains(d.demandeur.name, "<script>") && strings.Contains(d.demandeur.name, "&"))
			note("emoji and RTL", strings.ContainsAny(d.demandeur.name, "🌍") && strings.Contains(d.demandeur.name, "جسور"))
			note("pending correction", !d.pendingSince.IsZero())
			note("resolved correction", d.pendingSince.IsZero() && len(d.traitements) > 0 && slicesHas(d.traitements, "depose_correction_usager"))
			note("réexamen", d.state == enInstruction && !d.processed.IsZero())
			note("expires within a month", termine(d.state) && d.expires.Before(monday.AddDate(0, 1, 0)))
			note("no CER", d.demandeur.kind == association && a["cer"] == false)
			note("bad SIRET", a["siret"] == "99912345678901")
			note("usager hid a terminé", termine(d.state) && !d.hiddenByUser.IsZero())
			rows, _ := a["partenaires"].([]answerRow)
			chiefs := 0
			for _, r := range rows {
				if r.values["partenaire_chef_de_file"] == true {
					chiefs++
				}
			}
			note("consortium without chef", a["groupement"] == true && chiefs == 0)
			note("consortium with one", chiefs == 1)
			note("consortium with two", chiefs == 2)
			c, _ := d.demarche.calendarOf("52")
			note("late", d.group.region == "52" && d.deposited.After(c.Closes))
			note("just in time", d.group.region == "52" && !d.deposited.After(c.Closes) && d.deposited.After(c.Closes.Add(-3*time.Second)))
			for _, in := range []int{-5, -1, 0, 1, 7, 15, 30} {
				due := months(d.deposited.In(paris), 2).AddDate(0, 0, -1)
				y, mo, day := monday.AddDate(0, 0, in).Date()
				dy, dm, dd := due.Date()
				note("silence in "+time.Duration(in).String(), !termine(d.state) && dy == y && dm == mo && dd == day)
			}
		}
		for _, name := range []string{
			"cost 149 999", "cost 150 000", "cost 150 001", "asked 249 999", "asked 250 000", "asked over total", "years that do not add up",
			"training", "no RIB", "empty file", "closed company", "incomplete demandeur", "overseas", "no member in the groupe", "no follower", "followers",
			"region other than the groupe", "no region", "foreign link", "markup in a name", "emoji and RTL", "pending correction", "resolved correction",
			"réexamen", "expires within a month", "no CER", "bad SIRET", "usager hid a terminé", "consortium without chef", "consortium with one",
			"consortium with two", "late", "just in time", "silence in -5ns", "silence in -1ns", "silence in 0s", "silence in 1ns", "silence in 7ns", "silence in 15ns", "silence in 30ns",
		} {
			if has[name] == 0 {
				t.Errorf("seed %d: the world holds no case %q", seed, name)
			}
		}
	}
}

func slicesHas(list []traitement, event string) bool {
	for _, t := range list {
		if t.event == event {
			return true
		}
	}
	return false
}

func TestSiretKeysAndAddresses(t *testing.T) {
	p := newPlatform(t, Options{Dossiers: 400})
	for _, m := range p.world.demarches {
		for _, d := range m.dossiers {
			c := d.demandeur
			if len(c.siret) != 14 || !luhn(c.siret) || !luhn(c.siren()) {
				t.Errorf("SIRET %s", c.siret)
			}
			if c.rna != "" && (len(c.rna) != 10 || c.rna[0] != 'W') {
				t.Errorf("RNA %s", c.rna)
			}
			if !strings.HasSuffix(d.usager.email, ".example") {
				t.Errorf("address outside the reserved domain")
			}
			if c.region.zone == "" {
				t.Errorf("body in a region without place")
			}
		}
	}
	for _, who := range p.world.people {
		if u, err := url.Parse("mailto:" + who.email); err != nil || !strings.HasSuffix(u.Opaque, ".example") {
			t.Errorf("address %q", who.email)
		}
	}
	if luhn("99956406500021") || !luhn("35600000000048") { // La Poste's seat, a known good key
		t.Error("luhn")
	}
}

func TestNumbersGrowLikeThoseOfAPlatform(t *testing.T) {
	p := newPlatform(t, Options{})
	for _, m := range p.world.demarches {
		for i, d := range m.dossiers {
			if d.number < 1_000_000 || d.number > 99_999_999 || i > 0 && d.number <= m.dossiers[i-1].number {
				t.Errorf("dossier number %d", d.number)
			}
		}
	}
}

func TestTheOnlyFormsLackNoKindOfChamp(t *testing.T) {
	seen := map[string]bool{}
	var collect func(list []field)
	collect = func(list []field) {
		for _, f := range list {
			seen[champTypename(f.kind)] = true
			collect(f.children)
		}
	}
	for _, f := range []form{formO2R(), formSPIE(), formPIC()} {
		collect(f.champs)
		collect(f.annotations)
	}
	for kind, names := range kinds {
		if !seen[names.champ] {
			t.Errorf("no form shows %s (%s)", names.champ, kind)
		}
	}
}

func TestDeadDaysOfFebruary(t *testing.T) {
	p := newPlatform(t, Options{Now: clock(time.Date(2027, 2, 27, 12, 0, 0, 0, paris))})
	if len(p.Truth(numberO2R)) == 0 {
		t.Error("no world at the end of February")
	}
}
